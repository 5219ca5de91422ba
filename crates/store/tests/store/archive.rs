//! A library that was sent elsewhere is the same library there.

use crate::common::{DOCUMENT, Fixture, SIZE, author, open};
use crate::tables::{Tables, tables};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::edit;
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_store::{
    ArchiveError, ArchiveRequest, DocumentId, ImageKey, Library, NewLibrary, SourceImage, Staged,
    StoreError,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const OTHER: DocumentId = DocumentId(Uuid::from_u128(78));

pub(crate) fn everything() -> ArchiveRequest {
    ArchiveRequest {
        documents: None,
        images: Vec::new(),
        program: "test".to_owned(),
        now_us: 7,
    }
}

pub(crate) fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

pub(crate) async fn save(fixture: &Fixture, request: &ArchiveRequest) -> PathBuf {
    let path = fixture.folder.path().join("library.annotomy");
    let written = fixture.library.write_archive(&path, request, &go_on).await;
    written.unwrap();
    path
}

pub(crate) async fn read(archive: &Path) -> Result<(Staged, TempDir), ArchiveError> {
    let folder = tempfile::tempdir().unwrap();
    let staged = Staged::read(archive, folder.path(), None, &go_on).await?;
    Ok((staged, folder))
}

/// A library on another machine: of another device, with another key.
async fn elsewhere() -> (Library, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let new = NewLibrary {
        device: Uuid::from_u128(6),
        salt: [8; 32],
        now_us: 3,
    };
    let library = Library::open(&folder.path().join("library.sqlite"), new).await;
    (library.unwrap(), folder)
}

pub(crate) async fn opened(archive: &Path) -> (Library, TempDir) {
    let (library, folder) = elsewhere().await;
    let (staged, _scratch) = read(archive).await.unwrap();
    library.restore(&staged).await.unwrap();
    (library, folder)
}

async fn add_segment(library: &Library, id: DocumentId, n: u128) {
    let before = library.document(id).await.unwrap().state;
    let segment = SegmentId(Uuid::from_u128(n));
    let add =
        edit::add_segment(&before, segment, format!("Later {n}"), Color([1; 3]), None).unwrap();
    let after = before.after(&add.changes).unwrap();
    let appended = library.append(id, add, [&before, &after], author(9)).await;
    appended.unwrap();
}

/// A second document, with a segment that is easy to find in a file.
pub(crate) async fn with_other_document() -> Fixture {
    let fixture = Fixture::with_history().await;
    let image = ImageKey("other".to_owned());
    let begun = fixture
        .library
        .create_document(OTHER, &image, SIZE, author(3));
    begun.await.unwrap();
    let empty = DocumentState::empty(SIZE);
    let id = SegmentId(Uuid::from_u128(9));
    let add =
        edit::add_segment(&empty, id, "Confidential".to_owned(), Color([2; 3]), None).unwrap();
    let after = empty.after(&add.changes).unwrap();
    let appended = fixture
        .library
        .append(OTHER, add, [&empty, &after], author(4))
        .await;
    appended.unwrap();
    fixture
}

#[tokio::test]
async fn archive_that_is_opened_elsewhere_is_equal_row_by_row() {
    let fixture = with_other_document().await;
    let archive = save(&fixture, &everything()).await;
    let (library, folder) = opened(&archive).await;
    let found = library.verify().await.unwrap();
    assert_eq!(found, fixture.library.verify().await.unwrap());
    assert_eq!((found.n_records, found.n_withheld), (10, 0));
    let [before, after] = [fixture.path(), folder.path().join("library.sqlite")].map(tables);
    let (before, after) = (before.await, after.await);
    assert_eq!(after, before);
    let Tables {
        records, bricks, ..
    } = after;
    assert_eq!((records.len(), bricks.is_empty()), (10, false));
}

#[tokio::test]
async fn opened_library_goes_on_under_its_own_device_and_is_sent_on() {
    let fixture = Fixture::with_history().await;
    let archive = save(&fixture, &everything()).await;
    let (library, folder) = opened(&archive).await;
    add_segment(&library, DOCUMENT, 50).await;
    let second = folder.path().join("second.annotomy");
    let written = library.write_archive(&second, &everything(), &go_on).await;
    written.unwrap();
    let (third, third_folder) = opened(&second).await;
    add_segment(&third, DOCUMENT, 51).await;
    let found = third.verify().await.unwrap();
    assert_eq!((found.n_records, found.first_fault), (10, None));
    // Both machines go on from one log, and no number is written twice under one name.
    let theirs = tables(folder.path().join("library.sqlite")).await;
    let last = tables(third_folder.path().join("library.sqlite")).await;
    assert_eq!(last.records[..9], theirs.records[..]);
    let record = third.records(8, 9).await.unwrap();
    assert_eq!(record.len(), 2);
    drop(third);
    let again = Library::open_read_only(&third_folder.path().join("library.sqlite")).await;
    assert_eq!(again.unwrap().verify().await.unwrap().first_fault, None);
}

#[tokio::test]
async fn library_in_use_refuses_an_archive_and_keeps_what_it_has() {
    let fixture = Fixture::with_history().await;
    let archive = save(&fixture, &everything()).await;
    let (staged, _scratch) = read(&archive).await.unwrap();
    let before = tables(fixture.path()).await;
    let refused = fixture.library.restore(&staged).await;
    assert!(
        matches!(refused, Err(StoreError::Occupied { n_records: 8, .. })),
        "{refused:?}"
    );
    assert_eq!(tables(fixture.path()).await, before);
    // The writer goes on.
    add_segment(&fixture.library, DOCUMENT, 60).await;
    let verified = fixture.library.verify().await.unwrap();
    assert_eq!(verified.first_fault, None);
}

#[tokio::test]
async fn document_that_is_sent_alone_takes_the_hashes_of_the_others_along() {
    let mut fixture = with_other_document().await;
    fixture.add_segment(40).await;
    let request = ArchiveRequest {
        documents: Some(BTreeSet::from([DOCUMENT])),
        ..everything()
    };
    let archive = save(&fixture, &request).await;
    let bytes = std::fs::read(&archive).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("Segment 1"), "records lie in the file as they are");
    assert!(!holds("Confidential"));
    let (library, folder) = opened(&archive).await;
    let found = library.verify().await.unwrap();
    let all = fixture.library.verify().await.unwrap();
    assert_eq!((found.n_records, found.n_withheld), (11, 2));
    assert_eq!((found.head, found.first_fault.clone()), (all.head, None));
    assert_eq!(library.documents().await.unwrap().len(), 1);
    let state = library.document(DOCUMENT).await.unwrap().state;
    assert_eq!(state, fixture.state);
    assert_eq!(library.records(0, 100).await.unwrap().len(), 9);
    // It goes on, and what was withheld stays so when it is sent on.
    add_segment(&library, DOCUMENT, 41).await;
    let second = folder.path().join("second.annotomy");
    let written = library.write_archive(&second, &everything(), &go_on).await;
    assert_eq!(written.unwrap().n_records, 12);
    let (staged, _scratch) = read(&second).await.unwrap();
    assert_eq!(staged.summary().verification.n_withheld, 2);
}

