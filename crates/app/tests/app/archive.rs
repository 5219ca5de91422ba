//! A library goes to another clinic, and comes to a desk that is empty or in use.

use crate::common::Desk;
use annotomy_app::wire::{ErrorCode, Event};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A desk with an annotated phantom, and its document.
async fn annotated() -> (Desk, String) {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"]
        .as_str()
        .unwrap()
        .to_owned();
    let segment = desk.add_segment(&document, "Liver").await;
    desk.stroke(&document, &segment, [10, 10, 5], 3.0).await;
    // Measures come when the image is loaded, which would otherwise go on in the background and
    // hold the library.
    desk.call("statistics", json!({ "document": document }))
        .await;
    (desk, document)
}

async fn save(desk: &Desk, include_images: bool) -> (PathBuf, Value) {
    let path = desk.folder().join("library.annotomy");
    let request = json!({
        "job": "save", "path": path, "include_images": include_images, "replace_existing": false,
    });
    let created = desk.call("create_archive", request).await;
    (path, created)
}

#[tokio::test]
async fn archive_with_images_is_opened_on_an_empty_desk_and_work_goes_on() {
    let (sender, document) = annotated().await;
    let (archive, created) = save(&sender, true).await;
    assert_eq!(created["notes"], json!([]));
    assert_eq!(created["summary"]["n_image_files"], 1);
    let head = sender.call("audit_verify", json!({})).await["head"].clone();
    assert_eq!(created["summary"]["verification"]["head"], head);

    let receiver = Desk::new().await;
    std::fs::remove_file(receiver.folder().join("phantom.nii")).unwrap();
    let mut events = receiver.app().events();
    let opened = receiver
        .call("open_archive", json!({ "job": "open", "path": archive }))
        .await;
    assert_eq!(opened["report"], json!([]));
    while !matches!(events.recv().await.unwrap(), Event::LibraryChanged {}) {}
    let verified = receiver.call("audit_verify", json!({})).await;
    assert_eq!(
        (&verified["head"], &verified["first_fault"]),
        (&head, &Value::Null)
    );
    let home = receiver.call("home", json!({})).await;
    let path = home["recent"][0]["path"].as_str().unwrap().to_owned();
    assert_eq!(opened["image_folders"], json!([path]));
    let study = json!({ "job": "open", "paths": [path] });
    let study = receiver.call("open_study", study).await;
    assert_eq!(study["series"][0]["is_annotated"], true);
    let series = &study["series"][0]["id"];
    let image = receiver
        .call("open_image", json!({ "job": "load", "series": series }))
        .await;
    assert_eq!(image["document"], document.as_str());
    let segment = receiver
        .call("document", json!({ "document": document }))
        .await;
    let segment = segment["segments"][0]["id"].as_str().unwrap().to_owned();
    receiver.stroke(&document, &segment, [15, 10, 5], 2.0).await;
    let verified = receiver.call("audit_verify", json!({})).await;
    assert_eq!(
        (&verified["n_records"], &verified["first_fault"]),
        (&json!(4), &Value::Null)
    );
    // The file itself, not a new one like it.
    let source = std::fs::read(sender.folder().join("phantom.nii")).unwrap();
    let copy = std::fs::read(PathBuf::from(path).join("phantom.nii")).unwrap();
    assert!(copy == source);
}

