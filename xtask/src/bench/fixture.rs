//! The benchmark series, made once.

use crate::failure::Failure;
use crate::places;
use crate::process;
use std::path::{Path, PathBuf};

const N_FILES: usize = 300;

/// Folder of the 512 x 512 x 300 int16 CT series of 300 uncompressed files.
pub(crate) fn series() -> Result<PathBuf, Failure> {
    let folder = places::target().join("bench");
    let series = folder.join("ct");
    if std::fs::read_dir(&series).is_ok_and(|files| files.count() == N_FILES) {
        return Ok(series);
    }
    std::fs::create_dir_all(&series).map_err(|source| Failure::File {
        path: series.clone(),
        source,
    })?;
    let python = places::peers_python();
    let mut make = process::command(&python.to_string_lossy(), &["tests/bench/make_ct.py"]);
    make.arg(&series).args(cranium(&folder));
    process::run(make)?;
    Ok(series)
}

/// A real CT head from Debian's `invesalius-examples`; none where that cannot be had.
fn cranium(folder: &Path) -> Option<PathBuf> {
    let file = folder.join("usr/share/doc/invesalius-examples/examples/Cranium.inv3");
    if file.exists() {
        return Some(file);
    }
    let mut download = process::command("apt-get", &["download", "-qq", "invesalius-examples"]);
    download.current_dir(folder);
    process::run(download).ok()?;
    let package = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))?;
    let mut extract = process::command("dpkg-deb", &["-x"]);
    extract.arg(package).arg(folder);
    process::run(extract).ok()?;
    file.exists().then_some(file)
}
