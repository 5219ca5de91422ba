//! How a surface passes through a cell of eight voxels, for each way its corners can be inside.
//!
//! A cell has one vertex for each separate patch of surface in it (dual marching cubes: G. M.
//! Nielson, "Dual Marching Cubes", IEEE Visualization 2004). Where two inside corners lie across a
//! face from each other, the face is ambiguous; they are taken as separate there. Where both cells
//! at such a face would then have one patch on either side of it, two patches would share an edge
//! four times; both cells take the two corners as joined instead (R. Wenger, "Isosurfaces:
//! Geometry, Topology, and Algorithms", 2013, section 3.3). So every edge of a surface lies between
//! exactly two faces.
//!
//! Corner `n` of a cell lies at (n & 1, n >> 1 & 1, n >> 2 & 1). An edge along axis `a` that starts
//! at (u, v) on the two following axes has the number 4a + u + 2v. Face 2a + s lies across axis
//! `a`, on side `s`.

use std::sync::LazyLock;

pub(super) const N_EDGES: usize = 12;
const N_PATCHES: usize = 4;
/// No patch crosses this edge.
const NONE: u8 = u8::MAX;

/// The surface in one cell.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Which patch crosses each edge.
    patch_of_edge: [u8; N_EDGES],
    /// Patch by patch: the edges it crosses, with the face between each and the next, around the
    /// patch's normal.
    crossings: [Crossing; N_EDGES],
    /// Where the crossings of each patch end.
    ends: [u8; N_PATCHES],
    n_patches: usize,
    /// The ambiguous face that has one patch on either side.
    twisted: Option<u8>,
}

/// An edge that a patch crosses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Crossing {
    pub(super) edge: u8,
    /// The face through which the patch goes on to its next crossing.
    pub(super) face: u8,
    /// What the cell at the other side of the face calls the edge.
    pub(super) beyond: u8,
}

/// Every case: by its inside corners, twice; the second time with corners joined across ambiguous
/// faces.
#[derive(Debug)]
pub(super) struct Cases(Vec<Case>);

static CASES: LazyLock<Cases> = LazyLock::new(|| {
    let cases = (0..=u8::MAX).flat_map(|inside| [false, true].map(|j| Case::new(inside, j)));
    Cases(cases.collect())
});

impl Cases {
    pub(super) fn get() -> &'static Self {
        &CASES
    }

    pub(super) fn case(&self, number: u16) -> &Case {
        &self.0[usize::from(number)]
    }

    /// The number of the case of a cell; `across` answers the corners of the cell at a face.
    pub(super) fn number(&self, inside: u8, across: impl FnOnce(u8) -> u8) -> u16 {
        let number = u16::from(inside) * 2;
        let is_joined = self.case(number).twisted.is_some_and(|face| {
            let neighbour = u16::from(across(face)) * 2;
            self.case(neighbour).twisted == Some(face ^ 1)
        });
        number + u16::from(is_joined)
    }
}

impl Case {
    pub(super) const fn n_patches(&self) -> usize {
        self.n_patches
    }

    #[inline]
    pub(super) fn patch_at(&self, edge: u8) -> Option<u8> {
        Some(self.patch_of_edge[usize::from(edge)]).filter(|patch| *patch != NONE)
    }

    pub(super) fn patch(&self, patch: u8) -> &[Crossing] {
        let from = patch
            .checked_sub(1)
            .map_or(0, |before| self.ends[usize::from(before)]);
        &self.crossings[usize::from(from)..usize::from(self.ends[usize::from(patch)])]
    }

