//! What an edit may ask for, and what its record says.

use crate::common::Desk;
use annotomy_app::wire::ErrorCode;
use serde_json::json;

#[tokio::test]
async fn names_that_no_list_can_show_are_refused() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"].clone();
    for name in ["", "   ", "two\nlines", "bell\u{7}", &"long".repeat(51)] {
        let edit = json!({ "type": "add_segment", "name": name, "color": "#d02020" });
        let error = desk
            .fail("edit", json!({ "document": document, "edit": edit }))
            .await;
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{name:?}");
    }
    let name = desk
        .add_segment(document.as_str().unwrap(), " Łunate 月 ")
        .await;
    assert!(!name.is_empty());
}

#[tokio::test]
async fn brush_larger_than_any_structure_is_refused() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"].clone();
    let segment = desk.add_segment(document.as_str().unwrap(), "A").await;
    for radius_mm in [0.0, -1.0, 251.0, 1e300] {
        let edit = json!({
            "type": "stroke", "segment": segment, "mode": "paint", "shape": "sphere",
            "radius_mm": radius_mm, "path": [[0.0, 0.0, 0.0]], "slice_axis": 2, "slice_index": 0,
            "overwrite": "all",
        });
        let error = desk
            .fail("edit", json!({ "document": document, "edit": edit }))
            .await;
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{radius_mm}");
    }
}

#[tokio::test]
async fn undo_says_what_was_taken_back() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"].clone();
    let segment = desk.add_segment(document.as_str().unwrap(), "Liver").await;
    desk.stroke(document.as_str().unwrap(), &segment, [5, 5, 5], 2.0)
        .await;
    desk.call("undo", json!({ "document": document })).await;
    let history = desk
        .call("history", json!({ "document": document, "limit": 1 }))
        .await;
    let newest = &history["entries"][0]["operation"];
    assert_eq!(
        newest,
        &json!({ "kind": "undo", "of": "paint", "segment": "Liver" })
    );
}

#[tokio::test]
async fn log_comes_in_pages() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"].clone();
    for n in 0..5 {
        desk.add_segment(document.as_str().unwrap(), &format!("S{n}"))
            .await;
    }
    let page = desk
        .call("audit_log", json!({ "after": 2, "limit": 3 }))
        .await;
    let sequences: Vec<_> = page["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(sequences, [3, 4, 5]);
}
