//! Which segment each voxel between the sections belongs to.
//!
//! Where shape leaves no doubt, what it says. In a band around the borders, wider the further the
//! sections are, shape and image are weighed as fits the drawn sections themselves: each one that
//! has drawn ones on both sides is predicted from those ([`super::left_out`]), and the weights are the
//! likeliest ones for what was drawn. Then neighbours that look alike agree (mean field of a Potts model).

use super::candidates::{Candidates, MOST};
use super::evidence::{Around, Evidence, Votes};
use super::grid::Grid;
use super::left_out::{LeftOut, Lot};
use super::logit::{N_FEATURES, Sample, Weights, shares};
use super::shape::{Drawn, Shape};
use crate::steps::{Cancelled, Steps, filled};
use annotomy_volume::labels::Label;
use annotomy_volume::space::Axis;
use rayon::prelude::*;

/// Half the width of the band: voxels, more for each voxel of distance, and the most.
const BAND: f32 = 1.5;
const BAND_MORE: f32 = 0.6;
pub(super) const BAND_MOST: f32 = 10.0;
/// How far a depth is off: voxels, and more for each voxel of distance.
const OFF: f32 = 0.5;
const OFF_MORE: f32 = 0.35;
/// Voxels that weights are learnt from at most.
const N_SAMPLES: usize = 12_000;
/// What a neighbour that looks the same adds to the score of its label.
const AGREE: f32 = 0.5;
const N_ROUNDS: usize = 4;
/// Voxels between two looks at whether to go on.
const CHUNK: usize = 1024;

/// All segments and what they are made from.
pub(super) struct Problem<'a> {
    pub(super) drawn: Drawn<'a>,
    pub(super) shapes: Vec<(Label, Shape)>,
    /// All segments as one, if there are several.
    pub(super) union: Option<Shape>,
    pub(super) evidence: Option<Evidence<'a>>,
}

/// A voxel of the band.
struct Open {
    offset: usize,
    candidates: Candidates,
    reach: f32,
    scores: [f32; MOST],
    shares: [f32; MOST],
}

impl Open {
    /// The likeliest candidate; nothing only where that is likelier than all segments together, so
    /// that none is left between those that touch.
    fn best(&self) -> usize {
        let shares = &self.shares[..self.candidates.n];
        let nothing = self.candidates.position(0).map_or(0.0, |n| shares[n]);
        let is_any = nothing < 0.5;
        let allowed = (0..shares.len()).filter(|&n| !is_any || self.candidates.labels[n] != 0);
        let best = allowed.reduce(|a, b| if shares[b] > shares[a] { b } else { a });
        best.unwrap_or(0)
    }
}

/// Labels and how certain they are, in memory order.
pub(super) struct Solution {
    pub(super) labels: Vec<Label>,
    pub(super) confidence: Vec<f32>,
}

