//! Pictures: what becomes a stack, and files that are damaged or lie.

use crate::common::{Image, codes, load, only_series, scanned, write};
use annotomy_formats::{FormatError, NoProgress, Progress, scan};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};
use std::io::Cursor;
use std::path::Path;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// 6 columns and 4 rows of one value.
fn grey(value: u8) -> DynamicImage {
    GrayImage::from_pixel(6, 4, Luma([value])).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("memory");
    bytes.into_inner()
}

fn png(value: u8) -> Vec<u8> {
    encoded(&grey(value), ImageFormat::Png)
}

/// Names of the series of a folder with these pictures, sorted.
fn check(names: &[&str], expected: &[&str]) {
    let folder = folder();
    for (n, name) in names.iter().enumerate() {
        write(&folder.path().join(name), &png(n as u8));
    }
    let study = scanned(folder.path()).expect("read");
    let mut found: Vec<&str> = study.series.iter().map(|one| one.description()).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "{names:?}");
}

#[test]
fn running_numbers_make_a_stack_and_others_do_not() {
    check(&["a9.png", "a10.png", "a11.png"], &["a9.png to a11.png"]);
    check(&["a1.png", "a2.png"], &["a1.png to a2.png"]);
    check(&["a1.png", "a900.png"], &["a1.png", "a900.png"]);
    check(&["a1.png", "a01.png"], &["a01.png", "a1.png"]);
    check(&["a.png", "b.png", "c.png"], &["a.png", "b.png", "c.png"]);
    let two = [
        "p1_s1.png",
        "p1_s2.png",
        "p1_s3.png",
        "p2_s1.png",
        "p2_s2.png",
        "p2_s3.png",
    ];
    check(&two, &["p1_s1.png to p1_s3.png", "p2_s1.png to p2_s3.png"]);
    let scattered = ["IMG_1.png", "IMG_40.png", "IMG_77.png"];
    check(&scattered, &["IMG_1.png", "IMG_40.png", "IMG_77.png"]);
}

#[test]
fn pictures_of_another_size_or_format_are_no_part_of_a_stack() {
    let folder = folder();
    for n in 1..4 {
        write(&folder.path().join(format!("a{n}.png")), &png(n));
    }
    let large = DynamicImage::from(RgbImage::new(6, 4));
    let large = encoded(&large, ImageFormat::Png);
    write(&folder.path().join("a4.png"), &large);
    write(
        &folder.path().join("a5.bmp"),
        &encoded(&grey(5), ImageFormat::Bmp),
    );
    let study = scanned(folder.path()).expect("read");
    let mut sizes: Vec<usize> = study
        .series
        .iter()
        .map(|one| one.geometry().size()[2])
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 1, 3]);
}

#[test]
fn pictures_beside_dicom_are_series_of_their_own() {
    let folder = crate::common::folder(&[Image::at(0.0, 1), Image::at(2.0, 2)]);
    write(&folder.path().join("photo.png"), &png(9));
    let study = scanned(folder.path()).expect("read");
    let found: Vec<(&str, usize)> = study
        .series
        .iter()
        .map(|one| (one.modality(), one.geometry().size()[2]))
        .collect();
    assert_eq!(found, [("CT", 2), ("OT", 1)]);
}

#[test]
fn a_damaged_picture_of_a_stack_is_blank_and_reported() {
    let folder = folder();
    for n in 1..4 {
        write(&folder.path().join(format!("a{n}.png")), &png(n));
    }
    let bytes = png(2);
    // Its header is whole, its pixels are not.
    write(&folder.path().join("a2.png"), &bytes[..bytes.len() - 20]);
    let series = only_series(folder.path());
    let (volume, report) = series.load(0, 0, &|_| {}, &NoProgress).expect("loaded");
    let found: Vec<&str> = report.iter().map(|finding| finding.code).collect();
    assert_eq!(found, ["blank_slice"]);
    let planes: Vec<u8> = volume
        .voxels()
        .bytes()
        .iter()
        .step_by(24)
        .copied()
        .collect();
    assert_eq!(planes, [1, 0, 3]);
    assert!(series.load_slice(0, 1).is_err());
}

