//! What the record keeps of an effect, and the outline that it tells of.

use crate::wire::Effect;
use annotomy_annotation::operation::{OperationKind, Provenance, Tool};
use serde_json::{Value, json};

/// A parameter: how many corners a path has.
const CORNERS: &str = "corners";

/// A parameter: the corners themselves.
pub(crate) const PATH: &str = "path";

/// Corners of an outline that is recorded: more than a hand draws in two minutes.
const MAX_RECORDED: usize = 2000;

/// What is done.
pub(super) const fn kind_of(effect: &Effect) -> OperationKind {
    match effect {
        Effect::Threshold { .. } => OperationKind::Threshold,
        Effect::FloodFill { .. } => OperationKind::FloodFill,
        Effect::Islands { .. } => OperationKind::Islands,
        Effect::SplitIslands { .. } => OperationKind::SplitIslands,
        Effect::Margin { .. } => OperationKind::Margin,
        Effect::Hollow { .. } => OperationKind::Hollow,
        Effect::Smooth { .. } => OperationKind::Smooth,
        Effect::SmoothJointly { .. } => OperationKind::SmoothJointly,
        Effect::FillHoles { .. } => OperationKind::FillHoles,
        Effect::Combine { .. } => OperationKind::Combine,
        Effect::Merge { .. } => OperationKind::Merge,
        Effect::Outline { .. } => OperationKind::Outline,
        Effect::CopySlice { .. } | Effect::CopyPlane { .. } => OperationKind::CopySlice,
        Effect::Cut(_) => OperationKind::Cut,
        Effect::Interpolate { .. } => OperationKind::Interpolate,
        Effect::GrowSeeds { .. } => OperationKind::GrowSeeds,
        Effect::Classify { .. } => OperationKind::Classify,
        Effect::ConfidenceConnected { .. } => OperationKind::ConfidenceConnected,
        Effect::Watershed { .. } => OperationKind::Watershed,
        Effect::RandomWalk { .. } => OperationKind::RandomWalk,
        Effect::Snake { .. } => OperationKind::Snake,
        Effect::Mirror(_) => OperationKind::Mirror,
        Effect::Tube(_) => OperationKind::Tube,
        Effect::Scissors(_) => OperationKind::Scissors,
        Effect::FastMarch { .. } => OperationKind::FastMarch,
        Effect::GeodesicFill { .. } => OperationKind::GeodesicFill,
        Effect::Propagate { .. } | Effect::PropagatePlane { .. } => OperationKind::Propagate,
    }
}

/// The effect's name and parameters as they came over the wire; of a path only how long it is, unless
/// it is that of an outline, which can be drawn again: the voxels are in the record.
pub(super) fn tool_of(effect: &Effect) -> Tool {
    let provenance = match effect {
        Effect::Outline { .. } | Effect::Cut(_) | Effect::Scissors(_) => Provenance::Manual,
        Effect::CopySlice { .. }
        | Effect::CopyPlane { .. }
        | Effect::Mirror(_)
        | Effect::Merge { .. } => Provenance::Copied,
        Effect::Interpolate { .. } => Provenance::Interpolated,
        Effect::Classify {
            classifier: Some(_),
            ..
        } => Provenance::Model,
        _ => Provenance::Algorithm,
    };
    let fields = serde_json::to_value(effect).unwrap_or_default();
    let fields = fields.as_object().cloned().unwrap_or_default();
    let name = fields.get("type").and_then(|name| name.as_str());
    let tool = Tool::new(name.unwrap_or_default(), provenance);
    let parameters = fields.iter().filter(|(name, _)| *name != "type");
    let is_outline = matches!(effect, Effect::Outline { .. });
    parameters.fold(tool, |tool, (name, value)| match value.as_array() {
        Some(path) if name == PATH => {
            let tool = tool.with(CORNERS, path.len().to_string());
            match is_outline && path.len() <= MAX_RECORDED {
                true => tool.with(PATH, value.to_string()),
                false => tool,
            }
        }
        _ => tool.with(name, value.to_string()),
    })
}

/// The outline that a tool's parameters tell of, if its corners are among them. What others may be
/// changed by the rules is told beside it.
pub(super) fn outline_of(tool: &Tool) -> Option<Effect> {
    let field = |name: &str| serde_json::from_str::<Value>(tool.parameters.get(name)?).ok();
    let effect = json!({
        "type": tool.name, "path": field(PATH)?, "slice": field("slice"), "plane": field("plane"),
        "reach": field("reach")?, "mode": field("mode")?,
    });
    serde_json::from_value(effect).ok()
}
