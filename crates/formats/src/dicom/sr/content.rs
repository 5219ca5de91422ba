//! Content items of reports (PS3.3 C.17.3): names of concepts, and items under construction.

use crate::dicom::write::Code;
use crate::dicom::write::dataset::DataSet;
use crate::dicom::write::text::Repertoire;
use dicom_dictionary_std::tags;

/// A concept of the standard: value, scheme, meaning.
pub(super) type Concept = [&'static str; 3];

pub(super) const REPORT: Concept = ["126000", "DCM", "Imaging Measurement Report"];
pub(super) const LANGUAGE: Concept = ["121049", "DCM", "Language of Content Item and Descendants"];
pub(super) const ENGLISH: Concept = ["en", "RFC5646", "English"];
pub(super) const OBSERVER_TYPE: Concept = ["121005", "DCM", "Observer Type"];
pub(super) const PERSON: Concept = ["121006", "DCM", "Person"];
pub(super) const PERSON_NAME: Concept = ["121008", "DCM", "Person Observer Name"];
pub(super) const PROCEDURE: Concept = ["121058", "DCM", "Procedure reported"];
pub(super) const IMAGING: Concept = ["363679005", "SCT", "Imaging procedure"];
pub(super) const LIBRARY: Concept = ["111028", "DCM", "Image Library"];
pub(super) const LIBRARY_GROUP: Concept = ["126200", "DCM", "Image Library Group"];
pub(super) const MEASUREMENTS: Concept = ["126010", "DCM", "Imaging Measurements"];
pub(super) const GROUP: Concept = ["125007", "DCM", "Measurement Group"];
pub(super) const TRACKING_ID: Concept = ["112039", "DCM", "Tracking Identifier"];
pub(super) const TRACKING_UID: Concept = ["112040", "DCM", "Tracking Unique Identifier"];
pub(super) const FINDING: Concept = ["121071", "DCM", "Finding"];
pub(super) const SITE: Concept = ["363698007", "SCT", "Finding Site"];
pub(super) const REGION: Concept = ["111030", "DCM", "Image Region"];
pub(super) const SOURCE_SERIES: Concept = ["121232", "DCM", "Source series for segmentation"];
pub(super) const SURFACE: Concept = ["121231", "DCM", "Volume Surface"];

/// How an item stands to the one it is in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Relation {
    Contains,
    Modifier,
    Context,
}

impl Relation {
    const fn term(self) -> &'static str {
        match self {
            Self::Contains => "CONTAINS",
            Self::Modifier => "HAS CONCEPT MOD",
            Self::Context => "HAS OBS CONTEXT",
        }
    }
}

fn item(relation: Relation, value_type: &str) -> DataSet {
    DataSet::new()
        .code(tags::RELATIONSHIP_TYPE, relation.term())
        .code(tags::VALUE_TYPE, value_type)
}

/// An item with a concept of the standard.
pub(super) fn named(relation: Relation, value_type: &str, concept: Concept) -> DataSet {
    item(relation, value_type).standard(tags::CONCEPT_NAME_CODE_SEQUENCE, concept)
}

/// An item with a concept of ours.
pub(super) fn with_name(value_type: &str, repertoire: &Repertoire, concept: &Code) -> DataSet {
    item(Relation::Contains, value_type).concept(
        tags::CONCEPT_NAME_CODE_SEQUENCE,
        repertoire,
        concept,
    )
}

/// A coded item whose value is of the standard too.
pub(super) fn coded(relation: Relation, concept: Concept, value: Concept) -> DataSet {
    named(relation, "CODE", concept).standard(tags::CONCEPT_CODE_SEQUENCE, value)
}

pub(super) fn container(concept: Concept, items: Vec<DataSet>) -> DataSet {
    named(Relation::Contains, "CONTAINER", concept)
        .code(tags::CONTINUITY_OF_CONTENT, "SEPARATE")
        .items(tags::CONTENT_SEQUENCE, items)
}

/// Which template a container follows.
pub(super) fn template(identifier: &str) -> DataSet {
    DataSet::new()
        .code(tags::MAPPING_RESOURCE, "DCMR")
        .code(tags::TEMPLATE_IDENTIFIER, identifier)
}
