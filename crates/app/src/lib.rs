//! Floor 3: what users can do.
//!
//! One list of [`commands`], the same for every host; the handlers behind it; the [`wire`] types;
//! the door for [`bytes`]; events; caches. Knows nothing of windows, HTTP or command lines.

pub mod bytes;
pub mod commands;
pub mod config;
pub mod openapi;
pub mod wire;

mod app;
mod archive;
mod audit;
mod classifiers;
mod coded;
mod convert;
mod documents;
mod drawing;
mod drawn_at;
mod edits;
mod errors;
mod export;
mod history;
mod image_cache;
mod image_planes;
mod image_view;
mod images;
mod import;
mod interpolation;
mod iso_contour;
mod jobs;
mod json_file;
mod live_wire;
mod masked;
mod matches;
mod past;
mod pixels;
mod plane_bytes;
mod protocol;
mod rest;
mod seeds;
mod shapes;
mod snake;
mod statistics;
mod steps;
mod studies;
mod study_labels;
mod surfaces;
mod thumbnail;
mod time;
mod voi;
mod volumes;
mod windows;

pub use app::{App, Caller};
