//! Grids, samples, labels and surfaces: closed forms, properties, and the peers.

mod bricks;
mod contour;
mod cut_plane;
mod label_slices;
mod labels;
mod orientation;
mod peers;
mod percentile;
mod region;
mod regrid;
mod reslice;
mod sampling;
mod slab;
mod slice;
mod spline;
mod statistics;
mod surface;
mod uneven_slices;
