//! Floor 1: algorithms, volume in, labels out, cancellable, with progress.
//!
//! What annotators do to one segment at a time (islands, margins, smoothing, holes), to all of them
//! (joint smoothing) or to an image (thresholds, flood fill). No I/O, no clock, no randomness, no
//! async, and the same result on any number of threads.
//!
//! # Conventions
//! - A segment comes in and goes out as a [`Mask`]: one bit a voxel, in a box around what matters,
//!   so that work is proportional to the segment and not to the volume.
//! - Lengths are in millimetres along the grid's axes ([`Spacing`]); index order is (i, j, k).
//! - Beyond the grid there is nothing to know: it neither grows into a segment nor eats one.

mod adaptive;
mod around;
mod automatic;
mod block;
mod boolean;
mod chosen;
mod classify;
mod columns;
mod components;
mod confidence;
mod distance;
mod entropy;
mod fronts;
mod gaussian;
mod histogram;
mod holes;
mod interpolate;
mod islands;
mod iso_contour;
mod joint;
mod labelled;
mod live_wire;
mod margin;
mod mask;
mod mask_labels;
mod maths;
mod mirror;
mod propagate;
mod rows;
mod seeds;
mod simd;
mod sliding;
mod smooth;
mod snake;
mod spacing;
mod steps;
mod threshold;
mod value_plane;
mod walk;
mod watershed;

pub use adaptive::{Adaptive, adaptive_stroke};
pub use around::box_around;
pub use automatic::AutoThreshold;
pub use chosen::{runs_where, voxels_where};
pub use classify::{Classifier, ClassifierBytesError, LearnError, classify, voxel_features};
pub use components::{Component, Components, Connectivity, components};
pub use confidence::{Confidence, Confident, confidence_connected};
pub use distance::{DistanceMap, signed_distance};
pub use fronts::{Arrival, FrontSpeed, GeodesicFill, arrival, geodesic_fill};
pub use histogram::Histogram;
pub use holes::{Holes, fill_holes};
pub use interpolate::{
    Filling, Goes, Interpolated, Matched, MatchedGroup, PartChoice, PlaneSection, SectionPart,
    Sections, Way, drawn_slices, interpolate, interpolate_coarsely, interpolate_with,
};
pub use islands::{Islands, islands, split_islands};
pub use iso_contour::{NoContour, iso_contour};
pub use joint::smooth_jointly;
pub use live_wire::{ANCHOR, NEIGHBOURS, WireCosts, ways_to};
pub use margin::{Wall, grow, hollow, shrink};
pub use mask::Mask;
pub use mirror::mirrored;
pub use propagate::{
    Across, Propagated, Propagation, PropagationAcross, propagate, propagate_across,
};
pub use seeds::{Grown, Growth, GrowthError, grow_seeds, seed_region};
pub use smooth::{Smoothing, smooth};
pub use snake::{
    Bubble, Class, EdgeSpeed, Mixture, MixtureError, Motion, Snake, SnakeError, Speed, Start,
    ThresholdSpeed, classifier_speed, cluster_speed, edge_speed, fit_mixture, threshold_speed,
};
pub use spacing::{Spacing, SpacingError};
pub use steps::Cancelled;
pub use threshold::{Flood, flood_fill, threshold};
pub use value_plane::ValuePlane;
pub use walk::{Walk, random_walk};
pub use watershed::{Watershed, watershed};
