//! Mirrors, tubes, scissors and masked images: on an oblique grid as SimpleITK, NumPy and scikit-image
//! have them, and by the rules that all effects keep.

use crate::bench::{Bench, SIZE, slab};
use crate::common::Desk;
use crate::scope::text;
use annotomy_app::bytes;
use annotomy_app::wire::{BytesRequest, ErrorCode, HEADER_BYTES};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Voxels of the peers' image.
const OBLIQUE: [u32; 3] = [31, 26, 19];

pub(crate) fn peers(arguments: &[&Path]) -> Value {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("ANNOTOMY_PEERS_PYTHON: run these tests through `cargo xtask test`");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/volume_effects.py"
    );
    let output = Command::new(python)
        .arg(script)
        .args(arguments)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The offsets of the voxels with label 1, i fastest.
async fn voxels(desk: &Desk, document: &str) -> Vec<u32> {
    let [n_i, n_j, n_k] = OBLIQUE;
    let mut found = Vec::new();
    for k in 0..n_k {
        let request = BytesRequest::Labels {
            request: 1,
            document: document.to_owned(),
            layer: 0,
            axis: 2,
            index: k,
        };
        let reply = bytes::bytes(desk.app(), request).await.unwrap();
        let labels = reply[HEADER_BYTES..].iter().zip(0_u32..);
        found.extend(
            labels
                .filter(|(label, _)| **label == 1)
                .map(|(_, n)| n + k * n_i * n_j),
        );
    }
    found
}

#[tokio::test]
async fn on_an_oblique_grid_they_are_as_the_peers_have_them() {
    let desk = Desk::new().await;
    let cases = peers(&[Path::new("made"), desk.folder()]);
    let series = desk.series_of("oblique.nii.gz").await;
    let open = json!({ "job": "load", "series": series });
    let document = desk.call("open_image", open).await["document"].clone();
    let labels = desk.folder().join("oblique-labels.nii.gz");
    let import = json!({ "document": document, "path": labels });
    let imported = desk.call("import_segments", import).await;
    let segment = imported["document"]["segments"][0]["id"].clone();
    for case in cases.as_array().unwrap() {
        let effect = &case["effect"];
        let request = json!({
            "job": "effect", "document": document, "segment": segment, "effect": effect,
            "overwrite": "all",
        });
        desk.call("run_effect", request).await;
        let expected: Vec<u32> = serde_json::from_value(case["voxels"].clone()).unwrap();
        assert!(voxels(&desk, text(&document)).await == expected, "{effect}");
        desk.call("undo", json!({ "document": document })).await;
    }
    assert!(cases.as_array().unwrap().len() > 40);
}

