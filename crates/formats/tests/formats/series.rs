//! How DICOM files become series, and what is reported about them.

use crate::common::{Image, codes, folder, load, only_series, scanned, write};
use annotomy_formats::{FormatError, NoProgress, Progress, Severity, scan};
use annotomy_volume::space::{Axis, ContinuousIndex, VoxelIndex};
use annotomy_volume::volume::{ScalarType, Voxels};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn at_depths(depths: &[f64]) -> Vec<Image> {
    depths.iter().map(|z| Image::at(*z, *z as i16)).collect()
}

#[test]
fn slices_are_sorted_by_position_and_k_grows_along_the_normal() {
    let folder = folder(&at_depths(&[4.0, 0.0, 6.0, 2.0]));
    let series = only_series(folder.path());
    let geometry = series.geometry();
    assert_eq!(geometry.size(), [4, 3, 4]);
    assert_eq!(geometry.origin().0, [-1.0, -2.0, 0.0]);
    assert_eq!(geometry.spacing_mm(), [0.25, 0.5, 2.0]);
    assert_eq!(geometry.step(Axis::K).0, [0.0, 0.0, 2.0]);
    let volume = load(&series);
    let values = [0, 1, 2, 3].map(|k| volume.value(VoxelIndex([1, 1, k])));
    assert_eq!(values, [-1024.0, -1022.0, -1020.0, -1018.0]);
    assert!(codes(&series).is_empty(), "{:?}", series.report());
    assert_eq!((series.modality(), series.unit()), ("CT", Some("HU")));
    assert_eq!((series.description(), series.n_files()), ("Head", 4));
}

#[test]
fn k_grows_along_the_normal_when_it_points_down() {
    let down = |z: f64| Image::at(z, z as i16).text((0x0020, 0x0037), "DS", "1\\0\\0\\0\\-1\\0");
    let folder = folder(&[down(0.0), down(2.0), down(4.0)]);
    let series = only_series(folder.path());
    assert_eq!(series.geometry().origin().0, [-1.0, -2.0, 4.0]);
    assert_eq!(series.geometry().step(Axis::K).0, [0.0, 0.0, -2.0]);
    assert_eq!(load(&series).value(VoxelIndex([0, 0, 0])), 4.0 - 1024.0);
}

#[test]
fn the_wanted_slice_is_handed_over_first() {
    let folder = folder(&at_depths(&[0.0, 1.0, 2.0, 3.0]));
    let series = only_series(folder.path());
    let handed = Mutex::new(Vec::new());
    let on_first = |slice| handed.lock().unwrap().push(slice);
    series.load(0, 2, &on_first, &NoProgress).expect("loads");
    assert_eq!(handed.into_inner().unwrap(), [Voxels::I16(vec![2; 12])]);
    assert_eq!(
        series.load_slice(0, 3).expect("loads"),
        Voxels::I16(vec![3; 12])
    );
}

struct CancelAfter {
    steps: AtomicUsize,
    limit: usize,
}

impl Progress for CancelAfter {
    fn advance(&self, _done: usize, _total: usize) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }
    fn is_cancelled(&self) -> bool {
        self.steps.load(Ordering::Relaxed) >= self.limit
    }
}

#[test]
fn scanning_and_loading_can_be_cancelled() {
    let folder = folder(&at_depths(&[0.0, 1.0, 2.0, 3.0]));
    let at_once = CancelAfter {
        steps: AtomicUsize::new(0),
        limit: 0,
    };
    let scanned = scan(&[folder.path().to_owned()], &at_once);
    assert!(matches!(scanned, Err(FormatError::Cancelled)));
    let series = only_series(folder.path());
    let soon = CancelAfter {
        steps: AtomicUsize::new(0),
        limit: 2,
    };
    assert!(matches!(
        series.load(0, 0, &|_| {}, &soon),
        Err(FormatError::Cancelled)
    ));
}

#[test]
fn the_key_follows_the_content_and_not_the_path() {
    let (a, b) = (
        folder(&at_depths(&[0.0, 1.0])),
        folder(&at_depths(&[1.0, 0.0])),
    );
    assert_eq!(only_series(a.path()).key(), only_series(b.path()).key());
    let other = folder(&at_depths(&[0.0, 2.0]));
    assert_ne!(only_series(a.path()).key(), only_series(other.path()).key());
}

