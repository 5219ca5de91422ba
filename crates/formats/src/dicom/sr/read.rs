//! Reads reports of any program that follows TID 1500.

use super::content::{FINDING, GROUP, REPORT, SITE, TRACKING_ID, TRACKING_UID};
use super::{Graphic, GraphicKind, Measurement, MeasurementGroup, Said};
use crate::dicom::object::{code, first, items, numbers, parse, text};
use crate::dicom::series::DicomSeries;
use crate::dicom::write::source::{Reference, Source};
use crate::error::FormatError;
use crate::finding::Finding;
use crate::series::Series;
use annotomy_volume::contour::SlicePoint;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{ContinuousIndex, PointLps};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::collections::BTreeMap;
use std::path::Path;

/// Coordinates beyond this are none, mm or pixels.
const MAX_COORDINATE: f64 = 1e6;

/// Groups of one report.
const MAX_GROUPS: usize = 100_000;

/// A report that was read.
#[derive(Debug)]
pub struct ReadReport {
    /// In the order of the file. A group may have no region.
    pub groups: Vec<MeasurementGroup>,
    /// What was odd or left out.
    pub report: Vec<Finding>,
}

/// How many items were left out.
#[derive(Debug, Default)]
struct LeftOut {
    other_images: usize,
    other_frames: usize,
    unreadable: usize,
}

/// What regions refer to.
struct Images<'a> {
    frame_of_reference: &'a str,
    source: &'a Source,
    geometry: &'a Geometry,
    /// Their number by instance and frame; where an image has one frame, that is 0.
    by_instance: BTreeMap<(&'a str, usize), usize>,
}

/// Reads a DICOM report of measurements (TID 1500) of a series: regions in the series' frame of
/// reference, or in the pixels of one of its images.
///
/// # Errors
/// Why it cannot be read: [`FormatError::NotAnImage`] if it is no such report,
/// [`FormatError::Damaged`], [`FormatError::Limit`], [`FormatError::Unsupported`] if the series is
/// not of DICOM files.
pub fn read_measurement_report(
    path: &Path,
    series: &Series,
    volume: usize,
) -> Result<ReadReport, FormatError> {
    let set = parse(path)?.dataset;
    if !is_named(&set, REPORT[0]) {
        let reason = "a DICOM object that is no report of measurements";
        return Err(FormatError::not_an_image(path, reason));
    }
    let source = Source::read_any(path, series, volume)?;
    let references = source.references.iter().enumerate();
    let frame = |image: &Reference| image.frame.unwrap_or(0);
    let images = Images {
        source: &source,
        geometry: series.geometry(),
        frame_of_reference: series.dicom().map_or("", DicomSeries::frame_of_reference),
        by_instance: references
            .map(|(k, image)| ((image.instance.as_str(), frame(image)), k))
            .collect(),
    };
    let mut left_out = LeftOut::default();
    let mut groups = Vec::new();
    // Groups lie below the root in containers; how deep differs.
    let mut below: Vec<&InMemDicomObject> = items(&set, tags::CONTENT_SEQUENCE).iter().collect();
    below.reverse();
    while let Some(item) = below.pop() {
        if groups.len() > MAX_GROUPS {
            return Err(FormatError::limit(path, "too many measurement groups"));
        }
        let children = items(item, tags::CONTENT_SEQUENCE);
        match is_named(item, GROUP[0]) {
            true => groups.push(group(children, &images, &mut left_out)),
            false => below.extend(children.iter().rev()),
        }
    }
    Ok(ReadReport {
        groups,
        report: left_out.findings(),
    })
}

impl LeftOut {
    fn findings(&self) -> Vec<Finding> {
        let finding = |n: usize, code, what: &str| {
            (n > 0).then(|| Finding::warning(code, format!("{n} regions {what}")))
        };
        let found = [
            finding(
                self.other_images,
                "regions_on_other_images",
                "lie on images that are not in this series; they were left out.",
            ),
            finding(
                self.other_frames,
                "regions_in_other_frame",
                "lie in another frame of reference; they were left out.",
            ),
            finding(
                self.unreadable,
                "regions_unreadable",
                "have coordinates that are no points; they were left out.",
            ),
        ];
        found.into_iter().flatten().collect()
    }
}

fn is_named(item: &InMemDicomObject, value: &str) -> bool {
    code(item, tags::CONCEPT_NAME_CODE_SEQUENCE).is_some_and(|name| name.value == value)
}

