//! NIfTI-1: odd headers, odd streams, writing.

use crate::common::{codes, load, nifti, only_series, patched, write};
use annotomy_formats::{
    Format, FormatError, NoProgress, Voi, VoiCurve, VoiFunction, read_volume, write_labels,
    write_volume, write_volume_as, write_volume_on,
};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, ScalarType, Volume, Voxels};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::PathBuf;

fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scan of somebody");
    write(&path, bytes);
    (folder, path)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(bytes).expect("memory");
    zipped.finish().expect("memory")
}

#[track_caller]
fn check_report(bytes: &[u8], expected: &[&str]) {
    let (_folder, path) = file(bytes);
    assert_eq!(codes(&only_series(&path)), expected);
}

#[test]
fn ras_becomes_lps() {
    let (_folder, path) = file(&nifti(&[2, 1, 1], &[3, 4]));
    let series = only_series(&path);
    let rows = series.geometry().lps_from_index().linear;
    assert_eq!(rows, [[-2.0, 0.0, 0.0], [0.0, -3.0, 0.0], [0.0, 0.0, 4.0]]);
    assert_eq!(load(&series).voxels(), &Voxels::I16(vec![3, 4]));
    assert_eq!(
        (series.modality(), series.description()),
        ("OT", "scan of somebody")
    );
}

#[test]
fn a_slope_of_zero_means_none_and_one_that_is_no_number_is_reported() {
    let sound = nifti(&[2, 1, 1], &[3, 4]);
    let slope = |slope: f32| patched(sound.clone(), 112, &slope.to_le_bytes());
    check_report(&slope(0.0), &[]);
    check_report(&slope(2.0), &[]);
    check_report(&slope(f32::NAN), &["invalid_rescale"]);
    let (_folder, path) = file(&slope(2.0));
    assert_eq!(
        only_series(&path).rescale(),
        Rescale {
            slope: 2.0,
            intercept: 0.0
        }
    );
}

#[test]
fn each_of_several_volumes_is_read_by_its_number() {
    let bytes = nifti(&[1, 1, 2, 3], &[1, 2, 3, 4, 5, 6]);
    for bytes in [gzip(&bytes), bytes] {
        let (_folder, path) = file(&bytes);
        let series = only_series(&path);
        assert_eq!((codes(&series), series.n_volumes()), (vec![], 3));
        for (volume, expected) in [[1, 2], [3, 4], [5, 6]].into_iter().enumerate() {
            let (loaded, _) = series.load(volume, 0, &|_| {}, &NoProgress).expect("loads");
            assert_eq!(loaded.voxels(), &Voxels::I16(expected.to_vec()));
            let slice = series.load_slice(volume, 1).expect("loads");
            assert_eq!(slice, Voxels::I16(vec![expected[1]]));
        }
        let error = series
            .load(3, 0, &|_| {}, &NoProgress)
            .expect_err("refused");
        assert!(error.to_string().contains("volume 3 of 3"), "{error}");
    }
}

#[test]
fn volumes_at_known_times_say_when() {
    let check = |units: u8, step: f32, expected: [&str; 3]| {
        let bytes = nifti(&[1, 1, 1, 3], &[1, 2, 3]);
        let bytes = patched(bytes, 123, &[units]);
        let bytes = patched(bytes, 92, &step.to_le_bytes());
        let bytes = patched(bytes, 136, &step.to_le_bytes());
        let (_folder, path) = file(&bytes);
        assert_eq!(only_series(&path).volume_labels(), expected);
    };
    // Millimetres and seconds, milliseconds, microseconds, hertz, nothing; the first volume is at
    // `toffset`, here one step (nifti1.h).
    check(2 + 8, 2.5, ["t = 2.5 s", "t = 5 s", "t = 7.5 s"]);
    check(2 + 16, 720.0, ["t = 0.72 s", "t = 1.44 s", "t = 2.16 s"]);
    check(
        2 + 24,
        500.0,
        ["t = 0.0005 s", "t = 0.001 s", "t = 0.0015 s"],
    );
    check(2 + 32, 1.0, [""; 3]);
    check(2, 1.0, [""; 3]);
    check(2 + 8, f32::NAN, [""; 3]);
}

