//! Segments go out in every format and come in again as they were.

use crate::common::Desk;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

/// Two segments that touch; the second takes a part of the first.
async fn painted(desk: &Desk) -> String {
    let document = desk.open_phantom().await["document"].clone();
    let document = document.as_str().unwrap().to_owned();
    let liver = desk.add_segment(&document, "Liver").await;
    let spleen = desk.add_segment(&document, "Spleen 月").await;
    desk.stroke(&document, &liver, [10, 10, 5], 4.0).await;
    desk.stroke(&document, &spleen, [13, 10, 5], 3.0).await;
    document
}

async fn export(desk: &Desk, document: &str, name: &str) -> Value {
    let path = desk.folder().join(name);
    let request = json!({ "document": document, "path": path, "replace_existing": false });
    desk.call("export_labels", request).await
}

/// Names, colours and voxel counts.
async fn segments(desk: &Desk, document: &str) -> Vec<(Value, Value, Value)> {
    let shown = desk.call("document", json!({ "document": document })).await;
    let measured = desk
        .call("statistics", json!({ "document": document }))
        .await;
    let shown = shown["segments"].as_array().unwrap().iter();
    let measured = measured["segments"].as_array().unwrap().iter();
    shown
        .zip(measured)
        .map(|(s, m)| (s["name"].clone(), s["color"].clone(), m["n_voxels"].clone()))
        .collect()
}

#[tokio::test]
async fn every_format_brings_back_names_colours_and_voxels() {
    for name in [
        "a.nii",
        "b.nii.gz",
        "c.nrrd",
        "d.mha",
        "e.seg.nrrd",
        "F.NII.GZ",
    ] {
        let desk = Desk::new().await;
        let document = painted(&desk).await;
        let drawn = segments(&desk, &document).await;
        let exported = export(&desk, &document, name).await;
        let has_sidecar = !name.ends_with(".seg.nrrd");
        assert_eq!(exported["sidecar"].is_string(), has_sidecar, "{name}");
        let path = desk.folder().join(name);
        let answer = desk
            .call(
                "import_segments",
                json!({ "document": document, "path": path }),
            )
            .await;
        assert_eq!(answer["n_segments"], 2, "{name}");
        assert_eq!(answer["report"], json!([]), "{name}");
        assert_eq!(answer["document"]["n_layers"], 2, "{name}");
        let all = segments(&desk, &document).await;
        assert_eq!(all[..2], drawn, "{name}: what was drawn stays");
        assert_eq!(all[2..], drawn, "{name}: what came in is the same");
        desk.call("undo", json!({ "document": document })).await;
        assert_eq!(segments(&desk, &document).await, drawn, "{name}");
        let verified = desk.call("audit_verify", json!({})).await;
        assert_eq!(verified["first_fault"], json!(null), "{name}");
    }
}

#[tokio::test]
async fn overlapping_segments_are_refused_by_label_maps_and_kept_by_segmentations() {
    let mut desk = Desk::new().await;
    let document = painted(&desk).await;
    export(&desk, &document, "a.seg.nrrd").await;
    let path = desk.folder().join("a.seg.nrrd");
    desk.call(
        "import_segments",
        json!({ "document": document, "path": path }),
    )
    .await;
    let path = desk.folder().join("b.nii");
    let request = json!({ "document": document, "path": path, "replace_existing": false });
    let error = desk.fail("export_labels", request).await;
    assert_eq!(error.code, ErrorCode::Unsupported);
    assert!(error.message.contains("overlap"), "{}", error.message);
    let check = json!({ "document": document, "format": "nifti" });
    assert_eq!(desk.fail("check_export", check).await, error, "told before");
    assert!(!path.exists());
    export(&desk, &document, "b.seg.nrrd").await;
    // The layers survive a restart, too.
    let before = segments(&desk, &document).await;
    desk.restart().await;
    desk.open_phantom().await;
    assert_eq!(segments(&desk, &document).await, before);
}

#[tokio::test]
async fn file_on_other_voxels_is_refused_and_nothing_changes() {
    let desk = Desk::new().await;
    let document = painted(&desk).await;
    let before = segments(&desk, &document).await;
    let image = desk.folder().join("phantom.nii");
    // The phantom itself: right voxels, but an image, not labels.
    let import = json!({ "document": document, "path": image });
    let error = desk.fail("import_segments", import).await;
    assert!(
        error.message.contains("different values"),
        "{}",
        error.message
    );
    // Half a voxel aside: byte 280 on is the sform's first row, its fourth number the offset.
    let moved = desk.folder().join("moved.nii");
    export(&desk, &document, "labels.nii").await;
    let mut bytes = std::fs::read(desk.folder().join("labels.nii")).unwrap();
    bytes[292..296].copy_from_slice(&0.5_f32.to_le_bytes());
    std::fs::write(&moved, bytes).unwrap();
    let import = json!({ "document": document, "path": moved });
    let error = desk.fail("import_segments", import).await;
    assert!(
        error.message.contains("do not coincide"),
        "{}",
        error.message
    );
    let gone = json!({ "document": document, "path": desk.folder().join("gone.nii") });
    assert_eq!(
        desk.fail("import_segments", gone).await.code,
        ErrorCode::NotFound
    );
    assert_eq!(segments(&desk, &document).await, before);
}

#[tokio::test]
async fn export_that_fails_leaves_the_older_file() {
    let desk = Desk::new().await;
    let document = painted(&desk).await;
    export(&desk, &document, "a.nii").await;
    let path = desk.folder().join("a.nii");
    let before = std::fs::read(&path).unwrap();
    let sidecar = desk.folder().join("a.json");
    let again = json!({ "document": document, "path": path, "replace_existing": false });
    assert_eq!(
        desk.fail("export_labels", again.clone()).await.code,
        ErrorCode::Conflict
    );
    // Only the sidecar is there: that is not replaced unasked either.
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        desk.fail("export_labels", again.clone()).await.code,
        ErrorCode::Conflict
    );
    std::fs::remove_file(&sidecar).unwrap();
    desk.call("export_labels", again).await;
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let hidden = std::fs::read_dir(desk.folder()).unwrap();
    let left: Vec<_> = hidden
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}
