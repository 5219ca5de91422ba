//! What volumes outside DICOM share: identity, files that belong together, names in headers.

use crate::common::{codes, load, nifti, only_series, patched, scanned, write};
use annotomy_formats::{FormatError, NoProgress, Progress, read_volume, scan, write_volume};
use annotomy_volume::volume::{Rescale, Voxels};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// 3 MiB of voxels that no compressor makes shorter, and the same with one in the middle changed.
fn twins() -> [Vec<u8>; 2] {
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i16
    };
    let voxels: Vec<i16> = (0..3 << 19).map(|_| noise()).collect();
    let one = nifti(&[1024, 1536, 1], &voxels);
    let mut other = one.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    [one, other]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::none());
    zipped.write_all(bytes).expect("memory");
    zipped.finish().expect("memory")
}

/// Members of 64 kB, each with an extra field, and an empty last one, as bgzip has them.
fn blocked(bytes: &[u8]) -> Vec<u8> {
    let member = |block: &[u8]| {
        let extra = flate2::GzBuilder::new().extra(&b"BC\x02\0\0\0"[..]);
        let mut zipped = extra.write(Vec::new(), Compression::none());
        zipped.write_all(block).expect("memory");
        zipped.finish().expect("memory")
    };
    let blocks = bytes.chunks(1 << 16).chain([&[][..]]);
    blocks.flat_map(member).collect()
}

fn key_of(bytes: &[u8]) -> String {
    let folder = folder();
    let path = folder.path().join("scan");
    write(&path, bytes);
    only_series(&path).key().to_owned()
}

#[test]
fn scans_that_differ_in_one_voxel_are_not_taken_for_each_other() {
    let [one, other] = twins();
    for pack in [<[u8]>::to_vec, gzip, blocked] {
        let (one, other) = (pack(&one), pack(&other));
        assert_eq!(one.len(), other.len());
        assert_eq!(key_of(&one), key_of(&one.clone()), "wherever it lies");
        assert_ne!(key_of(&one), key_of(&other));
    }
}

#[test]
fn a_pair_is_known_by_both_files() {
    let key = |header: &[u8], voxels: &[u8]| {
        let folder = folder();
        write(&folder.path().join("a.hdr"), header);
        write(&folder.path().join("a.img"), voxels);
        only_series(folder.path()).key().to_owned()
    };
    let header = pair_header();
    let elsewhere = patched(header.clone(), 280, &5_f32.to_le_bytes());
    let keys = [
        key(&header, &[1, 0, 2, 0]),
        key(&header, &[1, 0, 3, 0]),
        key(&elsewhere, &[1, 0, 2, 0]),
    ];
    assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
}

fn pair_header() -> Vec<u8> {
    let bytes = patched(nifti(&[2, 1, 1], &[]), 344, b"ni1\0");
    patched(bytes, 108, &0_f32.to_le_bytes())[..348].to_vec()
}

#[test]
fn either_file_of_a_pair_opens_the_one_series() {
    for [header, voxels] in [
        ["a.hdr", "a.img"],
        ["A.HDR", "A.IMG"],
        ["b.hdr", "b.img.gz"],
    ] {
        let folder = folder();
        let [header, voxels] = [header, voxels].map(|name| folder.path().join(name));
        write(&header, &pair_header());
        match voxels.extension().is_some_and(|ending| ending == "gz") {
            true => write(&voxels, &gzip(&[1, 0, 2, 0])),
            false => write(&voxels, &[1, 0, 2, 0]),
        }
        for given in [folder.path(), &*header, &*voxels] {
            let series = only_series(given);
            assert_eq!(series.paths(), [&*header, &*voxels], "{}", given.display());
            assert_eq!(load(&series).voxels(), &Voxels::I16(vec![1, 2]));
        }
        let study = scan(&[voxels.clone(), header.clone()], &NoProgress).expect("read");
        assert_eq!((study.series.len(), study.report.len()), (1, 0));
        std::fs::remove_file(&voxels).expect("removed");
        let error = scanned(&header).expect_err("half a pair");
        assert!(
            error.to_string().contains("the other file of this pair"),
            "{error}"
        );
    }
}

