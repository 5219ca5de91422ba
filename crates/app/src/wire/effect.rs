//! Tools that change many voxels at once, what they may change, and their previews.

use super::{
    Cut, CutPlane, Document, DrawnSections, FrontForm, FrontReach, FrontStop, GeodesicForm,
    MatchedParts, Mirror, OverwriteRule, PartMatch, Region, Scissors, SnakeForm, Tube,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What tools may change, beside locks and the overwrite rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Editable {
    /// Where.
    pub area: EditableArea,
    /// Voxels with which values, lowest and highest, in the image's unit; all if absent.
    pub range: Option<[f64; 2]>,
    /// The volume whose values the range is about, 0 first.
    pub volume: u32,
}

/// Where tools may change voxels.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EditableArea {
    /// Anywhere.
    #[default]
    Everywhere,
    /// In any of these segments.
    Inside {
        /// Which.
        segments: Vec<String>,
    },
    /// In none of these segments.
    Outside {
        /// Which.
        segments: Vec<String>,
    },
}

/// Voxels that an edit would have changed and that were kept as they were, by what kept them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// They belong to a locked segment.
    pub locked: u32,
    /// They belong to a segment that the overwrite rule protects.
    pub protected: u32,
    /// They lie outside the editable area.
    pub area: u32,
    /// Their values lie outside the editable range.
    pub range: u32,
}

/// Asks for what an effect would do, or does it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EffectRequest {
    /// Names the work in progress events and for `cancel`.
    pub job: String,
    /// The document.
    pub document: String,
    /// The segment that is changed; of joint smoothing any of its layer.
    pub segment: String,
    /// What to do.
    pub effect: Effect,
    /// The volume whose values are looked at, 0 first.
    #[serde(default)]
    pub volume: u32,
    /// Which other segments may be replaced.
    pub overwrite: OverwriteRule,
    /// What may be changed.
    #[serde(default)]
    pub editable: Editable,
    /// Of a preview of an interpolation: soon rather than fine, and by shape alone. It is only to be
    /// looked at until the full one is there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub coarse: bool,
}

