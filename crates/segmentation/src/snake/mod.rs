//! Active contours: a closed surface that moves by an image until it fits, as ITK-SNAP has it.
//!
//! The surface is where a function of signed distance, negative inside, is zero. It moves along its
//! normal by a speed image and is kept smooth by its curvature, both in true millimetres, so that a
//! sphere stays a sphere where slices are thick: Yushkevich et al. 2006 (region competition of Zhu
//! and Yuille, and the geodesic contours of Caselles, Kimmel and Sapiro). Only voxels beside the
//! surface are computed, after Whitaker's sparse fields (IJCV 1998). The time step follows from what
//! is fastest. All is sums, products and roots: the same input gives the same bytes on any machine
//! and any number of threads.

mod band;
mod classifier;
mod clusters;
mod edges;
mod extend;
mod history;
mod mixture;
mod motion;
mod rates;
mod speed;
mod start;

pub use classifier::classifier_speed;
pub use clusters::{MixtureError, cluster_speed, fit_mixture};
pub use edges::{EdgeSpeed, edge_speed};
pub use mixture::{Class, Mixture};
pub use motion::Motion;
pub use speed::{Speed, ThresholdSpeed, threshold_speed};
pub use start::{Bubble, Start};

use crate::mask::Mask;
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::progress::Progress;
use band::Band;
use history::History;
use std::sync::Arc;
use thiserror::Error;

/// A contour cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SnakeError {
    /// No voxel of the box is inside, or all are.
    #[error("a contour begins with some voxels of its box, not none and not all")]
    NoSurface,
    /// More voxels than can be counted.
    #[error("a box of {n_voxels} voxels is too large for a contour")]
    TooLarge {
        /// Voxels of the box.
        n_voxels: usize,
    },
    /// The work was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A weight of its motion is no finite number.
    #[error("propagation, curvature and advection are finite, and curvature is not negative")]
    NoMotion,
}

/// A contour on its way.
#[derive(Debug)]
pub struct Snake {
    grid: [usize; 3],
    speed: Arc<Speed>,
    motion: Motion,
    band: Band,
    history: History,
}

impl Snake {
    /// A contour at its start, in the box of a speed image. Slices that are unevenly spaced count as
    /// if all were at their mean distance.
    ///
    /// # Errors
    /// [`SnakeError`].
    pub fn new(
        start: &Start<'_>,
        (grid, spacing): ([usize; 3], &Spacing),
        speed: Arc<Speed>,
        motion: Motion,
        progress: &dyn Progress,
    ) -> Result<Self, SnakeError> {
        if !motion.is_valid() {
            return Err(SnakeError::NoMotion);
        }
        let size = speed.size();
        let n_voxels = size.iter().product::<usize>();
        if n_voxels >= u32::MAX as usize {
            return Err(SnakeError::TooLarge { n_voxels });
        }
        let region = speed.region();
        let mm = [0, 1, 2].map(|axis| spacing.mean(axis, region.min[axis]..=region.max[axis]));
        let levels = start.levels(region, mm, progress)?;
        let band = Band::new(size, mm, levels, progress)?;
        if band.is_still() {
            return Err(SnakeError::NoSurface);
        }
        let history = History::new(&band);
        Ok(Self {
            grid,
            speed,
            motion,
            band,
            history,
        })
    }

    /// Moves on. When it is cancelled the contour stays after the last whole iteration.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn advance(
        &mut self,
        n_iterations: usize,
        progress: &dyn Progress,
    ) -> Result<(), Cancelled> {
        let steps = Steps::new(progress, n_iterations);
        for _ in 0..n_iterations {
            steps.check()?;
            self.band.advance(&self.speed, self.motion);
            self.history.keep(&self.band);
            steps.step()?;
        }
        Ok(())
    }

    /// Goes back to an earlier iteration, exactly as it was; a later one changes nothing.
    pub fn back_to(&mut self, iteration: usize) {
        if iteration >= self.band.iteration() {
            return;
        }
        self.history.restore(iteration, &mut self.band);
        while self.band.iteration() < iteration {
            self.band.advance(&self.speed, self.motion);
        }
    }

    /// Iterations since the start.
    #[must_use]
    pub const fn iteration(&self) -> usize {
        self.band.iteration()
    }

    /// The time that has passed: a surface at speed 1 moves so many millimetres.
    #[must_use]
    pub const fn time(&self) -> f64 {
        self.band.time()
    }

    /// Whether nothing is left that can move.
    #[must_use]
    pub fn is_still(&self) -> bool {
        self.band.is_still()
    }

    /// The voxels inside.
    #[must_use]
    pub fn mask(&self) -> Mask {
        Mask::from_box(
            self.grid,
            self.speed.region(),
            self.band.levels(),
            |level| level < 0.0,
        )
    }
}
