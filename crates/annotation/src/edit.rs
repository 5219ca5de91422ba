//! Edits of the list of segments: from what a user wants to the operation that does it.

use crate::change::Change;
use crate::document::DocumentState;
use crate::draw::MAX_RADIUS;
use crate::operation::{Operation, OperationKind, SegmentName};
use crate::pixel_size::PixelSize;
use crate::protocol::{Answer, AttributeId, Class, ClassId};
use crate::segment::{Color, Opacity, Segment, SegmentId, SegmentState};
use annotomy_volume::delta::LabelDelta;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why an edit is refused. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EditError {
    /// No such segment.
    #[error("this segment does not exist any more")]
    NoSuchSegment,
    /// The segment is locked.
    #[error("this segment is locked")]
    Locked,
    /// Every label of the layer is taken.
    #[error("a layer holds at most 65535 segments")]
    TooManySegments,
    /// A brush needs a positive radius of at most [`MAX_RADIUS`] and a path of finite points.
    #[error("the stroke has no usable path, or its radius is not between 0 and {MAX_RADIUS} mm")]
    NoStroke,
    /// A copy would take the place of voxels that are labelled.
    #[error("there are segments where the copies would come to lie")]
    Occupied,
    /// A tool proposes labels that no segment of the layer has.
    #[error("the change does not fit the segments of its layer")]
    NoSuchLabel,
    /// Segments that overlap would come into one layer.
    #[error("the segments overlap, but lie in one layer where they are copied to")]
    Overlapping,
    /// The segment's class asks no such thing, or the answer does not fit.
    #[error("this is no answer to what the segment's class asks")]
    NoAnswer,
    /// A name needs letters, and not too many.
    #[error("a segment needs a name of 1 to {MAX_NAME_CHARS} printable characters")]
    NoName,
}

/// Characters of a segment's name.
pub const MAX_NAME_CHARS: usize = 200;

/// A new property of a segment.
#[derive(Debug, Clone, PartialEq)]
pub enum Property {
    /// Another name.
    Name(String),
    /// Another colour.
    Color(Color),
    /// Shown or hidden.
    Visibility(bool),
    /// More or less transparent.
    Opacity(Opacity),
    /// Locked or unlocked.
    Lock(bool),
    /// Of another class, or of none; answers to what the class before asked go.
    Class(Option<ClassId>),
    /// Further or less far.
    State(SegmentState),
}

/// Adds a segment at the end of the list, in the first layer: it and others there exclude each other.
///
/// # Errors
/// [`EditError::NoName`], [`EditError::TooManySegments`].
pub fn add_segment(
    state: &DocumentState,
    id: SegmentId,
    name: String,
    color: Color,
    class: Option<ClassId>,
) -> Result<Operation, EditError> {
    let used = state.segments().iter().filter(|segment| segment.layer == 0);
    let highest = used.map(|segment| segment.label).max().unwrap_or(0);
    let label = highest.checked_add(1).ok_or(EditError::TooManySegments)?;
    let segment = new_segment((id, name), color, class)?;
    Ok(inserted(state, Vec::new(), Segment { label, ..segment }))
}

/// Adds a segment at the end of the list, in a layer of its own: it may have voxels that others have.
///
/// # Errors
/// [`EditError::NoName`], [`EditError::TooManySegments`].
pub fn add_overlapping_segment(
    state: &DocumentState,
    id: SegmentId,
    name: String,
    color: Color,
    class: Option<ClassId>,
) -> Result<Operation, EditError> {
    let n_layers = state.layers().len();
    let is_free = |layer: usize| {
        let mut segments = state.segments().iter();
        segments.all(|segment| usize::from(segment.layer) != layer)
    };
    let layer = (0..n_layers)
        .find(|layer| is_free(*layer))
        .unwrap_or(n_layers);
    let first = match layer == n_layers {
        true => vec![Change::AddLayer],
        false => Vec::new(),
    };
    let layer = u16::try_from(layer).map_err(|_| EditError::TooManySegments)?;
    let segment = new_segment((id, name), color, class)?;
    Ok(inserted(state, first, Segment { layer, ..segment }))
}

/// The only one of the first layer.
fn new_segment(
    (id, name): (SegmentId, String),
    color: Color,
    class: Option<ClassId>,
) -> Result<Segment, EditError> {
    Ok(Segment {
        id,
        name: checked_name(name)?,
        color,
        is_visible: true,
        opacity: Opacity::HALF,
        is_locked: false,
        layer: 0,
        label: 1,
        class,
        answers: BTreeMap::new(),
        state: SegmentState::NotStarted,
    })
}

/// The last of the list, after some changes.
fn inserted(state: &DocumentState, mut changes: Vec<Change>, segment: Segment) -> Operation {
    let position = state.segments().len() as u32;
    let subject = segment.clone();
    changes.push(Change::InsertSegment { position, segment });
    about(OperationKind::AddSegment, &subject, changes)
}

