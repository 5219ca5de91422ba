//! Sections that go on in planes at any angle: their pixels are squares as wide as the finest step of
//! the grid, and values lie between voxels, in straight lines; beyond the grid its outermost ones go on.

use super::plane::Plane;
use super::{FARTHEST, MARGIN_MM, MARGIN_PIXELS, Propagated, goes_on, moved};
use crate::chosen::voxels_where;
use crate::distance::signed_distance;
use crate::mask::{Mask, whole_box};
use crate::spacing::Spacing;
use crate::steps::{Cancelled, Steps};
use annotomy_volume::cut_plane::CutPlane;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::progress::Progress;
use annotomy_volume::sample::{Interpolation, sample};
use annotomy_volume::space::{ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::Volume;

/// Pixels of the longer side of what is looked at, at most; where there would be more, they are larger.
const MOST_PIXELS: f64 = 1024.0;

/// Where a section in a plane goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PropagationAcross {
    /// The plane with the section.
    pub plane: CutPlane,
    /// From plane to plane, along the normal or against it.
    pub step: Mm,
    /// How many planes it may come to.
    pub n_planes: usize,
    /// How alike two planes have to be around the section, as a correlation from -1 to 1.
    pub least_alike: f64,
}

/// How far a section in a plane came.
#[derive(Debug, Clone, PartialEq)]
pub enum Across {
    /// The plane cuts no voxel of the mask.
    NoSection,
    /// The plane beside it is drawn already.
    Drawn,
    /// To planes that are counted from 1.
    To(Propagated),
}

/// Propagates the part of a mask that a plane cuts to the planes beside it. A plane in which `mask` has
/// voxels that those before did not cut ends it.
///
/// `geometry` says where the voxels lie.
///
/// # Errors
/// [`Cancelled`].
pub fn propagate_across(
    (volume, geometry): (&Volume, &Geometry),
    mask: &Mask,
    wanted: &PropagationAcross,
    progress: &dyn Progress,
) -> Result<Across, Cancelled> {
    let grid = mask.grid();
    let grids = [geometry, volume.geometry()].map(Geometry::size);
    if grids != [grid; 2] {
        return Ok(Across::NoSection);
    }
    let Some((sheets, mut section)) = Sheets::of((volume, geometry), mask, wanted) else {
        return Ok(Across::NoSection);
    };
    let mut found = Propagated {
        mask: Mask::empty(grid),
        slices: Vec::new(),
    };
    let steps = Steps::new(progress, wanted.n_planes.max(1));
    for n in 1..=wanted.n_planes {
        if sheets.is_drawn(mask, n, &steps)? {
            if n == 1 {
                return Ok(Across::Drawn);
            }
            break;
        }
        let Some((depths, alike)) = sheets.moved(&section, n, &steps)? else {
            break;
        };
        let next = sheets.section(&depths, n);
        let areas = [&section, &next].map(|section| section.pixels.len());
        if !goes_on(areas, (alike, wanted.least_alike)) {
            break;
        }
        let voxels = sheets.voxels((&depths, &next), n, &steps)?;
        found.mask = found.mask.union(&voxels);
        found.slices.push((n, alike));
        section = next;
        steps.step()?;
    }
    Ok(Across::To(found))
}

/// Pixels of a section, by column and row from the plane's own.
struct Section {
    pixels: Vec<[i64; 2]>,
}

impl Section {
    /// First and last column and row; none of a section without pixels.
    fn bounds(&self) -> Option<[[i64; 2]; 2]> {
        let first = *self.pixels.first()?;
        let all = self.pixels.iter();
        Some(all.fold([first; 2], |[low, high], pixel| {
            let both = |pick: fn(i64, i64) -> i64, of: [i64; 2]| {
                std::array::from_fn(|n| pick(of[n], pixel[n]))
            };
            [both(i64::min, low), both(i64::max, high)]
        }))
    }
}

/// How deep pixels lie in a section.
struct Depths {
    /// Column and row of the first one.
    first: [i64; 2],
    plane: Plane,
}

impl Depths {
    /// The pixels in the section.
    fn pixels(&self) -> impl Iterator<Item = [i64; 2]> {
        let [n_u, _] = self.plane.size;
        let [u, v] = self.first;
        let inside = self.plane.values.iter().enumerate();
        let inside = inside.filter(|(_, depth)| **depth > 0.0);
        inside.map(move |(at, _)| [u + (at % n_u) as i64, v + (at / n_u) as i64])
    }

    /// Between pixels; outside beyond them.
    fn at(&self, place: [f64; 2]) -> f32 {
        let at = |n: usize| place[n] - self.first[n] as f64;
        let is_there = |n: usize| (0.0..=(self.plane.size[n] - 1) as f64).contains(&at(n));
        match is_there(0) && is_there(1) {
            true => self.plane.between([at(0) as f32, at(1) as f32]),
            false => -1.0,
        }
    }
}