    fn new(inside: u8, is_joined: bool) -> Self {
        let mut next = [None; N_EDGES];
        let mut ambiguous = Vec::new();
        for face in 0..6 {
            let segments = segments(inside, face, is_joined);
            if let [(a, _), (b, _)] = segments[..] {
                ambiguous.push((face, a, b));
            }
            for (from, to) in segments {
                next[from] = Some((to, face));
            }
        }
        let mut patch_of_edge = [NONE; N_EDGES];
        let mut crossings = Vec::with_capacity(N_EDGES);
        let mut ends = Vec::with_capacity(N_PATCHES);
        for first in 0..N_EDGES {
            if next[first].is_some() && patch_of_edge[first] == NONE {
                let mut edge = first;
                while let Some((to, face)) = next[edge].filter(|_| patch_of_edge[edge] == NONE) {
                    patch_of_edge[edge] = ends.len() as u8;
                    crossings.push(Crossing {
                        edge: edge as u8,
                        face,
                        beyond: mirrored(edge as u8, face),
                    });
                    edge = to;
                }
                ends.push(crossings.len() as u8);
            }
        }
        let twisted = ambiguous
            .into_iter()
            .find(|(_, a, b)| patch_of_edge[*a] == patch_of_edge[*b])
            .map(|(face, _, _)| face);
        let n_patches = ends.len();
        crossings.resize(N_EDGES, Crossing::default());
        ends.resize(N_PATCHES, 0);
        Self {
            patch_of_edge,
            crossings: crossings.try_into().expect("each edge is crossed once"),
            ends: ends.try_into().expect("a patch has three of twelve edges"),
            n_patches,
            twisted,
        }
    }
}

/// Where the surface crosses a face: from one edge to another, with the inside to the left as seen
/// from outside the cell.
fn segments(inside: u8, face: u8, is_joined: bool) -> Vec<(usize, usize)> {
    let (axis, side) = (usize::from(face / 2), usize::from(face % 2));
    let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
    // Counter-clockwise as seen from outside.
    let around = match side {
        1 => [[0, 0], [1, 0], [1, 1], [0, 1]],
        _ => [[0, 0], [0, 1], [1, 1], [1, 0]],
    };
    let corners = around.map(|[at_u, at_v]| side << axis | at_u << u | at_v << v);
    let is_inside = |n: usize| inside >> corners[n % 4] & 1 == 1;
    let edge = |n: usize| edge_between(corners[n % 4], corners[(n + 1) % 4]);
    let entries = (0..4).filter(|n| !is_inside(*n) && is_inside(n + 1));
    let segment = |entry: usize| {
        let mut ends = (1..4).map(|step| match is_joined {
            true => entry + 4 - step,
            false => entry + step,
        });
        let leave = ends.find(|n| is_inside(*n) && !is_inside(n + 1));
        leave.map(|leave| (edge(entry), edge(leave)))
    };
    entries.filter_map(segment).collect()
}

fn edge_between(a: usize, b: usize) -> usize {
    let axis = (a ^ b).trailing_zeros() as usize;
    let bit = |axis: usize| (a & b) >> (axis % 3) & 1;
    4 * axis + bit(axis + 1) + 2 * bit(axis + 2)
}

/// What the cell at the other side of a face calls an edge on that face.
fn mirrored(edge: u8, face: u8) -> u8 {
    let bit = if (edge / 4 + 1) % 3 == face / 2 { 1 } else { 2 };
    edge ^ bit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crossing_edge_is_in_one_patch() {
        for number in 0..512 {
            let case = Cases::get().case(number);
            let inside = number / 2;
            let crossed = (0..N_EDGES).filter(|edge| {
                let (axis, start) = (edge / 4, edge % 4);
                let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
                let corner = (start & 1) << u | (start >> 1) << v;
                (inside >> corner & 1) != (inside >> (corner | 1 << axis) & 1)
            });
            let patches = (0..case.n_patches() as u8).map(|patch| case.patch(patch).len());
            let patches: Vec<usize> = patches.collect();
            assert_eq!(patches.iter().sum::<usize>(), crossed.count(), "{number}");
            assert!(patches.iter().all(|n_edges| *n_edges >= 3), "{number}");
        }
    }

    #[test]
    fn joining_corners_parts_the_patches_at_the_only_ambiguous_face() {
        let twisted: Vec<u16> = (0..256)
            .filter(|n| Cases::get().case(n * 2).twisted.is_some())
            .collect();
        // Two of the 23 cases of marching cubes, in all their rotations: 12 and 24.
        assert_eq!(twisted.len(), 36);
        for inside in twisted {
            let n_ambiguous = (0..6)
                .filter(|face| segments(inside as u8, *face, false).len() == 2)
                .count();
            assert_eq!(n_ambiguous, 1, "{inside}");
            assert_eq!(Cases::get().case(inside * 2 + 1).twisted, None, "{inside}");
        }
    }
}
