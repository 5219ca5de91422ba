//! Shapes: drawn, changed, refused, measured, filled, outlined, kept.

use crate::common::Desk;
use crate::scope::text;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

async fn edit(desk: &Desk, document: &str, edit: Value) -> Value {
    let request = json!({ "document": document, "edit": edit });
    desk.call("edit", request).await["document"].clone()
}

fn add(geometry: &Value) -> Value {
    json!({ "type": "add_shape", "geometry": geometry })
}

fn change(shape: &Value, change: &Value) -> Value {
    json!({ "type": "change_shape", "shape": shape["id"], "change": change })
}

async fn opened(desk: &Desk) -> (String, Value) {
    let image = desk.open_phantom().await;
    (text(&image["document"]).to_owned(), image)
}

/// A square across k whose sides lie half way between voxels, `n` voxels wide, in slice `k`.
fn square(image: &Value, n: f64, k: f64) -> Value {
    let rows: Vec<Vec<f64>> = serde_json::from_value(image["lps_from_index"].clone()).unwrap();
    let at = |i: f64, j: f64| -> Vec<f64> {
        let row = |row: &Vec<f64>| row[0] * i + row[1] * j + row[2] * k + row[3];
        rows.iter().take(3).map(row).collect()
    };
    let (low, high) = (0.5, 0.5 + n);
    let corners = [at(low, low), at(high, low), at(high, high), at(low, high)];
    json!({ "kind": "polygon", "points": corners })
}

#[tokio::test]
async fn every_kind_of_shape_comes_back_as_it_was_drawn_after_a_restart() {
    let mut desk = Desk::new().await;
    let (document, _) = opened(&desk).await;
    let (a, b, c, d) = ([0, 0, 0], [4, 0, 0], [0, 3, 0], [0, 0, 2]);
    let kinds = [
        json!({ "kind": "point", "at": [1.25, -2.5, 0.125] }),
        json!({ "kind": "line", "ends": [a, b] }),
        json!({ "kind": "polyline", "points": [a, b, c] }),
        json!({ "kind": "angle", "points": [b, a, c] }),
        json!({ "kind": "cobb_angle", "lines": [[a, b], [c, d]] }),
        json!({ "kind": "ellipse", "centre": a, "ends": [b, c] }),
        json!({ "kind": "rectangle", "centre": a, "ends": [b, c] }),
        json!({ "kind": "box3d", "centre": a, "ends": [b, c, d] }),
        json!({ "kind": "polygon", "points": [a, b, c] }),
        json!({ "kind": "spline", "points": [a, b, c] }),
        json!({ "kind": "freehand", "points": [a, b, c], "is_closed": true }),
        json!({ "kind": "arrow", "ends": [a, b] }),
        json!({ "kind": "bidirectional", "long": [a, b], "short": [c, d] }),
        json!({ "kind": "plane", "centre": a, "ends": [b, c] }),
    ];
    for kind in &kinds {
        edit(&desk, &document, add(kind)).await;
    }
    let before = desk.call("document", json!({ "document": document })).await;
    for (shape, kind) in before["shapes"].as_array().unwrap().iter().zip(&kinds) {
        assert_eq!(shape["geometry"]["kind"], kind["kind"]);
        let numbers = |value: &Value| -> Vec<f64> {
            let text = value.to_string();
            let parts = text.split(|c: char| !(c.is_ascii_digit() || "-.e".contains(c)));
            parts.filter_map(|part| part.parse().ok()).collect()
        };
        assert_eq!(numbers(&shape["geometry"]), numbers(kind), "{kind}");
    }
    // Waits for the image, which would keep the library open.
    let request = json!({ "document": document });
    let measured = desk.call("shape_measures", request).await;
    desk.restart().await;
    let (document, _) = opened(&desk).await;
    let request = json!({ "document": document });
    assert_eq!(desk.call("shape_measures", request).await, measured);
    let after = desk.call("document", json!({ "document": document })).await;
    assert_eq!(after["shapes"], before["shapes"]);
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
}

