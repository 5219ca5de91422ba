//! The state of a document: what its operations add up to.

use crate::change::Change;
use crate::pixel_size::PixelSize;
use crate::protocol::Class;
use crate::segment::{Segment, SegmentId};
use crate::segment_list::SegmentList;
use crate::shape::{MAX_SHAPES, Shapes};
use annotomy_volume::labels::{ContentHash, DeltaMismatch, Label, LabelMap};
use thiserror::Error;

/// A change does not fit the state it is applied to: the log and the state disagree.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StateMismatch {
    /// A segment is not where, or not what, the change expects.
    #[error("the list of segments is not as the change expects")]
    Segments,
    /// A layer does not exist.
    #[error("layer {0} does not exist")]
    Layer(u16),
    /// A class is not where, or not what, the change expects.
    #[error("the label protocol is not as the change expects")]
    Classes,
    /// A shape is not where, or not what, the change expects, or what it becomes is none.
    #[error("the list of shapes is not as the change expects")]
    Shapes,
    /// The size of pixels is not what the change expects.
    #[error("the size of pixels is not as the change expects")]
    PixelSize,
    /// The last layer is in use, or the only one.
    #[error("the last layer is in use")]
    LayerInUse,
    /// Labels are not as the change expects.
    #[error(transparent)]
    Labels(#[from] DeltaMismatch),
}

/// Segments and their voxels, and shapes. Cloning shares voxels and shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentState {
    size: [usize; 3],
    pixel_size: Option<PixelSize>,
    classes: Vec<Class>,
    segments: SegmentList,
    layers: Vec<LabelMap>,
    shapes: Shapes,
}

impl DocumentState {
    /// A document without segments on a grid of `size` (i, j, k) voxels.
    #[must_use]
    pub fn empty(size: [usize; 3]) -> Self {
        Self {
            size,
            pixel_size: None,
            classes: Vec::new(),
            segments: SegmentList::default(),
            layers: vec![LabelMap::empty(size)],
            shapes: Shapes::default(),
        }
    }

    /// A stored state; `None` where a segment names a layer that is missing or a layer has
    /// another size.
    #[must_use]
    pub fn from_parts(
        size: [usize; 3],
        pixel_size: Option<PixelSize>,
        segments: Vec<Segment>,
        layers: Vec<LabelMap>,
    ) -> Option<Self> {
        let fits = !layers.is_empty()
            && layers.iter().all(|layer| layer.size() == size)
            && segments
                .iter()
                .all(|segment| usize::from(segment.layer) < layers.len());
        fits.then_some(Self {
            size,
            pixel_size,
            classes: Vec::new(),
            segments: SegmentList::new(segments),
            layers,
            shapes: Shapes::default(),
        })
    }

    /// The same with other labels; `None` where their number or their size is another.
    #[must_use]
    pub fn with_layers(&self, layers: Vec<LabelMap>) -> Option<Self> {
        let fits = layers.len() == self.layers.len()
            && layers.iter().all(|layer| layer.size() == self.size);
        fits.then(|| Self {
            layers,
            ..self.bare()
        })
    }

