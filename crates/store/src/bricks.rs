//! Bricks: labels as they lie in the library.

use crate::documents::DocumentId;
use crate::error::StoreError;
use crate::library::Library;
use annotomy_annotation::document::DocumentState;
use annotomy_volume::labels::{BRICK_VOXELS, Brick, BrickIndex, ContentHash, LabelMap};
use rayon::prelude::*;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use zstd::bulk::{Compressor, Decompressor};

/// Fast; label bricks shrink to a few hundred bytes at any level.
const ZSTD_LEVEL: i32 = 1;
/// Rows of a statement.
const MANY: usize = 256;
pub(crate) const BRICK_BYTES: usize = BRICK_VOXELS * size_of::<u16>();

thread_local! {
    // To make one takes longer than a brick.
    static COMPRESSOR: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::new(ZSTD_LEVEL).expect("the level exists"));
    static DECOMPRESSOR: RefCell<Decompressor<'static>> =
        RefCell::new(Decompressor::new().expect("it needs no dictionary"));
}

fn compressed(labels: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| compressor.compress(labels))
}

/// Labels of a brick; an error where there are more.
fn decompressed(content: &[u8]) -> io::Result<Vec<u16>> {
    let mut labels = vec![0; BRICK_VOXELS];
    let bytes = bytemuck::cast_slice_mut::<u16, u8>(&mut labels);
    let n_bytes = DECOMPRESSOR
        .with_borrow_mut(|decompressor| decompressor.decompress_to_buffer(content, bytes))?;
    labels.truncate(n_bytes / size_of::<u16>());
    Ok(labels)
}

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
    let mut layers: Vec<Vec<_>> = Vec::new();
    layers.resize_with(n_layers, Vec::new);
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
        let content: &[u8] = row.get("content");
        let labels = decompressed(content);
        let labels = labels.map_err(|e| format!("{} cannot be decompressed: {e}", at()))?;
        let brick = Brick::new(&labels).ok_or_else(|| format!("{} is cut short", at()))?;
        brick.keep_packed(content.into());
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
    let n_layers = before.layers().len().max(after.layers().len());
    for number in 0..n_layers {
        let [old, new] = [before, after].map(|s| s.layers().get(number).unwrap_or(&empty));
        let differing = new.unshared(old);
        let changed: Vec<_> = differing
            .iter()
            .filter_map(|index| Some((*index, new.brick(*index)?)))
            .collect();
        pack(changed.iter().map(|(_, brick)| *brick))?;
        for some in changed.chunks(MANY) {
            upsert(connection, (document, number), some).await?;
        }
        let gone = differing.into_iter();
        let gone: Vec<_> = gone.filter(|index| new.brick(*index).is_none()).collect();
        for some in gone.chunks(MANY) {
            remove(connection, (document, number), some).await?;
        }
    }
    Ok(())
}

/// Sees to it that bricks keep the form that they are stored in.
pub(crate) fn pack<'a>(bricks: impl Iterator<Item = &'a Arc<Brick>>) -> io::Result<()> {
    let fresh: Vec<_> = bricks.filter(|brick| brick.packed().is_none()).collect();
    fresh.par_iter().try_for_each(|brick| {
        brick.keep_packed(compressed(&brick.bytes())?.into());
        Ok(())
    })
}

/// Document, layer and place of a brick.
pub(crate) type BrickKey = (DocumentId, usize, BrickIndex);

/// Stores labels that match their hash.
pub(crate) async fn insert_labels(
    connection: &mut SqliteConnection,
    (document, layer, index): BrickKey,
    hash: ContentHash,
    labels: &[u8],
) -> Result<(), sqlx::Error> {
    let content = compressed(labels)?;
    upsert_rows(connection, (document, layer), &[(index, hash, &content)]).await
}

/// Stores packed bricks of a layer.
async fn upsert(
    connection: &mut SqliteConnection,
    at: (DocumentId, usize),
    bricks: &[(BrickIndex, &Arc<Brick>)],
) -> Result<(), sqlx::Error> {
    let rows = bricks.iter().filter_map(|(index, brick)| {
        let packed = brick.packed()?;
        Some((*index, brick.hash(), packed.as_ref()))
    });
    let rows: Vec<_> = rows.collect();
    upsert_rows(connection, at, &rows).await
}

/// Many at once: a statement costs more than a row.
async fn upsert_rows(
    connection: &mut SqliteConnection,
    (document, layer): (DocumentId, usize),
    rows: &[(BrickIndex, ContentHash, &[u8])],
) -> Result<(), sqlx::Error> {
    // Parameters with numbers would be looked for one after the other.
    let values = vec!["(?, ?, ?, ?, ?, ?, ?)"; rows.len()].join(", ");
    let statement = format!(
        "INSERT INTO brick (document, layer, i, j, k, hash, content) VALUES {values}
         ON CONFLICT DO UPDATE SET hash = excluded.hash, content = excluded.content"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(statement));
    let bound = rows.iter().fold(query, |query, (index, hash, content)| {
        let [i, j, k] = index.0.map(i64::from);
        let query = query
            .bind(document.0.as_bytes().as_slice())
            .bind(layer as i64);
        let query = query.bind(i).bind(j).bind(k);
        query.bind(hash.as_slice()).bind(*content)
    });
    bound.execute(connection).await?;
    Ok(())
}

async fn remove(
    connection: &mut SqliteConnection,
    (document, layer): (DocumentId, usize),
    bricks: &[BrickIndex],
) -> Result<(), sqlx::Error> {
    let values = vec!["(?, ?, ?)"; bricks.len()].join(", ");
    let statement = format!(
        "DELETE FROM brick WHERE document = ? AND layer = ? AND (k, j, i) IN (VALUES {values})"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(statement))
        .bind(document.0.as_bytes().as_slice())
        .bind(layer as i64);
    let bound = bricks.iter().fold(query, |query, index| {
        let [i, j, k] = index.0.map(i64::from);
        query.bind(k).bind(j).bind(i)
    });
    bound.execute(connection).await?;
    Ok(())
}
