//! Effects on many voxels: what they do on a phantom of known values, previews, rules and refusals.

use crate::bench::{Bench, SIZE, expected, number, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

#[tokio::test]
async fn threshold_takes_the_voxels_of_its_range_in_each_way() {
    let bench = Bench::new().await;
    let value = |voxel| f64::from(number(voxel));
    let threshold =
        |range: [f64; 2], mode: &str| json!({ "type": "threshold", "range": range, "mode": mode });
    bench.run(threshold([1000.0, 1505.0], "add")).await;
    bench
        .holds(|voxel| (1000.0..=1505.0).contains(&value(voxel)))
        .await;
    bench.run(threshold([1250.0, 4000.0], "keep")).await;
    bench
        .holds(|voxel| (1250.0..=1505.0).contains(&value(voxel)))
        .await;
    bench.run(threshold([1300.5, 1350.0], "remove")).await;
    let is_left = |voxel| {
        let value = value(voxel);
        (1250.0..=1505.0).contains(&value) && !(1300.5..=1350.0).contains(&value)
    };
    bench.holds(is_left).await;
    let within = json!({
        "type": "threshold", "range": [0, 20_000], "mode": "replace",
        "within": { "axis": 0, "index": 7 },
    });
    bench.run(within).await;
    bench.holds(|[i, ..]| i == 7).await;
    bench.undo().await;
    bench.holds(is_left).await;
}

#[tokio::test]
async fn flood_fill_goes_through_the_range_and_not_through_protected_segments() {
    let bench = Bench::new().await;
    let fill = |within: Value| {
        json!({
            "type": "flood_fill", "seed": [3, 5, 4], "range": [1992, 2092], "mode": "replace",
            "within": within,
        })
    };
    // Rows 3 to 6 of slice 4, and the beginning of row 7.
    bench.run(fill(json!({ "axis": 2, "index": 4 }))).await;
    bench
        .holds(|voxel| (1992..=2092).contains(&number(voxel)))
        .await;
    // A wall of another segment through row 4: what is beyond it is not reached.
    let wall = bench.desk.add_segment(&bench.document, "Wall").await;
    bench
        .run(json!({ "type": "threshold", "range": [1, 0], "mode": "replace" }))
        .await;
    let mut request = bench.request(json!({
        "type": "threshold", "range": [2016, 2039], "mode": "replace",
    }));
    request["segment"] = json!(wall);
    bench.desk.call("run_effect", request).await;
    let mut request = bench.request(fill(Value::Null));
    request["overwrite"] = json!("none");
    bench.desk.call("run_effect", request).await;
    let found = bench.voxels(&bench.document).await;
    let found: Vec<_> = found.into_iter().filter(|(_, label)| *label == 1).collect();
    let beyond = expected(|voxel| (2040..=2092).contains(&number(voxel)));
    assert_eq!(
        found,
        beyond
            .into_iter()
            .map(|voxel| (voxel, 1))
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn margins_walls_and_smoothing_are_in_millimetres() {
    let bench = Bench::new().await;
    // Slices are 2 mm apart.
    bench.run(slab([4, 5])).await;
    bench.run(json!({ "type": "margin", "mm": 2.5 })).await;
    bench.holds(|[_, _, k]| (3..=6).contains(&k)).await;
    bench.run(json!({ "type": "margin", "mm": -4.0 })).await;
    // Within 4 mm of what is outside lie the slices up to the second from each side.
    bench.holds(|_| false).await;
    bench.undo().await;
    bench
        .run(json!({ "type": "hollow", "mm": 2.0, "wall": "inside" }))
        .await;
    bench.holds(|[_, _, k]| k == 3 || k == 6).await;
    bench.run(json!({ "type": "fill_holes" })).await;
    // What lies between the walls is open at the sides of the image: it is no hole.
    bench.holds(|[_, _, k]| k == 3 || k == 6).await;
    bench
        .run(json!({ "type": "smooth", "method": "closing", "mm": 4.0 }))
        .await;
    bench.holds(|[_, _, k]| (3..=6).contains(&k)).await;
    bench
        .run(json!({ "type": "smooth", "method": "median", "mm": 2.0 }))
        .await;
    bench.holds(|[_, _, k]| (3..=6).contains(&k)).await;
    bench
        .run(json!({ "type": "smooth_jointly", "mm": 1.0 }))
        .await;
    bench.holds(|[_, _, k]| (3..=6).contains(&k)).await;
}

#[tokio::test]
async fn islands_are_kept_removed_and_split() {
    let bench = Bench::new().await;
    // Three slabs, of 3, 2 and 1 slices.
    for (low, high) in [(0, 2), (4, 5), (7, 7)] {
        let mut add = slab([low, high]);
        add["mode"] = json!("add");
        bench.run(add).await;
    }
    let all = |[_, _, k]: [u32; 3]| matches!(k, 0..=2 | 4..=5 | 7);
    bench.holds(all).await;
    let keep = |keep: Value| json!({ "type": "islands", "keep": keep });
    bench.run(keep(json!({ "pieces": "largest" }))).await;
    bench.holds(|[_, _, k]| k <= 2).await;
    bench.undo().await;
    bench
        .run(keep(json!({ "pieces": "at_least", "voxels": 2 * 24 * 20 })))
        .await;
    bench.holds(|[_, _, k]| k <= 5 && k != 3).await;
    bench.undo().await;
    bench
        .run(keep(json!({ "pieces": "with", "voxel": [1, 1, 7] })))
        .await;
    bench.holds(|[_, _, k]| k == 7).await;
    bench.undo().await;
    bench
        .run(keep(json!({ "pieces": "without", "voxel": [1, 1, 4] })))
        .await;
    bench.holds(|[_, _, k]| k <= 2 || k == 7).await;
    bench.undo().await;
    let split = json!({ "type": "split_islands", "min_voxels": 1, "max_pieces": 10 });
    let document = bench.run(split).await["document"].clone();
    let segments = document["segments"].as_array().unwrap();
    let names: Vec<_> = segments
        .iter()
        .map(|segment| segment["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["A", "A 2", "A 3"]);
    let label = |k: u32| match k {
        0..=2 => 1,
        4..=5 => 2,
        _ => 3,
    };
    let found = bench.voxels(&bench.document).await;
    let expected: Vec<_> = expected(all)
        .into_iter()
        .map(|at| (at, label(at[2])))
        .collect();
    assert_eq!(found, expected);
    bench.undo().await;
    bench.holds(all).await;
    // A name that there is already is not given again.
    bench.desk.add_segment(&bench.document, "A 2").await;
    let split = json!({ "type": "split_islands", "min_voxels": 1, "max_pieces": 10 });
    let document = bench.run(split).await["document"].clone();
    let segments = document["segments"].as_array().unwrap().iter();
    let names: Vec<_> = segments
        .map(|segment| segment["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["A", "A 2", "A 3", "A 4"]);
}

#[tokio::test]
async fn outlines_fill_and_cut_in_their_slice_to_a_depth_or_all_through() {
    let bench = Bench::new().await;
    // Around the centres (5..=8, 3..=6) of slice 4, which lies at 8 mm.
    let outline = |reach: Value, mode: &str| {
        let path = [
            [4.5, 2.5, 8.0],
            [8.5, 2.5, 8.0],
            [8.5, 6.5, 8.0],
            [4.5, 6.5, 8.0],
        ];
        json!({
            "type": "outline", "path": path, "slice": { "axis": 2, "index": 4 },
            "reach": reach, "mode": mode,
        })
    };
    let is_inside = |[i, j, _]: [u32; 3]| (5..=8).contains(&i) && (3..=6).contains(&j);
    bench
        .run(outline(json!({ "kind": "slice" }), "fill_inside"))
        .await;
    bench.holds(|at| at[2] == 4 && is_inside(at)).await;
    bench
        .run(outline(
            json!({ "kind": "depth", "mm": 4.0 }),
            "fill_inside",
        ))
        .await;
    bench
        .holds(|at| (2..=6).contains(&at[2]) && is_inside(at))
        .await;
    bench
        .run(outline(json!({ "kind": "all" }), "fill_inside"))
        .await;
    bench.holds(is_inside).await;
    bench
        .run(outline(json!({ "kind": "slice" }), "erase_inside"))
        .await;
    bench.holds(|at| at[2] != 4 && is_inside(at)).await;
    bench
        .run(outline(json!({ "kind": "slice" }), "fill_outside"))
        .await;
    bench.holds(|at| (at[2] == 4) != is_inside(at)).await;
    bench
        .run(outline(json!({ "kind": "all" }), "erase_outside"))
        .await;
    bench.holds(|at| at[2] != 4 && is_inside(at)).await;
    bench
        .run(json!({ "type": "copy_slice", "from": { "axis": 2, "index": 5 }, "to": 4 }))
        .await;
    bench.holds(is_inside).await;
    // Everything to the left of (that is: beyond) 6.5 mm.
    let cut = json!({ "type": "cut", "point": [6.5, 0, 0], "normal": [1, 0, 0] });
    bench.run(cut).await;
    bench.holds(|at| at[0] <= 6 && is_inside(at)).await;
}

#[tokio::test]
async fn what_lies_between_drawn_slices_is_filled_and_what_is_drawn_stays() {
    let bench = Bench::new().await;
    // A leaning bar: a square that moves by two columns from slice 1 to slice 9.
    let square = |i: f64, k: u32| {
        let z = 2.0 * f64::from(k);
        let corners = [[i, 4.5], [i + 6.0, 4.5], [i + 6.0, 10.5], [i, 10.5]];
        let path = corners.map(|[x, y]| [x, y, z]);
        json!({
            "type": "outline", "path": path, "slice": { "axis": 2, "index": k },
            "reach": { "kind": "slice" }, "mode": "fill_inside",
        })
    };
    for (i, k) in [(3.5, 1), (7.5, 5), (11.5, 9)] {
        bench.run(square(i, k)).await;
    }
    let drawn = bench.voxels(&bench.document).await;
    let fill = |uses_image: bool| json!({ "type": "interpolate", "uses_image": uses_image, "all_segments": false });
    let preview = bench
        .desk
        .call("preview_effect", bench.request(fill(false)))
        .await;
    assert_eq!(preview["n_lost"], json!(0));
    assert_eq!(preview["least_certain"]["axis"], json!(2));
    bench.run(fill(false)).await;
    // One column further a slice.
    let is_bar = |[i, j, k]: [u32; 3]| {
        (1..=9).contains(&k) && (k + 3..k + 9).contains(&i) && (5..=10).contains(&j)
    };
    bench.holds(is_bar).await;
    bench.undo().await;
    assert_eq!(bench.voxels(&bench.document).await, drawn);
    bench.run(fill(true)).await;
    let filled = bench.voxels(&bench.document).await;
    assert!(drawn.iter().all(|voxel| filled.contains(voxel)));
    assert!(filled.len() > drawn.len());
}

#[tokio::test]
async fn segments_are_combined() {
    let bench = Bench::new().await;
    bench.run(slab([2, 5])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut request = bench.request(slab([4, 7]));
    request["segment"] = json!(other);
    request["overwrite"] = json!("all");
    bench.desk.call("run_effect", request).await;
    // In one layer the second took what it shares with the first.
    let united = json!({ "type": "combine", "with": other, "operation": "union" });
    bench.run(united).await;
    bench.holds(|[_, _, k]| (2..=7).contains(&k)).await;
    let labels = bench.voxels(&bench.document).await;
    assert!(labels.iter().all(|(_, label)| *label == 1));
    let emptied = json!({ "type": "combine", "with": bench.segment, "operation": "difference" });
    bench.run(emptied).await;
    bench.holds(|_| false).await;
}

#[tokio::test]
async fn segments_that_may_overlap_are_compared() {
    let bench = Bench::new().await;
    bench.run(slab([2, 5])).await;
    let add = json!({ "type": "add_segment", "name": "B", "color": "#112233", "overlaps": true });
    let request = json!({ "document": bench.document, "edit": add });
    let added = bench.desk.call("edit", request).await;
    let other = added["document"]["segments"][1].clone();
    assert_eq!((&other["layer"], &other["label"]), (&json!(1), &json!(1)));
    let other = other["id"].clone();
    let mut request = bench.request(slab([4, 7]));
    request["segment"] = other.clone();
    bench.desk.call("run_effect", request).await;
    // It took nothing from the first.
    bench.holds(|[_, _, k]| (2..=5).contains(&k)).await;
    type Slices = fn(u32) -> bool;
    let cases: [(&str, Slices); 5] = [
        ("union", |k| (2..=7).contains(&k)),
        ("intersection", |k| k == 4 || k == 5),
        ("difference", |k| k == 2 || k == 3),
        ("copy", |k| (4..=7).contains(&k)),
        ("inverse", |k| !(4..=7).contains(&k)),
    ];
    for (operation, expected) in cases {
        let combine = json!({ "type": "combine", "with": other, "operation": operation });
        bench.run(combine).await;
        bench.holds(|[_, _, k]| expected(k)).await;
        bench.undo().await;
    }
    let inverted = json!({ "type": "combine", "with": bench.segment, "operation": "inverse" });
    bench.run(inverted).await;
    bench.holds(|[_, _, k]| !(2..=5).contains(&k)).await;
}

#[tokio::test]
async fn a_preview_changes_nothing_until_it_is_applied() {
    let bench = Bench::new().await;
    let preview = bench
        .desk
        .call("preview_effect", bench.request(slab([2, 3])))
        .await;
    let n = 2 * SIZE[0] * SIZE[1];
    assert_eq!(
        (&preview["n_gained"], &preview["n_lost"]),
        (&json!(n), &json!(0))
    );
    let shown = preview["document"]["id"].as_str().unwrap();
    assert_ne!(shown, bench.document);
    bench.holds(|_| false).await;
    let labels = bench.voxels(shown).await;
    let expected: Vec<_> = expected(|[_, _, k]| k == 2 || k == 3);
    assert_eq!(
        labels.iter().map(|(voxel, _)| *voxel).collect::<Vec<_>>(),
        expected
    );
    bench
        .desk
        .call("apply_preview", json!({ "preview": shown }))
        .await;
    bench.holds(|[_, _, k]| k == 2 || k == 3).await;
    let again = bench
        .desk
        .fail("apply_preview", json!({ "preview": shown }))
        .await;
    assert_eq!(again.code, ErrorCode::NotFound);
    bench.undo().await;
    bench.holds(|_| false).await;
}

#[tokio::test]
async fn a_preview_of_another_state_is_not_applied() {
    let bench = Bench::new().await;
    let preview = bench
        .desk
        .call("preview_effect", bench.request(slab([2, 3])))
        .await;
    bench
        .desk
        .stroke(&bench.document, &bench.segment, [5, 5, 5], 0.1)
        .await;
    let apply = json!({ "preview": preview["document"]["id"] });
    let error = bench.desk.fail("apply_preview", apply).await;
    assert_eq!(error.code, ErrorCode::Conflict);
    bench.holds(|voxel| voxel == [5, 5, 5]).await;
    let dropped = bench
        .desk
        .call("preview_effect", bench.request(slab([2, 3])))
        .await;
    let shown = json!({ "preview": dropped["document"]["id"] });
    bench.desk.call("drop_preview", shown.clone()).await;
    let error = bench.desk.fail("apply_preview", shown).await;
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn rules_hold_for_effects_and_strokes_and_say_what_they_kept() {
    let bench = Bench::new().await;
    bench.run(slab([4, 4])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let set_lock = |is_locked: bool| json!({ "type": "set_lock", "segment": bench.segment, "is_locked": is_locked });
    let edit = json!({ "document": bench.document, "edit": set_lock(true) });
    bench.desk.call("edit", edit).await;
    let slice = SIZE[0] * SIZE[1];
    let mut request = bench.request(slab([4, 5]));
    request["segment"] = json!(other);
    request["editable"] = json!({ "range": [0, number([23, 4, 5])] });
    let answer = bench.desk.call("run_effect", request).await;
    let rest = 15 * SIZE[0];
    let kept = json!({ "locked": slice, "protected": 0, "area": 0, "range": rest });
    assert_eq!(answer["kept"], kept);
    // A stroke inside the second segment only, of which the first five rows of slice 5 are.
    let stroke = json!({
        "type": "stroke", "segment": other, "mode": "erase", "shape": "round", "radius_mm": 1.0,
        "path": [[3, 4, 10]], "slice_axis": 2, "slice_index": 5, "overwrite": "all",
        "editable": { "area": { "kind": "outside", "segments": [other] } },
    });
    let edit = json!({ "document": bench.document, "edit": stroke });
    let answer = bench.desk.call("edit", edit).await;
    assert_eq!(answer["kept"]["area"], json!(4));
    assert_eq!(answer["region"], Value::Null);
    assert_eq!(bench.fails(slab([0, 1])).await, ErrorCode::NotPermitted);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let bench = Bench::new().await;
    let invalid = [
        json!({ "type": "margin", "mm": 1e9 }),
        json!({ "type": "margin", "mm": 0 }),
        json!({ "type": "smooth", "method": "gaussian", "mm": -1 }),
        json!({ "type": "flood_fill", "seed": [99, 0, 0], "range": [0, 1], "mode": "add" }),
        json!({ "type": "fill_holes", "across": 3 }),
        json!({ "type": "copy_slice", "from": { "axis": 2, "index": 5 }, "to": 10 }),
        json!({ "type": "cut", "point": [0, 0, 0], "normal": [0, 0, 0] }),
        json!({
            "type": "outline", "path": [[0, 0, 0], [1, 1, 0]], "reach": { "kind": "slice" },
            "slice": { "axis": 2, "index": 0 }, "mode": "fill_inside",
        }),
    ];
    for effect in invalid {
        let name = effect.to_string();
        assert_eq!(
            bench.fails(effect).await,
            ErrorCode::InvalidRequest,
            "{name}"
        );
    }
    let with = "00000000-0000-0000-0000-000000000000";
    let gone = json!({ "type": "combine", "with": with, "operation": "union" });
    assert_eq!(bench.fails(gone).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_record_names_the_effect_and_its_parameters() {
    let bench = Bench::new().await;
    bench.run(slab([4, 5])).await;
    bench.run(json!({ "type": "margin", "mm": 2.5 })).await;
    let request = json!({ "document": bench.document, "limit": 2 });
    let history = bench.desk.call("history", request).await;
    let kinds: Vec<_> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["operation"]["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["margin", "threshold"]);
}
