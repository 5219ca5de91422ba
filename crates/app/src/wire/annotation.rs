//! Annotation documents: segments, edits, undo, history.

use super::{
    Answer, FillShape, GivenAnswer, Kept, NewShape, OutlineSegment, Shape, ShapeChange, Stroke,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names a document.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentRequest {
    /// The document.
    pub document: String,
}

/// A document as the UI shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Names it in later requests.
    pub id: String,
    /// The volume of the image, 0 first, whose segments it holds; absent where it holds those of
    /// all volumes.
    pub volume: Option<u32>,
    /// Counts its operations.
    pub revision: u32,
    /// In the user's order.
    pub segments: Vec<Segment>,
    /// In the user's order; the one added last is the last.
    pub shapes: Vec<Shape>,
    /// Number of layers; segments in one layer exclude each other.
    pub n_layers: u32,
    /// What a person said of the size of pixels, where the image does not say.
    pub pixel_size: Option<PixelSize>,
    /// What `undo` would take back.
    pub undo: Option<OperationName>,
    /// What `redo` would bring back.
    pub redo: Option<OperationName>,
    /// Where `export_labels` would suggest to write.
    pub suggested_export_path: String,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Segment {
    /// Names it in edits.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// Whether it is drawn.
    pub is_visible: bool,
    /// 0 transparent to 1 opaque.
    pub opacity: f64,
    /// Whether no tool may change its voxels.
    pub is_locked: bool,
    /// The layer that holds its voxels.
    pub layer: u32,
    /// Its value in that layer, 1 to 65535.
    pub label: u32,
    /// The revision that changed its voxels last, or a later one: what was fetched at this revision or
    /// after it is still so.
    pub drawn_at: u32,
    /// Its class of the label protocol.
    pub class: Option<String>,
    /// Answers to what its class asks.
    pub answers: Vec<GivenAnswer>,
    /// How far the work on it is.
    pub state: SegmentState,
}

/// How far the work on a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentState {
    /// Nothing was drawn.
    NotStarted,
    /// Something was drawn.
    InProgress,
    /// Done.
    Completed,
    /// Needs another look.
    Flagged,
}

/// What was done, for menus and the history panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationName {
    /// Kind of operation.
    pub kind: OperationKind,
    /// For undo and redo: the kind of the operation that was taken or brought back; for restore, of
    /// the one after which the document was as it is again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<OperationKind>,
    /// Name of the segment, or of the class of the label protocol, or text of the shape, concerned
    /// at that time.
    pub segment: Option<String>,
}

/// Kinds of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The document was begun.
    CreateDocument,
    /// A segment was added.
    AddSegment,
    /// Renamed.
    RenameSegment,
    /// Given another colour.
    RecolorSegment,
    /// Shown or hidden.
    SetVisibility,
    /// Made more or less transparent.
    SetOpacity,
    /// Locked or unlocked.
    SetLock,
    /// Moved in the list.
    MoveSegment,
    /// Deleted with its voxels.
    DeleteSegment,
    /// Somebody said how large pixels are.
    SetPixelSize,
    /// Given to a class, or to none.
    SetClass,
    /// A question of its class was answered.
    SetAnswer,
    /// Not started, in progress, completed or flagged.
    SetState,
    /// A class was added to the label protocol.
    AddClass,
    /// A class was changed.
    ChangeClass,
    /// A class moved in the list.
    MoveClass,
    /// A class was archived.
    ArchiveClass,
    /// A class was taken out of the archive.
    RestoreClass,
    /// A class was deleted.
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
    /// Segments of another volume came in.
    CopySegments,
    /// From here on each volume has segments of its own.
    SplitVolumes,
    /// From here on the segments are those of all volumes.
    JoinVolumes,
    /// Voxels were chosen by their values.
    Threshold,
    /// Voxels connected with a place were chosen by their values.
    FloodFill,
    /// Pieces were kept or removed.
    Islands,
    /// Pieces became segments.
    SplitIslands,
    /// Segments became one.
    Merge,
    /// Grown or shrunken.
    Margin,
    /// Became a wall along its surface.
    Hollow,
    /// Smoothed.
    Smooth,
    /// All segments were smoothed together.
    SmoothJointly,
    /// Its holes were filled.
    FillHoles,
    /// Combined with another.
    Combine,
    /// What an outline encloses was filled or cut.
    Outline,
    /// Copied from one slice to another.
    CopySlice,
    /// Cut by a plane.
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

