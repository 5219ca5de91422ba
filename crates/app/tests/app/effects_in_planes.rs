//! Effects that keep to the voxels that a plane across no axis cuts.

use crate::bench::{Bench, number, slab};
use serde_json::{Value, json};

/// A plane across no axis, and whether it cuts a voxel: half of one along i and half a slice, which is
/// 1 mm, along k.
fn tilted() -> (Value, impl Fn([u32; 3]) -> bool) {
    let plane = json!({ "point": [11.3, 0.0, 8.0], "normal": [0.8, 0.0, 0.6] });
    let height =
        |[i, _, k]: [u32; 3]| 0.8 * (f64::from(i) - 11.3) + 0.6 * (2.0 * f64::from(k) - 8.0);
    (plane, move |at| height(at).abs() <= 0.8 * 0.5 + 0.6)
}

#[tokio::test]
async fn what_spreads_in_a_plane_takes_no_voxel_that_it_does_not_cut() {
    let (plane, is_cut) = tilted();
    let effects = [
        json!({
            "type": "confidence_connected", "seed": [11, 10, 4], "radius": 1, "multiplier": 2.5,
            "iterations": 4, "mode": "add",
        }),
        json!({ "type": "geodesic_fill", "fill": { "sigma": 1, "weight": 0, "margin": 100 } }),
        json!({ "type": "classify", "finest": 2, "margin": 3 }),
    ];
    for mut effect in effects {
        let bench = Bench::new().await;
        bench.run(slab([4, 4])).await;
        let other = bench.desk.add_segment(&bench.document, "B").await;
        let mut outside = bench.request(slab([8, 8]));
        outside["segment"] = json!(other);
        bench.desk.call("run_effect", outside).await;
        let painted = bench.voxels(&bench.document).await;
        effect["plane"] = plane.clone();
        bench.run(effect.clone()).await;
        let found = bench.voxels(&bench.document).await;
        let changed = found.iter().filter(|voxel| !painted.contains(voxel));
        let changed: Vec<_> = changed.collect();
        assert!(changed.len() > 10, "{effect}: {}", changed.len());
        assert!(changed.iter().all(|(at, _)| is_cut(*at)), "{effect}");
        assert!(found.len() >= painted.len(), "{effect}");
    }
}

#[tokio::test]
async fn threshold_in_a_plane_takes_the_voxels_that_it_cuts() {
    let bench = Bench::new().await;
    let threshold = |plane: Value| json!({ "type": "threshold", "range": [700, 4200], "plane": plane, "mode": "replace" });
    let is_in = |voxel| (700..=4200).contains(&number(voxel));
    let along = json!({ "point": [11.3, 0.0, 8.0], "normal": [0.0, 0.0, 2.0] });
    bench.run(threshold(along)).await;
    bench.holds(|at| is_in(at) && at[2] == 4).await;
    let (plane, is_cut) = tilted();
    bench.run(threshold(plane)).await;
    bench.holds(|at| is_in(at) && is_cut(at)).await;
}
