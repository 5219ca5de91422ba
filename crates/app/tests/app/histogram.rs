//! How often values occur in an image, a slice or a segment, and the thresholds that follow from it.

use crate::bench::{Bench, SIZE, number, slab};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

#[tokio::test]
async fn histogram_counts_every_voxel_and_finds_thresholds() {
    let bench = Bench::new().await;
    let histogram = bench
        .desk
        .call("histogram", json!({ "image": bench.image }))
        .await;
    let counts = histogram["counts"].as_array().unwrap();
    let n: u64 = counts.iter().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(n, u64::from(SIZE.iter().product::<u32>()));
    assert_eq!(histogram["range"][0], json!(0.0));
    let otsu = histogram["thresholds"].as_array().unwrap().iter();
    let mut otsu = otsu.filter(|found| found["method"] == "otsu");
    let value = otsu.next().unwrap()["value"].as_f64().unwrap();
    // Two classes of equal size and spread: the middle of the values.
    let middle = f64::from(number(SIZE.map(|n| n - 1))) / 2.0;
    assert!((value - middle).abs() < 300.0, "{value}");
}

#[tokio::test]
async fn histogram_counts_a_slice_a_plane_or_a_segment_alone() {
    let bench = Bench::new().await;
    bench.run(slab([3, 4])).await;
    let of = async |of: Value| {
        let request = json!({ "image": bench.image, "of": of });
        let found = bench.desk.call("histogram", request).await;
        let counts = found["counts"].as_array().unwrap().iter();
        let n: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
        let [low, high] = [0, 1].map(|end| found["range"][end].as_f64().unwrap());
        (low, high, n)
    };
    // The last bin ends a little above the largest value.
    let holds = |(low, high, n): (f64, f64, u64), ends: [[u32; 3]; 2], wanted: u64| {
        let [lowest, highest] = ends.map(|at| f64::from(number(at)));
        let bin = (highest - lowest) / 255.0;
        assert_eq!((low, n), (lowest, wanted));
        assert!((highest..highest + bin).contains(&high), "{high}");
    };
    let slice = of(json!({ "kind": "slice", "axis": 0, "index": 7 })).await;
    holds(slice, [[7, 0, 0], [7, 19, 9]], 20 * 10);
    // Slices lie 2 mm apart: this plane is slice 4.
    let plane = json!({ "kind": "plane", "point": [3, 5, 8], "normal": [0, 0, -3] });
    let of_plane = of(plane).await;
    holds(of_plane, [[0, 0, 4], [23, 19, 4]], 24 * 20);
    let segment = json!({
        "kind": "segment", "document": bench.document, "segment": bench.segment,
    });
    let of_segment = of(segment.clone()).await;
    holds(of_segment, [[0, 0, 3], [23, 19, 4]], 24 * 20 * 2);
    bench.undo().await;
    let nowhere = json!({ "kind": "plane", "point": [0, 0, 0], "normal": [0, 0, 0] });
    let beyond = json!({ "kind": "plane", "point": [0, 0, 99], "normal": [0, 0, 1] });
    let no_slice = json!({ "kind": "slice", "axis": 0, "index": 24 });
    for of in [segment, no_slice, nowhere, beyond] {
        let request = json!({ "image": bench.image, "of": of });
        let refused = bench.desk.fail("histogram", request).await;
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
    }
}
