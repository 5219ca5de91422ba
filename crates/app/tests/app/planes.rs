//! Planes at any angle: images and slabs of them as SimpleITK has them, labels and tools in them by
//! closed forms.

use crate::common::Desk;
use crate::scope::text;
use annotomy_app::bytes;
use annotomy_app::wire::{
    BytesRequest, ErrorCode, HEADER_BYTES, ImagePlane, ImageSlab, Projection,
};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Values of noise with a range of 4000, in single precision.
const ITK_TOLERANCE: f64 = 0.002;

/// Nearer to an edge, rounding may decide either way, mm.
const UNDECIDED: f64 = 1e-6;

fn cases(image: &Path) -> Value {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("ANNOTOMY_PEERS_PYTHON: run these tests through `cargo xtask test`");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/app_planes.py"
    );
    let output = Command::new(python)
        .arg(script)
        .arg(image)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The oblique image opened, and what SimpleITK makes of it.
async fn opened() -> (Desk, Value, Value) {
    let desk = Desk::new().await;
    let cases = cases(&desk.folder().join("oblique.nrrd"));
    let series = desk.series_of("oblique.nrrd").await;
    let open = json!({ "job": "load", "series": series });
    let image = desk.call("open_image", open).await;
    (desk, image, cases)
}

fn number(reply: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(reply[at..at + 4].try_into().unwrap())
}

#[tokio::test]
async fn a_plane_and_a_slab_are_as_simpleitk_has_them() {
    let (desk, image, cases) = opened().await;
    let mut n_inside = 0;
    for (n, case) in cases.as_array().unwrap().iter().enumerate() {
        let plane: ImagePlane = serde_json::from_value(case["plane"].clone()).unwrap();
        let slab: Option<ImageSlab> = serde_json::from_value(case["slab"].clone()).unwrap();
        let request = BytesRequest::Plane {
            request: 70 + n as u32,
            image: text(&image["id"]).to_owned(),
            volume: 0,
            plane,
            slab,
        };
        let reply = bytes::bytes(desk.app(), request).await.unwrap();
        let header = [8, 16, 20, 24, 36].map(|at| number(&reply, at));
        let expected = [70 + n as u32, plane.sum(slab), plane.columns, plane.rows, 0];
        assert_eq!(header, expected);
        assert_eq!(reply[6..8], [4, 0]);
        let body = reply[HEADER_BYTES..].as_chunks::<4>().0;
        let theirs = case["pixels"].as_array().unwrap();
        assert_eq!(body.len(), theirs.len());
        for (pixel, (ours, theirs)) in body.iter().zip(theirs).enumerate() {
            let ours = f64::from(f32::from_le_bytes(*ours));
            let is_same = match theirs.as_f64() {
                Some(theirs) => (ours - theirs).abs() <= ITK_TOLERANCE,
                None => ours.is_nan(),
            };
            assert!(is_same, "case {n}, pixel {pixel}: {ours} is not {theirs}");
            n_inside += usize::from(!ours.is_nan());
        }
    }
    assert!(n_inside > 5000, "the planes meet the image: {n_inside}");
}

#[test]
fn the_sum_tells_planes_apart() {
    let plane = ImagePlane {
        origin: [1.1, 2.0, 3.0],
        column_step: [1.0, -0.0, 0.0],
        row_step: [0.0, 1.0, 0.0],
        columns: 4,
        rows: 5,
    };
    // From an independent FNV-1a (Python, ten lines) over struct.pack("<11f", ...).
    assert_eq!(plane.sum(None), 0xc9363d1d);
    let slab = ImageSlab {
        thickness_mm: 20.0,
        projection: Projection::Max,
    };
    assert_eq!(plane.sum(Some(slab)), 0x92b53973);
}

