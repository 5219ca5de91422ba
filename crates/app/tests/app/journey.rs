//! The main job through the commands, as every host sends them.

use crate::common::{Desk, phantom};
use annotomy_app::wire::{BytesRequest, ErrorCode, Event};
use annotomy_app::{App, bytes};
use serde_json::json;

#[tokio::test]
async fn open_paint_close_reopen_undo_export_verify() {
    let mut desk = Desk::new().await;
    let image = desk.open_phantom().await;
    assert_eq!(image["size"], json!([24, 20, 10]));
    let document = image["document"].as_str().unwrap().to_owned();
    let segment = desk.add_segment(&document, "Liver").await;
    let first = desk.stroke(&document, &segment, [10, 10, 5], 3.0).await;
    assert_eq!(first["document"]["revision"], 3);
    desk.stroke(&document, &segment, [15, 10, 5], 3.0).await;
    let before = desk
        .call("statistics", json!({ "document": document }))
        .await;

    desk.restart().await;
    let image = desk.open_phantom().await;
    assert_eq!(image["document"], document.as_str());
    let after = desk
        .call("statistics", json!({ "document": document }))
        .await;
    assert_eq!(before["segments"], after["segments"]);
    let undone = desk.call("undo", json!({ "document": document })).await;
    assert_eq!(undone["document"]["redo"]["kind"], "paint");

    let path = desk.folder().join("labels.nii.gz");
    let export = json!({ "document": document, "path": path, "replace_existing": false });
    let exported = desk.call("export_labels", export.clone()).await;
    // Spacing is 1 x 1 x 2 mm: 29 lattice points within 3 mm in the plane (Gauss's circle
    // problem), and the disc is in one slice only.
    assert_eq!(exported["n_voxels"], 29);
    let error = desk.fail("export_labels", export).await;
    assert_eq!(error.code, ErrorCode::Conflict);
    let sidecar = std::fs::read(exported["sidecar"].as_str().unwrap()).unwrap();
    let sidecar: serde_json::Value = serde_json::from_slice(&sidecar).unwrap();
    assert_eq!(
        sidecar["labels"],
        json!([{ "value": 1, "name": "Liver", "color": "#d02020" }])
    );

    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], json!(null));
    let log = desk.call("audit_log", json!({})).await;
    let kinds: Vec<_> = log["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["operation"]["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "create_document",
            "add_segment",
            "paint",
            "paint",
            "undo",
            "export"
        ]
    );
}

#[tokio::test]
async fn statistics_are_those_of_the_phantom() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"]
        .as_str()
        .unwrap()
        .to_owned();
    let segment = desk.add_segment(&document, "Ramp").await;
    desk.stroke(&document, &segment, [10, 10, 5], 3.0).await;
    let found = desk
        .call("statistics", json!({ "document": document }))
        .await;
    let found = &found["segments"][0];
    assert_eq!(found["n_voxels"], 29);
    // 2 mm3 a voxel.
    assert!((found["volume_ml"].as_f64().unwrap() - 0.058).abs() < 1e-12);
    // The phantom is i + 100 j + 1000 k, and the disc is symmetric about its centre.
    assert!((found["mean"].as_f64().unwrap() - 6010.0).abs() < 1e-9);
    // Of 29 points within 3: the sum of x squared is 2 (5 * 1 + 5 * 4 + 1 * 9) = 68.
    let expected = (68.0_f64 / 29.0 * (1.0 + 10_000.0)).sqrt();
    assert!((found["standard_deviation"].as_f64().unwrap() - expected).abs() < 1e-9);
}

