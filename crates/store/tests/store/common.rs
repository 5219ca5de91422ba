//! A library in a temporary folder, and a hand that paints into it.

use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{self, StrokeMode};
use annotomy_annotation::edit;
use annotomy_annotation::operation::{Operation, OverwriteRule};
use annotomy_annotation::permit::Rules;
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_store::{Author, DocumentId, ImageKey, Library, NewLibrary, StoredDocument};
use annotomy_volume::brush::{BrushShape, BrushStroke};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use std::path::PathBuf;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const SIZE: [usize; 3] = [48, 40, 12];
pub(crate) const DOCUMENT: DocumentId = DocumentId(Uuid::from_u128(77));

pub(crate) fn grid() -> Geometry {
    let steps = [
        VectorLps([1.0, 0.0, 0.0]),
        VectorLps([0.0, 1.0, 0.0]),
        VectorLps([0.0, 0.0, 2.0]),
    ];
    Geometry::new(SIZE, Affine::from_steps(steps, PointLps([0.0; 3]))).unwrap()
}

pub(crate) fn author(at_us: i64) -> Author {
    Author {
        user: "Ada".to_owned(),
        at_us,
        program: "test".to_owned(),
    }
}

pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) library: Library,
    pub(crate) state: DocumentState,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = open(&folder).await.unwrap();
        let image = ImageKey("image".to_owned());
        library
            .create_document(DOCUMENT, &image, SIZE, author(1))
            .await
            .unwrap();
        Self {
            folder,
            library,
            state: DocumentState::empty(SIZE),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("library.sqlite")
    }

    pub(crate) async fn apply(&mut self, operation: Operation) -> u64 {
        let after = self.state.after(&operation.changes).unwrap();
        let states = [&self.state, &after];
        let appended = self
            .library
            .append(DOCUMENT, operation, states, author(2))
            .await
            .unwrap();
        self.state = after;
        appended.sequence
    }

    pub(crate) async fn add_segment(&mut self, n: u128) -> u64 {
        let id = SegmentId(Uuid::from_u128(n));
        let add = edit::add_segment(
            &self.state,
            id,
            format!("Segment {n}"),
            Color([9, 9, 9]),
            None,
        );
        self.apply(add.unwrap()).await
    }

    pub(crate) async fn paint(&mut self, n: u128, at: [f64; 3], radius: f64) -> u64 {
        let stroke = BrushStroke {
            path: vec![PointLps(at)],
            radius: Mm(radius),
            shape: BrushShape::Sphere,
        };
        let id = SegmentId(Uuid::from_u128(n));
        let rules = Rules::overwriting(OverwriteRule::All);
        let painted = (StrokeMode::Paint, &stroke);
        let drawn = draw::stroke(&self.state, &grid(), id, painted, (&rules, None));
        self.apply(drawn.unwrap().operation).await
    }

    /// Two segments, four strokes, one undo.
    pub(crate) async fn with_history() -> Self {
        let mut fixture = Self::new().await;
        fixture.add_segment(1).await;
        fixture.add_segment(2).await;
        fixture.paint(1, [10.0, 10.0, 8.0], 6.0).await;
        fixture.paint(2, [14.0, 10.0, 8.0], 6.0).await;
        fixture.paint(1, [40.0, 30.0, 20.0], 5.0).await;
        let last = fixture.paint(2, [20.0, 12.0, 4.0], 4.0).await;
        let undo = fixture
            .library
            .record(last)
            .await
            .unwrap()
            .operation
            .undo(last);
        fixture.apply(undo).await;
        fixture
    }

    pub(crate) async fn stored(&self) -> StoredDocument {
        self.library.document(DOCUMENT).await.unwrap()
    }
}

pub(crate) async fn open(folder: &TempDir) -> Result<Library, annotomy_store::StoreError> {
    let new = NewLibrary {
        device: Uuid::from_u128(5),
        salt: [7; 32],
        now_us: 0,
    };
    Library::open(&folder.path().join("library.sqlite"), new).await
}
