//! In which order the voxels of a file follow each other.

use super::element::StoredType;

/// The grid of a volume, how many volumes there are, and where they lie between each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Voxels along i, j, k.
    pub(crate) size: [usize; 3],
    /// Volumes.
    pub(crate) n_volumes: usize,
    /// Axes of the grid (0 to 3) that run faster than the axis of the volumes.
    pub(crate) faster_axes: usize,
}

/// Voxels to be read for a slice, as offsets into all voxels of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// The slice alone, from this voxel on.
    Together { at: usize },
    /// From this voxel on the slices of all volumes, mixed: `run` voxels of each in turn.
    Mixed { at: usize, run: usize },
}

impl Layout {
    /// Volumes one after another.
    pub(crate) const fn volumes(size: [usize; 3], n_volumes: usize) -> Self {
        Self {
            size,
            n_volumes,
            faster_axes: 3,
        }
    }

    /// Bytes of all volumes as stored; saturates.
    pub(crate) fn n_bytes(&self, stored: StoredType) -> u128 {
        let factors = self.size.iter().chain([&self.n_volumes]);
        factors.fold(stored.n_bytes() as u128, |product, n| {
            product.saturating_mul(*n as u128)
        })
    }

    /// Voxels of one slice; saturates.
    pub(crate) fn n_plane(&self) -> usize {
        let [ni, nj, _] = self.size;
        ni.saturating_mul(nj)
    }

    /// Where slice `k` of a volume lies; the sizes have been checked against a file.
    pub(crate) fn span(&self, volume: usize, k: usize) -> Span {
        let [ni, _, nk] = self.size;
        let (plane, n) = (self.n_plane(), self.n_volumes);
        let mixed = |run: usize| Span::Mixed {
            at: plane.saturating_mul(n).saturating_mul(k),
            run,
        };
        match self.faster_axes {
            // A single volume is never mixed with others.
            _ if n == 1 => Span::Together {
                at: plane.saturating_mul(k),
            },
            0 => mixed(1),
            1 => mixed(ni),
            2 => Span::Together {
                at: plane.saturating_mul(k.saturating_mul(n).saturating_add(volume)),
            },
            _ => Span::Together {
                at: plane.saturating_mul(volume.saturating_mul(nk).saturating_add(k)),
            },
        }
    }
}
