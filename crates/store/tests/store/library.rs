//! What is written is what is read, now and after a restart.

use crate::common::{DOCUMENT, Fixture, author, open};
use annotomy_annotation::edit;
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_store::{ImageKey, Library, RecentPath, StoreError};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

#[tokio::test]
async fn document_survives_a_restart_with_its_undo_history() {
    let fixture = Fixture::with_history().await;
    let before = fixture.stored().await;
    assert_eq!(before.state, fixture.state);
    let Fixture {
        folder,
        library,
        state,
    } = fixture;
    drop(library);
    let library = open(&folder).await.unwrap();
    let image = ImageKey("image".to_owned());
    assert_eq!(library.find_document(&image).await.unwrap(), Some(DOCUMENT));
    let after = library.document(DOCUMENT).await.unwrap();
    assert_eq!(after.state, state);
    assert_eq!(after.undo, before.undo);
    assert_eq!(
        (after.undo.to_undo(), after.undo.to_redo()),
        (Some(6), Some(7))
    );
    assert_eq!(after.revision, 8);
}

#[tokio::test]
async fn projections_can_be_dropped_and_rebuilt_from_the_log() {
    let fixture = Fixture::with_history().await;
    let mut raw = raw(&fixture).await;
    sqlx::raw_sql("DELETE FROM brick; UPDATE document SET segments = x'80'")
        .execute(&mut raw)
        .await
        .unwrap();
    assert!(
        fixture
            .library
            .verify()
            .await
            .unwrap()
            .first_fault
            .is_some()
    );
    fixture.library.rebuild_projections().await.unwrap();
    assert_eq!(fixture.stored().await.state, fixture.state);
    assert_eq!(fixture.library.verify().await.unwrap().first_fault, None);
}

#[tokio::test]
async fn what_is_moved_to_its_place_needs_no_write_ahead_log() {
    let fixture = Fixture::with_history().await;
    let copy = tempfile::tempdir().unwrap();
    let alone = copy.path().join("library.sqlite");
    let n_records = async || {
        // The file itself, without the write-ahead log beside it.
        std::fs::copy(fixture.path(), &alone).unwrap();
        let options = SqliteConnectOptions::new().filename(&alone).read_only(true);
        let mut raw = options.connect().await.unwrap();
        let counted = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM record");
        let counted = counted.fetch_one(&mut raw).await.unwrap_or(0);
        raw.close().await.unwrap();
        counted
    };
    assert_eq!(n_records().await, 0);
    fixture.library.checkpoint().await;
    assert_eq!(n_records().await, 8);
    assert_eq!(fixture.stored().await.state, fixture.state);
}

#[tokio::test]
async fn second_program_is_refused_until_the_first_is_gone() {
    let Fixture {
        folder, library, ..
    } = Fixture::new().await;
    let error = open(&folder).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    let reader = Library::open_read_only(&folder.path().join("library.sqlite"))
        .await
        .unwrap();
    assert_eq!(reader.records(0, 10).await.unwrap().len(), 1);
    let image = ImageKey("other".to_owned());
    let refused = reader
        .create_document(DOCUMENT, &image, [1; 3], author(0))
        .await;
    assert!(matches!(refused, Err(StoreError::InUse { .. })));
    drop((library, reader));
    open(&folder).await.unwrap();
}

#[tokio::test]
async fn library_of_a_newer_version_is_refused_and_left_alone() {
    let fixture = Fixture::new().await;
    let mut raw = raw(&fixture).await;
    sqlx::raw_sql("PRAGMA user_version = 99")
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    let Fixture {
        folder, library, ..
    } = fixture;
    drop(library);
    for error in [
        open(&folder).await.unwrap_err(),
        Library::open_read_only(&folder.path().join("library.sqlite"))
            .await
            .unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                StoreError::Newer {
                    found: 99,
                    known: 10,
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[tokio::test]
async fn file_that_is_no_library_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let text = "this is not a database, and long enough to look like a page".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = open(&folder).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("library.sqlite"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn recent_paths_come_newest_first_and_once() {
    let Fixture {
        library,
        folder: _folder,
        ..
    } = Fixture::new().await;
    for (path, opened_us) in [("/a", 1), ("/b", 2), ("/a", 3)] {
        let modality = "CT".to_owned();
        let recent = RecentPath {
            path: path.to_owned(),
            modality,
            n_series: 1,
            opened_us,
        };
        library.note_opened(&recent).await.unwrap();
    }
    let paths: Vec<_> = library
        .recent(10)
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.path)
        .collect();
    assert_eq!(paths, ["/a", "/b"]);
}

#[tokio::test]
async fn settings_that_durability_rests_on_are_in_force() {
    let fixture = Fixture::new().await;
    let mut raw = raw(&fixture).await;
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(journal, "wal");
    let parts: Vec<u32> = version.split('.').map(|n| n.parse().unwrap()).collect();
    assert!(
        parts >= vec![3, 51, 3],
        "SQLite {version} has the WAL-reset defect"
    );
}

async fn raw(fixture: &Fixture) -> sqlx::SqliteConnection {
    SqliteConnectOptions::new()
        .filename(fixture.path())
        .connect()
        .await
        .unwrap()
}

#[tokio::test]
async fn edit_of_a_state_that_is_no_longer_there_is_refused() {
    let mut fixture = Fixture::with_history().await;
    let old = fixture.state.clone();
    fixture.add_segment(3).await;
    let id = SegmentId(Uuid::from_u128(4));
    let late = edit::add_segment(&old, id, "Late".to_owned(), Color([1; 3]), None).unwrap();
    let after = old.after(&late.changes).unwrap();
    let refused = fixture
        .library
        .append(DOCUMENT, late, [&old, &after], author(3))
        .await;
    assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    // The writer goes on, and nothing of it was kept.
    fixture.add_segment(5).await;
    assert_eq!(fixture.stored().await.state, fixture.state);
    assert_eq!(fixture.library.verify().await.unwrap().first_fault, None);
}
