//! The user interface: npm packages from the lock file, and the built files that hosts embed.

use crate::failure::Failure;
use crate::places;
use crate::process;
use std::path::Path;
use std::time::SystemTime;

/// Sources of `ui/dist`, relative to `ui`.
const SOURCES: [&str; 6] = [
    "src",
    "public",
    "index.html",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
];

/// Installs npm packages and builds `ui/dist` where they are out of date.
pub(crate) fn build() -> Result<(), Failure> {
    install()?;
    let built = modified(&places::ui().join("dist/index.html"));
    let newest_source = SOURCES
        .iter()
        .filter_map(|source| newest(&places::ui().join(source)))
        .max();
    if built.is_some() && built >= newest_source {
        return Ok(());
    }
    println!("Building the user interface");
    process::run(process::npm(&["run", "build", "--silent"]))
}

fn install() -> Result<(), Failure> {
    check_node()?;
    // npm writes this file last, so an interrupted installation is done again.
    let installed = modified(&places::ui().join("node_modules/.package-lock.json"));
    let locked = modified(&places::ui().join("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    println!("Installing npm packages from ui/package-lock.json");
    process::run(process::npm(&["ci", "--no-audit", "--no-fund"]))
}

/// The build tools need Node 20.19 or newer.
fn check_node() -> Result<(), Failure> {
    let supported = "const [a, b] = process.versions.node.split('.').map(Number);\
                     process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)";
    if process::works("node", &["-e", supported]) {
        return Ok(());
    }
    Err(Failure::Missing {
        what: "Node 20.19 or newer",
        hint: "install it from https://nodejs.org or your distribution".to_owned(),
    })
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// Time of the newest file below `path`; deleting a file shows in its folder's own time.
fn newest(path: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| newest(&entry.path()))
        .chain(modified(path))
        .max()
}
