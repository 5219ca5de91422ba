//! Damages files until something breaks: `crates/fuzz` under libFuzzer, instrumented for coverage.
//!
//! The code is built by stable Rust, optimised, with overflow checks and debug assertions. A worker
//! process reads inputs of one target; a crash, a hang, too much time or memory ends it, and the
//! input is kept. It is made smaller and put among the findings of `crates/fuzz`, which the tests
//! read again. What libFuzzer has learnt stays in `target/fuzz/corpus` for the next run.

use crate::failure::Failure;
use crate::places;
use crate::process;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const USAGE: &str = "cargo xtask fuzz [NAME|all] [--minutes N]";

/// Minutes for each target when none are named.
const MINUTES: u64 = 1;

/// What finds the way through the code (LLVM's SanitizerCoverage, as cargo-fuzz has it).
const INSTRUMENTS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The worker's own limit counts processor time; this one ends what never comes back.
const HANG: &str = "-timeout=60";

/// What the worker's own count of memory misses ends it here: megabytes in use, and kilobytes of
/// address space.
const MOST_RESIDENT: &str = "-rss_limit_mb=2048";
const MOST_SPACE: &str = "ulimit -v 8388608 2>/dev/null; exec \"$0\" \"$@\"";

/// Inputs that end workers, after which a target is left for others.
const MAX_FINDINGS: usize = 3;

/// Inputs that are tried to make a finding smaller.
const MINIMIZING: &str = "-runs=20000";

/// Lists the targets, or fuzzes one, or all of them one after another.
pub(crate) fn fuzz(words: &[&str]) -> Result<(), Failure> {
    let (name, minutes) = match words {
        [] => (None, MINUTES),
        [name] => (Some(*name), MINUTES),
        [name, "--minutes", n] => {
            let minutes = n.parse().map_err(|_| Failure::Usage(USAGE))?;
            (Some(*name), minutes)
        }
        _ => return Err(Failure::Usage(USAGE)),
    };
    let worker = build()?;
    let listed = process::output(Command::new(&worker))?;
    let listed = String::from_utf8_lossy(&listed);
    let chosen: Vec<&str> = listed
        .lines()
        .filter(|known| name.is_some_and(|name| name == *known || name == "all"))
        .collect();
    if name.is_none() {
        println!("{listed}");
        return Ok(());
    }
    if chosen.is_empty() {
        return Err(Failure::Usage(USAGE));
    }
    make_seeds()?;
    let mut n_findings = 0;
    for target in chosen {
        let run = Run::new(&worker, target)?;
        n_findings += run.until(Instant::now() + Duration::from_secs(60 * minutes))?;
    }
    match n_findings {
        0 => Ok(()),
        n => Err(Failure::Tests(n)),
    }
}

fn folder() -> PathBuf {
    places::target().join("fuzz")
}

fn file_failure(path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.to_owned();
    |source| Failure::File { path, source }
}

fn make_folder(path: PathBuf) -> Result<PathBuf, Failure> {
    fs::create_dir_all(&path).map_err(file_failure(&path))?;
    Ok(path)
}

/// Build scripts stay as they are because a target is named.
fn build() -> Result<PathBuf, Failure> {
    let version = process::output(process::command("rustc", &["-vV"]))?;
    let version = String::from_utf8_lossy(&version).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Failure::Missing {
        what: "the name of this machine's target",
        hint: "`rustc -vV` should print it".to_owned(),
    })?;
    let mut cargo = process::cargo(&["build", "--package", "annotomy-fuzz"]);
    cargo.args([
        "--features",
        "coverage",
        "--profile",
        "fuzz",
        "--target",
        host,
    ]);
    cargo.arg("--target-dir").arg(folder());
    cargo.env("RUSTFLAGS", INSTRUMENTS);
    process::run(cargo)?;
    let name = format!("annotomy-fuzz{}", std::env::consts::EXE_SUFFIX);
    Ok(folder().join(host).join("fuzz").join(name))
}

/// Sound files of every target, made once.
fn make_seeds() -> Result<(), Failure> {
    let seeds = folder().join("seeds");
    if seeds.is_dir() {
        return Ok(());
    }
    let unfinished = make_folder(folder().join("seeds-unfinished"))?;
    let script = places::root().join("tests/peers/fuzz_seeds.py");
    let mut python = Command::new(places::peers_python());
    python.arg(script).arg(&unfinished).stdout(Stdio::null());
    process::run(python)?;
    fs::rename(&unfinished, &seeds).map_err(file_failure(&seeds))
}

/// The files in a folder.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Work on one target.
struct Run<'a> {
    worker: &'a Path,
    target: &'a str,
    corpus: PathBuf,
    /// Inputs that ended a worker.
    found: PathBuf,
    /// Where workers make their files; in memory where the system has such a place.
    scratch: PathBuf,
}

