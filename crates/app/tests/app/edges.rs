//! Tools that follow edges: live wires through the bytes door, and an adaptive brush whose preview is
//! what it does.

use crate::common::{Desk, write_image};
use annotomy_app::bytes;
use annotomy_app::wire::{
    BytesRequest, DabsRequest, ErrorCode, HEADER_BYTES, ImagePlane, IsoContour, IsoContourRequest,
    LiveWire, LiveWireRequest, PixelPlace, WireError,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SIZE: [u32; 3] = [24, 20, 10];

/// Dark up to this column, bright from it on.
const EDGE: u32 = 12;

/// An image of two values; its voxels lie 1, 1 and 2 mm apart.
struct Halves {
    desk: Desk,
    image: String,
    document: String,
    segment: String,
}

type Voxels = BTreeSet<[u32; 3]>;

impl Halves {
    async fn new() -> Self {
        let desk = Desk::new().await;
        write_image(&desk.folder().join("halves.nii"), |[i, ..]| {
            if i < EDGE { -50 } else { 70 }
        });
        let series = desk.series_of("halves.nii").await;
        let open = json!({ "job": "load", "series": series });
        let opened = desk.call("open_image", open).await;
        let text = |name: &str| opened[name].as_str().unwrap().to_owned();
        let (image, document) = (text("id"), text("document"));
        let segment = desk.add_segment(&document, "A").await;
        Self {
            desk,
            image,
            document,
            segment,
        }
    }

    fn stroke(&self, shape: &str, mode: &str, path: &[[f64; 3]]) -> Value {
        json!({
            "segment": self.segment, "mode": mode, "shape": shape, "radius_mm": 5.0,
            "path": path, "slice_axis": 2, "slice_index": 4, "overwrite": "all",
            "adaptive": { "tolerance": 3.0 },
        })
    }

    async fn edit(&self, stroke: &Value) -> Value {
        let mut edit = stroke.clone();
        edit["type"] = json!("stroke");
        let request = json!({ "document": self.document, "edit": edit });
        self.desk.call("edit", request).await
    }

    /// What the bytes door says that a stroke would change.
    async fn dabs(&self, stroke: &Value) -> Voxels {
        let asked = DabsRequest {
            request: 7,
            document: self.document.clone(),
            stroke: serde_json::from_value(stroke.clone()).unwrap(),
        };
        let request = BytesRequest::Dabs(asked);
        let reply = bytes::bytes(self.desk.app(), request).await.unwrap();
        assert_eq!(reply[6..8], [8, 0]);
        let numbers = reply[HEADER_BYTES..].as_chunks::<4>().0.iter();
        let numbers: Vec<u32> = numbers.map(|four| u32::from_le_bytes(*four)).collect();
        let runs = numbers.as_chunks::<4>().0.iter();
        runs.flat_map(|&[i, j, k, n]| (i..i + n).map(move |i| [i, j, k]))
            .collect()
    }

    async fn voxels(&self) -> Voxels {
        let mut voxels = Voxels::new();
        for k in 0..SIZE[2] {
            let request = BytesRequest::Labels {
                request: 1,
                document: self.document.clone(),
                layer: 0,
                axis: 2,
                index: k,
            };
            let reply = bytes::bytes(self.desk.app(), request).await.unwrap();
            let labels = reply[HEADER_BYTES..].iter().zip(0_u32..);
            let labels = labels.filter(|(label, _)| **label == 1);
            voxels.extend(labels.map(|(_, n)| [n % SIZE[0], n / SIZE[0], k]));
        }
        voxels
    }

    async fn wire(&self, place: PixelPlace, anchor: [u32; 2]) -> Result<Vec<u8>, WireError> {
        let wire = LiveWire {
            place,
            anchor,
            sigma_mm: 1.0,
        };
        let request = BytesRequest::LiveWire(LiveWireRequest {
            request: 9,
            image: self.image.clone(),
            volume: 0,
            wire,
        });
        bytes::bytes(self.desk.app(), request).await
    }
}

/// Columns and rows of the contour through a place.
async fn contour(halves: &Halves, contour: IsoContour) -> Result<Vec<[f64; 2]>, WireError> {
    let request = BytesRequest::IsoContour(IsoContourRequest {
        request: 11,
        image: halves.image.clone(),
        volume: 0,
        contour,
    });
    let reply = bytes::bytes(halves.desk.app(), request).await?;
    assert_eq!(reply[6..8], [9, 0]);
    let numbers = reply[HEADER_BYTES..].as_chunks::<8>().0.iter();
    let numbers: Vec<f64> = numbers.map(|eight| f64::from_le_bytes(*eight)).collect();
    let corners = numbers.as_chunks::<2>().0.to_vec();
    let n_said = u32::from_le_bytes(reply[20..24].try_into().unwrap());
    assert_eq!(corners.len(), n_said as usize);
    Ok(corners)
}

/// Voxels whose centres are within 5 mm of (i, j, k), on one side of the edge.
fn in_ball([i, j, k]: [u32; 3], is_bright: bool) -> Voxels {
    let all = (0..SIZE[2])
        .flat_map(|k| (0..SIZE[1]).flat_map(move |j| (0..SIZE[0]).map(move |i| [i, j, k])));
    all.filter(|at| {
        let [x, y, z] = [at[0].abs_diff(i), at[1].abs_diff(j), 2 * at[2].abs_diff(k)];
        x * x + y * y + z * z <= 25 && (at[0] >= EDGE) == is_bright
    })
    .collect()
}

fn in_slice(voxels: Voxels) -> Voxels {
    voxels.into_iter().filter(|&[.., k]| k == 4).collect()
}

#[tokio::test]
async fn an_adaptive_dab_fills_its_side_and_stops_at_the_edge() {
    let halves = Halves::new().await;
    let path = [[10.0, 9.0, 8.0]];
    halves.edit(&halves.stroke("round", "paint", &path)).await;
    let dark = in_slice(in_ball([10, 9, 4], false));
    assert_eq!(halves.voxels().await, dark);
    // From the last column before the edge, through the slices beside it too.
    let path = [[12.0, 9.0, 8.0]];
    halves.edit(&halves.stroke("sphere", "paint", &path)).await;
    let bright = in_ball([12, 9, 4], true);
    assert!(bright.len() > dark.len());
    assert_eq!(halves.voxels().await, &dark | &bright);
    halves.edit(&halves.stroke("sphere", "erase", &path)).await;
    assert_eq!(halves.voxels().await, dark);
}

#[tokio::test]
async fn an_adaptive_stroke_is_one_undo_step() {
    let halves = Halves::new().await;
    let path = [[4.0, 9.0, 8.0], [9.0, 9.0, 8.0]];
    halves.edit(&halves.stroke("round", "paint", &path)).await;
    assert!(!halves.voxels().await.is_empty());
    let request = json!({ "document": halves.document, "before": null, "limit": 1 });
    let history = halves.desk.call("history", request).await;
    assert_eq!(history["entries"][0]["operation"]["kind"], "paint");
    let undo = json!({ "document": halves.document });
    halves.desk.call("undo", undo).await;
    assert_eq!(halves.voxels().await, Voxels::new());
}

#[tokio::test]
async fn what_is_shown_while_drawing_is_what_is_made() {
    let halves = Halves::new().await;
    let other = halves.desk.add_segment(&halves.document, "B").await;
    halves
        .desk
        .stroke(&halves.document, &other, [8, 8, 4], 3.0)
        .await;
    let lock = json!({ "type": "set_lock", "segment": other, "is_locked": true });
    let request = json!({ "document": halves.document, "edit": lock });
    halves.desk.call("edit", request).await;
    let path = [
        [2.3, 3.1, 8.0],
        [7.9, 6.2, 8.0],
        [9.0, 14.6, 8.0],
        [17.5, 11.0, 8.0],
        [15.0, 2.0, 8.0],
    ];
    for (shape, rules) in [
        (
            "round",
            json!({ "area": { "kind": "everywhere" }, "range": null }),
        ),
        (
            "sphere",
            json!({ "area": { "kind": "everywhere" }, "range": [0.0, 100.0] }),
        ),
    ] {
        let whole = |mode: &str, path: &[[f64; 3]]| {
            let mut stroke = halves.stroke(shape, mode, path);
            stroke["editable"] = rules.clone();
            stroke
        };
        // As a pointer moves: each time the last point and the new ones.
        let mut shown = Voxels::new();
        for piece in [&path[..1], &path[..3], &path[2..4], &path[3..]] {
            shown.extend(halves.dabs(&whole("paint", piece)).await);
        }
        let before = halves.voxels().await;
        halves.edit(&whole("paint", &path)).await;
        let after = halves.voxels().await;
        let made: Voxels = after.difference(&before).copied().collect();
        assert_eq!(shown, made);
        assert!(!made.is_empty());
        let erased = halves.dabs(&whole("erase", &path[2..4])).await;
        halves.edit(&whole("erase", &path[2..4])).await;
        assert_eq!(halves.voxels().await, &after - &erased);
    }
    let statistics = json!({ "document": halves.document });
    let statistics = halves.desk.call("statistics", statistics).await;
    // 29 centres are within 3 mm: the locked segment has all of them still.
    assert_eq!(statistics["segments"][1]["n_voxels"], 29);
}

#[tokio::test]
async fn a_live_wire_goes_along_the_edge_of_slices_and_of_planes() {
    let halves = Halves::new().await;
    let slice = PixelPlace::Slice {
        axis: 2,
        index: 4,
        first: [2, 0],
        size: [20, 20],
    };
    let plane = PixelPlace::Plane {
        plane: ImagePlane {
            origin: [2.0, 0.0, 7.5],
            column_step: [1.0, 0.0, 0.0],
            row_step: [0.0, 0.6, 0.8],
            columns: 20,
            rows: 13,
        },
    };
    // Columns 9 and 10 lie on both sides of the edge.
    for (place, rows) in [(slice, 20), (plane, 13)] {
        let reply = halves.wire(place, [9, 1]).await.unwrap();
        assert_eq!(reply[6..8], [7, 0]);
        let ways = &reply[HEADER_BYTES..];
        assert_eq!(ways.len(), 20 * rows);
        let mut at = [10, rows - 2];
        while at != [9, 1] {
            at = match ways[at[1] * 20 + at[0]] {
                4 => [at[0] - 1, at[1]],
                5 => [at[0] - 1, at[1] - 1],
                6 => [at[0], at[1] - 1],
                7 => [at[0] + 1, at[1] - 1],
                way => panic!("{way} does not lead up along the edge from {at:?}"),
            };
            assert!(at[0] == 9 || at[0] == 10, "{at:?} is off the edge");
        }
    }
}

#[tokio::test]
async fn a_contour_runs_between_the_two_values_of_slices_and_of_planes() {
    let halves = Halves::new().await;
    let slice = PixelPlace::Slice {
        axis: 2,
        index: 4,
        first: [0, 0],
        size: [24, 20],
    };
    let plane = PixelPlace::Plane {
        plane: ImagePlane {
            origin: [0.0, 0.0, 8.0],
            column_step: [0.5, 0.0, 0.0],
            row_step: [0.0, 1.0, 0.0],
            columns: 47,
            rows: 20,
        },
    };
    // A quarter of the way from column 11 to column 12, closed around the smaller part.
    for (place, at, inside) in [(slice, [11.25, 7.0], -0.5), (plane, [22.5, 7.0], -0.5)] {
        let through = IsoContour {
            place,
            at,
            sigma_mm: 0.0,
        };
        let corners = contour(&halves, through).await.unwrap();
        let near = |x: f64| {
            corners
                .iter()
                .filter(|[column, _]| (column - x).abs() < 1e-6)
                .count()
        };
        assert!(near(at[0]) >= 20, "{corners:?}");
        assert_eq!(near(at[0]) + near(inside), corners.len(), "{corners:?}");
        let flat = IsoContour {
            at: [3.0, 7.0],
            ..through
        };
        assert_eq!(
            contour(&halves, flat).await.unwrap(),
            Vec::<[f64; 2]>::new()
        );
        for refused in [
            IsoContour {
                at: [f64::NAN, 0.0],
                ..through
            },
            IsoContour {
                sigma_mm: -1.0,
                ..through
            },
            IsoContour {
                sigma_mm: 1e9,
                ..through
            },
        ] {
            let refused = contour(&halves, refused).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidRequest);
        }
    }
}

#[tokio::test]
async fn wires_and_strokes_that_cannot_be_are_refused() {
    let halves = Halves::new().await;
    let place = |first, size| PixelPlace::Slice {
        axis: 2,
        index: 4,
        first,
        size,
    };
    let refusals = [
        (place([0, 0], [24, 21]), [0, 0]),
        (place([u32::MAX, 0], [2, 2]), [0, 0]),
        (place([0, 0], [0, 5]), [0, 0]),
        (place([0, 0], [5, 5]), [5, 0]),
    ];
    for (place, anchor) in refusals {
        let refused = halves.wire(place, anchor).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
    }
    let mut stroke = halves.stroke("round", "paint", &[[4.0, 9.0, 8.0]]);
    stroke["type"] = json!("stroke");
    for (field, value) in [
        ("adaptive", json!({ "tolerance": 0.0 })),
        ("adaptive", json!({ "tolerance": 1e9 })),
        ("path", json!([])),
        ("radius_mm", json!(-1.0)),
    ] {
        let mut edit = stroke.clone();
        edit[field] = value;
        let request = json!({ "document": halves.document, "edit": edit });
        halves.desk.fail("edit", request).await;
    }
    assert_eq!(halves.voxels().await, Voxels::new());
}
