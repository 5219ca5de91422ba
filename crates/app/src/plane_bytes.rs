//! Planes at any angle for the bytes door: images, slabs and labels.

use crate::bytes::{Header, layer_of, narrowest};
use crate::documents::Snapshot;
use crate::image_cache::OpenImage;
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, ImagePlane, ImageSlab, WireError};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::label_plane::labels_in_plane;
use annotomy_volume::reslice::{Interpolation, SlicePlane, reslice_stored, reslice_unrounded};
use annotomy_volume::slab::{Projection, Slab, project_slab_unrounded};
use annotomy_volume::slice::Slice;
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::volume::{ScalarType, Volume, Voxels};
use std::sync::Arc;

/// Pixels of a plane: more than a screen has.
const MAX_PIXELS: usize = 1 << 22;

/// Pixels of all layers of a slab; so many take about ten seconds.
const MAX_SAMPLES: usize = 1 << 31;

/// Farther from the origin of the patient is no plane, mm.
const FARTHEST_MM: f64 = 1e6;

/// An image in a plane; waits until the volume is loaded.
pub(crate) async fn image(
    image: &OpenImage,
    request: u32,
    plane: ImagePlane,
    slab: Option<ImageSlab>,
) -> Result<Vec<u8>, WireError> {
    let slice_plane = plane_of(plane)?;
    let slab_of_plane = slab.map(|slab| slab_of(slice_plane, slab)).transpose()?;
    let header = Header {
        kind: 4,
        request,
        index: plane.sum(slab),
        part: image.number as u32,
        ..Header::default()
    };
    let loaded = image.ready().await?;
    let pixels = blocking(move || match slab_of_plane {
        None => Ok(resliced(&loaded.volume, &slice_plane)),
        Some(slab) => projected(&loaded.volume, slab),
    });
    let slice = Slice {
        size: slice_plane.size,
        voxels: pixels.await?,
    };
    Ok(header.with_slice(&slice))
}

/// Labels in a plane.
pub(crate) async fn labels(
    (geometry, snapshot): (Geometry, Arc<Snapshot>),
    (request, layer): (u32, u32),
    plane: ImagePlane,
) -> Result<Vec<u8>, WireError> {
    let slice_plane = plane_of(plane)?;
    let header = Header {
        kind: 5,
        request,
        index: plane.sum(None),
        revision: snapshot.revision as u32,
        part: layer,
        ..Header::default()
    };
    let pixels = blocking(move || {
        let labels = labels_in_plane(layer_of(&snapshot, layer)?, &geometry, &slice_plane);
        Ok(narrowest(&snapshot, labels))
    });
    let slice = Slice {
        size: slice_plane.size,
        voxels: pixels.await?,
    };
    Ok(header.with_slice(&slice))
}

/// What was asked for, if it is a plane.
pub(crate) fn plane_of(plane: ImagePlane) -> Result<SlicePlane, WireError> {
    let ImagePlane {
        origin,
        column_step,
        row_step,
        columns,
        rows,
    } = plane;
    let size = [columns as usize, rows as usize];
    let found = SlicePlane {
        origin: PointLps(origin),
        column_step: VectorLps(column_step),
        row_step: VectorLps(row_step),
        size,
    };
    let numbers = [origin, column_step, row_step];
    let is_near = numbers
        .as_flattened()
        .iter()
        .all(|x| x.abs() <= FARTHEST_MM);
    if !is_near || found.normal().is_none() {
        return Err(WireError::invalid("this is no plane"));
    }
    let n_pixels = size[0].saturating_mul(size[1]);
    if n_pixels == 0 || n_pixels > MAX_PIXELS {
        let message = format!("a plane has 1 to {MAX_PIXELS} pixels");
        return Err(WireError::new(ErrorCode::Limit, message));
    }
    Ok(found)
}

fn slab_of(plane: SlicePlane, slab: ImageSlab) -> Result<(Slab, Projection), WireError> {
    let ImageSlab {
        thickness_mm,
        projection,
    } = slab;
    if !(0.0..=FARTHEST_MM).contains(&thickness_mm) {
        return Err(WireError::invalid("a slab's thickness is a length in mm"));
    }
    let projection = match projection {
        wire::Projection::Max => Projection::Max,
        wire::Projection::Min => Projection::Min,
        wire::Projection::Mean => Projection::Mean,
    };
    let thickness = Mm(thickness_mm);
    Ok((Slab { plane, thickness }, projection))
}

fn resliced(volume: &Volume, plane: &SlicePlane) -> Voxels {
    match volume.voxels().scalar_type() {
        ScalarType::Rgb8 => reslice_stored(volume, plane, Interpolation::Nearest, 0.0),
        _ => Voxels::F32(reslice_unrounded(volume, plane, Interpolation::Linear)),
    }
}

fn projected(volume: &Volume, (slab, projection): (Slab, Projection)) -> Result<Voxels, WireError> {
    if volume.voxels().scalar_type() == ScalarType::Rgb8 {
        let message = "a slab of colours cannot be shown";
        return Err(WireError::new(ErrorCode::Unsupported, message));
    }
    let n_layers = slab.layers(volume.geometry()).len();
    let n_samples = (slab.plane.size[0] * slab.plane.size[1]).saturating_mul(n_layers);
    if n_samples > MAX_SAMPLES {
        let message = "this slab is too thick for so large a plane";
        return Err(WireError::new(ErrorCode::Limit, message));
    }
    let linear = Interpolation::Linear;
    Ok(Voxels::F32(project_slab_unrounded(
        volume, &slab, linear, projection,
    )))
}