const NRRD: &str = "NRRD0004\ntype: short\ndimension: 3\nspace: LPS\nsizes: 2 1 1\n\
    space directions: (1,0,0) (0,2,0) (0,0,3)\nendian: little\nencoding: raw\n\
    space origin: (4,5,6)\n";
const META: &str = "ObjectType = Image\nNDims = 3\nTransformMatrix = 1 0 0 0 1 0 0 0 1\n\
    Offset = 4 5 6\nElementSpacing = 1 2 3\nDimSize = 2 1 1\nElementType = MET_SHORT\n";

#[test]
fn a_header_cannot_name_files_outside_its_folder() {
    let outer = folder();
    write(&outer.path().join("secret"), &[1, 0, 2, 0]);
    let inner = outer.path().join("scans");
    std::fs::create_dir(&inner).expect("a folder");
    let absolute = outer.path().join("secret").display().to_string();
    let names = [
        "../secret",
        "./../secret",
        "x/../../secret",
        &absolute,
        "..\\secret",
        "",
    ];
    for name in names {
        let headers = [
            format!("{NRRD}data file: {name}\n"),
            format!("{NRRD}data file: LIST\n{name}\n"),
            format!("{NRRD}data file: {name}%d 1 2 1\n"),
            format!("{META}ElementDataFile = {name}\n"),
            format!("{META}ElementDataFile = LIST\n{name}\n"),
            format!("{META}ElementDataFile = {name}%d 1 2\n"),
        ];
        for header in headers {
            let path = inner.join("header");
            write(&path, header.as_bytes());
            let error = scanned(&path).expect_err("refused");
            let is_absent = name.is_empty();
            let says_why = error.to_string().contains("outside the folder");
            assert!(says_why || is_absent, "{header}: {error}");
        }
    }
}

#[test]
fn files_of_voxels_are_no_images_of_their_own() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("below")).expect("a folder");
    write(&at("below/voxels.raw"), &[1, 0, 2, 0]);
    write(
        &at("a.nhdr"),
        format!("{NRRD}data file: below/voxels.raw\n").as_bytes(),
    );
    write(
        &at("a.mhd"),
        format!("{META}ElementDataFile = below/voxels.raw").as_bytes(),
    );
    let study = scanned(folder.path()).expect("read");
    assert_eq!((study.series.len(), study.report.len()), (2, 0));
    let [a, b] = &study.series[..] else {
        panic!("two series")
    };
    assert_eq!(a.geometry(), b.geometry());
    assert_ne!(a.key(), b.key(), "two headers are two scans");
    assert_eq!(load(a).voxels(), &Voxels::I16(vec![1, 2]));
}

#[track_caller]
fn check_codes(header: &str, voxels: &[u8], expected: &[&str]) {
    let folder = folder();
    let path = folder.path().join("scan");
    write(&path, &[header.as_bytes(), voxels].concat());
    assert_eq!(codes(&only_series(&path)), expected, "{header}");
}

#[test]
fn what_a_header_leaves_open_is_said() {
    let voxels = [1, 0, 2, 0];
    let nrrd = |from: &str, to: &str| format!("{}\n", NRRD.replace(from, to));
    let guessed = &["guessed_geometry"];
    check_codes(&format!("{NRRD}\n"), &voxels, &[]);
    check_codes(&nrrd("space: LPS", "space: scanner-xyz"), &voxels, guessed);
    check_codes(&nrrd("space origin: (4,5,6)\n", ""), &voxels, guessed);
    let flat = nrrd("dimension: 3", "dimension: 2").replace("sizes: 2 1 1", "sizes: 2 1");
    let flat = flat.replace(" (0,0,3)", "");
    check_codes(&flat, &voxels, guessed);
    let meta =
        |from: &str, to: &str| format!("{}ElementDataFile = LOCAL\n", META.replace(from, to));
    check_codes(&meta("", ""), &voxels, &[]);
    check_codes(&meta("Offset = 4 5 6\n", ""), &voxels, guessed);
    check_codes(&meta("ElementSpacing = 1 2 3\n", ""), &voxels, guessed);
}

