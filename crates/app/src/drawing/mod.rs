//! Changing voxels: strokes, and effects on many voxels at once.
//!
//! What a tool may change is the same question for all of them, and is asked here: the class of the
//! segment allows the tool, and the rules come with the values that they are about.

mod accept;
mod adaptive;
mod between;
mod by_value;
mod classified;
mod compute;
mod contour;
mod copied;
mod cut;
mod effect;
mod flat_outline;
mod front;
mod histogram;
mod mirror;
mod outline;
mod painted;
mod plane_outline;
mod recorded;
mod redraw;
mod scissors;
mod sections;
mod several;
mod stroke;
mod tube;

pub(crate) use accept::accept_part;
pub(crate) use classified::painted_labels;
pub(crate) use compute::length;
pub(crate) use contour::{drawn_by, mask_of};
pub(crate) use effect::{
    Previews, apply_preview, drop_preview, preview_effect, preview_of, run_effect,
};
pub(crate) use front::Fronts;
pub(crate) use histogram::histogram;
pub(crate) use plane_outline::enclosed_in_plane;
pub(crate) use recorded::PATH;
pub(crate) use redraw::{last_outline, redraw_outline};
pub(crate) use sections::drawn_sections;
pub(crate) use stroke::{dabs, stroke};

use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::edits::commit;
use crate::image_cache::Loaded;
use crate::images;
use crate::protocol;
use crate::wire::{self, WireError};
use annotomy_annotation::draw::Drawn;
use annotomy_annotation::edit::EditError;
use annotomy_annotation::operation::OverwriteRule;
use annotomy_annotation::permit::{EditableArea, Kept, Rules};
use annotomy_annotation::protocol::{Class, ToolKind};
use annotomy_annotation::segment::SegmentId;
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{Axis, PointLps, VectorLps};
use annotomy_volume::volume::Volume;
use std::sync::Arc;
use uuid::Uuid;

/// What a tool wants to work on.
pub(crate) struct Asked<'a> {
    pub(crate) segment: &'a str,
    pub(crate) tool: ToolKind,
    pub(crate) overwrite: wire::OverwriteRule,
    pub(crate) editable: wire::Editable,
}

/// What it may do.
pub(crate) struct Permission {
    pub(crate) segment: SegmentId,
    rules: Rules,
    /// The values that an editable range is about.
    ruled: Option<Arc<Loaded>>,
}

impl Permission {
    pub(crate) fn under(&self) -> (&Rules, Option<&Volume>) {
        let ruled = self.ruled.as_ref();
        (&self.rules, ruled.map(|loaded| &loaded.volume))
    }
}

pub(crate) async fn permission(
    app: &Arc<App>,
    document: &OpenDocument,
    asked: Asked<'_>,
) -> Result<Permission, WireError> {
    let class = class_of(app, document, asked.segment).await?;
    if class.is_some_and(|class| !class.allows(asked.tool)) {
        let name = tool_name(asked.tool);
        let message = format!("the segment's class does not allow the {name}");
        return Err(WireError::new(wire::ErrorCode::NotPermitted, message)
            .hint("Use a tool that it allows, or change the label protocol."));
    }
    let wire::Editable {
        area,
        range,
        volume,
    } = asked.editable;
    let ids = |segments: Vec<String>| -> Result<Vec<SegmentId>, WireError> {
        segments.iter().map(|id| segment_id(id)).collect()
    };
    let ruled = match range {
        Some(_) => Some(values(app, document, volume).await?),
        None => None,
    };
    Ok(Permission {
        segment: segment_id(asked.segment)?,
        rules: Rules {
            overwrite: match asked.overwrite {
                wire::OverwriteRule::All => OverwriteRule::All,
                wire::OverwriteRule::None => OverwriteRule::None,
                wire::OverwriteRule::Visible => OverwriteRule::Visible,
            },
            area: match area {
                wire::EditableArea::Everywhere => EditableArea::Everywhere,
                wire::EditableArea::Inside { segments } => EditableArea::Inside(ids(segments)?),
                wire::EditableArea::Outside { segments } => EditableArea::Outside(ids(segments)?),
            },
            range: range.map(|[low, high]| low..=high),
        },
        ruled,
    })
}

