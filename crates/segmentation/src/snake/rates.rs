//! How fast distances change beside a surface: propagation and advection upwind, curvature by central
//! differences (Sethian, "Level Set Methods and Fast Marching Methods", 1999, chapter 6).
//!
//! The speed is that of the nearest place on the surface: then neighbours on both sides of it move
//! alike, and distances stay distances.

use super::band::Levels;
use super::motion::Motion;
use super::speed::{ONE, Speed};

/// Squared lengths of a gradient, by central differences, of what is no ridge.
const SMOOTH: std::ops::Range<f32> = 0.5..2.0;

/// Differences of distances around a voxel, per mm.
struct Differences {
    below: [f32; 3],
    above: [f32; 3],
    central: [f32; 3],
    second: [f32; 3],
    /// Across (j, k), (k, i) and (i, j).
    mixed: [f32; 3],
}

/// A speed and how it changes, per mm.
struct Here {
    speed: f32,
    gradient: [f32; 3],
}

impl Levels<'_> {
    /// Change per unit of time at a voxel beside the surface, and the inverse of the longest time
    /// step that is stable there.
    pub(super) fn rate(&self, at: u32, speed: &Speed, motion: Motion) -> [f32; 2] {
        let at = at as usize;
        let place = self.grid.place(at);
        let d = self.differences(at, place);
        let squared: f32 = d.central.iter().map(|c| c * c).sum();
        let [propagation, curvature, advection] = motion.weights().map(|weight| weight as f32);
        let foot = self.foot(at, place, &d, squared);
        let here = self.sampled(speed, foot, advection != 0.0);
        let outwards = propagation * here.speed;
        let bending = match motion {
            Motion::Regions { .. } => curvature,
            Motion::Edges { .. } => curvature * here.speed.max(0.0),
        };
        let per_mm = self.grid.mm.map(|mm| 1.0 / mm);
        let per_mm2: f32 = per_mm.iter().map(|x| x * x).sum();
        let mut rate = bending * d.curvature(squared, self.grid.mm)
            - outwards * d.length(squared, outwards > 0.0);
        let mut bound = outwards.abs() * per_mm2.sqrt() + 2.0 * bending * per_mm2;
        for (axis, per_mm) in per_mm.into_iter().enumerate() {
            // The surface moves down the gradient of the speed.
            let velocity = -advection * here.gradient[axis];
            let upwind = if velocity > 0.0 {
                d.below[axis]
            } else {
                d.above[axis]
            };
            rate -= velocity * upwind;
            bound += velocity.abs() * per_mm;
        }
        [rate, bound]
    }

    fn differences(&self, at: usize, place: [usize; 3]) -> Differences {
        let level = |at: usize| self.levels[at];
        let (here, mm) = (level(at), self.grid.mm);
        let beside = self.grid.beside(place);
        let ends = beside.map(|[below, above]| [level(at - below), level(at + above)]);
        let of = |difference: &dyn Fn(usize) -> f32| std::array::from_fn(difference);
        let mixed = |axis: usize| {
            let (one, other) = ((axis + 1) % 3, (axis + 2) % 3);
            let ([a, b], [c, d]) = (beside[one], beside[other]);
            let sum = level(at + b + d) - level(at + b - c) - level(at - a + d) + level(at - a - c);
            sum / (4.0 * mm[one] * mm[other])
        };
        Differences {
            below: of(&|n| (here - ends[n][0]) / mm[n]),
            above: of(&|n| (ends[n][1] - here) / mm[n]),
            central: of(&|n| (ends[n][1] - ends[n][0]) / (2.0 * mm[n])),
            second: of(&|n| (ends[n][1] - 2.0 * here + ends[n][0]) / (mm[n] * mm[n])),
            mixed: of(&mixed),
        }
    }

    /// The place on the surface that is nearest to a voxel, at most a voxel away.
    fn foot(&self, at: usize, place: [usize; 3], d: &Differences, squared: f32) -> [f32; 3] {
        let per_slope = if squared > 0.0 {
            self.levels[at] / squared
        } else {
            0.0
        };
        std::array::from_fn(|n| {
            let away = (per_slope * d.central[n] / self.grid.mm[n]).clamp(-1.0, 1.0);
            (place[n] as f32 - away).clamp(0.0, (self.grid.size[n] - 1) as f32)
        })
    }

    /// The speed between voxels, and if it is wanted its gradient: central differences at both ends of
    /// each axis, one-sided ones at the border.
    fn sampled(&self, speed: &Speed, at: [f32; 3], with_gradient: bool) -> Here {
        let size = self.grid.size;
        let low: [usize; 3] =
            std::array::from_fn(|n| (at[n] as usize).min(size[n].saturating_sub(2)));
        let part: [f32; 3] = std::array::from_fn(|n| at[n] - low[n] as f32);
        let values = speed.values();
        // Before, at and after both ends.
        let places: [[usize; 4]; 3] = std::array::from_fn(|n| {
            let last = size[n] - 1;
            let high = (low[n] + 1).min(last);
            [low[n].saturating_sub(1), low[n], high, (high + 1).min(last)]
        });
        let offsets: [[usize; 4]; 3] =
            std::array::from_fn(|n| places[n].map(|place| place * self.grid.strides[n]));
        let value = |at: usize| f32::from(values[at]);
        // Across an axis, at one place along it.
        let across = |axis: usize, along: usize| {
            let (one, other) = ((axis + 1) % 3, (axis + 2) % 3);
            let ([_, b0, b1, _], [_, c0, c1, _]) = (offsets[one], offsets[other]);
            let row = |c: usize| mix(value(along + b0 + c), value(along + b1 + c), part[one]);
            mix(row(c0), row(c1), part[other])
        };
        let ends = |axis: usize| {
            let [_, low, high, _] = offsets[axis];
            [across(axis, low), across(axis, high)]
        };
        let [low, high] = ends(0);
        let mut here = Here {
            speed: mix(low, high, part[0]) / ONE,
            gradient: [0.0; 3],
        };
        if with_gradient {
            for axis in 0..3 {
                let [low, high] = if axis == 0 { [low, high] } else { ends(axis) };
                let [before, _, _, after] = offsets[axis];
                let (before, after) = (across(axis, before), across(axis, after));
                let [p0, p1, p2, p3] = places[axis];
                let mm = |n_steps: usize| n_steps.max(1) as f32 * self.grid.mm[axis] * ONE;
                let slopes = [(high - before) / mm(p2 - p0), (after - low) / mm(p3 - p1)];
                here.gradient[axis] = mix(slopes[0], slopes[1], part[axis]);
            }
        }
        here
    }
}

