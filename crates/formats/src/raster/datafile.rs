//! Files beside a text header that hold its voxels.

use crate::error::FormatError;
use std::path::{Component, Path, PathBuf};

/// More files than slices of any scan.
const MAX_FILES: usize = 1 << 16;

/// Finds data files in the folder of a header, or below it.
#[derive(Debug)]
pub(crate) struct DataFiles<'a> {
    header: &'a Path,
}

impl<'a> DataFiles<'a> {
    pub(crate) const fn of(header: &'a Path) -> Self {
        Self { header }
    }

    /// One file. A header may not name files outside its own folder: it could show, and have
    /// hashed and exported, any file of the reader's. Links are followed, as in any folder.
    pub(crate) fn one(&self, name: &str) -> Result<PathBuf, FormatError> {
        let relative = Path::new(name);
        let is_inside = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        // A backslash separates folders on Windows only; here it would be part of the name.
        if name.is_empty() || !is_inside || name.contains('\\') || name.contains('\0') {
            let reason = "its voxels are said to lie outside the folder of the header";
            return Err(FormatError::damaged(self.header, reason));
        }
        let folder = self.header.parent().unwrap_or(Path::new(""));
        Ok(folder.join(relative))
    }

    /// `name` with a `printf` integer (`%d`, `%03d`) for each number from `first` to `last`.
    pub(crate) fn pattern(
        &self,
        name: &str,
        (first, last, step): (i64, i64, i64),
    ) -> Result<Vec<PathBuf>, FormatError> {
        let damaged = |reason: &str| FormatError::damaged(self.header, reason);
        let pattern = Pattern::parse(name)
            .ok_or_else(|| damaged("the pattern of data file names is not understood"))?;
        if step == 0 || (last < first) != (step < 0) && first != last {
            return Err(damaged("the numbers of the data files never end"));
        }
        let mut paths = Vec::new();
        let mut number = first;
        while (step > 0 && number <= last) || (step < 0 && number >= last) {
            if paths.len() == MAX_FILES {
                return Err(FormatError::limit(
                    self.header,
                    format!("more than {MAX_FILES} data files"),
                ));
            }
            paths.push(self.one(&pattern.name(number))?);
            let Some(next) = number.checked_add(step) else {
                break;
            };
            number = next;
        }
        Ok(paths)
    }

    /// Names given line by line.
    pub(crate) fn list<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Vec<PathBuf>, FormatError> {
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        let mut paths = Vec::new();
        for name in names {
            if paths.len() == MAX_FILES {
                return Err(FormatError::limit(
                    self.header,
                    format!("more than {MAX_FILES} data files"),
                ));
            }
            paths.push(self.one(name)?);
        }
        if paths.is_empty() {
            return Err(FormatError::damaged(
                self.header,
                "its list of data files is empty",
            ));
        }
        Ok(paths)
    }
}

/// A name with one number in it.
#[derive(Debug, PartialEq, Eq)]
struct Pattern<'a> {
    before: &'a str,
    n_digits: usize,
    is_zero_padded: bool,
    after: &'a str,
}

impl<'a> Pattern<'a> {
    fn parse(name: &'a str) -> Option<Self> {
        let (before, rest) = name.split_once('%')?;
        let at = rest.find(['d', 'i', 'u'])?;
        let (flags, rest) = rest.split_at_checked(at)?;
        let after = rest.get(1..)?;
        // Longer names than any file system takes are no names.
        let n_digits = match flags {
            "" => 0,
            _ => flags.parse().ok().filter(|n| *n < 256)?,
        };
        let is_sound = flags.bytes().all(|b| b.is_ascii_digit()) && !after.contains('%');
        is_sound.then_some(Self {
            before,
            n_digits,
            is_zero_padded: flags.starts_with('0'),
            after,
        })
    }

    fn name(&self, number: i64) -> String {
        let (before, after, width) = (self.before, self.after, self.n_digits);
        match self.is_zero_padded {
            true => format!("{before}{number:0width$}{after}"),
            false => format!("{before}{number:width$}{after}"),
        }
    }
}
