//! DICOM segmentations and structure sets, on the images they were drawn on.

use super::Written;
use super::staged::{Staged, differs};
use crate::coded::dicom_code;
use crate::time::dicom_date_time;
use crate::wire::{ExportFormat, Finding, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::protocol::{Class, ClassId, Meaning};
use annotomy_formats::{
    DicomSegmentation, FormatError, NewObject, Segment, SegmentationType, Series, StructureSet,
    check_dicom_segmentation, check_structure_set, read_dicom_segmentation, read_structure_set,
    uid_from_uuid, write_dicom_segmentation, write_structure_set,
};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::labels::{Label, LabelMap};
use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;

/// Series Number of what is written: beyond those that scanners count up to.
const SERIES_NUMBER: u32 = 9001;

/// Which kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Segmentation(SegmentationType),
    StructureSet,
}

impl Kind {
    pub(crate) const fn of(format: ExportFormat) -> Option<Self> {
        match format {
            ExportFormat::DicomSeg => Some(Self::Segmentation(SegmentationType::Binary)),
            ExportFormat::DicomSegLabelMap => Some(Self::Segmentation(SegmentationType::LabelMap)),
            ExportFormat::DicomRtStruct => Some(Self::StructureSet),
            _ => None,
        }
    }
}

/// The images that an object refers to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Images<'a> {
    pub(crate) series: &'a Series,
    /// Which of its volumes, 0 first.
    pub(crate) volume: usize,
}

/// An object to be written: who made it, and what it says of the segments of each class.
#[derive(Debug)]
pub(crate) struct Object {
    new: NewObject,
    meanings: BTreeMap<ClassId, Meaning>,
}

impl Object {
    /// A new one of `user`.
    pub(crate) fn new(user: &str, at_us: i64, classes: Vec<Class>) -> Self {
        let meanings = classes.into_iter().map(|class| (class.id, class.meaning));
        Self {
            new: new_object(user, at_us, "Annotomy segments"),
            meanings: meanings.collect(),
        }
    }
}

