//! Operations: what was done, by which tool, and what it changed.

use crate::change::{Change, inverse};
use crate::segment::SegmentId;
use annotomy_volume::delta::{LabelDelta, VoxelBox};
use annotomy_volume::labels::Label;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The document was begun.
    CreateDocument,
    /// A segment was added.
    AddSegment,
    /// A segment was renamed.
    RenameSegment,
    /// A segment got another colour.
    RecolorSegment,
    /// A segment was shown or hidden.
    SetVisibility,
    /// A segment was made more or less transparent.
    SetOpacity,
    /// A segment was locked or unlocked.
    SetLock,
    /// A segment moved in the list.
    MoveSegment,
    /// A segment was deleted with its voxels.
    DeleteSegment,
    /// Somebody said how large pixels are.
    SetPixelSize,
    /// A segment was given to a class, or to none.
    SetClass,
    /// A question about a segment was answered.
    SetAnswer,
    /// Somebody said how far the work on a segment is.
    SetState,
    /// A class was added to the label protocol.
    AddClass,
    /// A class was changed.
    ChangeClass,
    /// A class moved in the protocol.
    MoveClass,
    /// A class is no longer given to new segments.
    ArchiveClass,
    /// A class is given to new segments again.
    RestoreClass,
    /// A class that no segment has was deleted.
    DeleteClass,
    /// Classes came in from a file.
    ImportProtocol,
    /// A brush stroke.
    Paint,
    /// An eraser stroke.
    Erase,
    /// An earlier operation was taken back.
    Undo,
    /// An operation taken back was brought back.
    Redo,
    /// The document was made as it was after an earlier operation.
    Restore,
    /// Segments came in from a file.
    Import,
    /// The segments were written to a file.
    Export,
    /// Segments of another time point, or other volume, of the image came in.
    CopySegments,
    /// From here on each volume of the image has segments of its own.
    SplitVolumes,
    /// From here on the segments are those of all volumes of the image.
    JoinVolumes,
    /// Voxels were chosen by their values.
    Threshold,
    /// Voxels connected with a place were chosen by their values.
    FloodFill,
    /// Pieces of a segment were kept or removed.
    Islands,
    /// Pieces of a segment became segments.
    SplitIslands,
    /// Segments became one.
    Merge,
    /// A segment was grown or shrunken.
    Margin,
    /// A segment became a wall along its surface.
    Hollow,
    /// A segment was smoothed.
    Smooth,
    /// All segments were smoothed together.
    SmoothJointly,
    /// Holes of a segment were filled.
    FillHoles,
    /// A segment was combined with another.
    Combine,
    /// What an outline in a slice encloses was filled or cut.
    Outline,
    /// A segment was copied from one slice to another.
    CopySlice,
    /// A segment was cut by a plane.
    Cut,
    /// What lies between drawn slices was filled.
    Interpolate,
    /// All segments grew from what was painted of them until they met.
    GrowSeeds,
    /// Voxels were given to the segments that they look like.
    Classify,
    /// Voxels near the mean of what was found were taken.
    ConfidenceConnected,
    /// All segments flooded the image from what was painted of them.
    Watershed,
    /// Voxels were given to the segments that random walkers reach first.
    RandomWalk,
    /// An active contour moved until it fitted the image.
    Snake,
    /// A segment was mirrored across a plane.
    Mirror,
    /// Voxels along a path were filled or cut.
    Tube,
    /// What an outline encloses, as the space is seen, was filled or cut.
    Scissors,
    /// A front spread from a segment or a place.
    FastMarch,
    /// What is nearer to a segment's paint than to others' was filled.
    GeodesicFill,
    /// A section was moved to the slices beside it.
    Propagate,
    /// A shape was added.
    AddShape,
    /// A shape was moved or got another form.
    Reshape,
    /// A shape got another text.
    SetShapeText,
    /// A shape got another colour.
    RecolorShape,
    /// A shape was shown or hidden.
    SetShapeVisibility,
    /// A shape was locked or unlocked.
    SetShapeLock,
    /// A shape was given to a class, or to none.
    SetShapeClass,
    /// A question about a shape was answered.
    SetShapeAnswer,
    /// A shape was deleted.
    DeleteShape,
    /// The inside of a shape became voxels of a segment.
    FillShape,
    /// Outlines of a segment became shapes.
    OutlineSegment,
    /// Shapes between keys were found.
    InterpolateShapes,
    /// Shapes found between keys were deleted.
    DeleteInterpolated,
}

impl OperationKind {
    /// Whether `undo` can take it back.
    #[must_use]
    pub const fn is_undoable(self) -> bool {
        !matches!(
            self,
            Self::CreateDocument
                | Self::Undo
                | Self::Redo
                | Self::Export
                | Self::SplitVolumes
                | Self::JoinVolumes
        )
    }
}

/// The segment an operation is about, named as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentName {
    /// Its identity.
    pub id: SegmentId,
    /// Its name at the time of the operation.
    pub name: String,
}

