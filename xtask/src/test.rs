//! All tests, step by step; every step runs even when an earlier one fails.

use crate::crash;
use crate::data;
use crate::failure::Failure;
use crate::places;
use crate::process;
use crate::setup;
use crate::tally::Tally;
use std::process::Command;
use std::time::Instant;

const USAGE: &str = "cargo xtask test [rust] [conformance] [ui] [e2e] [desktop] [crash]";

#[derive(Debug, Clone, Copy)]
enum Step {
    Rust,
    Conformance,
    Ui,
    EndToEnd,
    Desktop,
    Crash,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Rust,
        Self::Conformance,
        Self::Ui,
        Self::EndToEnd,
        Self::Desktop,
        Self::Crash,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Conformance => "conformance",
            Self::Ui => "ui",
            Self::EndToEnd => "e2e",
            Self::Desktop => "desktop",
            Self::Crash => "crash",
        }
    }

    fn run(self) -> Tally {
        match self {
            Self::Rust => counted(cargo_test()),
            Self::Conformance => built(conformance),
            Self::Ui => user_interface(),
            Self::EndToEnd => built(|| counted(node_tests("tests/e2e"))),
            Self::Desktop => built(|| counted(node_tests("tests/desktop"))),
            Self::Crash => crashes(),
        }
    }
}

/// Kills in a test run; `cargo xtask soak` does more.
const KILLS: usize = 40;

/// Runs the named steps, all when none is named.
pub(crate) fn test(names: &[&str]) -> Result<(), Failure> {
    let steps = chosen(names)?;
    setup::for_tests()?;
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for step in steps {
        println!("\n=== {} ===", step.name());
        let started = Instant::now();
        let tally = step.run();
        total.add(tally);
        lines.push(format!(
            "{:11} {:5} passed {:3} failed  {:.0} s",
            step.name(),
            tally.passed,
            tally.failed,
            started.elapsed().as_secs_f64()
        ));
    }
    println!("\n{}", lines.join("\n"));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        Ok(())
    } else {
        Err(Failure::Tests(total.failed))
    }
}

fn chosen(names: &[&str]) -> Result<Vec<Step>, Failure> {
    if names.is_empty() {
        return Ok(Step::ALL.to_vec());
    }
    names
        .iter()
        .map(|name| {
            Step::ALL
                .into_iter()
                .find(|step| step.name() == *name)
                .ok_or(Failure::Usage(USAGE))
        })
        .collect()
}

fn cargo_test() -> Command {
    with_peers(process::cargo_workspace("test", &["--no-fail-fast"]))
}

/// What we read from real files against what other software reads.
fn conformance() -> Tally {
    let data = match data::fetch() {
        Ok(data) => data,
        Err(failure) => {
            println!("{failure}");
            return Tally::of(false);
        }
    };
    let python = places::peers_python();
    let mut table = process::command(&python.to_string_lossy(), &["tests/conformance/table.py"]);
    table.arg(places::binary("debug", "annotomy")).arg(data);
    counted(table)
}

/// Type check and lint count as one test each.
fn user_interface() -> Tally {
    let mut tally = Tally::default();
    for script in ["check", "lint"] {
        tally.add(Tally::of(succeeds(process::npm(&["run", script]))));
    }
    tally.add(counted(process::npm(&["test"])));
    tally
}

fn crashes() -> Tally {
    let outcome = crash::crash(KILLS);
    if let Err(failure) = &outcome {
        println!("{failure}");
    }
    Tally::of(outcome.is_ok())
}

fn node_tests(folder: &str) -> Command {
    let pattern = format!("{folder}/*.test.mjs");
    let mut node = process::command("node", &["--test", "--test-reporter=spec"]);
    // One file at a time: two browsers on two cores only measure each other.
    node.args(["--test-concurrency=1"]);
    node.args(matching(&pattern));
    with_peers(node)
}

/// Files that the pattern `folder/*.suffix` names; Node 20 does not expand patterns itself.
fn matching(pattern: &str) -> Vec<String> {
    let (folder, suffix) = pattern.split_once("/*").unwrap_or((pattern, ""));
    let mut files: Vec<String> = std::fs::read_dir(places::root().join(folder))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().to_string_lossy().into_owned())
        .filter(|path| path.ends_with(suffix))
        .collect();
    files.sort();
    files
}

fn with_peers(mut command: Command) -> Command {
    command
        .env("ANNOTOMY_PEERS_PYTHON", places::peers_python())
        .env("ANNOTOMY_TARGET", places::target());
    command
}

fn built(tests: impl FnOnce() -> Tally) -> Tally {
    match process::build_programs() {
        Ok(()) => tests(),
        Err(failure) => {
            println!("{failure}");
            Tally::of(false)
        }
    }
}

fn succeeds(command: Command) -> bool {
    match process::run(command) {
        Ok(()) => true,
        Err(failure) => {
            println!("{failure}");
            false
        }
    }
}

/// Counts what a runner prints; a runner that fails without a failed test counts as one, and so
/// does one that ran nothing.
fn counted(command: Command) -> Tally {
    let mut tally = Tally::default();
    let outcome = process::watch(command, |line| tally.read_line(line));
    if let Err(failure) = outcome {
        println!("{failure}");
        tally.failed = tally.failed.max(1);
    }
    if tally == Tally::default() {
        println!("no test ran");
        tally.failed = 1;
    }
    tally
}
