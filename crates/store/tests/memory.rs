//! Archives of large libraries and images take little memory: what is large goes through in parts.
//!
//! A program of its own, since its memory is what is measured (Linux: `/proc/self`).

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::change::Change;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit;
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_store::{
    ArchiveRequest, Author, DocumentId, ImageKey, Library, NewLibrary, SourceImage, Staged,
};
use annotomy_volume::labels::{Brick, BrickIndex, LabelMap};
use std::ops::ControlFlow;
use std::path::Path;
use uuid::Uuid;

const MIB: u64 = 1 << 20;

/// Documents of 4 MiB of labels each, and an image file.
const N_DOCUMENTS: u128 = 64;
const BRICKS_PER_DOCUMENT: u16 = 64;
const IMAGE_BYTES: u64 = 256 * MIB;

/// Half of the labels, a quarter of the image and labels: caches of SQLite are a part of it.
const MAX_GROWTH: u64 = 128 * MIB;

fn author() -> Author {
    Author {
        user: "Ada".to_owned(),
        at_us: 1,
        program: "test".to_owned(),
    }
}

fn new_library(device: u128) -> NewLibrary {
    NewLibrary {
        device: Uuid::from_u128(device),
        salt: [7; 32],
        now_us: 0,
    }
}

/// The program's largest memory so far, since it was last forgotten.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<u64>().unwrap() << 10
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// A segment in stripes that differ from document to document.
async fn draw(library: &Library, n: u128) {
    let size = [32, 32, 32 * usize::from(BRICKS_PER_DOCUMENT)];
    let id = DocumentId(Uuid::from_u128(n));
    let image = ImageKey(format!("{n}"));
    let begun = library.create_document(id, &image, size, author());
    begun.await.unwrap();
    let empty = DocumentState::empty(size);
    let segment = SegmentId(Uuid::from_u128(n));
    let add = edit::add_segment(&empty, segment, "A".to_owned(), Color([1; 3]), None).unwrap();
    let before = empty.after(&add.changes).unwrap();
    let added = library.append(id, add, [&empty, &before], author());
    added.await.unwrap();
    let brick = |k: u16| {
        let label = |at: u32| u16::from((at / 64 + u32::from(k) + n as u32) % 5 < 2);
        let labels: Vec<_> = (0..1 << 15).map(label).collect();
        (BrickIndex([0, 0, k]), Brick::new(&labels).unwrap())
    };
    let drawn = LabelMap::from_bricks(size, (0..BRICKS_PER_DOCUMENT).map(brick)).unwrap();
    let mut operation = Operation::trace(OperationKind::Import);
    let delta = drawn.drawn(|label| label);
    operation.changes.push(Change::labels(0, delta));
    let after = before.after(&operation.changes).unwrap();
    let appended = library.append(id, operation, [&before, &after], author());
    appended.await.unwrap();
}

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

async fn round_trip(folder: &Path, library: &Library) {
    let image = folder.join("image.raw");
    let file = std::fs::File::create(&image).unwrap();
    file.set_len(IMAGE_BYTES).unwrap();
    let request = ArchiveRequest {
        documents: None,
        images: vec![SourceImage {
            key: ImageKey("1".to_owned()),
            files: vec![image],
        }],
        program: "test".to_owned(),
        now_us: 7,
    };
    let archive = folder.join("large.annotomy");
    let written = library.write_archive(&archive, &request, &go_on).await;
    let [scratch, images] = ["scratch", "images"].map(|name| folder.join(name));
    std::fs::create_dir(&scratch).unwrap();
    let staged = Staged::read(&archive, &scratch, Some(&images), &go_on);
    let staged = staged.await.unwrap();
    let found = &staged.summary().verification;
    assert_eq!(found.head, written.unwrap().head);
    assert_eq!(
        found.n_bricks,
        N_DOCUMENTS as u64 * u64::from(BRICKS_PER_DOCUMENT)
    );
    let other = folder.join("other.sqlite");
    let other = Library::open(&other, new_library(6)).await;
    other.unwrap().restore(&staged).await.unwrap();
}

#[tokio::test]
async fn large_library_is_saved_checked_and_opened_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let library = Library::open(&path, new_library(5)).await.unwrap();
    for n in 1..=N_DOCUMENTS {
        draw(&library, n).await;
    }
    let labels = N_DOCUMENTS as u64 * u64::from(BRICKS_PER_DOCUMENT) * (64 << 10);
    assert_eq!(labels, 256 * MIB);
    forget_peak();
    let before = peak();
    round_trip(folder.path(), &library).await;
    let growth = peak().saturating_sub(before);
    assert!(growth < MAX_GROWTH, "{} MiB more", growth / MIB);
}
