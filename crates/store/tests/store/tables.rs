//! Everything a library file holds that has to be the same elsewhere.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};
use std::path::{Path, PathBuf};

type Bytes = Vec<u8>;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tables {
    pub(crate) salt: Bytes,
    pub(crate) head: (i64, Bytes),
    /// Sequence, bytes, hash, document, kind, target.
    pub(crate) records: Vec<(i64, Bytes, Bytes, Bytes, String, Option<i64>)>,
    /// Every column, as text.
    pub(crate) documents: Vec<Vec<String>>,
    pub(crate) bricks: Vec<Vec<String>>,
}

pub(crate) async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    options.connect().await.unwrap()
}

pub(crate) async fn tables(path: PathBuf) -> Tables {
    let mut raw = raw(&path).await;
    let library = sqlx::query("SELECT salt, head, head_hash FROM library")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    let records = "SELECT sequence, bytes, hash, document, kind, target FROM record ORDER BY 1";
    Tables {
        salt: library.get("salt"),
        head: (library.get("head"), library.get("head_hash")),
        records: sqlx::query_as(records).fetch_all(&mut raw).await.unwrap(),
        documents: rows(
            &mut raw,
            "SELECT hex(id), image_key, size_i || '', size_j || '', size_k || '', n_layers || '',
                 hex(segments), hex(classes), hex(shapes), hex(root), n_records || ''
             FROM document ORDER BY 1",
        )
        .await,
        bricks: rows(
            &mut raw,
            "SELECT hex(document), layer || '', i || '', j || '', k || '', hex(hash), hex(content)
             FROM brick ORDER BY 1, 2, 5, 4, 3",
        )
        .await,
    }
}

async fn rows(raw: &mut SqliteConnection, query: &'static str) -> Vec<Vec<String>> {
    let rows = sqlx::query(query).fetch_all(raw).await.unwrap();
    let columns = |row: &sqlx::sqlite::SqliteRow| (0..row.len()).map(|n| row.get(n)).collect();
    rows.iter().map(columns).collect()
}
