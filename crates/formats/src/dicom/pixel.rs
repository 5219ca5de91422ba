//! What a header says about pixels (DICOM PS3.3 C.7.6.3): the form of a frame.

use super::codec::{Channel, FrameForm, NativeOrder, NativeSpan, Palette, Photometric, ValueTable};
use super::open::Opened;
use super::syntax::PixelCoding;
use super::values::Values;
use super::walk::PixelElement;
use crate::error::FormatError;
use crate::finding::Finding;
use annotomy_volume::volume::{Padding, ScalarType};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use std::path::Path;
use std::sync::Arc;

/// Pixels of the frames of one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pixel {
    pub(crate) form: FrameForm,
    pub(crate) order: NativeOrder,
    /// The stored values that mean "no image here": one, or a range (PS3.3 C.7.5.1.1.2).
    pub(crate) padding: Option<Padding>,
    /// What the values of a table mean (Modality LUT Type).
    pub(crate) value_type: Option<String>,
    /// Whether values were compressed with loss at some time (0028,2110).
    pub(crate) is_lossy: bool,
}

impl Pixel {
    pub(crate) fn read(
        path: &Path,
        opened: &Opened,
        values: &Values<'_>,
        element: PixelElement,
    ) -> Result<Self, FormatError> {
        if opened.syntax.pixels == PixelCoding::Unread {
            let what = format!("pixels compressed as {}", opened.syntax.name());
            return Err(FormatError::unsupported(path, what));
        }
        let side = |tag: Tag, name: &str| {
            let side = values
                .integer(tag)
                .and_then(|n| usize::try_from(n).ok())
                .filter(|n| (1..=65535).contains(n));
            side.ok_or_else(|| FormatError::damaged(path, format!("no valid number of {name}")))
        };
        let (rows, columns) = (side(tags::ROWS, "rows")?, side(tags::COLUMNS, "columns")?);
        let photometric = photometric(path, values)?;
        let samples = match photometric {
            Photometric::Monochrome | Photometric::Values(_) | Photometric::Palette(_) => 1,
            _ => 3,
        };
        let form = FrameForm {
            columns,
            rows,
            samples,
            photometric,
            is_planar: values.integer(tags::PLANAR_CONFIGURATION) == Some(1),
            ..depth(path, values, element.tag)?
        };
        check(path, &form, opened.syntax.pixels)?;
        let order = NativeOrder {
            is_big_endian: opened.syntax.encoding.is_big_endian,
            is_words: element.vr == VR::OW,
        };
        Ok(Self {
            padding: padding(values, &form),
            value_type: values
                .item(tags::MODALITY_LUT_SEQUENCE)
                .and_then(|item| item.code(tags::MODALITY_LUT_TYPE)),
            is_lossy: values.code(tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01"),
            form,
            order,
        })
    }

    /// Bytes that plain pixel data of so many frames has.
    pub(crate) fn n_native_bytes(&self, n_frames: usize) -> usize {
        let last = NativeSpan::new(
            &self.form,
            NativeOrder::default(),
            n_frames.saturating_sub(1),
        );
        usize::try_from(last.at)
            .unwrap_or(usize::MAX)
            .saturating_add(last.n_bytes)
    }

    /// What is odd about the pixels, in words.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if let (false, 9..) = (self.is_value(), self.form.bits_stored) {
            let message = format!(
                "Colours have {} bits; the 8 highest are shown.",
                self.form.bits_stored
            );
            found.push(Finding::note("colour_depth", message));
        }
        if matches!(self.form.photometric, Photometric::Values(_)) {
            let message =
                "Values were looked up in the table that the files give for them (Modality LUT).";
            found.push(Finding::note("modality_lut", message));
        }
        if self.is_lossy {
            let message = "The images were compressed with loss: small details and exact values may differ from what was acquired.";
            found.push(Finding::note("lossy_compression", message));
        }
        found
    }

    /// Whether pixels are values, not colours.
    pub(crate) fn is_value(&self) -> bool {
        matches!(
            self.form.photometric,
            Photometric::Monochrome | Photometric::Values(_)
        )
    }
}

/// Sample type and bits, in a form without size.
fn depth(path: &Path, values: &Values<'_>, tag: Tag) -> Result<FrameForm, FormatError> {
    let integer = |tag| values.integer(tag).and_then(|n| u32::try_from(n).ok());
    let allocated = integer(tags::BITS_ALLOCATED)
        .ok_or_else(|| FormatError::damaged(path, "no number of bits per pixel"))?;
    let is_signed = integer(tags::PIXEL_REPRESENTATION) == Some(1);
    let sample_type = match (tag.1, allocated, is_signed) {
        (0x0008, 32, _) => ScalarType::F32,
        (0x0009, 64, _) => ScalarType::F64,
        (0x0010, 1 | 8, false) => ScalarType::U8,
        (0x0010, 8, true) => ScalarType::I8,
        (0x0010, 16, false) => ScalarType::U16,
        (0x0010, 16, true) => ScalarType::I16,
        (0x0010, 32, false) => ScalarType::U32,
        (0x0010, 32, true) => ScalarType::I32,
        _ => {
            let what = format!("{allocated} bits per pixel");
            return Err(FormatError::unsupported(path, what));
        }
    };
    let bits_stored = integer(tags::BITS_STORED).unwrap_or(allocated);
    let high_bit = integer(tags::HIGH_BIT).unwrap_or(bits_stored.saturating_sub(1));
    let is_sound =
        bits_stored >= 1 && high_bit < allocated && bits_stored <= high_bit.saturating_add(1);
    if !is_sound {
        let reason =
            format!("{bits_stored} bits up to bit {high_bit} do not fit in {allocated} bits");
        return Err(FormatError::damaged(path, reason));
    }
    // A single bit becomes a byte.
    let (bits_stored, high_bit) = match allocated {
        1 => (8, 7),
        _ => (bits_stored, high_bit),
    };
    Ok(FrameForm {
        columns: 0,
        rows: 0,
        samples: 1,
        sample_type,
        bits_allocated: allocated,
        bits_stored,
        high_bit,
        photometric: Photometric::Monochrome,
        is_planar: false,
    })
}

