//! Bricks: labels as they lie in the library.

use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use annotomy_annotation::document::DocumentState;
use annotomy_volume::labels::{BRICK_VOXELS, Brick, BrickIndex, ContentHash, LabelMap};
use rayon::prelude::*;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::sync::Arc;
use zstd::bulk::Compressor;

/// Fast; label bricks shrink to a few hundred bytes at any level.
const ZSTD_LEVEL: i32 = 1;
pub(crate) const BRICK_BYTES: usize = BRICK_VOXELS * size_of::<u16>();

/// Reads every layer of a document and checks each brick against its hash.
pub(crate) async fn read_layers(
    library: &Library,
    connection: &mut SqliteConnection,
    document: DocumentId,
    size: [usize; 3],
    n_layers: usize,
) -> Result<Vec<LabelMap>, StoreError> {
    let rows = sqlx::query(
        "SELECT layer, i, j, k, hash, content FROM brick WHERE document = ? ORDER BY layer",
    )
    .bind(document.0.as_bytes().as_slice())
    .fetch_all(connection)
    .await
    .map_err(|e| library.sqlite_error(e))?;
    let stored: Vec<StoredBrick> = rows
        .par_iter()
        .map(StoredBrick::read)
        .collect::<Result<_, _>>()
        .map_err(|reason| library.damaged(reason))?;
    let mut layers = vec![Vec::new(); n_layers];
    for stored in stored {
        layers
            .get_mut(usize::from(stored.layer))
            .ok_or_else(|| {
                library.damaged("a brick lies in a layer that does not exist".to_owned())
            })?
            .push((stored.index, stored.brick));
    }
    layers
        .into_iter()
        .map(|bricks| {
            LabelMap::from_bricks(size, bricks)
                .ok_or_else(|| library.damaged("a brick lies outside its grid".to_owned()))
        })
        .collect()
}

/// A row of the brick table.
pub(crate) struct StoredBrick {
    pub(crate) layer: u16,
    pub(crate) index: BrickIndex,
    pub(crate) brick: Brick,
}

impl StoredBrick {
    /// The error says what is wrong, naming the brick.
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, String> {
        let coordinate = |column| u16::try_from(row.get::<i64, _>(column)).unwrap_or(u16::MAX);
        let index = BrickIndex([coordinate("i"), coordinate("j"), coordinate("k")]);
        let layer = coordinate("layer");
        let at = || format!("brick {:?} of layer {layer}", index.0);
        let bytes = zstd::bulk::decompress(row.get("content"), BRICK_BYTES)
            .map_err(|e| format!("{} cannot be decompressed: {e}", at()))?;
        let brick = Brick::new(bytemuck::pod_collect_to_vec(&bytes))
            .ok_or_else(|| format!("{} is cut short", at()))?;
        if brick.hash().as_slice() == row.get::<&[u8], _>("hash") {
            Ok(Self {
                layer,
                index,
                brick,
            })
        } else {
            Err(format!("{} does not match its hash", at()))
        }
    }
}

/// Brings the brick table from one state to the next: only what differs is touched.
pub(crate) async fn write_changed(
    connection: &mut SqliteConnection,
    document: DocumentId,
    before: &DocumentState,
    after: &DocumentState,
) -> Result<(), sqlx::Error> {
    let empty = LabelMap::empty(after.size());
    let n_layers = after.layers().len();
    for (number, layer) in before.layers().iter().enumerate().skip(n_layers) {
        for (index, _) in layer.bricks() {
            remove(connection, (document, number, index)).await?;
        }
    }
    for (number, layer) in after.layers().iter().enumerate() {
        let old = before.layers().get(number).unwrap_or(&empty);
        let is_changed = |(index, brick): &(BrickIndex, &Arc<Brick>)| {
            old.brick(*index)
                .is_none_or(|previous| !Arc::ptr_eq(previous, brick))
        };
        let changed: Vec<_> = layer.bricks().filter(is_changed).collect();
        // A compressor costs more than a brick.
        let contents = changed
            .par_iter()
            .map_init(
                || Compressor::new(ZSTD_LEVEL),
                |compressor, (_, brick)| match compressor {
                    Ok(compressor) => compressor.compress(brick.bytes()),
                    Err(error) => Err(error.kind().into()),
                },
            )
            .collect::<Result<Vec<_>, _>>()?;
        for ((index, brick), content) in changed.into_iter().zip(contents) {
            upsert(connection, (document, number, index), brick.hash(), content).await?;
        }
        for (index, _) in old
            .bricks()
            .filter(|(index, _)| layer.brick(*index).is_none())
        {
            remove(connection, (document, number, index)).await?;
        }
    }
    Ok(())
}

/// Document, layer and place of a brick.
pub(crate) type BrickKey = (DocumentId, usize, BrickIndex);

/// Stores labels that match their hash.
pub(crate) async fn insert_labels(
    connection: &mut SqliteConnection,
    at: BrickKey,
    hash: ContentHash,
    labels: &[u8],
) -> Result<(), sqlx::Error> {
    let content = zstd::bulk::compress(labels, ZSTD_LEVEL)?;
    upsert(connection, at, hash, content).await
}

async fn upsert(
    connection: &mut SqliteConnection,
    (document, layer, index): BrickKey,
    hash: ContentHash,
    content: Vec<u8>,
) -> Result<(), sqlx::Error> {
    let [i, j, k] = index.0.map(i64::from);
    sqlx::query(
        "INSERT INTO brick (document, layer, i, j, k, hash, content) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET hash = excluded.hash, content = excluded.content",
    )
    .bind(document.0.as_bytes().as_slice())
    .bind(layer as i64)
    .bind(i)
    .bind(j)
    .bind(k)
    .bind(hash.as_slice())
    .bind(content)
    .execute(connection)
    .await?;
    Ok(())
}

async fn remove(
    connection: &mut SqliteConnection,
    (document, layer, index): BrickKey,
) -> Result<(), sqlx::Error> {
    let [i, j, k] = index.0.map(i64::from);
    sqlx::query("DELETE FROM brick WHERE document = ? AND layer = ? AND i = ? AND j = ? AND k = ?")
        .bind(document.0.as_bytes().as_slice())
        .bind(layer as i64)
        .bind(i)
        .bind(j)
        .bind(k)
        .execute(connection)
        .await?;
    Ok(())
}