/// Changes a document. The answer means that the change is durable.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditRequest {
    /// The document.
    pub document: String,
    /// What to change.
    pub edit: Edit,
}

/// One change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Adds a segment at the end of the list.
    AddSegment {
        /// Name; not empty.
        name: String,
        /// `#rrggbb`.
        color: String,
        /// Its class of the label protocol.
        #[serde(default)]
        class: Option<String>,
        /// Whether it may have voxels that others have: in a layer of its own.
        #[serde(default)]
        overlaps: bool,
    },
    /// Renames a segment.
    RenameSegment {
        /// Which.
        segment: String,
        /// New name; not empty.
        name: String,
    },
    /// Gives a segment another colour.
    RecolorSegment {
        /// Which.
        segment: String,
        /// `#rrggbb`.
        color: String,
    },
    /// Shows or hides a segment.
    SetVisibility {
        /// Which.
        segment: String,
        /// Whether it is drawn.
        is_visible: bool,
    },
    /// Makes a segment more or less transparent.
    SetOpacity {
        /// Which.
        segment: String,
        /// 0 to 1.
        opacity: f64,
    },
    /// Locks or unlocks a segment.
    SetLock {
        /// Which.
        segment: String,
        /// Whether no tool may change its voxels.
        is_locked: bool,
    },
    /// Gives a segment to a class of the label protocol, or to none; its answers go.
    SetClass {
        /// Which.
        segment: String,
        /// The class.
        class: Option<String>,
    },
    /// Answers a question of the segment's class, or takes the answer back.
    SetAnswer {
        /// Which.
        segment: String,
        /// The question.
        attribute: String,
        /// The answer.
        answer: Option<Answer>,
    },
    /// Says how far the work on a segment is.
    SetState {
        /// Which.
        segment: String,
        /// How far.
        state: SegmentState,
    },
    /// Moves a segment in the list.
    MoveSegment {
        /// Which.
        segment: String,
        /// Its new place, 0 first.
        position: u32,
    },
    /// Deletes a segment and its voxels.
    DeleteSegment {
        /// Which.
        segment: String,
    },
    /// Says how large pixels are, where the image does not: `asks_pixel_size`.
    SetPixelSize {
        /// The answer.
        size: PixelSize,
    },
    /// One stroke of brush or eraser.
    Stroke(Stroke),
    /// Adds a shape at the end of the list.
    AddShape(NewShape),
    /// Gives a shape another form or property.
    ChangeShape {
        /// Which.
        shape: String,
        /// What changes.
        change: ShapeChange,
    },
    /// Deletes a shape.
    DeleteShape {
        /// Which.
        shape: String,
    },
    /// Fills a shape with a segment.
    FillShape(FillShape),
    /// Makes polygons of a segment's outlines in a slice.
    OutlineSegment(OutlineSegment),
}

/// What a person says of the size of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PixelSize {
    /// Nobody knows: lengths are told in pixels.
    Unknown,
    /// It is known.
    Measured {
        /// Along a row, along a column.
        mm: [f64; 2],
    },
}

/// A document after a change.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EditResponse {
    /// As it is now; durable.
    pub document: Document,
    /// The box of voxels that changed; absent when none did.
    pub region: Option<Region>,
    /// What a tool would have changed as well.
    pub kept: Kept,
}

/// A box of voxels, both corners inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Lowest (i, j, k).
    pub min: [u32; 3],
    /// Highest (i, j, k).
    pub max: [u32; 3],
}

/// Asks for a page of a document's operations, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryRequest {
    /// The document.
    pub document: String,
    /// Only operations before this sequence number.
    pub before: Option<u32>,
    /// At most so many.
    pub limit: u32,
}

/// A page of history.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// Newest first.
    pub entries: Vec<HistoryEntry>,
}

/// One operation that was done.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// Its place in the log.
    pub sequence: u32,
    /// When, RFC 3339, UTC.
    pub at: String,
    /// Who.
    pub by: String,
    /// What.
    pub operation: OperationName,
    /// Whether it is taken back at present.
    pub is_undone: bool,
}