fn photometric(path: &Path, values: &Values<'_>) -> Result<Photometric, FormatError> {
    let code = values
        .code(tags::PHOTOMETRIC_INTERPRETATION)
        .unwrap_or_default();
    let samples = values.integer(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
    if code == "PALETTE COLOR" && samples == 1 {
        let palette = palette(values);
        let palette = palette.ok_or_else(|| {
            FormatError::damaged(
                path,
                "the table of colours contradicts itself or is missing",
            )
        })?;
        return Ok(Photometric::Palette(Arc::new(palette)));
    }
    let n_samples = usize::try_from(samples).unwrap_or(0);
    let photometric = Photometric::of_samples(&code, n_samples).ok_or_else(|| {
        let what = format!("a colour image ({code}, {samples} samples per pixel)");
        FormatError::unsupported(path, what)
    })?;
    let table = || value_table(&values.item(tags::MODALITY_LUT_SEQUENCE)?);
    Ok(match (photometric, table()) {
        (Photometric::Monochrome, Some(table)) => Photometric::Values(Arc::new(table)),
        (photometric, _) => photometric,
    })
}

/// The table of an item of the Modality LUT Sequence (PS3.3 C.11.1).
fn value_table(item: &Values<'_>) -> Option<ValueTable> {
    let descriptor = descriptor(item, tags::LUT_DESCRIPTOR)?;
    ValueTable::of_words(descriptor, &item.words(tags::LUT_DATA)?)
}

/// Entries, first stored value, bits of an entry.
pub(super) fn descriptor(values: &Values<'_>, tag: Tag) -> Option<[i64; 3]> {
    let numbers = values.array::<3>(tag)?;
    #[expect(clippy::cast_possible_truncation, reason = "read from 16 bits")]
    let descriptor = numbers.map(|number| number as i64);
    Some(descriptor)
}

fn palette(values: &Values<'_>) -> Option<Palette> {
    let channel = |described, plain, segmented| {
        let is_segmented = !values.has(plain);
        let data = if is_segmented { segmented } else { plain };
        Some(Channel {
            descriptor: descriptor(values, described)?,
            words: values.words(data)?,
            is_segmented,
        })
    };
    Palette::of_channels(&[
        channel(
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            tags::SEGMENTED_RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        )?,
        channel(
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            tags::SEGMENTED_GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        )?,
        channel(
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
            tags::SEGMENTED_BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        )?,
    ])
}

/// Combinations that have no meaning.
fn check(path: &Path, form: &FrameForm, coding: PixelCoding) -> Result<(), FormatError> {
    let is_native = matches!(coding, PixelCoding::Native | PixelCoding::Fragments);
    let damaged = |reason: &str| Err(FormatError::damaged(path, reason));
    let unsupported = |what: &str| Err(FormatError::unsupported(path, what));
    match &form.photometric {
        Photometric::Monochrome => {}
        Photometric::Values(_) | Photometric::Palette(_) => {
            if matches!(form.sample_type, ScalarType::F32 | ScalarType::F64) {
                return damaged("floating point samples cannot be looked up in a table");
            }
        }
        _ if !matches!(
            form.sample_type,
            ScalarType::U8 | ScalarType::U16 | ScalarType::U32
        ) =>
        {
            return unsupported("colours of signed or floating point samples");
        }
        Photometric::Transformed if is_native => {
            return damaged("the colours are those of a compression that the pixels do not have");
        }
        Photometric::YbrFull422 | Photometric::YbrPartial422
            if is_native
                && (form.bits_allocated != 8
                    || !form.columns.is_multiple_of(2)
                    || form.is_planar) =>
        {
            return damaged("pixels that share colours have to be pairs of bytes");
        }
        _ => {}
    }
    // Segmentations have single bits in JPEG 2000.
    let keeps_bits = is_native || coding == PixelCoding::Jpeg2000;
    if form.bits_allocated == 1 && (form.samples > 1 || !keeps_bits) {
        return unsupported("compressed single bits");
    }
    Ok(())
}

fn padding(values: &Values<'_>, form: &FrameForm) -> Option<Padding> {
    let (value, limit) = match form.sample_type {
        ScalarType::F32 => (
            tags::FLOAT_PIXEL_PADDING_VALUE,
            tags::FLOAT_PIXEL_PADDING_RANGE_LIMIT,
        ),
        ScalarType::F64 => (
            tags::DOUBLE_FLOAT_PIXEL_PADDING_VALUE,
            tags::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT,
        ),
        _ => (tags::PIXEL_PADDING_VALUE, tags::PIXEL_PADDING_RANGE_LIMIT),
    };
    // Unsigned where it should be signed, in many files.
    let wrapped = |value: f64| match form.sample_type {
        ScalarType::I16 if value > 32767.0 => value - 65536.0,
        _ => value,
    };
    let value = wrapped(values.number(value)?);
    let limit = values.number(limit).map_or(value, wrapped);
    Some(Padding {
        low: value.min(limit),
        high: value.max(limit),
    })
}
