//! COCO masks as pycocotools reads them.

use crate::common::ask::ask;
use annotomy_formats::{
    CocoAnnotation, CocoCategory, CocoDataset, CocoImage, CocoMask, Counts, FormatError, MaskForm,
    read_volume, write_png,
};
use annotomy_volume::labels::Label;
use annotomy_volume::volume::Voxels;
use serde_json::{Map, json};

const SIZE: [usize; 2] = [23, 17];
const FORMS: [MaskForm; 3] = [
    MaskForm::Polygons,
    MaskForm::RunLengths,
    MaskForm::PackedRunLengths,
];

/// As `mask` of tests/peers/coco_read.py.
fn is_inside([i, j, k]: [usize; 3]) -> bool {
    if k % 2 == 1 {
        return (i * 7 + j * 13 + k * 29) % 11 < k;
    }
    let ring = i.abs_diff(11).max(j.abs_diff(8)).is_multiple_of(k / 2 + 2);
    ring && !(k.is_multiple_of(4) && j == 8 && i > 11)
}

fn labels(k: usize) -> Vec<Label> {
    let pixels = (0..SIZE[0] * SIZE[1]).map(|n| is_inside([n % SIZE[0], n / SIZE[0], k]));
    pixels.map(|inside| if inside { 3 } else { 1 }).collect()
}

/// Every mask in every form, with the numbers that go with it by definition.
fn dataset() -> CocoDataset {
    let category = |id: u64| CocoCategory {
        id,
        name: format!("Form {id} \"ä\""),
        others: Map::new(),
    };
    let mut dataset = CocoDataset::new("Annotomy test", (1..=3).map(category).collect());
    for k in 1..=11 {
        let (labels, id) = (labels(k), k as u64);
        dataset.images.push(CocoImage {
            id,
            file_name: format!("{k}.png"),
            width: SIZE[0],
            height: SIZE[1],
            case: Some("case".to_owned()),
            slice_index: Some(k),
            others: Map::new(),
        });
        let inside = || (0..labels.len()).filter(|n| labels[*n] == 3);
        let (columns, rows) = (|n| n % SIZE[0], |n| n / SIZE[0]);
        let range = |of: fn(usize) -> usize| {
            let low = inside().map(of).min().unwrap_or(0) as f64;
            let high = inside().map(of).max().unwrap_or(0) as f64;
            [low, high - low + 1.0]
        };
        let ([left, width], [top, height]) = (range(columns), range(rows));
        for (form, category_id) in FORMS.into_iter().zip(1..) {
            dataset.annotations.push(CocoAnnotation {
                id: id * 10 + category_id,
                image_id: id,
                category_id,
                segmentation: CocoMask::of(&labels, SIZE[0], 3, form),
                area: inside().count() as f64,
                bbox: [left, top, width, height],
                iscrowd: 0,
                others: Map::new(),
            });
        }
    }
    dataset
}

#[test]
fn pycocotools_fills_the_same_pixels_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("annotations.json");
    std::fs::write(&path, dataset().to_json()).expect("written");
    let answer = ask("coco_read.py", folder.path());
    assert_eq!(answer["problems"], json!([]), "{answer}");
    // Masks with holes have no polygons.
    let kinds = &answer["kinds"];
    assert_eq!(kinds["str"], 11);
    let n_polygons = kinds["polygons"].as_u64().expect("some are solid");
    let n_lists = kinds["list"].as_u64().expect("run lengths");
    assert!(n_lists > 11 && n_polygons + n_lists == 22, "{kinds}");
}

#[test]
fn every_form_gives_back_its_pixels_and_unknown_entries_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("annotations.json");
    let mut written = dataset();
    written
        .others
        .insert("licenses".to_owned(), json!([{ "id": 1, "url": "x" }]));
    written.images[0]
        .others
        .insert("coco_url".to_owned(), json!("y"));
    std::fs::write(&path, written.to_json()).expect("written");
    let read = CocoDataset::read(&path).expect("readable");
    assert_eq!(read, written);
    for annotation in &read.annotations {
        let expected: Vec<bool> = labels(annotation.image_id as usize)
            .iter()
            .map(|l| *l == 3)
            .collect();
        assert_eq!(annotation.segmentation.pixels(SIZE), Some(expected));
    }
}

#[test]
fn damaged_masks_and_files_are_refused() {
    let check = |counts: Counts| {
        let mask = CocoMask::RunLengths {
            counts,
            size: [17, 23],
        };
        assert_eq!(mask.pixels(SIZE), None, "{mask:?}");
    };
    check(Counts::Listed(vec![390]));
    check(Counts::Listed(vec![u32::MAX, u32::MAX]));
    // A number without end, one too long, characters that are no digits, a negative length.
    for text in ["`", "oooooooooooooooo0", "\u{7f}", " ", "J", "ä"] {
        check(Counts::Packed(text.to_owned()));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("annotations.json");
    let check = |text: &str, is_damaged: bool| {
        std::fs::write(&path, text).expect("written");
        let error = CocoDataset::read(&path).expect_err("refused");
        assert_eq!(
            matches!(error, FormatError::Damaged { .. }),
            is_damaged,
            "{error}"
        );
        assert!(error.to_string().contains("annotations.json"));
    };
    check(r#"{"info": {}, "images": 3}"#, false);
    check(r#"{"info": {}, "ima"#, true);
}

#[test]
fn pictures_come_back_and_others_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("grey.png");
    let grey = Voxels::U8((0..6).map(|n| n * 50).collect());
    write_png(&path, [3, 2], &grey).expect("written");
    assert_eq!(read_volume(&path).expect("readable").0.voxels(), &grey);
    let path = folder.path().join("refused.png");
    for (size, pixels) in [([3, 2], Voxels::F32(vec![0.0; 6])), ([3, 3], grey)] {
        let error = write_png(&path, size, &pixels).expect_err("refused");
        assert!(matches!(error, FormatError::Unsupported { .. }), "{error}");
        assert!(!path.exists());
    }
}
