//! DICOM segmentations as dciodvfy, highdicom and pydicom read and write them.

use crate::common::ask::ask;
use crate::common::{Image, folder, hash_of, new_object, only_series, voxels};
use annotomy_formats::{
    Algorithm, Code, DicomSegmentation, FormatError, Segment, SegmentationType, Series, Tracking,
    check_dicom_segmentation, read_dicom_segmentation, uid_from_uuid, write_dicom_segmentation,
};
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use serde_json::Value;
use std::path::Path;

/// As `label` of tests/peers/segmentation_read.py.
fn label(layer: usize, [i, j, k]: [usize; 3]) -> Label {
    let mixed = ((i * 7 + j * 13 + k * 29) % 11) as Label;
    match layer {
        0 if k != 1 && mixed < 2 => mixed + 1,
        1 if (i + j + k) % 3 == 0 => 1,
        _ => 0,
    }
}

fn layer(layer: usize, size: [usize; 3]) -> LabelMap {
    let fill = |k: usize, out: &mut [Label]| {
        for (n, out) in out.iter_mut().enumerate() {
            *out = label(layer, [n % size[0], n / size[0], k]);
        }
    };
    map_from_slices(size, fill).expect("a small grid")
}

/// As `SEGMENTS` of that script.
fn segments() -> Vec<Segment> {
    let lesion = Segment {
        color: [255, 0, 0],
        algorithm: Algorithm::SemiAutomatic("Grow from seeds".to_owned()),
        category: Code::new("49755003", "SCT", "Morphologically Altered Structure"),
        property: Code::new("4147007", "SCT", "Mass"),
        modifier: Some(Code::new("7771000", "SCT", "Left")),
        region: Some(Code::new("64033007", "SCT", "Kidney")),
        region_modifier: Some(Code::new("24028007", "SCT", "Right")),
        tracking: Some(Tracking {
            id: "Läsion 1".to_owned(),
            uid: "2.25.77".to_owned(),
        }),
        ..Segment::new(0, 2, "Läsion 病変")
    };
    let long = Segment {
        color: [0, 151, 206],
        algorithm: Algorithm::Automatic("Net 1.2".to_owned()),
        ..Segment::new(1, 1, &"N".repeat(70))
    };
    let colored = |color, segment| Segment { color, ..segment };
    vec![
        colored([221, 130, 101], Segment::new(0, 1, "Liver")),
        lesion,
        long,
        colored([1, 254, 7], Segment::new(1, 9, "Nothing")),
    ]
}

fn write(
    path: &Path,
    series: &Series,
    layers: &[LabelMap],
    segments: &[Segment],
    kind: SegmentationType,
) -> Result<Vec<&'static str>, FormatError> {
    let segmentation = DicomSegmentation {
        volume: 0,
        series,
        layers,
        segments,
        kind,
        object: &new_object(),
        dimension_organization_uid: &uid_from_uuid(9),
    };
    let told: Vec<_> = check_dicom_segmentation(path, &segmentation)?;
    let written = write_dicom_segmentation(path, &segmentation)?;
    assert_eq!(told, written, "what was told before is what was done");
    Ok(written.iter().map(|finding| finding.code).collect())
}

#[test]
fn others_read_the_frames_that_were_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let names = ask("annotated_series.py", root);
    let names: Vec<&str> = names
        .as_array()
        .expect("names")
        .iter()
        .filter_map(|n| n.as_str())
        .collect();
    for name in &names {
        let series = only_series(&root.join(name));
        let layers = [0, 1].map(|n| layer(n, series.geometry().size()));
        let (all, path) = (segments(), root.join(format!("{name}.binary.dcm")));
        let told = write(&path, &series, &layers, &all, SegmentationType::Binary);
        assert_eq!(told.expect("written"), ["empty_segment", "name_changed"]);
        let path = root.join(format!("{name}.labelmap.dcm"));
        let told = write(
            &path,
            &series,
            &layers[..1],
            &all[..2],
            SegmentationType::LabelMap,
        );
        assert_eq!(told.expect("written"), [""; 0]);
    }
    for name in &names {
        let series = only_series(&root.join(name));
        check_read_back(
            &root.join(format!("{name}.binary.dcm")),
            &series,
            &[0, 1],
            &segments(),
        );
        check_read_back(
            &root.join(format!("{name}.labelmap.dcm")),
            &series,
            &[0],
            &segments()[..2],
        );
    }
    let answer = ask("segmentation_read.py", root);
    assert_eq!(answer["problems"], serde_json::json!([]), "{answer}");
    assert!(
        answer["n_frames"].as_u64().expect("a number") > 150,
        "{answer}"
    );
}