#[test]
fn two_places_of_a_nifti_file_are_both_shown() {
    let bytes = patched(nifti(&[2, 1, 1], &[3, 4]), 252, &1_i16.to_le_bytes());
    let bytes = patched(bytes, 268, &7.5_f32.to_le_bytes());
    let bytes = patched(bytes, 76, &(-1_f32).to_le_bytes());
    let folder = folder();
    let path = folder.path().join("scan.nii");
    write(&path, &bytes);
    let series = only_series(&path);
    let message = &series.report()[0].message;
    let expected = "sform: first voxel at R 0.0, A 0.0, S 0.0, axes towards R, A, S; \
        qform: first voxel at R 7.5, A 0.0, S 0.0, axes towards R, A, I.";
    assert!(message.ends_with(expected), "{message}");
    assert_eq!(codes(&series), ["sform_qform_differ"]);
}

#[test]
fn a_voxel_in_words_that_does_not_fit_its_type_is_damage() {
    let folder = folder();
    let path = folder.path().join("scan");
    let header = NRRD.replace("raw", "ascii");
    for (voxels, expected) in [
        ("1 70000", "no int16"),
        ("1 x", "no int16"),
        ("1", "4 bytes"),
    ] {
        write(&path, format!("{header}\n{voxels}").as_bytes());
        let error = read_volume(&path).expect_err("damaged").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn several_channels_of_any_number_are_volumes() {
    let folder = folder();
    let path = folder.path().join("scan");
    let header = format!("{META}ElementNumberOfChannels = 2\nElementDataFile = LOCAL\n");
    write(
        &path,
        &[header.as_bytes(), &[1, 0, 2, 0, 3, 0, 4, 0]].concat(),
    );
    let series = only_series(&path);
    assert_eq!(codes(&series), ["channels_as_volumes"]);
    let second = series.load(1, 0, &|_| {}, &NoProgress).expect("loads").0;
    assert_eq!(second.voxels(), &Voxels::I16(vec![2, 4]));
}

#[test]
fn what_is_lost_on_reading_is_said() {
    let rgba = patched(
        nifti(&[2, 1, 1], &[1, 2, 3, 4]),
        70,
        &2304_i16.to_le_bytes(),
    );
    let complex = patched(nifti(&[1, 1, 1], &[0; 4]), 70, &32_i16.to_le_bytes());
    for (bytes, code) in [(rgba, "alpha_dropped"), (complex, "complex_magnitude")] {
        let folder = folder();
        let path = folder.path().join("scan");
        write(&path, &bytes);
        assert_eq!(codes(&only_series(&path)), [code]);
    }
}

struct Stopped;

impl Progress for Stopped {
    fn advance(&self, _: usize, _: usize) {}

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_scan_that_is_stopped_says_so() {
    let folder = folder();
    let path = folder.path().join("scan");
    write(&path, &nifti(&[2, 1, 1], &[3, 4]));
    let stopped = scan(&[path], &Stopped);
    assert!(matches!(stopped, Err(FormatError::Cancelled)));
}

/// Slope and intercept of NIfTI cannot be said in NRRD and MetaImage: values are written instead,
/// in the smallest type that holds them.
#[test]
fn values_survive_formats_without_a_slope() {
    let sound = nifti(&[2, 1, 1], &[3, 4000]);
    let scaled = |slope: f32, intercept: f32| {
        let bytes = patched(sound.clone(), 112, &slope.to_le_bytes());
        patched(bytes, 116, &intercept.to_le_bytes())
    };
    let cases = [
        (scaled(1.0, -1024.0), Voxels::I16(vec![-1021, 2976])),
        (scaled(100.0, 0.0), Voxels::I32(vec![300, 400_000])),
        (scaled(0.5, 0.25), Voxels::F64(vec![1.75, 2000.25])),
        (scaled(3e9, 0.0), Voxels::F64(vec![9e9, 1.2e13])),
    ];
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    for (bytes, expected) in cases {
        write(&at("scan.nii"), &bytes);
        let (volume, _) = read_volume(&at("scan.nii")).expect("read");
        for name in ["a.nrrd", "a.mha"] {
            write_volume(&at(name), &volume).expect("written");
            let (copy, _) = read_volume(&at(name)).expect("read");
            assert_eq!(copy.voxels(), &expected);
            assert_eq!(copy.rescale(), Rescale::IDENTITY);
        }
    }
}
