//! Pixel classifiers that were taught or imported. The library keeps them; effects and contours name
//! one by its hash, and so do their records.

mod commands;
mod file;
mod files;

pub(crate) use commands::{
    export_classifier, forget_classifier, import_classifier, list_classifiers, teach_classifier,
};
pub(crate) use file::Named;
pub(crate) use files::classify_files;

use crate::app::App;
use crate::export::{Staged, write_bytes};
use crate::jobs::blocking;
use crate::wire::{ErrorCode, WireError};
use annotomy_store::StoreError;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Endings of a classifier's file.
pub(crate) const ENDINGS: &[&str] = &[".classifier"];
/// Classifiers held in memory; the one that came first goes first.
const MAX_HELD: usize = 4;

/// Classifiers of the library that were used lately, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Classifiers(Mutex<VecDeque<Arc<Named>>>);

impl Classifiers {
    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Named>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, named: &Arc<Named>) {
        let mut all = self.all();
        all.retain(|other| other.hash != named.hash);
        all.push_back(Arc::clone(named));
        while all.len() > MAX_HELD {
            all.pop_front();
        }
    }

    fn held(&self, id: &str) -> Option<Arc<Named>> {
        let all = self.all();
        all.iter().find(|named| named.id() == id).map(Arc::clone)
    }

    /// Another library may not have them.
    pub(crate) fn clear(&self) {
        self.all().clear();
    }
}

/// A classifier that the library keeps, also one that is on no list any more.
pub(crate) async fn find(app: &App, id: &str) -> Result<Arc<Named>, WireError> {
    if let Some(named) = app.classifiers.held(id) {
        return Ok(named);
    }
    let (hash, file) = kept(app, id).await?;
    let library = app.library();
    let named = blocking(move || {
        let named = Named::from_bytes(&file).ok();
        let named = named.filter(|named| named.hash == hash);
        Ok(named.ok_or_else(|| StoreError::Damaged {
            path: library.path().to_owned(),
            reason: format!("classifier {hash} is not what it was"),
        })?)
    })
    .await?;
    let named = Arc::new(named);
    app.classifiers.hold(&named);
    Ok(named)
}

/// The hash of a classifier that the library keeps, and its file.
async fn kept(app: &App, id: &str) -> Result<(blake3::Hash, Vec<u8>), WireError> {
    let missing = || {
        WireError::new(ErrorCode::NotFound, "the library has no such classifier")
            .hint("Import it, or teach it again.")
    };
    let hash = blake3::Hash::from_hex(id).map_err(|_| missing())?;
    let file = app.library().classifier(*hash.as_bytes()).await?;
    Ok((hash, file.ok_or_else(missing)?))
}

/// Writes a classifier's file as a whole, or not at all.
pub(crate) fn write(file: &[u8], path: &Path) -> Result<(), WireError> {
    let staged = Staged::beside(path)?;
    write_bytes(&staged.path(), file, (path, "the classifier"))?;
    staged.publish()
}