impl<'a> Run<'a> {
    fn new(worker: &'a Path, target: &'a str) -> Result<Self, Failure> {
        let memory = Path::new("/dev/shm");
        let scratch = match memory.is_dir() {
            true => memory.join(format!("annotomy-fuzz-{}", std::process::id())),
            false => folder().join("scratch"),
        };
        Ok(Self {
            worker,
            target,
            corpus: make_folder(folder().join("corpus").join(target))?,
            found: make_folder(folder().join("found").join(target))?,
            scratch,
        })
    }

    fn command(&self, arguments: &[OsString]) -> Command {
        let mut command = if cfg!(unix) {
            let mut shell = Command::new("sh");
            shell.args(["-c", MOST_SPACE]).arg(self.worker);
            shell
        } else {
            Command::new(self.worker)
        };
        command
            .args(arguments)
            .args([HANG, MOST_RESIDENT, "-max_len=65536"])
            .env("ANNOTOMY_FUZZ_TARGET", self.target)
            .env("TMPDIR", &self.scratch)
            .current_dir(places::root())
            .stdout(Stdio::null());
        command
    }

    /// Answers how many inputs did harm.
    fn until(&self, end: Instant) -> Result<usize, Failure> {
        let (mut n_inputs, mut n_findings) = (0_u64, 0);
        loop {
            let left = end.saturating_duration_since(Instant::now()).as_secs();
            if left == 0 || n_findings >= MAX_FINDINGS {
                break;
            }
            let before = files(&self.found);
            let log = self.work(left)?;
            let said = fs::read(&log).map_err(file_failure(&log))?;
            let said = String::from_utf8_lossy(&said);
            n_inputs += number(&said, "stat::number_of_executed_units:").unwrap_or(0);
            let harmful = files(&self.found);
            for input in harmful.difference(&before).filter(|input| **input != log) {
                n_findings += 1;
                self.keep(input, &said)?;
            }
        }
        let peak = self.peak()?;
        println!(
            "{:16} {n_inputs:9} inputs, {n_findings} did harm; {peak}",
            self.target
        );
        Ok(n_findings)
    }

    /// Runs a worker and answers where its log is.
    fn work(&self, seconds: u64) -> Result<PathBuf, Failure> {
        let log = self.found.join("log");
        make_folder(self.scratch.clone())?;
        let output = File::create(&log).map_err(file_failure(&log))?;
        let seeds = folder().join("seeds").join(self.target);
        let mut prefix = self.found.clone().into_os_string();
        prefix.push("/");
        let mut artifacts = OsString::from("-artifact_prefix=");
        artifacts.push(prefix);
        let mut command = self.command(&[
            self.corpus.clone().into_os_string(),
            seeds.into_os_string(),
            format!("-max_total_time={seconds}").into(),
            artifacts,
            "-print_final_stats=1".into(),
        ]);
        let ended = command.stderr(output).status();
        // A worker that found something ends with a failure, too.
        ended.map_err(|source| process::start(&command, source))?;
        fs::remove_dir_all(&self.scratch).map_err(file_failure(&self.scratch))?;
        Ok(log)
    }

    /// Makes a finding as small as it gets, and puts it where the tests find it.
    fn keep(&self, input: &Path, said: &str) -> Result<(), Failure> {
        let name = input.file_name().unwrap_or_default();
        let kept = make_folder(
            places::root()
                .join("crates/fuzz/findings")
                .join(self.target),
        )?;
        let kept = kept.join(name);
        make_folder(self.scratch.clone())?;
        let mut exact = OsString::from("-exact_artifact_path=");
        exact.push(&kept);
        let mut command = self.command(&[
            "-minimize_crash=1".into(),
            MINIMIZING.into(),
            exact,
            input.as_os_str().to_owned(),
        ]);
        let ended = command.stderr(Stdio::null()).status();
        ended.map_err(|source| process::start(&command, source))?;
        fs::remove_dir_all(&self.scratch).map_err(file_failure(&self.scratch))?;
        if !kept.is_file() {
            fs::copy(input, &kept).map_err(file_failure(&kept))?;
        }
        let said = said.lines().filter(|line| {
            line.starts_with("harm:") || line.starts_with("panic:") || line.starts_with("==")
        });
        for line in said {
            println!("{line}");
        }
        println!("found: {}", kept.display());
        Ok(())
    }

    /// The most memory that an input took, as the last worker tells it.
    fn peak(&self) -> Result<String, Failure> {
        let log = self.found.join("log");
        let said = fs::read(&log).map_err(file_failure(&log))?;
        let said = String::from_utf8_lossy(&said).into_owned();
        let peak = said.lines().rfind(|line| line.starts_with("peak "));
        Ok(peak.unwrap_or("peak below 4 MB").to_owned())
    }
}

/// The number behind a word.
fn number(said: &str, word: &str) -> Option<u64> {
    let line = said.lines().rfind(|line| line.starts_with(word))?;
    line.strip_prefix(word)?.trim().parse().ok()
}