/// Parallel planes, all with the same pixels: that with the section is number 0.
struct Sheets<'a> {
    volume: &'a Volume,
    geometry: &'a Geometry,
    plane: CutPlane,
    step: VectorLps,
    reach_mm: f64,
    origin: PointLps,
    axes: [VectorLps; 2],
    /// The side of a pixel.
    mm: f64,
}

impl<'a> Sheets<'a> {
    /// With the section of a mask; none where the plane cuts none of it.
    fn of(
        (volume, geometry): (&'a Volume, &'a Geometry),
        mask: &Mask,
        wanted: &PropagationAcross,
    ) -> Option<(Self, Section)> {
        let PropagationAcross { plane, step, .. } = *wanted;
        let bounds = mask.bounds()?;
        let corners = (0..8_usize).map(|n| {
            let side = |axis: usize| match n >> axis & 1 {
                0 => bounds.min[axis] as f64 - 0.5,
                _ => bounds.max[axis] as f64 + 0.5,
            };
            geometry.lps_at(ContinuousIndex(std::array::from_fn(side)))
        });
        let corners: Vec<PointLps> = corners.collect();
        let origin = plane.foot(*corners.first()?);
        let axes = plane.axes();
        let span = axes.map(|axis| {
            let along = corners.iter().map(|&corner| (corner - origin).dot(axis));
            along.fold([0.0_f64; 2], |[low, high], mm| [low.min(mm), high.max(mm)])
        });
        let longest = span
            .iter()
            .map(|[low, high]| high - low)
            .fold(0.0, f64::max);
        let finest = geometry
            .spacing_mm()
            .into_iter()
            .fold(f64::INFINITY, f64::min);
        let sheets = Self {
            volume,
            geometry,
            plane,
            step: plane.normal() * step.0,
            reach_mm: plane.reach_mm(geometry),
            origin,
            axes,
            mm: finest.max(longest / MOST_PIXELS),
        };
        let places = span
            .map(|[low, high]| (low / sheets.mm).floor() as i64..=(high / sheets.mm).ceil() as i64);
        let [columns, rows] = places;
        let pixels = rows.flat_map(|v| columns.clone().map(move |u| [u, v]));
        let pixels = pixels.filter(|&pixel| {
            let at = geometry.index_at(sheets.centre(pixel, 0));
            let voxel = geometry.nearest_voxel(at);
            voxel.is_some_and(|voxel| mask.contains(voxel))
        });
        let section = Section {
            pixels: pixels.collect(),
        };
        (!section.pixels.is_empty()).then_some((sheets, section))
    }

    /// The centre of a pixel of a plane.
    fn centre(&self, [u, v]: [i64; 2], n: usize) -> PointLps {
        let [right, down] = self.axes;
        let along = right * (u as f64 * self.mm) + down * (v as f64 * self.mm);
        self.origin + along + self.step * n as f64
    }

    fn plane(&self, n: usize) -> CutPlane {
        let point = self.origin + self.step * n as f64;
        CutPlane::new(point, self.plane.normal()).unwrap_or(self.plane)
    }

    /// Whether a mask has voxels in a plane that those before it did not cut.
    fn is_drawn(&self, mask: &Mask, n: usize, progress: &dyn Progress) -> Result<bool, Cancelled> {
        let Some(bounds) = mask.bounds() else {
            return Ok(false);
        };
        let step_mm = self.step.norm();
        let way = self.step.dot(self.plane.normal()).signum();
        let is_new = |voxel: VoxelIndex| {
            let ahead = way * self.plane.height_mm(self.centre_of(voxel));
            let is_cut = (ahead - step_mm * n as f64).abs() <= self.reach_mm;
            let was_cut = ahead <= step_mm * (n - 1) as f64 + self.reach_mm;
            is_cut && !was_cut && mask.contains(voxel)
        };
        Ok(!voxels_where(mask.grid(), bounds, is_new, progress)?.is_empty())
    }

    fn centre_of(&self, VoxelIndex(at): VoxelIndex) -> PointLps {
        let at = ContinuousIndex(at.map(|n| n as f64));
        self.geometry.lps_at(at)
    }

    /// How deep pixels of a plane lie in the section of the plane before, and how alike both are around
    /// it; none where there is no section.
    fn moved(
        &self,
        section: &Section,
        n: usize,
        progress: &dyn Progress,
    ) -> Result<Option<(Depths, f64)>, Cancelled> {
        let Some([low, high]) = section.bounds() else {
            return Ok(None);
        };
        let margin = ((MARGIN_MM / self.mm).ceil() as usize).max(MARGIN_PIXELS) as i64;
        let first = low.map(|at| at - margin);
        let size: [usize; 2] =
            std::array::from_fn(|n| (high[n] - low[n] + 2 * margin + 1) as usize);
        let [before, now] = [n - 1, n].map(|n| self.values((first, size), n));
        let [n_u, n_v] = size;
        let grid = [n_u, n_v, 1];
        let inside = self.inside(section, (first, size), n - 1);
        let spacing = Spacing::even([Mm(self.mm); 3]).ok();
        let (Some(mask), Some(whole), Some(spacing)) =
            (Mask::from_dense(grid, &inside), whole_box(grid), spacing)
        else {
            return Ok(None);
        };
        let distances = signed_distance(&mask, &spacing, whole, Some(FARTHEST), progress)?;
        let distances = Plane {
            size,
            values: distances.mm().to_vec(),
        };
        let mm = [self.mm as f32; 2];
        let (plane, alike) = moved([&before, &now], &distances, mm, progress)?;
        Ok(Some((Depths { first, plane }, alike)))
    }

