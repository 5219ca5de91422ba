//! Against nibabel, SimpleITK, pynrrd and slicerio: volumes that are not DICOM.

use crate::common::ask::{ask, check_affine, check_size, hash_of_values, hex, list, path};
use crate::common::only_series;
use annotomy_formats::{
    Format, LabelLayer, NoProgress, SegmentLabel, Series, read_segmentation, read_volume,
    write_labels, write_segmentation, write_volume, write_volume_as,
};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::{Scalar, Volume, Voxels};
use annotomy_volume::with_voxels;
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

/// Whether a case is worth writing in every format: each type, colour, slope, order and flip once.
fn is_written(case: &Value) -> bool {
    let path = path(case);
    let name = path.to_string_lossy();
    match case["kind"].as_str().unwrap_or_default() {
        "nifti1" => name.ends_with("_le.nii"),
        "order" => name.ends_with(".nii.gz"),
        "nifti2" => name.ends_with("scaled.nii"),
        "nifti1_colour" | "nrrd_raw" => true,
        _ => false,
    }
}

#[test]
fn other_programs_read_what_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_rasters.py", folder.path());
    let written = folder.path().join("written");
    std::fs::create_dir(&written).expect("a folder");
    let mut claims = Vec::new();
    let cases = list(&answer["cases"])
        .iter()
        .filter(|case| is_written(case));
    for (n, case) in cases.enumerate() {
        let original = volume(&only_series(&path(case)), 0);
        // The name's ending decides; NIfTI-2 is asked for. NIfTI-1 has no slope of 0.1.
        let names = ["a.nii", "A.NII.GZ", "nifti2.nii.gz", "a.nrrd", "a.mha"];
        let has_slope = case["kind"] == "nifti2";
        for name in &names[if has_slope { 2 } else { 0 }..] {
            let name = format!("{n}_{name}");
            let copy = written.join(&name);
            match name.contains("nifti2") {
                true => write_volume_as(&copy, &original, Format::Nifti2),
                false => write_volume(&copy, &original),
            }
            .expect("the volume can be written");
            let (read, _) = read_volume(&copy).expect("the copy can be read");
            assert_eq!(digest(&read), case["volumes"][0], "copy {name}");
            // Some programs take capitals for another format.
            let lower = written.join(name.to_lowercase());
            std::fs::rename(&copy, &lower).expect("renamed");
            claims.push(claim(&name.to_lowercase(), case, &original, false));
        }
        if matches!(original.voxels(), Voxels::U8(_) | Voxels::U16(_)) {
            for ending in ["nii.gz", "nrrd", "mha"] {
                let name = format!("{n}_labels.{ending}");
                let labels = original.voxels();
                write_labels(&written.join(&name), original.geometry(), labels)
                    .expect("the labels can be written");
                claims.push(claim(&name, case, &original, true));
            }
        }
    }
    let segmentations = write_segmentations(&written);
    let claims = serde_json::json!({ "volumes": claims, "segmentations": segmentations });
    let claims = serde_json::to_vec(&claims).expect("JSON");
    crate::common::write(&written.join("claims.json"), &claims);
    let answer = ask("formats_rasters_written.py", &written);
    assert_eq!(answer["problems"], serde_json::json!([]));
    for (reader, least) in [
        ("by_nibabel", 200),
        ("by_simpleitk", 200),
        ("by_pynrrd", 80),
    ] {
        let n = answer["counts"][reader].as_u64().expect("a number");
        assert!(n > least, "{reader} read {n}");
    }
}

/// `given` is what was written: files of single precision lie that near to what the case says.
fn claim(name: &str, case: &Value, given: &Volume, is_labels: bool) -> Value {
    serde_json::json!({
        "name": name,
        "size": case["size"],
        "lps_from_index": given.geometry().lps_from_index().rows(),
        "sha256": case["volumes"][0],
        "is_labels": is_labels,
    })
}

fn mask_hash(labels: &Voxels, value: u32) -> String {
    let mask = with_voxels!(labels, v => v
        .iter()
        .map(|label| u8::from(label.to_f64() == f64::from(value)))
        .collect::<Vec<u8>>());
    hex(&Sha256::digest(mask))
}

