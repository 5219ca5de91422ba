//! The label protocol as a JSON file.

use super::{change, convert, view};
use crate::app::{App, Caller};
use crate::export::{Staged, refuse_existing, target, write_bytes};
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, Nothing, WireError};
use annotomy_annotation::protocol::Class;
use annotomy_annotation::protocol_edit::import_classes;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORMAT: &str = "annotomy-protocol";
const VERSION: u32 = 1;

/// A thousand classes with all their attributes are smaller.
const MAX_BYTES: u64 = 16 << 20;

pub(crate) async fn export_protocol(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ExportProtocolRequest,
) -> Result<Nothing, WireError> {
    let path = target(&request.path, &[".json"])?;
    if !request.replace_existing {
        refuse_existing(&path)?;
    }
    let file = wire::ProtocolFile {
        format: FORMAT.to_owned(),
        version: VERSION,
        classes: view(app).await?.classes,
    };
    let mut json = serde_json::to_vec_pretty(&file).map_err(|_| WireError::internal())?;
    json.push(b'\n');
    blocking(move || {
        let staged = Staged::beside(&path)?;
        write_bytes(&staged.path(), &json, (&path, "the protocol"))?;
        staged.publish()
    })
    .await?;
    Ok(Nothing {})
}

pub(crate) async fn import_protocol(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ImportProtocolRequest,
) -> Result<wire::Protocol, WireError> {
    let path = PathBuf::from(&request.path);
    let (read, classes) = blocking(move || {
        let classes = read(&path)?;
        Ok((path, classes))
    })
    .await?;
    change(app, caller, |state| {
        import_classes(state, classes).map_err(|e| bad(&read, e))
    })
    .await
}

fn read(path: &Path) -> Result<Vec<Class>, WireError> {
    let mut json = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut json))
        .map_err(|e| WireError::io(path, &e))?;
    if json.len() as u64 > MAX_BYTES {
        let message = format!("{}: a protocol has at most 16 MiB", path.display());
        return Err(WireError::new(ErrorCode::Limit, message));
    }
    // serde_json says line and column.
    let file: wire::ProtocolFile = serde_json::from_slice(&json).map_err(|e| bad(path, e))?;
    if file.format != FORMAT {
        return Err(bad(path, format!("its `format` is not `{FORMAT}`")));
    }
    if file.version != VERSION {
        let reason = format!("version {} is not known here", file.version);
        return Err(WireError::new(
            ErrorCode::Unsupported,
            format!("{}: {reason}", path.display()),
        ));
    }
    let numbered = (1..).zip(file.classes);
    let class = |(n, class): (usize, wire::Class)| {
        convert::parse(class).map_err(|e| bad(path, format!("class {n}: {}", e.message)))
    };
    numbered.map(class).collect()
}

fn bad(path: &Path, reason: impl std::fmt::Display) -> WireError {
    let message = format!("{}: {reason}", path.display());
    WireError::new(ErrorCode::BadInput, message).hint("Nothing was changed. Mend the file.")
}