    /// Which of some pixels of a plane lie in a section; beyond the grid those that the pixels at its
    /// border do.
    fn inside(
        &self,
        section: &Section,
        (first, [n_u, n_v]): ([i64; 2], [usize; 2]),
        n: usize,
    ) -> Vec<bool> {
        let place = |[u, v]: [i64; 2]| {
            let [u, v] = [u - first[0], v - first[1]].map(|at| usize::try_from(at).ok());
            let (u, v) = (u.filter(|&u| u < n_u)?, v.filter(|&v| v < n_v)?);
            Some(v * n_u + u)
        };
        let mut own = vec![false; n_u * n_v];
        for at in section.pixels.iter().filter_map(|&pixel| place(pixel)) {
            own[at] = true;
        }
        let all = (0..n_v).flat_map(|v| (0..n_u).map(move |u| [u, v]));
        let pixels = all.map(|[u, v]| [first[0] + u as i64, first[1] + v as i64]);
        let inside = pixels.map(|pixel| {
            let at = self.geometry.index_at(self.centre(pixel, n));
            let nearest = self.in_grid(at);
            if nearest == at {
                return place(pixel).is_some_and(|at| own[at]);
            }
            let border = self.place(self.geometry.lps_at(nearest));
            let [low, high] = [f64::floor, f64::ceil].map(|to| border.map(|at| to(at) as i64));
            let around = [low, [high[0], low[1]], [low[0], high[1]], high];
            around.into_iter().filter_map(place).any(|at| own[at])
        });
        inside.collect()
    }

    /// The pixels of a section that lie in the grid.
    fn section(&self, depths: &Depths, n: usize) -> Section {
        let is_there = |&pixel: &[i64; 2]| {
            let at = self.geometry.index_at(self.centre(pixel, n));
            self.geometry.nearest_voxel(at).is_some()
        };
        Section {
            pixels: depths.pixels().filter(is_there).collect(),
        }
    }

    /// A position, or that at the grid's border that is nearest to it.
    fn in_grid(&self, ContinuousIndex(at): ContinuousIndex) -> ContinuousIndex {
        let last = self.geometry.size().map(|n| (n - 1) as f64);
        ContinuousIndex(std::array::from_fn(|n| at[n].clamp(0.0, last[n])))
    }

    /// Column and row of a point, seen along the normal.
    fn place(&self, point: PointLps) -> [f64; 2] {
        let offset = point - self.origin;
        self.axes.map(|axis| offset.dot(axis) / self.mm)
    }

    /// The image in some pixels of a plane.
    fn values(&self, ([u, v], size): ([i64; 2], [usize; 2]), n: usize) -> Plane {
        Plane::of(size, |place| {
            let pixel = [u + place[0] as i64, v + place[1] as i64];
            let at = self.geometry.index_at(self.centre(pixel, n));
            let value = sample(self.volume, self.in_grid(at), Interpolation::Linear);
            value.unwrap_or_default() as f32
        })
    }

    /// The voxels of a section that a plane cuts, without those that the first one cuts.
    fn voxels(
        &self,
        (depths, section): (&Depths, &Section),
        n: usize,
        progress: &dyn Progress,
    ) -> Result<Mask, Cancelled> {
        let grid = self.geometry.size();
        let plane = self.plane(n);
        let corners = section.bounds().map(|[low, high]| {
            // Between pixels it reaches further than its own.
            let [low, high] = [low.map(|at| at - 1), high.map(|at| at + 1)];
            [low, [high[0], low[1]], high, [low[0], high[1]]].map(|pixel| self.centre(pixel, n))
        });
        let region =
            corners.and_then(|corners| plane.region_around(self.geometry, &corners, self.reach_mm));
        let Some(region) = region else {
            return Ok(Mask::empty(grid));
        };
        let is_inside = |voxel: VoxelIndex| {
            let centre = self.centre_of(voxel);
            let is_cut = |plane: &CutPlane| plane.height_mm(centre).abs() <= self.reach_mm;
            is_cut(&plane) && !is_cut(&self.plane) && depths.at(self.place(centre)) > 0.0
        };
        voxels_where(grid, region, is_inside, progress)
    }
}
