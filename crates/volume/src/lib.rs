//! Floor 0: the maths every other crate stands on.
//!
//! Geometry, volumes in their stored type, bricked label maps, sampling, reslicing and measures.
//! No I/O, no clock, no randomness, no async.
//!
//! # Conventions
//! - One world: DICOM patient coordinates (LPS: +x to the patient's left, +y to posterior, +z to
//!   superior), millimetres.
//! - An index names a voxel's centre. Index order is (i, j, k): i is fastest in memory and runs
//!   along a row, j counts rows, k counts slices.
//! - Transforms are named `lps_from_index` and applied to the right, so that names cancel.

mod bit_planes;
mod brick;
pub mod brick_mask;
pub mod brush;
pub mod contour;
pub mod crop;
pub mod cut_plane;
pub mod delta;
pub mod geometry;
mod kernel;
pub mod label_plane;
pub mod label_slices;
pub mod labels;
pub mod measure;
pub mod orientation;
pub mod percentile;
pub mod progress;
pub mod region;
pub mod regrid;
pub mod reslice;
pub mod sample;
mod scanline;
pub mod slab;
pub mod slice;
mod slice_track;
pub mod space;
pub mod spline;
pub mod statistics;
pub mod surface;
mod trilinear;
pub mod volume;