#[test]
fn lengths_in_metres_become_millimetres() {
    let (_folder, path) = file(&patched(nifti(&[2, 1, 1], &[3, 4]), 123, &[1]));
    let series = only_series(&path);
    assert_eq!(codes(&series), ["units_converted"]);
    assert_eq!(series.geometry().spacing_mm(), [2000.0, 3000.0, 4000.0]);
}

#[test]
fn values_that_are_no_numbers_are_counted() {
    let mut bytes = nifti(&[3, 1, 1], &[]);
    bytes = patched(bytes, 70, &16_i16.to_le_bytes());
    bytes.extend(
        [f32::NAN, 1.0, f32::INFINITY]
            .iter()
            .flat_map(|v| v.to_le_bytes()),
    );
    let (_folder, path) = file(&bytes);
    let (_, found) = only_series(&path)
        .load(0, 0, &|_| {}, &NoProgress)
        .expect("loads");
    assert_eq!(found[0].code, "not_finite");
    assert!(
        found[0].message.starts_with("2 of 3 voxels"),
        "{}",
        found[0].message
    );
}

#[test]
fn a_compressed_file_is_known_by_its_content() {
    let sound = nifti(&[2, 1, 2], &[1, 2, 3, 4]);
    let (_folder, path) = file(&gzip(&sound));
    let series = only_series(&path);
    assert_eq!(load(&series).voxels(), &Voxels::I16(vec![1, 2, 3, 4]));
    assert_eq!(
        series.load_slice(0, 1).expect("loads"),
        Voxels::I16(vec![3, 4])
    );
}

#[test]
fn a_short_compressed_file_is_refused_with_the_bytes_it_has() {
    let short = nifti(&[2, 1, 2], &[1, 2, 3]);
    let (_folder, path) = file(&gzip(&short));
    let error = only_series(&path)
        .load(0, 0, &|_| {}, &NoProgress)
        .expect_err("short");
    assert!(
        error
            .to_string()
            .contains("8 bytes of voxels expected, 6 found"),
        "{error}"
    );
    let voxels: Vec<i16> = (0..20_000).map(|n: i32| (n * n % 977) as i16).collect();
    let whole = gzip(&nifti(&[100, 100, 2], &voxels));
    let (_folder, path) = file(&whole[..whole.len() / 2]);
    let error = only_series(&path)
        .load(0, 0, &|_| {}, &NoProgress)
        .expect_err("cut");
    assert!(
        error.to_string().contains("40000 bytes of voxels expected"),
        "{error}"
    );
}

#[test]
fn a_wrong_checksum_is_damage() {
    let mut zipped = gzip(&nifti(&[2, 1, 1], &[1, 2]));
    let at = zipped.len() - 6;
    zipped[at] ^= 1;
    let (_folder, path) = file(&zipped);
    let error = only_series(&path)
        .load(0, 0, &|_| {}, &NoProgress)
        .expect_err("damaged");
    assert!(matches!(error, FormatError::Damaged { .. }), "{error}");
}

#[test]
fn the_header_and_its_extensions_are_shown() {
    let mut bytes = patched(nifti(&[2, 1, 1], &[]), 108, &384_f32.to_le_bytes());
    bytes = patched(bytes, 348, &[1]);
    bytes.extend(32_i32.to_le_bytes());
    bytes.extend(6_i32.to_le_bytes());
    bytes.extend(b"labels of something\0\0\0\0\0");
    bytes.extend([1, 0, 2, 0]);
    let (_folder, path) = file(&bytes);
    let series = only_series(&path);
    assert_eq!(load(&series).voxels(), &Voxels::I16(vec![1, 2]));
    let (_, elements) = series.metadata(0).expect("metadata");
    let find = |name: &str| elements.iter().find(|e| e.name == name).expect(name);
    assert_eq!(find("dim").value, "3 2 1 1 0 0 0 0");
    assert_eq!(
        (find("pixdim").tag.as_str(), find("pixdim").vr.as_str()),
        ("76", "float32[8]")
    );
    assert_eq!(find("extension 6").value, "labels of something");
}

