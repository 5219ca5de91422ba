//! Fronts, fills between scribbles and sections that go on, in an image whose values ascend from voxel
//! to voxel: where they stop, what they keep to, and one undo that takes them back.

use crate::bench::{Bench, SIZE, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

const FULL: usize = (SIZE[0] * SIZE[1]) as usize;

fn even(stop: Value) -> Value {
    let front = json!({ "seed": null, "speed": { "by": "even" }, "margin": 100 });
    json!({ "type": "fast_march", "front": front, "stop": stop })
}

fn from_slice(to: u32) -> Value {
    let from = json!({ "axis": 2, "index": 4 });
    json!({ "type": "propagate", "from": from, "to": to, "least_alike": -1 })
}

async fn previewed(bench: &Bench, effect: Value) -> Value {
    let request = bench.request(effect);
    bench.desk.call("preview_effect", request).await
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[tokio::test]
async fn a_front_stops_after_a_time_or_with_a_volume_and_is_undone_in_one_step() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let before = bench.voxels(&bench.document).await;
    let all = previewed(&bench, even(json!({ "at": "time", "time": 1e6 }))).await;
    let ml_of_slice = number(&all["front"]["most_ml"]) / f64::from(SIZE[2]);
    assert_eq!(all["front"]["ml"], all["front"]["most_ml"]);
    assert_eq!(
        number(&all["n_gained"]),
        FULL as f64 * f64::from(SIZE[2] - 1)
    );
    // The slices beside the first are one spacing away, and hold three of all.
    let three = json!({ "at": "volume", "ml": 3.0 * ml_of_slice });
    let three = previewed(&bench, even(three)).await;
    assert_eq!(number(&three["n_gained"]), 2.0 * FULL as f64);
    let time = number(&three["front"]["time"]);
    let stop = json!({ "at": "time", "time": 0.999 * time });
    assert_eq!(previewed(&bench, even(stop)).await["document"], Value::Null);
    bench
        .run(even(json!({ "at": "time", "time": 1.001 * time })))
        .await;
    bench.holds(|[_, _, k]| k <= 2).await;
    bench.undo().await;
    assert_eq!(bench.voxels(&bench.document).await, before);
}

#[tokio::test]
async fn a_front_that_is_kept_is_not_that_of_another_segment_state_or_rule() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let stop = json!({ "at": "time", "time": 1e6 });
    let n_gained = |preview: &Value| number(&preview["n_gained"]) as usize;
    let all = previewed(&bench, even(stop.clone())).await;
    assert_eq!(n_gained(&all), FULL * (SIZE[2] as usize - 1));
    let mut ruled = bench.request(even(stop.clone()));
    ruled["editable"] = json!({ "range": [0, 5] });
    let ruled = bench.desk.call("preview_effect", ruled).await;
    assert!(n_gained(&ruled) < 10, "{ruled}");
    let again = previewed(&bench, even(stop.clone())).await;
    assert_eq!(n_gained(&again), n_gained(&all));
    // Another segment is a wall where it may not be replaced.
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut wall = bench.request(slab([4, 4]));
    wall["segment"] = json!(other);
    bench.desk.call("run_effect", wall).await;
    let mut request = bench.request(even(stop));
    request["overwrite"] = json!("none");
    let walled = bench.desk.call("preview_effect", request).await;
    assert_eq!(n_gained(&walled), FULL * 3);
}

#[tokio::test]
async fn a_fill_ends_half_way_to_what_is_painted_of_others_and_nothing_painted_changes() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut outside = bench.request(slab([8, 8]));
    outside["segment"] = json!(other);
    bench.desk.call("run_effect", outside).await;
    let fill = json!({ "sigma": 1, "weight": 0, "margin": 100 });
    let fill = json!({ "type": "geodesic_fill", "fill": fill });
    bench.run(fill).await;
    let voxels = bench.voxels(&bench.document).await;
    let of = |label: u8, k: u32| {
        let found = voxels.iter().filter(|(at, l)| *l == label && at[2] == k);
        found.count()
    };
    // From 1 and 8 they meet between 4 and 5.
    let found: Vec<usize> = (0..SIZE[2]).map(|k| of(1, k)).collect();
    let expected: Vec<usize> = (0..SIZE[2]).map(|k| if k < 5 { FULL } else { 0 }).collect();
    assert_eq!(found, expected);
    assert_eq!(of(2, 8), FULL);
    bench.undo().await;
    assert_eq!(bench.voxels(&bench.document).await.len(), 2 * FULL);
}

