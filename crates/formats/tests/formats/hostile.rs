//! Files made to do harm are refused before memory or stack is taken for what they declare.

use crate::common::{EXPLICIT, Image, element, header, meta, nifti, patched, scanned, write};
use annotomy_formats::FormatError;
use flate2::write::{DeflateEncoder, GzEncoder};
use std::io::Write;
use std::time::{Duration, Instant};

fn refused(bytes: &[u8]) -> FormatError {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hostile");
    write(&path, bytes);
    let start = Instant::now();
    let error = scanned(&path).expect_err("refused");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "took {:?}",
        start.elapsed()
    );
    assert_eq!(error.path(), Some(&*path));
    error
}

#[track_caller]
fn check_refused(bytes: &[u8], reason: &str) {
    let message = refused(bytes).to_string();
    assert!(message.contains(reason), "{message}");
}

fn item(len: u32) -> Vec<u8> {
    [&[0xFE, 0xFF, 0x00, 0xE0][..], &len.to_le_bytes()].concat()
}

#[test]
fn a_length_beyond_the_file_is_refused() {
    let four_gigabytes = header((0x0009, 0x1001), "OB", 0xFFFF_FFFE);
    check_refused(
        &[meta(EXPLICIT), four_gigabytes, vec![0; 100]].concat(),
        "declares 4294967294 bytes, but only 100 are left",
    );
}

#[test]
fn a_length_beyond_its_sequence_is_refused() {
    let element = header((0x0009, 0x1001), "OB", 500);
    let sequence = [
        header((0x0008, 0x1032), "SQ", 20),
        item(12),
        element,
        vec![0; 600],
    ]
    .concat();
    check_refused(&[meta(EXPLICIT), sequence].concat(), "but only 0 are left");
}

#[test]
fn ten_thousand_nested_sequences_are_refused() {
    let level = [
        header((0x0008, 0x1032), "SQ", 0xFFFF_FFFF),
        item(0xFFFF_FFFF),
    ]
    .concat();
    check_refused(
        &[meta(EXPLICIT), level.repeat(10_000)].concat(),
        "nested more than 64",
    );
}

#[test]
fn nesting_inside_an_unknown_element_is_refused_too() {
    let implicit = [
        &[0x08, 0x00, 0x32, 0x10][..],
        &[0xFF; 4],
        &item(0xFFFF_FFFF),
    ]
    .concat();
    let unknown = [
        header((0x0009, 0x1001), "UN", 0xFFFF_FFFF),
        item(0xFFFF_FFFF),
    ]
    .concat();
    let bytes = [meta(EXPLICIT), unknown, implicit.repeat(10_000)].concat();
    check_refused(&bytes, "nested more than 64");
}

#[test]
fn two_million_elements_are_refused() {
    let empty = element((0x0009, 0x1001), "LO", b"");
    check_refused(
        &[meta(EXPLICIT), empty.repeat(2_000_000)].concat(),
        "more than 1000000 elements",
    );
}

#[test]
fn a_deflated_bomb_is_refused() {
    let mut bomb = DeflateEncoder::new(meta("1.2.840.10008.1.2.1.99"), flate2::Compression::best());
    let zeros = header((0x0009, 0x1001), "OB", 100 << 20);
    bomb.write_all(&zeros).expect("memory");
    bomb.write_all(&vec![0; 100 << 20]).expect("memory");
    check_refused(&bomb.finish().expect("memory"), "inflates to more than");
}

#[test]
fn an_image_that_cannot_come_from_its_fragments_is_refused() {
    let fragments = [
        item(0),
        item(4),
        vec![0; 4],
        vec![0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0],
    ]
    .concat();
    for syntax in ["1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.70"] {
        let image = Image::at(0.0, 0)
            .number((0x0028, 0x0010), 65535)
            .number((0x0028, 0x0011), 65535)
            .without((0x7FE0, 0x0010))
            .dataset();
        let pixels = header((0x7FE0, 0x0010), "OB", 0xFFFF_FFFF);
        let bytes = [meta(syntax), image, pixels, fragments.clone()].concat();
        check_refused(
            &bytes,
            "an image of 8589672450 bytes in 28 compressed bytes",
        );
    }
}

#[test]
fn nifti_sizes_that_the_file_cannot_hold_are_refused() {
    check_refused(
        &nifti(&[30000, 30000, 30000], &[0; 8]),
        "54000000000000 bytes of voxels expected",
    );
    check_refused(
        &nifti(&[2, 2, 2], &[0; 7]),
        "16 bytes of voxels expected from byte 352 on, 14 found",
    );
    let mut zipped = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped
        .write_all(&nifti(&[30000, 30000, 30000], &[0; 8]))
        .expect("memory");
    check_refused(
        &zipped.finish().expect("memory"),
        "bytes of voxels expected",
    );
    check_refused(&nifti(&[2, 0, 2], &[]), "a dimension of 0 voxels");
    check_refused(&nifti(&[2, -2, 2], &[]), "a dimension of -2 voxels");
    check_refused(&nifti(&[32767; 7], &[0; 8]), "bytes of voxels expected");
}

#[test]
fn nifti_headers_that_make_no_sense_are_refused() {
    let sound = nifti(&[2, 2, 2], &[0; 8]);
    check_refused(&patched(sound.clone(), 280, &[0; 48]), "singular");
    let nan = f32::NAN.to_le_bytes();
    check_refused(&patched(sound.clone(), 280, &nan), "not finite");
    check_refused(
        &patched(sound.clone(), 108, &nan),
        "voxels begin at byte NaN",
    );
    check_refused(
        &patched(sound.clone(), 70, &1536_i16.to_le_bytes()),
        "128-bit floating point voxels",
    );
    check_refused(
        &patched(sound.clone(), 70, &2048_i16.to_le_bytes()),
        "256-bit complex voxels",
    );
    check_refused(
        &patched(sound.clone(), 68, &3001_i16.to_le_bytes()),
        "CIFTI-2",
    );
    check_refused(&patched(sound.clone(), 344, b"ni1\0"), "pair");
    check_refused(&sound[..200], "no image format that is read");
}
