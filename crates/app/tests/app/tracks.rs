//! Shapes between key slices and key times: where they lie, what is refused, what files keep.

use crate::common::Desk;
use crate::scope::{choose, document_of, text};
use crate::volumes::desk_with_series;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};
use std::process::Command;

/// What is left of a micrometre once positions are whole nanometres.
const NEAR: f64 = 1e-5;

type Point = [f64; 3];

async fn edit(desk: &Desk, document: &str, edit: Value) -> Value {
    let request = json!({ "document": document, "edit": edit });
    desk.call("edit", request).await["document"].clone()
}

/// Adds a shape across `normal` and tells its name.
async fn draw(desk: &Desk, document: &str, geometry: Value, normal: Point) -> String {
    let point = ["centre", "at"]
        .into_iter()
        .find_map(|key| geometry.get(key));
    let point = point.unwrap_or(&geometry["points"][0]);
    let plane = json!({ "point": point, "normal": normal });
    let add = json!({ "type": "add_shape", "geometry": geometry, "plane": plane });
    let after = edit(desk, document, add).await;
    text(&after["shapes"].as_array().unwrap().last().unwrap()["id"]).to_owned()
}

fn asked(document: &str, shape: &str, along: &str) -> Value {
    json!({ "document": document, "shape": shape, "along": along })
}

async fn interpolate(desk: &Desk, document: &str, shape: &str, along: &str) -> Value {
    desk.call("interpolate_shapes", asked(document, shape, along))
        .await
}

fn between(document: &Value) -> Vec<&Value> {
    let shapes = document["shapes"].as_array().unwrap().iter();
    shapes
        .filter(|shape| !shape["track"]["between"].is_null())
        .collect()
}

fn point(value: &Value) -> Point {
    serde_json::from_value(value.clone()).unwrap()
}

#[track_caller]
fn is_near(found: &Value, expected: Point) {
    let found = point(found);
    let off = (0..3).map(|n| (found[n] - expected[n]).abs());
    let off = off.fold(0.0, f64::max);
    assert!(off < NEAR, "{found:?} is not {expected:?}");
}

/// An axial ellipse whose half axes lie along x and y.
fn ellipse([x, y, z]: Point, a: f64, b: f64) -> Value {
    json!({ "kind": "ellipse", "centre": [x, y, z], "ends": [[x + a, y, z], [x, y + b, z]] })
}

const AXIAL: Point = [0.0, 0.0, 1.0];

/// The phantom, whose slices lie 2 mm apart, with ellipses on its slices 1 and 5.
async fn with_keys() -> (Desk, String, [String; 2]) {
    let desk = Desk::new().await;
    let document = text(&desk.open_phantom().await["document"]).to_owned();
    let first = draw(&desk, &document, ellipse([8.0, 8.0, 2.0], 4.0, 3.0), AXIAL).await;
    let second = draw(
        &desk,
        &document,
        ellipse([12.0, 10.0, 10.0], 6.0, 3.0),
        AXIAL,
    )
    .await;
    (desk, document, [first, second])
}

#[tokio::test]
async fn every_slice_between_gets_a_shape_and_undo_takes_all_of_them_at_once() {
    let (desk, document, keys) = with_keys().await;
    let before = desk.call("document", json!({ "document": document })).await;
    let made = interpolate(&desk, &document, &keys[0], "slices").await;
    assert_eq!(
        (&made["n_keys"], &made["n_between"]),
        (&json!(2), &json!(3))
    );
    let found = between(&made["document"]);
    assert_eq!(found.len(), 3);
    for (n, shape) in found.iter().enumerate() {
        let t = (n + 1) as f64 / 4.0;
        let centre = [8.0 + 4.0 * t, 8.0 + 2.0 * t, 2.0 + 8.0 * t];
        is_near(&shape["geometry"]["centre"], centre);
        let [x, y, z] = centre;
        is_near(&shape["geometry"]["ends"][0], [x + 4.0 + 2.0 * t, y, z]);
        assert_eq!(shape["source"], "interpolated");
        assert_eq!(shape["track"]["between"], json!(keys));
    }
    for n in 0..2 {
        let key = &made["document"]["shapes"][n];
        assert_eq!(key["track"]["between"], Value::Null);
        let mut bare = key.clone();
        bare["track"] = Value::Null;
        assert_eq!(bare, before["shapes"][n]);
    }
    let back = desk.call("undo", json!({ "document": document })).await;
    assert_eq!(back["document"]["shapes"], before["shapes"]);
    desk.call("redo", json!({ "document": document })).await;
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
}

