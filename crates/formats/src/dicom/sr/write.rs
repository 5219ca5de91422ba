//! Writes reports.

use super::content::{
    Concept, ENGLISH, FINDING, GROUP, IMAGING, LANGUAGE, LIBRARY, LIBRARY_GROUP, MEASUREMENTS,
    OBSERVER_TYPE, PERSON, PERSON_NAME, PROCEDURE, REGION, REPORT, Relation, SITE, SOURCE_SERIES,
    SURFACE, TRACKING_ID, TRACKING_UID, coded, container, named, template, with_name,
};
use super::{Graphic, GraphicKind, Measurement, MeasurementGroup, MeasurementReport, Said};
use crate::dicom::syntax::Syntax;
use crate::dicom::write::dataset::DataSet;
use crate::dicom::write::header::{Header, Kind, header};
use crate::dicom::write::source::Source;
use crate::dicom::write::text::{Repertoire, decimal};
use crate::dicom::write::write_file;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::geometry::Geometry;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use std::path::Path;

const KIND: Kind = Kind {
    sop_class: uids::COMPREHENSIVE3_DSR_STORAGE,
    modality: "SR",
    syntax: Syntax::EXPLICIT,
};

/// How far from its image a region of pixels may lie, slices.
const OFF_IMAGE: f64 = 1e-3;

/// Writes a DICOM report of measurements: in the frame of reference of the series' images, or in
/// their pixels where they have none. The file appears whole or not at all.
///
/// # Errors
/// [`FormatError::Unsupported`] if the series is not of DICOM files, a number is not finite, or a
/// region of pixels does not lie in one image; [`FormatError::Io`] if the file system refuses.
pub fn write_measurement_report(
    path: &Path,
    report: &MeasurementReport<'_>,
) -> Result<Vec<Finding>, FormatError> {
    let (set, told) = content(path, report)?;
    let instance = &report.object.sop_instance_uid;
    write_file(path, KIND, instance, &set, None)?;
    Ok(told)
}

/// What the file would not say, without writing it; `path` is for errors.
///
/// # Errors
/// As [`write_measurement_report`].
pub fn check_measurement_report(
    path: &Path,
    report: &MeasurementReport<'_>,
) -> Result<Vec<Finding>, FormatError> {
    content(path, report).map(|(_, told)| told)
}

fn content(
    path: &Path,
    report: &MeasurementReport<'_>,
) -> Result<(DataSet, Vec<Finding>), FormatError> {
    let MeasurementReport {
        series,
        volume,
        groups,
        object,
    } = *report;
    check(path, groups)?;
    let source = Source::read_any(path, series, volume)?;
    let regions = Regions {
        path,
        source: &source,
        geometry: series.geometry(),
    };
    let texts: Vec<&str> = groups.iter().flat_map(texts).collect();
    let Header {
        set,
        repertoire,
        creator,
        report,
        ..
    } = header(path, &source, object, KIND, &texts)?;
    let in_items = repertoire.of_item(&texts);
    let images = source.instances().into_iter().map(|reference| {
        DataSet::new()
            .code(tags::RELATIONSHIP_TYPE, "CONTAINS")
            .code(tags::VALUE_TYPE, "IMAGE")
            .item(tags::REFERENCED_SOP_SEQUENCE, reference)
    });
    let library = container(LIBRARY_GROUP, images.collect());
    let groups = groups
        .iter()
        .map(|group| self::group(group, &regions, &in_items))
        .collect::<Result<Vec<_>, _>>()?;
    let observer = named(Relation::Context, "PNAME", PERSON_NAME);
    let content = vec![
        coded(Relation::Modifier, LANGUAGE, ENGLISH),
        coded(Relation::Context, OBSERVER_TYPE, PERSON),
        observer.text(tags::PERSON_NAME, &repertoire, &creator),
        coded(Relation::Modifier, PROCEDURE, IMAGING),
        container(LIBRARY, vec![library]),
        container(MEASUREMENTS, groups),
    ];
    let evidence = DataSet::new()
        .code(tags::STUDY_INSTANCE_UID, &source.study)
        .item(
            tags::REFERENCED_SERIES_SEQUENCE,
            DataSet::new()
                .code(tags::SERIES_INSTANCE_UID, &source.series)
                .items(tags::REFERENCED_SOP_SEQUENCE, source.instances()),
        );
    let set = set
        .code(tags::CONTENT_DATE, &object.date)
        .code(tags::CONTENT_TIME, &object.time)
        .code(tags::COMPLETION_FLAG, "PARTIAL")
        .code(tags::VERIFICATION_FLAG, "UNVERIFIED")
        .items(tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE, [])
        .items(tags::PERFORMED_PROCEDURE_CODE_SEQUENCE, [])
        .item(
            tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE,
            evidence,
        )
        .code(tags::VALUE_TYPE, "CONTAINER")
        .standard(tags::CONCEPT_NAME_CODE_SEQUENCE, REPORT)
        .code(tags::CONTINUITY_OF_CONTENT, "SEPARATE")
        .item(tags::CONTENT_TEMPLATE_SEQUENCE, template("1500"))
        .items(tags::CONTENT_SEQUENCE, content);
    Ok((set, report))
}

