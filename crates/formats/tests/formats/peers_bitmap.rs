//! Against Pillow, tifffile and SimpleITK: pictures and stacks of them.

use crate::common::ask::{ask, check_size, hash_of_values, hex, list, path, truth};
use crate::common::{codes, only_series, scanned};
use annotomy_formats::{FormatError, NoProgress, Series};
use annotomy_volume::volume::{Volume, Voxels};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Relative; resolutions are whole numbers of pixels in a metre or an inch.
const SPACING_TOLERANCE: f64 = 1e-3;

fn digest(volume: &Volume) -> String {
    match volume.voxels() {
        Voxels::Rgb8(_) => hex(&Sha256::digest(volume.voxels().bytes())),
        _ => hash_of_values(volume),
    }
}

fn check_spacing(series: &Series, case: &Value) {
    let found = series.geometry().lps_from_index().rows();
    for (axis, expected) in list(&case["spacing"]).iter().enumerate() {
        let expected = expected.as_f64().expect("a number");
        let step = found[axis][axis];
        let difference = (step - expected).abs() / expected;
        assert!(
            difference < SPACING_TOLERANCE,
            "{}: {step} instead of {expected}",
            path(case).display()
        );
    }
}

fn check_pixels(volume: &Volume, case: &Value) {
    let expected = truth(case);
    let found = volume.voxels().bytes();
    assert_eq!(found.len(), expected.len());
    let pairs = found.iter().zip(&expected);
    let most = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).max();
    assert!(
        most <= case["tolerance"].as_u64(),
        "{}: {most:?}",
        path(case).display()
    );
}

fn check(case: &Value) {
    let path = path(case);
    let name = path.display();
    let series = only_series(&path);
    check_size(&series, case);
    check_spacing(&series, case);
    assert_eq!(series.scalar_type().name(), case["type"], "{name}");
    let mut found = codes(&series);
    found.sort_unstable();
    assert_eq!(serde_json::json!(found), case["codes"], "{name}");
    let volumes = list(&case["volumes"]);
    assert_eq!(series.n_volumes(), volumes.len().max(1), "{name}");
    for number in 0..series.n_volumes() {
        let (volume, report) = series
            .load(number, 0, &|_| {}, &NoProgress)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(report, [], "{name}");
        match volumes.get(number) {
            Some(expected) => assert_eq!(&digest(&volume), expected, "volume {number} of {name}"),
            None => check_pixels(&volume, case),
        }
        let n_slices = series.geometry().size()[2];
        let slice = |k| {
            series
                .load_slice(number, k)
                .expect("a slice")
                .bytes()
                .to_vec()
        };
        let slices: Vec<u8> = (0..n_slices).flat_map(slice).collect();
        assert_eq!(slices, volume.voxels().bytes(), "slices of {name}");
    }
    series.metadata(0).expect("metadata");
}

#[test]
fn pictures_hold_what_other_programs_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_bitmaps.py", folder.path());
    let cases = list(&answer["cases"]);
    cases.iter().for_each(check);
    assert!(cases.len() > 150, "{} cases", cases.len());
    for path in list(&answer["refused"]) {
        let path = path.as_str().expect("a path");
        let error = scanned(path.as_ref()).expect_err("four inks are refused");
        assert!(matches!(error, FormatError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("CMYK"), "{error}");
    }
}

#[test]
fn texts_and_tags_are_shown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    ask("formats_bitmaps.py", folder.path());
    let shown = |name: &str, tag: &str, expected: (&str, &str)| {
        let series = only_series(&folder.path().join(name));
        let (_, elements) = series.metadata(0).expect("metadata");
        let found = elements
            .iter()
            .any(|element| (element.tag == tag) && (&*element.name, &*element.value) == expected);
        assert!(found, "{name}: {elements:?}");
    };
    shown("png/text.png", "tEXt", ("Comment", "eine Röntgenaufnahme"));
    shown("png/text.png", "iTXt", ("Title", "Ελληνικά"));
    shown("jpeg/turned3.jpg", "271", ("Make", "Maker"));
    shown("jpeg/turned3.jpg", "274", ("Orientation", "3"));
    shown("jpeg/grey.jpg", "SOF", ("Size", "40 x 48"));
    shown("tif/centimetre.tif", "282", ("XResolution", "40"));
    shown("tif/u1_pages.tif", "", ("Pages", "6"));
    shown("bmp/palette.bmp", "28", ("Bits per pixel", "8"));
}
