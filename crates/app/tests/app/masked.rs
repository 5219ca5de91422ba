//! What is left of an image in segments, outside them or around them: as SimpleITK has it, from files
//! and from a document.

use crate::bench::{Bench, SIZE, slab};
use crate::common::Desk;
use crate::volume_effects::peers;
use annotomy_app::wire::ErrorCode;
use annotomy_formats::read_volume;
use annotomy_volume::volume::{Scalar, Volume};
use annotomy_volume::with_voxels;
use serde_json::{Value, json};
use std::path::Path;

/// Ways to mask the peers' image, each to a file of another kind.
fn cases() -> Vec<Value> {
    let case = |file: &str, segments: Value, keep: &str, outside: Value, crop_mm: Value| {
        json!({
            "file": file, "segments": segments, "keep": keep, "outside": outside, "crop_mm": crop_mm,
        })
    };
    vec![
        case("a.nii.gz", json!([1]), "inside", json!(-1024), Value::Null),
        case("b.nrrd", json!([1, 2]), "outside", json!(77), Value::Null),
        case("c.mha", json!([]), "inside", Value::Null, json!(0)),
        case("d.nii", json!([2]), "all", Value::Null, json!(3.3)),
        case("e.nrrd", json!([1]), "outside", json!(0), json!(2.8)),
        case("f.mha", json!([2]), "inside", json!(1), json!(500)),
    ]
}

fn mask_of(case: &Value) -> Value {
    json!({ "keep": case["keep"], "outside": case["outside"], "crop_mm": case["crop_mm"] })
}

fn agreed(folder: &Path, cases: &[Value]) {
    let list = folder.join("cases.json");
    std::fs::write(&list, json!(cases).to_string()).unwrap();
    let different = peers(&[Path::new("masked"), folder, &list]);
    assert_eq!(different, json!(vec![Value::Null; cases.len()]));
}

#[tokio::test]
async fn files_are_masked_and_cropped_as_simpleitk_does() {
    let desk = Desk::new().await;
    let folder = desk.folder();
    peers(&[Path::new("made"), folder]);
    let cases = cases();
    for case in &cases {
        let request = json!({
            "image": folder.join("oblique.nii.gz"), "labels": folder.join("oblique-labels.nii.gz"),
            "segments": case["segments"], "mask": mask_of(case),
            "output": folder.join(case["file"].as_str().unwrap()), "replace_existing": false,
        });
        let answer = desk.call("mask_image", request.clone()).await;
        assert_eq!(answer["outside"].is_null(), case["keep"] == "all");
        let again = desk.fail("mask_image", request).await;
        assert_eq!(again.code, ErrorCode::Conflict);
    }
    agreed(folder, &cases);
}

#[tokio::test]
async fn an_annotated_image_is_exported_masked_and_cropped() {
    let desk = Desk::new().await;
    let folder = desk.folder();
    peers(&[Path::new("made"), folder]);
    let series = desk.series_of("oblique.nii.gz").await;
    let open = json!({ "job": "load", "series": series });
    let document = desk.call("open_image", open).await["document"].clone();
    let labels = folder.join("oblique-labels.nii.gz");
    let import = json!({ "document": document, "path": labels });
    let imported = desk.call("import_segments", import).await;
    let ids = &imported["document"]["segments"];
    let cases = cases();
    for case in &cases {
        let segments = case["segments"].as_array().unwrap().iter();
        let segments = segments.map(|label| &ids[label.as_u64().unwrap() as usize - 1]["id"]);
        let format = match case["keep"] == "all" {
            true => "cropped_image",
            false => "masked_image",
        };
        let request = json!({
            "document": document, "path": folder.join(case["file"].as_str().unwrap()),
            "format": format, "replace_existing": false,
            "options": { "image": mask_of(case), "segments": segments.collect::<Vec<_>>() },
        });
        desk.call("export_labels", request).await;
    }
    agreed(folder, &cases);
}

#[tokio::test]
async fn what_would_leave_nothing_or_cannot_be_held_is_refused() {
    let bench = Bench::new().await;
    let folder = bench.desk.folder();
    let request = |outside: f64, crop_mm: f64| {
        json!({
            "document": bench.document, "path": folder.join("out.nii"), "format": "masked_image",
            "replace_existing": false,
            "options": { "image": { "outside": outside, "crop_mm": crop_mm } },
        })
    };
    let refused = async |request: Value| {
        let error = bench.desk.fail("export_labels", request).await;
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        assert!(!folder.join("out.nii").exists());
    };
    refused(request(0.0, 0.0)).await;
    bench.run(slab([4, 5])).await;
    // The image is of whole numbers in 16 bits.
    refused(request(0.5, 0.0)).await;
    refused(request(40_000.0, 0.0)).await;
    refused(request(0.0, -1.0)).await;
    bench.desk.call("export_labels", request(-5.0, 3.0)).await;
    // Slices are 2 mm apart: two on each side of slices 4 and 5, which alone are kept.
    let (left, _) = read_volume(&folder.join("out.nii")).unwrap();
    assert_eq!(
        left.geometry().size(),
        [SIZE[0], SIZE[1], 6].map(|n| n as usize)
    );
    assert_eq!(left.geometry().origin().0, [0.0, 0.0, 4.0]);
    let n_in_slice = (SIZE[0] * SIZE[1]) as usize;
    let values = values(&left);
    let (others, kept): (Vec<_>, Vec<_>) = values
        .iter()
        .enumerate()
        .partition(|(n, _)| !(2..4).contains(&(n / n_in_slice)));
    assert!(others.iter().all(|(_, value)| **value == -5.0));
    let first = 2 * n_in_slice;
    assert!(kept.iter().all(|(n, value)| **value == (n + first) as f64));
}

fn values(volume: &Volume) -> Vec<f64> {
    with_voxels!(volume.voxels(), v => v.iter().map(|x| x.to_f64()).collect())
}