#[tokio::test]
async fn what_is_no_plane_or_too_large_is_refused() {
    let (desk, image, cases) = opened().await;
    let sound: ImagePlane = serde_json::from_value(cases[0]["plane"].clone()).unwrap();
    let ask = async |plane: ImagePlane, thickness_mm: f64| {
        let projection = Projection::Mean;
        let request = BytesRequest::Plane {
            request: 1,
            image: text(&image["id"]).to_owned(),
            volume: 0,
            plane,
            slab: Some(ImageSlab {
                thickness_mm,
                projection,
            }),
        };
        bytes::bytes(desk.app(), request)
            .await
            .map(drop)
            .map_err(|error| error.code)
    };
    let invalid = Err(ErrorCode::InvalidRequest);
    assert_eq!(ask(sound, 5.0).await, Ok(()));
    assert_eq!(ask(sound, -1.0).await, invalid);
    assert_eq!(ask(sound, f64::NAN).await, invalid);
    let row_step = sound.column_step;
    assert_eq!(ask(ImagePlane { row_step, ..sound }, 5.0).await, invalid);
    let origin = [f64::NAN, 0.0, 0.0];
    assert_eq!(ask(ImagePlane { origin, ..sound }, 5.0).await, invalid);
    let columns = 1 << 20;
    let limit = Err(ErrorCode::Limit);
    assert_eq!(ask(ImagePlane { columns, ..sound }, 5.0).await, limit);
    assert_eq!(
        ask(
            ImagePlane {
                columns: 0,
                ..sound
            },
            5.0
        )
        .await,
        limit
    );
}

type Triple = [f64; 3];

fn dot(a: Triple, b: Triple) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The oblique image's grid, with a plane through its middle.
struct Grid {
    rows: Vec<Vec<f64>>,
    size: [u32; 3],
    middle: Triple,
    right: Triple,
    down: Triple,
    normal: Triple,
}

impl Grid {
    fn new(image: &Value) -> Self {
        let rows: Vec<Vec<f64>> = serde_json::from_value(image["lps_from_index"].clone()).unwrap();
        let size: [u32; 3] = serde_json::from_value(image["size"].clone()).unwrap();
        // A rotation by whole numbers: columns of 1/3 [[2, -2, 1], [1, 2, 2], [2, 1, -2]].
        let third = |v: Triple| v.map(|x| x / 3.0);
        let mut grid = Self {
            rows,
            size,
            middle: [0.0; 3],
            right: third([2.0, 1.0, 2.0]),
            down: third([-2.0, 2.0, 1.0]),
            normal: third([1.0, 2.0, -2.0]),
        };
        grid.middle = grid.centre(size.map(|n| f64::from(n) / 2.0));
        grid
    }

    fn centre(&self, index: Triple) -> Triple {
        std::array::from_fn(|n| {
            dot(index, [0, 1, 2].map(|col| self.rows[n][col])) + self.rows[n][3]
        })
    }

    /// Where the plane has a point, in mm right, down and along the normal from the middle.
    fn in_plane(&self, point: Triple) -> Triple {
        let offset: Triple = std::array::from_fn(|n| point[n] - self.middle[n]);
        [self.right, self.down, self.normal].map(|axis| dot(offset, axis))
    }

    fn point(&self, right: f64, down: f64) -> Triple {
        std::array::from_fn(|n| self.middle[n] + self.right[n] * right + self.down[n] * down)
    }

    /// How far from the plane the centres of voxels lie that it cuts.
    fn half(&self) -> f64 {
        let step = |col: usize| [0, 1, 2].map(|row: usize| self.rows[row][col]);
        (0..3)
            .map(|col| dot(step(col), self.normal).abs() / 2.0)
            .sum()
    }

    fn plane(&self) -> Value {
        json!({ "point": self.middle, "normal": self.normal })
    }

    fn voxels(&self) -> impl Iterator<Item = [u32; 3]> + use<> {
        let [ni, nj, nk] = self.size;
        (0..nk).flat_map(move |k| (0..nj).flat_map(move |j| (0..ni).map(move |i| [i, j, k])))
    }
}

async fn label_volume(desk: &Desk, document: &str, size: [u32; 3]) -> Vec<u8> {
    let mut labels = Vec::new();
    for index in 0..size[2] {
        let document = document.to_owned();
        let request = BytesRequest::Labels {
            request: 1,
            document,
            layer: 0,
            axis: 2,
            index,
        };
        let reply = bytes::bytes(desk.app(), request).await.unwrap();
        labels.extend_from_slice(&reply[HEADER_BYTES..]);
    }
    labels
}