/// Says how large pixels are; no change if that was said before. Voxels stay where they are: only
/// what is measured with them changes.
#[must_use]
pub fn set_pixel_size(state: &DocumentState, size: PixelSize) -> Operation {
    let (before, after) = (state.pixel_size(), Some(size));
    let is_same = before == after;
    Operation {
        changes: match is_same {
            true => Vec::new(),
            false => vec![Change::SetPixelSize { before, after }],
        },
        ..Operation::trace(OperationKind::SetPixelSize)
    }
}

/// Gives a segment a property; no change if it has it already.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::NoName`].
pub fn set_property(
    state: &DocumentState,
    id: SegmentId,
    property: Property,
) -> Result<Operation, EditError> {
    let before = find(state, id)?.1.clone();
    let mut after = before.clone();
    let kind = match property {
        Property::Name(name) => {
            after.name = checked_name(name)?;
            OperationKind::RenameSegment
        }
        Property::Color(color) => {
            after.color = color;
            OperationKind::RecolorSegment
        }
        Property::Visibility(is_visible) => {
            after.is_visible = is_visible;
            OperationKind::SetVisibility
        }
        Property::Opacity(opacity) => {
            after.opacity = opacity;
            OperationKind::SetOpacity
        }
        Property::Lock(is_locked) => {
            after.is_locked = is_locked;
            OperationKind::SetLock
        }
        Property::Class(class) => {
            if class != after.class {
                after.answers.clear();
            }
            after.class = class;
            OperationKind::SetClass
        }
        Property::State(state) => {
            after.state = state;
            OperationKind::SetState
        }
    };
    Ok(replacing(kind, before, after))
}

/// Answers a question of a segment's class, or takes the answer back.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::NoAnswer`].
pub fn set_answer(
    state: &DocumentState,
    id: SegmentId,
    class: &Class,
    (attribute, answer): (AttributeId, Option<Answer>),
) -> Result<Operation, EditError> {
    let before = find(state, id)?.1.clone();
    let mut attributes = class.attributes.iter();
    let asked = attributes.find(|asked| asked.id == attribute);
    let asked = asked.filter(|_| before.class == Some(class.id));
    let asked = asked.ok_or(EditError::NoAnswer)?;
    let mut after = before.clone();
    match answer {
        Some(answer) => after.answers.insert(attribute, asked.kind.checked(answer)?),
        None => after.answers.remove(&attribute),
    };
    Ok(replacing(OperationKind::SetAnswer, before, after))
}

fn replacing(kind: OperationKind, before: Segment, after: Segment) -> Operation {
    let subject = before.clone();
    let is_same = before == after;
    let changes = if is_same {
        Vec::new()
    } else {
        vec![Change::ReplaceSegment { before, after }]
    };
    about(kind, &subject, changes)
}

/// Moves a segment to a place of the list; beyond the end means last.
///
/// # Errors
/// [`EditError::NoSuchSegment`].
pub fn move_segment(
    state: &DocumentState,
    id: SegmentId,
    position: usize,
) -> Result<Operation, EditError> {
    let (from, segment) = find(state, id)?;
    let to = position.min(state.segments().len() - 1);
    let step = Change::MoveSegment {
        from: from as u32,
        to: to as u32,
    };
    let changes = if from == to { Vec::new() } else { vec![step] };
    Ok(about(OperationKind::MoveSegment, segment, changes))
}

/// Deletes a segment and its voxels.
///
/// # Errors
/// [`EditError::NoSuchSegment`], [`EditError::Locked`].
pub fn delete_segment(state: &DocumentState, id: SegmentId) -> Result<Operation, EditError> {
    let (position, segment) = find(state, id)?;
    if segment.is_locked {
        return Err(EditError::Locked);
    }
    let labels = &state.layers()[usize::from(segment.layer)];
    let delta = labels.relabel(|label| if label == segment.label { 0 } else { label });
    let mut changes = label_change(segment.layer, delta);
    changes.push(Change::RemoveSegment {
        position: position as u32,
        segment: segment.clone(),
    });
    Ok(about(OperationKind::DeleteSegment, segment, changes))
}

pub(crate) fn label_change(layer: u16, delta: LabelDelta) -> Vec<Change> {
    if delta.is_empty() {
        Vec::new()
    } else {
        vec![Change::labels(layer, delta)]
    }
}

pub(crate) fn about(kind: OperationKind, segment: &Segment, changes: Vec<Change>) -> Operation {
    let segment = Some(SegmentName {
        id: segment.id,
        name: segment.name.clone(),
    });
    Operation {
        segment,
        changes,
        ..Operation::trace(kind)
    }
}

pub(crate) fn find(state: &DocumentState, id: SegmentId) -> Result<(usize, &Segment), EditError> {
    let position = state.position(id).ok_or(EditError::NoSuchSegment)?;
    Ok((position, &state.segments()[position]))
}

/// A name without spaces around it.
///
/// # Errors
/// [`EditError::NoName`] unless it has 1 to [`MAX_NAME_CHARS`] printable characters.
pub fn checked_name(name: String) -> Result<String, EditError> {
    let trimmed = name.trim();
    let is_printable = !trimmed.chars().any(char::is_control);
    match trimmed.chars().count() {
        1..=MAX_NAME_CHARS if is_printable => Ok(trimmed.to_owned()),
        _ => Err(EditError::NoName),
    }
}
