//! Smooth surfaces of segments, in patient millimetres.
//!
//! Surface nets: a vertex in each cell of eight voxels through which the surface passes, faces
//! between the cells around each edge of the grid that crosses it, then [smoothing](relax) that
//! keeps the vertices in their cells. Chosen over an isosurface of the blurred mask (flying edges),
//! which loses what is thinner than the blur, and one of the mask as it is, which keeps every step:
//! a net keeps every voxel on its side, encloses the volume that the voxels have, and has half the
//! triangles. A surface is closed, and every edge lies between two triangles ([`cases`]).
//!
//! It comes in pieces, one for each brick of cells, that fit each other exactly; after an edit only
//! the pieces near changed bricks are made anew ([`Surface::after`]), and are the same as those of
//! a surface made from nothing.

mod cases;
mod links;
mod net;
mod piece;
mod relax;

pub use piece::Piece;

use crate::geometry::Geometry;
use crate::labels::{BrickIndex, Label, LabelMap};
use links::Nets;
use net::Net;
use piece::Placed;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The surface of one segment.
#[derive(Debug, Clone)]
pub struct Surface {
    label: Label,
    geometry: Geometry,
    /// The labels it was made of.
    map: LabelMap,
    pieces: BTreeMap<BrickIndex, Arc<Piece>>,
}

/// A surface in one piece.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mesh {
    /// Where vertices lie, LPS millimetres.
    pub positions: Vec<[f32; 3]>,
    /// Unit vectors out of the segment, one for each vertex.
    pub normals: Vec<[f32; 3]>,
    /// Numbers of three vertices each, counter-clockwise as seen from outside.
    pub triangles: Vec<[u32; 3]>,
}

impl Surface {
    /// The surface of a segment of a layer. `map` has the size of `geometry`.
    #[must_use]
    pub fn new(map: &LabelMap, geometry: &Geometry, label: Label) -> Self {
        let bricks: Vec<_> = map.bricks().collect();
        let has_label = bricks.par_iter().filter(|(_, brick)| brick.contains(label));
        let labelled: Vec<BrickIndex> = has_label.map(|(index, _)| *index).collect();
        let cells: BTreeSet<_> = labelled.iter().flat_map(|at| around(*at, 0, 1)).collect();
        let nets = Nets::new(nets(map, label, cells));
        Self {
            label,
            geometry: geometry.clone(),
            map: map.clone(),
            pieces: pieces(&nets, geometry, |_| true),
        }
    }

    /// The surface after an edit of its layer. Pieces that are as they were are shared.
    #[must_use]
    pub fn after(&self, map: &LabelMap) -> Self {
        let changed = changed(&self.map, map, self.label);
        let anew: BTreeSet<_> = changed.iter().flat_map(|at| around(*at, 1, 1)).collect();
        let needed: BTreeSet<_> = anew.iter().flat_map(|at| around(*at, 1, 1)).collect();
        let nets = Nets::new(nets(map, self.label, needed));
        let mut kept = self.pieces.clone();
        kept.retain(|index, _| !anew.contains(index));
        for (index, piece) in pieces(&nets, &self.geometry, |index| anew.contains(&index)) {
            let old = self.pieces.get(&index).filter(|old| ***old == *piece);
            kept.insert(index, old.map_or(piece, Arc::clone));
        }
        Self {
            label: self.label,
            geometry: self.geometry.clone(),
            map: map.clone(),
            pieces: kept,
        }
    }

    /// Whether it is that of this label on this grid, so that it can go on to another state.
    #[must_use]
    pub fn is_of(&self, geometry: &Geometry, label: Label) -> bool {
        self.label == label && self.geometry == *geometry
    }

    /// Bytes of its positions, normals and triangles.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let sizes = self
            .pieces
            .values()
            .map(|piece| 2 * size_of_val(piece.positions()) + size_of_val(piece.triangles()));
        sizes.sum()
    }

    /// Pieces, in the order of bricks.
    pub fn pieces(&self) -> impl ExactSizeIterator<Item = (BrickIndex, &Arc<Piece>)> {
        self.pieces.iter().map(|(index, piece)| (*index, piece))
    }

    /// All pieces as one, without doubled vertices.
    #[must_use]
    pub fn whole(&self) -> Mesh {
        let mut starts = BTreeMap::new();
        let mut n_vertices = 0;
        for (index, piece) in &self.pieces {
            starts.insert(*index, n_vertices);
            n_vertices += piece.n_own() as u32;
        }
        let mut whole = Mesh {
            positions: Vec::with_capacity(n_vertices as usize),
            normals: Vec::with_capacity(n_vertices as usize),
            triangles: Vec::new(),
        };
        for (index, piece) in &self.pieces {
            let (start, n_own) = (starts[index], piece.n_own());
            whole.positions.extend(&piece.positions[..n_own]);
            whole.normals.extend(&piece.normals[..n_own]);
            let number = |n: u32| match (n as usize).checked_sub(n_own) {
                None => start + n,
                Some(foreign) => {
                    let (owner, at) = piece.foreign[foreign];
                    starts[&owner] + at
                }
            };
            let triangles = piece.triangles.iter();
            whole.triangles.extend(triangles.map(|t| t.map(number)));
        }
        whole
    }
}

fn nets(map: &LabelMap, label: Label, cells: BTreeSet<BrickIndex>) -> Vec<Net> {
    let cells: Vec<BrickIndex> = cells.into_iter().collect();
    let nets = cells.par_iter();
    nets.filter_map(|index| Net::new(map, label, *index))
        .collect()
}

fn pieces(
    nets: &Nets,
    geometry: &Geometry,
    is_wanted: impl Fn(BrickIndex) -> bool + Sync,
) -> BTreeMap<BrickIndex, Arc<Piece>> {
    let links = nets.links();
    let indices = relax::relaxed(nets, &links);
    let placed = Placed::new(nets, &links, &indices, geometry);
    let slots = (0..nets.nets.len()).into_par_iter();
    let wanted = slots.filter(|slot| is_wanted(nets.nets[*slot].index));
    let made: Vec<_> = wanted
        .map(|slot| {
            (
                nets.nets[slot].index,
                Arc::new(placed.piece(nets, &links[slot], slot)),
            )
        })
        .collect();
    made.into_iter().collect()
}

/// The brick and those up to `before` and `after` it along each axis. Where voxels of a brick
/// change, cells of it and of the next do; smoothing is felt one brick further on.
fn around(at: BrickIndex, before: u16, after: u16) -> impl Iterator<Item = BrickIndex> {
    let [x, y, z] = at.0.map(|n| n.saturating_sub(before)..=n + after);
    z.flat_map(move |z| {
        let x = x.clone();
        y.clone()
            .flat_map(move |y| x.clone().map(move |x| BrickIndex([x, y, z])))
    })
}

/// Bricks in which voxels came to a label or lost it.
fn changed(before: &LabelMap, after: &LabelMap, label: Label) -> Vec<BrickIndex> {
    let is_changed = |index: &BrickIndex| match [before, after].map(|map| map.brick(*index)) {
        [Some(a), Some(b)] => a.mask(|found| found == label) != b.mask(|found| found == label),
        [Some(one), None] | [None, Some(one)] => one.contains(label),
        [None, None] => false,
    };
    let unshared = before.unshared(after);
    unshared.into_par_iter().filter(is_changed).collect()
}