fn mix(low: f32, high: f32, part: f32) -> f32 {
    low + part * (high - low)
}

impl Differences {
    /// The gradient's length as a front sees it that moves outwards, or inwards: that of a distance,
    /// 1, but at ridges, where it is taken upwind.
    fn length(&self, squared: f32, outwards: bool) -> f32 {
        if SMOOTH.contains(&squared) {
            return 1.0;
        }
        let squared = self.below.iter().zip(&self.above).map(|(&below, &above)| {
            let (below, above) = match outwards {
                true => (below.max(0.0), above.min(0.0)),
                false => (below.min(0.0), above.max(0.0)),
            };
            below * below + above * above
        });
        squared.sum::<f32>().sqrt()
    }

    /// The sum of both principal curvatures times the gradient's length; positive on a ball. No
    /// sharper than a ball of a voxel's width.
    fn curvature(&self, squared: f32, mm: [f32; 3]) -> f32 {
        if squared < 1e-6 {
            return 0.0;
        }
        let mut sum = 0.0;
        for n in 0..3 {
            let (one, other) = ((n + 1) % 3, (n + 2) % 3);
            let c = &self.central;
            sum +=
                self.second[n] * (squared - c[n] * c[n]) - 2.0 * c[one] * c[other] * self.mixed[n];
        }
        let most = 4.0 / mm.into_iter().reduce(f32::min).unwrap_or(1.0);
        (sum / squared).clamp(-most, most)
    }
}
