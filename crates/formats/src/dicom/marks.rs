//! What tells images of one position apart: time, echo, diffusion weighting, phase.

use super::time::{date_and_time, date_time};
use super::values::Values;
use dicom_core::Tag;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::{StandardDataDictionary, tags};

/// Values of one frame. Times in the unit of their names; `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Marks {
    pub(crate) temporal_position: Option<i64>,
    pub(crate) temporal_offset_s: Option<f64>,
    pub(crate) trigger_ms: Option<f64>,
    pub(crate) cardiac_percent: Option<f64>,
    pub(crate) frame_reference_ms: Option<f64>,
    pub(crate) acquired_s: Option<f64>,
    pub(crate) content_s: Option<f64>,
    /// s/mm².
    pub(crate) b_value: Option<f64>,
    pub(crate) gradient: Option<[f64; 3]>,
    pub(crate) echo_number: Option<i64>,
    pub(crate) echo_ms: Option<f64>,
    pub(crate) inversion_ms: Option<f64>,
    pub(crate) flip_degrees: Option<f64>,
    pub(crate) acquisition_number: Option<i64>,
    /// Values of Image Type or Frame Type from the third on, and the complex component.
    pub(crate) image_type: Option<String>,
    pub(crate) stack: Option<String>,
    /// Positions in other dimensions that the file declares, with what they stand for.
    pub(crate) dimensions: Vec<(Tag, i64)>,
}

impl Marks {
    pub(crate) fn of_data_set(values: &Values<'_>) -> Self {
        let number = |tag| values.number(tag);
        let clock = |date, time| date_and_time(values.code(date).as_deref(), &values.code(time)?);
        let acquired = values.code(tags::ACQUISITION_DATE_TIME);
        let acquired = acquired.and_then(|text| date_time(&text));
        let diffusion = values.item(tags::MR_DIFFUSION_SEQUENCE);
        let diffusion = diffusion.as_ref().unwrap_or(values);
        Self {
            temporal_position: values.integer(tags::TEMPORAL_POSITION_IDENTIFIER),
            temporal_offset_s: None,
            trigger_ms: number(tags::TRIGGER_TIME),
            cardiac_percent: number(tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE),
            frame_reference_ms: number(tags::FRAME_REFERENCE_TIME),
            acquired_s: acquired.or_else(|| clock(tags::ACQUISITION_DATE, tags::ACQUISITION_TIME)),
            content_s: clock(tags::CONTENT_DATE, tags::CONTENT_TIME),
            b_value: b_value(diffusion),
            gradient: gradient(diffusion),
            echo_number: values.integer(tags::ECHO_NUMBERS),
            echo_ms: number(tags::ECHO_TIME),
            inversion_ms: number(tags::INVERSION_TIME),
            flip_degrees: number(tags::FLIP_ANGLE),
            acquisition_number: values.integer(tags::ACQUISITION_NUMBER),
            image_type: kind(values, tags::IMAGE_TYPE),
            stack: values.code(tags::STACK_ID),
            dimensions: Vec::new(),
        }
    }

