//! Segments that become one, and parts of a segment that become another's.

use crate::bench::{Bench, expected, number, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

fn names(document: &Value) -> Vec<String> {
    let segments = document["segments"].as_array().unwrap().iter();
    let names = segments.map(|segment| segment["name"].as_str().unwrap().to_owned());
    names.collect()
}

/// Segments beside that of the bench, each with some slices; the last two overlap in a layer of their own.
async fn three(bench: &Bench) -> [String; 3] {
    let add = |name: &str, overlaps: bool| {
        let edit = json!({
            "type": "add_segment", "name": name, "color": "#20d020", "overlaps": overlaps,
        });
        json!({ "document": bench.document, "edit": edit })
    };
    let mut ids = Vec::new();
    for (name, overlaps, slices) in [
        ("B", false, [3, 4]),
        ("C", true, [4, 6]),
        ("D", true, [6, 8]),
    ] {
        let document = bench.desk.call("edit", add(name, overlaps)).await["document"].clone();
        let segments = document["segments"].as_array().unwrap();
        let id = segments.last().unwrap()["id"].as_str().unwrap().to_owned();
        let mut request = bench.request(slab(slices));
        request["segment"] = json!(id);
        bench.desk.call("run_effect", request).await;
        ids.push(id);
    }
    bench.run(slab([0, 1])).await;
    ids.try_into().unwrap()
}

fn merging(segments: &[&String]) -> Value {
    json!({ "type": "merge", "segments": segments })
}

#[tokio::test]
async fn merged_segments_are_one_in_a_single_step_whatever_layers_they_were_in() {
    let bench = Bench::new().await;
    let [b, c, d] = three(&bench).await;
    let before = bench.voxels(&bench.document).await;
    let after = bench.run(merging(&[&b, &c, &d])).await;
    assert_eq!(names(&after["document"]), ["A"]);
    bench.holds(|[.., k]| k <= 1 || (3..=8).contains(&k)).await;
    assert_eq!(after["document"]["undo"]["kind"], "merge");
    bench.undo().await;
    assert_eq!(bench.voxels(&bench.document).await, before);
    let again = bench.run(merging(&[&d])).await;
    assert_eq!(names(&again["document"]), ["A", "B", "C"]);
    bench.desk.call("audit_rebuild", json!({})).await;
    let verified = bench.desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
}

#[tokio::test]
async fn what_the_rules_keep_stays_with_its_segment() {
    let bench = Bench::new().await;
    let [b, c, _] = three(&bench).await;
    // Voxels of slice 4 are those of B: they protect it from C, which keeps them.
    let mut request = bench.request(merging(&[&c]));
    request["overwrite"] = json!("none");
    let done = bench.desk.call("run_effect", request).await;
    assert_eq!(names(&done["document"]), ["A", "B", "C", "D"]);
    assert_eq!(done["kept"]["protected"], 24 * 20);
    let of = |label: u8, is_wanted: fn(u32) -> bool| {
        expected(move |[.., k]| is_wanted(k))
            .into_iter()
            .map(move |at| (at, label))
    };
    let mut wanted: Vec<_> = of(1, |k| k <= 1 || k == 5 || k == 6)
        .chain(of(2, |k| k == 3 || k == 4))
        .collect();
    wanted.sort_by_key(|([i, j, k], _)| [*k, *j, *i]);
    assert_eq!(bench.voxels(&bench.document).await, wanted);
    // Outside the editable range nothing moves.
    let mut request = bench.request(merging(&[&b]));
    request["editable"] = json!({ "range": [f64::from(number([0, 0, 4])), 5000.0] });
    let done = bench.desk.call("run_effect", request).await;
    assert_eq!(names(&done["document"]), ["A", "B", "C", "D"]);
    assert_eq!(done["kept"]["range"], 24 * 20);
}

#[tokio::test]
async fn locked_segments_are_not_merged_and_none_is_merged_into_itself() {
    let bench = Bench::new().await;
    let [b, c, _] = three(&bench).await;
    let lock = json!({ "type": "set_lock", "segment": b, "is_locked": true });
    bench
        .desk
        .call("edit", json!({ "document": bench.document, "edit": lock }))
        .await;
    assert_eq!(
        bench.fails(merging(&[&c, &b])).await,
        ErrorCode::NotPermitted
    );
    assert_eq!(
        bench.fails(merging(&[&bench.segment])).await,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn what_a_plane_cuts_off_goes_where_it_is_said() {
    let bench = Bench::new().await;
    let [b, ..] = three(&bench).await;
    bench.run(slab([0, 2])).await;
    // Slices are 2 mm apart; the plane leans in all directions.
    let height =
        |[i, j, k]: [u32; 3]| f64::from(i) + 0.5 * f64::from(j) - 1.5 * f64::from(k) - 14.25;
    let cut = |goes: Value| json!({ "type": "cut", "point": [14.25, 0, 0], "normal": [2.0, 1.0, -1.5], "goes": goes });
    let label = |at: [u32; 3], gone: u8| match (at[2], height(at) > 0.0) {
        (0..=2, true) => gone,
        (0..=2, false) => 1,
        (3..=4, _) => 2,
        _ => 0,
    };
    let holds = async |gone: u8| {
        let all = expected(|at| label(at, gone) != 0);
        let wanted: Vec<_> = all.into_iter().map(|at| (at, label(at, gone))).collect();
        assert_eq!(bench.voxels(&bench.document).await, wanted);
    };
    let done = bench.run(cut(json!({ "to": "new_segment" }))).await;
    assert_eq!(names(&done["document"]), ["A", "B", "C", "D", "A 2"]);
    holds(3).await;
    bench.undo().await;
    let done = bench
        .run(cut(json!({ "to": "segment", "segment": b })))
        .await;
    assert_eq!(names(&done["document"]), ["A", "B", "C", "D"]);
    holds(2).await;
    bench.undo().await;
    bench.run(cut(json!({ "to": "nothing" }))).await;
    holds(0).await;
}

#[tokio::test]
async fn what_scissors_cut_off_can_be_a_segment_of_its_own() {
    let bench = Bench::new().await;
    bench.run(slab([0, 1])).await;
    let scissors = |mode: &str| {
        json!({
            "type": "scissors", "path": [[3.5, 2.5], [9.5, 2.5], [9.5, 7.5], [3.5, 7.5]],
            "canvas_from_lps": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
            "mode": mode, "goes": { "to": "new_segment" },
        })
    };
    let done = bench.run(scissors("erase_inside")).await;
    assert_eq!(names(&done["document"]), ["A", "A 2"]);
    let is_inside = |[i, j, _]: [u32; 3]| (4..=9).contains(&i) && (3..=7).contains(&j);
    let all = expected(|[.., k]| k <= 1).into_iter();
    let wanted: Vec<_> = all
        .map(|at| (at, if is_inside(at) { 2 } else { 1 }))
        .collect();
    assert_eq!(bench.voxels(&bench.document).await, wanted);
    assert_eq!(
        bench.fails(scissors("fill_inside")).await,
        ErrorCode::InvalidRequest
    );
}
