//! Figures between two keys against SciPy's slerp and NumPy.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::shape::{Between, Figure, FigureKind};
use annotomy_volume::space::PointLps;
use serde_json::Value;
use std::process::Command;

/// The peer integrates a squared distance numerically to choose between corners, then computes with
/// the same numbers, mm.
const NEAR: f64 = 1e-6;

fn cases() -> Vec<Value> {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON")
        .expect("ANNOTOMY_PEERS_PYTHON: run these tests through `cargo xtask test`");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/shapes_between.py"
    );
    let output = Command::new(python).arg(script).output().unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn points(value: &Value) -> Vec<PointLps> {
    let points: Vec<[f64; 3]> = serde_json::from_value(value.clone()).unwrap();
    points.into_iter().map(PointLps).collect()
}

#[test]
fn figures_between_keys_are_those_of_the_peers() {
    let cases = cases();
    assert!(cases.len() > 50, "{} cases", cases.len());
    for case in &cases {
        let kind = FigureKind::named(case["kind"].as_str().unwrap()).unwrap();
        let [a, b] =
            ["a", "b"].map(|key| Figure::from_points(kind, &points(&case[key]), true).unwrap());
        let found = Between::new(&a, &b)
            .unwrap()
            .at(case["t"].as_f64().unwrap());
        let found: Vec<PointLps> = found.points().into_iter().copied().collect();
        let expected = points(&case["expected"]);
        assert_eq!(found.len(), expected.len(), "{case}");
        // An outline may be told from another corner on.
        let is_near = |by: usize| {
            let mut pairs = expected.iter().cycle().skip(by).zip(&found);
            pairs.all(|(a, b)| (*a - *b).norm() < NEAR)
        };
        let n_beginnings = match kind {
            FigureKind::Polygon => found.len(),
            _ => 1,
        };
        assert!((0..n_beginnings).any(is_near), "{found:?} {case}");
    }
}
