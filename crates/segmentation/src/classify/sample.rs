//! Voxels to learn from: some of those that are painted, and what they look like.

use super::features::{Features, features_in_rows};
use crate::block::{Source, tiles};
use crate::mask::box_size;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::{BRICK_EDGE, Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Voxels of a segment to learn from: more of a stroke say the same again.
const MOST_OF_LABEL: usize = 3000;
/// Voxels whose features are computed together.
const TILE_VOXELS: usize = 1 << 15;

/// A painted voxel and its label.
pub(super) type Painted = ([usize; 3], Label);

/// Some of the painted voxels of each label, spread evenly in the order of bricks.
pub(super) fn chosen(painted: &LabelMap, source: &Source<'_>) -> Vec<Painted> {
    let mut totals: BTreeMap<Label, usize> = BTreeMap::new();
    for_each_painted(painted, source, |_, label| {
        *totals.entry(label).or_default() += 1
    });
    let mut seen: BTreeMap<Label, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for_each_painted(painted, source, |at, label| {
        let n = seen.entry(label).or_default();
        let total = totals.get(&label).copied().unwrap_or(1);
        let wanted = total.min(MOST_OF_LABEL);
        let share = |n: usize| n * wanted / total;
        if share(*n + 1) > share(*n) {
            chosen.push((at, label));
        }
        *n += 1;
    });
    chosen.sort_by_key(|(_, label)| *label);
    chosen
}

/// Calls `found` with each painted voxel that has a value, and its label.
fn for_each_painted(
    painted: &LabelMap,
    source: &Source<'_>,
    mut found: impl FnMut([usize; 3], Label),
) {
    let size = painted.size();
    for (index, brick) in painted.bricks() {
        let first = index.first_voxel();
        for (n, label) in brick.rows().flatten().enumerate() {
            let at = [n, n / BRICK_EDGE, n / (BRICK_EDGE * BRICK_EDGE)];
            let at = [0, 1, 2].map(|axis: usize| first[axis] + at[axis] % BRICK_EDGE);
            let is_inside = at.iter().zip(size).all(|(&n, size)| n < size);
            if label != 0 && is_inside && source.has_value(at) {
                found(at, label);
            }
        }
    }
}

/// The features of voxels, in no other order than theirs.
pub(super) fn looks(
    source: &Source<'_>,
    voxels: &[Painted],
    with: (&Spacing, Mm),
    progress: &dyn Progress,
) -> Result<Vec<Features>, Cancelled> {
    let groups = by_slices(voxels);
    let parts: Vec<(VoxelBox, Vec<usize>)> = groups
        .into_iter()
        .flat_map(|group| {
            let boxes = group.iter().map(|&n| one(voxels[n].0));
            let bounds = boxes.reduce(VoxelBox::union);
            let tiles = bounds.map(|bounds| tiles(bounds, TILE_VOXELS));
            tiles.into_iter().flatten().filter_map(move |tile| {
                let inside: Vec<usize> = group
                    .iter()
                    .copied()
                    .filter(|&n| holds(tile, voxels[n].0))
                    .collect();
                let bounds = inside.iter().map(|&n| one(voxels[n].0));
                Some((bounds.reduce(VoxelBox::union)?, inside))
            })
        })
        .collect();
    let steps = Steps::new(progress, parts.len());
    let found: Vec<Vec<(usize, Features)>> = parts
        .into_par_iter()
        .map(|(region, inside)| {
            let [n_i, n_j, _] = box_size(region);
            let place = |n: usize| {
                let [i, j, k]: [usize; 3] =
                    std::array::from_fn(|axis| voxels[n].0[axis] - region.min[axis]);
                (k * n_j + j) * n_i + i
            };
            let rows: BTreeSet<usize> = inside.iter().map(|&n| place(n) / n_i).collect();
            let wanted = (region, |row| rows.contains(&row));
            let all = features_in_rows(source, wanted, with, &steps)?;
            let of = |n: usize| (n, all[place(n)]);
            steps.step()?;
            Ok(inside.into_iter().map(of).collect())
        })
        .collect::<Result<_, _>>()?;
    let mut found: Vec<(usize, Features)> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(n, _)| *n);
    Ok(found.into_iter().map(|(_, features)| features).collect())
}

/// The numbers of voxels, in slices across any axis: those of the fullest slice, those of the
/// fullest slice of what is left, and so on. Strokes lie in slices.
fn by_slices(voxels: &[Painted]) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = (0..voxels.len()).collect();
    let mut groups = Vec::new();
    while !left.is_empty() {
        let mut counts = BTreeMap::<[usize; 2], usize>::new();
        for &n in &left {
            for (axis, &index) in voxels[n].0.iter().enumerate() {
                *counts.entry([axis, index]).or_default() += 1;
            }
        }
        // Of equally full ones the last: slices along k lie together in memory.
        let fullest = counts.into_iter().max_by_key(|(_, n)| *n);
        let Some(([axis, index], _)) = fullest else {
            break;
        };
        let (group, others) = left.into_iter().partition(|&n| voxels[n].0[axis] == index);
        groups.push(group);
        left = others;
    }
    groups
}

const fn one(at: [usize; 3]) -> VoxelBox {
    VoxelBox { min: at, max: at }
}

fn holds(region: VoxelBox, at: [usize; 3]) -> bool {
    (0..3).all(|n| region.min[n] <= at[n] && at[n] <= region.max[n])
}
