//! Opens the app: the desktop window where there is a display, else the local server.

use crate::failure::Failure;
use crate::process;
use crate::setup;

/// Sets up what is missing and starts the app, on `path` if given.
pub(crate) fn run(path: Option<&str>) -> Result<(), Failure> {
    if has_display() {
        setup::for_window()?;
        println!("Opening the window");
        start(
            &[
                "run",
                "--release",
                "-p",
                "annotomy-desktop",
                "--features",
                "custom-protocol",
                "--",
            ],
            path,
        )
    } else {
        setup::for_server()?;
        println!("No display: serving the app on this computer only; end it with Ctrl-C");
        start(
            &["run", "--release", "-p", "annotomy-cli", "--", "serve"],
            path,
        )
    }
}

fn start(arguments: &[&str], path: Option<&str>) -> Result<(), Failure> {
    let mut cargo = process::cargo(arguments);
    // The app runs where the user is, so that a relative path means what it says.
    if let Ok(here) = std::env::current_dir() {
        cargo.current_dir(here);
    }
    cargo.args(path);
    process::run(cargo)
}

fn has_display() -> bool {
    if cfg!(any(target_os = "macos", windows)) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
