//! Writing an archive of one moment of a library.

use super::error::ArchiveError;
use super::hex::Hex;
use super::images::SourceImage;
use super::manifest::{
    BrickFacts, Contents, FORMAT, LibraryFacts, Manifest, OriginFacts, VERSION, WITHOUT_CLASSIFIERS,
};
use super::records::Entry;
use super::zipping::Writing;
use super::{RECORDS, Watch, document_entry};
use crate::bricks::StoredBrick;
use crate::documents::{DocumentId, Parts};
use crate::error::StoreError;
use crate::library::Library;
use crate::origin::{Origin, Origins};
use crate::record::RecordHash;
use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What goes into an archive, and what the library cannot know itself.
#[derive(Debug, Clone)]
pub struct ArchiveRequest {
    /// Of the records of other documents only the hashes go in; `None` takes all documents.
    pub documents: Option<BTreeSet<DocumentId>>,
    /// Images whose files go in.
    pub images: Vec<SourceImage>,
    /// The program that writes.
    pub program: String,
    /// Microseconds since 1970-01-01 UTC.
    pub now_us: i64,
}

/// The log as it was written, to be compared with what is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Records, also those of which only the hash went in.
    pub n_records: u64,
    /// Hash of the last one.
    pub head: Option<RecordHash>,
}

impl Library {
    /// Writes an archive to a new file and syncs it.
    ///
    /// # Errors
    /// [`ArchiveError`]; a file that was begun is left to the caller, who chose its folder.
    pub async fn write_archive(
        &self,
        path: &Path,
        request: &ArchiveRequest,
        watch: Watch<'_>,
    ) -> Result<Written, ArchiveError> {
        let mut connection = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let mut writing = Writing::begin(path, watch)?;
        let library = self
            .write_records(&mut snapshot, request, &mut writing)
            .await?;
        let documents = self
            .write_documents(&mut snapshot, request, &mut writing)
            .await?;
        let classifiers = self
            .write_classifiers(&mut snapshot, request, &mut writing)
            .await?;
        let mut images = Vec::new();
        for (number, image) in request.images.iter().enumerate() {
            images.push(writing.image(number + 1, image)?);
        }
        let head = RecordHash(library.head.0);
        let written = Written {
            n_records: library.n_records,
            head: (library.n_records > 0).then_some(head),
        };
        writing.finish(Manifest {
            format: FORMAT.to_owned(),
            version: match classifiers.is_empty() {
                true => WITHOUT_CLASSIFIERS,
                false => VERSION,
            },
            program: request.program.clone(),
            created_us: request.now_us,
            library,
            documents: documents.into_iter().map(|id| id.0).collect(),
            images,
            classifiers,
            files: Vec::new(),
        })?;
        Ok(written)
    }

    async fn write_records(
        &self,
        connection: &mut SqliteConnection,
        request: &ArchiveRequest,
        writing: &mut Writing<'_>,
    ) -> Result<LibraryFacts, ArchiveError> {
        let sqlite_error = |e| self.sqlite_error(e);
        let row = sqlx::query("SELECT salt, head, head_hash FROM library")
            .fetch_one(&mut *connection)
            .await
            .map_err(sqlite_error)?;
        let hash = |column| {
            let bytes = row.get::<&[u8], _>(column).try_into().map(Hex);
            bytes.map_err(|_| self.damaged(format!("the library's {column} is no hash")))
        };
        let n_records = row.get::<i64, _>("head").cast_unsigned();
        let origins = Origins::read(connection).await.map_err(sqlite_error)?;
        let mut origins = parts(&origins, n_records);
        let mut rows =
            sqlx::query("SELECT sequence, bytes, hash, document FROM record ORDER BY sequence")
                .fetch(connection);
        let mut entry = writing.entry(RECORDS)?;
        while let Some(row) = rows.try_next().await.map_err(sqlite_error)? {
            let sequence = row.get::<i64, _>("sequence").cast_unsigned();
            let bytes: &[u8] = row.get("bytes");
            let is_wanted = match &request.documents {
                None => true,
                Some(wanted) => wanted.contains(&self.document_id(&row, "document")?),
            };
            let record = match is_wanted && !bytes.is_empty() {
                true => Entry::Whole(bytes.to_vec()),
                false => Entry::Withheld(self.hash_in(&row, sequence)?),
            };
            if matches!(record, Entry::Withheld(_)) {
                let origin = origins.iter_mut().find(|origin| sequence <= origin.until);
                origin.into_iter().for_each(|origin| origin.n_withheld += 1);
            }
            entry.put(|out| record.write(out))?;
        }
        entry.finish();
        Ok(LibraryFacts {
            salt: hash("salt")?,
            n_records,
            n_withheld: origins.iter().map(|origin| origin.n_withheld).sum(),
            head: hash("head_hash")?,
            origins,
        })
    }

