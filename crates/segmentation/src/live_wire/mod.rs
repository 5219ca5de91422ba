//! Live wire: the way from a place to an anchor that follows edges, in a plane.
//!
//! After Mortensen and Barrett, "Intelligent scissors for image composition" (SIGGRAPH 1995): pixels
//! are joined with their eight neighbours, a link is cheap where it runs along an edge, and the wire
//! is the cheapest way. The ways from all pixels to one anchor are found at once, so that whoever
//! moves the pointer follows them without asking again.

mod costs;

pub use costs::WireCosts;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The neighbours of a pixel, clockwise from the next column: columns on, rows on.
pub const NEIGHBOURS: [[isize; 2]; 8] = [
    [1, 0],
    [1, 1],
    [0, 1],
    [-1, 1],
    [-1, 0],
    [-1, -1],
    [0, -1],
    [1, -1],
];

/// Of the anchor, from where there is no way on.
pub const ANCHOR: u8 = 8;

/// For each pixel, by rows, which of its [`NEIGHBOURS`] is the next on the cheapest way to the anchor;
/// [`ANCHOR`] of the anchor itself. `None` if the anchor is no pixel.
#[must_use]
pub fn ways_to(costs: &WireCosts, anchor: [usize; 2]) -> Option<Vec<u8>> {
    let [n_columns, n_rows] = costs.size();
    if anchor[0] >= n_columns || anchor[1] >= n_rows {
        return None;
    }
    let start = anchor[1] * n_columns + anchor[0];
    let mut next = vec![ANCHOR; n_columns * n_rows];
    let mut costs_to = vec![f32::INFINITY; next.len()];
    costs_to[start] = 0.0;
    // Bits of a cost that is not negative are in its order.
    let mut open = BinaryHeap::from([Reverse((0_u32, start as u32))]);
    while let Some(Reverse((bits, at))) = open.pop() {
        let (cost, at) = (f32::from_bits(bits), at as usize);
        if cost > costs_to[at] {
            continue;
        }
        for direction in 0..NEIGHBOURS.len() {
            let Some((to, link)) = costs.link(at, direction) else {
                continue;
            };
            let through = cost + link;
            if through < costs_to[to] {
                costs_to[to] = through;
                next[to] = ((direction + 4) % 8) as u8;
                open.push(Reverse((through.to_bits(), to as u32)));
            }
        }
    }
    Some(next)
}
