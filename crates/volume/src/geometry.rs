//! Where a grid of voxels lies in the patient.

use crate::slice_track::SliceTrack;
use crate::space::{Axis, ContinuousIndex, PointLps, VectorLps, VoxelIndex};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use thiserror::Error;

/// Determinants below this fraction of the product of the column lengths count as singular.
const SINGULAR_TOLERANCE: f64 = 1e-6;

/// Why a geometry cannot exist.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum GeometryError {
    /// An axis has no voxels.
    #[error("the grid is empty: {0:?} voxels")]
    Empty([usize; 3]),
    /// More voxels than memory can address.
    #[error("the grid is too large: {0:?} voxels")]
    TooLarge([usize; 3]),
    /// An entry of the affine is NaN or infinite.
    #[error("the index to patient transform has a value that is not finite")]
    NotFinite,
    /// The affine maps the grid onto a plane, a line or a point.
    #[error("the index to patient transform is singular: the three axes do not span space")]
    Singular,
    /// Slices do not follow each other in one direction.
    #[error("slice {0} does not lie beyond the one before it")]
    Unordered(usize),
}

/// An affine map from index space to patient space, or back.
///
/// Column `n` of the linear part is the step of one voxel along axis `n`, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Affine {
    /// Linear part by rows.
    pub linear: [[f64; 3]; 3],
    /// Image of the origin.
    pub translation: [f64; 3],
}

impl Affine {
    /// From the steps of one voxel along i, j, k and the centre of voxel (0, 0, 0).
    #[must_use]
    pub fn from_steps(steps: [VectorLps; 3], origin: PointLps) -> Self {
        Self {
            linear: std::array::from_fn(|row| std::array::from_fn(|col| steps[col].0[row])),
            translation: origin.0,
        }
    }

    /// As a 4x4 matrix by rows, the last row 0 0 0 1.
    #[must_use]
    pub fn rows(&self) -> [[f64; 4]; 4] {
        let row = |n: usize| {
            let [a, b, c] = self.linear[n];
            [a, b, c, self.translation[n]]
        };
        [row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]]
    }

    pub(crate) fn apply(&self, p: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|row| {
            let [a, b, c] = self.linear[row];
            a * p[0] + b * p[1] + c * p[2] + self.translation[row]
        })
    }

    /// What becomes of a displacement.
    pub(crate) fn apply_to_step(&self, step: VectorLps) -> [f64; 3] {
        let unmoved = Self {
            translation: [0.0; 3],
            ..*self
        };
        unmoved.apply(step.0)
    }

    fn column(&self, col: usize) -> VectorLps {
        VectorLps(std::array::from_fn(|row| self.linear[row][col]))
    }

    pub(crate) fn inverse(&self) -> Result<Self, GeometryError> {
        let finite = self.linear.iter().flatten().chain(&self.translation);
        if !finite.into_iter().all(|x| x.is_finite()) {
            return Err(GeometryError::NotFinite);
        }
        let [a, b, c] = [0, 1, 2].map(|col| self.column(col));
        // Of a step whose square has no digits nothing can be computed.
        let is_measurable = [a, b, c].iter().all(|step| step.dot(*step).is_normal());
        let determinant = a.dot(b.cross(c));
        let scale = a.norm() * b.norm() * c.norm();
        if !is_measurable
            || !determinant.is_finite()
            || determinant.abs() <= SINGULAR_TOLERANCE * scale
        {
            return Err(GeometryError::Singular);
        }
        let linear = [b.cross(c), c.cross(a), a.cross(b)].map(|row| (row * (1.0 / determinant)).0);
        let unmoved = Self {
            linear,
            translation: [0.0; 3],
        };
        let translation = unmoved.apply(self.translation).map(|x| -x);
        if !linear
            .iter()
            .flatten()
            .chain(&translation)
            .all(|x| x.is_finite())
        {
            return Err(GeometryError::Singular);
        }
        Ok(Self {
            linear,
            translation,
        })
    }
}

/// A grid of voxels in the patient: its size and where each index lies.
///
/// A geometry that exists is not empty and its transform is invertible. Slices are parallel to each
/// other; where they follow one line in even steps, the transform is affine, possibly oblique,
/// sheared (gantry tilt) and of either handedness. Where they do not (uneven distances, missing
/// slices, slices shifted sideways), each lies where it was acquired, and between two neighbours
/// the transform is affine.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    size: [usize; 3],
    lps_from_index: Affine,
    index_from_lps: Affine,
    /// None where slices follow one line in even steps.
    track: Option<Arc<SliceTrack>>,
}

