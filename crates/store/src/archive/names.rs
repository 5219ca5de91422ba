//! Names of image files inside an archive: ones that every system can make a file of, and that stay
//! in their folder.

use std::path::{Component, Path};

/// Folders in folders.
const MAX_DEPTH: usize = 32;
/// Bytes of one name (ext4, APFS and NTFS take 255).
const MAX_BYTES: usize = 255;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Whether a name, with `/` between its parts, is one.
pub(super) fn is_portable(name: &str) -> bool {
    name.split('/').count() <= MAX_DEPTH && name.split('/').all(is_portable_part)
}

fn is_portable_part(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().to_lowercase();
    let is_device = DEVICES.contains(&stem.trim_end_matches(|c: char| c.is_ascii_digit()));
    let is_odd = |c: char| c.is_control() || r#"\:*?"<>|"#.contains(c);
    !part.is_empty()
        && part.len() <= MAX_BYTES
        && !part.ends_with(['.', ' '])
        && !part.contains(is_odd)
        && !is_device
}

/// A path below a folder as such a name.
pub(super) fn portable(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|component| match component {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect();
    parts
        .map(|parts| parts.join("/"))
        .filter(|name| is_portable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_folder_or_are_none_on_some_system_are_refused() {
        for name in ["IM0001", "a/b.dcm", "Ünï.nii.gz", "comma.nii", ".hidden"] {
            assert!(is_portable(name), "{name}");
        }
        let long = "x".repeat(256);
        let deep = "a/".repeat(40) + "b";
        let refused = [
            "", "/a", "a//b", "a/", ".", "..", "a/../b", "a\\b", "C:x", "a\0", "a ", "a.", "NUL",
            "con.nii", "Com1.dcm", "a\nb", &long, &deep,
        ];
        for name in refused {
            assert!(!is_portable(name), "{name:?}");
        }
    }
}
