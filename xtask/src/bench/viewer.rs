//! First image, scrolling and painting as a user sees them, in headless Chromium.

use super::table::{Promise, Table};
use crate::failure::Failure;
use crate::places;
use crate::process;
use serde_json::Value;
use std::path::Path;

/// Names in the script's answer, what they are, and what is promised in milliseconds.
const ROWS: [(&str, &str, Promise); 6] = [
    (
        "first_image",
        "first image after the folder is chosen, browser",
        Promise::AtMost(300.0),
    ),
    (
        "scroll_median",
        "slice requested to drawn, browser, median",
        Promise::AtMost(16.0),
    ),
    (
        "scroll_p95",
        "slice requested to drawn, browser, p95",
        Promise::AtMost(33.0),
    ),
    (
        "stroke_median",
        "pen up to durable, browser, median",
        Promise::AtMost(15.0),
    ),
    (
        "stroke_p99",
        "pen up to durable, browser, p99",
        Promise::AtMost(60.0),
    ),
    (
        "stroke_shown",
        "pen up to the status line, browser, software rendering, median",
        Promise::None,
    ),
];

/// The same with 200 segments beside 2.
const MANY: [(&str, &str); 2] = [
    (
        "many_scroll",
        "a slice drawn with 200 segments, browser, times that with 2 segments",
    ),
    (
        "many_shown",
        "a stroke shown with 200 segments, browser, times that with 2 segments",
    ),
];
/// What counts as equally fast.
const AS_FAST: f64 = 1.1;

/// Adds the rows about the viewer.
pub(crate) fn measure(series: &Path, table: &mut Table) -> Result<(), Failure> {
    let mut script = process::command("node", &["tests/bench/viewer.mjs"]);
    script
        .arg(series)
        .env("ANNOTOMY_BINARY", places::binary("release", "annotomy"));
    let answer = process::output(script)?;
    add_rows(&answer, &ROWS, table);
    add_ratios(&answer, table);
    Ok(())
}

/// Adds rows about many segments beside few: the same in the same page.
fn add_ratios(answer: &[u8], table: &mut Table) {
    let answer: Value = serde_json::from_slice(answer).unwrap_or(Value::Null);
    for (name, what) in MANY {
        let ratio = answer[name].as_f64().unwrap_or(f64::NAN);
        table.add(what, ratio, "x", Promise::AtMost(AS_FAST));
    }
}

/// Adds a row for each named number of a script's JSON answer.
pub(crate) fn add_rows(answer: &[u8], rows: &[(&str, &str, Promise)], table: &mut Table) {
    let answer: Value = serde_json::from_slice(answer).unwrap_or(Value::Null);
    for (name, what, promise) in rows {
        let ms = answer[*name].as_f64().unwrap_or(f64::NAN);
        table.add(*what, ms, "ms", *promise);
    }
}
