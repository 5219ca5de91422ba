//! JSON files, read whole within a limit.

use crate::error::FormatError;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Reads a file of at most `max_bytes`; sound JSON of another form is unsupported, not damaged.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, max_bytes: u64) -> Result<T, FormatError> {
    let file = File::open(path).map_err(FormatError::io(path))?;
    let n_bytes = file.metadata().map_err(FormatError::io(path))?.len();
    if n_bytes > max_bytes {
        return Err(FormatError::limit(path, format!("{n_bytes} bytes of JSON")));
    }
    let mut text = Vec::new();
    let mut file = file.take(max_bytes);
    file.read_to_end(&mut text).map_err(FormatError::io(path))?;
    serde_json::from_slice(&text).map_err(|error| match error.classify() {
        Category::Data => FormatError::unsupported(path, error.to_string()),
        _ => FormatError::damaged(path, error.to_string()),
    })
}
