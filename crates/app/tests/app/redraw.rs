//! An outline drawn again: exact, in the log, and only while nothing else was done.

use crate::bench::{Bench, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

/// Around the centres (i..i + n, j..j + n) of slice 4, which lies at 8 mm.
fn square([i, j]: [u32; 2], n: u32) -> Value {
    let [x, y] = [i, j].map(|low| f64::from(low) - 0.5);
    let n = f64::from(n);
    let path = [
        [x, y, 8.0],
        [x + n, y, 8.0],
        [x + n, y + n, 8.0],
        [x, y + n, 8.0],
    ];
    json!({
        "type": "outline", "path": path, "slice": { "axis": 2, "index": 4 },
        "reach": { "kind": "slice" }, "mode": "fill_inside",
    })
}

fn holds([i, j]: [u32; 2], n: u32) -> impl Fn([u32; 3]) -> bool {
    move |at| at[2] == 4 && (i..i + n).contains(&at[0]) && (j..j + n).contains(&at[1])
}

async fn redraw(bench: &Bench, revision: &Value, effect: Value) -> Value {
    let request = json!({ "revision": revision, "outline": bench.request(effect) });
    bench.desk.call("redraw_outline", request).await
}

async fn refusal(bench: &Bench, revision: &Value, effect: Value) -> ErrorCode {
    let request = json!({ "revision": revision, "outline": bench.request(effect) });
    bench.desk.fail("redraw_outline", request).await.code
}

async fn kinds(bench: &Bench, n: u32) -> Vec<String> {
    let request = json!({ "document": bench.document, "limit": n });
    let history = bench.desk.call("history", request).await;
    let entries = history["entries"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["operation"]["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_new_outline_takes_the_place_of_the_one_before_and_the_log_keeps_both() {
    let bench = Bench::new().await;
    let drawn = bench.run(square([3, 3], 6)).await;
    let redrawn = redraw(&bench, &drawn["document"]["revision"], square([7, 5], 4)).await;
    bench.holds(holds([7, 5], 4)).await;
    assert_eq!(kinds(&bench, 3).await, ["outline", "undo", "outline"]);
    // What both changed has to be drawn anew on the screen.
    assert_eq!(
        redrawn["region"],
        json!({ "min": [3, 3, 4], "max": [10, 8, 4] })
    );
    let again = redraw(&bench, &redrawn["document"]["revision"], square([2, 2], 2)).await;
    bench.holds(holds([2, 2], 2)).await;
    assert_eq!(again["document"]["undo"]["kind"], "outline");
    bench.undo().await;
    bench.holds(|_| false).await;
}

#[tokio::test]
async fn what_the_outline_before_took_from_other_segments_comes_back() {
    let bench = Bench::new().await;
    let wall = bench.desk.add_segment(&bench.document, "Wall").await;
    let mut request = bench.request(square([0, 0], 9));
    request["segment"] = json!(wall);
    bench.desk.call("run_effect", request).await;
    let before = bench.voxels(&bench.document).await;
    let drawn = bench.run(square([5, 5], 8)).await;
    assert_ne!(bench.voxels(&bench.document).await, before);
    let beside = square([15, 12], 2);
    redraw(&bench, &drawn["document"]["revision"], beside).await;
    let expected = holds([15, 12], 2);
    let found = bench.voxels(&bench.document).await;
    let is_new = |at: [u32; 3]| expected(at);
    assert_eq!(found.iter().filter(|(at, _)| is_new(*at)).count(), 4);
    let others: Vec<_> = found.into_iter().filter(|(at, _)| !is_new(*at)).collect();
    assert_eq!(others, before);
}

#[tokio::test]
async fn nothing_is_replaced_while_something_else_was_done_since() {
    let bench = Bench::new().await;
    let drawn = bench.run(square([3, 3], 6)).await;
    let revision = &drawn["document"]["revision"];
    bench.run(json!({ "type": "margin", "mm": 1.0 })).await;
    let before = bench.voxels(&bench.document).await;
    let code = refusal(&bench, revision, square([7, 5], 4)).await;
    assert_eq!(code, ErrorCode::Conflict);
    assert_eq!(bench.voxels(&bench.document).await, before);
    bench.undo().await;
    redraw(&bench, revision, square([7, 5], 4)).await;
    bench.holds(holds([7, 5], 4)).await;
    // The one before is undone, and no outline of its revision is in effect.
    let code = refusal(&bench, revision, square([2, 2], 2)).await;
    assert_eq!(code, ErrorCode::Conflict);
    let later = json!(u32::MAX);
    assert_eq!(
        refusal(&bench, &later, square([2, 2], 2)).await,
        ErrorCode::Conflict
    );
    bench.holds(holds([7, 5], 4)).await;
}

#[tokio::test]
async fn an_export_stands_in_no_way() {
    let bench = Bench::new().await;
    let drawn = bench.run(square([3, 3], 6)).await;
    let path = bench.desk.folder().join("labels.nii.gz");
    let export = json!({ "document": bench.document, "path": path, "replace_existing": false });
    bench.desk.call("export_labels", export).await;
    let revision = &drawn["document"]["revision"];
    redraw(&bench, revision, square([7, 5], 4)).await;
    bench.holds(holds([7, 5], 4)).await;
    assert_eq!(
        kinds(&bench, 4).await,
        ["outline", "undo", "export", "outline"]
    );
}

#[tokio::test]
async fn only_an_outline_is_replaced_and_only_by_an_outline() {
    let bench = Bench::new().await;
    let filled = bench.run(slab([4, 5])).await;
    let code = refusal(&bench, &filled["document"]["revision"], square([7, 5], 4)).await;
    assert_eq!(code, ErrorCode::Conflict);
    let drawn = bench.run(square([3, 3], 6)).await;
    let code = refusal(&bench, &drawn["document"]["revision"], slab([4, 5])).await;
    assert_eq!(code, ErrorCode::InvalidRequest);
    bench.holds(|at| (4..=5).contains(&at[2])).await;
}

#[tokio::test]
async fn a_refused_outline_leaves_the_one_before() {
    let bench = Bench::new().await;
    let drawn = bench.run(square([3, 3], 6)).await;
    let revision = &drawn["document"]["revision"];
    let mut line = square([7, 5], 4);
    line["path"] = json!([[0, 0, 8], [4, 4, 8]]);
    assert_eq!(
        refusal(&bench, revision, line).await,
        ErrorCode::InvalidRequest
    );
    bench.holds(holds([3, 3], 6)).await;
    assert_eq!(kinds(&bench, 1).await, ["outline"]);
}

#[tokio::test]
async fn rules_hold_and_an_outline_that_may_change_nothing_takes_the_one_before_back() {
    let bench = Bench::new().await;
    let drawn = bench.run(square([3, 3], 6)).await;
    let mut outline = bench.request(square([7, 5], 4));
    outline["editable"] = json!({ "range": [30_000, 31_000] });
    let revision = &drawn["document"]["revision"];
    let request = json!({ "revision": revision, "outline": outline });
    let answer = bench.desk.call("redraw_outline", request).await;
    assert_eq!(answer["kept"]["range"], 16);
    assert_eq!(
        answer["region"],
        json!({ "min": [3, 3, 4], "max": [8, 8, 4] })
    );
    bench.holds(|_| false).await;
    assert_eq!(kinds(&bench, 2).await, ["undo", "outline"]);
}

async fn last(bench: &Bench) -> Value {
    let request = json!({ "document": bench.document });
    bench.desk.call("last_outline", request).await["outline"].clone()
}

#[tokio::test]
async fn the_outline_drawn_last_comes_back_with_its_corners() {
    let bench = Bench::new().await;
    assert_eq!(last(&bench).await, Value::Null);
    let effect = |at, n| {
        let mut effect = square(at, n);
        effect["plane"] = Value::Null;
        effect
    };
    let drawn = bench.run(square([3, 3], 6)).await;
    let found = last(&bench).await;
    assert_eq!(found["effect"], effect([3, 3], 6));
    assert_eq!(found["revision"], drawn["document"]["revision"]);
    assert_eq!(found["segment"], json!(bench.segment));
    // What was undone since does not stand in the way, and more of it than is read at once.
    for _ in 0..12 {
        bench.run(json!({ "type": "margin", "mm": 2.0 })).await;
        assert_eq!(last(&bench).await, Value::Null);
        bench.undo().await;
    }
    let found = last(&bench).await;
    assert_eq!(found["effect"], effect([3, 3], 6));
    redraw(&bench, &found["revision"], square([7, 5], 4)).await;
    bench.holds(holds([7, 5], 4)).await;
    assert_eq!(last(&bench).await["effect"], effect([7, 5], 4));
    bench.undo().await;
    assert_eq!(last(&bench).await, Value::Null);
}

#[tokio::test]
async fn an_outline_of_more_corners_than_are_recorded_is_drawn_all_the_same() {
    let bench = Bench::new().await;
    let mut effect = square([3, 3], 6);
    let corners: Vec<Value> = (0..2001)
        .map(|n| json!([2.5 + 6.0 * f64::from(n) / 2000.0, 2.5, 8.0]))
        .chain([json!([8.5, 8.5, 8.0]), json!([2.5, 8.5, 8.0])])
        .collect();
    effect["path"] = json!(corners);
    bench.run(effect).await;
    bench.holds(holds([3, 3], 6)).await;
    assert_eq!(last(&bench).await, Value::Null);
}
