//! Where the voxels of a box lie in memory: in cubes of 4, so that those around a voxel are near it
//! there too, in the same few pages.

use std::array::from_fn;
use std::ops::Range;

/// Voxels along a side of a cube.
const EDGE: usize = 4;
const N_IN_CUBE: usize = EDGE * EDGE * EDGE;
/// Voxels around a voxel, itself included.
pub(super) const N_AROUND: usize = 27;

/// The voxels of a box in a shell that is one voxel thick.
#[derive(Debug)]
pub(super) struct Layout {
    /// Voxels along i, j, k with the shell.
    size: [usize; 3],
    /// Cubes along i and j.
    cubes: [usize; 2],
    /// From each place in a cube the ways in memory to the voxels around it, i fastest.
    around: Vec<[i32; N_AROUND]>,
}

impl Layout {
    /// Of a box of so many voxels.
    pub(super) fn new(region: [usize; 3]) -> Self {
        let size = region.map(|n| n + 2);
        let [across, up, _] = size.map(|n| n.div_ceil(EDGE));
        let mut layout = Self {
            size,
            cubes: [across, up],
            around: Vec::new(),
        };
        // A cube later than the first, so that the ways lead nowhere below it.
        let middle = |n: usize, at: usize| EDGE + n / EDGE.pow(at as u32) % EDGE;
        layout.around = (0..N_IN_CUBE)
            .map(|n| {
                let place: [usize; 3] = from_fn(|axis| middle(n, axis));
                let from = layout.at_place(place) as isize;
                from_fn(|m| {
                    let step = [m % 3, m / 3 % 3, m / 9];
                    let other = from_fn(|axis| place[axis] + step[axis] - 1);
                    (layout.at_place(other) as isize - from) as i32
                })
            })
            .collect();
        layout
    }

    /// Places in memory.
    pub(super) fn len(&self) -> usize {
        self.n_in_slices() * self.size[2].div_ceil(EDGE)
    }

    /// Places of as many slices as a cube has.
    pub(super) fn n_in_slices(&self) -> usize {
        self.cubes[0] * self.cubes[1] * N_IN_CUBE
    }

    /// The slices of the box in the `n`-th such part.
    pub(super) fn slices_of(&self, n: usize) -> Range<usize> {
        let last = self.size[2] - 2;
        (n * EDGE).saturating_sub(1)..(n * EDGE + EDGE - 1).min(last)
    }

    /// Where a voxel lies, counted from the first of the box.
    pub(super) fn at(&self, voxel: [usize; 3]) -> usize {
        self.at_place(voxel.map(|n| n + 1))
    }

    /// The same, counted from the shell.
    fn at_place(&self, [i, j, k]: [usize; 3]) -> usize {
        let cube = (k / EDGE * self.cubes[1] + j / EDGE) * self.cubes[0] + i / EDGE;
        cube * N_IN_CUBE + (k % EDGE * EDGE + j % EDGE) * EDGE + i % EDGE
    }

    /// The ways to the voxels around one.
    #[inline(always)]
    pub(super) fn around(&self, at: usize) -> &[i32; N_AROUND] {
        &self.around[at % N_IN_CUBE]
    }

    /// The slice of a voxel, counted from the shell.
    #[inline(always)]
    pub(super) fn slice(&self, at: usize) -> usize {
        // Places are few enough for the faster division of shorter numbers.
        let cubes = (at / N_IN_CUBE) as u32 / (self.cubes[0] * self.cubes[1]) as u32;
        cubes as usize * EDGE + at % N_IN_CUBE / (EDGE * EDGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_to_the_voxels_around() {
        let size = [7, 5, 9];
        let layout = Layout::new(size);
        let mut is_taken = vec![false; layout.len()];
        for n in 0..7 * 5 * 9 {
            let voxel = [n % 7, n / 7 % 5, n / 35];
            let at = layout.at(voxel);
            assert!(!std::mem::replace(&mut is_taken[at], true), "{voxel:?}");
            assert_eq!(layout.slice(at), voxel[2] + 1);
            for (m, way) in layout.around(at).iter().enumerate() {
                let step = [m % 3, m / 3 % 3, m / 9];
                let other = from_fn(|axis| voxel[axis] + step[axis]);
                let there = at.wrapping_add_signed(*way as isize);
                assert_eq!(there, layout.at_place(other), "{voxel:?} {step:?}");
            }
        }
    }
}