/// Changes many voxels at once. Lengths are in mm; places are voxels (i, j, k).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// The voxels whose values lie in a range.
    Threshold {
        /// Lowest and highest value, in the image's unit.
        range: [f64; 2],
        /// Only in this slice.
        #[serde(default)]
        within: Option<SlicePlace>,
        /// Only in the voxels that this plane cuts.
        #[serde(default)]
        plane: Option<CutPlane>,
        /// What becomes of them.
        mode: FillMode,
    },
    /// The voxels connected with a place through voxels whose values lie in a range.
    FloodFill {
        /// Where it begins.
        seed: [u32; 3],
        /// Lowest and highest value, in the image's unit.
        range: [f64; 2],
        /// Only in this slice.
        #[serde(default)]
        within: Option<SlicePlace>,
        /// Only in the voxels that this plane cuts.
        #[serde(default)]
        plane: Option<CutPlane>,
        /// What becomes of them.
        mode: FillMode,
    },
    /// Keeps some pieces of the segment; pieces that touch at a corner are one.
    Islands {
        /// Which.
        keep: Pieces,
    },
    /// Makes a segment of each piece but the largest.
    SplitIslands {
        /// Smaller pieces stay with the largest.
        min_voxels: u32,
        /// At most so many new segments, the largest first.
        max_pieces: u32,
    },
    /// Grows the segment, or shrinks it where the length is negative.
    Margin {
        /// By how much.
        mm: f64,
    },
    /// Makes a wall along the surface of the segment.
    Hollow {
        /// How thick.
        mm: f64,
        /// Where.
        wall: Wall,
    },
    /// Smooths the segment.
    Smooth {
        /// How.
        method: SmoothMethod,
        /// Reach of the median, radius of opening and closing, standard deviation of the Gaussian.
        mm: f64,
    },
    /// Smooths all segments of the segment's layer together: neighbours stay neighbours.
    SmoothJointly {
        /// Standard deviation of the Gaussian.
        mm: f64,
    },
    /// Fills what the segment encloses.
    FillHoles {
        /// In each slice across this index axis by itself; in the volume if absent.
        #[serde(default)]
        across: Option<u32>,
    },
    /// Combines the segment with another, or with itself: to empty it, or to turn it inside out.
    Combine {
        /// The other.
        with: String,
        /// How.
        operation: Combination,
    },
    /// Gives the segment all voxels of others, which go; one of which the rules keep some stays with
    /// those.
    Merge {
        /// The others.
        segments: Vec<String>,
    },
    /// Fills or cuts what an outline in a slice encloses.
    Outline {
        /// Corners, patient coordinates (LPS, mm); the last is joined to the first.
        path: Vec<[f64; 3]>,
        /// The slice it was drawn in.
        #[serde(default)]
        slice: Option<SlicePlace>,
        /// The plane it was drawn in, if that is no slice of the grid.
        #[serde(default)]
        plane: Option<CutPlane>,
        /// How far it reaches.
        reach: Reach,
        /// What becomes of the voxels.
        mode: OutlineMode,
    },
    /// Copies the segment's part in a slice to another slice, beside what is there.
    CopySlice {
        /// From here.
        from: SlicePlace,
        /// To this slice across the same axis.
        to: u32,
    },
    /// Copies the segment's part in a plane to another plane beside it, beside what is there: each voxel
    /// that the other plane cuts is what lies there straight across the planes.
    CopyPlane {
        /// From here.
        from: CutPlane,
        /// How far along the normal the other plane lies, in mm.
        mm: f64,
    },
    /// Fills what lies between the slices in which the segment is drawn, in any directions. What a
    /// person drew or erased stays; what was interpolated before is found anew.
    Interpolate {
        /// Whether the image's values help, or shapes alone count.
        uses_image: bool,
        /// Whether all segments of the layer are done together, so that neighbours stay neighbours.
        all_segments: bool,
        /// The slices that count as drawn; as `drawn_sections` finds them if absent.
        #[serde(default)]
        sections: Option<Vec<SlicePlace>>,
        /// How parts go on, where it is not as the rule finds it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        matches: Vec<PartMatch>,
    },
    /// Grows all segments of the segment's layer from what is painted of them until they meet: a voxel
    /// joins the one from which the values on the way to it differ least. Nothing that is painted
    /// changes; locked segments are walls.
    GrowSeeds {
        /// What a millimetre of the way counts, as a difference of values in the image's unit.
        locality: f64,
        /// How far around what is painted they grow, in mm.
        margin: f64,
    },
    /// Learns what all segments of the segment's layer look like from what is painted of them, and
    /// gives voxels to the one that they look like. Nothing that is painted changes; locked segments
    /// have no part in it.
    Classify {
        /// A classifier of the library, instead of what is painted: what is of its classes goes to the
        /// segments of their names. It knows its own finest detail, and no margin keeps it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        classifier: Option<String>,
        /// The finest detail that is looked at, in mm; the coarsest is eight times as large.
        finest: f64,
        /// Only in this slice; if absent around what is painted, with a classifier everywhere.
        #[serde(default)]
        within: Option<SlicePlace>,
        /// Only in the voxels that this plane cuts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plane: Option<CutPlane>,
        /// How far around what is painted, in mm.
        margin: f64,
        /// A segment whose voxels stay as they are: it says what is none of the others.
        #[serde(default)]
        background: Option<String>,
    },
    /// The voxels connected with a place whose values lie near the mean of what is found.
    ConfidenceConnected {
        /// Where it begins.
        seed: [u32; 3],
        /// How many voxels the first mean reaches on each side.
        radius: u32,
        /// How many standard deviations from the mean values may be.
        multiplier: f64,
        /// How often the mean is taken anew.
        iterations: u32,
        /// Only in this slice.
        #[serde(default)]
        within: Option<SlicePlace>,
        /// Only in the voxels that this plane cuts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plane: Option<CutPlane>,
        /// What becomes of them.
        mode: FillMode,
    },
    /// Floods the image's gradient from what is painted of all segments of the segment's layer until
    /// they meet at its ridges. Nothing that is painted changes; locked segments are walls.
    Watershed {
        /// How smooth the image is made first, in mm.
        sigma: f64,
        /// How far around what is painted, in mm.
        margin: f64,
        /// A segment that gains nothing: it says what is none of the others.
        #[serde(default)]
        background: Option<String>,
    },
    /// Gives each voxel to the segment of the segment's layer whose paint a random walker from it
    /// reaches first most likely. Nothing that is painted changes; locked segments are walls.
    RandomWalk {
        /// The larger, the less likely steps between unlike values are.
        beta: f64,
        /// How far around what is painted, in mm.
        margin: f64,
        /// A segment that gains nothing: it says what is none of the others.
        #[serde(default)]
        background: Option<String>,
    },
    /// Lets an active contour move until it fits the image.
    Snake {
        /// The contour.
        contour: SnakeForm,
        /// For how long it goes on.
        iterations: u32,
    },
    /// Lets a front spread from the segment, or from a place, through the image.
    FastMarch {
        /// The front.
        front: FrontForm,
        /// Where it stops.
        stop: FrontStop,
    },
    /// Fills what is nearer to the segment's paint than to that of others in its layer, by the image;
    /// where no other is painted, than to the border of the box around it.
    GeodesicFill {
        /// How.
        fill: GeodesicForm,
        /// Only in this slice.
        #[serde(default)]
        within: Option<SlicePlace>,
        /// Only in the voxels that this plane cuts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plane: Option<CutPlane>,
    },
    /// Moves the segment's section in a slice to the slices beside it, as the image moves; ends where
    /// the segment is drawn already.
    Propagate {
        /// The slice with the section.
        from: SlicePlace,
        /// The last slice across the same axis that it may come to.
        to: u32,
        /// How alike slices have to be around the section, as a correlation.
        least_alike: f64,
    },
    /// The same with the segment's section in a plane at any angle, from plane to plane.
    PropagatePlane {
        /// The plane with the section.
        from: CutPlane,
        /// How far apart the planes are, in mm, against the normal if negative.
        mm: f64,
        /// How many planes it may come to.
        planes: u32,
        /// How alike planes have to be around the section, as a correlation.
        least_alike: f64,
    },
    /// Cuts off the part of the segment on one side of a plane.
    Cut(Cut),
    /// Mirrors the segment, into itself or another.
    Mirror(Mirror),
    /// Fills or cuts a tube along a path.
    Tube(Tube),
    /// Fills or cuts what an outline encloses, as a camera sees it.
    Scissors(Scissors),
}

