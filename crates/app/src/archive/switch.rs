//! Going on with another library.

use super::absolute;
use crate::app::{App, Caller, new_library};
use crate::config::library_in;
use crate::wire::{ErrorCode, Nothing, UseLibraryRequest, WireError};
use annotomy_store::Library;
use std::sync::Arc;

pub(crate) async fn use_library(
    app: &Arc<App>,
    _: &Caller,
    request: UseLibraryRequest,
) -> Result<Nothing, WireError> {
    let own = app.config.library_path();
    let chosen = request.data_folder.as_deref().map(absolute).transpose()?;
    let path = chosen.map_or_else(|| own.clone(), |folder| library_in(&folder));
    if path == app.library().path() {
        return Ok(Nothing {});
    }
    // The user's own is made where it is gone; any other has to be there.
    if path != own && !path.exists() {
        let message = format!("{}: there is no library", path.display());
        return Err(WireError::new(ErrorCode::NotFound, message)
            .hint("Choose the folder that an archive was opened in."));
    }
    let library = Library::open(&path, new_library()).await?;
    app.use_library(library).await;
    Ok(Nothing {})
}
