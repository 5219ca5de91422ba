//! Documents, their edits, and what undo brings back.

mod between;
mod between_peers;
mod copying;
mod editing;
mod permit;
mod protocol;
mod restoring;
mod shapes;
mod tracks;
