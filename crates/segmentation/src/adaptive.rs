//! Adaptive brush: of what a brush covers, what is like its middle and hangs together with it.
//!
//! The values in the middle say what is meant: their mean and standard deviation, taken first from the
//! half of them that is nearest the middle's own value, so that an edge through the middle does not
//! blur them, then from all that lie near the mean of that half. A voxel belongs if its value lies within some deviations of the mean and a way leads to it
//! from the middle that leaves neither the brush nor such values and is not long: a millimetre counts
//! up to twice where values are unlike the mean, and what is farther than twice the radius is cut
//! off, as is what lies behind an edge with a gap.

use annotomy_volume::brick_mask::{BrickMask, relabel_masked};
use annotomy_volume::brush::{BrushShape, BrushStroke, Dab, Rim, dab};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::{BRICK_EDGE, BrickIndex, Label, LabelMap};
use annotomy_volume::space::{Axis, PointLps, VoxelIndex};
use annotomy_volume::volume::{ScalarType, Volume};
use annotomy_volume::with_voxels;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Between two points of a path, dabs are at most this part of the radius apart.
const DAB_STEP: f64 = 0.5;
/// Of squares, whose corners make stairs.
const SQUARE_STEP: f64 = 0.25;
/// Dabs between two points.
const MAX_DABS: f64 = 4096.0;
/// The middle is this part of the radius.
const CORE_SHARE: f64 = 0.7;
/// Standard deviation of normal values over that of the half of them nearest the mean.
const WHOLE_OVER_HALF: f64 = 2.648;
/// Deviations from the mean of that half within which all values are asked.
const NEAR: f64 = 2.5;
/// Standard deviation of normal values over that of those so near the mean.
const WHOLE_OVER_NEAR: f64 = 1.048;
/// Standard deviation of what rounding to whole numbers adds.
const ROUNDING: f64 = 0.288_675;
/// Relative error of a mean.
const EPSILON: f64 = 1e-12;
/// Ways are at most so many radii long.
const MAX_WAY: f64 = 2.0;

/// How an adaptive brush takes voxels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adaptive {
    /// Standard deviations that a value may lie from the mean.
    pub tolerance: f64,
}

/// The change that an adaptive stroke makes to `labels`, by the values of `volume`, whose voxels lie
/// as `geometry` says. Each dab stands for itself: a stroke takes what its pieces take.
///
/// For every voxel that belongs `relabel` is given where it is and its label, and answers with the
/// new one, or with the same to leave it alone.
#[must_use]
pub fn adaptive_stroke(
    labels: &LabelMap,
    (volume, geometry): (&Volume, &Geometry),
    stroke: &BrushStroke,
    rule: Adaptive,
    relabel: impl Fn(VoxelIndex, Label) -> Label + Sync,
) -> LabelDelta {
    let mut masks: BTreeMap<BrickIndex, BrickMask> = BTreeMap::new();
    for point in dab_points(stroke) {
        let Some(patch) = Patch::new(volume, geometry, &dab(geometry, stroke, point)) else {
            continue;
        };
        for VoxelIndex(at) in patch.belonging(stroke.radius.0, rule) {
            let mask = masks
                .entry(BrickIndex::of(VoxelIndex(at)))
                .or_insert_with(|| Box::new([0; BRICK_EDGE * BRICK_EDGE]));
            let [i, j, k] = at.map(|n| n % BRICK_EDGE);
            mask[k * BRICK_EDGE + j] |= 1 << i;
        }
    }
    relabel_masked(labels, masks, relabel)
}

/// The corners of the path, and points between those that are far apart.
fn dab_points(stroke: &BrushStroke) -> impl Iterator<Item = PointLps> + '_ {
    let step = match stroke.shape {
        BrushShape::Flat(_, Rim::Square(_)) => SQUARE_STEP,
        BrushShape::Flat(_, Rim::Round) | BrushShape::Sphere => DAB_STEP,
    };
    let step = step * stroke.radius.0;
    let pieces = stroke.path.windows(2).flat_map(move |ends| {
        let way = ends[1] - ends[0];
        let n = (way.norm() / step).ceil().clamp(1.0, MAX_DABS);
        (1..=n as usize).map(move |at| ends[0] + way * (at as f64 / n))
    });
    stroke.path.first().copied().into_iter().chain(pieces)
}

