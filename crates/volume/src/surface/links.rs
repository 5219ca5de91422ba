//! Nets of many bricks as one: vertices numbered through, and which lie beside which.

use super::cases::{Cases, mirrored};
use super::net::{Net, Vertex};
use crate::labels::{BRICK_EDGE, BrickIndex};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Nets of bricks, in the order of bricks.
#[derive(Debug)]
pub(super) struct Nets {
    pub(super) nets: Vec<Net>,
    /// Number of each net's first vertex, and of all vertices at the end.
    pub(super) starts: Vec<usize>,
    slots: BTreeMap<BrickIndex, usize>,
}

/// The bricks around one, as slots of [`Nets`].
pub(super) struct Around<'a> {
    nets: &'a Nets,
    slots: [Option<usize>; 27],
}

impl Nets {
    pub(super) fn new(nets: Vec<Net>) -> Self {
        let mut starts = vec![0];
        let mut n = 0;
        for net in &nets {
            n += net.vertices.len();
            starts.push(n);
        }
        let slots = nets.iter().enumerate().map(|(slot, net)| (net.index, slot));
        Self {
            slots: slots.collect(),
            starts,
            nets,
        }
    }

    pub(super) fn n_vertices(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The brick that a vertex is in, and its number there.
    pub(super) fn owner(&self, vertex: u32) -> (BrickIndex, u32) {
        let n = vertex as usize;
        let slot = self.starts.partition_point(|start| *start <= n) - 1;
        (self.nets[slot].index, (n - self.starts[slot]) as u32)
    }

    pub(super) fn around(&self, index: BrickIndex) -> Around<'_> {
        let slots = std::array::from_fn(|n| {
            let steps = [n % 3, n / 3 % 3, n / 9];
            let mut at = index.0;
            for (x, step) in at.iter_mut().zip(steps) {
                *x = (*x + step as u16).checked_sub(1)?;
            }
            self.slots.get(&BrickIndex(at)).copied()
        });
        Around { nets: self, slots }
    }

    /// Splits what there is one of for each vertex, by net.
    pub(super) fn split<'a, T>(&self, mut all: &'a mut [T]) -> Vec<&'a mut [T]> {
        let mut parts = Vec::with_capacity(self.nets.len());
        for net in &self.nets {
            let (part, rest) = all.split_at_mut(net.vertices.len());
            parts.push(part);
            all = rest;
        }
        parts
    }

    /// For each net, the neighbours of its vertices.
    pub(super) fn links(&self) -> Vec<Links> {
        self.nets
            .par_iter()
            .map(|net| {
                let around = self.around(net.index);
                let mut links = Links {
                    ends: Vec::with_capacity(net.vertices.len()),
                    numbers: Vec::with_capacity(net.vertices.len() * 4),
                };
                for vertex in &net.vertices {
                    links.numbers.extend(around.neighbours(*vertex));
                    links.ends.push(links.numbers.len() as u32);
                }
                links
            })
            .collect()
    }
}

/// Neighbours of a net's vertices.
#[derive(Debug)]
pub(super) struct Links {
    ends: Vec<u32>,
    /// Around each vertex's normal.
    numbers: Vec<u32>,
}

impl Links {
    /// The neighbours of each vertex, in turn.
    pub(super) fn each(&self) -> impl Iterator<Item = &[u32]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let from = std::mem::replace(&mut start, *end as usize);
            &self.numbers[from..start]
        })
    }
}

impl Around<'_> {
    /// Vertices beside one, through the faces of its cell. Those of bricks without a net are left
    /// out: only the outermost bricks of a part have such, and what comes of them is not used.
    fn neighbours(&self, vertex: Vertex) -> impl Iterator<Item = u32> {
        let case = Cases::get().case(vertex.case);
        case.patch(vertex.patch).iter().filter_map(move |crossing| {
            let mut cell = vertex.cell.map(isize::from);
            cell[usize::from(crossing.face / 2)] += if crossing.face % 2 == 1 { 1 } else { -1 };
            let edge = mirrored(crossing.edge, crossing.face);
            self.vertex_at(cell, edge)
        })
    }

    /// The vertex of the patch that crosses an edge of a cell, which may lie one beyond the brick.
    pub(super) fn vertex_at(&self, cell: [isize; 3], edge: usize) -> Option<u32> {
        let at = cell.map(|n| (n + BRICK_EDGE as isize) as usize);
        let [x, y, z] = at.map(|n| n / BRICK_EDGE);
        let slot = self.slots[x + 3 * y + 9 * z]?;
        let net = &self.nets.nets[slot];
        let first = net.first_at(at.map(|n| n % BRICK_EDGE))?;
        let patch = net.vertices[first].patch_at(edge)?;
        let number = self.nets.starts[slot] + first + usize::from(patch);
        Some(number as u32)
    }
}
