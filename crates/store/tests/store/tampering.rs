//! Whatever is changed behind the log's back is found, and the right record is named.

use crate::common::{DOCUMENT, Fixture, author, open};
use annotomy_annotation::edit;
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_store::{Library, StoreError};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use uuid::Uuid;

/// Takes the guards away, as somebody who wants to cheat would.
const UNGUARD: &str = "DROP TRIGGER record_is_not_changed; DROP TRIGGER record_is_not_removed; ";

/// SQLite's page size, bytes.
const PAGE: usize = 4096;

async fn check(sql: &str, expected: Option<u64>) {
    check_in(&Fixture::with_history().await, sql, expected).await;
}

async fn tamper(fixture: &Fixture, sql: &str) {
    let mut raw = SqliteConnectOptions::new()
        .filename(fixture.path())
        .connect()
        .await
        .unwrap();
    let sql = sqlx::AssertSqlSafe(format!("{UNGUARD} {sql}"));
    sqlx::raw_sql(sql).execute(&mut raw).await.unwrap();
}

async fn check_in(fixture: &Fixture, sql: &str, expected: Option<u64>) {
    tamper(fixture, sql).await;
    let found = fixture.library.verify().await.unwrap();
    assert_eq!(
        found.first_fault.as_ref().map(|fault| fault.sequence),
        expected,
        "{sql}: {found:?}"
    );
}

#[tokio::test]
async fn honest_library_holds() {
    check("", None).await;
    let fixture = Fixture::with_history().await;
    let found = fixture.library.verify().await.unwrap();
    assert_eq!(found.n_records, 8);
    assert_eq!(
        found.n_bricks as usize,
        fixture.state.layers()[0].bricks().len()
    );
}

#[tokio::test]
async fn changed_record_is_named() {
    check(
        "UPDATE record SET hash = zeroblob(32) WHERE sequence = 5",
        Some(5),
    )
    .await;
    check(
        "UPDATE record SET kind = 'erase' WHERE sequence = 4",
        Some(4),
    )
    .await;
    check("UPDATE record SET target = 3 WHERE sequence = 8", Some(8)).await;
    check(
        "UPDATE record SET document = zeroblob(16) WHERE sequence = 3",
        Some(3),
    )
    .await;
}

#[tokio::test]
async fn removed_swapped_or_repeated_records_are_named() {
    check("DELETE FROM record WHERE sequence = 4", Some(5)).await;
    check("DELETE FROM record WHERE sequence = 1", Some(2)).await;
    check(
        "UPDATE record SET sequence = 99 WHERE sequence = 4;
         UPDATE record SET sequence = 4 WHERE sequence = 5;
         UPDATE record SET sequence = 5 WHERE sequence = 99",
        Some(4),
    )
    .await;
    check("INSERT INTO record SELECT 9, bytes, hash, document, kind, target FROM record WHERE sequence = 8", Some(9)).await;
}

#[tokio::test]
async fn log_cut_short_is_found_and_the_first_missing_record_named() {
    check("DELETE FROM record WHERE sequence = 8", Some(8)).await;
    // A stroke and its undo together change no voxel.
    check("DELETE FROM record WHERE sequence >= 7", Some(7)).await;
    // An export changes nothing at all.
    let mut fixture = Fixture::with_history().await;
    fixture.apply(Operation::trace(OperationKind::Export)).await;
    check_in(&fixture, "DELETE FROM record WHERE sequence = 9", Some(9)).await;
}

#[tokio::test]
async fn log_cut_short_takes_no_further_record() {
    let mut fixture = Fixture::with_history().await;
    tamper(&fixture, "DELETE FROM record WHERE sequence >= 7").await;
    let folder = fixture.folder;
    drop(fixture.library);
    fixture.library = open(&folder).await.unwrap();
    let add = edit::add_segment(
        &fixture.state,
        SegmentId(Uuid::from_u128(3)),
        "C".to_owned(),
        Color([1; 3]),
        None,
    );
    let operation = add.unwrap();
    let after = fixture.state.after(&operation.changes).unwrap();
    let states = [&fixture.state, &after];
    let refused = fixture
        .library
        .append(DOCUMENT, operation, states, author(9))
        .await;
    assert!(
        matches!(refused, Err(StoreError::Damaged { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn document_moved_to_another_image_or_grid_is_named() {
    check("UPDATE document SET image_key = 'another'", Some(1)).await;
    check("UPDATE document SET size_k = size_k + 1", Some(1)).await;
    check("UPDATE document SET n_records = n_records - 1", Some(8)).await;
    check("UPDATE document SET root = zeroblob(32)", Some(8)).await;
}

#[tokio::test]
async fn page_that_cannot_be_read_is_a_fault_of_the_record_on_it() {
    let mut fixture = Fixture::with_history().await;
    // A record of many pages, so that one of them can be hit.
    fixture.paint(1, [24.0, 20.0, 12.0], 30.0).await;
    tamper(&fixture, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    drop(fixture.library);
    let path = fixture.folder.path().join("library.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    // The tree of records is told apart by its hash columns; all its pages but the first are lost.
    let n_pages = bytes.len() / PAGE;
    for page in 2..n_pages {
        bytes[page * PAGE..][..PAGE].fill(0xA5);
    }
    std::fs::write(&path, bytes).unwrap();
    let library = Library::open_read_only(&path).await.unwrap();
    let found = library.verify().await.unwrap();
    let fault = found.first_fault.unwrap();
    assert_eq!(fault.sequence, found.n_records + 1, "{fault:?}");
}

#[tokio::test]
async fn document_that_does_not_fit_its_log_is_not_handed_out() {
    let fixture = Fixture::with_history().await;
    tamper(&fixture, "DELETE FROM brick WHERE i = 1").await;
    let refused = fixture.library.document(DOCUMENT).await;
    assert!(
        matches!(refused, Err(StoreError::Damaged { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn changed_voxels_name_the_record_that_painted_them() {
    // Brick (1, 0, 0) was painted by record 6 only; the others by later ones too.
    let brick = "WHERE i = 1 AND j = 0 AND k = 0";
    check(
        &format!("UPDATE brick SET content = zeroblob(9) {brick}"),
        Some(6),
    )
    .await;
    check(
        &format!("UPDATE brick SET hash = zeroblob(32) {brick}"),
        Some(6),
    )
    .await;
    check(&format!("DELETE FROM brick {brick}"), Some(8)).await;
    check("UPDATE document SET segments = x'80'", Some(5)).await;
}

#[tokio::test]
async fn every_changed_byte_of_every_record_is_found() {
    let fixture = Fixture::with_history().await;
    let mut raw = SqliteConnectOptions::new()
        .filename(fixture.path())
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql(UNGUARD).execute(&mut raw).await.unwrap();
    let records: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT sequence, bytes FROM record")
        .fetch_all(&mut raw)
        .await
        .unwrap();
    for (sequence, bytes) in records {
        for position in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << (position % 8);
            write(&mut raw, sequence, &changed).await;
            let fault = fixture.library.verify().await.unwrap().first_fault.unwrap();
            assert_eq!(fault.sequence, sequence.cast_unsigned(), "byte {position}");
        }
        write(&mut raw, sequence, &bytes).await;
    }
    assert_eq!(fixture.library.verify().await.unwrap().first_fault, None);
}

async fn write(raw: &mut sqlx::SqliteConnection, sequence: i64, bytes: &[u8]) {
    sqlx::query("UPDATE record SET bytes = ? WHERE sequence = ?")
        .bind(bytes)
        .bind(sequence)
        .execute(raw)
        .await
        .unwrap();
}