#[tokio::test]
async fn desk_in_use_keeps_its_library_and_gets_the_archive_beside_it() {
    let (sender, _) = annotated().await;
    let (archive, created) = save(&sender, false).await;
    let (receiver, own) = annotated().await;
    let before = receiver.call("audit_verify", json!({})).await;
    let into_own = json!({ "job": "open", "path": archive });
    let refused = receiver.fail("open_archive", into_own).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(
        refused.message.contains("holds 3 record(s) already"),
        "{refused}"
    );

    let beside = receiver.folder().join("beside");
    let request = json!({ "job": "open", "path": archive, "data_folder": beside });
    receiver.call("open_archive", request.clone()).await;
    assert_eq!(receiver.call("audit_verify", json!({})).await, before);
    let again = receiver.fail("open_archive", request).await;
    assert_eq!(again.code, ErrorCode::Conflict);

    receiver
        .call("use_library", json!({ "data_folder": beside }))
        .await;
    let theirs = receiver.call("audit_verify", json!({})).await;
    assert_eq!(theirs["head"], created["summary"]["verification"]["head"]);
    let home = receiver.call("home", json!({})).await;
    assert_eq!(
        (&home["is_own_library"], &home["n_records"]),
        (&json!(false), &json!(3))
    );
    let gone = receiver.fail("document", json!({ "document": own })).await;
    assert_eq!(gone.code, ErrorCode::NotFound);
    receiver.call("use_library", json!({})).await;
    assert_eq!(receiver.call("audit_verify", json!({})).await, before);
    let home = receiver.call("home", json!({})).await;
    assert_eq!(home["is_own_library"], true);
}

#[tokio::test]
async fn library_that_is_not_there_cannot_be_gone_to() {
    let (desk, _) = annotated().await;
    let empty = desk.folder().join("empty");
    let request = json!({ "data_folder": empty });
    let refused = desk.fail("use_library", request).await;
    assert_eq!(refused.code, ErrorCode::NotFound);
    assert!(!empty.exists());
}

#[tokio::test]
async fn archive_that_was_changed_is_named_and_nothing_of_it_is_left() {
    let (sender, _) = annotated().await;
    let (archive, _) = save(&sender, true).await;
    let mut bytes = std::fs::read(&archive).unwrap();
    let at = bytes
        .windows(5)
        .position(|window| window == b"Liver")
        .unwrap();
    bytes[at] = b'R';
    std::fs::write(&archive, bytes).unwrap();
    let receiver = Desk::new().await;
    let request = json!({ "job": "check", "path": archive });
    let found = receiver.call("verify_archive", request).await;
    assert_eq!(found["summary"], Value::Null);
    let place = found["first_fault"]["place"].as_str().unwrap();
    assert!(place.starts_with("record"), "{found}");
    let list = || {
        let entries = std::fs::read_dir(receiver.folder().join("data")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = list();
    let beside = receiver.folder().join("beside");
    for data_folder in [json!(null), json!(beside)] {
        let request = json!({ "job": "open", "path": archive, "data_folder": data_folder });
        let refused = receiver.fail("open_archive", request).await;
        assert_eq!(refused.code, ErrorCode::BadInput);
        assert!(refused.message.contains("record"), "{refused}");
    }
    assert!(!beside.exists());
    assert_eq!(list(), before);
    let verified = receiver.call("audit_verify", json!({})).await;
    assert_eq!(verified["n_records"], 0);
}

#[tokio::test]
async fn image_that_is_gone_is_told_and_the_archive_names_it_only() {
    let (mut desk, document) = annotated().await;
    std::fs::remove_file(desk.folder().join("phantom.nii")).unwrap();
    desk.restart().await;
    let listed = desk.call("list_documents", json!({ "job": "list" })).await;
    let [listed] = listed["documents"].as_array().unwrap().as_slice() else {
        panic!("{listed}");
    };
    assert_eq!(listed["id"], document.as_str());
    assert_eq!(listed["segments"], json!(["Liver"]));
    assert_eq!(listed["image"], Value::Null);
    let (archive, created) = save(&desk, true).await;
    assert_eq!(created["notes"][0]["code"], "image_not_found");
    assert_eq!(created["summary"]["n_images"], 0);
    // Not replaced unasked.
    let request = json!({
        "job": "save", "path": archive, "include_images": false, "replace_existing": false,
    });
    let refused = desk.fail("create_archive", request).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
}

#[tokio::test]
async fn image_is_found_among_the_recent_studies_after_a_restart() {
    let (mut desk, _) = annotated().await;
    desk.restart().await;
    let listed = desk.call("list_documents", json!({ "job": "list" })).await;
    let image = &listed["documents"][0]["image"];
    assert_eq!(
        (&image["n_files"], &image["modality"]),
        (&json!(1), &json!("OT"))
    );
    let (_, created) = save(&desk, true).await;
    assert_eq!(created["summary"]["n_images"], 1);
}