#[tokio::test]
async fn slices_are_the_stored_values_in_every_plane() {
    let desk = Desk::new().await;
    let image = desk.open_phantom().await["id"].as_str().unwrap().to_owned();
    for (axis, index, size) in [(0, 7, [20, 10]), (1, 19, [24, 10]), (2, 0, [24, 20])] {
        let request = BytesRequest::Slice {
            request: 99,
            image: image.clone(),
            volume: 0,
            axis,
            index,
        };
        let reply = bytes::bytes(desk.app(), request).await.unwrap();
        assert_eq!(&reply[..4], b"ANMY");
        let number = |at: usize| u32::from_le_bytes(reply[at..at + 4].try_into().unwrap());
        assert_eq!(
            [number(8), number(16), number(20), number(24)],
            [99, index, size[0], size[1]]
        );
        assert_eq!(u16::from_le_bytes([reply[12], reply[13]]), 3, "int16");
        for row in 0..size[1] {
            for column in 0..size[0] {
                let at = 40 + 2 * (row * size[0] + column) as usize;
                let voxel = match axis {
                    0 => [index, column, row],
                    1 => [column, index, row],
                    _ => [column, row, index],
                };
                let stored = i16::from_le_bytes([reply[at], reply[at + 1]]);
                assert_eq!(stored, phantom(voxel), "{voxel:?}");
            }
        }
    }
    for (axis, index) in [(3, 0), (0, 24), (2, 10)] {
        let request = BytesRequest::Slice {
            request: 1,
            image: image.clone(),
            volume: 0,
            axis,
            index,
        };
        let error = bytes::bytes(desk.app(), request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
    }
}

#[tokio::test]
async fn every_window_hears_of_a_change_and_where_it_is() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"]
        .as_str()
        .unwrap()
        .to_owned();
    let segment = desk.add_segment(&document, "A").await;
    let mut events = desk.app().events();
    desk.stroke(&document, &segment, [10, 10, 5], 2.0).await;
    let Event::DocumentChanged {
        revision,
        region,
        by,
        ..
    } = events.recv().await.unwrap()
    else {
        panic!("another event");
    };
    assert_eq!((revision, by.as_str()), (3, "Ada"));
    let region = region.unwrap();
    assert_eq!((region.min[2], region.max[2]), (5, 5));
    assert!(region.min[1] <= 8 && region.max[1] >= 12);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_leaves_no_record() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"]
        .as_str()
        .unwrap()
        .to_owned();
    let segment = desk.add_segment(&document, "A").await;
    let rename = json!({ "type": "rename_segment", "segment": segment, "name": "A" });
    let answer = desk
        .call("edit", json!({ "document": document, "edit": rename }))
        .await;
    assert_eq!(answer["document"]["revision"], 2);
}

#[tokio::test]
async fn refusals_say_whose_fault_it_is() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"]
        .as_str()
        .unwrap()
        .to_owned();
    let segment = desk.add_segment(&document, "A").await;
    let edit = |edit| json!({ "document": document, "edit": edit });
    let lock = json!({ "type": "set_lock", "segment": segment, "is_locked": true });
    desk.call("edit", edit(lock)).await;
    let delete = json!({ "type": "delete_segment", "segment": segment });
    assert_eq!(
        desk.fail("edit", edit(delete)).await.code,
        ErrorCode::NotPermitted
    );
    let unknown = json!({ "type": "delete_segment", "segment": "nobody" });
    assert_eq!(
        desk.fail("edit", edit(unknown)).await.code,
        ErrorCode::NotFound
    );
    let odd = json!({ "type": "recolor_segment", "segment": segment, "color": "red" });
    assert_eq!(
        desk.fail("edit", edit(odd)).await.code,
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        desk.fail("edit", json!({})).await.code,
        ErrorCode::InvalidRequest
    );
    assert_eq!(
        desk.fail("no_such_command", json!({})).await.code,
        ErrorCode::InvalidRequest
    );
    let gone = json!({ "job": "a", "paths": ["/no/such/file.nii"] });
    let error = desk.fail("open_study", gone).await;
    assert_eq!(error.code, ErrorCode::NotFound);
    assert!(error.message.contains("/no/such/file.nii"));
}

#[tokio::test]
async fn second_window_on_the_same_library_is_refused_and_may_look() {
    let desk = Desk::new().await;
    let error = App::open(desk.config()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    assert!(error.message.contains("library.sqlite"), "{error}");
    App::open_read_only(desk.config()).await.unwrap();
}
