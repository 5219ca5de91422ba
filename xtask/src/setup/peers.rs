//! The Python environment of the peers, rebuilt when its requirements change.

use crate::failure::Failure;
use crate::places;
use crate::process;

/// What is installed with what it requires, and what without.
const LISTS: [(&str, &[&str]); 2] = [
    ("requirements.txt", &[]),
    ("requirements-alone.txt", &["--no-deps"]),
];

/// Creates `target/peers` where it is missing or holds other versions.
pub(crate) fn create() -> Result<(), Failure> {
    let lists = LISTS.map(|(name, _)| places::root().join("tests/peers").join(name));
    let stamp = places::peers().join("requirements.txt");
    let mut wanted = Vec::new();
    for path in &lists {
        wanted.extend(std::fs::read(path).map_err(|source| Failure::File {
            path: path.clone(),
            source,
        })?);
    }
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
    for (list, (_, options)) in lists.iter().zip(LISTS) {
        let list = list.to_string_lossy().into_owned();
        let mut pip = process::command(
            &python,
            &[
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ],
        );
        pip.args(options).args(["-r", &list]);
        process::run(pip)?;
    }
    std::fs::write(&stamp, wanted).map_err(|source| Failure::File {
        path: stamp,
        source,
    })
}
