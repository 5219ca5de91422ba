//! Cold start of the desktop window, release build, under Xvfb.

use super::table::{Promise, Table};
use super::viewer::add_rows;
use crate::failure::Failure;
use crate::places;
use crate::process;

/// Adds the row about the window.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    let features = ["--features", "custom-protocol"];
    let mut build = process::cargo(&["build", "--release", "-p", "annotomy-desktop"]);
    build.args(features);
    process::run(build)?;
    let mut script = process::command("node", &["tests/bench/window.mjs"]);
    script.env(
        "ANNOTOMY_DESKTOP",
        places::binary("release", "annotomy-desktop"),
    );
    let what = "window from start to home screen, median";
    let rows = [("cold_start", what, Promise::AtMost(1500.0))];
    add_rows(&process::output(script)?, &rows, table);
    Ok(())
}