#[tokio::test]
async fn corrected_shape_is_a_key_that_its_neighbours_follow() {
    let (desk, document, keys) = with_keys().await;
    let made = interpolate(&desk, &document, &keys[0], "slices").await;
    let middle = text(&between(&made["document"])[1]["id"]).to_owned();
    let geometry = ellipse([20.0, 9.0, 6.0], 5.0, 3.0);
    let plane = json!({ "point": [20.0, 9.0, 6.0], "normal": AXIAL });
    let change = json!({ "property": "geometry", "geometry": geometry, "plane": plane });
    let change = json!({ "type": "change_shape", "shape": middle, "change": change });
    edit(&desk, &document, change).await;
    let made = interpolate(&desk, &document, &keys[1], "slices").await;
    assert_eq!(
        (&made["n_keys"], &made["n_between"]),
        (&json!(3), &json!(2))
    );
    let found = between(&made["document"]);
    is_near(&found[0]["geometry"]["centre"], [14.0, 8.5, 4.0]);
    is_near(&found[1]["geometry"]["centre"], [16.0, 9.5, 8.0]);
    assert_eq!(found[0]["track"]["between"], json!([keys[0], middle]));
}

#[tokio::test]
async fn new_key_joins_the_track_and_dissolving_leaves_the_keys() {
    let (desk, document, keys) = with_keys().await;
    interpolate(&desk, &document, &keys[0], "slices").await;
    let third = draw(
        &desk,
        &document,
        ellipse([12.0, 10.0, 14.0], 6.0, 3.0),
        AXIAL,
    )
    .await;
    let made = interpolate(&desk, &document, &third, "slices").await;
    assert_eq!(
        (&made["n_keys"], &made["n_between"]),
        (&json!(3), &json!(4))
    );
    let track = made["document"]["shapes"][0]["track"]["id"].clone();
    let request = json!({ "document": document, "track": track });
    let gone = desk.call("delete_interpolated", request).await;
    assert_eq!(gone["n_deleted"], 4);
    let left = gone["document"]["shapes"].as_array().unwrap();
    assert_eq!(left.len(), 3);
    assert!(left.iter().all(|shape| shape["track"].is_null()));
}

#[tokio::test]
async fn what_cannot_be_interpolated_is_refused_in_words_and_changes_nothing() {
    let (desk, document, keys) = with_keys().await;
    let sagittal = json!({
        "kind": "rectangle", "centre": [4.0, 5.0, 6.0],
        "ends": [[4.0, 8.0, 6.0], [4.0, 5.0, 10.0]],
    });
    let across = draw(&desk, &document, sagittal, [1.0, 0.0, 0.0]).await;
    let solid = json!({
        "kind": "box3d", "centre": [4.0, 5.0, 6.0],
        "ends": [[6.0, 5.0, 6.0], [4.0, 7.0, 6.0], [4.0, 5.0, 8.0]],
    });
    let add = json!({ "type": "add_shape", "geometry": solid });
    let after = edit(&desk, &document, add).await;
    let solid = text(&after["shapes"][3]["id"]).to_owned();
    let beside = draw(&desk, &document, ellipse([4.0, 4.0, 2.0], 2.0, 1.0), AXIAL).await;
    let before = desk.call("document", json!({ "document": document })).await;
    let with = |shape: &str, key: &str| {
        let mut request = asked(&document, shape, "slices");
        request["keys"] = json!([key]);
        request
    };
    for (request, reason) in [
        (asked(&document, &across, "slices"), "there is only one key"),
        (
            asked(&document, &solid, "slices"),
            "the shape lies in no slice",
        ),
        (
            asked(&document, &keys[0], "slices"),
            "two of the keys lie on one slice",
        ),
        (
            with(&keys[0], &across),
            "the shapes lie on planes that are not parallel",
        ),
        (with(&keys[0], &beside), "two of the keys lie on one slice"),
        (
            asked(&document, &keys[0], "times"),
            "the shapes are those of all time points",
        ),
    ] {
        let error = desk.fail("interpolate_shapes", request).await;
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{reason}");
        assert_eq!(error.message, reason);
        assert!(error.hint.is_some());
    }
    let request = asked(&document, "nobody", "slices");
    let unknown = desk.fail("interpolate_shapes", request).await;
    assert_eq!(unknown.code, ErrorCode::NotFound);
    let after = desk.call("document", json!({ "document": document })).await;
    assert_eq!(after, before);
    // Chosen by name, those that belong together are found.
    let request = with(&keys[0], &keys[1]);
    assert_eq!(
        desk.call("interpolate_shapes", request).await["n_between"],
        3
    );
}