#[tokio::test]
async fn shape_is_changed_locked_deleted_and_undone_under_its_name() {
    let desk = Desk::new().await;
    let (document, _) = opened(&desk).await;
    let line = json!({ "kind": "line", "ends": [[0, 0, 0], [3, 4, 0]] });
    let added = edit(&desk, &document, add(&line)).await;
    let shape = added["shapes"][0].clone();
    let set = |value: Value| change(&shape, &value);
    let named = json!({ "property": "text", "text": "Lesion 1" });
    edit(&desk, &document, set(named)).await;
    let longer = json!({ "kind": "line", "ends": [[0, 0, 0], [6, 8, 0]] });
    let moved = json!({ "property": "geometry", "geometry": longer, "plane": null });
    let moved = edit(&desk, &document, set(moved)).await;
    assert_eq!(
        moved["undo"],
        json!({ "kind": "reshape", "segment": "Lesion 1" })
    );
    let lock = json!({ "property": "lock", "is_locked": true });
    edit(&desk, &document, set(lock)).await;
    let delete = json!({ "type": "delete_shape", "shape": shape["id"] });
    let request = json!({ "document": document, "edit": delete });
    let refused = desk.fail("edit", request).await;
    assert_eq!(refused.code, ErrorCode::NotPermitted);
    let undo = json!({ "document": document });
    desk.call("undo", undo.clone()).await;
    edit(&desk, &document, delete).await;
    let back = desk.call("undo", undo).await["document"].clone();
    assert_eq!(back["shapes"], moved["shapes"]);
}

#[tokio::test]
async fn what_is_no_shape_is_refused_in_words() {
    let desk = Desk::new().await;
    let (document, _) = opened(&desk).await;
    let refused = [
        json!({ "kind": "polygon", "points": [[0, 0, 0], [1, 0, 0]] }),
        json!({ "kind": "line", "ends": [[1, 1, 1], [1, 1, 1]] }),
        json!({ "kind": "point", "at": [1e300, 0, 0] }),
        json!({ "kind": "ellipse", "centre": [0, 0, 0], "ends": [[4, 0, 0], [3, 3, 0]] }),
    ];
    for geometry in refused {
        let request = json!({ "document": document, "edit": add(&geometry) });
        let error = desk.fail("edit", request).await;
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{geometry}");
    }
    let empty = desk.call("document", json!({ "document": document })).await;
    assert_eq!(empty["shapes"], json!([]));
}

#[tokio::test]
async fn class_allows_the_kinds_it_lists_and_is_not_deleted_while_a_shape_has_it() {
    let desk = Desk::new().await;
    let (document, _) = opened(&desk).await;
    let question = json!({ "name": "Seen?", "kind": "radio", "options": ["yes", "no"] });
    let class = json!({
        "name": "Lesion", "color": "#aa0000", "tools": ["ellipse"], "attributes": [question],
    });
    let add_class = json!({ "edit": { "type": "add_class", "class": class } });
    let class = desk.call("edit_protocol", add_class).await["classes"][0].clone();
    let with_class = |geometry: Value| json!({ "type": "add_shape", "geometry": geometry, "class": class["id"] });
    let line = json!({ "kind": "line", "ends": [[0, 0, 0], [3, 4, 0]] });
    let request = json!({ "document": document, "edit": with_class(line) });
    let refused = desk.fail("edit", request).await;
    assert_eq!(refused.code, ErrorCode::NotPermitted);
    let ellipse = json!({ "kind": "ellipse", "centre": [0, 0, 0], "ends": [[4, 0, 0], [0, 3, 0]] });
    let added = edit(&desk, &document, with_class(ellipse)).await;
    let shape = &added["shapes"][0];
    let attribute = &class["attributes"][0]["id"];
    let yes = json!({ "kind": "radio", "option": "yes" });
    let answer = json!({ "property": "answer", "attribute": attribute, "answer": yes });
    let answered = edit(&desk, &document, change(shape, &answer)).await;
    assert_eq!(answered["shapes"][0]["answers"][0]["answer"], yes);
    let delete = json!({ "edit": { "type": "delete_class", "class": class["id"] } });
    let refused = desk.fail("edit_protocol", delete).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    let protocol = desk.call("protocol", json!({})).await;
    assert_eq!(protocol["n_segments"], json!([1]));
}

