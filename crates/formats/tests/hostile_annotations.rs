//! Damaged segmentations are refused or read, without harm.

mod common;

use annotomy_formats::{
    DicomSegmentation, FormatError, Segment, SegmentationType, Series, StructureSet,
    read_dicom_segmentation, read_structure_set, uid_from_uuid, write_dicom_segmentation,
    write_structure_set,
};
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::PointLps;
use common::{Image, folder, new_object, only_series, write};
use std::path::Path;

const SIZE: [usize; 3] = [4, 3, 3];

/// A pseudorandom sequence that is the same in every run (Knuth's linear congruence).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

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

/// Changes some bytes, most of them to values that are limits of something.
fn mutated(sound: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..=random.below(4) {
        let at = 132 + random.below(bytes.len() - 132);
        let choices = [0, 1, 0x7F, 0x80, 0xFF, b'9', b'-', random.below(256) as u8];
        bytes[at] = choices[random.below(choices.len())];
    }
    if random.below(8) == 0 {
        bytes.truncate(132 + random.below(bytes.len() - 132));
    }
    bytes
}

/// Reads many damaged copies; none may end the test, and what is refused is refused by name.
fn check_mutations<T>(sound: &[u8], read: impl Fn(&Path) -> Result<T, FormatError>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mutated.dcm");
    let mut random = Random(20_260_101);
    let (mut n_read, mut n_refused) = (0, 0);
    for _ in 0..500 {
        write(&path, &mutated(sound, &mut random));
        match read(&path) {
            Ok(_) => n_read += 1,
            Err(error) => {
                assert_eq!(error.path(), Some(&*path), "{error}");
                n_refused += 1;
            }
        }
    }
    assert!(
        n_read > 50 && n_refused > 50,
        "{n_read} read, {n_refused} refused"
    );
}

#[test]
fn damaged_segmentations_do_no_harm() {
    let (folder, series, map) = images();
    for kind in [SegmentationType::Binary, SegmentationType::LabelMap] {
        let sound = segmentation(folder.path(), &series, &map, kind);
        check_mutations(&sound, |path| read_dicom_segmentation(path, Some(&series)));
        check_mutations(&sound, |path| read_dicom_segmentation(path, None));
    }
}

fn structure_set(folder: &Path, series: &Series, map: &LabelMap) -> Vec<u8> {
    let path = folder.join("sound.dcm");
    let structures = StructureSet {
        series,
        layers: std::slice::from_ref(map),
        segments: &[Segment::new(0, 1, "One"), Segment::new(0, 2, "Two")],
        object: &new_object(),
    };
    write_structure_set(&path, &structures).expect("written");
    std::fs::read(path).expect("readable")
}

#[test]
fn damaged_structure_sets_do_no_harm() {
    let (folder, series, map) = images();
    let sound = structure_set(folder.path(), &series, &map);
    check_mutations(&sound, |path| read_structure_set(path)?.rasterize(&series));
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
    common::patched(sound.to_vec(), found[0], to)
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
