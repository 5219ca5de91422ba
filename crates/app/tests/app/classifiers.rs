//! Classifiers that are taught, kept, exchanged and used again, by their classes' names.

use crate::bench::{Bench, SIZE, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

const FULL: usize = (SIZE[0] * SIZE[1]) as usize;

/// Slices 1 of one segment and 8 of another are painted.
async fn painted() -> Bench {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut request = bench.request(slab([8, 8]));
    request["segment"] = json!(other);
    bench.desk.call("run_effect", request).await;
    bench
}

fn teach(bench: &Bench, name: &str) -> Value {
    json!({
        "job": "teach", "document": bench.document, "segment": bench.segment, "finest": 2,
        "name": name, "replace_existing": false,
    })
}

async fn taught(bench: &Bench) -> Value {
    let request = teach(bench, "halves");
    bench.desk.call("teach_classifier", request).await
}

fn classify(classifier: &Value) -> Value {
    json!({ "type": "classify", "finest": 2, "margin": 100, "classifier": classifier })
}

/// Names of the classifiers on the list.
async fn listed(bench: &Bench) -> Vec<Value> {
    let listed = bench.desk.call("list_classifiers", json!({})).await;
    let all = listed["classifiers"].as_array().unwrap().iter();
    all.map(|classifier| classifier["name"].clone()).collect()
}

fn contour(classifier: &Value, class: &str) -> Value {
    let speed = json!({ "by": "classifier", "classifier": classifier, "class": class });
    json!({
        "bubbles": [], "from_segment": true, "margin": 100, "speed": speed, "propagation": 1,
        "curvature": 0,
    })
}

#[tokio::test]
async fn one_finds_what_the_paint_that_taught_it_finds() {
    let bench = painted().await;
    let known = taught(&bench).await;
    assert_eq!(known["classes"], json!(["A", "B"]));
    assert_eq!(listed(&bench).await, ["halves"]);
    bench
        .run(json!({ "type": "classify", "finest": 2, "margin": 100 }))
        .await;
    let expected = bench.voxels(&bench.document).await;
    assert_eq!(expected.len(), 10 * FULL);
    bench.undo().await;
    bench.run(classify(&known["id"])).await;
    assert_eq!(bench.voxels(&bench.document).await, expected);
}

#[tokio::test]
async fn another_library_finds_the_same_by_an_exported_file() {
    let bench = painted().await;
    let known = taught(&bench).await;
    let path = bench.desk.folder().join("found.classifier");
    let export = json!({ "classifier": known["id"], "path": path, "replace_existing": false });
    bench.desk.call("export_classifier", export.clone()).await;
    let again = bench.desk.fail("export_classifier", export).await;
    assert_eq!(again.code, ErrorCode::Conflict);
    bench.run(classify(&known["id"])).await;
    let expected = bench.voxels(&bench.document).await;
    let elsewhere = painted().await;
    let import = json!({ "path": path, "replace_existing": false });
    let imported = elsewhere.desk.call("import_classifier", import).await;
    assert_eq!(imported["id"], known["id"]);
    assert_eq!(imported["name"], "found");
    elsewhere.run(classify(&imported["id"])).await;
    assert_eq!(elsewhere.voxels(&elsewhere.document).await, expected);
}

/// What Python reads of an exported file.
#[tokio::test]
async fn the_file_is_as_its_description_says() {
    let bench = painted().await;
    let known = taught(&bench).await;
    let path = bench.desk.folder().join("found.classifier");
    let export = json!({ "classifier": known["id"], "path": path, "replace_existing": false });
    bench.desk.call("export_classifier", export).await;
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("ANNOTOMY_PEERS_PYTHON: run these tests through `cargo xtask test`");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/classifier.py"
    );
    let mut command = std::process::Command::new(python);
    let output = command.arg(script).arg("file").arg(&path).output().unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = json!({
        "version": 1, "hash": known["id"], "finest": 2.0, "n_features": 21, "n_trees": 50,
        "classes": [{ "label": 1, "name": "A" }, { "label": 2, "name": "B" }], "labels": [1, 2],
    });
    assert_eq!(found, expected);
}

