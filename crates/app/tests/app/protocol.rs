//! The label protocol: made, used, exported, imported, taken back, archived with the library.

use crate::common::Desk;
use crate::scope::text;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

fn class(name: &str) -> Value {
    json!({ "name": name, "color": "#112233" })
}

async fn add(desk: &Desk, class: Value) -> Value {
    let edit = json!({ "type": "add_class", "class": class });
    desk.call("edit_protocol", json!({ "edit": edit })).await
}

fn delete(class: &Value) -> Value {
    json!({ "edit": { "type": "delete_class", "class": class } })
}

fn names(protocol: &Value) -> Vec<&str> {
    let classes = protocol["classes"].as_array().unwrap();
    classes.iter().map(|class| text(&class["name"])).collect()
}

/// An image with a segment of a class that asks a question and allows the brush only.
async fn with_lesion(desk: &Desk) -> (String, String, Value) {
    let question = json!({
        "name": "Seen?", "kind": "radio", "options": ["yes", "no"], "is_required": true,
    });
    let lesion = json!({
        "name": "Lesion", "color": "#aa0000", "tools": ["brush"], "attributes": [question],
    });
    let protocol = add(desk, lesion).await;
    let class = protocol["classes"][0].clone();
    let image = desk.open_phantom().await;
    let document = text(&image["document"]).to_owned();
    let edit = json!({
        "type": "add_segment", "name": "Lesion", "color": "#aa0000", "class": class["id"],
    });
    let request = json!({ "document": document, "edit": edit });
    let added = desk.call("edit", request).await;
    let segment = text(&added["document"]["segments"][0]["id"]).to_owned();
    (document, segment, class)
}

fn stroke(document: &str, segment: &str, mode: &str) -> Value {
    let stroke = json!({
        "type": "stroke", "segment": segment, "mode": mode, "shape": "sphere", "radius_mm": 3,
        "path": [[0, 0, 0]], "slice_axis": 2, "slice_index": 0, "overwrite": "all",
    });
    json!({ "document": document, "edit": stroke })
}

#[tokio::test]
async fn protocol_survives_a_restart_with_its_undo() {
    let mut desk = Desk::new().await;
    add(&desk, class("Liver")).await;
    add(&desk, class("Spleen")).await;
    desk.restart().await;
    let undone = desk.call("undo_protocol", json!({})).await;
    assert_eq!(names(&undone), ["Liver"]);
    let redone = desk.call("redo_protocol", json!({})).await;
    assert_eq!(names(&redone), ["Liver", "Spleen"]);
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
    desk.call("audit_rebuild", json!({})).await;
    assert_eq!(desk.call("protocol", json!({})).await, redone);
}

#[tokio::test]
async fn class_with_segments_is_archived_but_not_deleted() {
    let desk = Desk::new().await;
    let (document, segment, class) = with_lesion(&desk).await;
    let id = &class["id"];
    let refused = desk.fail("edit_protocol", delete(id)).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(
        refused.message.contains("\"Lesion\" of document"),
        "{refused}"
    );
    // Undo of its beginning would delete it too.
    let refused = desk.fail("undo_protocol", json!({})).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    let edit = json!({ "type": "archive_class", "class": id, "is_archived": true });
    let archived = desk.call("edit_protocol", json!({ "edit": edit })).await;
    assert_eq!(archived["classes"][0]["is_archived"], true);
    assert_eq!(archived["n_segments"], json!([1]));
    let again = json!({ "type": "add_segment", "name": "B", "color": "#aa0000", "class": id });
    let refused = desk
        .fail("edit", json!({ "document": document, "edit": again }))
        .await;
    assert_eq!(refused.code, ErrorCode::NotPermitted);
    let gone = json!({ "type": "delete_segment", "segment": segment });
    desk.call("edit", json!({ "document": document, "edit": gone }))
        .await;
    let deleted = desk.call("edit_protocol", delete(id)).await;
    assert_eq!(names(&deleted), [""; 0]);
}