#[track_caller]
fn check_report(images: &[Image], expected: &[&str]) {
    let folder = folder(images);
    assert_eq!(codes(&only_series(folder.path())), expected);
}

#[test]
fn reports_what_is_odd_about_positions() {
    check_report(&at_depths(&[0.0, 2.0, 4.0, 8.0, 10.0]), &["missing_slices"]);
    check_report(&at_depths(&[0.0, 2.0, 5.1, 7.0]), &["uneven_spacing"]);
    check_report(&at_depths(&[0.0, 2.0, 4.08, 6.08]), &["uneven_spacing"]);
    check_report(&at_depths(&[0.0, 2.0, 4.003]), &[]);
    let moved =
        |z: f64, y: f64| Image::at(z, 0).text((0x0020, 0x0032), "DS", &format!("-1\\{y}\\{z}"));
    check_report(
        &[moved(0.0, 0.0), moved(2.0, 1.0), moved(4.0, 2.0)],
        &["gantry_tilt"],
    );
    check_report(
        &[moved(0.0, 0.0), moved(2.0, 1.0), moved(4.0, 0.0)],
        &["shifted_slices"],
    );
}

#[test]
fn a_tilted_gantry_shears_the_grid() {
    let moved = |z: f64| Image::at(z, 0).text((0x0020, 0x0032), "DS", &format!("-1\\{z}\\{z}"));
    let folder = folder(&[moved(0.0), moved(2.0), moved(4.0)]);
    let series = only_series(folder.path());
    assert_eq!(series.geometry().step(Axis::K).0, [0.0, 2.0, 2.0]);
    assert!(
        series.report()[0].message.contains("45.0 degrees"),
        "{:?}",
        series.report()
    );
}

#[test]
fn each_slice_keeps_its_own_position() {
    let depths = [0.0, 2.0, 5.1, 7.0];
    let folder = folder(&at_depths(&depths));
    let series = only_series(folder.path());
    for (k, z) in depths.into_iter().enumerate() {
        let first = ContinuousIndex([0.0, 0.0, k as f64]);
        let found = series.geometry().lps_at(first).0;
        let off = found
            .iter()
            .zip([-1.0, -2.0, z])
            .map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f64::max) < 1e-9, "{found:?}");
    }
    let planes = series.slice_planes();
    let found: Vec<_> = planes.iter().map(|plane| plane.position.0).collect();
    assert_eq!(found, depths.map(|z| [-1.0, -2.0, z]));
    assert_eq!(planes[2].along_row.0, [1.0, 0.0, 0.0]);
    assert_eq!(planes[2].along_column.0, [0.0, 1.0, 0.0]);
}

#[test]
fn missing_slices_are_counted_and_placed() {
    let folder = folder(&at_depths(&[0.0, 2.0, 4.0, 10.0, 12.0]));
    let finding = only_series(folder.path()).report()[0].clone();
    assert_eq!(finding.severity, Severity::Warning);
    let expected = "2 image(s) seem to be missing: the images are 2.000 mm apart, but the first \
                    gap, between image 3 and 4, is 6.000 mm.";
    assert!(finding.message.starts_with(expected), "{}", finding.message);
}

#[test]
fn of_slices_at_one_position_the_first_is_kept() {
    let again = Image::at(2.0, 99)
        .text((0x0008, 0x0018), "UI", "1.2.3.9999")
        .text((0x0020, 0x0013), "IS", "77");
    let mut images = at_depths(&[0.0, 2.0, 4.0]);
    images.insert(0, again);
    let folder = folder(&images);
    let series = only_series(folder.path());
    assert_eq!(codes(&series), ["duplicate_slices"]);
    assert_eq!(load(&series).value(VoxelIndex([0, 0, 1])), 2.0 - 1024.0);
}

#[test]
fn copies_of_a_file_are_left_out_and_reported() {
    let images = at_depths(&[0.0, 2.0, 2.0]);
    check_report(&images, &["duplicate_files"]);
}