/// One layer, three that overlap, and an empty segment.
fn write_segmentations(folder: &std::path::Path) -> Vec<Value> {
    let steps = [[0.0, 0.5, 0.1], [0.0, -0.1, 0.75], [1.5, 0.0, 0.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([1.0, -2.0, 1.0 / 3.0]));
    let geometry = Geometry::new([5, 4, 3], affine).expect("invertible");
    let terms = "Segmentation category and type - 3D Slicer General Anatomy list\
        ~SCT^123037004^Anatomical Structure~SCT^39607008^Lung~SCT^24028007^Right\
        ~Anatomic codes - DICOM master list~^^~^^";
    let segment = |layer: usize, value: u32, name: &str| SegmentLabel {
        id: format!("2.25.{layer}{value}"),
        name: name.to_owned(),
        color: [value as u8, 128, 255],
        layer,
        value,
        terminology: (value % 2 == 1).then(|| terms.to_owned()),
    };
    let layer = |period: usize| (0..60).map(|n| (n % period) as u16).collect::<Vec<u16>>();
    let [a, b, c] = [7, 5, 3].map(|period| Voxels::U16(layer(period)));
    let small = Voxels::U8(layer(7).into_iter().map(|label| label as u8).collect());
    let several = vec![
        segment(0, 1, "Lunge, rechts: Ödem := \\n?"),
        segment(1, 1, "b"),
        segment(1, 4, "b4"),
        segment(2, 2, "c"),
        segment(0, 300, "empty"),
    ];
    let cases = [
        (
            "one.seg.nrrd",
            vec![&small],
            vec![segment(0, 1, "a"), segment(0, 6, "f")],
        ),
        ("several.seg.nrrd", vec![&a, &b, &c], several),
    ];
    cases
        .map(|(name, layers, segments)| {
            let path = folder.join(name);
            let given: Vec<LabelLayer<'_>> =
                layers.iter().map(|labels| LabelLayer { labels }).collect();
            write_segmentation(&path, &geometry, &given, &segments).expect("written");
            let read = read_segmentation(&path, &NoProgress).expect("read");
            assert_eq!(read.segments, segments);
            assert_eq!(read.geometry, geometry);
            assert_eq!(read.layers.iter().collect::<Vec<_>>(), layers);
            let segments: Vec<Value> = segments
                .iter()
                .map(|segment| {
                    serde_json::json!({
                        "id": segment.id, "name": segment.name, "color": segment.color,
                        "layer": segment.layer, "value": segment.value,
                        "terminology": segment.terminology,
                        "sha256": mask_hash(layers[segment.layer], segment.value),
                    })
                })
                .collect();
            serde_json::json!({
                "name": name, "size": geometry.size(), "segments": segments,
                "lps_from_index": geometry.lps_from_index().rows(),
            })
        })
        .into()
}

#[test]
fn segmentations_of_slicer_are_read_as_slicerio_reads_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_segmentations.py", folder.path());
    let mut n_layers = Vec::new();
    for case in list(&answer["cases"]) {
        let path = path(case);
        check_affine(&only_series(&path), case, &[0, 1, 2, 3]);
        let read = read_segmentation(&path, &NoProgress).expect("read");
        assert_eq!(serde_json::json!(read.geometry.size()), case["size"]);
        n_layers.push(read.layers.len());
        assert_eq!(serde_json::json!(read.layers.len()), case["n_layers"]);
        let segments: Vec<Value> = read
            .segments
            .iter()
            .map(|segment| {
                serde_json::json!({
                    "id": segment.id, "name": segment.name, "color": segment.color,
                    "layer": segment.layer, "value": segment.value,
                    "terminology": segment.terminology,
                    "sha256": mask_hash(&read.layers[segment.layer], segment.value),
                })
            })
            .collect();
        assert_eq!(serde_json::json!(segments), case["segments"]);
    }
    n_layers.sort_unstable();
    assert_eq!(n_layers, [1, 2], "one file has segments that overlap");
}
