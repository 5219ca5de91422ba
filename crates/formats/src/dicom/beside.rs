//! Stacks of one orientation that do not continue each other: side by side, or named apart.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use super::slice::Slice;
use annotomy_volume::space::VectorLps;
use std::collections::{BTreeMap, BTreeSet};

/// Images of one depth whose first pixels are farther from each other lie side by side, mm.
const SAME_PLACE_MM: f64 = 1.0;

/// Depths in steps of this are told apart, mm.
const DEPTH_MM: f64 = 0.01;

/// Images of one orientation, split into stacks. The order within a stack stays.
pub(super) fn separate(slices: Vec<Slice>) -> Vec<Vec<Slice>> {
    by_name(slices).into_iter().flat_map(by_place).collect()
}

fn depth(slice: &Slice, normal: VectorLps) -> i64 {
    let position = slice.plane.map_or([0.0; 3], |plane| plane.position.0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates; positions are in millimetres"
    )]
    let step = (VectorLps(position).dot(normal) / DEPTH_MM).round() as i64;
    step
}

fn normal(slices: &[Slice]) -> Option<VectorLps> {
    Some(slices.first()?.plane?.normal())
}

/// Stacks that the file names apart, unless they were imaged at the same positions.
fn by_name(slices: Vec<Slice>) -> Vec<Vec<Slice>> {
    let Some(normal) = normal(&slices) else {
        return vec![slices];
    };
    let mut depths: BTreeMap<Option<&str>, BTreeSet<i64>> = BTreeMap::new();
    for slice in &slices {
        let name = slice.marks.stack.as_deref();
        depths.entry(name).or_default().insert(depth(slice, normal));
    }
    let n_depths: usize = depths.values().map(BTreeSet::len).sum();
    let all: BTreeSet<i64> = depths.values().flatten().copied().collect();
    if depths.len() < 2 || all.len() < n_depths {
        return vec![slices];
    }
    let mut stacks: BTreeMap<Option<String>, Vec<Slice>> = BTreeMap::new();
    for slice in slices {
        let name = slice.marks.stack.clone();
        stacks.entry(name).or_default().push(slice);
    }
    stacks.into_values().collect()
}

/// Stacks that lie side by side: each image continues the stack whose last image is nearest.
fn by_place(slices: Vec<Slice>) -> Vec<Vec<Slice>> {
    let Some(normal) = normal(&slices) else {
        return vec![slices];
    };
    let distance = |a: &Slice, b: &Slice| match (a.plane, b.plane) {
        (Some(a), Some(b)) => {
            let apart = b.position - a.position;
            apart.cross(normal).norm()
        }
        _ => 0.0,
    };
    let mut depths: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (n, slice) in slices.iter().enumerate() {
        depths.entry(depth(slice, normal)).or_default().push(n);
    }
    let at = |n: &usize| slices.get(*n);
    let is_apart = |members: &Vec<usize>| {
        let first = members.first().and_then(at);
        let mut others = members.iter().filter_map(at);
        first.is_some_and(|a| others.any(|b| distance(a, b) > SAME_PLACE_MM))
    };
    if !depths.values().any(is_apart) {
        return vec![slices];
    }
    // Of each stack, its last image, and the depth at which it was met.
    let mut last: Vec<(usize, i64)> = Vec::new();
    let mut stack_of = vec![0; slices.len()];
    for (depth, members) in &depths {
        for n in members {
            let Some(slice) = at(n) else { continue };
            let apart = |(_, (other, _)): &(usize, &(usize, i64))| {
                at(other).map_or(f64::INFINITY, |other| distance(slice, other))
            };
            let numbered = last.iter().enumerate();
            let nearest = numbered.min_by(|a, b| apart(a).total_cmp(&apart(b)));
            // A stack has one place at each depth.
            let found = nearest.filter(|near| near.1.1 != *depth || apart(near) <= SAME_PLACE_MM);
            let stack = found.map_or(last.len(), |(stack, _)| stack);
            match last.get_mut(stack) {
                Some(known) => *known = (*n, *depth),
                None => last.push((*n, *depth)),
            }
            if let Some(known) = stack_of.get_mut(*n) {
                *known = stack;
            }
        }
    }
    let mut stacks: Vec<Vec<Slice>> = vec![Vec::new(); last.len()];
    for (slice, stack) in slices.into_iter().zip(stack_of) {
        if let Some(stack) = stacks.get_mut(stack) {
            stack.push(slice);
        }
    }
    stacks
}
