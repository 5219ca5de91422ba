//! Asking the peers of `tests/peers`, and comparing with what they answer.

use super::codes;
use annotomy_formats::Series;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Millimetres; files give ten digits, or single precision.
const AFFINE_TOLERANCE: f64 = 1e-4;

/// What a script of `tests/peers` prints.
pub(crate) fn ask(script: &str, folder: &Path) -> Value {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON").expect(
        "ANNOTOMY_PEERS_PYTHON names a Python with SimpleITK, nibabel, pydicom and VTK: \
         run these tests through `cargo xtask test`, which sets it up",
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/");
    let output = Command::new(python)
        .arg(format!("{path}{script}"))
        .arg(folder)
        .output()
        .expect("the peers' Python starts");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} failed: {problem}");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

pub(crate) fn path(case: &Value) -> PathBuf {
    PathBuf::from(case["path"].as_str().expect("a path"))
}

pub(crate) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn values(volume: &Volume) -> Vec<f64> {
    let rescale = volume.rescale();
    with_voxels!(volume.voxels(), v => v.iter().map(|x| rescale.value(x.to_f64())).collect())
}

/// Of the values as doubles, as the scripts compute it.
pub(crate) fn hash_of_values(volume: &Volume) -> String {
    let bytes: Vec<u8> = values(volume)
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    hex(&Sha256::digest(bytes))
}

pub(crate) fn check_size(series: &Series, case: &Value) {
    let expected: Vec<u64> = list(&case["size"])
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    let found: Vec<u64> = series.geometry().size().iter().map(|n| *n as u64).collect();
    assert_eq!(found, expected, "{}", path(case).display());
}

/// Compares `columns` of the transform; the step along k of a single image is not in the file.
pub(crate) fn check_affine(series: &Series, case: &Value, columns: &[usize]) {
    let rows = series.geometry().lps_from_index().rows();
    for (row, expected) in rows.iter().zip(list(&case["lps_from_index"])) {
        for column in columns {
            let expected = expected[column].as_f64().expect("a number");
            let found = row[*column];
            let name = path(case);
            assert!(
                (found - expected).abs() < AFFINE_TOLERANCE,
                "{}: {found} instead of {expected} in {rows:?}",
                name.display()
            );
        }
    }
}

pub(crate) fn check_codes(series: &Series, case: &Value) {
    let expected: Vec<&str> = list(&case["codes"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(codes(series), expected, "{}", path(case).display());
}

pub(crate) fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().expect("a text")
}

/// The raw values that a script has written for a case.
pub(crate) fn truth(case: &Value) -> Vec<u8> {
    std::fs::read(text(case, "truth")).expect("the truth can be read")
}
