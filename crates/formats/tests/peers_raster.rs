//! Against nibabel, SimpleITK, pynrrd and slicerio: volumes that are not DICOM.

mod common;

use annotomy_formats::{NoProgress, Series};
use annotomy_volume::volume::{Volume, Voxels};
use common::ask::{ask, check_affine, check_size, hash_of_values, hex, list, path};
use common::only_series;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// As the scripts compute it: of values as doubles, of colours as bytes.
fn digest(volume: &Volume) -> String {
    match volume.voxels() {
        Voxels::Rgb8(_) => hex(&Sha256::digest(volume.voxels().bytes())),
        _ => hash_of_values(volume),
    }
}

fn volume(series: &Series, number: usize) -> Volume {
    let loaded = series.load(number, 0, &|_| {}, &NoProgress);
    let path = &series.paths()[0];
    loaded
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .0
}

/// Compares a series with a case of `formats_rasters.py`.
fn check(series: &Series, case: &Value) {
    let path = path(case);
    let name = path.display();
    check_size(series, case);
    if case["lps_from_index"].is_array() {
        check_affine(series, case, &[0, 1, 2, 3]);
    }
    let volumes = list(&case["volumes"]);
    assert_eq!(series.n_volumes(), volumes.len(), "volumes of {name}");
    assert_eq!(series.scalar_type().name(), case["type"], "{name}");
    for (number, expected) in volumes.iter().enumerate() {
        let volume = volume(series, number);
        assert_eq!(&digest(&volume), expected, "volume {number} of {name}");
        let slices = (0..volume.geometry().size()[2])
            .flat_map(|k| {
                let slice = series.load_slice(number, k).expect("a slice");
                slice.bytes().to_vec()
            })
            .collect::<Vec<u8>>();
        assert_eq!(slices, volume.voxels().bytes(), "slices of {name}");
    }
}

#[test]
fn volumes_lie_and_hold_what_other_programs_wrote() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_rasters.py", folder.path());
    for case in list(&answer["cases"]) {
        check(&only_series(&path(case)), case);
    }
    assert!(list(&answer["cases"]).len() > 500);
}
