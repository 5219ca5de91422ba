//! The Segment Sequence (PS3.3 C.8.20.4).

use super::{Segment, SegmentationType};
use crate::dicom::write::Code;
use crate::dicom::write::color::lab_from_srgb;
use crate::dicom::write::dataset::DataSet;
use crate::dicom::write::text::{Repertoire, long_string};
use crate::finding::Finding;
use dicom_dictionary_std::tags;

/// An item for each segment, numbered from 1; a label map also describes its background, 0.
pub(crate) fn segment_items(
    segments: &[Segment],
    kind: SegmentationType,
    around: &Repertoire,
    report: &mut Vec<Finding>,
) -> Vec<DataSet> {
    let background = (kind == SegmentationType::LabelMap).then(|| background(around));
    let numbered = segments.iter().zip(1_u16..);
    let items: Vec<DataSet> = numbered
        .map(|(segment, number)| item(segment, number, around, report))
        .collect();
    background.into_iter().chain(items).collect()
}

fn background(around: &Repertoire) -> DataSet {
    let code = Code::new("125040", "DCM", "Background");
    let segment = Segment {
        color: [0; 3],
        category: code.clone(),
        property: code,
        ..Segment::new(0, 0, "Background")
    };
    item(&segment, 0, around, &mut Vec::new())
}

fn item(segment: &Segment, number: u16, around: &Repertoire, report: &mut Vec<Finding>) -> DataSet {
    let name = match segment.name.trim() {
        "" => format!("Segment {number}"),
        name => long_string(name, report),
    };
    let (algorithm, algorithm_name) = segment.algorithm.parts();
    let algorithm_name = long_string(algorithm_name, report);
    let tracking_id = segment
        .tracking
        .as_ref()
        .map(|tracking| tracking.id.as_str());
    let texts = [
        name.as_str(),
        &algorithm_name,
        tracking_id.unwrap_or_default(),
    ];
    let repertoire = around.of_item(&texts);
    let mut property = DataSet::of_code(&repertoire, &segment.property);
    if let Some(modifier) = &segment.modifier {
        property = property.concept(
            tags::SEGMENTED_PROPERTY_TYPE_MODIFIER_CODE_SEQUENCE,
            &repertoire,
            modifier,
        );
    }
    let set = DataSet::new()
        .character_set(&repertoire)
        .u16s(tags::SEGMENT_NUMBER, &[number])
        .text(tags::SEGMENT_LABEL, &repertoire, &name)
        .code(tags::SEGMENT_ALGORITHM_TYPE, algorithm)
        .u16s(
            tags::RECOMMENDED_DISPLAY_CIE_LAB_VALUE,
            &lab_from_srgb(segment.color),
        )
        .concept(
            tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE,
            &repertoire,
            &segment.category,
        )
        .item(tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE, property);
    let set = match algorithm_name.as_str() {
        "" => set,
        name => set.text(tags::SEGMENT_ALGORITHM_NAME, &repertoire, name),
    };
    let set = match &segment.region {
        Some(region) => set.item(
            tags::ANATOMIC_REGION_SEQUENCE,
            modified(&repertoire, region, segment),
        ),
        None => set,
    };
    match &segment.tracking {
        Some(tracking) => set
            .text(tags::TRACKING_ID, &repertoire, &tracking.id)
            .code(tags::TRACKING_UID, &tracking.uid),
        None => set,
    }
}

/// An anatomic region with its modifier.
fn modified(around: &Repertoire, region: &Code, segment: &Segment) -> DataSet {
    let set = DataSet::of_code(around, region);
    match &segment.region_modifier {
        Some(modifier) => set.concept(tags::ANATOMIC_REGION_MODIFIER_SEQUENCE, around, modifier),
        None => set,
    }
}
