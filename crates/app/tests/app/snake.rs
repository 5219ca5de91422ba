//! Active contours beside other work, in an image whose values ascend from voxel to voxel: by a
//! threshold a contour fills whole slices.

use crate::bench::{Bench, number, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};
use std::time::Duration;

/// From the segment as it is to all slices up to one.
fn up_to(slice: u32) -> Value {
    let high = f64::from(number([23, 19, slice])) + 0.5;
    json!({
        "bubbles": [], "from_segment": true, "margin": 100.0, "propagation": 1.0, "curvature": 0.0,
        "speed": { "by": "threshold", "high": high, "softness": 0.0 },
    })
}

fn beginning(bench: &Bench, contour: Value) -> Value {
    let mut request = bench.request(Value::Null);
    let fields = request.as_object_mut().unwrap();
    fields.remove("effect");
    fields.remove("overwrite");
    request["contour"] = contour;
    request
}

async fn begun(bench: &Bench, contour: Value) -> String {
    begun_by(bench, beginning(bench, contour)).await
}

async fn begun_by(bench: &Bench, request: Value) -> String {
    let begun = bench.desk.call("begin_snake", request).await;
    begun["id"].as_str().unwrap().to_owned()
}

fn at(snake: &str, iteration: u32) -> Value {
    json!({ "job": "snake", "snake": snake, "iteration": iteration, "overwrite": "all" })
}

#[tokio::test]
async fn a_contour_goes_on_and_back_and_is_one_operation_that_can_be_repeated() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let snake = begun(&bench, up_to(6)).await;
    let moved = bench.desk.call("advance_snake", at(&snake, 60)).await;
    assert_eq!(moved["iteration"], 60);
    assert_eq!(moved["n_voxels"], 7 * 24 * 20);
    assert_eq!(moved["preview"]["n_gained"], 6 * 24 * 20);
    // Only a look.
    bench.holds(|[_, _, k]| k == 1).await;
    let back = bench.desk.call("advance_snake", at(&snake, 0)).await;
    assert_eq!(back["preview"]["document"], Value::Null);
    let moved = bench.desk.call("advance_snake", at(&snake, 60)).await;
    let preview = json!({ "preview": moved["preview"]["document"]["id"] });
    bench.desk.call("apply_preview", preview).await;
    bench.holds(|[_, _, k]| k <= 6).await;
    bench.undo().await;
    bench.holds(|[_, _, k]| k == 1).await;
    let again = json!({ "type": "snake", "contour": up_to(6), "iterations": 60 });
    bench.run(again).await;
    bench.holds(|[_, _, k]| k <= 6).await;
}

#[tokio::test]
async fn other_work_goes_on_beside_it_and_the_rules_hold() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let snake = begun(&bench, up_to(6)).await;
    bench.desk.call("advance_snake", at(&snake, 5)).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut request = bench.request(slab([3, 3]));
    request["segment"] = json!(other);
    bench.desk.call("run_effect", request).await;
    let lock = json!({ "type": "set_lock", "segment": other, "is_locked": true });
    let request = json!({ "document": bench.document, "edit": lock });
    bench.desk.call("edit", request).await;
    let mut request = at(&snake, 60);
    request["editable"] = json!({ "range": [number([0, 0, 1]), number([23, 19, 5])] });
    let moved = bench.desk.call("advance_snake", request).await;
    assert_eq!(moved["preview"]["kept"]["locked"], 24 * 20);
    let preview = json!({ "preview": moved["preview"]["document"]["id"] });
    bench.desk.call("apply_preview", preview).await;
    let voxels = bench.voxels(&bench.document).await;
    for label in [1, 2] {
        let found: std::collections::BTreeSet<u32> = voxels
            .iter()
            .filter(|(_, of)| *of == label)
            .map(|(at, _)| at[2])
            .collect();
        let expected = [&[1, 2, 4, 5][..], &[3]][usize::from(label) - 1];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn what_it_began_in_has_not_changed_and_several_go_on_at_once() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let snake = begun(&bench, up_to(6)).await;
    let other = begun(&bench, up_to(4)).await;
    let far = bench.desk.call("advance_snake", at(&snake, 60)).await;
    let near = bench.desk.call("advance_snake", at(&other, 60)).await;
    let n_voxels = [&far, &near].map(|moved| moved["n_voxels"].as_u64().unwrap());
    assert_eq!(n_voxels, [7 * 480, 5 * 480]);
    bench.run(slab([1, 2])).await;
    let refused = bench.desk.fail("advance_snake", at(&snake, 61)).await;
    assert_eq!(refused.code, ErrorCode::Conflict);
    bench
        .desk
        .call("end_snake", json!({ "snake": snake }))
        .await;
    let refused = bench.desk.fail("advance_snake", at(&snake, 61)).await;
    assert_eq!(refused.code, ErrorCode::NotFound);
}

/// The first and the last slice of each of two segments.
async fn slices(bench: &Bench, document: &Value) -> [[u32; 2]; 2] {
    let voxels = bench.voxels(document["id"].as_str().unwrap()).await;
    [1, 2].map(|label| {
        let own = voxels.iter().filter(|(_, of)| *of == label);
        let own: Vec<u32> = own.map(|([_, _, k], _)| *k).collect();
        [*own.iter().min().unwrap(), *own.iter().max().unwrap()]
    })
}