#[tokio::test]
async fn segment_has_a_class_answers_and_a_state_that_undo_takes_back() {
    let desk = Desk::new().await;
    let (document, segment, class) = with_lesion(&desk).await;
    let painted = desk
        .call("edit", stroke(&document, &segment, "paint"))
        .await;
    assert_eq!(painted["document"]["segments"][0]["state"], "in_progress");
    let attribute = &class["attributes"][0]["id"];
    let answer = json!({
        "type": "set_answer", "segment": segment, "attribute": attribute,
        "answer": { "kind": "radio", "option": "yes" },
    });
    let request = json!({ "document": document, "edit": answer });
    let answered = desk.call("edit", request).await;
    let expected =
        json!([{ "attribute": attribute, "answer": { "kind": "radio", "option": "yes" } }]);
    assert_eq!(answered["document"]["segments"][0]["answers"], expected);
    let state = json!({ "type": "set_state", "segment": segment, "state": "completed" });
    desk.call("edit", json!({ "document": document, "edit": state }))
        .await;
    for _ in 0..3 {
        desk.call("undo", json!({ "document": document })).await;
    }
    let shown = desk.call("document", json!({ "document": document })).await;
    assert_eq!(shown["segments"][0]["state"], "not_started");
    assert_eq!(shown["segments"][0]["answers"], json!([]));
    assert_eq!(shown["segments"][0]["class"], class["id"]);
}

#[tokio::test]
async fn tool_that_the_class_does_not_allow_is_refused() {
    let desk = Desk::new().await;
    let (document, segment, _) = with_lesion(&desk).await;
    let refused = desk
        .fail("edit", stroke(&document, &segment, "erase"))
        .await;
    assert_eq!(refused.code, ErrorCode::NotPermitted);
    assert!(refused.message.contains("eraser"), "{refused}");
}

#[tokio::test]
async fn exported_protocol_is_the_same_in_another_library() {
    let desk = Desk::new().await;
    let (_, _, class) = with_lesion(&desk).await;
    let path = desk.folder().join("protocol.json");
    desk.call("export_protocol", json!({ "path": path })).await;
    let refused = desk.fail("export_protocol", json!({ "path": path })).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    let other = Desk::new().await;
    let imported = other.call("import_protocol", json!({ "path": path })).await;
    assert_eq!(imported["classes"], json!([class]));
    let again = other.call("import_protocol", json!({ "path": path })).await;
    assert_eq!(again["revision"], imported["revision"]);
}

#[tokio::test]
async fn file_that_is_no_protocol_is_refused_with_its_name_and_line() {
    let desk = Desk::new().await;
    let path = desk.folder().join("bad.json");
    let check = async |json: &str, reason: &str| {
        std::fs::write(&path, json).unwrap();
        let refused = desk.fail("import_protocol", json!({ "path": path })).await;
        assert_eq!(refused.code, ErrorCode::BadInput);
        let message = refused.message;
        assert!(
            message.contains("bad.json") && message.contains(reason),
            "{message}"
        );
    };
    check("{\n\"format\": 3}", "line 2").await;
    let file = |classes: &str| {
        format!(r#"{{"format": "annotomy-protocol", "version": 1, "classes": [{classes}]}}"#)
    };
    check(&file(r#"{"name": "A", "colour": "red"}"#), "colour").await;
    check(&file(r#"{"name": "A", "color": "red"}"#), "class 1").await;
    let twice = r##"{"name": "A", "color": "#000000"}, {"name": "a", "color": "#000000"}"##;
    check(&file(twice), "class 2 has the name").await;
    assert_eq!(desk.call("protocol", json!({})).await["revision"], 0);
}

#[tokio::test]
async fn archive_of_one_document_brings_the_protocol_along() {
    let desk = Desk::new().await;
    let (document, ..) = with_lesion(&desk).await;
    let listed = desk.call("list_documents", json!({ "job": "list" })).await;
    assert_eq!(listed["documents"].as_array().unwrap().len(), 1);
    let path = desk.folder().join("one.annotomy");
    let create = json!({
        "job": "save", "path": path, "documents": [document], "include_images": false,
        "replace_existing": false,
    });
    desk.call("create_archive", create).await;
    let other = Desk::new().await;
    let open = json!({ "job": "open", "path": path, "data_folder": null, "image_folder": null });
    other.call("open_archive", open).await;
    let protocol = other.call("protocol", json!({})).await;
    assert_eq!(names(&protocol), ["Lesion"]);
    assert_eq!(protocol["n_segments"], json!([1]));
}

#[tokio::test]
async fn codes_are_searched() {
    let desk = Desk::new().await;
    let request = json!({ "group": "type", "text": "kidn", "limit": 3 });
    let found = desk.call("search_codes", request).await;
    let first = json!({ "value": "64033007", "scheme": "SCT", "meaning": "Kidney" });
    assert_eq!(found["codes"][0], first);
}
