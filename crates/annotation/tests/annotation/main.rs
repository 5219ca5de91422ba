//! Documents, their edits, and what undo brings back.

mod copying;
mod editing;
mod permit;
mod protocol;
mod restoring;
mod shapes;