#[tokio::test]
async fn several_are_shown_together_as_if_applied_in_the_order_in_which_they_began() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut request = bench.request(slab([6, 6]));
    request["segment"] = json!(other);
    bench.desk.call("run_effect", request).await;
    let first = begun(&bench, up_to(3)).await;
    let mut request = beginning(&bench, up_to(8));
    request["segment"] = json!(other);
    let second = begun_by(&bench, request).await;
    let moved = async |snake: &str, seen: &[&str], overwrite: &str, shown_as: &Value| {
        let mut request = at(snake, 100);
        request["together"] = json!(seen);
        request["overwrite"] = json!(overwrite);
        request["shown_as"] = shown_as.clone();
        bench.desk.call("advance_snake", request).await
    };
    let both = [second.as_str(), first.as_str()];
    moved(&second, &[], "none", &Value::Null).await;
    let shown = moved(&first, &both, "none", &Value::Null).await["together"].clone();
    assert_eq!(slices(&bench, &shown).await, [[0, 3], [4, 8]]);
    // The name stays, so that what is shown can follow.
    let again = moved(&first, &both, "none", &shown["id"]).await["together"].clone();
    assert_eq!(again["id"], shown["id"]);
    assert!(again["revision"].as_u64() > shown["revision"].as_u64());
    // Only what is looked at is shown.
    let one = moved(&first, &[&first], "none", &shown["id"]).await["together"].clone();
    assert_eq!(slices(&bench, &one).await, [[0, 3], [6, 6]]);
    let none = moved(&first, &[], "none", &shown["id"]).await;
    assert_eq!(none["together"], Value::Null);
    // Applied, one is voxels like any others: the rule says whether the other one takes them.
    let preview = json!({ "preview": none["preview"]["document"]["id"] });
    bench.desk.call("apply_preview", preview).await;
    bench
        .desk
        .call("end_snake", json!({ "snake": first }))
        .await;
    for (rule, n_gained) in [("none", 4), ("all", 8)] {
        let moved = moved(&second, &[], rule, &Value::Null).await;
        assert_eq!(moved["preview"]["n_gained"], n_gained * 24 * 20, "{rule}");
    }
}

#[tokio::test]
async fn four_are_kept_and_a_fifth_is_refused_until_one_has_ended() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let first = begun(&bench, up_to(3)).await;
    for _ in 0..3 {
        begun(&bench, up_to(3)).await;
    }
    let refused = bench
        .desk
        .fail("begin_snake", beginning(&bench, up_to(3)))
        .await;
    assert_eq!(refused.code, ErrorCode::Limit);
    // The first one is there still.
    bench.desk.call("advance_snake", at(&first, 1)).await;
    bench
        .desk
        .call("end_snake", json!({ "snake": first }))
        .await;
    begun(&bench, up_to(3)).await;
}

#[tokio::test]
async fn one_whose_window_was_closed_makes_room_after_ten_minutes() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(begun(&bench, up_to(3)).await);
    }
    let pass = async |minutes: u64| {
        tokio::time::pause();
        tokio::time::advance(Duration::from_mins(minutes)).await;
        tokio::time::resume();
    };
    let beside = |known: &[String]| {
        let mut request = beginning(&bench, up_to(3));
        request["beside"] = json!(known);
        request
    };
    pass(6).await;
    bench.desk.call("advance_snake", at(&all[0], 1)).await;
    let refused = bench.desk.fail("begin_snake", beside(&[])).await;
    assert_eq!(refused.code, ErrorCode::Limit);
    pass(6).await;
    // What the window that asks has stays, and what was moved six minutes ago.
    let refused = bench.desk.fail("begin_snake", beside(&all[1..])).await;
    assert_eq!(refused.code, ErrorCode::Limit);
    let fifth = begun_by(&bench, beside(&all[2..])).await;
    let gone = bench.desk.fail("advance_snake", at(&all[1], 1)).await;
    assert_eq!(gone.code, ErrorCode::NotFound);
    for kept in [&all[0], &all[2], &all[3], &fifth] {
        bench.desk.call("advance_snake", at(kept, 1)).await;
    }
}

#[tokio::test]
async fn what_cannot_move_is_refused() {
    let bench = Bench::new().await;
    let fails = async |change: Value| {
        let mut contour = up_to(6);
        for (name, value) in change.as_object().unwrap() {
            contour[name] = value.clone();
        }
        let effect = json!({ "type": "snake", "contour": contour, "iterations": 3 });
        bench.fails(effect).await
    };
    // Nothing is painted yet.
    assert_eq!(fails(json!({})).await, ErrorCode::InvalidRequest);
    bench.run(slab([1, 1])).await;
    let bubble = |radius: f64| json!([{ "center": [0, 0, 0], "radius": radius }]);
    for change in [
        json!({ "bubbles": bubble(-1.0) }),
        json!({ "bubbles": bubble(1e9) }),
        json!({ "margin": -1.0 }),
        json!({ "curvature": -1.0 }),
        json!({ "speed": { "by": "threshold", "softness": -1.0 } }),
        json!({ "speed": { "by": "edge", "sigma": 1e9, "exponent": 3 } }),
        json!({ "speed": { "by": "edge", "sigma": 1.0, "exponent": 0 } }),
        json!({ "speed": { "by": "clusters", "classes": 1, "chosen": [0] } }),
        json!({ "speed": { "by": "clusters", "classes": 3, "chosen": [3] } }),
    ] {
        assert_eq!(
            fails(change.clone()).await,
            ErrorCode::InvalidRequest,
            "{change}"
        );
    }
}