    fn hash_in(
        &self,
        row: &sqlx::sqlite::SqliteRow,
        sequence: u64,
    ) -> Result<RecordHash, StoreError> {
        let hash = row.get::<&[u8], _>("hash").try_into().map(RecordHash);
        hash.map_err(|_| self.damaged(format!("record {sequence} has no valid hash")))
    }

    async fn write_documents(
        &self,
        connection: &mut SqliteConnection,
        request: &ArchiveRequest,
        writing: &mut Writing<'_>,
    ) -> Result<BTreeSet<DocumentId>, ArchiveError> {
        let rows = sqlx::query("SELECT id FROM document")
            .fetch_all(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let stored = rows.iter().map(|row| self.document_id(row, "id"));
        let mut documents = stored.collect::<Result<BTreeSet<_>, _>>()?;
        if let Some(wanted) = &request.documents {
            if !wanted.is_subset(&documents) {
                return Err(StoreError::NoSuchDocument.into());
            }
            documents.clone_from(wanted);
        }
        let mut written = BTreeSet::new();
        for &id in &documents {
            let mut contents = self.contents(connection, id).await?;
            self.write_bricks(connection, &mut contents, &mut written, writing)
                .await?;
            let json = serde_json::to_vec_pretty(&contents).map_err(io::Error::from);
            let mut entry = writing.entry(&document_entry(id))?;
            entry.put(|out| out.write_all(&json?))?;
            entry.finish();
        }
        Ok(documents)
    }

    /// A document without its bricks.
    async fn contents(
        &self,
        connection: &mut SqliteConnection,
        id: DocumentId,
    ) -> Result<Contents, ArchiveError> {
        let (parts, n_layers) = self.document_row(connection, id).await?;
        let Parts {
            size,
            pixel_size,
            classes,
            segments,
            shapes,
        } = parts;
        let row = sqlx::query("SELECT image_key, root, n_records FROM document WHERE id = ?")
            .bind(id.0.as_bytes().as_slice())
            .fetch_one(connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let root = row.get::<&[u8], _>("root").try_into().map(Hex);
        let n_layers = u16::try_from(n_layers);
        Ok(Contents {
            id: id.0,
            image_key: row.get("image_key"),
            size: size.map(|n| n as u64),
            n_layers: n_layers.map_err(|_| self.damaged("a document has no layers".to_owned()))?,
            segments,
            pixel_size,
            classes,
            shapes,
            root: root.map_err(|_| self.damaged("a document has no valid root".to_owned()))?,
            n_records: row.get::<i64, _>("n_records").cast_unsigned(),
            bricks: Vec::new(),
        })
    }

    /// Writes the bricks of a document that are not `written` yet, and lists them all.
    async fn write_bricks(
        &self,
        connection: &mut SqliteConnection,
        contents: &mut Contents,
        written: &mut BTreeSet<Hex>,
        writing: &mut Writing<'_>,
    ) -> Result<(), ArchiveError> {
        let mut rows = sqlx::query(
            "SELECT layer, i, j, k, hash, content FROM brick WHERE document = ?
             ORDER BY layer, k, j, i",
        )
        .bind(contents.id.as_bytes().as_slice())
        .fetch(connection);
        while let Some(row) = rows.try_next().await.map_err(|e| self.sqlite_error(e))? {
            let stored = StoredBrick::read(&row).map_err(|reason| self.damaged(reason))?;
            let hash = Hex(stored.brick.hash());
            if written.insert(hash) {
                writing.brick(hash, &stored.brick.bytes())?;
            }
            contents.bricks.push(BrickFacts {
                layer: stored.layer,
                index: stored.index.0,
                hash,
            });
        }
        Ok(())
    }
}

/// Who wrote the log, up to its last record.
fn parts(origins: &Origins, n_records: u64) -> Vec<OriginFacts> {
    let own = Origin {
        until: n_records,
        device: origins.own,
        n_withheld: 0,
    };
    let before = origins.earlier.last().map_or(0, |origin| origin.until);
    let own = (n_records > before).then_some(&own);
    let facts = |origin: &Origin| OriginFacts {
        device: origin.device,
        until: origin.until,
        n_withheld: 0,
    };
    origins.earlier.iter().chain(own).map(facts).collect()
}
