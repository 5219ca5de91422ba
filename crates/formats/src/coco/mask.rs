//! Masks as polygons or run lengths.

use super::rle;
use annotomy_volume::contour::{Outline, SlicePoint, fill, solid_outlines};
use annotomy_volume::labels::Label;
use serde::{Deserialize, Serialize};

/// How masks are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskForm {
    /// Along the edges of pixels, so that pycocotools fills exactly the pixels. Polygons have no
    /// holes: a mask with one is written as run lengths.
    Polygons,
    /// Run lengths as a list of numbers.
    RunLengths,
    /// Run lengths packed into a text.
    PackedRunLengths,
}

/// The pixels of a mask, in the file's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CocoMask {
    /// Each x0, y0, x1, y1, ...
    Polygons(Vec<Vec<f64>>),
    /// Run lengths.
    RunLengths {
        /// The lengths.
        counts: Counts,
        /// Rows and columns of the picture.
        size: [usize; 2],
    },
}

/// Lengths of runs outside and inside in turn, down the columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Counts {
    /// As they are.
    Listed(Vec<u32>),
    /// As pycocotools packs them.
    Packed(String),
}

impl CocoMask {
    /// The pixels of a slice that have `label`, in the form asked for where it can hold them.
    #[must_use]
    pub fn of(labels: &[Label], columns: usize, label: Label, form: MaskForm) -> Self {
        let polygons = (form == MaskForm::Polygons)
            .then(|| solid_outlines(labels, columns, label))
            .flatten();
        if let Some(outlines) = polygons {
            return Self::Polygons(outlines.iter().map(polygon).collect());
        }
        let inside: Vec<bool> = labels.iter().map(|found| *found == label).collect();
        let counts = rle::counts(&inside, columns);
        Self::RunLengths {
            size: [inside.len().checked_div(columns).unwrap_or(0), columns],
            counts: match form {
                MaskForm::PackedRunLengths => Counts::Packed(rle::packed(&counts)),
                MaskForm::Polygons | MaskForm::RunLengths => Counts::Listed(counts),
            },
        }
    }

    /// Its pixels on a picture of `size` (columns and rows), row by row; `None` if it is of a
    /// picture of another size.
    #[must_use]
    pub fn pixels(&self, size: [usize; 2]) -> Option<Vec<bool>> {
        let [columns, rows] = size;
        match self {
            Self::Polygons(polygons) => {
                let mut inside = vec![false; columns.checked_mul(rows)?];
                let outlines: Vec<Outline> = polygons.iter().map(|p| outline(p)).collect();
                fill(&outlines, columns, &mut inside);
                Some(inside)
            }
            Self::RunLengths { size, .. } if *size != [rows, columns] => None,
            Self::RunLengths { counts, .. } => match counts {
                Counts::Listed(counts) => rle::pixels(counts, size),
                Counts::Packed(text) => rle::pixels(&rle::unpacked(text)?, size),
            },
        }
    }
}

/// From voxel centres at whole numbers to voxel corners at whole numbers.
fn polygon(outline: &Outline) -> Vec<f64> {
    let corners = outline.points.iter().map(|point| point.0.map(|x| x + 0.5));
    corners.flatten().collect()
}

fn outline(polygon: &[f64]) -> Outline {
    let corners = polygon.as_chunks::<2>().0;
    Outline {
        points: corners
            .iter()
            .map(|corner| SlicePoint(corner.map(|x| x - 0.5)))
            .collect(),
    }
}