#[test]
fn volumes_over_time_are_told_from_duplicates() {
    let later = |z: f64| {
        Image::at(z, 99)
            .text((0x0008, 0x0018), "UI", &format!("1.2.9.{z}"))
            .text((0x0020, 0x0013), "IS", &format!("{}", 100.0 + z))
    };
    let mut images = at_depths(&[0.0, 2.0]);
    images.extend([later(0.0), later(2.0)]);
    let folder = folder(&images);
    let series = only_series(folder.path());
    assert_eq!(
        (codes(&series), series.n_volumes()),
        (vec!["several_volumes"], 2)
    );
    assert_eq!(load(&series).value(VoxelIndex([0, 0, 1])), 2.0 - 1024.0);
}

#[test]
fn a_localizer_is_split_by_orientation() {
    let mut images = at_depths(&[0.0, 2.0]);
    images.push(Image::at(9.0, 9).text((0x0020, 0x0037), "DS", "0\\1\\0\\0\\0\\-1"));
    let folder = folder(&images);
    let study = scanned(folder.path()).expect("readable");
    let mut sizes: Vec<_> = study
        .series
        .iter()
        .map(|s| s.geometry().size()[2])
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);
    for series in &study.series {
        assert!(
            codes(series).contains(&"mixed_orientation"),
            "{:?}",
            series.report()
        );
        assert!(
            series.description().contains("of 2)"),
            "{}",
            series.description()
        );
    }
    assert_ne!(study.series[0].key(), study.series[1].key());
}

#[test]
fn stacks_side_by_side_become_series_of_their_own() {
    let at = |x: f64, z: f64| {
        Image::at(z, x as i16)
            .text((0x0008, 0x0018), "UI", &format!("1.2.7.{x}.{z}"))
            .text((0x0020, 0x0032), "DS", &format!("{x}\\{z}\\{z}"))
    };
    // Both are tilted: the images of one depth keep their distance.
    let places = [0.0, 2.0, 4.0]
        .into_iter()
        .flat_map(|z| [(0.0, z), (90.0, z)]);
    let images: Vec<Image> = places.map(|(x, z)| at(x, z)).collect();
    let folder = folder(&images);
    let study = scanned(folder.path()).expect("readable");
    assert_eq!(study.series.len(), 2);
    for series in &study.series {
        assert_eq!(codes(series), ["several_stacks", "gantry_tilt"]);
        assert_eq!(series.geometry().size(), [4, 3, 3]);
        let x = series.geometry().origin().0[0];
        let stored = load(series).voxels().clone();
        assert_eq!(stored, Voxels::I16(vec![x as i16; 36]));
    }
}

#[test]
fn stacks_that_the_files_name_apart_become_series_of_their_own() {
    let named = |z: f64, name: &str| Image::at(z, 0).text((0x0020, 0x9056), "SH", name);
    let lower = [0.0, 2.0, 4.0].map(|z| named(z, "1"));
    let upper = [90.0, 92.0].map(|z| named(z, "2"));
    let folder = folder(&[&lower[..], &upper].concat());
    let study = scanned(folder.path()).expect("readable");
    let found: Vec<_> = study.series.iter().map(codes).collect();
    assert_eq!(found, [["several_stacks"], ["several_stacks"]]);
}

#[test]
fn slices_of_another_size_become_a_series_of_their_own() {
    let mut images = at_depths(&[0.0, 2.0]);
    images.push(Image::at(4.0, 4).number((0x0028, 0x0010), 2));
    let folder = folder(&images);
    assert_eq!(scanned(folder.path()).expect("readable").series.len(), 2);
}

#[test]
fn missing_geometry_is_guessed_and_said() {
    let bare = |n: f64| {
        let image = Image::at(n, n as i16)
            .without((0x0020, 0x0032))
            .without((0x0020, 0x0037));
        image
            .without((0x0028, 0x0030))
            .text((0x0008, 0x0060), "CS", "CR")
    };
    let folder = folder(&[bare(2.0), bare(1.0)]);
    let series = only_series(folder.path());
    assert_eq!(codes(&series), ["guessed_geometry", "guessed_geometry"]);
    assert_eq!(series.geometry().spacing_mm(), [1.0; 3]);
    assert_eq!(load(&series).value(VoxelIndex([0, 0, 0])), 1.0 - 1024.0);
}

