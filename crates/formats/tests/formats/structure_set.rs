//! DICOM structure sets as dciodvfy, dcmrtstruct2nii, scikit-image and plastimatch read them.

use crate::common::ask::ask;
use crate::common::{hash_of, new_object, only_series, voxels};
use annotomy_formats::{
    Algorithm, Segment, Series, StructureSet, check_structure_set, read_structure_set,
    write_structure_set,
};
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use std::path::Path;

/// As `mask` of tests/peers/structure_set_read.py: a shell around a core; lines as thin as a voxel;
/// and noise, with holes and corners that touch.
fn is_inside(region: usize, [columns, rows, _]: [usize; 3], [i, j, k]: [usize; 3]) -> bool {
    let square = |n: usize, size: usize| (2 * n + 1).abs_diff(size).pow(2);
    let side = columns.min(rows).pow(2);
    let d = 100 * (square(i, columns) + square(j, rows));
    match region {
        0 => d <= 4 * side || (16 * side..=81 * side).contains(&d),
        1 => i == 2 || j == 1 + k % 3 || (i + j) % 7 == 0,
        _ => (i * 7 + j * 13 + k * 29) % 5 < 3,
    }
}

fn layer(region: usize, size: [usize; 3]) -> LabelMap {
    let fill = |k: usize, out: &mut [Label]| {
        for (n, out) in out.iter_mut().enumerate() {
            *out = is_inside(region, size, [n % size[0], n / size[0], k]).into();
        }
    };
    map_from_slices(size, fill).expect("a small grid")
}

fn regions() -> Vec<Segment> {
    let thin = Segment {
        color: [0, 151, 206],
        algorithm: Algorithm::Automatic("Net".to_owned()),
        ..Segment::new(1, 1, "Thin Läsion 病変")
    };
    let colored = |color, segment| Segment { color, ..segment };
    vec![
        colored([255, 0, 0], Segment::new(0, 1, "Shell")),
        thin,
        colored([1, 254, 7], Segment::new(2, 1, "Noise")),
    ]
}

#[test]
fn others_rasterise_the_contours_to_the_voxels() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let names = ask("annotated_series.py", root);
    for name in names
        .as_array()
        .expect("names")
        .iter()
        .filter_map(|n| n.as_str())
    {
        let series = only_series(&root.join(name));
        let layers = [0, 1, 2].map(|n| layer(n, series.geometry().size()));
        let structures = StructureSet {
            volume: 0,
            series: &series,
            layers: &layers,
            segments: &regions(),
            object: &new_object(),
        };
        let path = root.join(format!("{name}.rtstruct.dcm"));
        let told = check_structure_set(&path, &structures).expect("can be written");
        let written = write_structure_set(&path, &structures).expect("written");
        assert_eq!((told, written), (vec![], vec![]));
        check_read_back(&path, &series);
    }
    let answer = ask("structure_set_read.py", root);
    assert_eq!(answer["problems"], serde_json::json!([]), "{answer}");
}

/// What was written comes back: names, colours and every voxel.
#[track_caller]
fn check_read_back(path: &Path, series: &Series) {
    let read = read_structure_set(path).expect("readable");
    let read = read.rasterize(series).expect("on the images");
    assert!(read.report.is_empty(), "{:?}", read.report);
    assert_eq!(read.segments.len(), 3);
    let size = series.geometry().size();
    for ((n, found), expected) in read.segments.iter().enumerate().zip(regions()) {
        assert_eq!((&found.name, found.color), (&expected.name, expected.color));
        assert_eq!(found.algorithm, expected.algorithm);
        assert_eq!(found.property, expected.property);
        for (i, j, k) in voxels(size) {
            let label = read.layers[found.layer].label(VoxelIndex([i, j, k]));
            let was_inside = is_inside(n, size, [i, j, k]);
            assert_eq!(
                label == found.label,
                was_inside,
                "{} at {i}, {j}, {k}",
                found.name
            );
        }
    }
}

#[test]
fn structure_sets_of_others_are_rasterised_as_others_do() {
    let folder = tempfile::tempdir().expect("a folder");
    ask("annotated_series.py", folder.path());
    let cases = ask("structure_set_made.py", folder.path());
    let cases = cases.as_array().expect("cases");
    for case in cases {
        let series = only_series(&folder.path().join(case["series"].as_str().expect("a name")));
        let path = case["path"].as_str().expect("a path");
        let read = read_structure_set(Path::new(path)).expect("readable");
        let read = read.rasterize(&series).expect("on the images");
        let codes: Vec<&str> = read.report.iter().map(|finding| finding.code).collect();
        assert_eq!(serde_json::json!(codes), case["findings"], "{path}");
        let expected = case["regions"].as_array().expect("regions");
        assert_eq!(read.segments.len(), expected.len());
        for (segment, expected) in read.segments.iter().zip(expected) {
            assert_eq!(serde_json::json!(segment.name), expected["name"]);
            assert_eq!(serde_json::json!(segment.color), expected["color"]);
            let hash = hash_of(&read.layers[segment.layer], segment.label);
            assert_eq!(expected["sha256"], hash, "{path}: {}", segment.name);
        }
    }
    assert!(cases.len() > 9);
}

#[test]
fn regions_in_another_frame_of_reference_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    ask("annotated_series.py", folder.path());
    let [odd, many] = ["odd", "many"].map(|name| only_series(&folder.path().join(name)));
    let layers = [layer(0, odd.geometry().size())];
    let structures = StructureSet {
        volume: 0,
        series: &odd,
        layers: &layers,
        segments: &regions()[..1],
        object: &new_object(),
    };
    let path = folder.path().join("odd.rtstruct.dcm");
    write_structure_set(&path, &structures).expect("written");
    let read = read_structure_set(&path).expect("readable");
    let message = read.rasterize(&many).expect_err("refused").to_string();
    assert!(message.contains("another frame of reference"), "{message}");
}
