//! How images are shown: windows, tables, padding, and images that lie nowhere in the patient.

use crate::common::Desk;
use annotomy_app::bytes;
use annotomy_app::wire::{BytesRequest, HEADER_BYTES};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the script of the peers prints.
pub(crate) fn made(folder: &Path) -> Value {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("run these tests through `cargo xtask test`, which sets the peers up");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/dicom_display.py"
    );
    let output = Command::new(python).arg(script).arg(folder).output();
    let output = output.expect("the peers' Python starts");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect("a text")
}

async fn open(desk: &Desk, path: &str) -> Value {
    let paths = json!({ "job": "open", "paths": [path] });
    let study = desk.call("open_study", paths).await;
    let series = &study["series"][0]["id"];
    desk.call("open_image", json!({ "job": "load", "series": series }))
        .await
}

/// The image once every slice is there.
async fn ready(desk: &Desk, path: &str) -> Value {
    let image = open(desk, path).await;
    let request = json!({ "document": image["document"] });
    desk.call("statistics", request).await;
    desk.call("image", json!({ "image": image["id"] })).await
}

/// The preview's first channel.
async fn preview(desk: &Desk, image: &Value) -> Vec<u8> {
    let series = text(image, "id").to_owned();
    let request = BytesRequest::Thumbnail { request: 1, series };
    let reply = bytes::bytes(desk.app(), request).await.unwrap();
    let picture = image::load_from_memory(&reply[HEADER_BYTES..]).unwrap();
    picture.to_rgb8().pixels().map(|pixel| pixel.0[0]).collect()
}

