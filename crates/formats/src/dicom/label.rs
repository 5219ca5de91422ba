//! What can tell volumes of one stack apart, and what to call them.

use super::marks::{Marks, dimension_name};
use dicom_core::Tag;
use std::collections::BTreeMap;

/// A kind of value that images of one position may differ in, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    TemporalPosition,
    TemporalOffset,
    BValue,
    Gradient,
    EchoNumber,
    EchoTime,
    CardiacPhase,
    TriggerTime,
    FrameReferenceTime,
    InversionTime,
    FlipAngle,
    ImageType,
    Dimension(Tag),
    Stack,
    AcquisitionNumber,
    AcquisitionTime,
    ContentTime,
}

/// A value that can be compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// Numbers in thousandths.
    Numbers(Vec<i64>),
    Text(String),
}

/// A volume that needs a label.
#[derive(Debug)]
pub(super) struct Volume<'a> {
    pub(super) told_by: &'a [Mark],
    /// Place, from 0 on, among so many that nothing else tells apart.
    pub(super) rank: Option<(usize, usize)>,
    pub(super) images: Vec<&'a Marks>,
}

impl Mark {
    /// Those that order images in time, the most exact first.
    pub(super) const TIMES: [Self; 6] = [
        Self::TemporalOffset,
        Self::TriggerTime,
        Self::FrameReferenceTime,
        Self::AcquisitionTime,
        Self::ContentTime,
        Self::AcquisitionNumber,
    ];

    /// All kinds, for images with such dimensions of their own.
    pub(super) fn all(dimensions: &[(Tag, i64)]) -> Vec<Self> {
        let dimensions = dimensions.iter().map(|(tag, _)| Self::Dimension(*tag));
        [
            Self::TemporalPosition,
            Self::TemporalOffset,
            Self::BValue,
            Self::Gradient,
            Self::EchoNumber,
            Self::EchoTime,
            Self::CardiacPhase,
            Self::TriggerTime,
            Self::FrameReferenceTime,
            Self::InversionTime,
            Self::FlipAngle,
            Self::ImageType,
        ]
        .into_iter()
        .chain(dimensions)
        .chain([
            Self::Stack,
            Self::AcquisitionNumber,
            Self::AcquisitionTime,
            Self::ContentTime,
        ])
        .collect()
    }

    /// The value, if the image has one.
    pub(super) fn key(self, marks: &Marks) -> Option<Key> {
        let number = |n: Option<f64>| n.map(|n| Key::Numbers(vec![thousandths(n)]));
        let integer = |n: Option<i64>| n.map(|n| Key::Numbers(vec![n]));
        let text = |text: &Option<String>| text.clone().map(Key::Text);
        match self {
            Self::TemporalPosition => integer(marks.temporal_position),
            Self::TemporalOffset => number(marks.temporal_offset_s),
            Self::BValue => number(marks.b_value),
            Self::Gradient => {
                let gradient = marks.gradient?;
                Some(Key::Numbers(gradient.map(thousandths).to_vec()))
            }
            Self::EchoNumber => integer(marks.echo_number),
            Self::EchoTime => number(marks.echo_ms),
            Self::CardiacPhase => number(marks.cardiac_percent),
            Self::TriggerTime => number(marks.trigger_ms),
            Self::FrameReferenceTime => number(marks.frame_reference_ms),
            Self::InversionTime => number(marks.inversion_ms),
            Self::FlipAngle => number(marks.flip_degrees),
            Self::ImageType => text(&marks.image_type),
            Self::Dimension(tag) => integer(dimension(marks, tag)),
            Self::Stack => text(&marks.stack),
            Self::AcquisitionNumber => integer(marks.acquisition_number),
            Self::AcquisitionTime => number(marks.acquired_s),
            Self::ContentTime => number(marks.content_s),
        }
    }

    /// Whether volumes are put in the order of the values.
    pub(super) fn has_order(self) -> bool {
        !matches!(self, Self::Gradient | Self::ImageType | Self::Stack)
    }

    /// What differs, in words.
    pub(super) fn word(self) -> String {
        let word = match self {
            Self::TemporalPosition | Self::TemporalOffset | Self::FrameReferenceTime => "time",
            Self::BValue => "diffusion weighting",
            Self::Gradient => "diffusion direction",
            Self::EchoNumber | Self::EchoTime => "echo",
            Self::CardiacPhase => "cardiac phase",
            Self::TriggerTime => "trigger time",
            Self::InversionTime => "inversion time",
            Self::FlipAngle => "flip angle",
            Self::ImageType => "kind of image",
            Self::Dimension(tag) => return dimension_name(tag),
            Self::Stack => "stack",
            Self::AcquisitionNumber => "acquisition number",
            Self::AcquisitionTime => "acquisition time",
            Self::ContentTime => "image time",
        };
        word.to_owned()
    }