/// Stored values under a dab, in a box around it; not a number beyond the dab and where there is none.
struct Patch {
    first: [usize; 3],
    size: [usize; 3],
    values: Vec<f64>,
    is_covered: Vec<bool>,
    middle: [usize; 3],
    /// Between the voxels along each axis, mm.
    step_mm: [f64; 3],
    /// Standard deviation of values that mean the same.
    least_deviation: f64,
}

/// What values in the middle are like.
struct Likeness {
    mean: f64,
    deviation: f64,
}

impl Likeness {
    /// `scale`: the deviation meant over that of `values`.
    fn of(values: impl Iterator<Item = f64> + Clone, scale: f64) -> Self {
        let n = values.clone().count() as f64;
        let mean = values.clone().sum::<f64>() / n;
        let squares = values.map(|value| (value - mean).powi(2)).sum::<f64>();
        let deviation = scale * (squares / n).sqrt();
        Self { mean, deviation }
    }
}

impl Patch {
    /// `None` where the middle is outside the image, or the brush covers nothing.
    fn new(volume: &Volume, geometry: &Geometry, Dab { middle, rows }: &Dab) -> Option<Self> {
        let VoxelIndex(middle) = (*middle)?;
        let mut first = middle;
        let mut last = middle;
        for &([low, high], j, k) in rows {
            first = [first[0].min(low), first[1].min(j), first[2].min(k)];
            last = [last[0].max(high), last[1].max(j), last[2].max(k)];
        }
        let size: [usize; 3] = std::array::from_fn(|axis| last[axis] - first[axis] + 1);
        let n_voxels = size.iter().product();
        let mut patch = Self {
            first,
            size,
            values: vec![f64::NAN; n_voxels],
            is_covered: vec![false; n_voxels],
            middle: std::array::from_fn(|axis| middle[axis] - first[axis]),
            step_mm: Axis::ALL.map(|axis| geometry.step(axis).norm()),
            least_deviation: match volume.voxels().scalar_type() {
                ScalarType::F32 | ScalarType::F64 => 0.0,
                _ => ROUNDING,
            },
        };
        let padding = volume.padding();
        with_voxels!(volume.voxels(), voxels => for &([low, high], j, k) in rows {
            let from = geometry.offset(VoxelIndex([low, j, k]));
            let to = patch.offset([low - first[0], j - first[1], k - first[2]]);
            for (n, stored) in voxels[from..=from + high - low].iter().enumerate() {
                let stored = annotomy_volume::volume::Scalar::to_f64(*stored);
                patch.is_covered[to + n] = true;
                if !padding.is_some_and(|padding| padding.holds(stored)) {
                    patch.values[to + n] = stored;
                }
            }
        });
        (!rows.is_empty()).then_some(patch)
    }

