//! Files of several frames and positions imaged several times, against pydicom and SimpleITK.

use crate::common::ask::{ask, check_affine, check_codes, check_size, hash_of_values, list, path};
use crate::common::{only_series, scanned};
use annotomy_formats::{NoProgress, Series};
use annotomy_volume::volume::Volume;
use serde_json::Value;
use std::path::Path;

fn strings(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}

fn check(case: &Value) {
    let series = only_series(&path(case));
    check_size(&series, case);
    if case["lps_from_index"].is_array() {
        check_affine(&series, case, &[0, 1, 2, 3]);
    }
    let path = path(case).display().to_string();
    let volumes = list(&case["volumes"]);
    let labels: Vec<&str> = volumes.iter().filter_map(|v| v["label"].as_str()).collect();
    assert_eq!(series.volume_labels(), labels, "{path}");
    assert_eq!(series.n_volumes(), volumes.len(), "{path}");
    for (n, volume) in volumes.iter().enumerate() {
        let loaded = series.load(n, 0, &|_| {}, &NoProgress);
        let (found, odd) = loaded.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(
            hash_of_values(&found),
            volume["sha256"],
            "{path}, volume {n}"
        );
        let odd: Vec<&str> = odd.iter().map(|finding| finding.code).collect();
        assert_eq!(odd, strings(&case["found"]), "{path}");
        check_slices(&series, n, &found);
    }
    assert!(series.load_slice(volumes.len(), 0).is_err());
}

/// Slices read alone are those of the volume.
fn check_slices(series: &Series, n: usize, volume: &Volume) {
    let [_, _, n_slices] = series.geometry().size();
    let slices: Vec<u8> = (0..n_slices)
        .map(|k| series.load_slice(n, k).expect("a slice"))
        .flat_map(|slice| slice.bytes().to_vec())
        .collect();
    assert_eq!(slices, volume.voxels().bytes());
}

#[test]
fn frames_are_found_placed_and_sorted_into_volumes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("dicom_frames.py", folder.path());
    for case in list(&answer["series"]) {
        check(case);
        check_codes(&only_series(&path(case)), case);
    }
    list(&answer["simpleitk"]).iter().for_each(check);
    let study = scanned(Path::new(answer["two_stacks"].as_str().expect("a path")));
    let study = study.expect("readable");
    let mut sizes: Vec<_> = study.series.iter().map(|s| s.geometry().size()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [[5, 7, 2], [5, 7, 3]]);
    assert_ne!(study.series[0].key(), study.series[1].key());
}

#[test]
fn uptake_values_follow_dose_weight_and_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("dicom_pet.py", folder.path());
    for case in list(&answer) {
        let path = path(case).display().to_string();
        let series = only_series(Path::new(&path));
        let found = series.suv_body_weight().expect("a PET");
        match case["factor"].as_f64() {
            Some(expected) => {
                let found = found.expect(&path);
                assert!((found / expected - 1.0).abs() < 1e-9, "{path}: {found}");
            }
            None => assert_eq!(
                format!("{:?}", found.unwrap_err()),
                case["reason"],
                "{path}"
            ),
        }
        let activity = !path.ends_with("counts");
        assert_eq!(series.unit() == Some("Bq/ml"), activity, "{path}");
    }
}