fn check(path: &Path, groups: &[MeasurementGroup]) -> Result<(), FormatError> {
    let is_finite = |group: &MeasurementGroup| {
        let graphics = group.graphics.iter().flat_map(|graphic| &graphic.points);
        let mut numbers = graphics.flat_map(|point| point.0);
        let mut values = group.measurements.iter().map(|found| found.value);
        numbers.all(f64::is_finite) && values.all(f64::is_finite)
    };
    match groups.iter().all(is_finite) {
        true => Ok(()),
        false => Err(FormatError::unsupported(
            path,
            "a number that is not finite",
        )),
    }
}

/// Texts of a group that may need a character set.
fn texts(group: &MeasurementGroup) -> Vec<&str> {
    let codes = group.finding.iter().chain(&group.site);
    let measured = group.measurements.iter();
    let measured = measured.flat_map(|found| [&found.concept, &found.unit]);
    let asked = group.evaluations.iter().map(|(concept, _)| concept);
    let answered = group.evaluations.iter().map(|(_, said)| match said {
        Said::Code(code) => code.meaning.as_str(),
        Said::Text(text) => text.as_str(),
    });
    let meanings = codes.chain(measured).chain(asked);
    let meanings = meanings.map(|code| code.meaning.as_str());
    let identifier = std::iter::once(group.tracking_identifier.as_str());
    meanings.chain(answered).chain(identifier).collect()
}

/// TID 1410 for one region, TID 1411 for a volume within several.
fn group(
    group: &MeasurementGroup,
    regions: &Regions<'_>,
    repertoire: &Repertoire,
) -> Result<DataSet, FormatError> {
    let is_volume = group.graphics.len() > 1;
    let tracking = named(Relation::Context, "TEXT", TRACKING_ID);
    let tracking = tracking.text(tags::TEXT_VALUE, repertoire, &group.tracking_identifier);
    let uid = named(Relation::Context, "UIDREF", TRACKING_UID).code(tags::UID, &group.tracking_uid);
    let mut items = vec![tracking, uid];
    items.extend(group.finding.as_ref().map(|code| {
        let item = named(Relation::Contains, "CODE", FINDING);
        item.concept(tags::CONCEPT_CODE_SEQUENCE, repertoire, code)
    }));
    items.extend(group.site.as_ref().map(|code| {
        let item = named(Relation::Modifier, "CODE", SITE);
        item.concept(tags::CONCEPT_CODE_SEQUENCE, repertoire, code)
    }));
    let concept = if is_volume { SURFACE } else { REGION };
    for graphic in &group.graphics {
        items.push(regions.item(graphic, concept)?);
    }
    if is_volume {
        let series = named(Relation::Contains, "UIDREF", SOURCE_SERIES);
        items.push(series.code(tags::UID, &regions.source.series));
    }
    items.extend(
        group
            .measurements
            .iter()
            .map(|found| number(found, repertoire)),
    );
    items.extend(group.evaluations.iter().map(|(concept, said)| match said {
        Said::Code(code) => with_name("CODE", repertoire, concept).concept(
            tags::CONCEPT_CODE_SEQUENCE,
            repertoire,
            code,
        ),
        Said::Text(text) => {
            with_name("TEXT", repertoire, concept).text(tags::TEXT_VALUE, repertoire, text)
        }
    }));
    let template = template(if is_volume { "1411" } else { "1410" });
    Ok(container(GROUP, items)
        .character_set(repertoire)
        .item(tags::CONTENT_TEMPLATE_SEQUENCE, template))
}

