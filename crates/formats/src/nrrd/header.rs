//! The header of a NRRD file: lines of text up to an empty one.

use crate::element::Element;
use crate::error::FormatError;
use crate::file::Head;
use crate::raster::{element, read_until};
use std::path::Path;

/// A line: its number, name or key, value.
type Line = (usize, String, String);

/// The fields of a header, in file order.
#[derive(Debug)]
pub(crate) struct Header {
    /// Names in small letters and without blanks, as in `spacedirections`.
    fields: Vec<Line>,
    pairs: Vec<Line>,
    /// Names of data files, one a line.
    pub(crate) list: Vec<String>,
    /// Where the voxels begin, if they follow.
    pub(crate) end: Option<usize>,
}

impl Header {
    pub(crate) fn read(path: &Path, head: &mut Head) -> Result<Self, FormatError> {
        let end = read_until(path, head, empty_line)?;
        let bytes = head.bytes.get(..end.unwrap_or(head.bytes.len()));
        let text = String::from_utf8_lossy(bytes.unwrap_or_default());
        let mut header = Self {
            fields: Vec::new(),
            pairs: Vec::new(),
            list: Vec::new(),
            end,
        };
        let mut is_list = false;
        for (number, line) in text.lines().enumerate().skip(1) {
            let number = number.saturating_add(1);
            if is_list {
                header.list.push(line.to_owned());
            } else if !line.starts_with('#') && !line.trim().is_empty() {
                let understood = header.add(number, line);
                is_list = understood.ok_or_else(|| {
                    let reason = format!("line {number} of its header has no colon");
                    FormatError::damaged(path, reason)
                })?;
            }
        }
        Ok(header)
    }

    /// Takes in a line and answers whether a list of files follows; `None` if it makes no sense.
    fn add(&mut self, number: usize, line: &str) -> Option<bool> {
        let (name, value) = line.split_once(':')?;
        // The first colon counts: a key may not hold `:=`, a value may.
        if let Some(value) = value.strip_prefix('=') {
            let pair = (number, name.to_owned(), unescaped(value));
            self.pairs.push(pair);
            return Some(false);
        }
        let name: String = name.to_lowercase().split_whitespace().collect();
        let value = value.trim();
        let is_list = name == "datafile" && value.starts_with("LIST");
        self.fields.push((number, name, value.to_owned()));
        Some(is_list)
    }

    /// A field by its name without blanks.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (.., value) = fields.find(|(_, field, _)| field == name)?;
        Some(value)
    }

    /// Keys and values of the writer's own.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(_, key, value)| (&**key, &**value))
    }

    pub(crate) fn elements(&self) -> Vec<Element> {
        let mut lines: Vec<&Line> = self.fields.iter().chain(&self.pairs).collect();
        lines.sort_by_key(|line| line.0);
        let element = |line: &Line| element(line.0, &line.1, &line.2);
        lines.into_iter().map(element).collect()
    }
}

/// Where the bytes after the first empty line begin.
fn empty_line(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at = at.saturating_add(line.len());
        if line == b"\n" || line == b"\r\n" {
            return Some(at);
        }
    }
    None
}

/// A backslash and `n` for a line feed, two backslashes for one.
fn unescaped(value: &str) -> String {
    let mut found = String::new();
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = match (c, chars.peek()) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some('\\')) => Some('\\'),
            _ => None,
        };
        if escaped.is_some() {
            chars.next();
        }
        found.push(escaped.unwrap_or(c));
    }
    found
}

/// Reverses [`unescaped`].
pub(crate) fn escaped(value: &str) -> String {
    let flat = value.replace('\r', "");
    flat.replace('\\', "\\\\").replace('\n', "\\n")
}
