//! What hosts push to every window.

use super::{Region, WireError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A push message.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A long command moves on.
    Progress {
        /// The job named in the request.
        job: String,
        /// What is going on.
        stage: Stage,
        /// Units finished.
        done: u32,
        /// Units in all, 0 while unknown.
        total: u32,
    },
    /// An image's voxels are complete: its value range is known and every slice can be fetched.
    ImageReady {
        /// The image.
        image: String,
    },
    /// An image's voxels could not be loaded.
    ImageFailed {
        /// The image.
        image: String,
        /// Why.
        error: WireError,
    },
    /// Another library is in use, or the library is an archive's now: ask for everything anew.
    LibraryChanged {},
    /// The segments of an image are those of other volumes than before.
    ScopeChanged {
        /// The image.
        image: String,
        /// Who chose it.
        by: String,
    },
    /// The label protocol changed.
    ProtocolChanged {
        /// Who changed it.
        by: String,
    },
    /// A document has a new revision.
    DocumentChanged {
        /// The document.
        document: String,
        /// Its revision now.
        revision: u32,
        /// Who changed it.
        by: String,
        /// The box of voxels that changed, if any did.
        region: Option<Region>,
    },
}

/// What a long command is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looking for images; counted in files.
    Scanning,
    /// Decoding voxels; counted in slices.
    Decoding,
    /// Writing or reading an archive; counted in mebibytes.
    Archiving,
    /// Changing voxels; counted in steps.
    Editing,
}
