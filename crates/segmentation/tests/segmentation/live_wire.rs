//! Live wires: their costs against SciPy's shortest ways on a real CT, and where they run on a
//! phantom.

use crate::common::{answer, bytes, list, number, numbers, words};
use annotomy_segmentation::{ANCHOR, NEIGHBOURS, ValuePlane, WireCosts, ways_to};
use annotomy_volume::space::Mm;
use proptest::prelude::*;
use serde_json::Value;

/// Costs are added up in single precision.
const TOLERANCE: f32 = 1e-3;

fn ways(plane: &ValuePlane<'_>, sigma: f64, anchor: [usize; 2]) -> Vec<u8> {
    ways_to(&WireCosts::of(plane, Mm(sigma)), anchor).expect("the anchor is a pixel")
}

/// The pixels from one to the anchor, with the directions gone from all but the last.
fn traced(ways: &[u8], n_columns: usize, from: usize) -> Vec<(usize, usize)> {
    let mut pixels = Vec::new();
    let mut at = from;
    while ways[at] != ANCHOR {
        let direction = usize::from(ways[at]);
        pixels.push((at, direction));
        assert!(pixels.len() <= ways.len(), "a way goes in a circle");
        let [x, y] = NEIGHBOURS[direction];
        at = at
            .checked_add_signed(y * n_columns as isize + x)
            .expect("a pixel");
    }
    pixels.push((at, usize::from(ANCHOR)));
    pixels
}

fn singles(value: &Value) -> Vec<f32> {
    words(value).into_iter().map(f32::from_le_bytes).collect()
}

#[test]
fn every_wire_costs_what_the_cheapest_way_of_scipy_costs() {
    let mut n_wires = 0;
    for case in list(&answer("live_wire.py", &[])) {
        let [n_columns, n_rows] = numbers(&case["size"]).map(|n| n as usize);
        let values = bytes(&case["values"]);
        let values: Vec<f64> = values
            .as_chunks()
            .0
            .iter()
            .map(|&eight| f64::from_le_bytes(eight))
            .collect();
        let plane = ValuePlane {
            values: &values,
            size: [n_columns, n_rows],
            step_mm: numbers(&case["step_mm"]),
        };
        let anchor = numbers(&case["anchor"]).map(|n| n as usize);
        let ways = ways(&plane, number(&case["sigma_mm"]), anchor);
        let (links, theirs) = (singles(&case["links"]), singles(&case["costs"]));
        for (from, &least) in theirs.iter().enumerate() {
            let steps = traced(&ways, n_columns, from);
            let (end, steps) = steps.split_last().expect("one at least");
            assert_eq!(end.0, anchor[1] * n_columns + anchor[0]);
            let cost: f32 = steps
                .iter()
                .map(|(at, direction)| links[direction * values.len() + at])
                .sum();
            assert!(
                (cost - least).abs() <= TOLERANCE * least.max(1.0),
                "{}, pixel {from}: {cost} is not {least}",
                case["name"]
            );
            n_wires += 1;
        }
    }
    assert!(n_wires > 10_000, "only {n_wires} compared");
}

/// A disc of 100 on 0 in pixels of these lengths, with the shares of pixels on its rim.
fn disc(size: [usize; 2], step_mm: [f64; 2], radius: f64, noise: &[f64]) -> Vec<f64> {
    let middle = [0, 1].map(|axis| 0.5 * (size[axis] - 1) as f64 * step_mm[axis]);
    let pixel = |at: usize| {
        let [x, y] = [
            (at % size[0]) as f64 * step_mm[0] - middle[0],
            (at / size[0]) as f64 * step_mm[1] - middle[1],
        ];
        let depth = (radius - x.hypot(y)) / step_mm[0].min(step_mm[1]);
        100.0 * (depth + 0.5).clamp(0.0, 1.0) + noise.get(at).copied().unwrap_or(0.0)
    };
    (0..size[0] * size[1]).map(pixel).collect()
}

/// How far the wire between two angles of a disc's rim is from the rim at most, in pixels, and how
/// far round it goes.
fn strays(step_mm: [f64; 2], noise: &[f64], [from, to]: [f64; 2]) -> [f64; 2] {
    const RADIUS_MM: f64 = 18.0;
    let size = step_mm.map(|step| (2.8 * RADIUS_MM / step) as usize);
    let values = disc(size, step_mm, RADIUS_MM, noise);
    let plane = ValuePlane {
        values: &values,
        size,
        step_mm,
    };
    let middle = [0, 1].map(|axis| 0.5 * (size[axis] - 1) as f64 * step_mm[axis]);
    let pixel = |angle: f64| {
        let place = [RADIUS_MM * angle.cos(), RADIUS_MM * angle.sin()];
        [0, 1].map(|axis| ((middle[axis] + place[axis]) / step_mm[axis]).round() as usize)
    };
    let ways = ways(&plane, 1.0, pixel(from));
    let [column, row] = pixel(to);
    let steps = traced(&ways, size[0], row * size[0] + column);
    let far = |at: usize| {
        let x = (at % size[0]) as f64 * step_mm[0] - middle[0];
        let y = (at / size[0]) as f64 * step_mm[1] - middle[1];
        (x.hypot(y) - RADIUS_MM).abs() / step_mm[0].max(step_mm[1])
    };
    let most = steps.iter().map(|&(at, _)| far(at)).fold(0.0, f64::max);
    let length = steps.iter().take(steps.len() - 1).map(|&(_, direction)| {
        let [x, y] = NEIGHBOURS[direction];
        (x as f64 * step_mm[0]).hypot(y as f64 * step_mm[1])
    });
    [most, length.sum::<f64>() / RADIUS_MM]
}

#[test]
fn on_a_disc_the_wire_stays_within_a_pixel_of_the_rim() {
    for step_mm in [[1.0, 1.0], [0.6, 0.9], [0.5, 0.5]] {
        for [from, to] in [[0.1, 2.6], [2.0, 4.4], [-1.0, 1.3]] {
            let [most, round] = strays(step_mm, &[], [from, to]);
            assert!(
                most <= 1.0,
                "{step_mm:?}, {from} to {to}: {most} pixels off"
            );
            // A way in eight directions is up to 8 % longer than the arc.
            assert!((to - from) * 0.95 <= round && round <= (to - from) * 1.15);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn noise_does_not_take_the_wire_off_the_rim(
        noise in proptest::collection::vec(-12.0..12.0_f64, 50 * 50),
        from in 0.0..6.0_f64,
        round in 0.5..2.6_f64,
    ) {
        let [most, _] = strays([1.0, 1.0], &noise, [from, from + round]);
        prop_assert!(most <= 2.0, "{most} pixels off");
    }
}

#[test]
fn nothing_to_follow_gives_the_shortest_way() {
    let values = [f64::NAN, 5.0].map(|value| vec![value; 20 * 9]);
    for values in values {
        let plane = ValuePlane {
            values: &values,
            size: [20, 9],
            step_mm: [1.0, 1.0],
        };
        let ways = ways(&plane, 1.0, [2, 3]);
        assert_eq!(traced(&ways, 20, 3 * 20 + 15).len(), 14);
        assert_eq!(traced(&ways, 20, 8 * 20 + 7).len(), 6);
    }
}

#[test]
fn an_anchor_beside_the_plane_has_no_wires() {
    let plane = ValuePlane {
        values: &[0.0; 12],
        size: [4, 3],
        step_mm: [1.0; 2],
    };
    let costs = WireCosts::of(&plane, Mm(1.0));
    assert_eq!(ways_to(&costs, [4, 0]), None);
    assert_eq!(ways_to(&costs, [0, 3]), None);
}