/// A slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlicePlace {
    /// Index axis across which it lies: 0, 1 or 2.
    pub axis: u32,
    /// The slice along that axis.
    pub index: u32,
}

/// What becomes of voxels that were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FillMode {
    /// They join the segment.
    Add,
    /// They are the segment.
    Replace,
    /// They leave the segment.
    Remove,
    /// Those of the segment stay; its others leave it.
    Keep,
}

/// Pieces of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "pieces", rename_all = "snake_case", deny_unknown_fields)]
pub enum Pieces {
    /// The largest.
    Largest,
    /// Those of a size.
    AtLeast {
        /// Voxels.
        voxels: u32,
    },
    /// The one with a voxel; all if none has it.
    With {
        /// The voxel.
        voxel: [u32; 3],
    },
    /// All but the one with a voxel.
    Without {
        /// The voxel.
        voxel: [u32; 3],
    },
}

/// Where a wall lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wall {
    /// Within the segment, along its surface.
    Inside,
    /// Half within, half around.
    Middle,
    /// Around the segment.
    Outside,
}

/// How a segment is smoothed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmoothMethod {
    /// Each voxel as most around it.
    Median,
    /// Takes away what is thin.
    Opening,
    /// Fills what is narrow.
    Closing,
    /// Rounds off everything.
    Gaussian,
}

/// How two segments are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// Voxels of either.
    Union,
    /// Voxels of both.
    Intersection,
    /// Voxels of the segment that are not of the other.
    Difference,
    /// Voxels of the other alone.
    Copy,
    /// Voxels that are not of the other.
    Inverse,
}

/// How far an outline reaches beyond its slice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reach {
    /// Not at all.
    Slice,
    /// So far on both sides.
    Depth {
        /// In mm.
        mm: f64,
    },
    /// Through the whole volume.
    All,
}

/// What an outline does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutlineMode {
    /// What is inside joins the segment.
    FillInside,
    /// What is inside leaves the segment.
    EraseInside,
    /// What is outside joins the segment.
    FillOutside,
    /// What is outside leaves the segment.
    EraseOutside,
}

/// What an effect would do.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EffectPreview {
    /// The document as it would be, under a name of its own: its labels can be asked for until it is
    /// applied or dropped. Absent where nothing would change.
    pub document: Option<Document>,
    /// Voxels that the segment would gain.
    pub n_gained: u32,
    /// Voxels that the segment would lose.
    pub n_lost: u32,
    /// The box of voxels that would change.
    pub region: Option<Region>,
    /// What would be kept as it is.
    pub kept: Kept,
    /// Of an interpolation or a propagation the slice that is least certain: where to look, or to draw
    /// next.
    pub least_certain: Option<SlicePlace>,
    /// Of an interpolation the slices that it took as drawn.
    pub sections: Option<DrawnSections>,
    /// Of an interpolation how parts go on, where there is something to choose.
    pub matches: Option<MatchedParts>,
    /// Whether it is a coarse one, which cannot be applied.
    pub is_coarse: bool,
    /// Of a front how far it went.
    pub front: Option<FrontReach>,
}

/// Names a preview.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The document of the preview.
    pub preview: String,
}
