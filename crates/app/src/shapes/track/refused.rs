//! Why shapes are not interpolated.

use crate::wire::{ErrorCode, WireError};
use annotomy_annotation::shape::NothingBetween;
use thiserror::Error;

/// Why nothing is found between keys. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Refused {
    /// One key only.
    #[error("there is only one key")]
    OneKey,
    /// One key only, and others of its kind on planes that are not parallel.
    #[error("the shapes lie on planes that are not parallel")]
    NotParallel,
    /// Several keys on a slice.
    #[error("two of the keys lie on one slice")]
    SameSlice,
    /// Several keys in a volume.
    #[error("two of the keys belong to one time point")]
    SameTime,
    /// Next to each other.
    #[error("there is no slice between the keys")]
    NoSlice,
    /// Next to each other.
    #[error("there is no time point between the keys")]
    NoTime,
    /// Of a box, or of a curve in space.
    #[error("the shape lies in no slice")]
    NotFlat,
    /// Of different classes.
    #[error("the keys are of different classes")]
    Classes,
    /// Of different tracks.
    #[error("the keys belong to different tracks")]
    Tracks,
    /// Of a track through slices, asked for through times, or the other way round.
    #[error("the shape is interpolated between others already, along the other axis")]
    OtherAxis,
    /// One document for all volumes.
    #[error("the shapes are those of all time points")]
    AllTimes,
    /// What figures say.
    #[error(transparent)]
    Figures(#[from] NothingBetween),
}

impl Refused {
    const fn hint(self) -> &'static str {
        match self {
            Self::OneKey | Self::NoSlice => {
                "Draw the same kind of shape on another slice, with the same class and text, or choose the keys in the list of shapes with Ctrl."
            }
            Self::NoTime => {
                "Draw the same kind of shape at another time point, with the same class and text."
            }
            Self::NotParallel => {
                "Keys are drawn on slices of one direction: interpolate those of each direction for themselves."
            }
            Self::SameSlice | Self::SameTime => {
                "Choose those that belong together in the list of shapes with Ctrl, or give them different texts or classes."
            }
            Self::NotFlat => {
                "Shapes in space are interpolated between time points. Others are drawn on a slice."
            }
            Self::Classes => "Give them the same class.",
            Self::Tracks | Self::OtherAxis => "Delete what was interpolated first.",
            Self::AllTimes => "Choose that each time point has segments and shapes of its own.",
            Self::Figures(_) => "Keys are shapes of one kind.",
        }
    }
}

impl From<Refused> for WireError {
    fn from(refused: Refused) -> Self {
        Self::new(ErrorCode::InvalidRequest, refused.to_string()).hint(refused.hint())
    }
}