#[test]
fn a_single_slice_takes_its_depth_from_its_thickness() {
    let single = Image::at(0.0, 0);
    check_report(std::slice::from_ref(&single), &["guessed_geometry"]);
    let thick = single.text((0x0018, 0x0050), "DS", "2.5");
    let folder = folder(&[thick]);
    let series = only_series(folder.path());
    assert_eq!(codes(&series), ["single_slice"]);
    assert_eq!(series.geometry().step(Axis::K).0, [0.0, 0.0, 2.5]);
}

#[test]
fn rescale_that_differs_is_applied_slice_by_slice() {
    let mut images = at_depths(&[1.0, 2.0]);
    images[1] = images[1].clone().text((0x0028, 0x1053), "DS", "0.5");
    let folder = folder(&images);
    let series = only_series(folder.path());
    assert_eq!(
        (codes(&series), series.scalar_type()),
        (vec!["rescale_per_slice"], ScalarType::F32)
    );
    let volume = load(&series);
    let values = [0, 1].map(|k| volume.value(VoxelIndex([0, 0, k])));
    assert_eq!(values, [1.0 - 1024.0, 1.0 - 1024.0]);
}

#[test]
fn units_come_from_the_file() {
    let unit = |image: Image| {
        let folder = folder(&[image]);
        only_series(folder.path()).unit().map(str::to_owned)
    };
    let image = || Image::at(0.0, 0);
    let modality = |name: &str| image().text((0x0008, 0x0060), "CS", name);
    assert_eq!(unit(image()).as_deref(), Some("HU"));
    assert_eq!(unit(image().text((0x0028, 0x1054), "LO", "US")), None);
    assert_eq!(unit(modality("MR")), None);
    let pet = modality("PT").text((0x0054, 0x1001), "CS", "BQML");
    assert_eq!(unit(pet).as_deref(), Some("Bq/ml"));
}

#[test]
fn series_know_their_study() {
    let of = |uid: &str, n: u16| {
        let image = Image::at(0.0, 0).text((0x0020, 0x000D), "UI", uid);
        let image = image.text((0x0010, 0x0020), "LO", &format!("P{}", n / 3));
        let image = image.text((0x0008, 0x0018), "UI", &format!("1.9.{n}"));
        let image = image.text((0x0008, 0x0020), "DA", "20240229");
        image.text((0x0020, 0x000E), "UI", &format!("1.8.{n}"))
    };
    let folder = folder(&[of("1.1", 1), of("1.1", 2), of("1.2", 3)]);
    let study = scanned(folder.path()).expect("readable");
    let labels: Vec<_> = study.series.iter().filter_map(|s| s.study()).collect();
    let keys: std::collections::BTreeSet<_> = labels.iter().map(|label| &label.key).collect();
    assert_eq!((labels.len(), keys.len()), (3, 2));
    assert_eq!(labels[0].date.as_deref(), Some("20240229"));
    // Here each study is of another patient.
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        let is_same = labels[a].patient_key == labels[b].patient_key;
        assert_eq!(is_same, labels[a].key == labels[b].key);
    }
}

#[test]
fn a_damaged_slice_among_good_ones_stays_blank_and_is_reported() {
    let folder = folder(&at_depths(&[1.0, 2.0, 3.0]));
    let series = only_series(folder.path());
    let damaged = series.paths()[1].clone();
    let whole = std::fs::read(&damaged).expect("the file");
    write(&damaged, &whole[..whole.len() - 3]);
    let (volume, found) = series
        .load(0, 0, &|_| {}, &NoProgress)
        .expect("the rest loads");
    assert_eq!(volume.value(VoxelIndex([3, 2, 1])), -1024.0);
    assert_eq!(volume.value(VoxelIndex([3, 2, 2])), 3.0 - 1024.0);
    assert_eq!(
        (found[0].code, found[0].file.as_ref()),
        ("blank_slice", Some(&damaged))
    );
}