#[tokio::test]
async fn it_looks_everywhere_and_leaves_what_has_no_segment() {
    let bench = painted().await;
    let known = taught(&bench).await;
    // The other segment is taken back, with its name; the first loses its voxels.
    for _ in 0..3 {
        bench.undo().await;
    }
    bench.run(classify(&known["id"])).await;
    // Slices are told apart by their values: the middle between those that were painted.
    bench.holds(|[_, _, k]| k <= 4).await;
}

#[tokio::test]
async fn the_record_names_the_classifier_that_is_kept_after_it_left_the_list() {
    let bench = painted().await;
    let known = taught(&bench).await;
    bench.run(classify(&known["id"])).await;
    let expected = bench.voxels(&bench.document).await;
    let forget = json!({ "classifier": known["id"] });
    bench.desk.call("forget_classifier", forget).await;
    assert_eq!(listed(&bench).await, [""; 0]);
    // A slice that only the classifier changed.
    let asked = json!({ "document": bench.document, "voxel": [3, 3, 4] });
    let drew = bench.desk.call("who_drew", asked).await;
    let recorded = &drew["segments"][0]["parameters"]["classifier"];
    assert_eq!(*recorded, json!(known["id"].to_string()), "{drew}");
    assert_eq!(drew["segments"][0]["source"], "model", "{drew}");
    bench.undo().await;
    bench.run(classify(&known["id"])).await;
    assert_eq!(bench.voxels(&bench.document).await, expected);
}

#[tokio::test]
async fn a_name_is_only_taken_from_another_one_when_that_is_asked() {
    let bench = painted().await;
    taught(&bench).await;
    let refused = bench
        .desk
        .fail("teach_classifier", teach(&bench, "halves"))
        .await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    let refused = bench
        .desk
        .fail("teach_classifier", teach(&bench, " "))
        .await;
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    let mut request = teach(&bench, "halves");
    request["replace_existing"] = json!(true);
    request["finest"] = json!(3);
    bench.desk.call("teach_classifier", request).await;
    assert_eq!(listed(&bench).await, ["halves"]);
}

