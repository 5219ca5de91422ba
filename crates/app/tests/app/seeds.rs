//! Segments that grow from what is painted of them, in an image whose values ascend from voxel to
//! voxel: what lies between two painted slices goes to the nearer one.

use crate::bench::{Bench, SIZE, number, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

/// Slice 1 of one segment and slice 8 of another are painted.
async fn painted() -> (Bench, String) {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut request = bench.request(slab([8, 8]));
    request["segment"] = json!(other);
    bench.desk.call("run_effect", request).await;
    (bench, other)
}

fn grow(margin: f64) -> Value {
    json!({ "type": "grow_seeds", "locality": 0, "margin": margin })
}

/// Which slices each label fills, all of each.
async fn slices(bench: &Bench) -> [Vec<u32>; 2] {
    let voxels = bench.voxels(&bench.document).await;
    [1, 2].map(|label| {
        let of_label = |k| {
            voxels
                .iter()
                .filter(move |(at, l)| *l == label && at[2] == k)
        };
        let n_in_slice = (SIZE[0] * SIZE[1]) as usize;
        let filled = (0..SIZE[2]).filter(|&k| match of_label(k).count() {
            0 => false,
            n => {
                assert_eq!(n, n_in_slice, "label {label}, slice {k}");
                true
            }
        });
        filled.collect()
    })
}

async fn lock(bench: &Bench, segment: &str) {
    let lock = json!({ "type": "set_lock", "segment": segment, "is_locked": true });
    let request = json!({ "document": bench.document, "edit": lock });
    bench.desk.call("edit", request).await;
}

#[tokio::test]
async fn all_segments_grow_until_they_meet_and_what_is_painted_stays() {
    let (bench, _) = painted().await;
    let before = bench.voxels(&bench.document).await;
    let preview = bench.request(grow(100.0));
    let preview = bench.desk.call("preview_effect", preview).await;
    assert_eq!(preview["n_lost"], json!(0));
    assert_eq!(bench.voxels(&bench.document).await, before);
    bench.run(grow(100.0)).await;
    assert_eq!(
        slices(&bench).await,
        [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8, 9]]
    );
    bench.undo().await;
    assert_eq!(bench.voxels(&bench.document).await, before);
}

#[tokio::test]
async fn growth_keeps_to_the_margin_and_the_rules() {
    let (bench, other) = painted().await;
    // Slices are 2 mm apart; at least one more is looked at on each side.
    let mut request = bench.request(grow(2.0));
    request["editable"] = json!({ "range": [0, number([23, 19, 3])] });
    bench.desk.call("run_effect", request).await;
    assert_eq!(slices(&bench).await, [vec![0, 1, 2, 3], vec![8]]);
    bench.undo().await;
    lock(&bench, &other).await;
    bench.run(grow(100.0)).await;
    assert_eq!(
        slices(&bench).await,
        [vec![0, 1, 2, 3, 4, 5, 6, 7], vec![8]]
    );
}

#[tokio::test]
async fn what_cannot_grow_is_refused() {
    let bench = Bench::new().await;
    assert_eq!(bench.fails(grow(10.0)).await, ErrorCode::InvalidRequest);
    bench.run(slab([1, 1])).await;
    assert_eq!(bench.fails(grow(0.0)).await, ErrorCode::InvalidRequest);
    let mut effect = grow(10.0);
    effect["locality"] = json!(-1);
    assert_eq!(bench.fails(effect).await, ErrorCode::InvalidRequest);
}
