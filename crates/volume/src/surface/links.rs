//! Nets of many bricks as one: vertices numbered through, and which lie beside which.

use super::cases::{Cases, Crossing};
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

/// A brick and those around it, each with the number of its first vertex; it is in the middle.
pub(super) struct Around<'a>([Option<(&'a Net, u32)>; 27]);

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
            let slot = *self.slots.get(&BrickIndex(at))?;
            Some((&self.nets[slot], self.starts[slot] as u32))
        });
        Around(slots)
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
                let cases = Cases::get();
                for vertex in &net.vertices {
                    for crossing in cases.case(vertex.case).patch(vertex.patch) {
                        if let Some(number) = around.beyond(*vertex, *crossing) {
                            links.numbers.push(number);
                        }
                    }
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
    /// The vertex beside one, through the face behind a crossing. There is none in bricks without a
    /// net: only the outermost bricks of a part have such beside them, and what comes of them is not
    /// used.
    #[inline]
    fn beyond(&self, vertex: Vertex, crossing: Crossing) -> Option<u32> {
        let mut cell = vertex.cell.map(isize::from);
        let side = isize::from(crossing.face % 2);
        cell[usize::from(crossing.face / 2)] += 2 * side - 1;
        self.vertex_at(cell, crossing.beyond)
    }

    /// The vertex of the patch that crosses an edge of a cell, which may lie one beyond the brick.
    #[inline]
    pub(super) fn vertex_at(&self, cell: [isize; 3], edge: u8) -> Option<u32> {
        let at = cell.map(|n| (n + BRICK_EDGE as isize) as usize);
        let [x, y, z] = at.map(|n| n / BRICK_EDGE);
        let (net, start) = self.0[x + 3 * y + 9 * z]?;
        let vertex = net.vertex_at(at.map(|n| n % BRICK_EDGE), edge)?;
        Some(start + vertex as u32)
    }
}
