//! The benchmark series in all its forms, each made once.

use crate::failure::Failure;
use crate::places;
use crate::process;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const N_FILES: usize = 300;

/// Folder of the 512 x 512 x 300 int16 CT series of 300 uncompressed files.
pub(crate) fn series() -> Result<PathBuf, Failure> {
    files("ct", N_FILES, "make_ct.py", |out| {
        let cranium = cranium(&places::target().join("bench"));
        let arguments = std::iter::once(out.into());
        arguments
            .chain(cranium.map(PathBuf::into_os_string))
            .collect()
    })
}

/// The series in a compressed transfer syntax that `encode_ct.py` knows.
pub(crate) fn encoded(series: &Path, kind: &str) -> Result<PathBuf, Failure> {
    files(kind, N_FILES, "encode_ct.py", |out| {
        vec![series.into(), kind.into(), out.into()]
    })
}

/// 3,000 files: ten series of 300 small slices.
pub(crate) fn many(series: &Path) -> Result<PathBuf, Failure> {
    files("many", 3000, "make_copies.py", |out| {
        vec![
            series.into(),
            out.into(),
            "10".into(),
            "300".into(),
            "64".into(),
        ]
    })
}

/// One series of 2,500 slices of 512 x 512.
pub(crate) fn long(series: &Path) -> Result<PathBuf, Failure> {
    files("long", 2500, "make_copies.py", |out| {
        vec![
            series.into(),
            out.into(),
            "1".into(),
            "2500".into(),
            "512".into(),
        ]
    })
}

/// The series as `.nii.gz`, written by SimpleITK.
pub(crate) fn gzip_nifti(series: &Path) -> Result<PathBuf, Failure> {
    let folder = files("nifti", 1, "make_nifti.py", |out| {
        vec![series.into(), Path::new(out).join("ct.nii.gz").into()]
    })?;
    Ok(folder.join("ct.nii.gz"))
}

/// Blobs in 512 x 512 x 300 voxels, one byte a voxel.
pub(crate) fn blobs() -> Result<PathBuf, Failure> {
    let folder = files("blobs", 1, "segmentation_algorithms.py", |out| {
        vec!["make".into(), Path::new(out).join("blobs.u8").into()]
    })?;
    Ok(folder.join("blobs.u8"))
}

/// Folder `name` with `n_files`, made by a script of `tests/bench` unless it is there.
fn files(
    name: &str,
    n_files: usize,
    script: &str,
    arguments: impl Fn(&Path) -> Vec<OsString>,
) -> Result<PathBuf, Failure> {
    let folder = places::target().join("bench").join(name);
    if std::fs::read_dir(&folder).is_ok_and(|files| files.count() == n_files) {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder).map_err(|source| Failure::File {
        path: folder.clone(),
        source,
    })?;
    let python = places::peers_python();
    let script = format!("tests/bench/{script}");
    let mut make = process::command(&python.to_string_lossy(), &[&script]);
    make.args(arguments(&folder));
    process::run(make)?;
    Ok(folder)
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