    const fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.size[1] + j) * self.size[0] + i
    }

    fn place(&self, offset: usize) -> [usize; 3] {
        let [n_i, n_j, _] = self.size;
        [offset % n_i, offset / n_i % n_j, offset / (n_i * n_j)]
    }

    /// The voxels that belong to the middle.
    fn belonging(&self, radius: f64, rule: Adaptive) -> impl Iterator<Item = VoxelIndex> + '_ {
        let likeness = self.likeness(radius);
        let is_taken = likeness.map(|likeness| {
            let mut is_taken = self.reached(&likeness, MAX_WAY * radius, rule);
            self.close(&mut is_taken);
            is_taken
        });
        let is_taken = is_taken.unwrap_or_default();
        let taken = is_taken.into_iter().enumerate();
        taken.filter(|(_, is_taken)| *is_taken).map(|(offset, _)| {
            let at = self.place(offset);
            VoxelIndex(std::array::from_fn(|axis| self.first[axis] + at[axis]))
        })
    }

    /// `None` where there are no values in the middle.
    fn likeness(&self, radius: f64) -> Option<Likeness> {
        let mut beside: Vec<f64> = self.beside_middle().map(|at| self.values[at]).collect();
        beside.retain(|value| value.is_finite());
        beside.sort_unstable_by(f64::total_cmp);
        let own = *beside.get(beside.len() / 2)?;
        let reach = CORE_SHARE * radius;
        let core = (0..self.values.len()).filter(|&at| self.distance_mm(at) <= reach);
        let mut core: Vec<f64> = core.map(|at| self.values[at]).collect();
        core.retain(|value| value.is_finite());
        if core.len() < beside.len() {
            core = beside;
        }
        core.sort_unstable_by(|a, b| (a - own).abs().total_cmp(&(b - own).abs()));
        let half = core.len().div_ceil(2);
        let half = Likeness::of(core[..half].iter().copied(), WHOLE_OVER_HALF);
        let is_near = |value: &f64| (value - half.mean).abs() <= NEAR * half.deviation;
        let near = core.iter().copied().filter(is_near);
        let Likeness { mean, deviation } = Likeness::of(near, WHOLE_OVER_NEAR);
        let least = self.least_deviation.max(EPSILON * mean.abs());
        Some(Likeness {
            mean,
            deviation: deviation.max(least),
        })
    }

    /// Offsets of the middle and of the voxels around it.
    fn beside_middle(&self) -> impl Iterator<Item = usize> + '_ {
        let [i, j, k] = std::array::from_fn(|axis| {
            let at = self.middle[axis];
            at.saturating_sub(1)..=(at + 1).min(self.size[axis] - 1)
        });
        k.flat_map(move |k| {
            let i = i.clone();
            j.clone()
                .flat_map(move |j| i.clone().map(move |i| [i, j, k]))
        })
        .map(|at| self.offset(at))
    }

    /// From the middle.
    fn distance_mm(&self, offset: usize) -> f64 {
        let at = self.place(offset);
        let squares = (0..3)
            .map(|axis| (at[axis].abs_diff(self.middle[axis]) as f64 * self.step_mm[axis]).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// The voxels to which short ways lead through values like those in the middle.
    fn reached(&self, likeness: &Likeness, longest: f64, rule: Adaptive) -> Vec<bool> {
        let most = rule.tolerance * likeness.deviation;
        // From 0 to 1; more, or no number, of those that are unlike.
        let unlikeness = |at: usize| (self.values[at] - likeness.mean).abs() / most;
        let mut ways = vec![f64::INFINITY; self.values.len()];
        let mut open = BinaryHeap::new();
        for at in self.beside_middle().filter(|&at| unlikeness(at) <= 1.0) {
            ways[at] = 0.0;
            open.push(Reverse((0_u64, at)));
        }
        while let Some(Reverse((bits, at))) = open.pop() {
            let way = f64::from_bits(bits);
            if way > ways[at] {
                continue;
            }
            for (side, step) in self.sides(at) {
                let unlike = unlikeness(side);
                let through = way + step * unlike.mul_add(unlike, 1.0);
                if unlike <= 1.0 && through <= longest && through < ways[side] {
                    ways[side] = through;
                    open.push(Reverse((through.to_bits(), side)));
                }
            }
        }
        ways.iter().map(|way| way.is_finite()).collect()
    }

    /// Takes single voxels all of whose sides are taken: noise leaves no holes.
    fn close(&self, is_taken: &mut [bool]) {
        let holes: Vec<usize> = (0..is_taken.len())
            .filter(|&at| self.is_covered[at] && !is_taken[at])
            .filter(|&at| {
                let sides = || self.sides(at).filter(|(side, _)| self.is_covered[*side]);
                sides().count() > 2 && sides().all(|(side, _)| is_taken[side])
            })
            .collect();
        for at in holes {
            is_taken[at] = true;
        }
    }

    /// The voxels that share a face with one, and how far they are.
    fn sides(&self, offset: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let at = self.place(offset);
        let strides = [1, self.size[0], self.size[0] * self.size[1]];
        (0..3).flat_map(move |axis| {
            let before = (at[axis] > 0).then(|| offset - strides[axis]);
            let after = (at[axis] + 1 < self.size[axis]).then(|| offset + strides[axis]);
            let step = self.step_mm[axis];
            before
                .into_iter()
                .chain(after)
                .map(move |side| (side, step))
        })
    }
}
