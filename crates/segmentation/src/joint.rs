//! Joint smoothing: all segments of a layer at once, so that neighbours stay neighbours.
//!
//! Each segment, and what belongs to none, is blurred by a Gaussian; the largest value takes the
//! voxel. Smoothing one segment after the other would open gaps and overlaps between them. Only
//! tiles of the grid that have more than one label within reach are looked at.

use crate::gaussian::{Kernel, blur_across};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::brick_mask::{BrickMask, relabel_masked};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::labels::{BRICK_EDGE, BRICK_VOXELS, Brick, BrickIndex, Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Mm, VoxelIndex};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Voxels of a tile along i, j, k: whole bricks, long rows.
const TILE: [usize; 3] = [2 * BRICK_EDGE, BRICK_EDGE, BRICK_EDGE];

/// The change that smooths all segments of a layer together by a Gaussian of standard deviation
/// `sigma`. Where values are equal the lower label takes the voxel, 0 first; beyond the grid the
/// outermost voxels go on. The kernel reaches 128 voxels at most on each side.
///
/// # Errors
/// [`Cancelled`].
pub fn smooth_jointly(
    labels: &LabelMap,
    spacing: &Spacing,
    sigma: Mm,
    progress: &dyn Progress,
) -> Result<LabelDelta, Cancelled> {
    let kernels = Kernel::along_axes(spacing, sigma);
    let size = labels.size();
    let n: [usize; 3] = std::array::from_fn(|axis| size[axis].div_ceil(TILE[axis]));
    let n_tiles = n.iter().product();
    let steps = Steps::new(progress, n_tiles);
    let changed: Vec<Vec<Changed>> = (0..n_tiles)
        .into_par_iter()
        .map(|tile| {
            steps.step()?;
            let [i, j, k] = [tile % n[0], tile / n[0] % n[1], tile / (n[0] * n[1])];
            let first = [i * TILE[0], j * TILE[1], k * TILE[2]];
            let reach = kernels.each_ref().map(Kernel::reach);
            match Halo::gather(labels, first, reach) {
                Some(halo) => {
                    let smooth = halo.smoothed(&kernels, &steps)?;
                    Ok(changed_bricks(labels, first, &smooth))
                }
                None => Ok(Vec::new()),
            }
        })
        .collect::<Result<_, _>>()?;
    let bricks: BTreeMap<BrickIndex, _> = changed
        .into_iter()
        .flatten()
        .map(|(at, mask, smooth)| (at, (mask, smooth)))
        .collect();
    let masks = bricks.par_iter().map(|(&at, (mask, _))| (at, mask.clone()));
    Ok(relabel_masked(labels, masks, |voxel, from| {
        let smooth = bricks.get(&BrickIndex::of(voxel));
        smooth.map_or(from, |(_, smooth)| smooth[in_brick(voxel)])
    }))
}

/// A brick, which of its voxels change, and all its labels then.
type Changed = (BrickIndex, BrickMask, Vec<Label>);

fn in_brick(VoxelIndex([i, j, k]): VoxelIndex) -> usize {
    ((k % BRICK_EDGE) * BRICK_EDGE + j % BRICK_EDGE) * BRICK_EDGE + i % BRICK_EDGE
}

/// The labels of a tile and as far around it as kernels reach; beyond the grid its outermost.
struct Halo {
    size: [usize; 3],
    labels: Vec<Label>,
}

impl Halo {
    /// `None` where all labels are the same.
    fn gather(labels: &LabelMap, first: [usize; 3], reach: [usize; 3]) -> Option<Self> {
        let grid = labels.size();
        let size: [usize; 3] = std::array::from_fn(|n| TILE[n] + 2 * reach[n]);
        let at: [Vec<usize>; 3] = std::array::from_fn(|n| {
            let clamped = |x: usize| (first[n] + x).saturating_sub(reach[n]).min(grid[n] - 1);
            (0..size[n]).map(clamped).collect()
        });
        let low = [0, 1, 2].map(|n: usize| at[n][0] / BRICK_EDGE);
        let n_bricks: [usize; 3] =
            std::array::from_fn(|n| at[n][size[n] - 1] / BRICK_EDGE - low[n] + 1);
        let bricks: Vec<Option<&Brick>> = (0..n_bricks.iter().product())
            .map(|n: usize| {
                let [i, j, _] = n_bricks;
                let index = [low[0] + n % i, low[1] + n / i % j, low[2] + n / (i * j)];
                let brick = labels.brick(BrickIndex(index.map(|x| x as u16)));
                brick.map(|brick| &**brick)
            })
            .collect();
        if bricks.iter().all(Option::is_none) {
            return None;
        }
        let mut found = vec![0; size.iter().product()];
        for (row, out) in found.chunks_exact_mut(size[0]).enumerate() {
            let (j, k) = (at[1][row % size[1]], at[2][row / size[1]]);
            let beside =
                ((k / BRICK_EDGE - low[2]) * n_bricks[1] + j / BRICK_EDGE - low[1]) * n_bricks[0];
            let mut out = out.iter_mut();
            for part in at[0].chunk_by(|a, b| a / BRICK_EDGE == b / BRICK_EDGE) {
                let out = out.by_ref().take(part.len());
                if let Some(brick) = bricks[beside + part[0] / BRICK_EDGE - low[0]] {
                    let row = brick.row(in_brick(VoxelIndex([0, j, k])) / BRICK_EDGE);
                    out.zip(part)
                        .for_each(|(label, &i)| *label = row[i % BRICK_EDGE]);
                } else {
                    out.for_each(|label| *label = 0);
                }
            }
        }
        let is_uniform = found.iter().all(|&label| label == found[0]);
        (!is_uniform).then_some(Self {
            size,
            labels: found,
        })
    }

