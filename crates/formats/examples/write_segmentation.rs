//! Writes 20 segments on every slice of a series as a binary DICOM SEG and prints how long it took
//! as one JSON object. For `cargo xtask bench`; `tests/bench/write_segmentation.py` writes the same
//! segments with highdicom.
//!
//! `write_segmentation CT_FOLDER OUT_FILE`

use annotomy_formats::{
    DicomSegmentation, NewObject, NoProgress, Segment, SegmentationType, scan,
    write_dicom_segmentation,
};
use annotomy_volume::labels::{Label, LabelMap};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

const N_SEGMENTS: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let usage = "usage: write_segmentation CT_FOLDER OUT_FILE";
    let (folder, out) = (paths.next().ok_or(usage)?, paths.next().ok_or(usage)?);
    let study = scan(&[folder], &NoProgress)?;
    let series = study.series.first().ok_or("no series")?;
    let layer = balls(series.geometry().size())?;
    let segments: Vec<Segment> = (1..=N_SEGMENTS)
        .map(|n| {
            Ok(Segment::new(
                0,
                Label::try_from(n)?,
                &format!("Segment {n}"),
            ))
        })
        .collect::<Result<_, std::num::TryFromIntError>>()?;
    let object = object();
    let start = Instant::now();
    write_dicom_segmentation(
        &out,
        &DicomSegmentation {
            volume: 0,
            series,
            layers: &[layer],
            segments: &segments,
            kind: SegmentationType::Binary,
            object: &object,
            dimension_organization_uid: "2.25.3",
        },
    )?;
    let total_secs = start.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{{\"total_secs\":{total_secs:.4}}}")?;
    Ok(())
}

/// 20 balls in a 5 x 4 raster, stretched along the slices so that each is on every slice.
fn balls(size: [usize; 3]) -> Result<LabelMap, Box<dyn std::error::Error>> {
    let [columns, rows, slices] = size;
    let mut labels = vec![0; columns * rows * slices];
    let square = |scale: usize, a: usize, b: usize| (scale * a.abs_diff(b)).pow(2);
    for n in 0..N_SEGMENTS {
        let (ci, cj) = (
            (2 * (n % 5) + 1) * columns / 10,
            (2 * (n / 5) + 1) * rows / 8,
        );
        for k in 0..slices {
            for j in cj.saturating_sub(40)..(cj + 41).min(rows) {
                for i in ci.saturating_sub(40)..(ci + 41).min(columns) {
                    let distance =
                        square(100, i, ci) + square(100, j, cj) + square(12, k, slices / 2);
                    if distance <= 4000_usize.pow(2) {
                        labels[(k * rows + j) * columns + i] = Label::try_from(n + 1)?;
                    }
                }
            }
        }
    }
    LabelMap::from_dense(size, &labels).ok_or_else(|| "the size does not fit".into())
}

fn object() -> NewObject {
    let text = |text: &str| text.to_owned();
    NewObject {
        sop_instance_uid: text("2.25.2"),
        series_instance_uid: text("2.25.1"),
        series_number: 1,
        series_description: text("Benchmark"),
        date: text("20200101"),
        time: text("120000"),
        creator: text("Benchmark"),
        manufacturer: text("M"),
        model_name: text("N"),
        device_serial_number: text("1"),
        software_version: text("1"),
    }
}