#[tokio::test]
async fn filled_square_has_its_voxels_and_its_outline_is_the_square_again() {
    let desk = Desk::new().await;
    let (document, image) = opened(&desk).await;
    let square = square(&image, 3.0, 1.0);
    let drawn = edit(&desk, &document, add(&square)).await;
    let shape = text(&drawn["shapes"][0]["id"]).to_owned();
    let segment = json!({ "type": "add_segment", "name": "A", "color": "#112233" });
    let segment = edit(&desk, &document, segment).await["segments"][0]["id"].clone();
    let fill = json!({
        "type": "fill_shape", "shape": shape, "segment": segment, "overwrite": "all",
    });
    edit(&desk, &document, fill).await;
    let request = json!({ "document": document });
    let statistics = desk.call("statistics", request.clone()).await;
    let measures = desk.call("shape_measures", request.clone()).await;
    let (of_segment, of_shape) = (&statistics["segments"][0], &measures["shapes"][0]);
    assert_eq!(of_segment["n_voxels"], 9);
    assert_eq!(of_shape["values"]["n"], 9);
    assert_eq!(of_shape["values"]["mean"], of_segment["mean"]);
    let spacing: [f64; 3] = serde_json::from_value(image["spacing_mm"].clone()).unwrap();
    let area = of_shape["area"].as_f64().unwrap();
    let expected = 9.0 * spacing[0] * spacing[1];
    assert!((area - expected).abs() < 1e-5 * expected, "{area}");
    let outline = json!({
        "type": "outline_segment", "segment": segment, "slice_axis": 2, "slice_index": 1,
    });
    edit(&desk, &document, outline).await;
    let measures = desk.call("shape_measures", request).await;
    let outlined = &measures["shapes"][1];
    // Drawn in by a hundredth of a voxel on every side.
    let expected = expected * (2.98_f64 / 3.0).powi(2);
    let area = outlined["area"].as_f64().unwrap();
    assert!((area - expected).abs() < 1e-5 * expected, "{area}");
    assert_eq!(outlined["values"]["n"], 9);
}

