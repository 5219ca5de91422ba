//! Where a slice lies in the patient.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use annotomy_volume::geometry::Geometry;
use annotomy_volume::space::{ContinuousIndex, PointLps, VectorLps};

/// Where one slice was acquired (DICOM PS3.3 C.7.6.2.1.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlicePlane {
    /// Centre of the first pixel.
    pub position: PointLps,
    /// Unit vector along a row: where the column index grows.
    pub along_row: VectorLps,
    /// Unit vector along a column: where the row index grows.
    pub along_column: VectorLps,
}

impl SlicePlane {
    /// Directions are written with few digits, so they are scaled to length 1; a direction far from
    /// that is none.
    pub(crate) fn new(position: [f64; 3], orientation: [f64; 6]) -> Option<Self> {
        let [a, b, c, d, e, f] = orientation;
        let (row, column) = (VectorLps([a, b, c]), VectorLps([d, e, f]));
        let is_unit = |v: VectorLps| (v.norm() - 1.0).abs() < 0.05;
        if !is_unit(row) || !is_unit(column) || row.cross(column).norm() < 0.5 {
            return None;
        }
        Some(Self {
            position: PointLps(position),
            along_row: row.normalized()?,
            along_column: column.normalized()?,
        })
    }

    /// Unit vector away from the viewer of an image whose rows run right and columns down.
    pub(crate) fn normal(self) -> VectorLps {
        let normal = self.along_row.cross(self.along_column).normalized();
        normal.unwrap_or(VectorLps([0.0, 0.0, 1.0]))
    }

    /// The same plane, so many millimetres along its normal.
    pub(crate) fn moved(self, mm: f64) -> Self {
        Self {
            position: self.position + self.normal() * mm,
            ..self
        }
    }
}

/// The slices of a grid along k.
pub(crate) fn of_grid(geometry: &Geometry) -> Vec<SlicePlane> {
    let [along_row, along_column, _] = geometry.directions();
    let [_, _, n_slices] = geometry.size();
    let plane = |n: usize| SlicePlane {
        position: geometry.lps_at(ContinuousIndex([0.0, 0.0, n as f64])),
        along_row,
        along_column,
    };
    (0..n_slices).map(plane).collect()
}
