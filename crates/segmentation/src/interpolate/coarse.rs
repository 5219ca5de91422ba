//! A first look at what lies between drawn sections: by shape alone, on a grid with fewer voxels along
//! the axes across which nothing is drawn. Blocky, and there in a fraction of the time.

use super::matches::{PartChoice, Way};
use super::sections::Sections;
use super::{Filling, interpolate_with};
use crate::mask::box_size;
use crate::spacing::Spacing;
use crate::steps::Cancelled;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Axis, VoxelIndex};

/// Voxels of the coarse grid at most, as far as the widest step allows.
const ENOUGH: usize = 600_000;
/// Voxels that become one along an axis at most.
const WIDEST: usize = 4;
/// Voxels around what is drawn.
const AROUND: usize = 16;

/// Fills what lies between drawn slices coarsely; `None` where the whole grid takes no longer, or with
/// outlines on other planes, which have no slices to keep.
///
/// # Errors
/// [`Cancelled`].
pub fn interpolate_coarsely(
    sections: &Sections<'_>,
    choices: &[PartChoice],
    spacing: &Spacing,
    progress: &dyn Progress,
) -> Result<Option<LabelMap>, Cancelled> {
    let Some(fewer) = Fewer::of(sections) else {
        return Ok(None);
    };
    let labels = fewer.labels(sections.labels);
    let slices: Vec<(Axis, usize)> = sections
        .slices
        .iter()
        .filter_map(|&(axis, index)| Some((axis, fewer.slice(axis, index)?)))
        .collect();
    let choices: Vec<PartChoice> = choices.iter().filter_map(|c| fewer.choice(c)).collect();
    let filling = Filling {
        image: None,
        choices: &choices,
    };
    let coarse = Sections {
        labels: &labels,
        slices: &slices,
        planes: &[],
    };
    let spacing = spacing.of_every(fewer.region, fewer.step);
    let found = interpolate_with(&coarse, &filling, &spacing, progress)?;
    Ok(fewer.on_grid(sections, &found.labels))
}

/// A box of which every few voxels are one.
struct Fewer {
    region: VoxelBox,
    step: [usize; 3],
    size: [usize; 3],
}

impl Fewer {
    fn of(sections: &Sections<'_>) -> Option<Self> {
        let grid = sections.labels.size();
        let mut region: Option<VoxelBox> = None;
        for (VoxelIndex(at), _) in sections.labels.labelled() {
            let one = VoxelBox { min: at, max: at };
            region = Some(region.map_or(one, |region| region.union(one)));
        }
        let mut region = region.filter(|_| sections.planes.is_empty())?;
        let slices = Axis::ALL.map(|axis| sections.slices_across(axis));
        for (axis, slices) in slices.iter().enumerate() {
            // To the next drawn slices: segments may end on the way there.
            let before = slices.range(..region.min[axis]).next_back();
            let after = slices.range(region.max[axis] + 1..).next();
            let [low, high] = [
                region.min[axis].saturating_sub(AROUND),
                (region.max[axis] + AROUND).min(grid[axis] - 1),
            ];
            region.min[axis] = *before.unwrap_or(&low);
            region.max[axis] = *after.unwrap_or(&high);
        }
        let made = |n: usize| {
            let step = [0, 1, 2].map(|axis| if slices[axis].is_empty() { n } else { 1 });
            let whole = box_size(region);
            let size = [0, 1, 2].map(|axis| whole[axis].div_ceil(step[axis]));
            Self { region, step, size }
        };
        let is_enough = |n: &usize| made(*n).size.iter().product::<usize>() <= ENOUGH;
        let n = (1..WIDEST).find(is_enough).unwrap_or(WIDEST);
        let fewer = made(n);
        (fewer.size != box_size(region)).then_some(fewer)
    }

    fn cell(&self, VoxelIndex(voxel): VoxelIndex) -> Option<[usize; 3]> {
        let cell = |axis: usize| {
            let from = voxel[axis].checked_sub(self.region.min[axis])?;
            (voxel[axis] <= self.region.max[axis]).then_some(from / self.step[axis])
        };
        Some([cell(0)?, cell(1)?, cell(2)?])
    }

    fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.size[1] + j) * self.size[0] + i
    }

    /// A drawn slice; there every one is kept.
    fn slice(&self, axis: Axis, index: usize) -> Option<usize> {
        let n = axis.position();
        let is_in = (self.region.min[n]..=self.region.max[n]).contains(&index);
        is_in.then(|| index - self.region.min[n])
    }

    fn choice(&self, choice: &PartChoice) -> Option<PartChoice> {
        let first = self.region.min[choice.axis.position()];
        Some(PartChoice {
            part: VoxelIndex(self.cell(choice.part)?),
            toward: self.slice(choice.axis, choice.toward)?,
            goes: match choice.goes {
                Way::Join(other) => Way::Join(VoxelIndex(self.cell(other)?)),
                Way::Taper => Way::Taper,
                Way::End { held_to } => Way::End {
                    held_to: held_to.map(|slice| slice.saturating_sub(first)),
                },
            },
            ..*choice
        })
    }

    /// The label that most labelled voxels of each cell have (Boyer and Moore's vote), where half of
    /// its voxels are labelled.
    fn labels(&self, labels: &LabelMap) -> LabelMap {
        let n_cells = self.size.iter().product();
        let mut votes: Vec<(Label, u8, u8)> = vec![(0, 0, 0); n_cells];
        for (voxel, label) in labels.labelled() {
            let Some(cell) = self.cell(voxel) else {
                continue;
            };
            let (leader, lead, n) = &mut votes[self.offset(cell)];
            *n += 1;
            match *lead {
                0 => (*leader, *lead) = (label, 1),
                _ if *leader == label => *lead += 1,
                _ => *lead -= 1,
            }
        }
        let half = self.step.iter().product::<usize>().div_ceil(2);
        let label =
            |(leader, _, n): (Label, u8, u8)| if usize::from(n) >= half { leader } else { 0 };
        let labels: Vec<Label> = votes.into_iter().map(label).collect();
        LabelMap::from_dense(self.size, &labels).unwrap_or(LabelMap::empty(self.size))
    }

    /// What was found, on the grid, with what was drawn as it was drawn.
    fn on_grid(&self, sections: &Sections<'_>, found: &LabelMap) -> Option<LabelMap> {
        let grid = sections.labels.size();
        let (found, _) = found.to_dense().into_raw_vec_and_offset();
        let [across_i, across_j, across_k] = Axis::ALL.map(|axis| sections.slices_across(axis));
        let (min, max) = (self.region.min, self.region.max);
        map_from_slices(grid, |k, out| {
            if !(min[2]..=max[2]).contains(&k) {
                return;
            }
            let drawn = sections.labels.slice(Axis::K, k);
            if across_k.contains(&k) {
                out.copy_from_slice(&drawn);
                return;
            }
            for j in min[1]..=max[1] {
                let row = j * grid[0];
                let cell = [0, (j - min[1]) / self.step[1], (k - min[2]) / self.step[2]];
                let cells = &found[self.offset(cell)..];
                for i in min[0]..=max[0] {
                    let own = drawn[row + i];
                    let is_drawn = own != 0 || across_j.contains(&j) || across_i.contains(&i);
                    out[row + i] = match is_drawn {
                        true => own,
                        false => cells[(i - min[0]) / self.step[0]],
                    };
                }
            }
        })
    }
}
