//! The Python environment of the peers, rebuilt when its requirements change.

use crate::failure::Failure;
use crate::places;
use crate::process;

/// Creates `target/peers` where it is missing or holds other versions.
pub(crate) fn create() -> Result<(), Failure> {
    let requirements = places::root().join("tests/peers/requirements.txt");
    let stamp = places::peers().join("requirements.txt");
    let wanted = std::fs::read(&requirements).map_err(|source| Failure::File {
        path: requirements.clone(),
        source,
    })?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!(
        "Creating the Python environment of the peers in {}",
        places::peers().display()
    );
    let folder = places::peers().to_string_lossy().into_owned();
    process::run(process::command(
        "python3",
        &["-m", "venv", "--clear", &folder],
    ))?;
    let python = places::peers_python().to_string_lossy().into_owned();
    let list = requirements.to_string_lossy().into_owned();
    process::run(process::command(
        &python,
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            &list,
        ],
    ))?;
    std::fs::write(&stamp, wanted).map_err(|source| Failure::File {
        path: stamp,
        source,
    })
}
