//! A step from one state of a document to the next, kept so that it can be taken again, either way,
//! without reading the log.
//!
//! Only the bricks that differ are kept: a step that fills the whole volume takes some 10 MB. What is
//! taken from it is used only where the hash of all of it is the one that the document had then.

use annotomy_annotation::document::DocumentState;
use annotomy_volume::labels::{Brick, BrickIndex, ContentHash, LabelMap};
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
    bricks: [Option<Arc<Brick>>; 2],
}

impl Step {
    /// Of the states before and after an operation.
    #[must_use]
    pub fn new(states: [&DocumentState; 2]) -> Self {
        let empty = LabelMap::empty(states[0].size());
        let n_layers = states.map(|state| state.layers().len());
        let mut differing = Vec::new();
        for layer in 0..n_layers[0].max(n_layers[1]) {
            let maps = states.map(|state| state.layers().get(layer).unwrap_or(&empty));
            for index in maps[0].unshared(maps[1]) {
                differing.push(Differing {
                    layer,
                    index,
                    bricks: maps.map(|map| map.brick(index).map(Arc::clone)),
                });
            }
        }
        let ends = states.map(|state| End {
            bare: state.bare(),
            root: state.root(),
        });
        Self { ends, differing }
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
        let empty = LabelMap::empty(now.size());
        let mut layers: Vec<Vec<_>> = Vec::new();
        layers.resize_with(end.bare.layers().len(), Vec::new);
        for differing in &self.differing {
            if let Some(bricks) = layers.get_mut(differing.layer) {
                let brick = differing.bricks[to].as_ref().map(Arc::clone);
                bricks.push((differing.index, brick));
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
        let bricks = self
            .differing
            .iter()
            .flat_map(|differing| &differing.bricks);
        let n_bytes = |brick: &Arc<Brick>| brick.n_bytes() + brick.packed().map_or(0, |p| p.len());
        let held: usize = bricks.flatten().map(n_bytes).sum();
        held + self.differing.len() * size_of::<Differing>()
    }
}
