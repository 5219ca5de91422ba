//! Fast marching (Sethian, PNAS 93 (1996) 1591): when a front that starts at seeds arrives at each
//! voxel of a box, by the first-order upwind scheme that ITK's FastMarchingImageFilter has.
//!
//! Voxels are settled one after the other, the earliest first, so that nothing depends on threads.
//! A label goes with its front: a voxel takes that of the front that is there first, and each front
//! arrives as if it were alone.

use crate::labelled::LabelBox;
use crate::seeds::queue::Queue;
use crate::spacing::Spacing;
use crate::steps::{CHUNK, Cancelled, Steps, filled, look};
use annotomy_volume::labels::Label;
use annotomy_volume::progress::Progress;

/// Voxels settled between two looks at whether to go on.
const CHECK_EVERY: usize = 1 << 14;

/// Fronts on their way through a box.
pub(super) struct March<'a> {
    labels: &'a mut LabelBox,
    /// Time that a millimetre takes at each voxel; infinite where no front goes.
    slowness: &'a [f32],
    /// Along i, j and k the millimetres from each voxel to the next.
    steps: [Vec<f64>; 3],
    times: Vec<f32>,
    is_settled: Vec<bool>,
}

/// When fronts arrived.
pub(super) struct Marched {
    /// At each voxel of the box, i fastest; infinite where none did.
    pub(super) times: Vec<f32>,
    /// The same in the order of their arrival, the seeds first, without those that none reached.
    pub(super) in_order: Vec<f32>,
}

/// Sends fronts from all labelled voxels of a box at once; they take their labels with them.
pub(super) fn march(
    labels: &mut LabelBox,
    slowness: &[f32],
    spacing: &Spacing,
    progress: &dyn Progress,
) -> Result<Marched, Cancelled> {
    let region = labels.region;
    let steps = [0, 1, 2].map(|axis| {
        let line = spacing.line(axis, region.min[axis]..=region.max[axis]);
        let pairs = line.at.windows(2);
        let mm = pairs.map(|pair| f64::from(line.squared(pair[0], pair[1])).sqrt());
        mm.collect()
    });
    let n_voxels = labels.labels.len();
    let march = March {
        labels,
        slowness,
        steps,
        times: filled(n_voxels, f32::INFINITY, progress)?,
        is_settled: vec![false; n_voxels],
    };
    march.run(progress)
}

impl March<'_> {
    fn run(mut self, progress: &dyn Progress) -> Result<Marched, Cancelled> {
        let n_voxels = self.times.len();
        let steps = Steps::new(progress, n_voxels.div_ceil(CHECK_EVERY));
        let mut queue = Queue::new();
        for at in 0..n_voxels {
            if at % CHUNK == 0 {
                look(progress)?;
            }
            if self.labels.labels[at] != 0 {
                self.times[at] = 0.0;
                queue.push(0, at as u32);
            }
        }
        let mut in_order = Vec::new();
        let mut batch = Vec::new();
        // Times are not negative: their bits ascend as they do.
        while let Some(now) = queue.take(&mut batch, |voxel| self.times[voxel as usize].to_bits()) {
            for &at in &batch {
                self.is_settled[at as usize] = true;
                in_order.push(f32::from_bits(now));
                if in_order.len() % CHECK_EVERY == 0 {
                    steps.step()?;
                }
            }
            for &at in &batch {
                let label = self.labels.labels[at as usize];
                for next in self.labels.beside(at as usize).into_iter().flatten() {
                    let is_open = !self.is_settled[next] && !self.labels.is_closed(next);
                    if is_open && self.slowness[next].is_finite() {
                        self.reach(next, (label, now), &mut queue);
                    }
                }
            }
        }
        Ok(Marched {
            times: self.times,
            in_order,
        })
    }

    /// The time at a voxel by those of its settled neighbours with a label: from the earliest on, each
    /// axis that makes it earlier counts.
    fn reach(&mut self, at: usize, (label, now): (Label, u32), queue: &mut Queue) {
        let mut ways = self.ways_to(at, label);
        ways.sort_by(|a, b| a.time.total_cmp(&b.time));
        let slowness = f64::from(self.slowness[at]);
        let first = ways[0];
        let (mut a, mut b, mut c) = (0.0, 0.0, -slowness * slowness);
        let mut since_first = f64::INFINITY;
        for way in ways {
            let time = way.time - first.time;
            if !time.is_finite() || since_first < time {
                break;
            }
            let per_square = 1.0 / (way.mm * way.mm);
            a += per_square;
            b += time * per_square;
            c += time * time * per_square;
            since_first = (b + (b * b - a * c).max(0.0).sqrt()) / a;
        }
        // Rounding to single precision must not lead back in time.
        let time = ((first.time + since_first) as f32).max(f32::from_bits(now));
        if time < self.times[at] {
            self.times[at] = time;
            self.labels.labels[at] = label;
            queue.push(time.to_bits(), at as u32);
        }
    }

    /// Along each axis the settled neighbour where the front of a label was first.
    fn ways_to(&self, at: usize, label: Label) -> [Way; 3] {
        let [n_i, n_j, _] = self.labels.size;
        let place = [at % n_i, at / n_i % n_j, at / (n_i * n_j)];
        let beside = self.labels.beside(at);
        [(2, 3), (1, 4), (0, 5)].map(|(before, after)| {
            let axis = after - 3;
            let way = |next: Option<usize>, step: usize| {
                let from = next
                    .filter(|&next| self.is_settled[next] && self.labels.labels[next] == label)?;
                let time = f64::from(self.times[from]);
                let mm = self.steps[axis][step];
                Some(Way { time, mm })
            };
            let before = way(beside[before], place[axis].wrapping_sub(1));
            let after = way(beside[after], place[axis]);
            match (before, after) {
                (Some(a), Some(b)) => {
                    if b.time < a.time {
                        b
                    } else {
                        a
                    }
                }
                (a, b) => a.or(b).unwrap_or(Way::NONE),
            }
        })
    }
}

/// A neighbour from which a front comes.
#[derive(Debug, Clone, Copy)]
struct Way {
    time: f64,
    mm: f64,
}

impl Way {
    const NONE: Self = Self {
        time: f64::INFINITY,
        mm: 1.0,
    };
}