#[tokio::test]
async fn a_shape_that_lies_in_no_slice_fills_what_an_outline_in_its_plane_fills() {
    let desk = Desk::new().await;
    let (document, image) = opened(&desk).await;
    let rows: Vec<Vec<f64>> = serde_json::from_value(image["lps_from_index"].clone()).unwrap();
    let at = |[i, j, k]: [f64; 3]| -> [f64; 3] {
        [0, 1, 2].map(|n| rows[n][0] * i + rows[n][1] * j + rows[n][2] * k + rows[n][3])
    };
    // Goes up by a slice in two columns.
    let corners = [
        [1.2, 1.3, 0.4],
        [9.2, 1.3, 4.4],
        [9.2, 11.1, 4.4],
        [1.2, 11.1, 0.4],
    ]
    .map(at);
    let polygon = json!({ "kind": "polygon", "points": corners });
    let drawn = edit(&desk, &document, add(&polygon)).await;
    let shape = text(&drawn["shapes"][0]["id"]).to_owned();
    let segment = json!({ "type": "add_segment", "name": "A", "color": "#112233" });
    let one = edit(&desk, &document, segment).await["segments"][0]["id"].clone();
    let segment =
        json!({ "type": "add_segment", "name": "B", "color": "#332211", "overlaps": true });
    let other = edit(&desk, &document, segment).await["segments"][1]["id"].clone();
    let fill = json!({
        "type": "fill_shape", "shape": shape, "segment": one, "overwrite": "all",
    });
    edit(&desk, &document, fill).await;
    let [a, b, c] = [corners[0], corners[1], corners[3]];
    let (u, v) = (
        [0, 1, 2].map(|n| b[n] - a[n]),
        [0, 1, 2].map(|n| c[n] - a[n]),
    );
    let normal = [0, 1, 2].map(|n| {
        let (x, y) = ((n + 1) % 3, (n + 2) % 3);
        u[x] * v[y] - u[y] * v[x]
    });
    let run = async |effect: Value| {
        let request = json!({
            "job": "run", "document": document, "segment": other, "effect": effect,
            "overwrite": "all",
        });
        desk.call("run_effect", request).await;
        let statistics = desk
            .call("statistics", json!({ "document": document }))
            .await;
        [0, 1].map(|n| statistics["segments"][n]["n_voxels"].as_u64().unwrap())
    };
    let outline = json!({
        "type": "outline", "path": corners, "plane": { "point": a, "normal": normal },
        "reach": { "kind": "slice" }, "mode": "fill_inside",
    });
    let [filled, outlined] = run(outline).await;
    // Two slices or more of each of eight columns, in ten rows.
    assert!(filled == outlined && filled >= 80, "{filled} {outlined}");
    let beside = json!({ "type": "combine", "with": one, "operation": "difference" });
    assert_eq!(run(beside).await, [filled, 0]);
}

#[tokio::test]
async fn a_ball_is_outlined_as_a_circle_in_a_plane_that_leans() {
    const RADIUS: f64 = 7.5;
    let desk = Desk::new().await;
    let (document, _) = opened(&desk).await;
    let segment = json!({ "type": "add_segment", "name": "A", "color": "#112233" });
    let segment = edit(&desk, &document, segment).await["segments"][0]["id"].clone();
    let centre = [11.0, 9.5, 9.0];
    let ball = json!({
        "type": "stroke", "segment": segment, "mode": "paint", "shape": "sphere",
        "radius_mm": RADIUS, "path": [centre], "slice_axis": 2, "slice_index": 0,
        "overwrite": "all",
    });
    edit(&desk, &document, ball).await;
    let (normal, off) = ([2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0], 3.0);
    let point = [0, 1, 2].map(|n| centre[n] + off * normal[n]);
    let outlined = json!({
        "type": "outline_segment", "segment": segment, "slice_axis": 0, "slice_index": 0,
        "plane": { "point": point, "normal": normal },
    });
    let drawn = edit(&desk, &document, outlined.clone()).await;
    let shapes = drawn["shapes"].as_array().unwrap();
    assert_eq!(shapes.len(), 1);
    let points: Vec<[f64; 3]> =
        serde_json::from_value(shapes[0]["geometry"]["points"].clone()).unwrap();
    let mut area = [0.0; 3];
    for (n, a) in points.iter().enumerate() {
        let height: f64 = (0..3).map(|n| (a[n] - point[n]) * normal[n]).sum();
        assert!(height.abs() < 1e-5, "{height} mm off the plane");
        let b = points[(n + 1) % points.len()];
        for (axis, sum) in area.iter_mut().enumerate() {
            let (x, y) = ((axis + 1) % 3, (axis + 2) % 3);
            *sum += (a[x] * b[y] - a[y] * b[x]) / 2.0;
        }
    }
    let area = area.iter().map(|x| x * x).sum::<f64>().sqrt();
    let circle = std::f64::consts::PI * (RADIUS * RADIUS - off * off);
    // Of voxels of 1 x 1 x 2 mm.
    assert!(
        (area / circle - 1.0).abs() < 0.06,
        "{area} for {circle} mm²"
    );
    let mut beside = outlined;
    beside["plane"]["point"] = json!([500, 0, 0]);
    let request = json!({ "document": document, "edit": beside });
    let refused = desk.fail("edit", request).await;
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
}
