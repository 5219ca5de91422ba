//! Algorithms on voxels: closed forms, properties, and the peers.

mod adaptive;
mod automation;
mod classifier;
mod common;
mod components;
mod distance;
mod fronts;
mod interpolation;
mod interpolation_peers;
mod iso_contour;
mod large;
mod live_wire;
mod matches;
mod matches_peers;
mod propagation;
mod propagation_across;
mod properties;
mod seeds;
mod smoothing;
mod snake;
mod snake_peers;
mod thresholds;
