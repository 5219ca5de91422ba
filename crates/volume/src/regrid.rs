//! Labels from another grid, where no voxel has to be resampled: the two grids share their lattice
//! and differ in the order or direction of their axes, or in their extent.

use crate::geometry::Geometry;
use crate::labels::Label;
use crate::space::{Axis, ContinuousIndex};

/// Grids are on one lattice when no voxel centre is farther than this from a centre of the other,
/// in voxels: room for geometry that was kept in single precision.
const TOLERANCE: f64 = 0.05;

/// Labels on their new grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regridded {
    /// In memory order, i fastest.
    pub labels: Vec<Label>,
    /// Labelled voxels that lie outside the new grid.
    pub n_outside: usize,
}

/// Puts `labels`, which fill the grid `from` in memory order, onto another grid; `None` where the
/// grids do not share a lattice.
///
/// # Panics
/// If the labels do not fill their grid.
#[must_use]
pub fn regrid(from: &Geometry, labels: &[Label], onto: &Geometry) -> Option<Regridded> {
    assert_eq!(labels.len(), from.n_voxels(), "labels fill their grid");
    let lattice = Lattice::between(from, onto)?;
    let [ni, nj, nk] = onto.size();
    let size = from.size().map(|n| n as i64);
    let inside = |at: [i64; 3]| (0..3).all(|n| (0..size[n]).contains(&at[n]));
    let mut moved = Vec::with_capacity(onto.n_voxels());
    for k in 0..nk {
        for j in 0..nj {
            for i in 0..ni {
                let at = lattice.of([i, j, k]);
                let offset = (at[2] * size[1] + at[1]) * size[0] + at[0];
                moved.push(if inside(at) {
                    labels[offset as usize]
                } else {
                    0
                });
            }
        }
    }
    let n_labelled = |labels: &[Label]| labels.iter().filter(|&&label| label != 0).count();
    let n_outside = n_labelled(labels) - n_labelled(&moved);
    Some(Regridded {
        labels: moved,
        n_outside,
    })
}

/// Index of one grid from the index of another: whole numbers.
struct Lattice {
    origin: [i64; 3],
    steps: [[i64; 3]; 3],
}

impl Lattice {
    fn between(from: &Geometry, onto: &Geometry) -> Option<Self> {
        let index = |at: [f64; 3]| from.index_at(onto.lps_at(ContinuousIndex(at))).0;
        let origin = index([0.0; 3]);
        let mut steps = [[0; 3]; 3];
        for axis in Axis::ALL {
            let a = axis.position();
            let n = (onto.size()[a] - 1).max(1) as f64;
            let mut far = [0.0; 3];
            far[a] = n;
            let end = index(far);
            steps[a] = whole(std::array::from_fn(|c| (end[c] - origin[c]) / n), n)?;
        }
        let is_on_lattice = |axis: Axis, n: usize| {
            let a = axis.position();
            let mut at = [0.0; 3];
            at[a] = n as f64;
            let found = index(at);
            let expected = |c: usize| origin[c] + steps[a][c] as f64 * n as f64;
            (0..3).all(|c| (found[c] - expected(c)).abs() <= TOLERANCE)
        };
        // Slices need not follow a line, so their ends do not tell of all.
        let mut axes = Axis::ALL.into_iter();
        let is_lattice = from.is_straight() && onto.is_straight()
            || axes.all(|axis| (0..onto.size()[axis.position()]).all(|n| is_on_lattice(axis, n)));
        let is_unit = |step: &[i64; 3]| step.iter().map(|s| s.abs()).sum::<i64>() == 1;
        let is_every_axis = (0..3).all(|c| steps.iter().any(|step| step[c] != 0));
        (is_lattice && steps.iter().all(is_unit) && is_every_axis).then_some(Self {
            origin: whole(origin, 1.0)?,
            steps,
        })
    }

    fn of(&self, index: [usize; 3]) -> [i64; 3] {
        std::array::from_fn(|c| {
            let along = |a: usize| self.steps[a][c] * index[a] as i64;
            self.origin[c] + along(0) + along(1) + along(2)
        })
    }
}

/// The nearest whole numbers, if they are near enough after `n` steps.
fn whole(numbers: [f64; 3], n: f64) -> Option<[i64; 3]> {
    let is_near = numbers
        .iter()
        .all(|x| (x - x.round()).abs() * n <= TOLERANCE);
    is_near.then(|| numbers.map(|x| x.round() as i64))
}