#[tokio::test]
async fn a_section_goes_on_to_where_the_segment_is_drawn_already() {
    let bench = Bench::new().await;
    bench.run(slab([4, 4])).await;
    bench.run(from_slice(6)).await;
    bench.holds(|[_, _, k]| (4..=6).contains(&k)).await;
    bench.undo().await;
    bench.holds(|[_, _, k]| k == 4).await;
    let mut more = slab([2, 2]);
    more["mode"] = json!("add");
    bench.run(more).await;
    let drawn = bench.voxels(&bench.document).await;
    bench.run(from_slice(0)).await;
    let after = bench.voxels(&bench.document).await;
    assert!(after.iter().all(|(at, _)| at[2] >= 2), "it ends at slice 2");
    assert!(drawn.iter().all(|voxel| after.contains(voxel)));
}

/// From slice 4 of the grid as a plane, and so many slices on.
async fn from_plane(bench: &Bench, slices: f64, planes: u32) -> Value {
    let image = json!({ "image": bench.image });
    let image = bench.desk.call("image", image).await;
    let at = |row: usize, column: usize| number(&image["lps_from_index"][row][column]);
    let step = [0, 1, 2].map(|row| at(row, 2));
    let point = [0, 1, 2].map(|row| at(row, 3) + 4.0 * step[row]);
    let mm = step.iter().map(|mm| mm * mm).sum::<f64>().sqrt();
    json!({
        "type": "propagate_plane", "from": { "point": point, "normal": step },
        "mm": slices * mm, "planes": planes, "least_alike": -1,
    })
}

#[tokio::test]
async fn a_section_goes_on_from_plane_to_plane_as_from_slice_to_slice() {
    let bench = Bench::new().await;
    bench.run(slab([4, 4])).await;
    bench.run(from_plane(&bench, 1.0, 2).await).await;
    bench.holds(|[_, _, k]| (4..=6).contains(&k)).await;
    bench.undo().await;
    bench.run(from_plane(&bench, -1.0, 100).await).await;
    bench.holds(|[_, _, k]| k <= 4).await;
    let drawn = bench.voxels(&bench.document).await;
    // The planes on that side are drawn already.
    bench.run(from_plane(&bench, -1.0, 3).await).await;
    assert_eq!(bench.voxels(&bench.document).await, drawn);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let bench = Bench::new().await;
    let stop = json!({ "at": "time", "time": 5 });
    let fill = json!({ "type": "geodesic_fill", "fill": { "sigma": 1, "weight": 1, "margin": 9 } });
    for effect in [even(stop.clone()), fill.clone(), from_slice(5)] {
        assert_eq!(
            bench.fails(effect).await,
            ErrorCode::InvalidRequest,
            "nothing is painted"
        );
    }
    bench.run(slab([4, 4])).await;
    let mut wrong = vec![
        even(json!({ "at": "time", "time": -1 })),
        even(json!({ "at": "volume", "ml": -1 })),
        from_slice(SIZE[2]),
    ];
    let changed = |mut effect: Value, path: &str, value: Value| {
        *effect.pointer_mut(path).expect("a field") = value;
        effect
    };
    wrong.push(changed(even(stop.clone()), "/front/margin", json!(0)));
    wrong.push(changed(
        even(stop.clone()),
        "/front/seed",
        json!([0, 0, 99]),
    ));
    let edges = json!({ "by": "edges", "sigma": 0 });
    wrong.push(changed(even(stop.clone()), "/front/speed", edges));
    let values = json!({ "by": "values", "multiplier": 0 });
    wrong.push(changed(even(stop), "/front/speed", values));
    wrong.push(changed(fill, "/fill/weight", json!(-1)));
    wrong.push(changed(from_slice(5), "/least_alike", json!(2)));
    wrong.push(changed(from_slice(5), "/from/index", json!(7)));
    wrong.push(from_plane(&bench, 0.0, 1).await);
    wrong.push(from_plane(&bench, 1e4, 1).await);
    let plane = from_plane(&bench, 1.0, 1).await;
    wrong.push(changed(plane.clone(), "/from/normal", json!([0, 0, 0])));
    wrong.push(changed(plane.clone(), "/from/point", json!([0, 0, 1e4])));
    wrong.push(changed(plane, "/least_alike", json!(2)));
    for effect in wrong {
        let said = effect.to_string();
        assert_eq!(
            bench.fails(effect).await,
            ErrorCode::InvalidRequest,
            "{said}"
        );
    }
}
