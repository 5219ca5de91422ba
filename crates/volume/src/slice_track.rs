//! Where slices lie that do not follow one line in even steps.
//!
//! Between two neighbouring slices, and beyond the outermost ones, the way from index to patient is
//! affine: one piece.

use crate::geometry::{Affine, GeometryError};
use crate::space::{PointLps, VectorLps};

/// Slices this near to even steps on one line are taken to be there, mm.
const STRAIGHT_MM: f64 = 1e-6;

/// Parallel slices, each where it was acquired.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SliceTrack {
    normal: VectorLps,
    origins: Vec<PointLps>,
    /// How far along the normal each slice lies: ascending, mm.
    depths: Vec<f64>,
    /// One between each two neighbours.
    pieces: Vec<Piece>,
}

/// The grid between two slices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    lps_from_index: Affine,
    index_from_lps: Affine,
}

impl Piece {
    pub(crate) const fn lps_from_index(&self) -> &Affine {
        &self.lps_from_index
    }

    pub(crate) const fn index_from_lps(&self) -> &Affine {
        &self.index_from_lps
    }
}

impl SliceTrack {
    pub(crate) fn new(
        normal: VectorLps,
        [along_i, along_j]: [VectorLps; 2],
        origins: &[PointLps],
    ) -> Result<Self, GeometryError> {
        let depth = |origin: &PointLps| normal.dot(VectorLps(origin.0));
        let depths: Vec<f64> = origins.iter().map(depth).collect();
        if let Some(n) = depths.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(GeometryError::Unordered(n + 1));
        }
        let piece = |(k, ends): (usize, &[PointLps])| {
            let step = ends[1] - ends[0];
            let origin = ends[0] + step * -(k as f64);
            let lps_from_index = Affine::from_steps([along_i, along_j, step], origin);
            Ok(Piece {
                index_from_lps: lps_from_index.inverse()?,
                lps_from_index,
            })
        };
        let pieces = origins.windows(2).enumerate().map(piece);
        Ok(Self {
            normal,
            origins: origins.to_vec(),
            pieces: pieces.collect::<Result<_, _>>()?,
            depths,
        })
    }

    /// Whether the slices follow one line in even steps after all.
    pub(crate) fn is_straight(&self) -> bool {
        let (Some(&first), Some(&last)) = (self.origins.first(), self.origins.last()) else {
            return true;
        };
        let step = (last - first) * (1.0 / self.pieces.len().max(1) as f64);
        let mut origins = self.origins.iter().enumerate();
        origins.all(|(k, &origin)| (origin - (first + step * k as f64)).norm() <= STRAIGHT_MM)
    }

    pub(crate) fn origins(&self) -> &[PointLps] {
        &self.origins
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter()
    }

    /// The piece in which an index along k lies.
    pub(crate) fn at_slice(&self, k: f64) -> &Piece {
        // Not a number becomes 0.
        let below = k.floor().max(0.0) as usize;
        &self.pieces[below.min(self.pieces.len() - 1)]
    }

    /// The piece in which a point lies.
    pub(crate) fn at_point(&self, point: PointLps) -> &Piece {
        &self.pieces[self.number_at(self.depth_of(point))]
    }

    /// The pixels from `first` on, `step` apart, that lie in one piece with it, at most `n`.
    pub(crate) fn run(&self, first: PointLps, step: VectorLps, n: usize) -> (&Piece, usize) {
        let (depth, down) = (self.depth_of(first), self.normal.dot(step));
        let number = self.number_at(depth);
        let is_last = number + 1 == self.pieces.len();
        let bound = match down {
            _ if down > 0.0 && !is_last => self.depths[number + 1],
            _ if down < 0.0 && number > 0 => self.depths[number],
            _ => return (&self.pieces[number], n),
        };
        // The bound itself belongs to either piece. Not a number becomes 0.
        let pixels = ((bound - depth) / down).ceil() as usize;
        (&self.pieces[number], pixels.clamp(1, n.max(1)).min(n))
    }

    /// See [`Geometry::slice_share`](crate::geometry::Geometry::slice_share).
    pub(crate) fn share(&self, k: usize) -> f64 {
        let last = self.depths.len() - 1;
        let [below, above] = [k.saturating_sub(1), (k + 1).min(last)];
        let thickness = (self.depths[above] - self.depths[below]) / (above - below) as f64;
        thickness * last as f64 / (self.depths[last] - self.depths[0])
    }

    fn depth_of(&self, point: PointLps) -> f64 {
        self.normal.dot(VectorLps(point.0))
    }

    fn number_at(&self, depth: f64) -> usize {
        let n_below = self.depths.partition_point(|&slice| slice <= depth);
        n_below.saturating_sub(1).min(self.pieces.len() - 1)
    }
}