    pub(crate) fn of_groups(groups: &Values<'_>) -> Self {
        let mut found = Self::default();
        if let Some(content) = groups.item(tags::FRAME_CONTENT_SEQUENCE) {
            let at = |tag| content.code(tag).and_then(|text| date_time(&text));
            found.temporal_position = content.integer(tags::TEMPORAL_POSITION_INDEX);
            found.acquired_s = at(tags::FRAME_ACQUISITION_DATE_TIME);
            found.content_s = at(tags::FRAME_REFERENCE_DATE_TIME);
            found.acquisition_number = content.integer(tags::FRAME_ACQUISITION_NUMBER);
            found.stack = content.code(tags::STACK_ID);
        }
        if let Some(temporal) = groups.item(tags::TEMPORAL_POSITION_SEQUENCE) {
            found.temporal_offset_s = temporal.number(tags::TEMPORAL_POSITION_TIME_OFFSET);
        }
        if let Some(cardiac) = groups.item(tags::CARDIAC_SYNCHRONIZATION_SEQUENCE) {
            found.cardiac_percent = cardiac.number(tags::NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE);
            found.trigger_ms = cardiac.number(tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME);
        }
        if let Some(diffusion) = groups.item(tags::MR_DIFFUSION_SEQUENCE) {
            found.b_value = b_value(&diffusion);
            found.gradient = gradient(&diffusion);
        }
        if let Some(echo) = groups.item(tags::MR_ECHO_SEQUENCE) {
            found.echo_ms = echo.number(tags::EFFECTIVE_ECHO_TIME);
        }
        if let Some(timing) = groups.item(tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE) {
            found.flip_degrees = timing.number(tags::FLIP_ANGLE);
        }
        if let Some(modifier) = groups.item(tags::MR_MODIFIER_SEQUENCE) {
            found.inversion_ms = modifier.number(tags::INVERSION_TIMES);
        }
        let types = [
            tags::MR_IMAGE_FRAME_TYPE_SEQUENCE,
            tags::CT_IMAGE_FRAME_TYPE_SEQUENCE,
            tags::PET_FRAME_TYPE_SEQUENCE,
        ];
        let frame_type = types.into_iter().find_map(|tag| groups.item(tag));
        found.image_type = frame_type.and_then(|item| kind(&item, tags::FRAME_TYPE));
        found
    }

    /// These values, and those of `base` where these say nothing.
    pub(crate) fn over(self, base: &Self) -> Self {
        Self {
            temporal_position: self.temporal_position.or(base.temporal_position),
            temporal_offset_s: self.temporal_offset_s.or(base.temporal_offset_s),
            trigger_ms: self.trigger_ms.or(base.trigger_ms),
            cardiac_percent: self.cardiac_percent.or(base.cardiac_percent),
            frame_reference_ms: self.frame_reference_ms.or(base.frame_reference_ms),
            acquired_s: self.acquired_s.or(base.acquired_s),
            content_s: self.content_s.or(base.content_s),
            // The direction belongs to its own weighting.
            gradient: match self.b_value {
                Some(_) => self.gradient,
                None => self.gradient.or(base.gradient),
            },
            b_value: self.b_value.or(base.b_value),
            echo_number: self.echo_number.or(base.echo_number),
            echo_ms: self.echo_ms.or(base.echo_ms),
            inversion_ms: self.inversion_ms.or(base.inversion_ms),
            flip_degrees: self.flip_degrees.or(base.flip_degrees),
            acquisition_number: self.acquisition_number.or(base.acquisition_number),
            image_type: self.image_type.or_else(|| base.image_type.clone()),
            stack: self.stack.or_else(|| base.stack.clone()),
            dimensions: match self.dimensions.is_empty() {
                true => base.dimensions.clone(),
                false => self.dimensions,
            },
        }
    }
}

fn b_value(values: &Values<'_>) -> Option<f64> {
    values.number(tags::DIFFUSION_B_VALUE)
}

fn gradient(values: &Values<'_>) -> Option<[f64; 3]> {
    let item = values.item(tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE);
    let direction = item.and_then(|item| item.array(tags::DIFFUSION_GRADIENT_ORIENTATION));
    direction.or_else(|| values.array(tags::DIFFUSION_GRADIENT_ORIENTATION))
}

fn kind(values: &Values<'_>, tag: Tag) -> Option<String> {
    let kind = values.code(tag).unwrap_or_default();
    let parts = kind.split('\\').skip(2).map(str::trim);
    let component = values.code(tags::COMPLEX_IMAGE_COMPONENT);
    let parts: Vec<&str> = parts.chain(component.as_deref()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The name of a dimension, for people.
pub(crate) fn dimension_name(pointer: Tag) -> String {
    let entry = StandardDataDictionary.by_tag(pointer);
    let Some(entry) = entry else {
        return "dimension".to_owned();
    };
    let mut name = String::new();
    for letter in entry.alias().trim_end_matches("Vector").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push(' ');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
