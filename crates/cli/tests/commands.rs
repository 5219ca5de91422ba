//! The `annotomy` program as a script uses it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn annotomy(library: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annotomy"))
        .args(arguments)
        .env("ANNOTOMY_DATA_DIR", library)
        .env("ANNOTOMY_USER", "Ada")
        .output()
        .unwrap()
}

fn json_of(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn sample() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/mr-head-t1");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files.max().unwrap()
}

#[test]
fn info_tells_what_scripts_rely_on() {
    let library = tempfile::tempdir().unwrap();
    let found = json_of(&annotomy(
        library.path(),
        &["info", sample().to_str().unwrap(), "--json"],
    ));
    let series = &found["series"][0];
    // As nibabel reads the file: shape, header.get_zooms(), affine with x and y negated (RAS to
    // LPS), dataobj.min() and .max().
    assert_eq!(series["size"], json!([161, 191, 151]));
    assert_eq!(series["spacing_mm"], json!([1.0, 1.0, 1.0]));
    assert_eq!(series["scalar_type"], "uint8");
    assert_eq!(
        (series["min"].as_f64(), series["max"].as_f64()),
        (Some(0.0), Some(255.0))
    );
    let lps_from_index = json!([
        [1.0, 0.0, 0.0, -80.0],
        [0.0, 1.0, 0.0, -80.0],
        [0.0, 0.0, -1.0, 85.0],
        [0.0, 0.0, 0.0, 1.0]
    ]);
    for (row, expected) in lps_from_index.as_array().unwrap().iter().enumerate() {
        for column in 0..4 {
            let found = series["lps_from_index"][row][column].as_f64();
            assert_eq!(
                found,
                expected[column].as_f64(),
                "row {row}, column {column}"
            );
        }
    }
    for key in [
        "modality",
        "description",
        "origin_lps_mm",
        "direction_lps",
        "unit",
        "report",
    ] {
        assert!(series.get(key).is_some(), "{key}");
    }
    assert!(series.get("patient").is_none());
    assert_eq!(
        std::fs::read_dir(library.path()).unwrap().count(),
        0,
        "info leaves no trace"
    );
}

#[test]
fn convert_keeps_values_and_geometry() {
    let library = tempfile::tempdir().unwrap();
    let copy = library.path().join("copy.nii");
    let (source, copy) = (sample(), copy.to_str().unwrap().to_owned());
    let source = source.to_str().unwrap();
    json_of(&annotomy(
        library.path(),
        &["--json", "convert", source, &copy],
    ));
    let info = |path| json_of(&annotomy(library.path(), &["--json", "info", path]));
    let (before, after) = (&info(source)["series"][0], &info(&copy)["series"][0]);
    for key in ["size", "lps_from_index", "scalar_type", "min", "max"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    let again = annotomy(library.path(), &["convert", source, &copy]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("copy.nii: exists already"));
}

#[test]
fn failures_name_the_file_and_the_reason() {
    let library = tempfile::tempdir().unwrap();
    let text = library.path().join("notes.txt");
    std::fs::write(&text, "not an image").unwrap();
    let empty = library.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let truncated = library.path().join("short.nii.gz");
    let whole = std::fs::read(sample()).unwrap();
    std::fs::write(&truncated, &whole[..whole.len() / 2]).unwrap();
    for path in [&text, &empty, &truncated, &library.path().join("gone")] {
        let output = annotomy(library.path(), &["info", path.to_str().unwrap()]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(
            message.contains(path.file_name().unwrap().to_str().unwrap()),
            "{message}"
        );
    }
}

#[test]
fn serve_refuses_the_network() {
    let library = tempfile::tempdir().unwrap();
    let output = annotomy(library.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("this machine only"));
}

#[test]
fn audit_of_a_library_that_is_not_there_fails_and_makes_none() {
    let library = tempfile::tempdir().unwrap();
    let output = annotomy(library.path(), &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_dir(library.path()).unwrap().count(), 0);
}

#[test]
fn open_lists_the_series_and_remembers_the_study() {
    let library = tempfile::tempdir().unwrap();
    let source = sample();
    let study = json_of(&annotomy(
        library.path(),
        &["--json", "open", source.to_str().unwrap()],
    ));
    assert_eq!(study["series"][0]["size"], json!([161, 191, 151]));
    let verified = json_of(&annotomy(library.path(), &["--json", "audit", "verify"]));
    assert_eq!(verified["first_fault"], Value::Null);
}

#[test]
fn shapes_of_a_file_are_interpolated_and_written_again() {
    let library = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| json_of(&annotomy(library.path(), arguments));
    let image = sample();
    let image = image.to_str().unwrap();
    // Slices lie 1 mm apart.
    let table = "kind,text,points\n\
        point,Aorta,0 0 10\n\
        point,Aorta,6 3 13\n\
        point,Node,1 1 1\n";
    let file = |name: &str| library.path().join(name).display().to_string();
    std::fs::write(file("keys.csv"), table).unwrap();
    run(&["import", image, &file("keys.csv"), "--json"]);
    let done = run(&["shapes", "interpolate", image, "--json"]);
    let [track] = done["tracks"].as_array().unwrap().as_slice() else {
        panic!("{done}");
    };
    assert_eq!(
        (&track["n_keys"], &track["n_between"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(done["refused"][0]["text"], "Node");
    assert_eq!(done["refused"][0]["message"], "there is only one key");
    let (out, format) = (file("all.json"), ["--format", "shapes-json"]);
    run(&["export", image, &out, format[0], format[1], "--json"]);
    let written: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    let shapes = written["shapes"].as_array().unwrap().iter();
    let between = shapes.filter(|shape| !shape["track"]["between"].is_null());
    let found: Vec<&Value> = between.map(|shape| &shape["geometry"]["at"]).collect();
    let mut found: Vec<[f64; 3]> = found
        .into_iter()
        .map(|at| serde_json::from_value(at.clone()).unwrap())
        .collect();
    found.sort_by(|a, b| a[2].total_cmp(&b[2]));
    assert_eq!(found, [[2.0, 1.0, 11.0], [4.0, 2.0, 12.0]]);
}