fn group(
    children: &[InMemDicomObject],
    images: &Images<'_>,
    left_out: &mut LeftOut,
) -> MeasurementGroup {
    let mut group = MeasurementGroup {
        tracking_identifier: String::new(),
        tracking_uid: String::new(),
        finding: None,
        site: None,
        graphics: Vec::new(),
        measurements: Vec::new(),
        evaluations: Vec::new(),
    };
    for item in children {
        let value_type = text(item, tags::VALUE_TYPE).unwrap_or_default();
        let Some(concept) = code(item, tags::CONCEPT_NAME_CODE_SEQUENCE) else {
            continue;
        };
        let coded = || code(item, tags::CONCEPT_CODE_SEQUENCE);
        match (value_type.as_str(), concept.value.as_str()) {
            ("TEXT", name) if name == TRACKING_ID[0] => {
                group.tracking_identifier = text(item, tags::TEXT_VALUE).unwrap_or_default();
            }
            ("UIDREF", name) if name == TRACKING_UID[0] => {
                group.tracking_uid = text(item, tags::UID).unwrap_or_default();
            }
            ("CODE", name) if name == FINDING[0] => group.finding = coded(),
            // Older programs name the site by SNOMED RT.
            ("CODE", name) if name == SITE[0] || name == "G-C0E3" => group.site = coded(),
            ("SCOORD" | "SCOORD3D", _) => group.graphics.extend(graphic(item, images, left_out)),
            ("NUM", _) => {
                group.measurements.extend(measurement(item));
                // Others put the region below the number that was inferred from it.
                let below = items(item, tags::CONTENT_SEQUENCE).iter();
                for region in below {
                    let kind = text(region, tags::VALUE_TYPE).unwrap_or_default();
                    if matches!(kind.as_str(), "SCOORD" | "SCOORD3D") {
                        let found = graphic(region, images, left_out);
                        let found = found.filter(|found| !group.graphics.contains(found));
                        group.graphics.extend(found);
                    }
                }
            }
            ("CODE", _) => group
                .evaluations
                .extend(coded().map(|value| (concept, Said::Code(value)))),
            ("TEXT", _) => {
                let said = text(item, tags::TEXT_VALUE).map(Said::Text);
                group.evaluations.extend(said.map(|said| (concept, said)));
            }
            _ => {}
        }
    }
    group
}

fn measurement(item: &InMemDicomObject) -> Option<Measurement> {
    let value = first(item, tags::MEASURED_VALUE_SEQUENCE)?;
    let number = numbers(value, tags::FLOATING_POINT_VALUE)
        .or_else(|| numbers(value, tags::NUMERIC_VALUE))?;
    Some(Measurement {
        concept: code(item, tags::CONCEPT_NAME_CODE_SEQUENCE)?,
        value: *number.first()?,
        unit: code(value, tags::MEASUREMENT_UNITS_CODE_SEQUENCE)?,
    })
}

fn graphic(
    item: &InMemDicomObject,
    images: &Images<'_>,
    left_out: &mut LeftOut,
) -> Option<Graphic> {
    let kind = text(item, tags::GRAPHIC_TYPE).and_then(|term| match term.as_str() {
        "CIRCLE" => Some(GraphicKind::Polyline),
        term => GraphicKind::of_term(term),
    });
    let numbers = numbers(item, tags::GRAPHIC_DATA).filter(|numbers| {
        let mut numbers = numbers.iter();
        numbers.all(|x| x.abs() <= MAX_COORDINATE)
    });
    let (Some(kind), Some(numbers)) = (kind, numbers) else {
        left_out.unreadable = left_out.unreadable.saturating_add(1);
        return None;
    };
    let points = match text(item, tags::VALUE_TYPE).as_deref() {
        Some("SCOORD3D") => {
            let frame = text(item, tags::REFERENCED_FRAME_OF_REFERENCE_UID);
            if frame.is_some_and(|frame| frame != images.frame_of_reference) {
                left_out.other_frames = left_out.other_frames.saturating_add(1);
                return None;
            }
            in_space(&numbers)
        }
        _ => {
            let Some(k) = image(item, images) else {
                left_out.other_images = left_out.other_images.saturating_add(1);
                return None;
            };
            images.points(&numbers, k)
        }
    };
    let Some(points) = points else {
        left_out.unreadable = left_out.unreadable.saturating_add(1);
        return None;
    };
    Some(Graphic { kind, points })
}

fn in_space(numbers: &[f64]) -> Option<Vec<PointLps>> {
    let (points, rest) = numbers.as_chunks::<3>();
    let points = points.iter().copied().map(PointLps);
    rest.is_empty().then(|| points.collect())
}

impl Images<'_> {
    /// From column and row of image `k`, 0.5 at the centre of its first pixel (PS3.3 C.18.6.1.1).
    fn points(&self, numbers: &[f64], k: usize) -> Option<Vec<PointLps>> {
        let (points, rest) = numbers.as_chunks::<2>();
        let image = self.source.images.get(k);
        let at = |[column, row]: &[f64; 2]| {
            let [i, j] = [column - 0.5, row - 0.5];
            match image {
                Some(image) => image.lps_at(SlicePoint([i, j])),
                None => self.geometry.lps_at(ContinuousIndex([i, j, k as f64])),
            }
        };
        rest.is_empty().then(|| points.iter().map(at).collect())
    }
}

/// The image that a region was selected from.
fn image(item: &InMemDicomObject, images: &Images<'_>) -> Option<usize> {
    let selected = first(item, tags::CONTENT_SEQUENCE)?;
    let reference = first(selected, tags::REFERENCED_SOP_SEQUENCE)?;
    let instance = text(reference, tags::REFERENCED_SOP_INSTANCE_UID)?;
    let frame = numbers(reference, tags::REFERENCED_FRAME_NUMBER);
    let frame = frame.and_then(|frames| frames.first().copied());
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
    #[expect(clippy::cast_sign_loss, reason = "a cast saturates")]
    let frame = frame.map_or(0, |frame| frame as usize);
    let of = |frame| images.by_instance.get(&(instance.as_str(), frame)).copied();
    // Some number the frame of an image that has one.
    of(frame).or_else(|| of(0))
}
