//! Small JSON files that users write.

use crate::wire::{ErrorCode, WireError};
use serde::de::DeserializeOwned;
use std::path::Path;

/// What a file of at most so many bytes says; `of` names what it should hold.
pub(crate) fn read_json<T: DeserializeOwned>(
    path: &Path,
    max_bytes: u64,
    of: &str,
) -> Result<T, WireError> {
    let refusal = |reason: String| {
        let message = format!("{}: {reason}", path.display());
        WireError::new(ErrorCode::BadInput, message)
    };
    let size = std::fs::metadata(path)
        .map_err(|e| WireError::io(path, &e))?
        .len();
    if size > max_bytes {
        return Err(refusal(format!("has more than {max_bytes} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|e| WireError::io(path, &e))?;
    serde_json::from_slice(&bytes)
        .map_err(|e| refusal(format!("is no file of {of}: line {}: {e}", e.line())))
}
