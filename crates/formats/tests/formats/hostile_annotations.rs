//! Segmentations made to do harm are refused.

use crate::common::{Image, folder, new_object, only_series, write};
use annotomy_formats::{
    DicomSegmentation, Segment, SegmentationType, Series, StructureSet, read_dicom_segmentation,
    read_structure_set, uid_from_uuid, write_dicom_segmentation, write_structure_set,
};
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::PointLps;
use std::path::Path;

const SIZE: [usize; 3] = [4, 3, 3];

/// Three images in a folder, and two labels on them.
fn images() -> (tempfile::TempDir, Series, LabelMap) {
    let image = |z: f64| {
        let image = Image::at(z, 0).text((0x0008, 0x0016), "UI", "1.2.840.10008.5.1.4.1.1.2");
        image.text((0x0020, 0x000D), "UI", "1.2.5")
    };
    let folder = folder(&[image(0.0), image(2.0), image(4.0)]);
    let series = only_series(folder.path());
    let fill = |k: usize, out: &mut [Label]| {
        for (n, label) in out.iter_mut().enumerate() {
            *label = ((n + k) % 3) as Label;
        }
    };
    (
        folder,
        series,
        map_from_slices(SIZE, fill).expect("a small grid"),
    )
}

fn segmentation(folder: &Path, series: &Series, map: &LabelMap, kind: SegmentationType) -> Vec<u8> {
    let path = folder.join("sound.dcm");
    let segmentation = DicomSegmentation {
        volume: 0,
        series,
        layers: std::slice::from_ref(map),
        segments: &[Segment::new(0, 1, "One"), Segment::new(0, 2, "Two")],
        kind,
        object: &new_object(),
        dimension_organization_uid: &uid_from_uuid(9),
    };
    write_dicom_segmentation(&path, &segmentation).expect("written");
    std::fs::read(path).expect("readable")
}

fn structure_set(folder: &Path, series: &Series, map: &LabelMap) -> Vec<u8> {
    let path = folder.join("sound.dcm");
    let structures = StructureSet {
        volume: 0,
        series,
        layers: std::slice::from_ref(map),
        segments: &[Segment::new(0, 1, "One"), Segment::new(0, 2, "Two")],
        object: &new_object(),
    };
    write_structure_set(&path, &structures).expect("written");
    std::fs::read(path).expect("readable")
}

#[test]
fn a_contour_of_countless_crossings_is_refused() {
    let (folder, series, map) = images();
    let sound = structure_set(folder.path(), &series, &map);
    let path = folder.path().join("sound.dcm");
    write(&path, &sound);
    let mut read = read_structure_set(&path).expect("readable");
    let up_and_down =
        |n: usize| PointLps([-1.0, if n.is_multiple_of(2) { -100.0 } else { 100.0 }, 0.0]);
    read.regions[0].contours[0].points = (0..10_000_000).map(up_and_down).collect();
    let message = read.rasterize(&series).expect_err("refused").to_string();
    assert!(message.contains("too many edges"), "{message}");
}

/// Replaces the only place where these bytes stand.
fn replaced(sound: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let found: Vec<usize> = (0..sound.len())
        .filter(|at| sound[*at..].starts_with(from))
        .collect();
    assert_eq!((found.len(), from.len()), (1, to.len()));
    crate::common::patched(sound.to_vec(), found[0], to)
}

#[track_caller]
fn check_refused(bytes: &[u8], reason: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hostile.dcm");
    write(&path, bytes);
    let message = read_dicom_segmentation(&path, None)
        .expect_err("refused")
        .to_string();
    assert!(message.contains(reason), "{message}");
}

#[test]
fn sizes_that_the_bytes_do_not_hold_are_refused() {
    let (folder, series, map) = images();
    let sound = segmentation(folder.path(), &series, &map, SegmentationType::Binary);
    let rows = |n: u16| [&b"\x28\0\x10\0US\x02\0"[..], &n.to_le_bytes()].concat();
    check_refused(
        &replaced(&sound, &rows(3), &rows(60_000)),
        "bytes of pixels expected",
    );
    check_refused(
        &replaced(&sound, &rows(3), &rows(0)),
        "no valid number of rows",
    );
    let frames = |n: &str| [&b"\x28\0\x08\0IS\x02\0"[..], n.as_bytes()].concat();
    check_refused(
        &replaced(&sound, &frames("6 "), &frames("5 ")),
        "functional groups for 6 of 5",
    );
    check_refused(
        &replaced(&sound, &frames("6 "), &frames("99")),
        "bytes of pixels expected",
    );
}

#[test]
fn frames_far_apart_are_refused() {
    let (folder, series, map) = images();
    let sound = segmentation(folder.path(), &series, &map, SegmentationType::LabelMap);
    let far = replaced(&sound, b"-1\\-2\\4 ", b"-1\\-2\\9e");
    check_refused(&far, "no position");
    let far = replaced(&sound, b"-1\\-2\\4 ", b"-1\\2\\8e9");
    check_refused(&far, "slices apart");
}
