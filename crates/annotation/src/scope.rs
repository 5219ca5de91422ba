//! What an image's segments are segments of, where the image has several volumes.

use crate::operation::OperationKind;

/// Which volumes a segment's voxels belong to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// One document for all of them.
    #[default]
    AllVolumes,
    /// A document for each of them.
    EachVolume,
}

impl Scope {
    /// The scope after the next operation of the document for all volumes, whose log holds the
    /// choice.
    #[must_use]
    pub const fn after(self, kind: OperationKind) -> Self {
        match kind {
            OperationKind::SplitVolumes => Self::EachVolume,
            OperationKind::JoinVolumes => Self::AllVolumes,
            _ => self,
        }
    }

    /// The operation that chooses this scope.
    #[must_use]
    pub const fn chosen_by(self) -> OperationKind {
        match self {
            Self::AllVolumes => OperationKind::JoinVolumes,
            Self::EachVolume => OperationKind::SplitVolumes,
        }
    }
}
