//! Starting other programs.

use crate::failure::Failure;
use crate::places;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// A program to be started in the repository.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(places::root());
    command
}

/// Cargo, the one that started this task.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, arguments)
}

/// All packages with one set of features: cargo builds dependencies anew for each other set, which
/// takes longer than all tests.
const WORKSPACE: [&str; 3] = [
    "--workspace",
    "--features",
    "annotomy-desktop/custom-protocol",
];

/// Cargo, for all packages.
pub(crate) fn cargo_workspace(command: &str, arguments: &[&str]) -> Command {
    let mut cargo = cargo(&[command]);
    cargo.args(WORKSPACE).args(arguments);
    cargo
}

/// Builds the programs; what the tests need of libraries too, so that these are built once.
pub(crate) fn build_programs() -> Result<(), Failure> {
    run(cargo_workspace("build", &["--bins", "--tests"]))
}

/// Builds an example of a package for measuring.
pub(crate) fn build_example(package: &str, example: &str) -> Result<(), Failure> {
    let what = ["build", "--release", "-p", package, "--example", example];
    run(cargo(&what))
}

/// npm in the folder of the user interface.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = command(program, arguments);
    npm.current_dir(places::ui());
    npm
}

/// Runs to the end; the output goes to the terminal.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let status = command.status().map_err(|source| start(&command, source))?;
    ended(&command, status)
}

/// Runs to the end and returns the standard output.
pub(crate) fn output(mut command: Command) -> Result<Vec<u8>, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| start(&command, source))?;
    ended(&command, output.status)?;
    Ok(output.stdout)
}

/// Runs to the end with `input` on standard input and returns the standard output.
pub(crate) fn filter(mut command: Command, input: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| start(&command, source))?;
    let mut stdin = child.stdin.take().expect("it was piped");
    let input = input.to_vec();
    // Written from a thread: a program that answers before it has read everything would block both.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child
        .wait_with_output()
        .map_err(|source| start(&command, source))?;
    ended(&command, output.status)?;
    writer
        .join()
        .expect("the writer does not panic")
        .map_err(|source| start(&command, source))?;
    Ok(output.stdout)
}

/// Runs to the end, shows each line of output and hands it to `on_line`.
pub(crate) fn watch(mut command: Command, mut on_line: impl FnMut(&str)) -> Result<(), Failure> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| start(&command, source))?;
    let stdout = child.stdout.take().expect("it was piped");
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.map_err(|source| start(&command, source))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        on_line(&line);
    }
    let status = child.wait().map_err(|source| start(&command, source))?;
    ended(&command, status)
}

/// Whether a program is there and ends well.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    command(program, arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The failure to start a program.
pub(crate) fn start(command: &Command, source: std::io::Error) -> Failure {
    Failure::Start {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    }
}

fn ended(command: &Command, status: std::process::ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy()),
    );
    Err(Failure::Exit {
        program: words.join(" "),
        status,
    })
}
