//! Damaged files of every kind are refused or read, and do no harm.
//!
//! The damage is the same in every run. `cargo xtask fuzz` does more of it.

use annotomy_fuzz::{Target, damage, mutate};
use fastrand::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Once};
use tempfile::TempDir;

/// Damaged inputs of each target: less than a minute in all.
const N_INPUTS: usize = 1000;

static SEEDS: LazyLock<TempDir> = LazyLock::new(|| {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("run these tests through `cargo xtask test`, which sets up the peers");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/fuzz_seeds.py"
    );
    let output = Command::new(python).arg(script).arg(folder.path()).output();
    let output = output.expect("the peers' Python starts");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "no seeds: {problem}");
    folder
});

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

fn seeds(target: Target) -> Vec<Vec<u8>> {
    let files = files(&SEEDS.path().join(target.name()));
    let read = |path: &PathBuf| std::fs::read(path).expect("a file");
    files.iter().map(read).collect()
}

#[test]
fn sound_inputs_of_every_target_are_read() {
    for target in Target::ALL {
        let seeds = seeds(target);
        let n_read = seeds
            .iter()
            .filter(|seed| target.read(seed).is_read)
            .count();
        // Some are there to be refused.
        assert!(
            n_read > 0 && n_read * 10 >= seeds.len() * 7,
            "{}: {n_read} of {} read",
            target.name(),
            seeds.len()
        );
    }
}

/// Panics say what they have to, without a trace: reading its symbols takes more memory than is
/// allowed, and decoders' panics are caught.
fn without_traces() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))));
}

/// What reading says if it does harm; the input is kept.
fn harm(target: Target, round: usize, input: &[u8]) -> Result<bool, String> {
    let read = catch_unwind(AssertUnwindSafe(|| target.read(input).is_read));
    read.map_err(|panic| {
        let name = format!("{}-{round}", target.name());
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&kept, input).expect("cargo's folder can be written");
        let said = panic.downcast_ref::<String>().cloned();
        format!("{}: {}", kept.display(), said.unwrap_or_default())
    })
}

#[test]
fn damaged_inputs_do_no_harm() {
    without_traces();
    let mut found = Vec::new();
    for target in Target::ALL {
        let seeds = seeds(target);
        let mut n_read = 0;
        for round in 0..N_INPUTS {
            let mut rng = Rng::with_seed(round as u64);
            let input = damage(target, &seeds[round % seeds.len()], &mut rng, mutate);
            match harm(target, round, &input) {
                Ok(is_read) => n_read += usize::from(is_read),
                Err(said) => found.push(said),
            }
        }
        // Damage that nothing survives, or that changes nothing, tests nothing.
        assert!(
            (N_INPUTS / 20..N_INPUTS).contains(&n_read),
            "{}: {n_read} of {N_INPUTS} read",
            target.name()
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_did_harm_once_does_no_more() {
    without_traces();
    let findings = Path::new(env!("CARGO_MANIFEST_DIR")).join("findings");
    for folder in files(&findings) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let target = Target::named(&name).expect("a folder for each target");
        for input in files(&folder) {
            // What is read of it does not matter; that reading returns does.
            let _outcome = target.read(&std::fs::read(input).expect("a file"));
        }
    }
}
