//! Slices and reslices of a volume in memory, against VTK and SimpleITK doing the same work.

use super::table::{Promise, Table, median};
use crate::failure::Failure;
use crate::places;
use crate::process;
use serde_json::Value;
use std::collections::BTreeMap;

const TURNS: usize = 3;
const REPEATS: &str = "51";
/// What both sides measure, and how many times faster it must be.
const COMPARED: [(&str, &str, Promise); 4] = [
    ("oblique_nearest", "oblique_nearest_int16", Promise::None),
    (
        "oblique_linear",
        "oblique_linear_int16",
        Promise::AtLeast(2.0),
    ),
    ("oblique_cubic", "oblique_cubic_int16", Promise::None),
    (
        "slab_20mm_max_oblique",
        "slab_20mm_max_oblique",
        Promise::AtLeast(4.0),
    ),
];

/// Medians of several turns by name.
pub(super) type Times = BTreeMap<String, Vec<f64>>;

/// Adds the rows about slices.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-volume", "reslice_bench")?;
    let ours = places::target().join("release/examples/reslice_bench");
    let python = places::peers_python();
    let mut own = Times::new();
    let mut peers = Times::new();
    for _ in 0..TURNS {
        let bench = process::command(&ours.to_string_lossy(), &[REPEATS]);
        collect("", &json(&process::output(bench)?), &mut own);
        let script = ["tests/peers/volume_bench.py", REPEATS];
        let bench = process::command(&python.to_string_lossy(), &script);
        collect("", &json(&process::output(bench)?), &mut peers);
    }
    let of = |times: &Times, name: &str| times.get(name).map_or(f64::NAN, |all| median(all));
    for axis in ["i", "j", "k"] {
        let what = format!("one 512-wide slice across {axis}");
        let ms = of(&own, &format!("orthogonal_{axis}"));
        table.add(what, ms, "ms", Promise::AtMost(1.0));
    }
    for (name, our_name, promise) in COMPARED {
        // The peers give int16 for int16, so that is what they are compared with.
        let ms = of(&own, our_name);
        table.add(name, ms, "ms", Promise::None);
        for peer in ["vtk", "simpleitk"] {
            let peer_ms = of(&peers, &format!("{peer}.{name}"));
            if peer_ms.is_finite() {
                table.add_peer(name, ms, (peer, peer_ms), promise);
            }
        }
    }
    Ok(())
}

pub(super) fn json(output: &[u8]) -> Value {
    serde_json::from_slice(output).unwrap_or(Value::Null)
}

/// Collects numbers of nested objects under names joined by dots.
pub(super) fn collect(prefix: &str, value: &Value, times: &mut Times) {
    let Some(object) = value.as_object() else {
        return;
    };
    for (name, inner) in object {
        match inner.as_f64() {
            Some(ms) => times.entry(format!("{prefix}{name}")).or_default().push(ms),
            None => collect(&format!("{prefix}{name}."), inner, times),
        }
    }
}