/// Where voxels came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// Drawn by hand.
    Manual,
    /// Read from a file.
    Imported,
    /// As they are in another volume of the image.
    Copied,
    /// Found by an algorithm.
    Algorithm,
    /// Found by a model that was trained before.
    Model,
    /// Found between what was drawn.
    Interpolated,
    /// Made of a segment or of a shape of the same document.
    Converted,
}

/// The tool that changed voxels, with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `brush` or `eraser` and its form; of an import the kind of file, of a copy the volume, of an
    /// algorithm its name.
    pub name: String,
    /// How it was drawn, where it was drawn.
    pub stroke: Option<StrokeTrace>,
    /// Where the voxels came from.
    pub provenance: Provenance,
    /// What else was chosen, by name; with it the operation can be made again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

impl Tool {
    /// A tool without parameters.
    #[must_use]
    pub fn new(name: &str, provenance: Provenance) -> Self {
        Self {
            name: name.to_owned(),
            stroke: None,
            provenance,
            parameters: BTreeMap::new(),
        }
    }

    /// The same with a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}

/// Which other segments a brush may replace; locked ones never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverwriteRule {
    /// Any.
    All,
    /// None: only empty voxels are painted.
    None,
    /// Those that are shown.
    Visible,
}

/// Parameters of a stroke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrokeTrace {
    /// Radius in micrometres: a record holds no floats.
    pub radius_um: u64,
    /// Corners of the path.
    pub n_points: u32,
    /// Which other segments it was allowed to replace; none for an eraser.
    pub overwrite: Option<OverwriteRule>,
}

/// One entry of a document's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What was done.
    pub kind: OperationKind,
    /// The segment concerned.
    pub segment: Option<SegmentName>,
    /// The class of the protocol concerned, named as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The shape concerned, by its text then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
    /// For undo, redo and restore: the sequence number of the operation concerned.
    pub target: Option<u64>,
    /// For undo, redo and restore: what that operation did.
    pub target_kind: Option<OperationKind>,
    /// The tool, where voxels were drawn.
    pub tool: Option<Tool>,
    /// What it changed, in order.
    pub changes: Vec<Change>,
}

impl Operation {
    /// An operation that only leaves a trace.
    #[must_use]
    pub const fn trace(kind: OperationKind) -> Self {
        Self {
            kind,
            segment: None,
            class: None,
            shape: None,
            target: None,
            target_kind: None,
            tool: None,
            changes: Vec::new(),
        }
    }

    /// The operation that takes back this one, which has sequence number `sequence`.
    #[must_use]
    pub fn undo(&self, sequence: u64) -> Self {
        let changes = inverse(&self.changes);
        Self {
            kind: OperationKind::Undo,
            changes,
            ..self.repeated(sequence)
        }
    }

    /// The operation that brings back this one, which has sequence number `sequence`.
    #[must_use]
    pub fn redo(&self, sequence: u64) -> Self {
        Self {
            kind: OperationKind::Redo,
            changes: self.changes.clone(),
            ..self.repeated(sequence)
        }
    }

    fn repeated(&self, sequence: u64) -> Self {
        let segment = self.segment.clone();
        let class = self.class.clone();
        let shape = self.shape.clone();
        Self {
            segment,
            class,
            shape,
            target: Some(sequence),
            target_kind: Some(self.kind),
            ..Self::trace(self.kind)
        }
    }

    /// Of an operation that makes voxels as they were: after which record.
    #[must_use]
    pub fn repeats_up_to(&self) -> Option<u64> {
        let target = self.target?;
        match self.kind {
            OperationKind::Undo => Some(target.saturating_sub(1)),
            OperationKind::Redo | OperationKind::Restore => Some(target),
            _ => None,
        }
    }

    /// Voxels changed.
    #[must_use]
    pub fn n_voxels(&self) -> usize {
        self.deltas().map(LabelDelta::n_voxels).sum()
    }

    /// Voxels that a segment's label gets, and those that lose it.
    #[must_use]
    pub fn n_gained_and_lost(&self, layer: u16, label: Label) -> [usize; 2] {
        let of_layer = self.changes.iter().filter_map(|change| match change {
            Change::Labels { layer: of, delta } if *of == layer => Some(&**delta),
            _ => None,
        });
        let each = of_layer.map(|delta| delta.n_gained_and_lost(label));
        each.fold([0; 2], |[gained, lost], [g, l]| [gained + g, lost + l])
    }

    /// The box around all changed voxels.
    #[must_use]
    pub fn region(&self) -> Option<VoxelBox> {
        self.deltas()
            .filter_map(LabelDelta::region)
            .reduce(VoxelBox::union)
    }

    /// What changes of labels, one layer after the other.
    pub fn deltas(&self) -> impl Iterator<Item = &LabelDelta> {
        self.changes.iter().filter_map(|change| match change {
            Change::Labels { delta, .. } => Some(&**delta),
            _ => None,
        })
    }
}
