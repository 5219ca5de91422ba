//! Algorithms on masks of a 512x512x300 grid, against cc3d, edt and SimpleITK doing the same work.

use super::fixture;
use super::reslice::{Times, collect, json};
use super::table::{Promise, Table, median};
use crate::failure::Failure;
use crate::places;
use crate::process;

const TURNS: usize = 3;
const REPEATS: &str = "3";

/// What is measured, the promise about its milliseconds, and the peers that do the same under a
/// name of theirs, with how many times faster ours must be.
type Row = (&'static str, Promise, &'static [Peer]);
type Peer = (&'static str, &'static str, Promise);

const ROWS: &[Row] = &[
    // From a label map to one number a voxel; tools stop at the runs, the row after it.
    (
        "components_dense_blobs",
        Promise::None,
        &[("cc3d", "components_dense_blobs", Promise::AtLeast(1.0))],
    ),
    (
        "components_dense_liver",
        Promise::None,
        &[("cc3d", "components_dense_liver", Promise::AtLeast(1.0))],
    ),
    ("components_blobs", Promise::None, &[]),
    ("components_liver", Promise::None, &[]),
    (
        "signed_distance_blobs",
        Promise::None,
        &[
            ("simpleitk", "signed_distance_blobs", Promise::AtLeast(3.0)),
            ("edt", "signed_distance_blobs", Promise::AtLeast(3.0)),
            ("edt of one side", "distance_blobs", Promise::None),
        ],
    ),
    (
        "signed_distance_liver",
        Promise::None,
        &[
            ("simpleitk", "signed_distance_liver", Promise::AtLeast(3.0)),
            ("edt", "signed_distance_liver", Promise::AtLeast(3.0)),
            ("edt of one side", "distance_liver", Promise::None),
        ],
    ),
    (
        "grow_5mm_liver",
        Promise::AtMost(300.0),
        &[("simpleitk", "grow_5mm_liver", Promise::None)],
    ),
    ("shrink_5mm_liver", Promise::AtMost(300.0), &[]),
    (
        "fill_holes_liver",
        Promise::None,
        &[("simpleitk", "fill_holes_liver", Promise::None)],
    ),
    (
        "median_3mm_liver",
        Promise::None,
        &[("simpleitk", "median_3mm_liver", Promise::None)],
    ),
    ("opening_3mm_liver", Promise::None, &[]),
    ("closing_3mm_liver", Promise::None, &[]),
    (
        "gaussian_3mm_liver",
        Promise::None,
        &[("simpleitk", "gaussian_3mm_liver", Promise::None)],
    ),
    ("joint_smoothing_20", Promise::AtMost(2000.0), &[]),
    (
        "threshold",
        Promise::None,
        &[("simpleitk", "threshold", Promise::None)],
    ),
    (
        "flood_fill",
        Promise::None,
        &[("simpleitk", "flood_fill", Promise::None)],
    ),
    (
        "otsu",
        Promise::None,
        &[("simpleitk", "otsu", Promise::None)],
    ),
];

/// Adds the rows about algorithms.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-segmentation", "segmentation_bench")?;
    let blobs = fixture::blobs()?;
    let blobs = blobs.to_string_lossy();
    let ours = places::target().join("release/examples/segmentation_bench");
    let python = places::peers_python();
    let mut own = Times::new();
    let mut peers = Times::new();
    for _ in 0..TURNS {
        let bench = process::command(&ours.to_string_lossy(), &[&blobs, REPEATS]);
        collect("", &json(&process::output(bench)?), &mut own);
        let script = [
            "tests/bench/segmentation_algorithms.py",
            "time",
            &blobs,
            REPEATS,
        ];
        let bench = process::command(&python.to_string_lossy(), &script);
        collect("", &json(&process::output(bench)?), &mut peers);
    }
    let of = |times: &Times, name: &str| times.get(name).map_or(f64::NAN, |all| median(all));
    for (name, promise, others) in ROWS {
        let ms = of(&own, name);
        table.add(*name, ms, "ms", *promise);
        for (peer, their_name, promise) in *others {
            let tool = peer.split(' ').next().unwrap_or(peer);
            let peer_ms = of(&peers, &format!("{tool}.{their_name}"));
            table.add_peer(name, ms, (peer, peer_ms), *promise);
        }
    }
    Ok(())
}
