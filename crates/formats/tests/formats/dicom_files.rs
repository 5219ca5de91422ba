//! What a DICOM file may look like, and what is shown and said of it.

use crate::common::{EXPLICIT, Image, element, folder, load, meta, only_series, scanned, write};
use annotomy_formats::Severity;
use annotomy_volume::volume::Voxels;

#[test]
fn metadata_shows_every_element_and_what_varies() {
    let nested = [
        crate::common::header((0xFFFE, 0xE000), "", 0)[..4].to_vec(),
        12_u32.to_le_bytes().to_vec(),
        element((0x0008, 0x0100), "SH", b"T-11"),
    ]
    .concat();
    let rich = |z: f64| {
        Image::at(z, 0)
            .with((0x0008, 0x1032), "SQ", nested.clone())
            .text((0x0010, 0x0010), "PN", "Doe^Jane")
            .text((0x0019, 0x0010), "LO", "ACME")
            .with((0x0019, 0x1001), "OB", vec![1, 2, 255, 4])
            .text((0x0008, 0x2111), "ST", &"x".repeat(300))
            .with((0xFFFC, 0xFFFC), "OB", vec![0; 20])
    };
    let folder = folder(&[rich(0.0), rich(2.0)]);
    let series = only_series(folder.path());
    let (file, elements) = series.metadata(1).expect("metadata");
    assert_eq!(file, series.paths()[1]);
    let find = |tag: &str| elements.iter().find(|e| e.tag == tag).expect(tag);
    let position = find("(0020,0032)");
    assert_eq!(
        (position.value.as_str(), position.varies),
        ("-1\\-2\\2", true)
    );
    assert_eq!(
        (position.name.as_str(), position.vr.as_str()),
        ("ImagePositionPatient", "DS")
    );
    assert!(!find("(0008,0060)").varies);
    assert_eq!(find("(0008,1032)").items[0][0].value, "T-11");
    assert_eq!(find("(0019,1001)").name, "Private (ACME)");
    assert_eq!(find("(0019,1001)").value, "4 bytes: 01 02 ff 04");
    assert!(
        find("(0008,2111)")
            .value
            .ends_with("(300 characters in all)")
    );
    assert!(find("(0002,0010)").value.starts_with(EXPLICIT));
    assert!(find("(7FE0,0010)").value.starts_with("24 bytes: 00 00"));
    assert!(find("(FFFC,FFFC)").value.starts_with("20 bytes"));
    let patient = series.patient().expect("patient");
    assert_eq!(patient.len(), 1);
    assert_eq!(patient[0].value, "Doe^Jane");
}

#[test]
fn files_without_preamble_or_meta_information_are_recognized() {
    let image = Image::at(0.0, 7).text((0x0018, 0x0050), "DS", "1");
    let forms = [
        image.dataset(),
        meta(EXPLICIT)[128..].to_vec(),
        meta(EXPLICIT)[132..].to_vec(),
    ];
    for (n, form) in forms.into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = if n == 0 {
            form
        } else {
            [form, image.dataset()].concat()
        };
        write(&folder.path().join("IM"), &bytes);
        let series = only_series(folder.path());
        assert_eq!(
            load(&series).voxels(),
            &Voxels::I16(vec![7; 12]),
            "form {n}"
        );
    }
}

#[test]
fn what_is_left_out_is_said_once_for_each_reason() {
    let folder = folder(&[Image::at(0.0, 0), Image::at(2.0, 1)]);
    let put = |name: &str, bytes: &[u8]| write(&folder.path().join(name), bytes);
    let colour = |z: f64| Image::at(z, 0).number((0x0028, 0x0002), 3).bytes();
    put("c1", &colour(1.0));
    put("c2", &colour(2.0));
    put(
        "report",
        &Image::at(3.0, 0).without((0x7FE0, 0x0010)).bytes(),
    );
    put("notes.txt", b"nothing to see");
    put("empty", b"");
    let whole = Image::at(4.0, 4).bytes();
    put("short", &whole[..whole.len() - 5]);
    let study = scanned(folder.path()).expect("two slices are fine");
    assert_eq!(study.series.len(), 1);
    let found: Vec<_> = study.report.iter().map(|f| (f.code, f.severity)).collect();
    let note = ("not_an_image", Severity::Note);
    let expected = [
        ("damaged", Severity::Error),
        ("unsupported", Severity::Warning),
        note,
        note,
        note,
    ];
    assert_eq!(found, expected, "{:#?}", study.report);
    assert!(
        study.report[1]
            .message
            .contains("2 files: not supported: a colour image")
    );
}

#[test]
fn nothing_readable_is_an_error_that_names_the_file_and_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let message = || {
        scanned(folder.path())
            .expect_err("nothing there")
            .to_string()
    };
    assert!(message().contains("no files"), "{}", message());
    let file = folder.path().join("a");
    let check = |bytes: &[u8], reason: &str| {
        write(&file, bytes);
        let message = message();
        assert!(
            message.contains(reason) && message.contains(&*file.to_string_lossy()),
            "{message}"
        );
    };
    check(b"hello", "no image format that is read");
    check(b"", "the file is empty");
    check(
        &Image::at(0.0, 0).without((0x7FE0, 0x0010)).bytes(),
        "without pixel data",
    );
    check(
        &Image::at(0.0, 0).number((0x0028, 0x0002), 3).bytes(),
        "a colour image",
    );
    check(
        &Image::at(0.0, 0).text((0x0028, 0x0008), "IS", "5").bytes(),
        "120 bytes of pixels expected",
    );
    let whole = Image::at(0.0, 0).bytes();
    check(&whole[..whole.len() - 4], "24 bytes of pixels expected");
    let jpeg2000 = [meta("1.2.840.10008.1.2.4.90"), Image::at(0.0, 0).dataset()].concat();
    check(&jpeg2000, "JPEG 2000");
}

#[test]
fn plain_pixels_in_fragments_are_joined() {
    let pixels: Vec<u8> = (0..12_i16).flat_map(i16::to_le_bytes).collect();
    let item = |value: &[u8]| {
        let len = (value.len() as u32).to_le_bytes();
        [&[0xFE, 0xFF, 0x00, 0xE0][..], &len, value].concat()
    };
    let image = Image::at(0.0, 0).without((0x7FE0, 0x0010)).dataset();
    let bytes = [
        meta("1.2.840.10008.1.2.1.98"),
        image,
        crate::common::header((0x7FE0, 0x0010), "OB", 0xFFFF_FFFF),
        item(&[]),
        item(&pixels[..10]),
        item(&pixels[10..]),
        vec![0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0],
    ];
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("a"), &bytes.concat());
    let volume = load(&only_series(folder.path()));
    assert_eq!(volume.voxels(), &Voxels::I16((0..12).collect()));
}

#[test]
fn floating_point_pixels_are_read() {
    let pixels: Vec<u8> = (0..12)
        .flat_map(|n| (n as f32 / 4.0).to_le_bytes())
        .collect();
    let image = Image::at(0.0, 0)
        .without((0x7FE0, 0x0010))
        .with((0x7FE0, 0x0008), "OF", pixels)
        .number((0x0028, 0x0100), 32)
        .without((0x0028, 0x0101))
        .without((0x0028, 0x0102));
    let folder = folder(&[image]);
    let expected = (0..12).map(|n| n as f32 / 4.0).collect();
    assert_eq!(
        load(&only_series(folder.path())).voxels(),
        &Voxels::F32(expected)
    );
}
