//! One slice of the grid itself: stored values, nothing interpolated, nothing flipped.

use crate::space::Axis;
use crate::volume::{Scalar, Volume, Voxels};
use crate::with_voxels;
use rayon::prelude::*;

/// Rows one task reads at least: keeps the cost of sharing work below the work.
const ROWS_PER_TASK: usize = 1 << 12;
/// Rows read at once. A slice across i takes one voxel of each row, each in a cache line of its
/// own; waiting for memory is all the work there is, and reads asked for together are waited for
/// together (a fifth faster than one by one).
const ROWS_AT_ONCE: usize = 8;

/// Stored values of one slice. Columns run along the lower of the two in-plane axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Columns, rows.
    pub size: [usize; 2],
    /// By rows.
    pub voxels: Voxels,
}

/// The slice across `axis` at `index`, or `None` beyond the grid.
#[must_use]
pub fn orthogonal_slice(volume: &Volume, axis: Axis, index: usize) -> Option<Slice> {
    let size = volume.geometry().size();
    (index < size[axis.position()]).then(|| Slice {
        size: axis.in_plane().map(|axis| size[axis.position()]),
        voxels: with_voxels!(volume.voxels(), v => Scalar::wrap(gather(v, size, axis, index))),
    })
}

fn gather<T: Scalar>(voxels: &[T], [ni, nj, _]: [usize; 3], axis: Axis, index: usize) -> Vec<T> {
    let n_slice = ni * nj;
    match axis {
        Axis::K => voxels[index * n_slice..][..n_slice].to_vec(),
        Axis::J => voxels
            .chunks_exact(n_slice)
            .flat_map(|slice| &slice[index * ni..][..ni])
            .copied()
            .collect(),
        Axis::I => {
            let mut column = vec![T::zeroed(); voxels.len() / ni];
            column
                .par_chunks_mut(ROWS_PER_TASK)
                .zip(voxels.par_chunks(ROWS_PER_TASK * ni))
                .for_each(|(column, rows)| pick(column, rows, index));
            column
        }
    }
}

/// Takes voxel `index` of each of the rows that fill `voxels`.
fn pick<T: Scalar>(picked: &mut [T], voxels: &[T], index: usize) {
    let n_row = voxels.len() / picked.len();
    let mut groups = picked.chunks_exact_mut(ROWS_AT_ONCE);
    let mut rows = voxels.chunks_exact(ROWS_AT_ONCE * n_row);
    for (group, rows) in groups.by_ref().zip(rows.by_ref()) {
        let voxels: [T; ROWS_AT_ONCE] = std::array::from_fn(|row| rows[row * n_row + index]);
        group.copy_from_slice(&voxels);
    }
    let rest = rows.remainder().chunks_exact(n_row);
    for (voxel, row) in groups.into_remainder().iter_mut().zip(rest) {
        *voxel = row[index];
    }
}
