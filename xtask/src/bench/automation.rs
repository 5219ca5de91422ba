//! Interpolation between drawn slices of real structures: how right it is, against the peers.

use super::table::{Promise, Table};
use crate::data;
use crate::failure::Failure;
use crate::places;
use crate::process;
use std::collections::BTreeMap;

/// What the script measured: case, group, every how many slices were kept, method, Dice, HD95 in
/// mm, seconds.
type Row = (String, String, u32, String, f64, f64, f64);

/// A method and its Dice, HD95 and seconds.
type Method = (String, [f64; 3]);

/// Our method of two, the image helping.
const OURS: &str = "ours";
/// The other, which is no peer.
const BY_SHAPE: &str = "ours, shape alone";
/// How large an error and a distance may be, in those of the best peer.
const AT_MOST: f64 = 0.75;

/// Adds the rows about interpolation.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    process::build_example("annotomy-segmentation", "interpolation_bench")?;
    let ours = places::target().join("release/examples/interpolation_bench");
    let data = data::fetch()?;
    let python = places::peers_python();
    let picture = places::target().join("bench/interpolation-worst.png");
    let script = [
        "tests/bench/interpolation.py",
        &ours.to_string_lossy(),
        &data.to_string_lossy(),
        &picture.to_string_lossy(),
    ];
    let output = process::output(process::command(&python.to_string_lossy(), &script))?;
    let rows: Vec<Row> = serde_json::from_slice(&output)
        .map_err(|error| Failure::Lost(format!("tests/bench/interpolation.py: {error}")))?;
    let mut groups: BTreeMap<(String, String, u32), Vec<Method>> = BTreeMap::new();
    for (case, group, step, method, dice, hd95, seconds) in rows {
        let methods = groups.entry((case, group, step)).or_default();
        methods.push((method, [dice, hd95, seconds]));
    }
    for ((case, group, step), methods) in groups {
        let what = format!("interpolate {case}: {group}, every {step}th slice");
        add(table, &what, &methods);
    }
    Ok(())
}

/// One structure group and gap.
fn add(table: &mut Table, what: &str, methods: &[Method]) {
    let (mut best_dice, mut least_mm) = (f64::NEG_INFINITY, f64::INFINITY);
    for (method, [dice, hd95, seconds]) in methods {
        table.add(format!("{what}: Dice, {method}"), *dice, "", Promise::None);
        table.add(
            format!("{what}: HD95, {method}"),
            *hd95,
            "mm",
            Promise::None,
        );
        table.add(
            format!("{what}: time, {method}"),
            *seconds,
            "s",
            Promise::None,
        );
        if method != OURS && method != BY_SHAPE {
            (best_dice, least_mm) = (best_dice.max(*dice), least_mm.min(*hd95));
        }
    }
    let ours = methods.iter().find(|(method, _)| method == OURS);
    if let Some((_, [dice, hd95, _])) = ours {
        let error = (1.0 - dice) / (1.0 - best_dice);
        let at_most = Promise::AtMost(AT_MOST);
        table.add(
            format!("{what}: error, in the best peer's"),
            error,
            "x",
            at_most,
        );
        let apart = hd95 / least_mm;
        table.add(
            format!("{what}: HD95, in the best peer's"),
            apart,
            "x",
            at_most,
        );
    }
}
