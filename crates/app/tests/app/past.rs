//! The past as windows see it: shown, compared and restored, and who drew what.

use crate::common::Desk;
use annotomy_app::bytes::bytes;
use annotomy_app::wire::{ErrorCode, HEADER_BYTES};
use serde_json::{Value, json};

/// Labels of a slice along k, through the bytes door.
async fn labels(desk: &Desk, document: &Value, k: u32) -> Vec<u8> {
    let request = json!({
        "kind": "labels", "request": 1, "document": document, "layer": 0, "axis": 2, "index": k,
    });
    let reply = bytes(desk.app(), serde_json::from_value(request).unwrap()).await;
    reply.unwrap()[HEADER_BYTES..].to_vec()
}

fn n_of(labels: &[u8], label: u8) -> usize {
    labels.iter().filter(|&&own| own == label).count()
}

/// Two segments, a dab of each; the numbers of the records.
async fn painted(desk: &Desk) -> (String, [String; 2], Vec<u64>) {
    let image = desk.open_phantom().await;
    let document = image["document"].as_str().unwrap().to_owned();
    let a = desk.add_segment(&document, "A").await;
    let b = desk.add_segment(&document, "B").await;
    desk.stroke(&document, &a, [8, 8, 5], 4.0).await;
    desk.stroke(&document, &b, [12, 8, 5], 4.0).await;
    let history = json!({ "document": document, "before": null, "limit": 9 });
    let history = desk.call("history", history).await;
    let entries = history["entries"].as_array().unwrap().iter().rev();
    let sequences = entries.map(|entry| entry["sequence"].as_u64().unwrap());
    (document, [a, b], sequences.collect())
}

