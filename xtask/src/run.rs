//! Opens the app: the desktop window where there is a display, else the local server.

use crate::failure::Failure;
use crate::process;
use crate::setup;

/// Sets up what is missing and starts the app.
pub(crate) fn run() -> Result<(), Failure> {
    if has_display() {
        setup::for_window()?;
        println!("Opening the window");
        start(&["-p", "annotomy-desktop", "--features", "custom-protocol"])
    } else {
        setup::for_server()?;
        println!("No display: serving the app on this computer only; end it with Ctrl-C");
        start(&["-p", "annotomy-cli", "--", "serve"])
    }
}

fn start(arguments: &[&str]) -> Result<(), Failure> {
    let mut cargo = process::cargo(&["run", "--release"]);
    cargo.args(arguments);
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