/// The voxels painted are those for which `depth` is positive: how far inside, mm.
async fn check(desk: &Desk, document: &str, grid: &Grid, depth: impl Fn(Triple) -> f64) {
    let painted = label_volume(desk, document, grid.size).await;
    let mut n_painted = 0;
    for (voxel, label) in grid.voxels().zip(painted) {
        let depth = depth(grid.in_plane(grid.centre(voxel.map(f64::from))));
        if depth.abs() > UNDECIDED {
            assert_eq!(label != 0, depth > 0.0, "{voxel:?}, {depth} mm inside");
        }
        n_painted += usize::from(label != 0);
    }
    assert!(n_painted > 20, "{n_painted} voxels");
}

#[tokio::test]
async fn brush_outline_and_fill_keep_to_the_voxels_that_the_plane_cuts() {
    let (desk, image, _) = opened().await;
    let document = text(&image["document"]);
    let segment = desk.add_segment(document, "A").await;
    let grid = Grid::new(&image);
    let half = grid.half();
    let stroke = json!({
        "type": "stroke", "segment": segment, "mode": "paint", "shape": "round",
        "radius_mm": 3.5, "path": [grid.point(-4.0, 1.0), grid.point(4.0, 1.0)],
        "slice_axis": 2, "slice_index": 7, "plane": grid.plane(), "overwrite": "all",
    });
    desk.call("edit", json!({ "document": document, "edit": stroke }))
        .await;
    check(&desk, document, &grid, |[right, down, up]| {
        let beyond = (right.abs() - 4.0).max(0.0);
        (3.5 - beyond.hypot(down - 1.0)).min(half - up.abs())
    })
    .await;

    // A label plane shows the disc whole: every pixel within it is of a voxel that the plane cuts.
    let pixel = |right: f64, down: f64| ImagePlane {
        origin: grid.point(right, down),
        column_step: grid.right.map(|x| x * 0.25),
        row_step: grid.down.map(|x| x * 0.25),
        columns: 9,
        rows: 9,
    };
    let label_plane = BytesRequest::LabelPlane {
        request: 9,
        document: document.to_owned(),
        layer: 0,
        plane: pixel(-1.0, 0.0),
    };
    let reply = bytes::bytes(desk.app(), label_plane).await.unwrap();
    assert_eq!((reply[6], number(&reply, 32) > 0), (5, true));
    assert_eq!(reply[HEADER_BYTES..], [1; 81]);
    desk.call("undo", json!({ "document": document })).await;

    let run = async |effect: Value| {
        let request = json!({
            "job": "effect", "document": document, "segment": segment,
            "effect": effect, "overwrite": "all",
        });
        desk.call("run_effect", request).await;
    };
    let triangle = [
        grid.point(-6.0, -5.0),
        grid.point(6.0, -5.0),
        grid.point(-6.0, 7.0),
    ];
    run(json!({
        "type": "outline", "path": triangle, "plane": grid.plane(),
        "reach": { "kind": "slice" }, "mode": "fill_inside",
    }))
    .await;
    let inside_triangle = |right: f64, down: f64| {
        let from_hypotenuse = (1.0 - right - down) / 2.0_f64.sqrt();
        from_hypotenuse.min(right + 6.0).min(down + 5.0)
    };
    check(&desk, document, &grid, |[right, down, up]| {
        inside_triangle(right, down).min(half - up.abs())
    })
    .await;
    desk.call("undo", json!({ "document": document })).await;

    run(json!({
        "type": "outline", "path": triangle, "plane": grid.plane(),
        "reach": { "kind": "depth", "mm": 5.0 }, "mode": "fill_inside",
    }))
    .await;
    check(&desk, document, &grid, |[right, down, up]| {
        inside_triangle(right, down).min(5.0 - up.abs())
    })
    .await;
    desk.call("undo", json!({ "document": document })).await;

    // All values: what the plane cuts hangs together.
    run(json!({
        "type": "flood_fill", "seed": grid.size.map(|n| n / 2), "range": [-5000, 5000],
        "plane": grid.plane(), "mode": "add",
    }))
    .await;
    check(&desk, document, &grid, |[_, _, up]| half - up.abs()).await;
}
