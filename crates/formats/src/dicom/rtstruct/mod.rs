//! DICOM structure sets (PS3.3 A.19, C.8.8.5 to C.8.8.8): the outlines of segments, slice by slice.

mod raster;
mod read;
mod write;

use super::seg::Segment;
use super::write::NewObject;
use crate::series::Series;
use annotomy_volume::labels::LabelMap;

pub use raster::Rasterized;
pub use read::{Contour, Region, Structures, read_structure_set};
pub use write::{check_structure_set, write_structure_set};

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct StructureSet<'a> {
    /// The images that were segmented.
    pub series: &'a Series,
    /// Which of their volumes, 0 first: the one whose images are referred to.
    pub volume: usize,
    /// Labels on the images' own grid.
    pub layers: &'a [LabelMap],
    /// Regions of interest in the order of their numbers, which begin with 1.
    pub segments: &'a [Segment],
    /// UIDs, dates and names of the new object.
    pub object: &'a NewObject,
}