#[tokio::test]
async fn document_that_is_not_there_cannot_be_sent() {
    let fixture = Fixture::with_history().await;
    let request = ArchiveRequest {
        documents: Some(BTreeSet::from([OTHER])),
        ..everything()
    };
    let path = fixture.folder.path().join("none.annotomy");
    let refused = fixture.library.write_archive(&path, &request, &go_on).await;
    let refused = refused.unwrap_err();
    assert!(matches!(
        refused,
        ArchiveError::Store(StoreError::NoSuchDocument)
    ));
}

#[tokio::test]
async fn files_of_images_come_out_as_they_went_in() {
    let fixture = Fixture::with_history().await;
    let source = tempfile::tempdir().unwrap();
    let [header, voxels] = [("a.mhd", vec![b'h'; 10]), ("raw/a.raw", vec![3; 3_000_000])];
    std::fs::create_dir(source.path().join("raw")).unwrap();
    let files = [&header, &voxels].map(|(name, bytes)| {
        let path = source.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    });
    let request = ArchiveRequest {
        images: vec![SourceImage {
            key: ImageKey("image".to_owned()),
            files: files.to_vec(),
        }],
        ..everything()
    };
    let archive = save(&fixture, &request).await;
    let bytes = std::fs::read(&archive).unwrap();
    let place = source.path().to_str().unwrap().as_bytes();
    let tells = bytes.windows(place.len()).any(|window| window == place);
    assert!(!tells, "the archive does not say where the image was");
    let [scratch, images] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let staged = Staged::read(&archive, scratch.path(), Some(images.path()), &go_on);
    let staged = staged.await.unwrap();
    let [image] = staged.summary().images.as_slice() else {
        panic!("{:?}", staged.summary());
    };
    assert_eq!((image.n_files, image.n_bytes), (2, 3_000_010));
    for (name, bytes) in [header, voxels] {
        let found = std::fs::read(images.path().join(&image.folder).join(name)).unwrap();
        assert!(found == bytes, "{name}");
    }
}

#[tokio::test]
async fn archive_of_an_empty_library_is_one_too() {
    let (library, folder) = elsewhere().await;
    let path = folder.path().join("empty.annotomy");
    let written = library.write_archive(&path, &everything(), &go_on).await;
    assert_eq!(written.unwrap().head, None);
    let (staged, _scratch) = read(&path).await.unwrap();
    assert_eq!(staged.summary().verification.n_records, 0);
}

#[tokio::test]
async fn work_stops_when_it_is_cancelled() {
    let fixture = Fixture::with_history().await;
    let archive = save(&fixture, &everything()).await;
    let stop = |_| ControlFlow::Break(());
    let scratch = tempfile::tempdir().unwrap();
    let other = scratch.path().join("other.annotomy");
    let refusals = [
        Staged::read(&archive, scratch.path(), None, &stop)
            .await
            .err(),
        fixture
            .library
            .write_archive(&other, &everything(), &stop)
            .await
            .err(),
    ];
    for refused in refusals {
        assert!(
            matches!(refused, Some(ArchiveError::Cancelled)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn library_of_an_older_format_is_checked_as_it_is_and_becomes_a_newer_one() {
    let fixture = Fixture::with_history().await;
    let path = fixture.path();
    let mut raw = crate::tables::raw(&path).await;
    sqlx::raw_sql(
        "DROP TABLE classifier; DROP TABLE origin; ALTER TABLE document DROP COLUMN classes;
         ALTER TABLE document DROP COLUMN shapes; ALTER TABLE document DROP COLUMN pixel_size;
         PRAGMA user_version = 1",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    drop(raw);
    let Fixture {
        folder, library, ..
    } = fixture;
    drop(library);
    let library = Library::open_read_only(&path).await.unwrap();
    assert_eq!(library.verify().await.unwrap().first_fault, None);
    drop(library);
    let library = open(&folder).await.unwrap();
    add_segment(&library, DOCUMENT, 70).await;
    assert_eq!(library.verify().await.unwrap().first_fault, None);
}