#[tokio::test]
async fn moment_is_shown_and_nothing_changes() {
    let desk = Desk::new().await;
    let (document, [a, _], sequences) = painted(&desk).await;
    let now = desk.call("document", json!({ "document": document })).await;
    let first_dab = json!({ "document": document, "sequence": sequences[3] });
    let moment = desk.call("show_moment", first_dab).await;
    assert_eq!(moment["entry"]["operation"]["kind"], "paint");
    assert_eq!(moment["entry"]["by"], "Ada");
    assert_eq!(moment["document"]["revision"], 4);
    assert_eq!(moment["document"]["undo"], Value::Null);
    let shown = labels(&desk, &moment["document"]["id"], 5).await;
    // A disc of 4 mm holds 49 centres of a 1 mm grid: Gauss's circle problem, N(4) = 49.
    assert_eq!((n_of(&shown, 1), n_of(&shown, 2)), (49, 0));
    let present = labels(&desk, &json!(document), 5).await;
    assert_eq!(n_of(&present, 2), 49);
    let after = desk.call("document", json!({ "document": document })).await;
    assert_eq!(after, now);
    // Nothing takes it for a document that can be edited.
    let edit = json!({ "type": "set_lock", "segment": a, "is_locked": true });
    let edit = json!({ "document": moment["document"]["id"], "edit": edit });
    assert_eq!(desk.fail("edit", edit).await.code, ErrorCode::NotFound);
    let surface = json!({
        "kind": "surface", "request": 1, "document": moment["document"]["id"], "segment": a,
    });
    let surface = bytes(desk.app(), serde_json::from_value(surface).unwrap()).await;
    assert!(surface.unwrap().len() > HEADER_BYTES);
    let missing = json!({ "document": document, "sequence": 99 });
    assert_eq!(
        desk.fail("show_moment", missing).await.code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn moments_are_compared_with_each_other_and_with_now() {
    let desk = Desk::new().await;
    let (document, _, sequences) = painted(&desk).await;
    let request = json!({ "document": document, "from": sequences[3] });
    let found = desk.call("compare_moments", request).await;
    let marks = labels(&desk, &found["document"]["id"], 5).await;
    let [added, removed, taken] = [1, 2, 3].map(|mark| n_of(&marks, mark));
    let told = &found["segments"];
    assert_eq!(
        (told[0]["name"].as_str(), told[1]["name"].as_str()),
        (Some("A"), Some("B"))
    );
    assert_eq!(told[0]["n_removed"], taken);
    assert_eq!(told[1]["n_added"], 49);
    assert_eq!((added + taken, removed), (49, 0));
    assert!(taken > 0, "the dabs overlap");
    assert_eq!(found["to"], Value::Null);
    let back = json!({ "document": document, "from": sequences[4], "to": sequences[3] });
    let back = desk.call("compare_moments", back).await;
    assert_eq!(back["segments"][1]["n_removed"], 49);
}

#[tokio::test]
async fn moment_is_restored_as_one_operation_that_undo_takes_back() {
    let desk = Desk::new().await;
    let (document, [_, b], sequences) = painted(&desk).await;
    let now = labels(&desk, &json!(document), 5).await;
    let to = json!({ "document": document, "sequence": sequences[3] });
    let lock = |is_locked: bool| {
        let edit = json!({ "type": "set_lock", "segment": b, "is_locked": is_locked });
        json!({ "document": document, "edit": edit })
    };
    desk.call("edit", lock(true)).await;
    let refused = desk.fail("restore_moment", to.clone()).await;
    assert_eq!(refused.code, ErrorCode::NotPermitted);
    assert!(refused.message.ends_with(": B"), "{}", refused.message);
    desk.call("edit", lock(false)).await;
    let restored = desk.call("restore_moment", to.clone()).await;
    assert_eq!(restored["document"]["undo"]["kind"], "restore");
    assert_eq!(restored["document"]["undo"]["of"], "paint");
    assert_eq!(n_of(&labels(&desk, &json!(document), 5).await, 2), 0);
    let again = desk.call("restore_moment", to).await;
    assert_eq!(
        again["document"]["revision"],
        restored["document"]["revision"]
    );
    desk.call("undo", json!({ "document": document })).await;
    assert_eq!(labels(&desk, &json!(document), 5).await, now);
    desk.call("redo", json!({ "document": document })).await;
    assert_eq!(n_of(&labels(&desk, &json!(document), 5).await, 1), 49);
    desk.call("audit_rebuild", json!({})).await;
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
}

#[tokio::test]
async fn voxel_names_who_drew_it_whatever_was_undone_and_restored_since() {
    let desk = Desk::new().await;
    let (document, _, sequences) = painted(&desk).await;
    let ask = async |document: &Value, voxel: [u32; 3]| {
        let request = json!({ "document": document, "voxel": voxel });
        let answer = desk.call("who_drew", request).await;
        answer["segments"].as_array().unwrap().clone()
    };
    let document = json!(document);
    let between = ask(&document, [10, 8, 5]).await;
    assert_eq!(between.len(), 1);
    assert_eq!(between[0]["segment"], "B");
    assert_eq!(between[0]["source"], "manual");
    assert_eq!(between[0]["tool"], "brush, round");
    assert_eq!(between[0]["parameters"]["radius"], "4 mm");
    assert_eq!(between[0]["entry"]["sequence"], sequences[4]);
    assert!(ask(&document, [20, 18, 9]).await.is_empty());
    desk.call("undo", json!({ "document": document })).await;
    let undone = ask(&document, [10, 8, 5]).await;
    assert_eq!(undone[0]["entry"]["sequence"], sequences[3]);
    let restore = json!({ "document": document, "sequence": sequences[4] });
    desk.call("restore_moment", restore).await;
    let restored = ask(&document, [10, 8, 5]).await;
    assert_eq!(restored[0]["entry"]["sequence"], sequences[4]);
    let moment = json!({ "document": document, "sequence": sequences[3] });
    let moment = desk.call("show_moment", moment).await;
    let then = ask(&moment["document"]["id"], [10, 8, 5]).await;
    assert_eq!(then[0]["segment"], "A");
    let outside = json!({ "document": document, "voxel": [24, 0, 0] });
    let outside = desk.fail("who_drew", outside).await;
    assert_eq!(outside.code, ErrorCode::InvalidRequest);
}