    /// The tile's labels after smoothing.
    fn smoothed(&self, kernels: &[Kernel; 3], steps: &Steps<'_>) -> Result<Vec<Label>, Cancelled> {
        let n = TILE.iter().product();
        let mut winners = vec![0; n];
        let mut best = vec![0.0_f32; n];
        let mut rest = vec![1.0_f32; n];
        let mut present = BTreeSet::new();
        for run in self.labels.chunk_by(|a, b| a == b) {
            if run[0] != 0 && !present.contains(&run[0]) {
                present.insert(run[0]);
            }
        }
        for label in present {
            let values = self.blurred(label, kernels, steps)?;
            let voxels = values.iter().zip(&mut rest).zip(&mut best);
            for (((value, rest), best), winner) in voxels.zip(&mut winners) {
                *rest -= value;
                if *value > *best {
                    (*best, *winner) = (*value, label);
                }
            }
        }
        for ((winner, best), rest) in winners.iter_mut().zip(&best).zip(&rest) {
            if rest >= best {
                *winner = 0;
            }
        }
        Ok(winners)
    }

    /// One segment as 0 and 1, blurred, in the tile.
    fn blurred(
        &self,
        label: Label,
        kernels: &[Kernel; 3],
        steps: &Steps<'_>,
    ) -> Result<Vec<f32>, Cancelled> {
        let [n_i, n_j, n_k] = self.size;
        let [t_i, t_j, t_k] = TILE;
        let mut along_j = vec![0.0; t_i * t_j * n_k];
        let slices = self.labels.chunks_exact(n_i * n_j);
        let mut along_i = vec![0.0; t_i * n_j];
        for (slice, out) in slices.zip(along_j.chunks_exact_mut(t_i * t_j)) {
            if !slice.contains(&label) {
                continue;
            }
            steps.check()?;
            along_i.fill(0.0);
            let rows = along_i.chunks_exact_mut(t_i).zip(slice.chunks_exact(n_i));
            rows.for_each(|(row, labels)| blur_row(labels, label, &kernels[0], row));
            let reach = kernels[1].reach();
            for (j, out) in out.chunks_exact_mut(t_i).enumerate() {
                blur_across(j + reach, n_j, &kernels[1], out, |j| {
                    &along_i[j * t_i..][..t_i]
                });
            }
        }
        let mut along_k = vec![0.0; t_i * t_j * t_k];
        let reach = kernels[2].reach();
        for (n, out) in along_k.chunks_exact_mut(t_i).enumerate() {
            let (j, k) = (n % t_j, n / t_j);
            blur_across(k + reach, n_k, &kernels[2], out, |k| {
                &along_j[(k * t_j + j) * t_i..][..t_i]
            });
        }
        Ok(along_k)
    }
}

fn blur_row(labels: &[Label], label: Label, kernel: &Kernel, row: &mut [f32]) {
    let mut start = 0;
    for same in labels.chunk_by(|a, b| a == b) {
        let run: Range<usize> = start..start + same.len();
        start = run.end;
        if same[0] == label {
            let open = [run.start == 0, run.end == labels.len()];
            kernel.add_run(run, open, kernel.reach(), row);
        }
    }
}

/// The bricks of a tile that its smoothed labels change.
fn changed_bricks(labels: &LabelMap, first: [usize; 3], smooth: &[Label]) -> Vec<Changed> {
    let grid = labels.size();
    let mut changed = Vec::new();
    for first_i in (first[0]..grid[0].min(first[0] + TILE[0])).step_by(BRICK_EDGE) {
        let at = BrickIndex::of(VoxelIndex([first_i, first[1], first[2]]));
        let before = labels.brick(at).map(|brick| brick.to_labels());
        let mut mask: BrickMask = Box::new([0; BRICK_EDGE * BRICK_EDGE]);
        let mut after = before.unwrap_or_else(|| vec![0; BRICK_VOXELS]);
        let n_i = BRICK_EDGE.min(grid[0] - first_i);
        for (row, bits) in mask.iter_mut().enumerate() {
            let [j, k] = [row % BRICK_EDGE, row / BRICK_EDGE];
            if first[1] + j >= grid[1] || first[2] + k >= grid[2] {
                continue;
            }
            let from = &smooth[row * TILE[0] + first_i - first[0]..][..n_i];
            let to = &mut after[row * BRICK_EDGE..][..n_i];
            for (n, (to, &from)) in to.iter_mut().zip(from).enumerate() {
                *bits |= u32::from(*to != from) << n;
                *to = from;
            }
        }
        if mask.iter().any(|&bits| bits != 0) {
            changed.push((at, mask, after));
        }
    }
    changed
}
