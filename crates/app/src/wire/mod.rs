//! The types that cross the wire between a host and the UI: the only ones, for both hosts.
//!
//! Control messages are JSON. Indices are (i, j, k) with i fastest in memory; points are patient
//! coordinates (LPS, mm); times are RFC 3339 in UTC; identifiers are opaque strings.

mod annotation;
mod archive;
mod audit;
mod bytes;
mod classifier;
mod convert;
mod edges;
mod effect;
mod error;
mod event;
mod exchange;
mod front;
mod histogram;
mod image;
mod interpolation;
mod masked;
mod matches;
mod past;
mod protocol;
mod redraw;
mod sections;
mod seeds;
mod shape;
mod snake;
mod statistics;
mod stroke;
mod study;
mod track;
mod volume_effect;
mod volumes;

pub use annotation::*;
pub use archive::*;
pub use audit::*;
pub use bytes::*;
pub use classifier::*;
pub use convert::*;
pub use edges::*;
pub use effect::*;
pub use error::*;
pub use event::*;
pub use exchange::*;
pub use front::*;
pub use histogram::*;
pub use image::*;
pub use interpolation::*;
pub use masked::*;
pub use matches::*;
pub use past::*;
pub use protocol::*;
pub use redraw::*;
pub use sections::*;
pub use seeds::*;
pub use shape::*;
pub use snake::*;
pub use statistics::*;
pub use stroke::*;
pub use study::*;
pub use track::*;
pub use volume_effect::*;
pub use volumes::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request that says nothing more than its command's name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