fn geometry(size: [usize; 3]) -> Geometry {
    let steps = [[0.0, 0.5, 0.0], [0.0, 0.0, 0.75], [1.5, 0.0, 0.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([1.0, 2.0, 3.0]));
    Geometry::new(size, affine).expect("invertible")
}

#[test]
fn every_type_survives_writing_and_reading() {
    let types = [
        ScalarType::U8,
        ScalarType::I8,
        ScalarType::U16,
        ScalarType::I16,
        ScalarType::U32,
        ScalarType::I32,
        ScalarType::F32,
        ScalarType::F64,
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for scalar_type in types {
        let mut voxels = Voxels::zeros(scalar_type, 24);
        // No NaN, which equals nothing: exponents stay small.
        voxels
            .bytes_mut()
            .iter_mut()
            .enumerate()
            .for_each(|(n, byte)| *byte = (n % 60) as u8);
        let rescale = Rescale {
            slope: 0.5,
            intercept: -1024.0,
        };
        let volume = Volume::new(geometry([4, 3, 2]), voxels, rescale, None).expect("24 voxels");
        for name in ["a.nii", "a.nii.gz"] {
            let path = folder.path().join(name);
            write_volume(&path, &volume).expect("written");
            assert_eq!(read_volume(&path).expect("read"), (volume.clone(), vec![]));
        }
    }
    let names = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(names, 2, "no temporary file is left");
}

/// A window of DICOM, whose limits are those of PS3.3 C.11.2.1.2.1; where the fields are, and which
/// type they have, say the headers of NIfTI-1 and NIfTI-2.
#[test]
fn the_window_is_kept_as_cal_min_and_cal_max() {
    let voi = Voi {
        explanation: Some("SOFT TISSUE".to_owned()),
        curve: VoiCurve::Window {
            center: 40.0,
            width: 400.0,
            function: VoiFunction::Linear,
        },
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.nii");
    let written = |size: [usize; 3], voi: &[Voi]| {
        let voxels = Voxels::zeros(ScalarType::I16, size.iter().product());
        let geometry = geometry(size);
        let volume =
            Volume::new(geometry.clone(), voxels, Rescale::IDENTITY, None).expect("filled");
        write_volume_on(&path, &geometry, &volume, voi).expect("written");
        std::fs::read(&path).expect("written")
    };
    let nifti_1 = written([4, 3, 2], std::slice::from_ref(&voi));
    assert_eq!(nifti_1[124..128], 239_f32.to_le_bytes());
    assert_eq!(nifti_1[128..132], (-160_f32).to_le_bytes());
    let expected = VoiCurve::Window {
        center: 39.5,
        width: 399.0,
        function: VoiFunction::LinearExact,
    };
    assert_eq!(only_series(&path).voi()[0].curve, expected);
    let nifti_2 = written([40_000, 1, 1], &[voi]);
    assert_eq!(nifti_2[192..200], 239_f64.to_le_bytes());
    assert_eq!(nifti_2[200..208], (-160_f64).to_le_bytes());
    assert_eq!(written([4, 3, 2], &[])[124..132], [0; 8]);
}

#[test]
fn labels_are_marked_as_labels() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("labels.nii");
    let labels = Voxels::U8(vec![1; 24]);
    write_labels(&path, &geometry([4, 3, 2]), &labels).expect("written");
    let bytes = std::fs::read(&path).expect("written");
    assert_eq!(&bytes[68..70], &1002_i16.to_le_bytes());
    let refused = write_labels(&path, &geometry([4, 3, 2]), &Voxels::F32(vec![1.0; 24]));
    assert!(matches!(refused, Err(FormatError::Unsupported { .. })));
    assert_eq!(std::fs::read(&path).expect("kept"), bytes);
}

#[test]
fn what_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = geometry([40_000, 1, 1]);
    let labels = Voxels::U8(vec![0; 40_000]);
    let path = folder.path().join("long.nii");
    let volume = Volume::new(long.clone(), labels.clone(), Rescale::IDENTITY, None);
    let volume = volume.expect("40000 voxels");
    let refused = write_volume_as(&path, &volume, Format::Nifti1);
    assert!(matches!(refused, Err(FormatError::Limit { .. })));
    assert!(!path.exists());
    let refused = write_volume(&folder.path().join("a.dcm"), &volume);
    assert!(matches!(refused, Err(FormatError::Unsupported { .. })));
    let nowhere = folder.path().join("no such folder/a.nii");
    let refused = write_labels(&nowhere, &geometry([4, 1, 1]), &Voxels::U8(vec![0; 4]));
    assert!(matches!(refused, Err(FormatError::Io { .. })));
}
