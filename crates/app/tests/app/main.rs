//! The app, as its hosts see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archive;
mod automation;
mod bench;
mod classifiers;
mod common;
mod datasets;
mod display;
mod edges;
mod edits;
mod effects;
mod effects_in_planes;
mod exchange;
mod files;
mod fronts;
mod histogram;
mod images;
mod journey;
mod masked;
mod matches;
mod merging;
mod past;
mod pixel_size;
mod planes;
mod protocol;
mod random_tools;
mod redraw;
mod scope;
mod sections;
mod seeds;
mod shapes;
mod snake;
mod study_labels;
mod surfaces;
mod tracks;
mod volume_effects;
mod volumes;
