//! Windows and tables for the display of values (DICOM PS3.3 C.11.2).

use super::codec::ValueTable;
use super::pixel::descriptor;
use super::values::Values;
use crate::voi::{Voi, VoiCurve, VoiFunction, VoiTable};
use dicom_dictionary_std::tags;
use std::sync::Arc;

/// Windows or tables of one image that are read: more than any menu holds.
const MAX_CHOICES: usize = 32;

/// What a data set, or an item of the Frame VOI LUT Sequence, proposes: windows first.
pub(super) fn read_voi(values: &Values<'_>) -> Vec<Voi> {
    let tables = values.items(tags::VOILUT_SEQUENCE, MAX_CHOICES);
    windows(values)
        .into_iter()
        .chain(tables.filter_map(|item| table(&item)))
        .take(MAX_CHOICES)
        .collect()
}

fn windows(values: &Values<'_>) -> Vec<Voi> {
    let centers = values.numbers(tags::WINDOW_CENTER).unwrap_or_default();
    let widths = values.numbers(tags::WINDOW_WIDTH).unwrap_or_default();
    let names = values.text(tags::WINDOW_CENTER_WIDTH_EXPLANATION);
    let names = names.unwrap_or_default();
    let mut names = names.split('\\').map(str::trim);
    let function = match values.code(tags::VOILUT_FUNCTION).as_deref() {
        Some("SIGMOID") => VoiFunction::Sigmoid,
        Some("LINEAR_EXACT") => VoiFunction::LinearExact,
        _ => VoiFunction::Linear,
    };
    let window = |(center, width): (f64, f64)| {
        let name = names.next().filter(|name| !name.is_empty());
        // The linear formula has no slope below that width, which files of real numbers use.
        let is_narrow = function == VoiFunction::Linear && width <= 1.0;
        (width > 0.0).then(|| Voi {
            explanation: name.map(str::to_owned),
            curve: VoiCurve::Window {
                center,
                width,
                function: match is_narrow {
                    true => VoiFunction::LinearExact,
                    false => function,
                },
            },
        })
    };
    centers
        .into_iter()
        .zip(widths)
        .map(window)
        .take(MAX_CHOICES)
        .flatten()
        .collect()
}

fn table(item: &Values<'_>) -> Option<Voi> {
    let descriptor = descriptor(item, tags::LUT_DESCRIPTOR)?;
    let table = ValueTable::of_words(descriptor, &item.words(tags::LUT_DATA)?)?;
    let [_, _, bits] = descriptor;
    let white = u32::try_from(bits)
        .ok()
        .and_then(|bits| 1_u32.checked_shl(bits))?;
    let (first, entries) = table.into_parts();
    let table = VoiTable {
        first,
        entries,
        white: u16::try_from(white.checked_sub(1)?).ok()?,
    };
    Some(Voi {
        explanation: item.text(tags::LUT_EXPLANATION),
        curve: VoiCurve::Table(Arc::new(table)),
    })
}
