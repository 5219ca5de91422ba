//! A box of a volume as a volume of its own: each voxel stays where it is in the patient.

use crate::delta::VoxelBox;
use crate::geometry::{Affine, Geometry, GeometryError};
use crate::space::{Axis, ContinuousIndex, PointLps};
use crate::volume::{Scalar, Voxels};
use crate::with_voxels;

/// The grid of a box; what of the box lies beyond the grid is cut.
///
/// # Errors
/// [`GeometryError::Empty`] if nothing is left.
pub fn cropped_geometry(geometry: &Geometry, region: VoxelBox) -> Result<Geometry, GeometryError> {
    let size = size_within(geometry.size(), region);
    let steps = Axis::ALL.map(|axis| geometry.step(axis));
    let ([i, j, k], [n_i, n_j, n_k]) = (region.min, size);
    // A slice by itself is as thick as slices are on average.
    if let Some(origins) = geometry.slice_origins().filter(|_| n_k > 1) {
        let [along_i, along_j, _] = steps;
        let first = along_i * i as f64 + along_j * j as f64;
        let origins = origins.iter().skip(k).take(n_k);
        let origins: Vec<PointLps> = origins.map(|&origin| origin + first).collect();
        return Geometry::from_slices([n_i, n_j], [along_i, along_j], &origins);
    }
    let origin = geometry.lps_at(ContinuousIndex([i, j, k].map(|n| n as f64)));
    Geometry::new(size, Affine::from_steps(steps, origin))
}

/// The voxels of a box of a grid of `size`; what of the box lies beyond the grid is cut.
#[must_use]
pub fn cropped_voxels(voxels: &Voxels, size: [usize; 3], region: VoxelBox) -> Voxels {
    let kept = size_within(size, region);
    with_voxels!(voxels, v => rows(v, size, (region.min, kept)))
}

fn size_within(size: [usize; 3], region: VoxelBox) -> [usize; 3] {
    std::array::from_fn(|n| {
        let end = region.max[n].saturating_add(1).min(size[n]);
        end.saturating_sub(region.min[n])
    })
}

fn rows<T: Scalar>(
    voxels: &[T],
    [n_i, n_j, _]: [usize; 3],
    ([i, j, k], size): ([usize; 3], [usize; 3]),
) -> Voxels {
    let mut kept = Vec::with_capacity(size.iter().product());
    for slice in k..k + size[2] {
        for row in j..j + size[1] {
            let first = (slice * n_j + row) * n_i + i;
            kept.extend_from_slice(&voxels[first..first + size[0]]);
        }
    }
    T::wrap(kept)
}