    /// The same without any labels, in as many layers.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            size: self.size,
            pixel_size: self.pixel_size,
            classes: self.classes.clone(),
            segments: self.segments.clone(),
            layers: vec![LabelMap::empty(self.size); self.layers.len()],
            shapes: self.shapes.clone(),
        }
    }

    /// The same with the classes of a stored label protocol.
    #[must_use]
    pub fn with_classes(self, classes: Vec<Class>) -> Self {
        Self { classes, ..self }
    }

    /// The same with stored shapes.
    #[must_use]
    pub fn with_shapes(self, shapes: Shapes) -> Self {
        Self { shapes, ..self }
    }

    /// In the user's order.
    #[must_use]
    pub const fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// Classes of the label protocol, in the user's order; none in the document of an image.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// Voxels along i, j, k.
    #[must_use]
    pub const fn size(&self) -> [usize; 3] {
        self.size
    }

    /// What a person said of the size of pixels, if anything.
    #[must_use]
    pub const fn pixel_size(&self) -> Option<PixelSize> {
        self.pixel_size
    }

    /// In the user's order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        self.segments.as_slice()
    }

    /// The segments as CBOR, as they are stored and hashed.
    #[must_use]
    pub fn encoded_segments(&self) -> &[u8] {
        &self.segments.encoded().0
    }

    /// The layers' labels.
    #[must_use]
    pub fn layers(&self) -> &[LabelMap] {
        &self.layers
    }

    /// Where a segment stands in the list.
    #[must_use]
    pub fn position(&self, id: SegmentId) -> Option<usize> {
        self.segments().iter().position(|segment| segment.id == id)
    }

    /// The segment that a label of a layer belongs to.
    #[must_use]
    pub fn segment_of(&self, layer: u16, label: Label) -> Option<&Segment> {
        self.segments()
            .iter()
            .find(|segment| (segment.layer, segment.label) == (layer, label))
    }

    /// The state after `changes`.
    ///
    /// # Errors
    /// [`StateMismatch`] where a change does not fit.
    pub fn after(&self, changes: &[Change]) -> Result<Self, StateMismatch> {
        let mut state = self.clone();
        changes.iter().try_for_each(|change| state.apply(change))?;
        Ok(state)
    }

    fn apply(&mut self, change: &Change) -> Result<(), StateMismatch> {
        match change {
            Change::InsertSegment { position, segment } => {
                let at = *position as usize;
                let is_new = self.position(segment.id).is_none()
                    && self.segment_of(segment.layer, segment.label).is_none();
                if at > self.segments().len() || !is_new || segment.label == 0 {
                    return Err(StateMismatch::Segments);
                }
                self.layer_mut(segment.layer)?;
                self.segments.as_mut().insert(at, segment.clone());
            }
            Change::RemoveSegment { position, segment } => {
                let at = *position as usize;
                if self.segments().get(at) != Some(segment) {
                    return Err(StateMismatch::Segments);
                }
                self.segments.as_mut().remove(at);
            }
            Change::ReplaceSegment { before, after } => {
                let same = |s: &Segment| (s.id, s.layer, s.label);
                let segments = self.segments.as_mut();
                match segments.iter_mut().find(|segment| *segment == before) {
                    Some(segment) if same(before) == same(after) => *segment = after.clone(),
                    _ => return Err(StateMismatch::Segments),
                }
            }
            Change::MoveSegment { from, to } => {
                let (from, to) = (*from as usize, *to as usize);
                if from.max(to) >= self.segments().len() {
                    return Err(StateMismatch::Segments);
                }
                let segments = self.segments.as_mut();
                let segment = segments.remove(from);
                segments.insert(to, segment);
            }
            Change::AddLayer => self.layers.push(LabelMap::empty(self.size)),
            Change::RemoveLayer => self.remove_layer()?,
            Change::SetPixelSize { before, after } => {
                if self.pixel_size != *before {
                    return Err(StateMismatch::PixelSize);
                }
                self.pixel_size = *after;
            }
            Change::InsertClass { .. }
            | Change::RemoveClass { .. }
            | Change::ReplaceClass { .. }
            | Change::MoveClass { .. } => {
                let changed = self.apply_to_classes(change);
                changed.ok_or(StateMismatch::Classes)?;
            }
            Change::InsertShape { .. }
            | Change::RemoveShape { .. }
            | Change::ReplaceShape { .. } => {
                let changed = self.apply_to_shapes(change);
                changed.ok_or(StateMismatch::Shapes)?;
            }
            Change::Labels { layer, delta } => self.layer_mut(*layer)?.apply(delta)?,
        }
        Ok(())
    }

    /// `None` where the change does not fit.
    fn apply_to_classes(&mut self, change: &Change) -> Option<()> {
        let classes = &mut self.classes;
        match change {
            Change::InsertClass { position, class } => {
                let at = *position as usize;
                let is_new = classes.iter().all(|other| other.id != class.id);
                (is_new && at <= classes.len()).then(|| classes.insert(at, class.clone()))
            }
            Change::RemoveClass { position, class } => {
                let at = *position as usize;
                let is_there = classes.get(at) == Some(class);
                is_there.then(|| drop(classes.remove(at)))
            }
            Change::ReplaceClass { before, after } => {
                let at = classes.iter_mut().find(|class| *class == before)?;
                (before.id == after.id).then(|| *at = after.clone())
            }
            Change::MoveClass { from, to } => {
                let (from, to) = (*from as usize, *to as usize);
                (from.max(to) < classes.len()).then(|| {
                    let class = classes.remove(from);
                    classes.insert(to, class);
                })
            }
            _ => None,
        }
    }

    /// `None` where the change does not fit, or makes what is no shape.
    fn apply_to_shapes(&mut self, change: &Change) -> Option<()> {
        let shapes = &mut self.shapes;
        match change {
            Change::InsertShape { position, shape } if shapes.len() < MAX_SHAPES => {
                shape.check().ok()?;
                shapes.insert(*position as usize, shape.clone())
            }
            Change::RemoveShape { position, shape } => shapes.remove(*position as usize, shape),
            Change::ReplaceShape { before, after } => {
                after.check().ok()?;
                shapes.replace(before, after.clone())
            }
            _ => None,
        }
    }

    fn remove_layer(&mut self) -> Result<(), StateMismatch> {
        let last = self.layers.len() - 1;
        let is_used = self.segments().iter().any(|s| usize::from(s.layer) == last);
        if last == 0 || is_used || self.layers[last].bricks().len() > 0 {
            return Err(StateMismatch::LayerInUse);
        }
        self.layers.truncate(last);
        Ok(())
    }

    fn layer_mut(&mut self, layer: u16) -> Result<&mut LabelMap, StateMismatch> {
        self.layers
            .get_mut(usize::from(layer))
            .ok_or(StateMismatch::Layer(layer))
    }

    /// A hash of everything: equal for equal states.
    ///
    /// # Panics
    /// Never: segments hold nothing that CBOR cannot express.
    #[must_use]
    pub fn root(&self) -> ContentHash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.segments.encoded().1);
        self.layers.iter().for_each(|layer| {
            hasher.update(&layer.root());
        });
        // Nothing where nobody said anything, as in every document before this could be said.
        if let Some(pixel_size) = self.pixel_size {
            let mut bytes = Vec::new();
            ciborium::into_writer(&pixel_size, &mut bytes).expect("a Vec takes all bytes");
            hasher.update(blake3::hash(&bytes).as_bytes());
        }
        if !self.classes.is_empty() {
            let mut bytes = Vec::new();
            ciborium::into_writer(&self.classes, &mut bytes).expect("a Vec takes all bytes");
            hasher.update(b"label protocol");
            hasher.update(blake3::hash(&bytes).as_bytes());
        }
        if !self.shapes.is_empty() {
            hasher.update(b"shapes");
            hasher.update(&self.shapes.root());
        }
        *hasher.finalize().as_bytes()
    }
}
