//! Indices and archives of images, as pydicom and Python's zipfile write them.

use crate::common::ask::{ask, path};
use crate::common::{Image, load, nifti, scanned, write};
use annotomy_formats::{FormatError, Study};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn made() -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("dicom_containers.py", folder.path());
    (folder, answer)
}

/// Images of each series, in the order of series numbers, which are also in the pixels.
#[track_caller]
fn check(study: &Study, case: &Value) {
    let counts: Vec<usize> = study.series.iter().map(|s| s.n_files()).collect();
    assert_eq!(serde_json::json!(counts), case["counts"]);
    for series in &study.series {
        let values = load(series).voxels().bytes().to_vec();
        let number = i16::from_le_bytes([values[0], values[1]]) / 10;
        assert_eq!(Some(i64::from(number)), number_of(series.paths()));
    }
}

/// The series number in the first file.
fn number_of(paths: Vec<PathBuf>) -> Option<i64> {
    let study = scanned(paths.first()?).ok()?;
    let elements = study.series.first()?.metadata(0).ok()?.1;
    let number = elements
        .iter()
        .find(|element| element.tag == "(0020,0011)")?;
    number.value.parse().ok()
}

#[track_caller]
fn check_report(study: &Study, expected: &[(&str, &str)]) {
    let found: Vec<_> = study
        .report
        .iter()
        .map(|f| (f.code, f.message.as_str()))
        .collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((code, message), (expected, part)) in found.iter().zip(expected) {
        assert_eq!(code, expected);
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn an_index_leads_to_its_files_once() {
    let (_folder, made) = made();
    let folder = path(&made["whole"]);
    for opened in [folder.clone(), folder.join("DICOMDIR")] {
        let study = scanned(&opened).expect("readable");
        check(&study, &made["whole"]);
        check_report(&study, &[]);
    }
    let study = scanned(&path(&made["small"])).expect("readable");
    check(&study, &made["small"]);
}

#[test]
fn an_index_never_leads_out_of_its_folder() {
    let (_folder, made) = made();
    let study = scanned(&path(&made["lacking"])).expect("readable");
    check(&study, &made["lacking"]);
    check_report(&study, &[("damaged", "lists 1 file(s) that are not there")]);
    let study = scanned(&path(&made["escaping"])).expect("readable");
    check(&study, &made["escaping"]);
    check_report(&study, &[("damaged", "2 file(s) outside its folder")]);
}

#[test]
fn an_archive_is_unpacked_as_long_as_a_series_of_it_is_used() {
    let (_folder, made) = made();
    let study = scanned(&path(&made["zip"])).expect("readable");
    check(&study, &made["zip"]);
    check_report(&study, &[]);
    let unpacked = study.series[0].paths()[0].clone();
    assert!(unpacked.exists() && unpacked.to_string_lossy().contains("whole.zip"));
    drop(study);
    assert!(!unpacked.exists());
}

#[test]
fn an_archive_keeps_to_its_own_folder_and_limits() {
    let (folder, made) = made();
    let study = scanned(&path(&made["odd_zip"])).expect("readable");
    check(&study, &made["odd_zip"]);
    let nested = ("not_an_image", "a zip archive");
    check_report(&study, &[("damaged", "leads out of the archive"), nested]);
    assert!(!folder.path().join("escaped.dcm").exists());
    let bomb = Path::new(made["bomb"].as_str().expect("a path"));
    let error = scanned(bomb).expect_err("refused");
    assert!(matches!(error, FormatError::Limit { .. }), "{error}");
    assert_eq!(error.path(), Some(bomb));
}

#[test]
fn copies_of_one_file_make_one_series() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| write(&folder.path().join(name), bytes);
    let volume = nifti(&[2, 2, 2], &[1; 8]);
    put("a.nii", &volume);
    put("b.nii", &volume);
    put("c", &Image::at(0.0, 0).bytes());
    put("d", &Image::at(0.0, 0).bytes());
    let study = scanned(folder.path()).expect("readable");
    let mut keys: Vec<_> = study.series.iter().map(|s| s.key().to_owned()).collect();
    keys.dedup();
    assert_eq!((study.series.len(), keys.len()), (2, 2));
    check_report(
        &study,
        &[("duplicate_files", "1 file(s) are copies of others")],
    );
    let copy = study.report[0].file.as_deref();
    assert_eq!(copy, Some(&*folder.path().join("b.nii")));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_text_can_be_opened() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join(OsStr::from_bytes(b"Gr\xf6\xdfe"));
    std::fs::create_dir(&inner).expect("a folder");
    let name = |name: &[u8]| inner.join(OsStr::from_bytes(name));
    write(&name(b"\xff1"), &Image::at(0.0, 3).bytes());
    write(&name(b"\xfe2"), &Image::at(2.0, 3).bytes());
    write(&name(b"\xf6.nii"), &nifti(&[2, 2, 2], &[1; 8]));
    let study = scanned(folder.path()).expect("readable");
    assert_eq!(study.series.len(), 2);
    for series in &study.series {
        load(series);
        series.metadata(0).expect("metadata");
        assert!(series.paths().iter().all(|path| path.exists()));
    }
}
