//! Against pydicom, SimpleITK, nibabel and VTK: their own files, and files they write.

use crate::common::ask::{
    ask, check_affine, check_codes, check_size, hash_of_values, hex, list, path, values,
};
use crate::common::{load, only_series, scanned};
use annotomy_formats::{NoProgress, read_volume, scan, write_labels, write_volume};
use annotomy_volume::volume::Voxels;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Grey values; decoders round the cosine transform differently.
const JPEG_TOLERANCE: f64 = 2.0;

#[test]
fn bundled_files_are_read_as_their_libraries_read_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_files.py", folder.path());
    for case in list(&answer["dicom"]) {
        let series = only_series(&path(case));
        check_size(&series, case);
        if case["lps_from_index"].is_array() {
            check_affine(&series, case, &[0, 1, 3]);
        }
        let hash = hex(&Sha256::digest(load(&series).voxels().bytes()));
        assert_eq!(hash, case["sha256"], "{}", path(case).display());
        series.metadata(0).expect("metadata of a readable file");
    }
    assert!(list(&answer["dicom"]).len() > 50);
    for case in list(&answer["nifti1"]) {
        let series = only_series(&path(case));
        check_size(&series, case);
        check_affine(&series, case, &[0, 1, 2, 3]);
        let hash = hex(&Sha256::digest(load(&series).voxels().bytes()));
        assert_eq!(hash, case["sha256"], "{}", path(case).display());
    }
    assert!(list(&answer["nifti1"]).len() > 4);
}

#[test]
fn no_bundled_file_does_harm() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_files.py", folder.path());
    let files: Vec<PathBuf> = list(&answer["all"])
        .iter()
        .filter_map(Value::as_str)
        .map(PathBuf::from)
        .collect();
    for file in &files {
        let Ok(study) = scanned(file) else { continue };
        for series in study.series {
            // Damaged pixels and headers may be refused, with a message that names the file.
            let refused = [
                series.load(0, 0, &|_| {}, &NoProgress).err(),
                series.metadata(0).err(),
                series.load_slice(0, 0).err(),
            ];
            for error in refused.into_iter().flatten() {
                assert!(
                    error.to_string().contains(&*file.to_string_lossy()),
                    "{error}"
                );
            }
        }
    }
    let study = scan(&files, &NoProgress).expect("some of them can be read");
    assert!(study.series.len() > 20 && study.report.len() > 5);
}

#[test]
fn series_lie_where_they_were_written_whatever_their_encoding() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_fixtures.py", folder.path());
    for case in list(&answer["series"]) {
        let series = only_series(&path(case));
        check_size(&series, case);
        check_affine(&series, case, &[0, 1, 2, 3]);
        check_codes(&series, case);
        assert_eq!(
            hash_of_values(&load(&series)),
            case["sha256"],
            "{}",
            path(case).display()
        );
    }
    for case in list(&answer["simpleitk"]) {
        let series = only_series(&path(case));
        check_affine(&series, case, &[0, 1, 2, 3]);
        assert_eq!(
            hash_of_values(&load(&series)),
            case["sha256"],
            "{}",
            path(case).display()
        );
    }
    for case in list(&answer["lossless"]) {
        let volume = load(&only_series(&path(case)));
        assert_eq!(
            hash_of_values(&volume),
            case["sha256"],
            "{}",
            path(case).display()
        );
    }
    for case in list(&answer["lossy"]) {
        let found = values(&load(&only_series(&path(case))));
        let expected = list(&case["voxels"]).iter().filter_map(Value::as_f64);
        assert_eq!(found.len(), list(&case["voxels"]).len());
        let off = expected
            .zip(found)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        assert!(off <= JPEG_TOLERANCE, "off by {off}");
    }
}

#[test]
fn nifti_files_are_read_and_written_as_nibabel_does() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_fixtures.py", folder.path());
    let written = folder.path().join("written");
    std::fs::create_dir(&written).expect("a folder");
    let mut claims = Vec::new();
    let mut claim = |name: &str, case: &Value, intent: &str| {
        let (affine, sha256) = (&case["lps_from_index"], &case["sha256"]);
        let (size, intent) = (&case["size"], intent);
        claims.push(
            serde_json::json!({ "name": name, "lps_from_index": affine, "sha256": sha256,
            "size": size, "intent": intent }),
        );
    };
    for (n, case) in list(&answer["nifti1"])
        .iter()
        .chain(list(&answer["series"]))
        .enumerate()
    {
        let series = only_series(&path(case));
        check_size(&series, case);
        check_affine(&series, case, &[0, 1, 2, 3]);
        check_codes(&series, case);
        let volume = load(&series);
        assert_eq!(
            hash_of_values(&volume),
            case["sha256"],
            "{}",
            path(case).display()
        );
        // A DICOM header, a quaternion and a guess give double precision.
        let has_sform = !["qform.nii", "left_handed_qform.nii", "no_form.nii"]
            .iter()
            .any(|name| path(case).ends_with(name));
        let is_single_precision = path(case).is_file() && has_sform;
        for extension in ["nii", "nii.gz"] {
            let name = format!("{n}.{extension}");
            let copy = written.join(&name);
            write_volume(&copy, &volume).expect("the volume can be written");
            let (read, _) = read_volume(&copy).expect("the copy can be read");
            assert_eq!(
                read.voxels(),
                volume.voxels(),
                "copy of {}",
                path(case).display()
            );
            assert_eq!(
                read.rescale(),
                volume.rescale(),
                "copy of {}",
                path(case).display()
            );
            assert!(
                !is_single_precision || read.geometry() == volume.geometry(),
                "copy of {}",
                path(case).display()
            );
            claim(&name, case, "none");
        }
        if matches!(volume.voxels(), Voxels::U8(_) | Voxels::U16(_)) {
            let name = format!("{n}_label.nii.gz");
            write_labels(&written.join(&name), volume.geometry(), volume.voxels())
                .expect("the labels can be written");
            claim(&name, case, "label");
        }
    }
    let claims = serde_json::to_vec(&claims).expect("JSON");
    crate::common::write(&written.join("claims.json"), &claims);
    let answer = ask("formats_written.py", &written);
    assert_eq!(answer["problems"], serde_json::json!([]));
    assert!(answer["n_read_by_simpleitk"].as_u64().expect("a number") > 40);
}
