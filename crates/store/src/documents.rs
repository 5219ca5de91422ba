//! Documents: found again by the content key of the image, or of the part of it, that they are kept
//! for.

use crate::bricks::read_layers;
use crate::error::StoreError;
use crate::library::Library;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::operation::OperationKind;
use annotomy_annotation::pixel_size::PixelSize;
use annotomy_annotation::protocol::Class;
use annotomy_annotation::scope::Scope;
use annotomy_annotation::segment::Segment;
use annotomy_annotation::shape::Shapes;
use annotomy_annotation::undo::UndoStacks;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

/// Names a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentId(pub Uuid);

/// Identity of an image's content, whatever its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageKey(pub String);

/// A document as the library holds it.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Its name.
    pub id: DocumentId,
    /// Segments and voxels.
    pub state: DocumentState,
    /// What can be undone and redone.
    pub undo: UndoStacks,
    /// Operations so far.
    pub revision: u64,
    /// What its operations chose last.
    pub scope: Scope,
}

/// What the records of a document add up to, but for segments and voxels.
#[derive(Default)]
struct Course {
    undo: UndoStacks,
    revision: u64,
    scope: Scope,
}

/// A document without its voxels.
#[derive(Debug, Clone)]
pub struct LibraryDocument {
    /// Its name.
    pub id: DocumentId,
    /// What it is kept for.
    pub image: ImageKey,
    /// Voxels along i, j, k.
    pub size: [usize; 3],
    /// What a person said of the size of pixels.
    pub pixel_size: Option<PixelSize>,
    /// In the user's order.
    pub segments: Vec<Segment>,
    /// In the user's order.
    pub shapes: Shapes,
    /// Operations so far.
    pub n_records: u64,
}

impl Library {
    /// Every document, sorted by name.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn documents(&self) -> Result<Vec<LibraryDocument>, StoreError> {
        let mut documents = self.documents_of("").await?;
        documents.sort_unstable_by_key(|document| document.id);
        Ok(documents)
    }

    /// The documents whose image key begins with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn documents_of(&self, prefix: &str) -> Result<Vec<LibraryDocument>, StoreError> {
        let mut connection = self.read().await?;
        let rows = sqlx::query(
            "SELECT * FROM document WHERE substr(image_key, 1, length(?1)) = ?1 ORDER BY image_key",
        )
        .bind(prefix)
        .fetch_all(&mut *connection)
        .await
        .map_err(|e| self.sqlite_error(e))?;
        rows.iter().map(|row| self.listed(row)).collect()
    }

    fn listed(&self, row: &SqliteRow) -> Result<LibraryDocument, StoreError> {
        Ok(LibraryDocument {
            id: self.document_id(row, "id")?,
            image: ImageKey(row.get("image_key")),
            size: self.size(row)?,
            pixel_size: self.pixel_size(row)?,
            segments: self.segments(row)?,
            shapes: self.shapes(row)?,
            n_records: row.get::<i64, _>("n_records").cast_unsigned(),
        })
    }

    /// The document of an image, if it has one.
    ///
    /// # Errors
    /// [`StoreError`] where the library cannot be read.
    pub async fn find_document(&self, image: &ImageKey) -> Result<Option<DocumentId>, StoreError> {
        let mut connection = self.read().await?;
        let row = sqlx::query("SELECT id FROM document WHERE image_key = ?")
            .bind(&image.0)
            .fetch_optional(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        row.map(|row| self.document_id(&row, "id")).transpose()
    }

    /// Reads a document with all its voxels. It is in the state that its last record says, or it
    /// is not handed out.
    ///
    /// # Errors
    /// [`StoreError::NoSuchDocument`], [`StoreError::Damaged`] where the tables do not make sense
    /// or do not fit the log.
    pub async fn document(&self, id: DocumentId) -> Result<StoredDocument, StoreError> {
        let mut connection = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *connection)
            .await
            .map_err(|e| self.sqlite_error(e))?;
        let (parts, n_layers) = self.document_row(&mut snapshot, id).await?;
        let Parts {
            size,
            pixel_size,
            classes,
            segments,
            shapes,
        } = parts;
        let layers = read_layers(self, &mut snapshot, id, size, n_layers).await?;
        let state = DocumentState::from_parts(size, pixel_size, segments, layers);
        let state = state.ok_or_else(|| {
            self.damaged("a document's segments and layers do not fit".to_owned())
        })?;
        let state = state.with_classes(classes).with_shapes(shapes);
        let Course {
            undo,
            revision,
            scope,
        } = self.course(&mut snapshot, id).await?;
        let last = self.last_record(&mut snapshot, id).await?;
        if state.root() != last.after {
            let sequence = last.sequence;
            let reason = format!("a document is not in the state that record {sequence} says");
            return Err(self.damaged(reason));
        }
        Ok(StoredDocument {
            id,
            state,
            undo,
            revision,
            scope,
        })
    }

    pub(crate) async fn document_row(
        &self,
        connection: &mut SqliteConnection,
        id: DocumentId,
    ) -> Result<(Parts, usize), StoreError> {
        let row = sqlx::query("SELECT * FROM document WHERE id = ?")
            .bind(id.0.as_bytes().as_slice())
            .fetch_optional(connection)
            .await
            .map_err(|e| self.sqlite_error(e))?
            .ok_or(StoreError::NoSuchDocument)?;
        let classes = classes_of(&row)
            .map_err(|e| self.damaged(format!("a label protocol cannot be read: {e}")))?;
        let parts = Parts {
            size: self.size(&row)?,
            pixel_size: self.pixel_size(&row)?,
            classes,
            segments: self.segments(&row)?,
            shapes: self.shapes(&row)?,
        };
        Ok((parts, self.count(&row, "n_layers")?))
    }

    fn size(&self, row: &SqliteRow) -> Result<[usize; 3], StoreError> {
        let side = |column| self.count(row, column);
        Ok([side("size_i")?, side("size_j")?, side("size_k")?])
    }

    fn segments(&self, row: &SqliteRow) -> Result<Vec<Segment>, StoreError> {
        ciborium::from_reader(row.get::<&[u8], _>("segments"))
            .map_err(|e| self.damaged(format!("a document's segments cannot be read: {e}")))
    }

    fn shapes(&self, row: &SqliteRow) -> Result<Shapes, StoreError> {
        shapes_of(row).map_err(|e| self.damaged(format!("a document's shapes cannot be read: {e}")))
    }

    fn pixel_size(&self, row: &SqliteRow) -> Result<Option<PixelSize>, StoreError> {
        pixel_size_of(row)
            .map_err(|e| self.damaged(format!("a document's size of pixels cannot be read: {e}")))
    }

    async fn course(
        &self,
        connection: &mut SqliteConnection,
        id: DocumentId,
    ) -> Result<Course, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, kind, target FROM record WHERE document = ? ORDER BY sequence",
        )
        .bind(id.0.as_bytes().as_slice())
        .fetch_all(connection)
        .await
        .map_err(|e| self.sqlite_error(e))?;
        let mut course = Course {
            revision: rows.len() as u64,
            ..Course::default()
        };
        for row in &rows {
            let kind = kind_from_text(row.get("kind"))
                .ok_or_else(|| self.damaged("a record is of unknown kind".to_owned()))?;
            let target: Option<i64> = row.get("target");
            let sequence: i64 = row.get("sequence");
            course.undo.note(
                sequence.cast_unsigned(),
                kind,
                target.map(i64::cast_unsigned),
            );
            course.scope = course.scope.after(kind);
        }
        Ok(course)
    }

    pub(crate) fn document_id(
        &self,
        row: &SqliteRow,
        column: &str,
    ) -> Result<DocumentId, StoreError> {
        Uuid::from_slice(row.get(column))
            .map(DocumentId)
            .map_err(|e| self.damaged(format!("a document has no valid name: {e}")))
    }

    pub(crate) fn count(&self, row: &SqliteRow, column: &str) -> Result<usize, StoreError> {
        usize::try_from(row.get::<i64, _>(column))
            .map_err(|_| self.damaged(format!("{column} is negative")))
    }
}