#[tokio::test]
async fn oblique_planes_are_filled_in_the_steps_of_a_turned_plane() {
    let desk = Desk::new().await;
    let document = text(&desk.open_phantom().await["document"]).to_owned();
    let across = [0.6, 0.8, 0.0];
    // Voxels of 1, 1 and 2 mm reach 1 mm along this normal.
    let at = |height: f64, z: f64| [8.0 + 0.6 * height, 6.0 + 0.8 * height, z];
    let point = |height: f64, z: f64| json!({ "kind": "point", "at": at(height, z) });
    let first = draw(&desk, &document, point(0.0, 4.0), across).await;
    // Seen from the other side.
    let last = draw(&desk, &document, point(4.0, 12.0), across.map(|x| -x)).await;
    let made = interpolate(&desk, &document, &first, "slices").await;
    let found = between(&made["document"]);
    assert_eq!(found.len(), 3);
    for (n, shape) in found.iter().enumerate() {
        let height = (n + 1) as f64;
        is_near(&shape["geometry"]["at"], at(height, 4.0 + 2.0 * height));
        is_near(&shape["plane"]["normal"], across);
    }
    // Pointed at the other key nothing else is found, and so nothing is recorded.
    let again = interpolate(&desk, &document, &last, "slices").await;
    assert_eq!(again["document"], made["document"]);
}

/// The slices that a script writes: where the first pixel lies, and which way rows and columns run.
fn uneven(desk: &Desk) -> Vec<[Point; 3]> {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("ANNOTOMY_PEERS_PYTHON: run these tests through `cargo xtask test`");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/shapes_series.py"
    );
    let output = Command::new(python).arg(script).arg(desk.folder()).output();
    let output = output.unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let slices: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let place = |slice: &Value| ["origin", "row", "column"].map(|key| point(&slice[key]));
    slices.iter().map(place).collect()
}

fn plus(a: Point, b: Point, mm: f64) -> Point {
    std::array::from_fn(|n| a[n] + b[n] * mm)
}

fn dot(a: Point, b: Point) -> f64 {
    (0..3).map(|n| a[n] * b[n]).sum()
}

#[tokio::test]
async fn uneven_tilted_slices_get_shapes_where_they_were_acquired() {
    let desk = Desk::new().await;
    let slices = uneven(&desk);
    let series = desk.series_of("uneven").await;
    let open = json!({ "job": "load", "series": series });
    let image = desk.call("open_image", open).await;
    let document = text(&image["document"]).to_owned();
    let [_, row, column] = slices[0];
    let normal = [
        row[1] * column[2] - row[2] * column[1],
        row[2] * column[0] - row[0] * column[2],
        row[0] * column[1] - row[1] * column[0],
    ];
    let last = slices.len() - 1;
    let at = |slice: usize, x: f64, y: f64| plus(plus(slices[slice][0], row, x), column, y);
    let corners = |slice: usize, x: f64| {
        let corners = [
            at(slice, x, 8.0),
            at(slice, x + 9.0, 8.0),
            at(slice, x, 20.0),
        ];
        json!({ "kind": "polygon", "points": corners })
    };
    let first = draw(&desk, &document, corners(0, 10.0), normal).await;
    draw(&desk, &document, corners(last, 16.0), normal).await;
    let made = interpolate(&desk, &document, &first, "slices").await;
    let found = between(&made["document"]);
    assert_eq!(found.len(), last - 1);
    let height = |of: Point| dot(normal, plus(of, slices[0][0], -1.0));
    let total = height(slices[last][0]);
    for (shape, slice) in found.iter().zip(&slices[1..]) {
        let t = height(slice[0]) / total;
        let (from, to) = (at(0, 10.0, 8.0), at(last, 16.0, 8.0));
        let expected = plus(from, plus(to, from, -1.0), t);
        is_near(&shape["geometry"]["points"][0], expected);
        let off = height(point(&shape["geometry"]["points"][2])) - height(slice[0]);
        assert!(off.abs() < NEAR, "{off} mm off its slice");
    }
}

