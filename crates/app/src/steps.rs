//! Operations done lately, with the states around them. Undo and redo then neither read the log nor make
//! again what was there a moment ago; what is not kept is read and made.

use crate::app::App;
use crate::wire::WireError;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_store::{Step, StepEnd};
use annotomy_volume::delta::LabelDelta;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// History kept in memory; what is older is in the log.
const BUDGET_BYTES: usize = 64 << 20;

/// What is kept, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Steps(Mutex<VecDeque<Arc<Kept>>>);

#[derive(Debug)]
struct Kept {
    sequence: u64,
    operation: Operation,
    step: Step,
    n_bytes: usize,
}

impl Steps {
    /// Keeps what a record did.
    pub(crate) fn keep(&self, sequence: u64, operation: Operation, states: [&DocumentState; 2]) {
        let step = Step::new(states);
        let deltas: usize = operation.deltas().map(LabelDelta::n_bytes).sum();
        let n_bytes = deltas + step.n_bytes();
        let mut all = self.all();
        all.push_back(Arc::new(Kept {
            sequence,
            operation,
            step,
            n_bytes,
        }));
        let mut held: usize = all.iter().map(|kept| kept.n_bytes).sum();
        while held > BUDGET_BYTES {
            let Some(oldest) = all.pop_front() else { break };
            held -= oldest.n_bytes;
        }
    }

    /// The operation of a record.
    fn operation(&self, sequence: u64) -> Option<Operation> {
        Some(self.find(sequence)?.operation.clone())
    }

    /// The state that an undo or a redo of a record leads to from `now`.
    pub(crate) fn state(&self, repeated: &Operation, now: &DocumentState) -> Option<DocumentState> {
        let to = match repeated.kind {
            OperationKind::Undo => StepEnd::Before,
            OperationKind::Redo => StepEnd::After,
            _ => return None,
        };
        self.find(repeated.target?)?.step.taken(now, to)
    }

    /// Forgets all: the log is another one.
    pub(crate) fn clear(&self) {
        self.all().clear();
    }

    fn find(&self, sequence: u64) -> Option<Arc<Kept>> {
        let all = self.all();
        let kept = all.iter().rev().find(|kept| kept.sequence == sequence);
        kept.map(Arc::clone)
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Kept>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The operation of a record.
pub(crate) async fn operation_of(app: &App, sequence: u64) -> Result<Operation, WireError> {
    match app.steps.operation(sequence) {
        Some(operation) => Ok(operation),
        None => Ok(app.library().record(sequence).await?.operation),
    }
}
