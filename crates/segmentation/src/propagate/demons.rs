//! Where the pixels of a slice come from in the slice before: a dense registration by demons
//! (Thirion, Medical Image Analysis 2 (1998) 243), with the mean of both gradients as Vercauteren et
//! al. have it (NeuroImage 45 (2009) S61), coarse to fine, in millimetres.
//!
//! Each iteration is smoothed as a fluid, and the whole displacement as a membrane. All is serial
//! and of sums and products: the same on any machine and any number of threads.

use super::plane::Plane;
use crate::gaussian::Kernel;
use crate::steps::Cancelled;
use annotomy_volume::progress::Progress;

/// Levels of resolution, each of half the one before.
const N_LEVELS: usize = 3;
/// Pixels of a side of the coarsest level at least.
const SHORTEST: usize = 8;
const N_ITERATIONS: usize = 40;
/// Standard deviations of what smooths an iteration and the displacement, in pixels of the mean size.
const FLUID: f32 = 1.0;
const MEMBRANE: f32 = 1.5;
/// Pixels that an iteration moves at most, and what counts as standing still.
const LONGEST_MOVE: f32 = 0.5;
const STILL: f32 = 0.005;
/// Squared slopes below this say nothing.
const FLAT: f32 = 1e-9;

/// For each pixel of a slice, in mm along both axes, how far away it is found in another.
#[derive(Debug, Clone)]
pub(super) struct Displacement {
    parts: [Plane; 2],
}

impl Displacement {
    /// The displacement after which `before` looks most like `now`.
    pub(super) fn find(
        before: &Plane,
        now: &Plane,
        mm: [f32; 2],
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let scale = 1.0 / spread(before).max(spread(now)).max(f32::MIN_POSITIVE);
        let scaled = |plane: &Plane| {
            let values = plane.values.iter().map(|value| value * scale);
            Plane {
                size: plane.size,
                values: values.collect(),
            }
        };
        let mut levels = vec![[scaled(before), scaled(now)]];
        while levels.len() < N_LEVELS {
            let [before, now] = &levels[levels.len() - 1];
            if before.size.iter().any(|&n| n / 2 < SHORTEST) {
                break;
            }
            let kernels = kernels(mm, 1.0);
            let coarser = [before, now].map(|plane| plane.blurred(&kernels).halved());
            levels.push(coarser);
        }
        let mut found = None::<Self>;
        for (n, [before, now]) in levels.iter().enumerate().rev() {
            let mm = mm.map(|mm| mm * (1 << n) as f32);
            let start = match found {
                Some(coarser) => coarser.doubled(before.size),
                None => Self {
                    parts: [0; 2].map(|_| Plane::zero(before.size)),
                },
            };
            found = Some(start.improved([before, now], mm, progress)?);
        }
        Ok(found.unwrap_or(Self {
            parts: [0; 2].map(|_| Plane::zero(before.size)),
        }))
    }

    fn doubled(&self, size: [usize; 2]) -> Self {
        let parts = self.parts.each_ref().map(|part| part.doubled(size));
        Self { parts }
    }

    /// Numbers of the other slice as they are found from this one.
    pub(super) fn warped(&self, plane: &Plane, mm: [f32; 2]) -> Plane {
        Plane::of(plane.size, |place| {
            let from = |n: usize| place[n] as f32 + self.parts[n].at(place) / mm[n];
            plane.between([from(0), from(1)])
        })
    }

    fn improved(
        mut self,
        [before, now]: [&Plane; 2],
        mm: [f32; 2],
        progress: &dyn Progress,
    ) -> Result<Self, Cancelled> {
        let [fluid, membrane] = [FLUID, MEMBRANE].map(|pixels| kernels(mm, pixels));
        let pixel = 0.5 * (mm[0] * mm[0] + mm[1] * mm[1]);
        for _ in 0..N_ITERATIONS {
            if progress.is_cancelled() {
                return Err(Cancelled);
            }
            let warped = self.warped(before, mm);
            let mut moves = [0; 2].map(|_| Plane::zero(now.size));
            for at in 0..now.values.len() {
                let place = [at % now.size[0], at / now.size[0]];
                let (a, b) = (now.slope(place, mm), warped.slope(place, mm));
                let slope = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
                let difference = now.values[at] - warped.values[at];
                let squared = slope[0] * slope[0] + slope[1] * slope[1];
                let below = squared + difference * difference / pixel;
                if below <= FLAT {
                    continue;
                }
                let step = slope.map(|slope| difference * slope / below);
                let pixels = ((step[0] / mm[0]).powi(2) + (step[1] / mm[1]).powi(2)).sqrt();
                let kept = (LONGEST_MOVE / pixels.max(LONGEST_MOVE)).min(1.0);
                for (part, step) in moves.iter_mut().zip(step) {
                    part.values[at] = kept * step;
                }
            }
            let before_move = self.parts.clone();
            for (part, step) in self.parts.iter_mut().zip(&moves) {
                let step = step.blurred(&fluid);
                let sums = part.values.iter_mut().zip(&step.values);
                sums.for_each(|(all, step)| *all += step);
                *part = part.blurred(&membrane);
            }
            let pairs = self.parts.iter().zip(&before_move).zip(mm);
            let furthest = pairs.map(|((after, before), mm)| {
                let pairs = after.values.iter().zip(&before.values);
                pairs.fold(0.0_f32, |most, (a, b)| most.max((a - b).abs() / mm))
            });
            if furthest.fold(0.0, f32::max) < STILL {
                break;
            }
        }
        Ok(self)
    }
}

/// Gaussians as wide as so many pixels of the mean size, along both axes.
pub(super) fn kernels(mm: [f32; 2], pixels: f32) -> [Kernel; 2] {
    let sigma = f64::from(pixels * (mm[0] * mm[1]).sqrt());
    mm.map(|mm| Kernel::new(sigma / f64::from(mm)))
}

/// The standard deviation of a plane's values.
fn spread(plane: &Plane) -> f32 {
    let n = plane.values.len().max(1) as f64;
    let all = || plane.values.iter().map(|&value| f64::from(value));
    let mean = all().sum::<f64>() / n;
    let squares = all().map(|value| (value - mean) * (value - mean));
    (squares.sum::<f64>() / n).sqrt() as f32
}