impl Geometry {
    /// A grid of `size` (i, j, k) voxels.
    ///
    /// # Errors
    /// [`GeometryError`] if the grid is empty or too large, or the transform not invertible.
    pub fn new(size: [usize; 3], lps_from_index: Affine) -> Result<Self, GeometryError> {
        if size.contains(&0) {
            return Err(GeometryError::Empty(size));
        }
        let [ni, nj, nk] = size;
        ni.checked_mul(nj)
            .and_then(|n| n.checked_mul(nk))
            .filter(|n| isize::try_from(n.saturating_mul(8)).is_ok())
            .ok_or(GeometryError::TooLarge(size))?;
        let index_from_lps = lps_from_index.inverse()?;
        Ok(Self {
            size,
            lps_from_index,
            index_from_lps,
            track: None,
        })
    }

    /// Slices of `size` (i, j) voxels with their first voxels' centres at `origins`, in the order
    /// of k; `steps` are those along i and j.
    ///
    /// # Errors
    /// [`GeometryError`] if there is no slice, the slices do not follow each other along their
    /// normal, or the grid is one that cannot exist.
    pub fn from_slices(
        size: [usize; 2],
        steps: [VectorLps; 2],
        origins: &[PointLps],
    ) -> Result<Self, GeometryError> {
        let [along_i, along_j] = steps;
        let size = [size[0], size[1], origins.len()];
        let (Some(&first), Some(&last)) = (origins.first(), origins.last()) else {
            return Err(GeometryError::Empty(size));
        };
        let along_k = match origins.len() {
            1 => along_i
                .cross(along_j)
                .normalized()
                .ok_or(GeometryError::Singular)?,
            n => (last - first) * (1.0 / (n - 1) as f64),
        };
        let mean = Affine::from_steps([along_i, along_j, along_k], first);
        let straight = Self::new(size, mean)?;
        let track = SliceTrack::new(straight.normal(), steps, origins)?;
        Ok(Self {
            track: (!track.is_straight()).then(|| Arc::new(track)),
            ..straight
        })
    }

    /// Whether slices follow one line in even steps, so that the transform is affine.
    #[must_use]
    pub const fn is_straight(&self) -> bool {
        self.track.is_none()
    }

    /// The same grid with its slices, as many, in even steps from the first to the last.
    #[must_use]
    pub fn straightened(&self) -> Self {
        Self {
            track: None,
            ..self.clone()
        }
    }

    /// Where the first voxel of each slice lies, if slices do not follow one line in even steps.
    #[must_use]
    pub fn slice_origins(&self) -> Option<&[PointLps]> {
        self.track().map(SliceTrack::origins)
    }

    pub(crate) fn track(&self) -> Option<&SliceTrack> {
        self.track.as_deref()
    }

    /// Voxels along i, j, k.
    #[must_use]
    pub const fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Voxels in all.
    #[must_use]
    pub const fn n_voxels(&self) -> usize {
        self.size[0] * self.size[1] * self.size[2]
    }

    /// Patient millimetres from index; where slices do not follow one line in even steps, that of
    /// the [straightened](Self::straightened) grid.
    #[must_use]
    pub const fn lps_from_index(&self) -> &Affine {
        &self.lps_from_index
    }

    /// Centre of voxel (0, 0, 0).
    #[must_use]
    pub const fn origin(&self) -> PointLps {
        PointLps(self.lps_from_index.translation)
    }

    /// Unit vector across the slices, toward higher k.
    #[must_use]
    pub fn normal(&self) -> VectorLps {
        // The third row of the inverse is orthogonal to i and j, and grows with k.
        let across = VectorLps(self.index_from_lps.linear[2]);
        across * (1.0 / across.norm())
    }

    /// The step of one voxel along `axis`; along k the mean.
    #[must_use]
    pub fn step(&self, axis: Axis) -> VectorLps {
        self.lps_from_index.column(axis.position())
    }

    /// Distances between neighbouring voxel centres along i, j, k, in millimetres; along k the mean.
    #[must_use]
    pub fn spacing_mm(&self) -> [f64; 3] {
        Axis::ALL.map(|axis| self.step(axis).norm())
    }

    /// Unit vectors along i, j, k; along k from the first slice to the last.
    #[must_use]
    pub fn directions(&self) -> [VectorLps; 3] {
        Axis::ALL.map(|axis| {
            let step = self.step(axis);
            VectorLps((step * (1.0 / step.norm())).0.map(|x| x + 0.0))
        })
    }