/// A new object of `user`.
pub(crate) fn new_object(user: &str, at_us: i64, description: &str) -> NewObject {
    let uid = || uid_from_uuid(Uuid::new_v4().as_u128());
    let (date, time) = dicom_date_time(at_us);
    NewObject {
        sop_instance_uid: uid(),
        series_instance_uid: uid(),
        series_number: SERIES_NUMBER,
        series_description: description.to_owned(),
        date,
        time,
        creator: person_name(user),
        manufacturer: "Annotomy".to_owned(),
        model_name: "Annotomy".to_owned(),
        device_serial_number: "1".to_owned(),
        software_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// A user's name as family name: the separators of person names (PS3.5 6.2.1.1) are left out.
fn person_name(user: &str) -> String {
    let is_separator = |c: char| matches!(c, '^' | '=' | '\\') || c.is_control();
    user.replace(is_separator, " ").chars().take(64).collect()
}

/// Says what to do about images that no DICOM object can refer to.
pub(crate) fn suggested(error: FormatError) -> WireError {
    let is_unsupported = matches!(error, FormatError::Unsupported { .. });
    let error = WireError::from(error);
    match is_unsupported {
        true => {
            error.hint("NIfTI, NRRD, MetaImage, .seg.nrrd, JSON and tables need no DICOM image.")
        }
        false => error,
    }
}

/// What the object would not say as the document does.
pub(crate) fn check(
    kind: Kind,
    images: Images<'_>,
    state: &DocumentState,
    object: &Object,
) -> Result<Vec<Finding>, WireError> {
    let series = images.series;
    let path = series.paths().into_iter().next().unwrap_or_default();
    let segments = segments(state, object);
    let found = match kind {
        Kind::Segmentation(kind) => {
            let dimensions = uid_from_uuid(Uuid::new_v4().as_u128());
            let content = segmentation(images, state, &segments, (kind, &object.new, &dimensions));
            check_dicom_segmentation(&path, &content)
        }
        Kind::StructureSet => {
            check_structure_set(&path, &structures(images, state, &segments, &object.new))
        }
    };
    let found = found.map_err(suggested)?;
    Ok(found.into_iter().map(Finding::from).collect())
}

/// Writes the object, and compares each segment that is read back.
pub(crate) fn write(
    target: &Path,
    kind: Kind,
    images: Images<'_>,
    state: &DocumentState,
    object: &Object,
) -> Result<Written, WireError> {
    let series = images.series;
    let segments = segments(state, object);
    let staged = Staged::beside(target)?;
    let path = staged.path();
    let (notes, layers, read) = match kind {
        Kind::Segmentation(kind) => {
            let dimensions = uid_from_uuid(Uuid::new_v4().as_u128());
            let content = segmentation(images, state, &segments, (kind, &object.new, &dimensions));
            let notes = write_dicom_segmentation(&path, &content).map_err(suggested)?;
            let read = read_dicom_segmentation(&path, Some(series))?;
            if !read.is_on_images {
                return Err(differs(target, "the grid"));
            }
            (notes, read.layers, read.segments)
        }
        Kind::StructureSet => {
            let content = structures(images, state, &segments, &object.new);
            let notes = write_structure_set(&path, &content).map_err(suggested)?;
            let read = read_structure_set(&path)?.rasterize(series)?;
            (notes, read.layers, read.segments)
        }
    };
    let n_voxels = compare((state.layers(), &segments), (&layers, &read))
        .ok_or_else(|| differs(target, "a segment"))?;
    staged.publish()?;
    Ok(Written {
        sidecar: None,
        n_voxels,
        n_shapes: 0,
        notes: notes.into_iter().map(Finding::from).collect(),
    })
}

fn segments(state: &DocumentState, object: &Object) -> Vec<Segment> {
    let segment = |segment: &annotomy_annotation::segment::Segment| {
        let plain = Segment {
            color: segment.color.0,
            ..Segment::new(segment.layer.into(), segment.label, &segment.name)
        };
        let meaning = segment.class.and_then(|class| object.meanings.get(&class));
        match meaning {
            Some(meaning) => coded(plain, meaning),
            None => plain,
        }
    };
    state.segments().iter().map(segment).collect()
}

/// The segment with what its class means, as far as that is coded.
fn coded(segment: Segment, meaning: &Meaning) -> Segment {
    Segment {
        category: meaning
            .category
            .as_ref()
            .map_or(segment.category, dicom_code),
        property: meaning
            .property_type
            .as_ref()
            .map_or(segment.property, dicom_code),
        modifier: meaning.laterality.as_ref().map(dicom_code),
        ..segment
    }
}

fn segmentation<'a>(
    images: Images<'a>,
    state: &'a DocumentState,
    segments: &'a [Segment],
    (kind, object, dimension_organization_uid): (SegmentationType, &'a NewObject, &'a str),
) -> DicomSegmentation<'a> {
    DicomSegmentation {
        series: images.series,
        volume: images.volume,
        layers: state.layers(),
        segments,
        kind,
        object,
        dimension_organization_uid,
    }
}

fn structures<'a>(
    images: Images<'a>,
    state: &'a DocumentState,
    segments: &'a [Segment],
    object: &'a NewObject,
) -> StructureSet<'a> {
    StructureSet {
        series: images.series,
        volume: images.volume,
        layers: state.layers(),
        segments,
        object,
    }
}

/// Layers and the segments in them.
type Content<'a> = (&'a [LabelMap], &'a [Segment]);

/// Voxels of all segments, if each segment has the same ones in both. A segment without voxels may
/// be missing in what was read: some objects have no place for it.
fn compare(written: Content<'_>, read: Content<'_>) -> Option<usize> {
    let mut n_voxels = 0;
    let mut others = read.1.iter().peekable();
    for segment in written.1 {
        let mask = mask(written.0, segment.layer, segment.label)?;
        n_voxels += mask.n_voxels();
        let is_there = others
            .peek()
            .is_some_and(|other| other.name == segment.name);
        if !is_there && mask.is_empty() {
            continue;
        }
        let other = others.next()?;
        if self::mask(read.0, other.layer, other.label)? != mask {
            return None;
        }
    }
    others.next().is_none().then_some(n_voxels)
}

fn mask(layers: &[LabelMap], layer: usize, label: Label) -> Option<LabelDelta> {
    let layer = layers.get(layer)?;
    Some(layer.drawn(|found| Label::from(found == label)))
}