/// What was written comes back: names, codes, colours and every voxel.
#[track_caller]
fn check_read_back(path: &Path, series: &Series, written: &[usize], expected: &[Segment]) {
    let read = read_dicom_segmentation(path, Some(series)).expect("readable");
    assert!(
        read.is_on_images && read.report.is_empty(),
        "{:?}",
        read.report
    );
    assert_eq!(read.layers.len(), written.len());
    assert_eq!(read.segments.len(), expected.len());
    for (found, expected) in read.segments.iter().zip(expected) {
        let name: String = expected.name.chars().take(64).collect();
        assert_eq!(found.name, name);
        assert_eq!(
            (found.color, &found.algorithm),
            (expected.color, &expected.algorithm)
        );
        assert_eq!(
            (&found.category, &found.property),
            (&expected.category, &expected.property)
        );
        assert_eq!(found.modifier, expected.modifier);
        assert_eq!(
            (&found.region, &found.region_modifier, &found.tracking),
            (
                &expected.region,
                &expected.region_modifier,
                &expected.tracking
            )
        );
        let map = &read.layers[found.layer];
        let [ni, nj, nk] = map.size();
        for (i, j, k) in voxels([ni, nj, nk]) {
            let is_inside = map.label(VoxelIndex([i, j, k])) == found.label;
            let was_inside = label(expected.layer, [i, j, k]) == expected.label;
            assert_eq!(is_inside, was_inside, "{name} at {i}, {j}, {k}");
        }
    }
}

#[test]
fn segmentations_of_others_are_read_frame_for_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    ask("annotated_series.py", folder.path());
    let cases = ask("segmentation_made.py", folder.path());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let cases = cases.as_array().expect("cases");
    for case in cases {
        let series = only_series(&folder.path().join(case["series"].as_str().expect("a name")));
        let path = case["path"].as_str().expect("a path");
        let read = read_dicom_segmentation(Path::new(path), Some(&series));
        if let Some(reason) = case["refused"].as_str() {
            let message = read.expect_err("refused").to_string();
            assert!(message.contains(reason), "{message}");
            continue;
        }
        let read = read.expect("readable");
        let codes: Vec<&str> = read.report.iter().map(|finding| finding.code).collect();
        assert_eq!(serde_json::json!(codes), case["findings"], "{path}");
        assert_eq!(read.is_on_images, case["grid"].is_null(), "{path}");
        if read.is_on_images {
            assert_eq!(&read.geometry, series.geometry());
        } else {
            let grid = &case["grid"];
            assert_eq!(serde_json::json!(read.geometry.size()), grid["size"]);
            let rows = read.geometry.lps_from_index().rows();
            for (n, found) in rows.as_flattened().iter().enumerate() {
                let expected = grid["lps_from_index"][n / 4][n % 4]
                    .as_f64()
                    .expect("a number");
                assert!((found - expected).abs() < 1e-6, "{rows:?}");
            }
        }
        assert_eq!(
            serde_json::json!(read.layers.len()),
            case["n_layers"],
            "{path}"
        );
        let expected = case["segments"].as_array().expect("segments");
        assert_eq!(read.segments.len(), expected.len());
        for (segment, expected) in read.segments.iter().zip(expected) {
            assert_eq!(Some(&segment.name), text(&expected["name"]).as_ref());
            assert_eq!(serde_json::json!(segment.color), expected["color"]);
            let algorithm = match &segment.algorithm {
                Algorithm::Automatic(name) => Some(name.clone()),
                _ => None,
            };
            assert_eq!(algorithm, text(&expected["algorithm"]));
            assert_eq!(
                Some(&segment.category.value),
                text(&expected["category"]).as_ref()
            );
            assert_eq!(
                Some(&segment.property.value),
                text(&expected["property"]).as_ref()
            );
            let hash = hash_of(&read.layers[segment.layer], segment.label);
            assert_eq!(
                Some(hash),
                text(&expected["sha256"]),
                "{path}: {}",
                segment.name
            );
        }
    }
    assert!(cases.len() > 90);
}

#[test]
fn overlapping_segments_are_refused_as_a_label_map_before_anything_is_written() {
    let folder = folder(&[Image::at(0.0, 0), Image::at(2.0, 0)]);
    let series = only_series(folder.path());
    let layers = [0, 1].map(|n| layer(n, series.geometry().size()));
    let path = folder.path().join("refused.dcm");
    let told = write(
        &path,
        &series,
        &layers,
        &segments(),
        SegmentationType::LabelMap,
    );
    let message = told.expect_err("refused").to_string();
    assert!(message.contains("segments overlap"), "{message}");
    assert!(!path.exists());
}

#[track_caller]
fn check_refused(image: Image, layers: &[LabelMap], segments: &[Segment], reason: &str) {
    let image = image.text((0x0008, 0x0016), "UI", "1.2.840.10008.5.1.4.1.1.2");
    let folder = folder(&[image.text((0x0020, 0x000D), "UI", "1.2.5")]);
    let series = only_series(folder.path());
    let path = folder.path().join("refused.dcm");
    let told = write(&path, &series, layers, segments, SegmentationType::Binary);
    let message = told.expect_err("refused").to_string();
    assert!(message.contains(reason), "{message}");
    assert!(!path.exists());
}

#[test]
fn what_cannot_be_placed_or_told_apart_is_refused() {
    let (image, all) = (|| Image::at(0.0, 0), segments());
    let layers = [0, 1].map(|n| layer(n, [4, 3, 1]));
    check_refused(image(), &layers, &[], "without segments");
    check_refused(image(), &layers[..1], &all, "layer that is not there");
    let twice = [all[0].clone(), all[0].clone()];
    check_refused(image(), &layers, &twice, "no label of its own");
    check_refused(
        image(),
        &[layer(0, [4, 3, 2])],
        &all[..1],
        "labels on a grid",
    );
    let nowhere = image().without((0x0020, 0x0052));
    check_refused(nowhere, &layers, &all, "no frame of reference");
    let unplaced = image().without((0x0020, 0x0032));
    check_refused(unplaced, &layers, &all, "without position");
}