    /// Seconds, as the kind of value has them.
    fn seconds(self, marks: &Marks) -> Option<f64> {
        match self {
            Self::TemporalPosition => marks.temporal_offset_s.or(marks.acquired_s),
            Self::TemporalOffset => marks.temporal_offset_s,
            Self::FrameReferenceTime => marks.frame_reference_ms.map(|ms| ms / 1000.0),
            Self::AcquisitionTime => marks.acquired_s,
            Self::ContentTime => marks.content_s,
            _ => None,
        }
    }

    /// What the value is called.
    fn text(self, marks: &Marks) -> Option<String> {
        match self {
            Self::BValue => Some(match marks.b_value {
                Some(b) => format!("b = {b}"),
                None => "no b-value".to_owned(),
            }),
            Self::Gradient => {
                let [x, y, z] = marks.gradient?;
                Some(format!("direction ({x:.2}, {y:.2}, {z:.2})"))
            }
            Self::EchoNumber => {
                let time = marks.echo_ms.map(|ms| format!(" (TE = {ms} ms)"));
                Some(format!(
                    "echo {}{}",
                    marks.echo_number?,
                    time.unwrap_or_default()
                ))
            }
            Self::EchoTime => Some(format!("TE = {} ms", marks.echo_ms?)),
            Self::CardiacPhase => Some(format!("phase {} %", marks.cardiac_percent?)),
            Self::TriggerTime => Some(format!("trigger {} ms", marks.trigger_ms?)),
            Self::InversionTime => Some(format!("TI = {} ms", marks.inversion_ms?)),
            Self::FlipAngle => Some(format!("flip angle {}°", marks.flip_degrees?)),
            Self::ImageType => marks.image_type.clone(),
            Self::Dimension(tag) => Some(format!(
                "{} {}",
                dimension_name(tag),
                dimension(marks, tag)?
            )),
            Self::Stack => Some(format!("stack {}", marks.stack.as_ref()?)),
            Self::AcquisitionNumber => Some(format!("acquisition {}", marks.acquisition_number?)),
            Self::TemporalPosition => Some(format!("time point {}", marks.temporal_position?)),
            _ => None,
        }
    }
}

fn dimension(marks: &Marks, tag: Tag) -> Option<i64> {
    let known = marks.dimensions.iter().find(|(known, _)| *known == tag);
    known.map(|(_, index)| *index)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, and only keys are compared"
)]
fn thousandths(value: f64) -> i64 {
    (value * 1000.0).round() as i64
}

/// A label for each volume, all different; clock times count from the earliest image.
pub(super) fn label(volumes: &[Volume<'_>]) -> Vec<String> {
    if volumes.len() < 2 {
        return vec![String::new(); volumes.len()];
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut labels = Vec::with_capacity(volumes.len());
    for volume in volumes {
        let mut parts: Vec<String> = Vec::new();
        for mark in volume.told_by {
            let time = time(*mark, volume, volumes).map(|s| format!("t = {s} s"));
            let first = volume.images.first();
            parts.extend(time.or_else(|| mark.text(first?)));
        }
        if let (Some((n, n_ranks)), true) = (volume.rank, parts.len() <= volume.told_by.len()) {
            let is_told = volume
                .told_by
                .last()
                .is_some_and(|m| Mark::TIMES.contains(m));
            let image = format!("image {} of {n_ranks}", n.saturating_add(1));
            parts.extend((!is_told).then_some(image));
        }
        let label = parts.join(", ");
        let n = seen.entry(label.clone()).or_default();
        *n = n.saturating_add(1);
        labels.push(match (n, label.is_empty()) {
            (n, true) => format!("volume {n}"),
            (1, false) => label,
            (n, false) => format!("{label} ({n})"),
        });
    }
    labels
}

/// Seconds of the earliest image of a volume, if they differ between volumes. Times of the clock
/// count from the earliest image of all.
fn time(mark: Mark, volume: &Volume<'_>, volumes: &[Volume<'_>]) -> Option<f64> {
    let earliest = |volume: &Volume<'_>| {
        let seconds = volume.images.iter().filter_map(|marks| mark.seconds(marks));
        seconds.min_by(f64::total_cmp)
    };
    let of_all: Vec<f64> = volumes.iter().filter_map(earliest).collect();
    let start = of_all.iter().copied().min_by(f64::total_cmp)?;
    if of_all.iter().all(|seconds| *seconds - start < 5e-4) {
        return None;
    }
    let is_offset = matches!(mark, Mark::TemporalOffset | Mark::FrameReferenceTime)
        || (mark == Mark::TemporalPosition
            && volume.images.iter().all(|m| m.temporal_offset_s.is_some()));
    let origin = if is_offset { 0.0 } else { start };
    Some(((earliest(volume)? - origin) * 1000.0).round() / 1000.0)
}
