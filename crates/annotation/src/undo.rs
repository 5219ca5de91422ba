//! What can be undone and redone, read off the log: so it survives a restart.

use crate::operation::OperationKind;

/// The two stacks of a document, as sequence numbers of the original operations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoStacks {
    done: Vec<u64>,
    undone: Vec<u64>,
}

impl UndoStacks {
    /// Takes note of the next operation of the log. `target` is the operation that an undo or
    /// redo is about.
    pub fn note(&mut self, sequence: u64, kind: OperationKind, target: Option<u64>) {
        match (kind, target) {
            (OperationKind::Undo, Some(target)) => {
                self.done.retain(|&s| s != target);
                self.undone.push(target);
            }
            (OperationKind::Redo, Some(target)) => {
                self.undone.retain(|&s| s != target);
                self.done.push(target);
            }
            (kind, _) if kind.is_undoable() => {
                self.done.push(sequence);
                self.undone.clear();
            }
            _ => {}
        }
    }

    /// The operation that undo would take back.
    #[must_use]
    pub fn to_undo(&self) -> Option<u64> {
        self.done.last().copied()
    }

    /// The operation that redo would bring back.
    #[must_use]
    pub fn to_redo(&self) -> Option<u64> {
        self.undone.last().copied()
    }

    /// Whether an operation has been done and not taken back.
    #[must_use]
    pub fn is_in_effect(&self, sequence: u64) -> bool {
        self.done.contains(&sequence)
    }
}
