//! Which parts of drawn slices go on as which: told, changed, and kept in the record; and previews that
//! are coarse.

use crate::bench::Bench;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

/// Six by six voxels from a column on, in a slice along k.
fn square(column: u32, k: u32) -> Value {
    let [x, y, z] = [f64::from(column) - 0.5, 4.5, 2.0 * f64::from(k)];
    let corners = [[x, y], [x + 6.0, y], [x + 6.0, y + 6.0], [x, y + 6.0]];
    json!({
        "type": "outline", "path": corners.map(|[x, y]| [x, y, z]), "mode": "fill_inside",
        "slice": { "axis": 2, "index": k }, "reach": { "kind": "slice" },
    })
}

/// A bar in columns 2 to 7 from slice 1 to 9, and another part in columns 14 to 19 of slice 1 alone.
async fn two_parts() -> Bench {
    let bench = Bench::new().await;
    for (column, k) in [(2, 1), (14, 1), (2, 9)] {
        bench.run(square(column, k)).await;
    }
    bench
}

fn fill(matches: &Value) -> Value {
    json!({ "type": "interpolate", "uses_image": false, "all_segments": false, "matches": matches })
}

fn said(goes: &Value) -> Value {
    let toward = json!({ "axis": 2, "index": 9 });
    json!([{ "label": 1, "part": [16, 7, 1], "toward": toward, "goes": goes }])
}

impl Bench {
    async fn look(&self, effect: &Value, coarse: bool) -> Value {
        let mut request = self.request(effect.clone());
        request["coarse"] = json!(coarse);
        self.desk.call("preview_effect", request).await
    }

    /// The slices in which the other part is.
    async fn slices_of_other(&self) -> Vec<u32> {
        let voxels = self.voxels(&self.document).await.into_iter();
        let mut slices: Vec<u32> = voxels
            .filter(|(at, _)| at[0] >= 11)
            .map(|(at, _)| at[2])
            .collect();
        slices.dedup();
        slices
    }

    async fn parameters(&self, voxel: [u32; 3]) -> Value {
        let request = json!({ "document": self.document, "voxel": voxel });
        self.desk.call("who_drew", request).await["segments"][0]["parameters"].clone()
    }
}

#[tokio::test]
async fn parts_are_told_with_what_becomes_of_them() {
    let bench = two_parts().await;
    let preview = bench.look(&fill(&json!([])), false).await;
    let gap = &preview["matches"]["gaps"][0];
    assert_eq!(gap["low"]["slice"], json!({ "axis": 2, "index": 1 }));
    assert_eq!(gap["high"]["slice"], json!({ "axis": 2, "index": 9 }));
    // Columns 2 to 7 and 14 to 19, rows 5 to 10 of 1 mm; slices of 2 mm.
    let middles: Vec<&Value> = gap["low"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            assert_eq!(part["n_voxels"], json!(36));
            &part["middle"]
        })
        .collect();
    assert_eq!(middles, [&json!([4.5, 7.5, 2.0]), &json!([16.5, 7.5, 2.0])]);
    assert_eq!(
        gap["groups"],
        json!([
            { "low": [0], "high": [0], "goes": { "way": "joined" } },
            { "low": [1], "high": [], "goes": { "way": "tapers" } },
        ])
    );
    assert_eq!(preview["is_coarse"], json!(false));
}

#[tokio::test]
async fn a_part_that_is_held_is_kept_so_in_the_record_and_made_so_again() {
    let bench = two_parts().await;
    let held = fill(&said(&json!({ "way": "end", "held_to": 3 })));
    bench.run(held.clone()).await;
    assert_eq!(bench.slices_of_other().await, [1, 2, 3]);
    let parameters = bench.parameters([4, 7, 5]).await;
    let kept: Value = serde_json::from_str(parameters["matches"].as_str().unwrap()).unwrap();
    assert_eq!(kept, held["matches"]);
    let again = bench.look(&held, false).await;
    assert_eq!(again["document"], Value::Null);
    assert_eq!(
        again["matches"]["gaps"][0]["low"]["parts"][1]["follows"],
        json!(0)
    );
    // It ends where it was drawn, and goes on to the bar.
    bench.run(fill(&said(&json!({ "way": "end" })))).await;
    assert_eq!(bench.slices_of_other().await, [1]);
    bench
        .run(fill(&said(&json!({ "way": "join", "with": [4, 7, 9] }))))
        .await;
    let preview = bench
        .look(
            &fill(&said(&json!({ "way": "join", "with": [4, 7, 9] }))),
            false,
        )
        .await;
    let groups = &preview["matches"]["gaps"][0]["groups"];
    assert_eq!(
        *groups,
        json!([{ "low": [0, 1], "high": [0], "goes": { "way": "joined" } }])
    );
}

#[tokio::test]
async fn what_fits_no_part_is_told_and_no_part_of_the_record() {
    let bench = two_parts().await;
    let mut stale = said(&json!({ "way": "taper" }));
    stale[0]["toward"]["index"] = json!(8);
    let preview = bench.look(&fill(&stale), false).await;
    assert_eq!(preview["matches"]["unfollowed"], json!([0]));
    bench.run(fill(&stale)).await;
    assert_eq!(bench.parameters([4, 7, 5]).await["matches"], Value::Null);
    stale[0]["toward"]["axis"] = json!(3);
    assert_eq!(bench.fails(fill(&stale)).await, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn a_coarse_preview_is_looked_at_and_not_applied() {
    let bench = two_parts().await;
    let mut guided = fill(&json!([]));
    guided["uses_image"] = json!(true);
    let coarse = bench.look(&guided, true).await;
    assert_eq!(coarse["is_coarse"], json!(true));
    assert!(coarse["n_gained"].as_u64().unwrap() > 0);
    let request = json!({ "preview": coarse["document"]["id"] });
    let mut part = request.clone();
    part["part"] = json!({ "kind": "slice", "slice": { "axis": 2, "index": 4 } });
    for (command, request) in [("accept_part", part), ("apply_preview", request)] {
        let error = bench.desk.fail(command, request).await;
        assert_eq!(error.code, ErrorCode::InvalidRequest, "{command}");
    }
    // What is small is made in full at once, if the image has no part in it.
    let full = bench.look(&fill(&json!([])), true).await;
    assert_eq!(full["is_coarse"], json!(false));
}