    /// Volume of one voxel in mm³; the mean where slices are not evenly spaced.
    #[must_use]
    pub fn voxel_volume_mm3(&self) -> f64 {
        let [a, b, c] = Axis::ALL.map(|axis| self.step(axis));
        a.dot(b.cross(c)).abs()
    }

    /// How thick slice `k` is, in mean distances of slices: it reaches half way to its neighbours,
    /// and at an end as far outward as inward. 1 where slices are evenly spaced.
    #[must_use]
    pub fn slice_share(&self, k: usize) -> f64 {
        self.track().map_or(1.0, |track| track.share(k))
    }

    /// The same grid with other distances along i and j; `None` where they are no distances.
    #[must_use]
    pub fn with_in_plane_mm(&self, mm: [f64; 2]) -> Option<Self> {
        let [i, j, k] = Axis::ALL.map(|axis| self.step(axis));
        let [along_i, along_j] =
            [(i, mm[0]), (j, mm[1])].map(|(step, mm)| step * (mm / step.norm()));
        match self.track() {
            Some(track) => {
                let size = [self.size[0], self.size[1]];
                Self::from_slices(size, [along_i, along_j], track.origins()).ok()
            }
            None => {
                let affine = Affine::from_steps([along_i, along_j, k], self.origin());
                Self::new(self.size(), affine).ok()
            }
        }
    }

    /// Where an index lies in the patient.
    #[must_use]
    pub fn lps_at(&self, index: ContinuousIndex) -> PointLps {
        let lps_from_index = self.track().map_or(&self.lps_from_index, |track| {
            track.at_slice(index.0[2]).lps_from_index()
        });
        PointLps(lps_from_index.apply(index.0))
    }

    /// Which index lies at a point of the patient; may be outside the grid.
    #[must_use]
    pub fn index_at(&self, point: PointLps) -> ContinuousIndex {
        let index_from_lps = self.track().map_or(&self.index_from_lps, |track| {
            track.at_point(point).index_from_lps()
        });
        ContinuousIndex(index_from_lps.apply(point.0))
    }

    /// The change of index along a displacement, in the straightened grid.
    #[must_use]
    pub fn index_step(&self, step: VectorLps) -> [f64; 3] {
        self.index_from_lps.apply_to_step(step)
    }

    /// How far a voxel reaches along a unit vector, in millimetres; the least where slices are not
    /// evenly spaced.
    #[must_use]
    pub fn voxel_extent_mm(&self, along: VectorLps) -> f64 {
        let extent = |[i, j, k]: [f64; 3]| 1.0 / (i * i + j * j + k * k).sqrt();
        match self.track() {
            Some(track) => track
                .pieces()
                .map(|piece| extent(piece.index_from_lps().apply_to_step(along)))
                .fold(f64::INFINITY, f64::min),
            None => extent(self.index_step(along)),
        }
    }

    /// How far from its centre a voxel reaches along a unit vector, in millimetres; the farthest
    /// where slices are not evenly spaced. A plane across `along` cuts the voxels whose centres are
    /// no farther from it.
    #[must_use]
    pub fn voxel_reach_mm(&self, along: VectorLps) -> f64 {
        let reach = |affine: &Affine| {
            let steps = [0, 1, 2].map(|col| affine.column(col).dot(along).abs());
            steps.iter().sum::<f64>() / 2.0
        };
        match self.track() {
            Some(track) => track
                .pieces()
                .map(|piece| reach(piece.lps_from_index()))
                .fold(0.0, f64::max),
            None => reach(&self.lps_from_index),
        }
    }

    /// Position of a voxel in memory.
    #[must_use]
    pub const fn offset(&self, index: VoxelIndex) -> usize {
        let [i, j, k] = index.0;
        (k * self.size[1] + j) * self.size[0] + i
    }

    /// The voxel whose centre is nearest, or `None` outside the grid (half a voxel beyond the
    /// outermost centres).
    #[must_use]
    pub fn nearest_voxel(&self, index: ContinuousIndex) -> Option<VoxelIndex> {
        let rounded = index.0.map(|x| (x + 0.5).floor());
        let inside = |n: usize| rounded[n] >= 0.0 && rounded[n] < self.size[n] as f64;
        (inside(0) && inside(1) && inside(2)).then(|| VoxelIndex(rounded.map(|x| x as usize)))
    }
}