/// What regions are coordinates of.
struct Regions<'a> {
    path: &'a Path,
    source: &'a Source,
    geometry: &'a Geometry,
}

impl Regions<'_> {
    fn item(&self, graphic: &Graphic, concept: Concept) -> Result<DataSet, FormatError> {
        let frame = self.source.frame_of_reference.as_str();
        if frame.is_empty() || self.source.images.is_empty() {
            return self.in_pixels(graphic, concept);
        }
        let item = named(Relation::Contains, "SCOORD3D", concept);
        Ok(coordinates(item, graphic.points.iter().flat_map(|p| p.0))
            .code(tags::GRAPHIC_TYPE, graphic.kind.term())
            .code(tags::REFERENCED_FRAME_OF_REFERENCE_UID, frame))
    }

    /// Column and row of one image, 0.5 at the centre of its first pixel (PS3.3 C.18.6.1.1).
    fn in_pixels(&self, graphic: &Graphic, concept: Concept) -> Result<DataSet, FormatError> {
        let points = graphic.points.iter();
        let points: Vec<[f64; 3]> = points.map(|p| self.geometry.index_at(*p).0).collect();
        let k = points.first().map_or(0.0, |point| point[2].round());
        let is_on = |point: &[f64; 3]| (point[2] - k).abs() <= OFF_IMAGE;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what is no number of an image has no reference"
        )]
        let reference = (k >= 0.0).then(|| self.source.references.get(k as usize));
        let reference = reference.flatten();
        let Some(reference) = reference.filter(|_| points.iter().all(is_on)) else {
            let what = "a region that does not lie in one image, of images without a place";
            return Err(FormatError::unsupported(self.path, what));
        };
        let pixels = points.into_iter().flat_map(|[i, j, _]| [i + 0.5, j + 0.5]);
        // Polygons are closed polylines here.
        let kind = match graphic.kind {
            GraphicKind::Polygon => GraphicKind::Polyline,
            kind => kind,
        };
        let selected = DataSet::new()
            .code(tags::RELATIONSHIP_TYPE, "SELECTED FROM")
            .code(tags::VALUE_TYPE, "IMAGE")
            .item(tags::REFERENCED_SOP_SEQUENCE, reference.data_set());
        let item = named(Relation::Contains, "SCOORD", concept);
        Ok(coordinates(item, pixels)
            .code(tags::GRAPHIC_TYPE, kind.term())
            .item(tags::CONTENT_SEQUENCE, selected))
    }
}

fn coordinates(item: DataSet, numbers: impl Iterator<Item = f64>) -> DataSet {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "graphic data is single precision (PS3.3 C.18.6.1, C.18.9.1)"
    )]
    let single = |x: f64| (x as f32).to_le_bytes();
    let bytes: Vec<u8> = numbers.flat_map(single).collect();
    item.raw(tags::GRAPHIC_DATA, VR::FL, &bytes)
}

fn number(found: &Measurement, repertoire: &Repertoire) -> DataSet {
    let value = DataSet::new()
        .concept(
            tags::MEASUREMENT_UNITS_CODE_SEQUENCE,
            repertoire,
            &found.unit,
        )
        .raw(
            tags::FLOATING_POINT_VALUE,
            VR::FD,
            &found.value.to_le_bytes(),
        )
        .code(tags::NUMERIC_VALUE, &decimal(found.value));
    with_name("NUM", repertoire, &found.concept).item(tags::MEASURED_VALUE_SEQUENCE, value)
}
