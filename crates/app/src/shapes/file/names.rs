//! Names of shapes and tracks in a file. Shapes that come in get new ones, so that a file can be read
//! twice; what a file says of one by its name goes to the shape that it became.

use annotomy_annotation::shape::{Along, ShapeId, Track, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What names of a file have become.
#[derive(Debug, Default)]
pub(super) struct Names {
    new: BTreeMap<String, Uuid>,
    taken: BTreeSet<String>,
}

impl Names {
    /// The new name of a shape; of a second one with the same name, another.
    pub(super) fn shape(&mut self, name: &str) -> ShapeId {
        let is_first = !name.is_empty() && self.taken.insert(name.to_owned());
        ShapeId(match is_first {
            true => self.of(name),
            false => Uuid::new_v4(),
        })
    }

    /// A place in a track by new names.
    pub(super) fn track(&mut self, name: &str, along: Along, between: Option<[&str; 2]>) -> Track {
        Track {
            id: TrackId(self.of(name)),
            along,
            between: between.map(|keys| keys.map(|key| ShapeId(self.of(key)))),
        }
    }

    fn of(&mut self, name: &str) -> Uuid {
        *self.new.entry(name.to_owned()).or_insert_with(Uuid::new_v4)
    }
}
