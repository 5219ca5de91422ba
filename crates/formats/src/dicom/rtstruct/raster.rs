//! Which voxels of a series lie in the regions of a structure set.
//!
//! A voxel is inside if its centre is enclosed by an odd number of the region's contours in its
//! slice. So a contour inside another is a hole, as in keyholes, and an island in a hole is filled
//! again; this is the common reading of CLOSED_PLANAR and the meaning of CLOSEDPLANAR_XOR.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "vectors of floats: nothing overflows"
)]

use super::read::{Contour, Region, Structures};
use crate::dicom::seg::Segment;
use crate::dicom::seg::frames::Placed;
use crate::dicom::seg::grid::images;
use crate::dicom::seg::layers::{Mask, layers};
use crate::dicom::series::DicomSeries;
use crate::error::FormatError;
use crate::finding::Finding;
use crate::series::Series;
use annotomy_volume::contour::{Outline, SlicePoint, fill};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{Axis, PointLps};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A contour this far off a slice still belongs to it, in slices.
const HALF: f64 = 0.5;

/// A contour off its slice by more than this is reported, in slices.
const ON_SLICE: f64 = 0.05;

/// A contour whose points are more than this off one plane is oblique, in slices.
const PLANAR: f64 = 0.1;

/// Edges times rows that they cross, in one slice of one region.
const MAX_CROSSINGS: f64 = (1 << 24) as f64;

/// Regions as labels on the images' grid.
#[derive(Debug)]
pub struct Rasterized {
    /// Labels; regions that overlap are in different layers.
    pub layers: Vec<LabelMap>,
    /// A segment for each region, in order; their labels count from 1.
    pub segments: Vec<Segment>,
    /// What was odd or left out.
    pub report: Vec<Finding>,
}

/// How many contours were odd.
#[derive(Debug, Default)]
struct Odd {
    oblique: usize,
    outside: usize,
    between: usize,
}

impl Structures {
    /// Finds the voxels of the series whose centres the contours enclose, slice by slice where the
    /// slices were acquired. Contours that are not parallel to the slices or beyond them are left
    /// out, those between slices go to the nearest; both are said.
    ///
    /// # Errors
    /// [`FormatError::Unsupported`] if the contours are in another frame of reference,
    /// [`FormatError::Limit`] if there is too much of them.
    pub fn rasterize(&self, series: &Series) -> Result<Rasterized, FormatError> {
        self.check_frame(series)?;
        let planes = images(series);
        let size = series.geometry().size();
        let step = series.geometry().step(Axis::K);
        let between = planes
            .first()
            .map_or(1.0, |plane| step.dot(plane.normal()).abs());
        let mut odd = Odd::default();
        let mut masks = Vec::new();
        let mut segments = Vec::new();
        for (region, number) in self.regions.iter().zip(1_u32..) {
            let label = Label::try_from(number)
                .map_err(|_| FormatError::limit(&self.path, "more than 65535 regions"))?;
            let outlines = outlines(region, &planes, between, &mut odd);
            masks.push((label, self.mask(outlines, size)?));
            segments.push(Segment {
                label,
                ..region.segment.clone()
            });
        }
        let (layers, layer_of) = layers(size, masks)
            .ok_or_else(|| FormatError::limit(&self.path, "the grid of the images"))?;
        for segment in &mut segments {
            segment.layer = layer_of.get(&segment.label).copied().unwrap_or(0);
        }
        let report = self.report.iter().cloned().chain(odd.findings()).collect();
        Ok(Rasterized {
            layers,
            segments,
            report,
        })
    }

    fn check_frame(&self, series: &Series) -> Result<(), FormatError> {
        let ours = series.dicom().map_or("", DicomSeries::frame_of_reference);
        let is_other = |region: &Region| {
            let theirs = region.frame_of_reference.as_str();
            !ours.is_empty() && !theirs.is_empty() && ours != theirs
        };
        if self.regions.iter().any(is_other) {
            let what = "regions in another frame of reference than the images";
            return Err(FormatError::unsupported(&self.path, what));
        }
        Ok(())
    }