#[tokio::test]
async fn a_contour_goes_by_a_class_of_it() {
    let bench = painted().await;
    let known = taught(&bench).await;
    let effect = |class: &str| json!({ "type": "snake", "iterations": 300, "contour": contour(&known["id"], class) });
    bench.run(effect("A")).await;
    let found = bench.voxels(&bench.document).await;
    let n_own = found.iter().filter(|(_, label)| *label == 1).count();
    // Up to the middle between what is painted.
    assert!((4 * FULL..=6 * FULL).contains(&n_own), "{n_own}");
    assert_eq!(bench.fails(effect("C")).await, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn a_contour_that_is_watched_comes_to_what_its_record_repeats() {
    let bench = painted().await;
    let known = taught(&bench).await;
    let begin = json!({
        "job": "begin", "document": bench.document, "segment": bench.segment,
        "contour": contour(&known["id"], "A"),
    });
    let begun = bench.desk.call("begin_snake", begin).await;
    let advance = json!({ "job": "go", "snake": begun["id"], "iteration": 40, "overwrite": "all" });
    let at = bench.desk.call("advance_snake", advance).await;
    let preview = at["preview"]["document"]["id"].clone();
    bench
        .desk
        .call("apply_preview", json!({ "preview": preview }))
        .await;
    let expected = bench.voxels(&bench.document).await;
    bench.undo().await;
    let repeated = json!({
        "type": "snake", "iterations": at["iteration"], "contour": contour(&known["id"], "A"),
    });
    bench.run(repeated).await;
    assert_eq!(bench.voxels(&bench.document).await, expected);
}

#[tokio::test]
async fn what_is_none_is_refused_by_its_name() {
    let bench = Bench::new().await;
    let path = bench.desk.folder().join("odd.classifier");
    let import = json!({ "path": path, "replace_existing": false });
    for (bytes, code, reason) in [
        (&b"PNG"[..], ErrorCode::BadInput, "is no classifier"),
        (
            b"annotomy classifier\n\x01\0\0\0 and more",
            ErrorCode::BadInput,
            "is damaged",
        ),
        (
            b"annotomy classifier\n\x02\0\0\0",
            ErrorCode::Unsupported,
            "version 2",
        ),
        (
            b"annotomy classifier\n\x01\0",
            ErrorCode::BadInput,
            "cut short",
        ),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let problem = bench.desk.fail("import_classifier", import.clone()).await;
        assert_eq!(problem.code, code, "{}", problem.message);
        let told = &problem.message;
        assert!(
            told.contains("odd.classifier: ") && told.contains(reason),
            "{told}"
        );
    }
    std::fs::remove_file(&path).unwrap();
    let problem = bench.desk.fail("import_classifier", import).await;
    assert_eq!(problem.code, ErrorCode::NotFound);
    let odd = ["none".to_owned(), "0".repeat(64)];
    for id in odd {
        assert_eq!(bench.fails(classify(&json!(id))).await, ErrorCode::NotFound);
        for command in ["export_classifier", "forget_classifier"] {
            let mut request = json!({ "classifier": id });
            if command == "export_classifier" {
                request["path"] = json!(path);
                request["replace_existing"] = json!(true);
            }
            let problem = bench.desk.fail(command, request).await;
            assert_eq!(problem.code, ErrorCode::NotFound);
        }
    }
}

/// An exported file, and how an import of other bytes ends.
async fn exported(bench: &Bench) -> Vec<u8> {
    let known = taught(bench).await;
    let path = bench.desk.folder().join("sound.classifier");
    let export = json!({ "classifier": known["id"], "path": path, "replace_existing": false });
    bench.desk.call("export_classifier", export).await;
    std::fs::read(path).unwrap()
}

async fn imports(bench: &Bench, bytes: &[u8]) -> bool {
    let path = bench.desk.folder().join("changed.classifier");
    std::fs::write(&path, bytes).unwrap();
    let import = json!({ "path": path, "replace_existing": true });
    let caller = bench.desk.app().local_caller();
    let done =
        annotomy_app::commands::dispatch(bench.desk.app(), &caller, "import_classifier", import);
    match done.await {
        Ok(_) => true,
        Err(problem) => {
            assert!(
                problem.message.contains("changed.classifier: "),
                "{}",
                problem.message
            );
            false
        }
    }
}

#[tokio::test]
async fn no_bit_of_a_file_can_change_and_no_byte_can_go() {
    let bench = painted().await;
    let bytes = exported(&bench).await;
    assert!(imports(&bench, &bytes).await);
    for at in (0..bytes.len()).step_by(bytes.len() / 100 + 1) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(!imports(&bench, &changed).await, "{at}");
        assert!(!imports(&bench, &bytes[..at]).await, "{at}");
    }
}

#[tokio::test]
async fn a_right_checksum_of_wrong_numbers_does_no_harm() {
    let bench = painted().await;
    let bytes = exported(&bench).await;
    let held = &bytes[..bytes.len() - blake3::OUT_LEN];
    let (mut n_refused, mut n_read) = (0, 0);
    for at in (0..held.len()).step_by(held.len() / 200 + 1) {
        let mut changed = held.to_vec();
        changed[at] ^= 0xff;
        let checksum = blake3::hash(&changed);
        changed.extend(checksum.as_bytes());
        match imports(&bench, &changed).await {
            true => n_read += 1,
            false => n_refused += 1,
        }
    }
    // A threshold or a share may be another one.
    assert!(n_refused > 20 && n_read > 20, "{n_refused}, {n_read}");
}
