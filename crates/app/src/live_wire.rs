//! Live wires for the bytes door.

use crate::app::App;
use crate::bytes::Header;
use crate::images;
use crate::jobs::blocking;
use crate::plane_bytes::plane_of;
use crate::wire::{ErrorCode, LiveWire, LiveWireRequest, WireError, WirePlace};
use annotomy_segmentation::{WireCosts, WirePlane, ways_to};
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice_unrounded};
use annotomy_volume::slice::{Slice, orthogonal_slice};
use annotomy_volume::space::{Axis, Mm};
use annotomy_volume::volume::{Scalar, Volume, Voxels};
use annotomy_volume::with_voxels;
use std::sync::Arc;

/// Pixels among which wires run; so many take about a second.
const MAX_PIXELS: usize = 1 << 20;

/// Values are not smoothed by more, mm.
const MAX_SIGMA: f64 = 50.0;

/// For each pixel the neighbour that is next on the way to the anchor; waits until the volume is
/// loaded.
pub(crate) async fn wires(app: &Arc<App>, asked: LiveWireRequest) -> Result<Vec<u8>, WireError> {
    let LiveWireRequest {
        request,
        image,
        volume,
        wire,
    } = asked;
    let image = images::volume(app, &image, volume)?;
    let pixels = Pixels::of(wire.place, image.series.geometry().size())?;
    let anchor = wire.anchor.map(|n| n as usize);
    let size = pixels.size();
    if anchor[0] >= size[0] || anchor[1] >= size[1] {
        return Err(WireError::invalid("the anchor is outside the plane"));
    }
    if !(wire.sigma_mm > 0.0 && wire.sigma_mm <= MAX_SIGMA) {
        let message = format!("values are smoothed by 0 to {MAX_SIGMA} mm");
        return Err(WireError::invalid(message));
    }
    let header = Header {
        part: image.number as u32,
        ..pixels.header(request, wire)
    };
    let loaded = image.ready().await?;
    let ways = blocking(move || {
        let (values, step_mm) = pixels.values(&loaded.volume)?;
        let plane = WirePlane {
            values: &values,
            size,
            step_mm,
        };
        let costs = WireCosts::of(&plane, Mm(wire.sigma_mm));
        ways_to(&costs, anchor).ok_or_else(WireError::internal)
    });
    let voxels = Voxels::U8(ways.await?);
    Ok(header.with_slice(&Slice { size, voxels }))
}

/// Where wires run, checked.
enum Pixels {
    Slice {
        axis: Axis,
        index: usize,
        first: [usize; 2],
        size: [usize; 2],
    },
    Plane(SlicePlane),
}

impl Pixels {
    fn of(place: WirePlace, grid: [usize; 3]) -> Result<Self, WireError> {
        let pixels = match place {
            WirePlace::Plane { plane } => Self::Plane(plane_of(plane)?),
            WirePlace::Slice {
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
        if n_columns * n_rows > MAX_PIXELS {
            let message = format!("wires run among at most {MAX_PIXELS} pixels");
            return Err(WireError::new(ErrorCode::Limit, message));
        }
        Ok(pixels)
    }

    const fn size(&self) -> [usize; 2] {
        match self {
            Self::Slice { size, .. } => *size,
            Self::Plane(plane) => plane.size,
        }
    }

    fn header(&self, request: u32, wire: LiveWire) -> Header {
        let (axis, index) = match (self, wire.place) {
            (Self::Slice { axis, index, .. }, _) => (axis.position() as u16, *index as u32),
            (Self::Plane(_), WirePlace::Plane { plane }) => (0, plane.sum(None)),
            (Self::Plane(_), WirePlace::Slice { .. }) => (0, 0),
        };
        Header {
            kind: 7,
            request,
            axis,
            index,
            ..Header::default()
        }
    }

    /// Stored values, not a number where there are none, and the steps between pixels, mm.
    fn values(&self, volume: &Volume) -> Result<(Vec<f64>, [f64; 2]), WireError> {
        match self {
            Self::Plane(plane) => {
                let values = reslice_unrounded(volume, plane, Interpolation::Linear);
                let step_mm = [plane.column_step, plane.row_step].map(|step| step.norm());
                Ok((values.into_iter().map(f64::from).collect(), step_mm))
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
                Ok((values, axis.in_plane().map(|axis| spacing[axis.position()])))
            }
        }
    }
}
