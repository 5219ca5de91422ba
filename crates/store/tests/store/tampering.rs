//! Whatever is changed behind the log's back is found, and the right record is named.

use crate::common::Fixture;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

/// Takes the guards away, as somebody who wants to cheat would.
const UNGUARD: &str = "DROP TRIGGER record_is_not_changed; DROP TRIGGER record_is_not_removed; ";

async fn check(tamper: &str, expected: Option<u64>) {
    let fixture = Fixture::with_history().await;
    let sql = sqlx::AssertSqlSafe(format!("{UNGUARD} {tamper}"));
    let mut raw = SqliteConnectOptions::new()
        .filename(fixture.path())
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql(sql).execute(&mut raw).await.unwrap();
    let found = fixture.library.verify().await.unwrap();
    assert_eq!(
        found.first_fault.as_ref().map(|fault| fault.sequence),
        expected,
        "{tamper}: {found:?}"
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
async fn log_cut_short_no_longer_fits_its_voxels() {
    // The undo was the last record and touched the brick of record 7 last.
    check("DELETE FROM record WHERE sequence = 8", Some(7)).await;
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
    check("UPDATE document SET segments = x'80'", Some(3)).await;
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
