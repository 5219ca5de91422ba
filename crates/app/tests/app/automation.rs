//! What spreads from paint, in an image whose values ascend from voxel to voxel: the rules hold for it
//! as for everything, nothing painted changes, and one undo takes it back.

use crate::bench::{Bench, SIZE, number, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

/// Slices 1 of one segment and 8 of another are painted; the other.
async fn painted() -> (Bench, String) {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let other = bench.desk.add_segment(&bench.document, "B").await;
    let mut request = bench.request(slab([8, 8]));
    request["segment"] = json!(other);
    bench.desk.call("run_effect", request).await;
    (bench, other)
}

fn all() -> [Value; 3] {
    [
        json!({ "type": "classify", "finest": 2, "margin": 100 }),
        json!({ "type": "watershed", "sigma": 2, "margin": 100 }),
        json!({ "type": "random_walk", "beta": 130, "margin": 100 }),
    ]
}

/// How many voxels of each slice have a label.
async fn counts(bench: &Bench, label: u8) -> Vec<usize> {
    let voxels = bench.voxels(&bench.document).await;
    let of_slice = |k| {
        let found = voxels.iter().filter(|(at, l)| *l == label && at[2] == k);
        found.count()
    };
    (0..SIZE[2]).map(of_slice).collect()
}

const FULL: usize = (SIZE[0] * SIZE[1]) as usize;

#[tokio::test]
async fn paint_spreads_to_every_voxel_stays_and_is_undone_in_one_step() {
    for effect in all() {
        let (bench, _) = painted().await;
        let before = bench.voxels(&bench.document).await;
        let preview = bench.request(effect.clone());
        let preview = bench.desk.call("preview_effect", preview).await;
        assert_eq!(preview["n_lost"], json!(0), "{effect}");
        assert_eq!(bench.voxels(&bench.document).await, before, "{effect}");
        bench.run(effect.clone()).await;
        let [low, high] = [counts(&bench, 1).await, counts(&bench, 2).await];
        assert_eq!([low[1], high[8]], [FULL; 2], "{effect}");
        // Values and places are nearer to the one below, or above.
        assert_eq!([low[0], high[9]], [FULL; 2], "{effect}");
        for (low, high) in low.iter().zip(&high) {
            assert_eq!(low + high, FULL, "{effect}");
        }
        bench.undo().await;
        assert_eq!(bench.voxels(&bench.document).await, before, "{effect}");
    }
}

#[tokio::test]
async fn a_background_says_what_is_none_of_the_others() {
    for mut effect in all() {
        let (bench, other) = painted().await;
        effect["background"] = json!(other);
        bench.run(effect.clone()).await;
        assert_eq!(counts(&bench, 1).await[0], FULL, "{effect}");
        let mut expected = vec![0; SIZE[2] as usize];
        expected[8] = FULL;
        assert_eq!(counts(&bench, 2).await, expected, "{effect}");
    }
}

#[tokio::test]
async fn a_classified_slice_is_that_slice() {
    let (bench, _) = painted().await;
    let mut effect = all()[0].clone();
    effect["within"] = json!({ "axis": 2, "index": 3 });
    bench.run(effect).await;
    let [low, high] = [counts(&bench, 1).await, counts(&bench, 2).await];
    let all: Vec<usize> = low.iter().zip(&high).map(|(a, b)| a + b).collect();
    assert_eq!(all, [0, FULL, 0, FULL, 0, 0, 0, 0, FULL, 0]);
}

#[tokio::test]
async fn the_rules_hold() {
    for effect in all() {
        let (bench, other) = painted().await;
        let third = bench.desk.add_segment(&bench.document, "C").await;
        let mut paint = bench.request(slab([5, 5]));
        paint["segment"] = json!(third);
        bench.desk.call("run_effect", paint).await;
        for segment in [&other] {
            let lock = json!({ "type": "set_lock", "segment": segment, "is_locked": true });
            let request = json!({ "document": bench.document, "edit": lock });
            bench.desk.call("edit", request).await;
        }
        let mut request = bench.request(effect.clone());
        request["editable"] = json!({ "range": [0, number([23, 19, 6])] });
        bench.desk.call("run_effect", request).await;
        let [low, high, middle] = [
            counts(&bench, 1).await,
            counts(&bench, 2).await,
            counts(&bench, 3).await,
        ];
        // The locked segment has no part in it, and nothing beyond the range changes.
        assert_eq!(high, [0, 0, 0, 0, 0, 0, 0, 0, FULL, 0], "{effect}");
        assert_eq!([low[7], low[9], middle[7], middle[9]], [0; 4], "{effect}");
        assert_eq!(
            [low[0], low[1], middle[5], middle[6]],
            [FULL; 4],
            "{effect}"
        );
    }
}

#[tokio::test]
async fn a_region_grows_from_a_place_to_where_values_end() {
    let bench = Bench::new().await;
    let mut effect = json!({
        "type": "confidence_connected", "seed": [12, 10, 4], "radius": 1, "multiplier": 1000,
        "iterations": 0, "within": { "axis": 2, "index": 4 }, "mode": "add",
    });
    bench.run(effect.clone()).await;
    bench.holds(|[_, _, k]| k == 4).await;
    bench.undo().await;
    effect["multiplier"] = json!(0);
    bench.run(effect.clone()).await;
    // The mean of those around is its own value.
    bench.holds(|at| at == [12, 10, 4]).await;
    for (name, value) in [
        ("seed", json!([24, 0, 0])),
        ("radius", json!(0)),
        ("multiplier", json!(-1)),
    ] {
        let mut wrong = effect.clone();
        wrong[name] = value;
        assert_eq!(bench.fails(wrong).await, ErrorCode::InvalidRequest);
    }
}

#[tokio::test]
async fn what_has_nothing_to_begin_from_is_refused() {
    let bench = Bench::new().await;
    for effect in all() {
        assert_eq!(bench.fails(effect).await, ErrorCode::InvalidRequest);
    }
    bench.run(slab([1, 1])).await;
    // One segment is told from nothing.
    assert_eq!(
        bench.fails(all()[0].clone()).await,
        ErrorCode::InvalidRequest
    );
    for (n, name, value) in [(0, "finest", 0), (1, "sigma", 0), (2, "beta", -1)] {
        let mut wrong = all()[n].clone();
        wrong[name] = json!(value);
        assert_eq!(bench.fails(wrong).await, ErrorCode::InvalidRequest);
    }
}
