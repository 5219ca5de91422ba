//! A step from one state of a document to the next, kept so that it can be taken again, either way,
//! without reading the log.
//!
//! Only what differs is kept, with its voxels packed as they lie in the library: a step that fills the
//! whole volume takes a few MB. What is taken from it is used only where the hash of all of it is the
//! one that the document had then.

use crate::bricks::{pack, unpack};
use annotomy_annotation::document::DocumentState;
use annotomy_volume::labels::{Brick, BrickIndex, ContentHash, LabelMap};
use rayon::prelude::*;
use std::sync::Arc;

/// Two states of a document.
#[derive(Debug)]
pub struct Step {
    ends: [End; 2],
    differing: Vec<Differing>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// The state before.
    Before,
    /// The state after.
    After,
}

#[derive(Debug)]
struct End {
    /// All but the voxels.
    bare: DocumentState,
    root: ContentHash,
}

/// A brick that is not the same in both states.
#[derive(Debug)]
struct Differing {
    layer: usize,
    index: BrickIndex,
    /// None where it holds no labels.
    packed: [Option<Packed>; 2],
}

#[derive(Debug)]
struct Packed {
    hash: ContentHash,
    content: Arc<[u8]>,
}

impl Packed {
    fn of(brick: &Brick) -> Option<Self> {
        Some(Self {
            hash: brick.hash(),
            content: Arc::clone(brick.packed()?),
        })
    }
}

impl Step {
    /// Of the states before and after an operation.
    ///
    /// # Errors
    /// Where labels cannot be packed.
    pub fn new(states: [&DocumentState; 2]) -> std::io::Result<Self> {
        let empty = LabelMap::empty(states[0].size());
        let n_layers = states.map(|state| state.layers().len());
        let mut differing = Vec::new();
        for layer in 0..n_layers[0].max(n_layers[1]) {
            let maps = states.map(|state| state.layers().get(layer).unwrap_or(&empty));
            for index in maps[0].unshared(maps[1]) {
                let bricks = maps.map(|map| map.brick(index));
                pack(bricks.iter().copied().flatten())?;
                differing.push(Differing {
                    layer,
                    index,
                    packed: bricks.map(|brick| Packed::of(brick?)),
                });
            }
        }
        let ends = states.map(|state| End {
            bare: state.bare(),
            root: state.root(),
        });
        Ok(Self { ends, differing })
    }

    /// The state at one end, if `now` is the one at the other. It shares with `now` what does not
    /// differ.
    #[must_use]
    pub fn taken(&self, now: &DocumentState, to: StepEnd) -> Option<DocumentState> {
        let [from, to] = match to {
            StepEnd::Before => [1, 0],
            StepEnd::After => [0, 1],
        };
        if now.root() != self.ends[from].root {
            return None;
        }
        let end = &self.ends[to];
        let unpacked = |differing: &Differing| {
            let packed = differing.packed[to].as_ref();
            let brick = packed.map(|packed| unpack(packed.hash, &packed.content));
            // What cannot be unpacked is made from the log.
            let brick = brick.map_or(Some(None), |brick| brick.map(Some))?;
            Some((differing.layer, differing.index, brick))
        };
        let bricks: Vec<_> = self
            .differing
            .par_iter()
            .map(unpacked)
            .collect::<Option<_>>()?;
        let empty = LabelMap::empty(now.size());
        let mut layers: Vec<Vec<_>> = Vec::new();
        layers.resize_with(end.bare.layers().len(), Vec::new);
        for (layer, index, brick) in bricks {
            if let Some(bricks) = layers.get_mut(layer) {
                bricks.push((index, brick));
            }
        }
        let layers = layers.into_iter().enumerate().map(|(n, bricks)| {
            let layer = now.layers().get(n).unwrap_or(&empty);
            layer.with_bricks(bricks)
        });
        let state = end.bare.with_layers(layers.collect::<Option<_>>()?)?;
        (state.root() == end.root).then_some(state)
    }

    /// Memory that it takes by itself.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let packed = self
            .differing
            .iter()
            .flat_map(|differing| &differing.packed);
        let contents = packed.flatten().map(|packed| packed.content.len());
        contents.sum::<usize>() + self.differing.len() * size_of::<Differing>()
    }
}
