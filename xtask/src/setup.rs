//! Sets up what building, running and testing need, and only what is missing.

mod packages;
mod peers;
mod ui;

pub(crate) use packages::System;

use crate::failure::Failure;

/// What the desktop window needs.
pub(crate) fn for_window() -> Result<(), Failure> {
    packages::install(&[System::Compiler, System::Webview])?;
    ui::build()
}

/// What the server needs.
pub(crate) fn for_server() -> Result<(), Failure> {
    packages::install(&[System::Compiler])?;
    ui::build()
}

/// What building everything and all tests need.
pub(crate) fn for_tests() -> Result<(), Failure> {
    packages::install(&[
        System::Compiler,
        System::Webview,
        System::Browser,
        System::Display,
        System::Peers,
    ])?;
    ui::build()?;
    peers::create()
}
