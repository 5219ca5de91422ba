//! Archives: a library as one file, and such a file as a library.

mod create;
mod images;
mod open;
mod switch;

pub(crate) use create::create_archive;
pub(crate) use images::list_documents;
pub(crate) use open::{open_archive, verify_archive};
pub(crate) use switch::use_library;

use crate::audit::wire_verification;
use crate::jobs::{Job, blocking};
use crate::time::rfc3339;
use crate::wire::{self, WireError};
use annotomy_formats::Progress;
use annotomy_store::Summary;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

const ENDING: &str = ".annotomy";

const MEBIBYTE: f64 = (1 << 20) as f64;

/// Runs work that waits for the library and for files by turns, off the async threads.
async fn blocking_on<T: Send + 'static, W: Future<Output = Result<T, WireError>>>(
    work: impl FnOnce() -> W + Send + 'static,
) -> Result<T, WireError> {
    let runtime = tokio::runtime::Handle::current();
    blocking(move || runtime.block_on(work())).await
}

/// Counts bytes for a job, of about `n_bytes`.
fn count(job: &Job, n_bytes: u64) -> impl Fn(u64) -> ControlFlow<()> {
    let n_done = AtomicU64::new(0);
    let mebibytes = |n: u64| (n >> 20) as usize;
    move |n| {
        let done = n_done.fetch_add(n, Ordering::Relaxed) + n;
        job.advance(mebibytes(done.min(n_bytes)), mebibytes(n_bytes));
        match job.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

fn summary(found: &Summary) -> wire::ArchiveSummary {
    let images = &found.images;
    wire::ArchiveSummary {
        program: found.program.clone(),
        created_at: rfc3339(found.created_us),
        n_documents: found.n_documents as u32,
        n_classifiers: found.n_classifiers as u32,
        n_images: images.len() as u32,
        n_image_files: images.iter().map(|image| image.n_files as u32).sum(),
        image_mebibytes: images.iter().map(|image| image.n_bytes).sum::<u64>() as f64 / MEBIBYTE,
        verification: wire_verification(found.verification.clone()),
    }
}

/// A hidden folder that goes away; on the same disk as what it is for.
fn scratch_in(folder: &Path) -> Result<TempDir, WireError> {
    let scratch = tempfile::Builder::new()
        .prefix(".annotomy-")
        .tempdir_in(folder);
    scratch.map_err(|e| WireError::io(folder, &e))
}

fn absolute(path: &str) -> Result<PathBuf, WireError> {
    let path = PathBuf::from(path);
    match path.is_absolute() {
        true => Ok(path),
        false => Err(WireError::invalid(
            "archives and folders are named by absolute paths",
        )),
    }
}

/// Bytes of a file; 0 where it cannot be seen.
fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}
