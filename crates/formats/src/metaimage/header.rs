//! The header of a MetaImage: lines `Name = value` up to the one that names the voxels.

use crate::element::Element;
use crate::error::FormatError;
use crate::file::Head;
use crate::raster::{element, numbers, read_until};
use std::path::Path;

/// The line that ends a header.
const LAST: &[u8] = b"ElementDataFile";

/// The lines of a header, in file order.
#[derive(Debug)]
pub(crate) struct Header {
    fields: Vec<(String, String)>,
    /// Where the line after the header begins.
    pub(crate) end: usize,
}

/// Whether a file begins like a MetaImage: with one of the lines that writers put first, and soon
/// with the one that all have.
pub(crate) fn is_metaimage(bytes: &[u8]) -> bool {
    let names = [&b"ObjectType"[..], b"NDims", b"Comment", b"ObjectSubType"];
    let is_first = names.iter().any(|name| {
        let rest = bytes.trim_ascii_start().strip_prefix(*name);
        rest.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"="))
    });
    is_first && bytes.windows(5).any(|name| name == b"NDims")
}

impl Header {
    pub(crate) fn read(path: &Path, head: &mut Head) -> Result<Self, FormatError> {
        let damaged = |reason: &str| FormatError::damaged(path, reason);
        let end = read_until(path, head, last_line)?;
        // The last line may lack its line feed, in a header of its own.
        let end = end.unwrap_or(head.bytes.len());
        let text = String::from_utf8_lossy(head.bytes.get(..end).unwrap_or_default());
        let mut fields = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let field = line.split_once('=');
            let (name, value) =
                field.ok_or_else(|| damaged("a line of its header has no equals sign"))?;
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let header = Self { fields, end };
        match header.field(&["ElementDataFile"]) {
            Some(_) => Ok(header),
            None => Err(damaged("its header does not name its voxels")),
        }
    }

    /// The first field with one of these names.
    pub(crate) fn field(&self, names: &[&str]) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(name, _)| names.contains(&&**name));
        found.map(|(_, value)| &**value)
    }

    /// Numbers of the first field with one of these names: `None` if absent, `Some(Err)` if they
    /// are no numbers.
    pub(crate) fn numbers<T: std::str::FromStr>(
        &self,
        names: &[&str],
    ) -> Option<Result<Vec<T>, String>> {
        let text = self.field(names)?;
        let name = names.first().copied().unwrap_or_default();
        Some(numbers(text).ok_or_else(|| format!("its {name} makes no sense")))
    }

    pub(crate) fn is_true(&self, names: &[&str]) -> bool {
        let value = self.field(names).unwrap_or_default();
        value.starts_with(['T', 't', '1'])
    }

    pub(crate) fn elements(&self) -> Vec<Element> {
        let lines = self.fields.iter().zip(1..);
        lines
            .map(|((name, value), number)| element(number, name, value))
            .collect()
    }
}

/// Where the bytes after the line that names the voxels begin.
fn last_line(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at = at.saturating_add(line.len());
        if line.trim_ascii_start().starts_with(LAST) && line.ends_with(b"\n") {
            return Some(at);
        }
    }
    None
}
