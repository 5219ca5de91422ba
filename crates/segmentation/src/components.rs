//! Connected components of a mask.
//!
//! Rows are taken as runs of set voxels, neighbouring runs are joined in a union-find forest whose
//! roots are the first of their runs (two-pass labelling with run-length codes: He, Chao and
//! Suzuki, IEEE Trans. Image Process. 17 (2008) 749). Slabs of slices are joined on their own, in
//! parallel, then where they meet. Components are numbered by their first voxel in memory order,
//! however the work was divided.

use crate::mask::Mask;
use crate::rows::{WORD, for_each_run, set_run};
use crate::steps::{Cancelled, Steps};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Axis, VoxelIndex};
use rayon::prelude::*;
use std::ops::Range;

/// Slices that one thread joins at a time.
const SLAB: usize = 8;

/// Which voxels are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connectivity {
    /// Those that share a face: 6.
    Faces,
    /// Those that share a face or an edge: 18.
    Edges,
    /// Those that share a face, an edge or a corner: 26.
    Corners,
    /// Those of one slice across an axis that share a side: 4.
    Sides(Axis),
}

/// A row before the current one whose runs may touch: steps along j and k, and by how many voxels
/// along i two runs may miss each other.
struct Before {
    j: isize,
    k: usize,
    reach: u32,
}

impl Connectivity {
    fn rows_before(self) -> Vec<Before> {
        let before = |j, k, reach| Before { j, k, reach };
        match self {
            Self::Faces => vec![before(-1, 0, 0), before(0, 1, 0)],
            Self::Edges => vec![
                before(-1, 0, 1),
                before(-1, 1, 0),
                before(0, 1, 1),
                before(1, 1, 0),
            ],
            Self::Corners => vec![
                before(-1, 0, 1),
                before(-1, 1, 1),
                before(0, 1, 1),
                before(1, 1, 1),
            ],
            Self::Sides(Axis::K) => vec![before(-1, 0, 0)],
            Self::Sides(Axis::J) => vec![before(0, 1, 0)],
            // Voxels of a row are in different slices: each is a run of its own.
            Self::Sides(Axis::I) => vec![before(-1, 0, 0), before(0, 1, 0)],
        }
    }
}

/// Voxels `start..end` of a row.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u32,
    end: u32,
}

/// What is known of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// Its voxels.
    pub n_voxels: usize,
    /// The smallest box around them.
    pub bounds: VoxelBox,
}

/// The connected components of a mask, numbered from 0 by their first voxel in memory order.
#[derive(Debug)]
pub struct Components {
    grid: [usize; 3],
    /// First (j, k), and rows and slices.
    first: [usize; 2],
    size: [usize; 2],
    runs: Vec<Run>,
    /// Where the runs of each row begin, and the end of the last.
    rows: Vec<usize>,
    /// Of each run.
    component: Vec<u32>,
    all: Vec<Component>,
}

/// Finds the connected components of a mask.
///
/// # Errors
/// [`Cancelled`].
pub fn components(
    mask: &Mask,
    connectivity: Connectivity,
    progress: &dyn Progress,
) -> Result<Components, Cancelled> {
    let [n_words, n_rows, n_slices] = mask.size;
    let steps = Steps::new(progress, n_slices.div_ceil(SLAB) + 1);
    let before = connectivity.rows_before();
    let run_len = match connectivity {
        Connectivity::Sides(Axis::I) => 1,
        _ => u32::MAX as usize,
    };
    let slabs: Vec<Slab> = mask
        .words
        .par_chunks((n_words * n_rows * SLAB).max(1))
        .map(|words| {
            let mut slab = Slab::new(words, mask.first[0] * WORD, n_words, run_len);
            slab.join(&before, n_rows);
            steps.step().map(|()| slab)
        })
        .collect::<Result<_, _>>()?;
    let mut whole = Slab::concatenated(&slabs, &steps)?;
    drop(slabs);
    for k in (SLAB..n_slices).step_by(SLAB) {
        steps.check()?;
        for j in 0..n_rows {
            whole.join_row(&before, n_rows, [j, k], |before| before.k == 1);
        }
    }
    let mut found = Components {
        grid: mask.grid(),
        first: [mask.first[1], mask.first[2]],
        size: [n_rows, n_slices],
        runs: whole.runs,
        rows: whole.rows,
        component: whole.parents,
        all: Vec::new(),
    };
    found.number(&steps)?;
    steps.step().map(|()| found)
}

