//! The shapes of a document, each with the hash of what is stored of it. Cloning shares them.

use super::{Shape, ShapeId};
use annotomy_volume::labels::ContentHash;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

#[derive(Debug, PartialEq, Eq)]
struct Kept {
    shape: Shape,
    hash: ContentHash,
}

/// Shapes in the user's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shapes(Vec<Arc<Kept>>);

impl Shapes {
    /// In order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Shape> {
        self.0.iter().map(|kept| &kept.shape)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The shape at a place.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&Shape> {
        self.0.get(position).map(|kept| &kept.shape)
    }

    /// Where a shape stands.
    #[must_use]
    pub fn position(&self, id: ShapeId) -> Option<usize> {
        self.iter().position(|shape| shape.id == id)
    }

    /// A shape by its identity.
    #[must_use]
    pub fn find(&self, id: ShapeId) -> Option<&Shape> {
        self.iter().find(|shape| shape.id == id)
    }

    /// `None` where a shape of its identity is there, or the place beyond the end.
    pub(crate) fn insert(&mut self, position: usize, shape: Shape) -> Option<()> {
        let is_new = self.position(shape.id).is_none();
        (is_new && position <= self.0.len()).then(|| self.0.insert(position, kept(shape)))
    }

    /// `None` where another shape is there.
    pub(crate) fn remove(&mut self, position: usize, shape: &Shape) -> Option<()> {
        let is_there = self.get(position) == Some(shape);
        is_there.then(|| drop(self.0.remove(position)))
    }

    /// `None` where `before` is not there, or `after` has another identity.
    pub(crate) fn replace(&mut self, before: &Shape, after: Shape) -> Option<()> {
        let at = self.0.iter_mut().find(|kept| kept.shape == *before)?;
        (before.id == after.id).then(|| *at = kept(after))
    }

    /// A hash of them all: equal for equal shapes in the same order.
    pub(crate) fn root(&self) -> ContentHash {
        let mut hasher = blake3::Hasher::new();
        self.0.iter().for_each(|kept| {
            hasher.update(&kept.hash);
        });
        *hasher.finalize().as_bytes()
    }
}

/// As a list of shapes.
impl Serialize for Shapes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Shapes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

impl FromIterator<Shape> for Shapes {
    fn from_iter<T: IntoIterator<Item = Shape>>(shapes: T) -> Self {
        Self(shapes.into_iter().map(kept).collect())
    }
}

fn kept(shape: Shape) -> Arc<Kept> {
    let mut bytes = Vec::new();
    ciborium::into_writer(&shape, &mut bytes).expect("a Vec takes all bytes");
    let hash = *blake3::hash(&bytes).as_bytes();
    Arc::new(Kept { shape, hash })
}
