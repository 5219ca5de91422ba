//! Values of a part of a slice, or of a plane at any angle, for tools that look at them.

use crate::bytes::Header;
use crate::plane_bytes::plane_of;
use crate::wire::{ErrorCode, PixelPlace, WireError};
use annotomy_segmentation::ValuePlane;
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice_unrounded};
use annotomy_volume::slice::orthogonal_slice;
use annotomy_volume::space::{Axis, Mm};
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;

/// Values are not smoothed by more, mm.
const MAX_SIGMA: f64 = 50.0;

/// The standard deviation of a Gaussian.
pub(crate) fn sigma_of(mm: f64) -> Result<Mm, WireError> {
    if (0.0..=MAX_SIGMA).contains(&mm) {
        return Ok(Mm(mm));
    }
    let message = format!("values are smoothed by 0 to {MAX_SIGMA} mm");
    Err(WireError::invalid(message))
}

/// What pixels hold.
pub(crate) struct PixelValues {
    /// Stored values, not a number where there are none.
    values: Vec<f64>,
    size: [usize; 2],
    step_mm: [f64; 2],
}

impl PixelValues {
    pub(crate) fn plane(&self) -> ValuePlane<'_> {
        ValuePlane {
            values: &self.values,
            size: self.size,
            step_mm: self.step_mm,
        }
    }
}

/// Pixels that a tool looks at, checked.
pub(crate) enum Pixels {
    Slice {
        axis: Axis,
        index: usize,
        first: [usize; 2],
        size: [usize; 2],
    },
    Plane(SlicePlane),
}

impl Pixels {
    pub(crate) fn of(place: PixelPlace, grid: [usize; 3], most: usize) -> Result<Self, WireError> {
        let pixels = match place {
            PixelPlace::Plane { plane } => Self::Plane(plane_of(plane)?),
            PixelPlace::Slice {
                axis,
                index,
                first,
                size,
            } => {
                let outside = || WireError::invalid("these pixels are outside the image");
                let axis = Axis::ALL.get(axis as usize).copied().ok_or_else(outside)?;
                let (index, first, size) = (
                    index as usize,
                    first.map(|n| n as usize),
                    size.map(|n| n as usize),
                );
                let whole = axis.in_plane().map(|axis| grid[axis.position()]);
                let is_inside = |n: usize| size[n] > 0 && first[n] + size[n] <= whole[n];
                if index >= grid[axis.position()] || !is_inside(0) || !is_inside(1) {
                    return Err(outside());
                }
                Self::Slice {
                    axis,
                    index,
                    first,
                    size,
                }
            }
        };
        let [n_columns, n_rows] = pixels.size();
        if n_columns * n_rows > most {
            let message = format!("this is done among at most {most} pixels");
            return Err(WireError::new(ErrorCode::Limit, message));
        }
        Ok(pixels)
    }

    pub(crate) const fn size(&self) -> [usize; 2] {
        match self {
            Self::Slice { size, .. } => *size,
            Self::Plane(plane) => plane.size,
        }
    }

    /// The header of a reply about them.
    pub(crate) fn header(&self, kind: u16, request: u32, place: PixelPlace) -> Header {
        let (axis, index) = match (self, place) {
            (Self::Slice { axis, index, .. }, _) => (axis.position() as u16, *index as u32),
            (Self::Plane(_), PixelPlace::Plane { plane }) => (0, plane.sum(None)),
            (Self::Plane(_), PixelPlace::Slice { .. }) => (0, 0),
        };
        Header {
            kind,
            request,
            axis,
            index,
            ..Header::default()
        }
    }

    pub(crate) fn values(&self, volume: &Volume) -> Result<PixelValues, WireError> {
        let (values, step_mm) = match self {
            Self::Plane(plane) => {
                let values = reslice_unrounded(volume, plane, Interpolation::Linear);
                let step_mm = [plane.column_step, plane.row_step].map(|step| step.norm());
                (values.into_iter().map(f64::from).collect(), step_mm)
            }
            Self::Slice {
                axis,
                index,
                first,
                size,
            } => {
                let slice = orthogonal_slice(volume, *axis, *index);
                let slice = slice.ok_or_else(WireError::internal)?;
                let padding = volume.padding();
                let value = |stored: f64| match padding {
                    Some(padding) if padding.holds(stored) => f64::NAN,
                    _ => stored,
                };
                let values = with_voxels!(&slice.voxels, voxels => voxels
                    .chunks_exact(slice.size[0])
                    .skip(first[1])
                    .take(size[1])
                    .flat_map(|row| &row[first[0]..][..size[0]])
                    .map(|stored| value(stored.to_f64()))
                    .collect());
                let spacing = volume.geometry().spacing_mm();
                let step_mm = axis.in_plane().map(|axis| spacing[axis.position()]);
                (values, step_mm)
            }
        };
        Ok(PixelValues {
            values,
            size: self.size(),
            step_mm,
        })
    }
}
