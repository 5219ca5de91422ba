//! Where things are.

use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
        .to_path_buf()
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The user interface.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Python environment of the peers.
pub(crate) fn peers() -> PathBuf {
    target().join("peers")
}

/// Python of the peers.
pub(crate) fn peers_python() -> PathBuf {
    if cfg!(windows) {
        peers().join("Scripts/python.exe")
    } else {
        peers().join("bin/python")
    }
}

/// A built binary of this workspace.
pub(crate) fn binary(profile: &str, name: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
