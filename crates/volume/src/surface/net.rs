//! The net of surface cells in one brick.
//!
//! Cell (x, y, z) of a grid lies between voxels x-1 and x, y-1 and y, z-1 and z, so cells go from 0
//! to the grid's size, and the outermost have corners outside the grid, where nothing is labelled.
//! Bricks of cells are as large as bricks of voxels. Inside a brick, cells count from 0.

use super::cases::Cases;
use crate::labels::{BRICK_EDGE, Brick, BrickIndex, Label, LabelMap};

/// A separate patch of surface in a cell has a vertex.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vertex {
    pub(super) cell: [u8; 3],
    pub(super) patch: u8,
    pub(super) case: u16,
}

impl Vertex {
    /// The patch that crosses an edge of its cell.
    pub(super) fn patch_at(self, edge: u8) -> Option<u8> {
        Cases::get().case(self.case).patch_at(edge)
    }
}

/// Vertices of one brick, and which cells have them.
#[derive(Debug)]
pub(super) struct Net {
    pub(super) index: BrickIndex,
    /// In the order of cells, x fastest.
    pub(super) vertices: Vec<Vertex>,
    /// Of cells along x, y fastest.
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Cells with a vertex, and those with more than one, a bit each.
    cells: u32,
    several: u32,
    /// First vertex of the row, and of each cell, counted from there.
    start: u32,
    offsets: [u8; BRICK_EDGE],
}

impl Net {
    /// The net of a segment in a brick of cells; `None` where it has no surface.
    pub(super) fn new(map: &LabelMap, label: Label, index: BrickIndex) -> Option<Self> {
        let inside = Inside::new(map, label, index)?;
        let cases = Cases::get();
        let mut net = Self {
            index,
            vertices: Vec::new(),
            rows: Vec::with_capacity(BRICK_EDGE * BRICK_EDGE),
        };
        for z in 0..BRICK_EDGE {
            for y in 0..BRICK_EDGE {
                let start = net.vertices.len() as u32;
                let mut row = Row {
                    start,
                    ..Row::default()
                };
                let mut active = inside.active(y, z);
                while active != 0 {
                    let x = active.trailing_zeros() as usize;
                    active &= active - 1;
                    let cell = [x, y, z];
                    let across = |face| inside.corners(beyond(cell, face));
                    let at = cell.map(|n| n as isize);
                    let number = cases.number(inside.corners(at), across);
                    row.cells |= 1 << x;
                    row.offsets[x] = (net.vertices.len() as u32 - start) as u8;
                    let n_patches = cases.case(number).n_patches();
                    row.several |= u32::from(n_patches > 1) << x;
                    for patch in 0..n_patches {
                        net.vertices.push(Vertex {
                            cell: cell.map(|n| n as u8),
                            patch: patch as u8,
                            case: number,
                        });
                    }
                }
                net.rows.push(row);
            }
        }
        (!net.vertices.is_empty()).then_some(net)
    }

    /// The vertex of the patch that crosses an edge of a cell, which is one that is crossed.
    #[inline]
    pub(super) fn vertex_at(&self, [x, y, z]: [usize; 3], edge: u8) -> Option<usize> {
        let row = &self.rows[z * BRICK_EDGE + y];
        if row.cells >> x & 1 == 0 {
            return None;
        }
        let first = row.start as usize + usize::from(row.offsets[x]);
        if row.several >> x & 1 == 0 {
            return Some(first);
        }
        let patch = self.vertices[first].patch_at(edge)?;
        Some(first + usize::from(patch))
    }
}

fn beyond(cell: [usize; 3], face: u8) -> [isize; 3] {
    let mut at = cell.map(|n| n as isize);
    at[usize::from(face / 2)] += if face % 2 == 1 { 1 } else { -1 };
    at
}

/// Voxels of the corners of a brick's cells, and of one cell around it.
const EDGE: usize = BRICK_EDGE + 3;

/// Which voxels around a brick of cells are of the segment: one bit each, along x.
struct Inside(Box<[u64]>);

impl Inside {
    /// `None` where no or every voxel is.
    fn new(map: &LabelMap, label: Label, index: BrickIndex) -> Option<Self> {
        // Bit and row 0 are voxel -2 of the brick of the same index.
        let brick = |step: [usize; 3]| {
            let at: Option<Vec<u16>> = (0..3)
                .map(|n| (index.0[n] + step[n] as u16).checked_sub(1))
                .collect();
            let at = at.and_then(|at| Some(BrickIndex(at.try_into().ok()?)));
            at.and_then(|at| map.brick(at)).map(|brick| &**brick)
        };
        let mut rows = vec![0; EDGE * EDGE];
        for (step_z, [from_z, to_z]) in SPANS.iter().enumerate() {
            for (step_y, [from_y, to_y]) in SPANS.iter().enumerate() {
                let bricks = [0, 1, 2].map(|step_x| brick([step_x, step_y, step_z]));
                if bricks.iter().all(Option::is_none) {
                    continue;
                }
                for z in *from_z..*to_z {
                    for y in *from_y..*to_y {
                        let row = [(y + 30) % BRICK_EDGE, (z + 30) % BRICK_EDGE];
                        rows[z * EDGE + y] = bits(bricks, row, label);
                    }
                }
            }
        }
        let any = rows.iter().fold(0, |any, row| any | row);
        let all = rows.iter().fold(u64::MAX, |all, row| all & row);
        let is_uniform = any == 0 || all == (1 << EDGE) - 1;
        (!is_uniform).then(|| Self(rows.into()))
    }

    fn row(&self, y: isize, z: isize) -> u64 {
        self.0[z as usize * EDGE + y as usize]
    }

    /// The rows of voxels around a row of cells.
    fn rows(&self, y: isize, z: isize) -> [u64; 4] {
        [[1, 1], [2, 1], [1, 2], [2, 2]].map(|[dy, dz]| self.row(y + dy, z + dz))
    }

    /// Cells of a row that have corners on either side.
    fn active(&self, y: usize, z: usize) -> u32 {
        let [a, b, c, d] = self.rows(y as isize, z as isize);
        let (any, all) = (a | b | c | d, a & b & c & d);
        (((any | any >> 1) & !(all & all >> 1)) >> 1) as u32
    }

    /// Which corners of a cell are inside; cells may lie one beyond the brick.
    fn corners(&self, [x, y, z]: [isize; 3]) -> u8 {
        let rows = self.rows(y, z).map(|row| (row >> (x + 1) & 3) as u8);
        rows[0] | rows[1] << 2 | rows[2] << 4 | rows[3] << 6
    }
}

/// Rows from the brick before, the brick itself and the one after.
const SPANS: [[usize; 2]; 3] = [[0, 2], [2, 2 + BRICK_EDGE], [2 + BRICK_EDGE, EDGE]];

/// The bits of one row of voxels through three bricks: the last two of the first, all of the
/// second, the first of the third.
fn bits(bricks: [Option<&Brick>; 3], [y, z]: [usize; 2], label: Label) -> u64 {
    let row = |brick: Option<&Brick>| {
        brick.map_or(0, |brick| {
            u64::from(brick.row_of(z * BRICK_EDGE + y, label))
        })
    };
    let [before, own, after] = bricks.map(row);
    before >> (BRICK_EDGE - 2) | own << 2 | (after & 1) << (BRICK_EDGE + 2)
}
