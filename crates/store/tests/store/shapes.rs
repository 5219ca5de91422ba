//! Shapes are kept, checked, rebuilt and sent elsewhere as segments are.

use crate::archive::{everything, opened, save};
use crate::common::{DOCUMENT, Fixture, open};
use annotomy_annotation::operation::Provenance;
use annotomy_annotation::shape::{
    Figure, PointNm, Shape, ShapeId, ShapeProperty, add_shape, set_shape_property,
};
use annotomy_store::Library;
use std::collections::BTreeMap;
use uuid::Uuid;

async fn with_shapes() -> Fixture {
    let mut fixture = Fixture::with_history().await;
    for n in 1..=3 {
        let shape = Shape {
            id: ShapeId(Uuid::from_u128(n)),
            figure: Figure::Line([PointNm([0; 3]), PointNm([n as i64, -1, 2])]),
            plane: None,
            text: String::new(),
            class: None,
            answers: BTreeMap::new(),
            color: None,
            is_visible: true,
            is_locked: false,
            provenance: Provenance::Manual,
            track: None,
        };
        let add = add_shape(&fixture.state, shape).unwrap();
        fixture.apply(add).await;
    }
    let text = ShapeProperty::Text("Lesion".to_owned());
    let named = set_shape_property(&fixture.state, ShapeId(Uuid::from_u128(2)), text);
    fixture.apply(named.unwrap()).await;
    fixture
}

#[tokio::test]
async fn shapes_survive_a_restart() {
    let Fixture {
        folder,
        library,
        state,
    } = with_shapes().await;
    drop(library);
    let library = open(&folder).await.unwrap();
    assert_eq!(library.document(DOCUMENT).await.unwrap().state, state);
    assert_eq!(
        library.documents().await.unwrap()[0].shapes,
        *state.shapes()
    );
}

#[tokio::test]
async fn shapes_changed_behind_the_log_show_and_are_rebuilt_from_it() {
    let fixture = with_shapes().await;
    let mut raw = crate::tables::raw(&fixture.path()).await;
    sqlx::raw_sql("UPDATE document SET shapes = NULL")
        .execute(&mut raw)
        .await
        .unwrap();
    assert!(fixture.library.document(DOCUMENT).await.is_err());
    let fault = fixture.library.verify().await.unwrap().first_fault.unwrap();
    // The record that named a shape is the last of twelve.
    assert_eq!(fault.sequence, 12);
    fixture.library.rebuild_projections().await.unwrap();
    assert_eq!(fixture.stored().await.state, fixture.state);
    assert_eq!(fixture.library.verify().await.unwrap().first_fault, None);
}

#[tokio::test]
async fn archive_brings_shapes_elsewhere() {
    let fixture = with_shapes().await;
    let archive = save(&fixture, &everything()).await;
    let (library, _folder) = opened(&archive).await;
    let state = library.document(DOCUMENT).await.unwrap().state;
    assert_eq!(state, fixture.state);
    assert_eq!(library.verify().await.unwrap().first_fault, None);
}

#[tokio::test]
async fn library_from_before_there_were_shapes_becomes_a_newer_one() {
    let fixture = Fixture::with_history().await;
    let path = fixture.path();
    let mut raw = crate::tables::raw(&path).await;
    sqlx::raw_sql(
        "DROP TABLE classifier; ALTER TABLE document DROP COLUMN shapes; PRAGMA user_version = 4",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    drop(raw);
    let Fixture {
        folder,
        library,
        state,
    } = fixture;
    drop(library);
    let read_only = Library::open_read_only(&path).await.unwrap();
    assert_eq!(read_only.verify().await.unwrap().first_fault, None);
    drop(read_only);
    let library = open(&folder).await.unwrap();
    assert_eq!(library.document(DOCUMENT).await.unwrap().state, state);
    assert_eq!(library.verify().await.unwrap().first_fault, None);
}
