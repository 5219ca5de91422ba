//! The audit trail.

use super::OperationName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Asks for records of the log, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditLogRequest {
    /// Only records after this sequence number.
    pub after: Option<u32>,
    /// At most so many; never more than 1000 at once.
    pub limit: Option<u32>,
}

/// Records of the log.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AuditLog {
    /// Oldest first.
    pub records: Vec<AuditRecord>,
}

/// Who did what when.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AuditRecord {
    /// Its place in the log, 1 first.
    pub sequence: u32,
    /// When, RFC 3339, UTC.
    pub at: String,
    /// Who.
    pub by: String,
    /// The document.
    pub document: String,
    /// What.
    pub operation: OperationName,
    /// For undo and redo, the operation concerned.
    pub target: Option<u32>,
    /// Voxels changed.
    pub n_voxels: u32,
    /// SHA-256 of the record, hexadecimal.
    pub hash: String,
}

/// Result of walking the whole log and all voxels.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AuditVerification {
    /// Records that were checked.
    pub n_records: u32,
    /// Of these, the ones of which only the hash is here, since an archive left them out.
    pub n_withheld: u32,
    /// Stored bricks that were checked.
    pub n_bricks: u32,
    /// Hash of the last record, hexadecimal; write it down to notice a log cut short.
    pub head: Option<String>,
    /// The first thing that does not hold, if any.
    pub first_fault: Option<AuditFault>,
}

/// Something in the log that does not hold.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AuditFault {
    /// The record concerned.
    pub sequence: u32,
    /// What does not hold.
    pub reason: String,
}