impl Problem<'_> {
    fn grid(&self) -> &Grid {
        self.drawn.grid
    }

    /// Half the width of the band at a distance from the nearest section, in millimetres.
    fn band(&self, reach: f32) -> f32 {
        let voxel = self.grid().finest();
        (BAND * voxel + BAND_MORE * reach).min(BAND_MOST * voxel)
    }

    /// Solves for all voxels.
    pub(super) fn solve(&self, steps: &Steps<'_>) -> Result<Solution, Cancelled> {
        let weights = self.weights(steps)?;
        let mut labels = Vec::with_capacity(self.drawn.labels.len());
        for some in self.drawn.labels.chunks(1 << 20) {
            steps.check()?;
            labels.extend_from_slice(some);
        }
        let mut open = self.open(&mut labels, steps)?;
        let evidence = self.evidence.as_ref().filter(|_| weights.uses_image());
        open.par_chunks_mut(CHUNK).try_for_each(|open| {
            steps.check()?;
            let mut seen = Vec::new();
            for open in open {
                let voxel = self.voxel(open.offset);
                let votes = evidence.map(|evidence| {
                    let around = self.nearest(voxel);
                    evidence.votes(voxel, &around, &open.candidates, &mut seen)
                });
                let features = self.features(&open.candidates, open.reach, votes);
                open.scores = weights.scores(&features);
                open.shares = shares(&open.scores, open.candidates.n);
            }
            Ok(())
        })?;
        self.agree(&labels, &mut open, evidence, steps)?;
        let mut confidence = filled(labels.len(), 1.0, steps)?;
        for open in &open {
            let best = open.best();
            labels[open.offset] = open.candidates.labels[best];
            confidence[open.offset] = open.shares[best];
        }
        Ok(Solution { labels, confidence })
    }

    fn voxel(&self, offset: usize) -> [usize; 3] {
        let [n_i, n_j, _] = self.grid().size;
        [offset % n_i, offset / n_i % n_j, offset / (n_i * n_j)]
    }

    /// The drawn slices on both sides, across the axis along which one is nearest.
    fn nearest(&self, voxel: [usize; 3]) -> Around {
        let around = (0..3).map(|axis| {
            let slices = &self.drawn.slices[axis];
            let low = slices.range(..voxel[axis]).next_back().copied();
            let high = slices.range(voxel[axis] + 1..).next().copied();
            let mm = &self.grid().mm[axis];
            let far = |slice: Option<usize>| {
                slice.map_or(f32::INFINITY, |slice| (mm[slice] - mm[voxel[axis]]).abs())
            };
            let slices = [low, high];
            (far(low).min(far(high)), Around { axis, slices })
        });
        let nearest = around.reduce(|a, b| if b.0 < a.0 { b } else { a });
        let nowhere = Around {
            axis: 2,
            slices: [None; 2],
        };
        nearest.map_or(nowhere, |(_, around)| around)
    }

    /// Whether the segment at a voxel's place in the nearer of two slices ends there: it is none of
    /// those that have a depth at the voxel.
    fn ends_beside(
        &self,
        voxel: [usize; 3],
        &Around { axis, slices }: &Around,
        depths: &[(Label, f32)],
    ) -> bool {
        let mm = &self.grid().mm[axis];
        let far = |slice: &usize| (mm[*slice] - mm[voxel[axis]]).abs();
        let nearer = slices.into_iter().flatten();
        let nearer = nearer.reduce(|a, b| if far(&b) < far(&a) { b } else { a });
        nearer.is_some_and(|slice| {
            let mut beside = voxel;
            beside[axis] = slice;
            let there = self.drawn.labels[self.drawn.offset(beside)];
            there != 0 && depths.iter().all(|(label, _)| *label != there)
        })
    }

    fn features(
        &self,
        candidates: &Candidates,
        reach: f32,
        votes: Option<Votes>,
    ) -> [[f32; MOST]; N_FEATURES] {
        let off = OFF * self.grid().finest() + OFF_MORE * reach;
        let deepest = candidates.depths[0];
        let mut depths = [0.0; MOST];
        for (n, depth) in depths.iter_mut().enumerate().take(candidates.n) {
            *depth = (candidates.depths[n] - deepest) / (2.0 * off);
        }
        let [alike, near] = votes.unwrap_or_default();
        [depths, alike, near]
    }

    /// Gives the voxels outside the band their labels; answers those inside.
    fn open(&self, labels: &mut [Label], steps: &Steps<'_>) -> Result<Vec<Open>, Cancelled> {
        let [n_i, n_j, _] = self.grid().size;
        let slices = labels.par_chunks_mut((n_i * n_j).max(1)).enumerate();
        let open: Vec<Vec<Open>> = slices
            .map(|(k, slice)| {
                steps.step()?;
                let mut open = Vec::new();
                if !self.drawn.slices[2].contains(&k) {
                    for (j, row) in slice.chunks_exact_mut(n_i).enumerate() {
                        self.open_row([j, k], row, &mut open);
                    }
                }
                Ok(open)
            })
            .collect::<Result<_, _>>()?;
        Ok(open.into_iter().flatten().collect())
    }

    fn open_row(&self, [j, k]: [usize; 2], row: &mut [Label], open: &mut Vec<Open>) {
        if self.drawn.slices[1].contains(&j) {
            return;
        }
        let is_near = |shape: &Shape| {
            let (min, max) = (shape.region.min, shape.region.max);
            (min[1]..=max[1]).contains(&j) && (min[2]..=max[2]).contains(&k)
        };
        let here: Vec<&(Label, Shape)> = self.shapes.iter().filter(|(_, s)| is_near(s)).collect();
        let starts = here.iter().map(|(_, shape)| shape.region.min[0]).min();
        let ends = here.iter().map(|(_, shape)| shape.region.max[0]).max();
        let (Some(start), Some(end)) = (starts, ends) else {
            return;
        };
        let near = 2.0 * self.grid().finest();
        for (i, found) in row.iter_mut().enumerate().take(end + 1).skip(start) {
            if *found != 0 || self.drawn.slices[0].contains(&i) {
                continue;
            }
            let voxel = [i, j, k];
            let mut reach = f32::INFINITY;
            let depths = here.iter().filter_map(|(label, shape)| {
                let columns = shape.region.min[0]..=shape.region.max[0];
                let (depth, distance) = columns
                    .contains(&i)
                    .then(|| shape.at(self.grid(), voxel))??;
                reach = reach.min(distance);
                Some((*label, depth))
            });
            let depths: Vec<(Label, f32)> = depths.collect();
            if depths.is_empty() {
                continue;
            }
            let union = self
                .union
                .as_ref()
                .filter(|_| depths.iter().all(|(_, mm)| *mm <= 0.0));
            // Nothing spreads to where a neighbour ends.
            let ends = |(_, shape): &&(Label, Shape)| shape.has_ended(self.grid(), voxel);
            let has_ended = !self.drawn.choices.is_empty() && here.iter().any(ends);
            let union = union.filter(|_| !has_ended);
            let any = union.and_then(|shape| shape.at(self.grid(), voxel));
            let any = any.map(|(depth, _)| depth);
            let any = any.filter(|_| !self.ends_beside(voxel, &self.nearest(voxel), &depths));
            let mut candidates = Candidates::new(depths.into_iter(), any, near);
            if candidates.narrow(self.band(reach)) {
                open.push(Open {
                    offset: self.drawn.offset(voxel),
                    candidates,
                    reach,
                    scores: [0.0; MOST],
                    shares: [0.0; MOST],
                });
            } else {
                *found = candidates.labels[0];
            }
        }
    }

    /// The weights that predict the drawn slices best, each from those on both sides.
    fn weights(&self, steps: &Steps<'_>) -> Result<Weights, Cancelled> {
        let Some(evidence) = &self.evidence else {
            return Ok(Weights::shape_alone());
        };
        let mut lots: Vec<Lot> = Vec::new();
        for axis in Axis::ALL {
            let slices: Vec<usize> = self.drawn.slices[axis.position()].iter().copied().collect();
            for around in slices.windows(3) {
                lots.push(Lot {
                    axis: axis.position(),
                    slice: around[1],
                    around: [around[0], around[2]],
                });
            }
        }
        let samples: Vec<Vec<Sample>> = lots
            .par_iter()
            .map(|lot| {
                steps.check()?;
                self.samples(evidence, lot, (lots.len(), steps))
            })
            .collect::<Result<_, _>>()?;
        Ok(Weights::fit(&samples.concat()))
    }

    /// Voxels of a drawn slice as predicted from the slices on both sides.
    fn samples(
        &self,
        evidence: &Evidence<'_>,
        lot: &Lot,
        (n_lots, steps): (usize, &Steps<'_>),
    ) -> Result<Vec<Sample>, Cancelled> {
        let &Lot {
            axis,
            slice,
            around,
        } = lot;
        let grid = self.grid();
        let finest = grid.finest();
        let reach = lot.reach(&grid.mm[axis]);
        let mut left: Vec<(Label, LeftOut<'_>)> = Vec::new();
        for (label, shape) in &self.shapes {
            left.extend(LeftOut::new(shape, lot, steps)?.map(|left| (*label, left)));
        }
        let union = match &self.union {
            Some(shape) => LeftOut::new(shape, lot, steps)?,
            None => None,
        };
        let [column, row] = Axis::ALL[axis].in_plane().map(Axis::position);
        let between = Around {
            axis,
            slices: around.map(Some),
        };
        let mut band = Vec::new();
        for v in 0..grid.size[row] {
            steps.check()?;
            for u in 0..grid.size[column] {
                let mut voxel = [slice; 3];
                [voxel[column], voxel[row]] = [u, v];
                let depths = left
                    .iter()
                    .filter_map(|(label, left)| Some((*label, left.depth(voxel, finest)?)));
                let depths: Vec<(Label, f32)> = depths.collect();
                if depths.is_empty() {
                    continue;
                }
                let any = union.as_ref().and_then(|left| left.depth(voxel, finest));
                let any = any.filter(|_| !self.ends_beside(voxel, &between, &depths));
                let mut candidates = Candidates::new(depths.into_iter(), any, 2.0 * finest);
                let is_open = candidates.narrow(self.band(reach));
                let label = self.drawn.labels[self.drawn.offset(voxel)];
                if let (true, Some(truth)) = (is_open, candidates.position(label)) {
                    band.push((voxel, candidates, truth));
                }
            }
        }
        let every = (band.len() * n_lots).div_ceil(N_SAMPLES).max(1);
        let mut seen = Vec::new();
        let samples = band
            .iter()
            .step_by(every)
            .map(|(voxel, candidates, truth)| {
                let votes = evidence.votes(*voxel, &between, candidates, &mut seen);
                Sample {
                    features: self.features(candidates, reach, Some(votes)),
                    n: candidates.n,
                    truth: *truth,
                }
            });
        Ok(samples.collect())
    }

    /// Lets neighbours agree.
    fn agree(
        &self,
        labels: &[Label],
        open: &mut [Open],
        evidence: Option<&Evidence<'_>>,
        steps: &Steps<'_>,
    ) -> Result<(), Cancelled> {
        let size = self.grid().size;
        let mut number = filled(labels.len(), u32::MAX, steps)?;
        for (n, open) in open.iter().enumerate() {
            number[open.offset] = n as u32;
        }
        let strides = [1, size[0], size[0] * size[1]];
        let finest = self.grid().finest();
        let nearness = self.grid().step.map(|step| finest / step);
        for _ in 0..N_ROUNDS {
            let before: &[Open] = open;
            let next: Vec<[f32; MOST]> = before
                .par_iter()
                .enumerate()
                .map(|(n, open)| {
                    if n % CHUNK == 0 {
                        steps.check()?;
                    }
                    let voxel = self.voxel(open.offset);
                    let mut scores = open.scores;
                    let mut add = |other: usize, weight: f32| {
                        let alike = evidence.map_or(1.0, |evidence| {
                            let d = evidence.values[other] - evidence.values[open.offset];
                            0.2 + 0.8 / (1.0 + 20.0 * d * d)
                        });
                        let weight = AGREE * weight * alike;
                        let mut vote = |label: Label, share: f32| {
                            if let Some(n) = open.candidates.position(label) {
                                scores[n] += weight * share;
                            }
                        };
                        match before.get(number[other] as usize) {
                            Some(other) => (0..other.candidates.n)
                                .for_each(|n| vote(other.candidates.labels[n], other.shares[n])),
                            None => vote(labels[other], 1.0),
                        }
                    };
                    for axis in 0..3 {
                        if voxel[axis] > 0 {
                            add(open.offset - strides[axis], nearness[axis]);
                        }
                        if voxel[axis] + 1 < size[axis] {
                            add(open.offset + strides[axis], nearness[axis]);
                        }
                    }
                    Ok(shares(&scores, open.candidates.n))
                })
                .collect::<Result<_, _>>()?;
            for (open, shares) in open.iter_mut().zip(next) {
                open.shares = shares;
            }
        }
        Ok(())
    }
}