/// The only slice as a data set has it.
async fn picture(desk: &Desk, image: &Value) -> Vec<u8> {
    let document = text(image, "document");
    let segment = desk.add_segment(document, "Lesion").await;
    desk.stroke(document, &segment, [3, 2, 0], 1.0).await;
    let folder = desk.folder().join(document);
    let export = json!({ "document": document, "format": "coco", "path": folder, "replace_existing": false });
    desk.call("export_labels", export).await;
    let mut pictures = std::fs::read_dir(folder.join("images")).unwrap();
    let path = pictures.next().unwrap().unwrap().path();
    image::open(path).unwrap().to_luma8().into_raw()
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_shown_as_pydicom_shows_them() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    for case in made(folder.path())["shown"].as_array().unwrap() {
        let image = open(&desk, text(case, "path")).await;
        let presets = image["window_presets"].as_array().unwrap();
        let of_file = presets.iter().filter(|preset| preset["name"] == "file");
        let explanations: Vec<&Value> = of_file.map(|preset| &preset["explanation"]).collect();
        let expected: Vec<&Value> = case["explanations"].as_array().unwrap().iter().collect();
        assert_eq!(explanations, expected, "{case}");
        let truth = std::fs::read(text(case, "truth")).unwrap();
        for greys in [preview(&desk, &image).await, picture(&desk, &image).await] {
            for (n, (grey, truth)) in greys.iter().zip(truth.chunks_exact(4)).enumerate() {
                let truth = f32::from_le_bytes(truth.try_into().unwrap());
                // Half a grey from rounding, and pydicom rounds entries of tables before.
                let off = (f32::from(*grey) - truth).abs();
                assert!(off <= 1.0, "{case}, pixel {n}: {grey} is not {truth}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn padding_counts_in_no_measure() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let truth = &made(folder.path())["padded"];
    let image = ready(&desk, text(truth, "path")).await;
    assert_eq!(image["padding"], json!([-2000.0, -1990.0]));
    assert_eq!(image["value_range"], truth["range"]);
    let [low, high] = [0, 1].map(|n| truth["percentiles"][n].as_f64().unwrap());
    let window = &image["window"];
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-9;
    assert!(near(&window["width"], high - low), "{window}");
    assert!(
        near(&window["center"], f64::midpoint(low, high)),
        "{window}"
    );
    let document = text(&image, "document");
    let segment = desk.add_segment(document, "All").await;
    desk.stroke(document, &segment, [80, 80, 0], 200.0).await;
    let request = json!({ "document": document });
    let found = &desk.call("statistics", request).await["segments"][0];
    assert_eq!(found["n_voxels"], 160 * 160);
    assert!(near(&found["mean"], truth["mean"].as_f64().unwrap()));
    let deviation = truth["deviation"].as_f64().unwrap();
    assert!(near(&found["standard_deviation"], deviation));
}

#[tokio::test(flavor = "multi_thread")]
async fn images_that_lie_nowhere_are_shown_in_their_own_plane() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let made = made(folder.path());
    let image = open(&desk, text(&made["flat"], "radiograph")).await;
    let expected = json!({ "is_placed": false, "in_plane": "detector", "has_depth": false });
    assert_eq!(image["meaning"], expected);
    let [plane] = image["planes"].as_array().unwrap().as_slice() else {
        panic!("{}", image["planes"])
    };
    assert_eq!(plane["name"], "own");
    // PS3.3 C.7.6.1.1.1: rows run to the left, columns to the feet and the back.
    let letters = json!({ "left": "R", "right": "L", "top": "SA", "bottom": "IP" });
    assert_eq!(plane["letters"], letters);
    let document = text(&image, "document");
    let segment = desk.add_segment(document, "Lesion").await;
    desk.stroke(document, &segment, [3, 2, 0], 0.01).await;
    let statistics = desk
        .call("statistics", json!({ "document": document }))
        .await;
    let found = &statistics["segments"][0];
    assert_eq!(
        (&found["volume_ml"], &found["n_voxels"]),
        (&Value::Null, &json!(1))
    );
    // One pixel, 0.1 mm wide and 0.2 mm high.
    assert!((found["area_mm2"].as_f64().unwrap() - 0.02).abs() < 1e-12);

    let film = open(&desk, text(&made["flat"], "film")).await;
    assert_eq!(
        (&film["frame_ms"], &film["first_slice"]),
        (&json!(40.0), &json!(0))
    );
    assert_eq!(film["asks_pixel_size"], true);
    assert_eq!(film["planes"][0]["letters"]["left"], "");
}

/// A picture of 6 x 4 pixels that does not say how large they are.
fn write_picture(folder: &Path) -> PathBuf {
    let path = folder.join("picture.png");
    let picture = image::GrayImage::from_fn(6, 4, |x, y| image::Luma([(10 * y + x) as u8]));
    picture.save(&path).unwrap();
    path
}

async fn say(desk: &Desk, document: &str, size: Value) -> Value {
    let edit = json!({ "type": "set_pixel_size", "size": size });
    desk.call("edit", json!({ "document": document, "edit": edit }))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn size_of_pixels_is_said_undone_and_kept() {
    let mut desk = Desk::new().await;
    let path = write_picture(desk.folder()).display().to_string();
    let image = open(&desk, &path).await;
    let document = text(&image, "document").to_owned();
    assert_eq!(image["asks_pixel_size"], true);
    assert_eq!(image["meaning"]["in_plane"], "unknown");
    let segment = desk.add_segment(&document, "Cell").await;
    desk.stroke(&document, &segment, [1, 1, 0], 0.1).await;
    let measures = json!({ "document": document });
    let found = desk.call("statistics", measures.clone()).await;
    assert_eq!(found["segments"][0]["area_mm2"], Value::Null);

    say(
        &desk,
        &document,
        json!({ "kind": "measured", "mm": [0.5, 0.25] }),
    )
    .await;
    let found = desk.call("statistics", measures.clone()).await;
    assert_eq!(found["segments"][0]["area_mm2"], 0.125);
    let image_now = json!({ "image": image["id"] });
    let shown = desk.call("image", image_now.clone()).await;
    assert_eq!(shown["spacing_mm"], json!([0.5, 0.25, 1.0]));
    assert_eq!(shown["meaning"]["in_plane"], "patient");

    let undone = desk.call("undo", json!({ "document": document })).await;
    assert_eq!(undone["document"]["pixel_size"], Value::Null);
    let shown = desk.call("image", image_now).await;
    assert_eq!(shown["spacing_mm"], json!([1.0, 1.0, 1.0]));
    desk.call("redo", json!({ "document": document })).await;

    desk.restart().await;
    let shown = open(&desk, &path).await;
    assert_eq!(shown["spacing_mm"], json!([0.5, 0.25, 1.0]));
    let kept = desk.call("document", json!({ "document": document })).await;
    let expected = json!({ "kind": "measured", "mm": [0.5, 0.25] });
    assert_eq!(kept["pixel_size"], expected);
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
    desk.call("audit_rebuild", json!({})).await;
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_have_the_size_that_was_said_or_warn() {
    let desk = Desk::new().await;
    let path = write_picture(desk.folder()).display().to_string();
    let image = open(&desk, &path).await;
    let document = text(&image, "document").to_owned();
    let segment = desk.add_segment(&document, "Cell").await;
    desk.stroke(&document, &segment, [1, 1, 0], 0.1).await;
    say(&desk, &document, json!({ "kind": "unknown" })).await;
    let target = |name: &str| desk.folder().join(name);
    let export = |name: &str| json!({ "document": document, "path": target(name), "replace_existing": false });
    let written = desk.call("export_labels", export("a.nii")).await;
    assert_eq!(written["notes"][0]["code"], "unknown_pixel_size");
    say(
        &desk,
        &document,
        json!({ "kind": "measured", "mm": [0.5, 0.25] }),
    )
    .await;
    let written = desk.call("export_labels", export("b.nii")).await;
    assert_eq!(written["notes"], json!([]));
    let (read, _) = annotomy_formats::read_volume(&target("b.nii")).unwrap();
    assert_eq!(read.geometry().spacing_mm(), [0.5, 0.25, 1.0]);

    let data_set = |format: &str, name: &str| json!({ "document": document, "format": format, "path": target(name), "replace_existing": false });
    let folder = "Dataset001_Cells";
    desk.call("export_labels", data_set("nnunet", folder)).await;
    for part in ["imagesTr", "labelsTr"] {
        let mut files = std::fs::read_dir(target(folder).join(part)).unwrap();
        let file = files.next().unwrap().unwrap().path();
        let (read, _) = annotomy_formats::read_volume(&file).unwrap();
        assert_eq!(read.geometry().spacing_mm(), [0.5, 0.25, 1.0], "{part}");
    }
    desk.call("export_labels", data_set("coco", "cells")).await;
    let index = std::fs::read(target("cells").join("annotations.json")).unwrap();
    let index: Value = serde_json::from_slice(&index).unwrap();
    assert_eq!(index["images"][0]["pixel_spacing_mm"], json!([0.5, 0.25]));
    // A picture has no depth, so no volume; pixel (1, 1) is 11.
    let written = desk.call("export_labels", export("c.csv")).await;
    assert_eq!(written["notes"][0]["code"], "no_volumes");
    let table = std::fs::read_to_string(target("c.csv")).unwrap();
    let row = ",Cell,0,1,1,,,11,0,11,11,11,,#d02020";
    assert!(table.contains(row), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn size_of_pixels_is_refused_where_it_is_known_or_impossible() {
    let desk = Desk::new().await;
    let image = desk.open_phantom().await;
    let measured = |mm: f64| json!({ "kind": "measured", "mm": [mm, mm] });
    let edit = |image: &Value, size: Value| {
        let edit = json!({ "type": "set_pixel_size", "size": size });
        json!({ "document": image["document"], "edit": edit })
    };
    let refused = desk.fail("edit", edit(&image, measured(1.0))).await;
    assert!(refused.message.contains("says itself"), "{refused}");
    let path = write_picture(desk.folder()).display().to_string();
    let picture = open(&desk, &path).await;
    for mm in [0.0, -1.0, 1e-9, 1e9] {
        let refused = desk.fail("edit", edit(&picture, measured(mm))).await;
        assert!(refused.message.contains("0.000001"), "{refused}");
    }
}