/// Some slices: their runs, and the forest that joins them.
struct Slab {
    runs: Vec<Run>,
    rows: Vec<usize>,
    /// An earlier run of the same component, or the run itself.
    parents: Vec<u32>,
}

impl Slab {
    fn new(words: &[u64], first: usize, n_words: usize, run_len: usize) -> Self {
        let mut runs = Vec::new();
        let mut rows = vec![0];
        for row in words.chunks_exact(n_words) {
            for_each_run(row, first, |run| {
                let end = run.end as u32;
                let starts = run.step_by(run_len).map(|start| start as u32);
                runs.extend(starts.map(|start| Run {
                    start,
                    end: end.min(start.saturating_add(run_len as u32)),
                }));
            });
            rows.push(runs.len());
        }
        let parents = (0..runs.len() as u32).collect();
        Self {
            runs,
            rows,
            parents,
        }
    }

    fn concatenated(slabs: &[Self], steps: &Steps<'_>) -> Result<Self, Cancelled> {
        let n_runs = slabs.iter().map(|slab| slab.runs.len()).sum();
        let mut whole = Self {
            runs: Vec::with_capacity(n_runs),
            rows: vec![0],
            parents: Vec::with_capacity(n_runs),
        };
        for slab in slabs {
            steps.check()?;
            let n = whole.runs.len();
            whole.runs.extend_from_slice(&slab.runs);
            whole.rows.extend(slab.rows[1..].iter().map(|end| n + end));
            let parents = slab.parents.iter().map(|&parent| n as u32 + parent);
            whole.parents.extend(parents);
        }
        Ok(whole)
    }

    fn join(&mut self, before: &[Before], n_rows: usize) {
        for row in 0..self.rows.len() - 1 {
            let [j, k] = [row % n_rows, row / n_rows];
            self.join_row(before, n_rows, [j, k], |_| true);
        }
    }

    /// Joins the runs of a row with those of the rows before it.
    fn join_row(
        &mut self,
        before: &[Before],
        n_rows: usize,
        [j, k]: [usize; 2],
        counts: impl Fn(&Before) -> bool,
    ) {
        let row = k * n_rows + j;
        if self.rows[row] == self.rows[row + 1] {
            return;
        }
        for other in before.iter().filter(|other| counts(other)) {
            let at = (j.checked_add_signed(other.j), k.checked_sub(other.k));
            if let (Some(j), Some(k)) = at
                && j < n_rows
            {
                self.join_rows([k * n_rows + j, row], other.reach);
            }
        }
    }

    fn join_rows(&mut self, [above, row]: [usize; 2], reach: u32) {
        let (mut a, a_end) = (self.rows[above], self.rows[above + 1]);
        let (mut b, b_end) = (self.rows[row], self.rows[row + 1]);
        while a < a_end && b < b_end {
            let (run, other) = (self.runs[a], self.runs[b]);
            if run.start < other.end + reach && other.start < run.end + reach {
                self.unite(a as u32, b as u32);
            }
            if run.end < other.end {
                a += 1;
            } else {
                b += 1;
            }
        }
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }

    fn root(&mut self, mut run: u32) -> u32 {
        loop {
            let parent = self.parents[run as usize];
            if parent == run {
                return run;
            }
            // Halves the path for those who come later.
            let grandparent = self.parents[parent as usize];
            self.parents[run as usize] = grandparent;
            run = grandparent;
        }
    }
}