    fn mask(
        &self,
        outlines: BTreeMap<usize, Vec<Outline>>,
        [columns, rows, _]: [usize; 3],
    ) -> Result<Mask, FormatError> {
        let crossings = |outlines: &Vec<Outline>| -> f64 {
            let spans = outlines
                .iter()
                .flat_map(|outline| spans(outline, rows as f64));
            spans.sum()
        };
        if outlines
            .values()
            .any(|slice| crossings(slice) > MAX_CROSSINGS)
        {
            let what = "a region with too many edges in one slice";
            return Err(FormatError::limit(&self.path, what));
        }
        let bits = |(k, outlines): (usize, Vec<Outline>)| {
            let mut inside = vec![false; columns.saturating_mul(rows)];
            fill(&outlines, columns, &mut inside);
            let byte = |voxels: &[bool]| {
                let set = voxels.iter().enumerate().filter(|(_, inside)| **inside);
                set.fold(0, |byte, (n, _)| byte | (1_u8 << n))
            };
            (k, inside.chunks(8).map(byte).collect())
        };
        Ok(outlines.into_par_iter().map(bits).collect())
    }
}

impl Odd {
    fn findings(&self) -> impl Iterator<Item = Finding> {
        let finding = |n: usize, code, what: &str| {
            (n > 0).then(|| Finding::warning(code, format!("{n} contours {what}")))
        };
        let oblique = "are not parallel to the slices; they were left out.";
        let outside = "lie beyond the slices; they were left out.";
        let between = "lie between slices; they were taken for the nearest slice.";
        [
            finding(self.oblique, "oblique_contours", oblique),
            finding(self.outside, "contours_outside", outside),
            finding(self.between, "contours_between_slices", between),
        ]
        .into_iter()
        .flatten()
    }
}

/// The contours of a region in the pixels of the slices that they lie in.
fn outlines(
    region: &Region,
    planes: &[Placed],
    between: f64,
    odd: &mut Odd,
) -> BTreeMap<usize, Vec<Outline>> {
    let mut outlines: BTreeMap<usize, Vec<Outline>> = BTreeMap::new();
    for contour in &region.contours {
        let Some((k, plane, off)) = nearest(contour, planes) else {
            continue;
        };
        let depths = contour.points.iter().map(|point| depth(*point, plane));
        let (low, high) = depths.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), depth| {
            (low.min(depth), high.max(depth))
        });
        if high - low > PLANAR * between {
            odd.oblique = odd.oblique.saturating_add(1);
        } else if off > HALF * between {
            odd.outside = odd.outside.saturating_add(1);
        } else {
            if off > ON_SLICE * between {
                odd.between = odd.between.saturating_add(1);
            }
            let points = contour.points.iter().map(|point| in_slice(*point, plane));
            let points = points.collect();
            outlines.entry(k).or_default().push(Outline { points });
        }
    }
    outlines
}

/// The slice nearest to a contour's first point, and how far off it is, mm.
fn nearest<'a>(contour: &Contour, planes: &'a [Placed]) -> Option<(usize, &'a Placed, f64)> {
    let point = contour.points.first()?;
    let numbered = planes.iter().enumerate();
    numbered
        .map(|(k, plane)| (k, plane, depth(*point, plane).abs()))
        .min_by(|(.., a), (.., b)| a.total_cmp(b))
}

fn depth(point: PointLps, plane: &Placed) -> f64 {
    (point - plane.position).dot(plane.normal())
}

fn in_slice(point: PointLps, plane: &Placed) -> SlicePoint {
    let offset = point - plane.position;
    let [between_columns, between_rows] = plane.spacing;
    SlicePoint([
        offset.dot(plane.along_row) / between_columns,
        offset.dot(plane.along_column) / between_rows,
    ])
}

/// For each edge, about how many rows it crosses.
fn spans(outline: &Outline, rows: f64) -> impl Iterator<Item = f64> {
    let next = outline.points.iter().cycle().skip(1);
    outline.points.iter().zip(next).map(move |(a, b)| {
        let ([_, a], [_, b]) = (a.0, b.0);
        (a.clamp(0.0, rows) - b.clamp(0.0, rows)).abs() + 1.0
    })
}
