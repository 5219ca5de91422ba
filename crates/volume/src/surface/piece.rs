//! The part of a surface that lies in one brick.

use super::cases::Cases;
use super::links::{Around, Links, Nets};
use super::net::Vertex;
use crate::geometry::Geometry;
use crate::labels::BrickIndex;
use crate::space::{Axis, ContinuousIndex};
use rayon::prelude::*;

/// Triangles of one brick, and their vertices.
///
/// Vertices on the seams to bricks before it are those bricks' own: they are repeated here, with
/// the same numbers to the last bit.
#[derive(Debug, PartialEq)]
pub struct Piece {
    pub(super) positions: Vec<[f32; 3]>,
    pub(super) normals: Vec<[f32; 3]>,
    pub(super) triangles: Vec<[u32; 3]>,
    /// The brick that owns each vertex after the own ones, and its number there.
    pub(super) foreign: Vec<(BrickIndex, u32)>,
}

impl Piece {
    /// Where vertices lie, LPS millimetres.
    #[must_use]
    pub fn positions(&self) -> &[[f32; 3]] {
        &self.positions
    }

    /// Unit vectors out of the segment, one for each vertex.
    #[must_use]
    pub fn normals(&self) -> &[[f32; 3]] {
        &self.normals
    }

    /// Numbers of three vertices each, counter-clockwise as seen from outside.
    #[must_use]
    pub fn triangles(&self) -> &[[u32; 3]] {
        &self.triangles
    }

    pub(super) fn n_own(&self) -> usize {
        self.positions.len() - self.foreign.len()
    }
}

/// All vertices in the patient.
#[derive(Debug)]
pub(super) struct Placed {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    /// Whether the grid's axes are left-handed, so that faces turn the other way.
    is_mirrored: bool,
}

impl Placed {
    /// From positions in index space.
    pub(super) fn new(
        nets: &Nets,
        links: &[Links],
        indices: &[[f32; 3]],
        geometry: &Geometry,
    ) -> Self {
        let [a, b, c] = Axis::ALL.map(|axis| geometry.step(axis));
        let is_mirrored = a.cross(b).dot(c) < 0.0;
        let positions: Vec<[f32; 3]> = indices
            .par_iter()
            .map(|index| {
                let index = ContinuousIndex(index.map(f64::from));
                geometry.lps_at(index).0.map(|x| x as f32)
            })
            .collect();
        let mut normals = vec![[0.0; 3]; positions.len()];
        let parts = nets.split(&mut normals).into_par_iter();
        parts
            .zip(links)
            .enumerate()
            .for_each(|(slot, (part, links))| {
                let own = &positions[nets.starts[slot]..];
                for ((normal, neighbours), at) in part.iter_mut().zip(links.each()).zip(own) {
                    *normal = normal_at(*at, neighbours, &positions);
                    if is_mirrored {
                        *normal = normal.map(|x| -x);
                    }
                }
            });
        Self {
            positions,
            normals,
            is_mirrored,
        }
    }

    /// The piece of a brick that has all its neighbours.
    pub(super) fn piece(&self, nets: &Nets, links: &Links, slot: usize) -> Piece {
        let net = &nets.nets[slot];
        let around = nets.around(net.index);
        let mut triangles = Vec::with_capacity(net.vertices.len() * 2);
        let numbered = (nets.starts[slot] as u32..).zip(&net.vertices);
        for ((number, vertex), neighbours) in numbered.zip(links.each()) {
            for axis in 0..3 {
                if let Some([from, across, to]) = face(&around, *vertex, neighbours, axis) {
                    triangles.extend(self.split([number, from, across, to]));
                }
            }
        }
        let own = nets.starts[slot]..nets.starts[slot + 1];
        let is_own = |n: &u32| own.contains(&(*n as usize));
        let numbers = triangles.iter().flatten().copied();
        let mut foreign: Vec<u32> = numbers.filter(|n| !is_own(n)).collect();
        foreign.sort_unstable();
        foreign.dedup();
        for n in triangles.iter_mut().flatten() {
            *n = match is_own(n) {
                true => *n - own.start as u32,
                false => (own.len() + foreign.partition_point(|other| other < n)) as u32,
            };
        }
        let gather = |all: &[[f32; 3]]| {
            let mut gathered = Vec::with_capacity(own.len() + foreign.len());
            gathered.extend_from_slice(&all[own.clone()]);
            gathered.extend(foreign.iter().map(|n| all[*n as usize]));
            gathered
        };
        Piece {
            positions: gather(&self.positions),
            normals: gather(&self.normals),
            triangles,
            foreign: foreign.iter().map(|n| nets.owner(*n)).collect(),
        }
    }

    /// Along its shorter diagonal, outside seen from outside.
    fn split(&self, quad: [u32; 4]) -> [[u32; 3]; 2] {
        let [a, b, c, d] = match self.is_mirrored {
            true => [quad[3], quad[2], quad[1], quad[0]],
            false => quad,
        };
        let length = |from: u32, to: u32| {
            let [from, to] = [from, to].map(|n| self.positions[n as usize]);
            dot(step(from, to), step(from, to))
        };
        match length(a, c) <= length(b, d) {
            true => [[a, b, c], [a, c, d]],
            false => [[b, c, d], [b, d, a]],
        }
    }
}

/// The other corners of the face across the edge along an axis at a cell's first corner, if the
/// vertex is one, counter-clockwise as seen from outside in a right-handed grid.
fn face(around: &Around<'_>, vertex: Vertex, neighbours: &[u32], axis: usize) -> Option<[u32; 3]> {
    let edge = 4 * axis as u8;
    let case = Cases::get().case(vertex.case);
    if case.patch_at(edge) != Some(vertex.patch) {
        return None;
    }
    let crossings = case.patch(vertex.patch);
    let at = crossings.iter().position(|c| c.edge == edge)?;
    let before = at.checked_sub(1).unwrap_or(crossings.len() - 1);
    let mut opposite = vertex.cell.map(isize::from);
    opposite[(axis + 1) % 3] -= 1;
    opposite[(axis + 2) % 3] -= 1;
    let across = around.vertex_at(opposite, edge + 3)?;
    Some([*neighbours.get(before)?, across, *neighbours.get(at)?])
}

/// The mean normal of the faces around a vertex.
fn normal_at(at: [f32; 3], neighbours: &[u32], positions: &[[f32; 3]]) -> [f32; 3] {
    let Some(last) = neighbours.last() else {
        return [0.0; 3];
    };
    let mut before = step(at, positions[*last as usize]);
    let mut sum = [0.0; 3];
    for neighbour in neighbours {
        let next = step(at, positions[*neighbour as usize]);
        let area = cross(before, next);
        for (sum, x) in sum.iter_mut().zip(area) {
            *sum += x;
        }
        before = next;
    }
    let length = dot(sum, sum).sqrt();
    match length > 0.0 {
        true => sum.map(|x| x / length),
        false => [0.0, 0.0, 1.0],
    }
}

fn step(from: [f32; 3], to: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|n| to[n] - from[n])
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross([ax, ay, az]: [f32; 3], [bx, by, bz]: [f32; 3]) -> [f32; 3] {
    [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]
}