#[tokio::test]
async fn time_points_between_get_shapes_of_their_own() {
    let (desk, image) = desk_with_series().await;
    choose(&desk, &image, "each_volume", "empty").await;
    let mut documents = Vec::new();
    for volume in 0..3 {
        let document = document_of(&desk, &image, volume).await;
        documents.push(text(&document["id"]).to_owned());
    }
    let solid = |[x, y, z]: Point, half: f64| {
        json!({
            "kind": "box3d", "centre": [x, y, z],
            "ends": [[x + half, y, z], [x, y + 2.0, z], [x, y, z + 3.0]],
        })
    };
    let mut keys = Vec::new();
    for (volume, (centre, half)) in [
        (0, ([-8.0, -8.0, 4.0], 2.0)),
        (2, ([-12.0, -8.0, 6.0], 4.0)),
    ] {
        let add = json!({ "type": "add_shape", "geometry": solid(centre, half) });
        let after = edit(&desk, &documents[volume], add).await;
        keys.push(text(&after["shapes"][0]["id"]).to_owned());
    }
    let made = interpolate(&desk, &documents[2], &keys[1], "times").await;
    assert_eq!(
        (&made["n_keys"], &made["n_between"]),
        (&json!(2), &json!(1))
    );
    let middle = desk
        .call("document", json!({ "document": documents[1] }))
        .await;
    let found = between(&middle);
    assert_eq!(found.len(), 1);
    is_near(&found[0]["geometry"]["centre"], [-10.0, -8.0, 5.0]);
    is_near(&found[0]["geometry"]["ends"][0], [-7.0, -8.0, 5.0]);
    assert_eq!(found[0]["track"]["between"], json!(keys));
    let refused = desk
        .fail(
            "interpolate_shapes",
            asked(&documents[0], &keys[0], "slices"),
        )
        .await;
    assert!(
        refused.message.contains("along the other axis"),
        "{}",
        refused.message
    );
    let track = found[0]["track"]["id"].clone();
    let request = json!({ "document": documents[0], "track": track });
    let gone = desk.call("delete_interpolated", request).await;
    assert_eq!(gone["n_deleted"], 1);
    assert_eq!(gone["document"]["shapes"][0]["track"], Value::Null);
}

#[tokio::test]
async fn uneven_times_are_those_that_the_headers_tell() {
    let desk = Desk::new().await;
    uneven(&desk);
    let series = desk.series_of("times").await;
    let open = json!({ "job": "load", "series": series });
    let image = desk.call("open_image", open).await;
    choose(&desk, &image, "each_volume", "empty").await;
    let mut documents = Vec::new();
    for volume in 0..4 {
        let document = document_of(&desk, &image, volume).await;
        documents.push(text(&document["id"]).to_owned());
    }
    // Acquired after 0, 2, 3 and 10 s.
    let point = |x: f64| json!({ "kind": "point", "at": [x, 8.0, 32.125] });
    let first = draw(&desk, &documents[0], point(-10.0), AXIAL).await;
    draw(&desk, &documents[3], point(-5.0), AXIAL).await;
    interpolate(&desk, &documents[0], &first, "times").await;
    for (volume, x) in [(1, -9.0), (2, -8.5)] {
        let request = json!({ "document": documents[volume] });
        let document = desk.call("document", request).await;
        is_near(&between(&document)[0]["geometry"]["at"], [x, 8.0, 32.125]);
    }
}

#[tokio::test]
async fn json_and_csv_bring_the_marks_of_a_track_back() {
    let (desk, document, keys) = with_keys().await;
    interpolate(&desk, &document, &keys[0], "slices").await;
    for name in ["shapes.json", "shapes.csv"] {
        let path = desk.folder().join(name);
        let format = match name {
            "shapes.json" => "shapes_json",
            _ => "shapes_csv",
        };
        let request = json!({
            "document": document, "path": path, "format": format, "replace_existing": false,
        });
        desk.call("export_labels", request).await;
        let request = json!({ "document": document, "path": path });
        let after = desk.call("import_segments", request).await["document"].clone();
        let all = after["shapes"].as_array().unwrap();
        let came = &all[all.len() - 5..];
        let track = &came[0]["track"]["id"];
        assert_ne!(track, &all[0]["track"]["id"]);
        let names: Vec<&Value> = came[..2].iter().map(|key| &key["id"]).collect();
        for (n, shape) in came.iter().enumerate() {
            assert_eq!(&shape["track"]["id"], track, "{name}");
            assert_eq!(shape["track"]["along"], "slices");
            let expected = if n < 2 { Value::Null } else { json!(names) };
            assert_eq!(shape["track"]["between"], expected, "{name}");
        }
        // They are a track that can be interpolated anew.
        let key = text(names[0]).to_owned();
        let again = interpolate(&desk, &document, &key, "slices").await;
        assert_eq!(again["n_between"], 3, "{name}");
    }
}