/// The values of a volume of the document's image, once they are all there.
pub(crate) async fn values(
    app: &Arc<App>,
    document: &OpenDocument,
    volume: u32,
) -> Result<Arc<Loaded>, WireError> {
    let image = images::volume(app, document.series().key(), volume)?;
    image.ready().await
}

/// Makes what was drawn durable; nothing drawn leaves no trace. The caller has begun to edit.
pub(crate) async fn made(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    Drawn { operation, kept }: Drawn,
) -> Result<wire::EditResponse, WireError> {
    let done = match operation.changes.is_empty() {
        true => wire::EditResponse {
            document: document.view(),
            region: None,
            kept: wire::Kept::default(),
        },
        false => commit(app, caller, document, operation).await?,
    };
    let kept = kept.into();
    Ok(wire::EditResponse { kept, ..done })
}

/// The class of a segment.
pub(crate) async fn class_of(
    app: &App,
    document: &OpenDocument,
    segment: &str,
) -> Result<Option<Class>, WireError> {
    let snapshot = document.snapshot();
    let id = segment_id(segment)?;
    let mut segments = snapshot.state.segments().iter();
    match segments.find(|s| s.id == id).and_then(|s| s.class) {
        Some(class) => protocol::class(app, class).await,
        None => Ok(None),
    }
}

pub(crate) fn segment_id(text: &str) -> Result<SegmentId, WireError> {
    let id = Uuid::parse_str(text).map_err(|_| EditError::NoSuchSegment)?;
    Ok(SegmentId(id))
}

fn axis_of(axis: u32) -> Result<Axis, WireError> {
    let axis = Axis::ALL.get(axis as usize).copied();
    axis.ok_or_else(|| WireError::invalid("a slice lies across axis 0, 1 or 2"))
}

fn place_in(geometry: &Geometry, place: wire::SlicePlace) -> Result<(Axis, usize), WireError> {
    let axis = axis_of(place.axis)?;
    let index = place.index as usize;
    match index < geometry.size()[axis.position()] {
        true => Ok((axis, index)),
        false => Err(WireError::invalid("this slice is outside the image")),
    }
}

/// All voxels of a grid.
fn whole(geometry: &Geometry) -> VoxelBox {
    VoxelBox {
        min: [0; 3],
        max: geometry.size().map(|n| n - 1),
    }
}

/// The voxels of a slice.
fn slice_box(geometry: &Geometry, (axis, index): (Axis, usize)) -> VoxelBox {
    let mut region = whole(geometry);
    region.min[axis.position()] = index;
    region.max[axis.position()] = index;
    region
}

pub(crate) fn cut_plane(
    wire::CutPlane { point, normal }: wire::CutPlane,
) -> Result<CutPlane, WireError> {
    let plane = CutPlane::new(PointLps(point), VectorLps(normal));
    plane.ok_or_else(|| WireError::invalid("this is no plane"))
}

const fn tool_name(tool: ToolKind) -> &'static str {
    match tool {
        ToolKind::Brush => "brush",
        ToolKind::Eraser => "eraser",
        ToolKind::Outline => "outline",
        ToolKind::Threshold => "threshold",
        ToolKind::FloodFill => "flood fill",
        ToolKind::Refine => "change of the whole segment",
        // Shapes are no tools of segments.
        _ => "tool",
    }
}

impl From<Kept> for wire::Kept {
    fn from(kept: Kept) -> Self {
        let n = |n: usize| n as u32;
        Self {
            locked: n(kept.locked),
            protected: n(kept.protected),
            area: n(kept.area),
            range: n(kept.range),
        }
    }
}