#[test]
fn pictures_are_known_by_content() {
    let key = |name: &str, value: u8| {
        let folder = folder();
        write(&folder.path().join(name), &png(value));
        only_series(folder.path()).key().to_owned()
    };
    assert_eq!(key("a.png", 1), key("b", 1), "wherever it lies");
    assert_ne!(key("a.png", 1), key("a.png", 2));
}

struct Stopped;

impl Progress for Stopped {
    fn advance(&self, _done: usize, _total: usize) {}

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn scanning_and_loading_can_be_cancelled() {
    let folder = folder();
    write(&folder.path().join("a.png"), &png(1));
    let series = only_series(folder.path());
    let loaded = series.load(0, 0, &|_| {}, &Stopped);
    assert!(matches!(loaded, Err(FormatError::Cancelled)));
    let found = scan(&[folder.path().to_owned()], &Stopped);
    assert!(matches!(found, Err(FormatError::Cancelled)));
}

/// One strip of nothing.
fn tiff(width: u32, height: u32) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, value: u32| {
        let mut bytes = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
        bytes
    };
    let mut bytes = b"II*\0\x08\0\0\0\x08\0".to_vec();
    for (tag, kind, value) in [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 110),
        (278, 4, height),
        (279, 4, width.wrapping_mul(height)),
    ] {
        bytes.extend(entry(tag, kind, value));
    }
    bytes.extend([0; 4]);
    bytes.extend([7; 24]);
    bytes
}

/// Small files that declare 60000 x 60000 pixels.
fn bombs() -> [(&'static str, Vec<u8>); 4] {
    let side = 60_000_u32;
    let mut png = png(1);
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[20..24].copy_from_slice(&side.to_be_bytes());
    let mut bmp = encoded(&grey(1), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&side.to_le_bytes());
    bmp[22..26].copy_from_slice(&side.to_le_bytes());
    let mut jpeg = encoded(&grey(1), ImageFormat::Jpeg);
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame");
    jpeg[frame + 5..frame + 7].copy_from_slice(&60_000_u16.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&60_000_u16.to_be_bytes());
    [
        ("png", png),
        ("bmp", bmp),
        ("jpeg", jpeg),
        ("tiff", tiff(side, side)),
    ]
}

#[test]
fn sizes_that_no_such_file_can_hold_are_refused() {
    let folder = folder();
    for (name, bytes) in bombs() {
        let path = folder.path().join(name);
        write(&path, &bytes);
        let error = scanned(&path).expect_err(name);
        assert!(
            matches!(error, FormatError::Limit { .. }),
            "{name}: {error}"
        );
    }
}

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let colour = DynamicImage::from(RgbImage::from_fn(20, 9, |x, y| {
        image::Rgb([x as u8 * 9, y as u8 * 20, (x * y) as u8])
    }));
    vec![
        ("a.png", encoded(&colour, ImageFormat::Png)),
        ("a.bmp", encoded(&colour, ImageFormat::Bmp)),
        ("grey.bmp", encoded(&grey(4), ImageFormat::Bmp)),
        ("a.jpg", encoded(&colour, ImageFormat::Jpeg)),
        ("a.tif", tiff(6, 4)),
    ]
}

fn read(path: &Path) -> bool {
    let Ok(study) = scanned(path) else {
        return false;
    };
    let mut is_read = true;
    for series in study.series {
        is_read &= series.load(0, 0, &|_| {}, &NoProgress).is_ok();
        drop(series.metadata(0));
    }
    is_read
}

#[test]
fn files_that_end_early_are_refused() {
    let folder = folder();
    for (name, bytes) in seeds() {
        let path = folder.path().join(name);
        write(&path, &bytes);
        assert!(read(&path), "{name} is sound");
        for n_bytes in 0..bytes.len() {
            write(&path, &bytes[..n_bytes]);
            let is_read = read(&path);
            // What follows the last pixel may be missing.
            assert!(
                !is_read || n_bytes + 16 >= bytes.len(),
                "{name} of {n_bytes} bytes"
            );
        }
    }
}

#[test]
fn what_is_guessed_is_said() {
    let folder = folder();
    write(&folder.path().join("a.png"), &png(1));
    let series = only_series(folder.path());
    assert_eq!(codes(&series), ["guessed_geometry"]);
    let message = &series.report()[0].message;
    assert!(
        message.contains("lengths and volumes mean nothing"),
        "{message}"
    );
    assert_eq!(load(&series).voxels().bytes(), [1; 24]);
}