impl Components {
    /// Replaces each run's parent, which comes before it, by the number of its component.
    fn number(&mut self, steps: &Steps<'_>) -> Result<(), Cancelled> {
        for row in 0..self.rows.len() - 1 {
            let [j, k] = self.place(row);
            if row % self.size[0] == 0 {
                steps.check()?;
            }
            for n in self.rows[row]..self.rows[row + 1] {
                let run = self.runs[n];
                let bounds = VoxelBox {
                    min: [run.start as usize, j, k],
                    max: [run.end as usize - 1, j, k],
                };
                let n_voxels = (run.end - run.start) as usize;
                let parent = self.component[n] as usize;
                if parent == n {
                    self.component[n] = self.all.len() as u32;
                    self.all.push(Component { n_voxels, bounds });
                } else {
                    let number = self.component[parent];
                    self.component[n] = number;
                    let component = &mut self.all[number as usize];
                    component.n_voxels += n_voxels;
                    component.bounds = component.bounds.union(bounds);
                }
            }
        }
        Ok(())
    }

    fn place(&self, row: usize) -> [usize; 2] {
        let [j, k] = self.first;
        [j + row % self.size[0], k + row / self.size[0]]
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Component] {
        &self.all
    }

    /// The number of the component that has a voxel.
    #[must_use]
    pub fn at(&self, voxel: VoxelIndex) -> Option<usize> {
        let [i, j, k] = voxel.0;
        let mut runs = self.row(j, k);
        let found = runs.find(|(_, run)| run.contains(&i));
        found.map(|(component, _)| component)
    }

    /// Numbers of the components, the largest first; equals as their first voxels come.
    #[must_use]
    pub fn by_size(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.all.len()).collect();
        numbers.sort_by_key(|&n| std::cmp::Reverse(self.all[n].n_voxels));
        numbers
    }

    /// The voxels of the components whose numbers are chosen.
    #[must_use]
    pub fn select(&self, is_chosen: impl Fn(usize) -> bool + Sync) -> Mask {
        let chosen = self.all.iter().enumerate().filter(|(n, _)| is_chosen(*n));
        let region = chosen.map(|(_, c)| c.bounds).reduce(VoxelBox::union);
        let Some(region) = region else {
            return Mask::empty(self.grid);
        };
        let mut mask = Mask::room(self.grid, region);
        let first = mask.first[0] * WORD;
        mask.par_rows_mut().for_each(|([j, k], words)| {
            for (component, run) in self.row(j, k) {
                if is_chosen(component) {
                    set_run(words, first, &run);
                }
            }
        });
        mask
    }

    /// Each component under the label that `label` answers for its number.
    #[must_use]
    pub fn to_labels(&self, label: impl Fn(usize) -> Label + Sync) -> Option<LabelMap> {
        let [n_i, n_j, _] = self.grid;
        map_from_slices(self.grid, |k, slice| {
            for j in 0..n_j {
                for (component, run) in self.row(j, k) {
                    slice[j * n_i..][run].fill(label(component));
                }
            }
        })
    }

    /// One number a voxel of the grid, in memory order: 0 where there is no component, else the
    /// component's number and one.
    #[must_use]
    pub fn to_dense(&self) -> Vec<u32> {
        let [n_i, n_j, n_k] = self.grid;
        let mut numbers = vec![0; n_i * n_j * n_k];
        let slices = numbers.par_chunks_mut((n_i * n_j).max(1)).enumerate();
        slices.for_each(|(k, slice)| {
            for j in 0..n_j {
                for (component, run) in self.row(j, k) {
                    slice[j * n_i..][run].fill(component as u32 + 1);
                }
            }
        });
        numbers
    }

    /// The runs of row (j, k) along i, each with its component.
    fn row(&self, j: usize, k: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
        let [n_rows, n_slices] = self.size;
        let at = |x: usize, first: usize, n: usize| x.checked_sub(first).filter(|&x| x < n);
        let at = (at(j, self.first[0], n_rows), at(k, self.first[1], n_slices));
        let range = match at {
            (Some(j), Some(k)) => {
                let row = k * n_rows + j;
                self.rows[row]..self.rows[row + 1]
            }
            _ => 0..0,
        };
        range.map(|n| {
            let run = self.runs[n];
            (
                self.component[n] as usize,
                run.start as usize..run.end as usize,
            )
        })
    }
}
