//! The audit trail, as people and programs read it.

use crate::app::{App, Caller};
use crate::history::operation_name;
use crate::time::rfc3339;
use crate::wire::{self, Nothing, WireError};
use annotomy_store::{Record, RecordHash, Verification};
use std::sync::Arc;

/// Records in one answer: each may hold the changed voxels of a large stroke.
const MAX_RECORDS: u32 = 1000;

pub(crate) async fn audit_log(
    app: &Arc<App>,
    _: &Caller,
    request: wire::AuditLogRequest,
) -> Result<wire::AuditLog, WireError> {
    let after = request.after.map_or(0, u64::from);
    let limit = request.limit.unwrap_or(MAX_RECORDS).min(MAX_RECORDS);
    let records = app.library().records(after, limit).await?;
    Ok(wire::AuditLog {
        records: records.into_iter().map(wire_record).collect(),
    })
}

fn wire_record((record, hash): (Record, RecordHash)) -> wire::AuditRecord {
    wire::AuditRecord {
        sequence: record.sequence as u32,
        at: rfc3339(record.author.at_us),
        by: record.author.user,
        document: record.document.0.to_string(),
        operation: operation_name(&record.operation),
        target: record.operation.target.map(|target| target as u32),
        n_voxels: record.operation.n_voxels() as u32,
        hash: hash.to_string(),
    }
}

pub(crate) async fn audit_verify(
    app: &Arc<App>,
    _: &Caller,
    _: Nothing,
) -> Result<wire::AuditVerification, WireError> {
    Ok(wire_verification(app.library().verify().await?))
}

pub(crate) fn wire_verification(found: Verification) -> wire::AuditVerification {
    wire::AuditVerification {
        n_records: found.n_records as u32,
        n_withheld: found.n_withheld as u32,
        n_bricks: found.n_bricks as u32,
        head: found.head.map(|hash| hash.to_string()),
        first_fault: found.first_fault.map(|fault| wire::AuditFault {
            sequence: fault.sequence as u32,
            reason: fault.reason,
        }),
    }
}

pub(crate) async fn audit_rebuild(
    app: &Arc<App>,
    _: &Caller,
    _: Nothing,
) -> Result<Nothing, WireError> {
    app.library().rebuild_projections().await?;
    Ok(Nothing {})
}