/// Two segments: A has slices 1 and 2, B slice 7.
async fn two_segments() -> (Bench, String) {
    let bench = Bench::new().await;
    bench.run(slab([1, 2])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    run_on(&bench, &other, slab([7, 7])).await;
    (bench, other)
}

async fn run_on(bench: &Bench, segment: &str, effect: Value) {
    let mut request = bench.request(effect);
    request["segment"] = json!(segment);
    bench.desk.call("run_effect", request).await;
}

/// Across the middle of the slices, which lie 2 mm apart: slice k comes to 9 - k.
fn mirror(into: Option<&str>, mode: &str) -> Value {
    let plane = json!({ "point": [0, 0, 9], "normal": [0, 0, -3] });
    json!({ "type": "mirror", "plane": plane, "into": into, "mode": mode })
}

/// The label of each slice, which has one throughout.
async fn labels_of_slices(bench: &Bench) -> Vec<u8> {
    let found = bench.voxels(&bench.document).await;
    let labels = (0..SIZE[2]).map(|k| {
        let mut in_slice = found
            .iter()
            .filter(|(at, _)| at[2] == k)
            .map(|(_, label)| *label);
        let first = in_slice.next().unwrap_or(0);
        let n = 1 + in_slice.filter(|label| *label == first).count();
        assert!(first == 0 || n == (SIZE[0] * SIZE[1]) as usize, "slice {k}");
        first
    });
    labels.collect()
}

#[tokio::test]
async fn a_mirror_image_goes_to_the_segment_itself_or_to_another() {
    let (bench, other) = two_segments().await;
    let cases = [
        (mirror(None, "copy"), [0, 1, 1, 0, 0, 0, 0, 1, 1, 0]),
        (mirror(None, "move"), [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]),
        (mirror(Some(&other), "copy"), [0, 1, 1, 0, 0, 0, 0, 2, 2, 0]),
        (mirror(Some(&other), "move"), [0, 0, 0, 0, 0, 0, 0, 2, 2, 0]),
    ];
    for (effect, expected) in cases {
        bench.run(effect.clone()).await;
        assert_eq!(labels_of_slices(&bench).await, expected, "{effect}");
        bench.undo().await;
        assert_eq!(
            labels_of_slices(&bench).await,
            [0, 1, 1, 0, 0, 0, 0, 2, 0, 0]
        );
    }
}

#[tokio::test]
async fn a_segment_that_moves_into_another_does_not_protect_itself() {
    let (bench, other) = two_segments().await;
    // Slices 1 and 2 come to each other's place: A's own voxels may become B's.
    let plane = json!({ "point": [0, 0, 3], "normal": [0, 0, 1] });
    let effect = json!({ "type": "mirror", "plane": plane, "into": other, "mode": "move" });
    let mut request = bench.request(effect);
    request["overwrite"] = json!("none");
    bench.desk.call("run_effect", request).await;
    assert_eq!(
        labels_of_slices(&bench).await,
        [0, 2, 2, 0, 0, 0, 0, 2, 0, 0]
    );
}

#[tokio::test]
async fn the_rules_hold_for_both_segments_of_a_mirror() {
    let (bench, other) = two_segments().await;
    let mut request = bench.request(mirror(None, "copy"));
    request["overwrite"] = json!("none");
    let answer = bench.desk.call("run_effect", request).await;
    assert_eq!(
        labels_of_slices(&bench).await,
        [0, 1, 1, 0, 0, 0, 0, 2, 1, 0]
    );
    assert_eq!(answer["kept"]["protected"], json!(SIZE[0] * SIZE[1]));
    bench.undo().await;
    let preview = bench.request(mirror(Some(&other), "copy"));
    let preview = bench.desk.call("preview_effect", preview).await;
    assert_eq!(preview["n_gained"], json!(SIZE[0] * SIZE[1]));
    let lock = json!({ "type": "set_lock", "segment": other, "is_locked": true });
    let edit = json!({ "document": bench.document, "edit": lock });
    bench.desk.call("edit", edit).await;
    for mode in ["copy", "move"] {
        let code = bench.fails(mirror(Some(&other), mode)).await;
        assert_eq!(code, ErrorCode::NotPermitted);
    }
    bench.run(mirror(None, "move")).await;
    assert_eq!(
        labels_of_slices(&bench).await,
        [0, 0, 0, 0, 0, 0, 0, 2, 1, 0]
    );
}

#[tokio::test]
async fn what_is_no_plane_no_path_and_no_camera_is_refused() {
    let bench = Bench::new().await;
    let tube = |path: Value, diameter: f64| json!({ "type": "tube", "path": path, "diameter": diameter, "mode": "add" });
    let scissors = |path: Value, within: Value| {
        let camera = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]];
        json!({
            "type": "scissors", "path": path, "canvas_from_lps": camera, "within": within,
            "mode": "fill_inside",
        })
    };
    let triangle = json!([[0, 0], [9, 0], [0, 9]]);
    let plane = |normal: [f64; 3]| json!({ "point": [0, 0, 0], "normal": normal });
    let slab = |normal, mm: f64| json!({ "plane": plane(normal), "mm": mm });
    let effects = [
        json!({ "type": "mirror", "plane": plane([0.0; 3]), "mode": "copy" }),
        tube(json!([]), 3.0),
        tube(json!([[0, 0, 0]]), 0.0),
        tube(json!(vec![[0, 0, 0]; 10_001]), 3.0),
        scissors(json!([[0, 0], [9, 0]]), Value::Null),
        scissors(triangle.clone(), slab([0.0, 0.0, 1.0], -1.0)),
        scissors(triangle.clone(), slab([0.0; 3], 1.0)),
    ];
    for effect in effects {
        assert_eq!(
            bench.fails(effect.clone()).await,
            ErrorCode::InvalidRequest,
            "{effect}"
        );
    }
    bench
        .run(scissors(triangle, slab([0.0, 0.0, 1.0], 4.0)))
        .await;
    // Just as far as the slab reaches is in it; what lies on the upper edges of an outline is not.
    bench.holds(|[i, j, k]| i + j < 9 && k <= 2).await;
}