/// A document but for its voxels.
pub(crate) struct Parts {
    pub(crate) size: [usize; 3],
    pub(crate) pixel_size: Option<PixelSize>,
    pub(crate) classes: Vec<Class>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) shapes: Shapes,
}

/// The classes of a stored label protocol. A file of the third format, opened for reading only, has no
/// such column.
pub(crate) fn classes_of(
    row: &SqliteRow,
) -> Result<Vec<Class>, ciborium::de::Error<std::io::Error>> {
    let stored: Option<&[u8]> = row.try_get("classes").unwrap_or(None);
    stored.map_or_else(|| Ok(Vec::new()), ciborium::from_reader)
}

/// The shapes of a stored document. A file of the fourth format, opened for reading only, has no such
/// column.
pub(crate) fn shapes_of(row: &SqliteRow) -> Result<Shapes, ciborium::de::Error<std::io::Error>> {
    let stored: Option<&[u8]> = row.try_get("shapes").unwrap_or(None);
    stored.map_or_else(|| Ok(Shapes::default()), ciborium::from_reader)
}

/// What the stored document says of the size of pixels. A file of the first format, opened for reading
/// only, has no such column.
pub(crate) fn pixel_size_of(
    row: &SqliteRow,
) -> Result<Option<PixelSize>, ciborium::de::Error<std::io::Error>> {
    let stored: Option<&[u8]> = row.try_get("pixel_size").unwrap_or(None);
    stored.map(ciborium::from_reader).transpose()
}

/// How a kind is spelt in the log's query columns: as in the record itself.
pub(crate) fn kind_text(kind: OperationKind) -> String {
    ciborium::Value::serialized(&kind)
        .ok()
        .and_then(|value| value.into_text().ok())
        .expect("an operation kind serialises as text")
}

fn kind_from_text(text: &str) -> Option<OperationKind> {
    ciborium::Value::Text(text.to_owned()).deserialized().ok()
}
