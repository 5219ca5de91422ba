//! What the peers' scripts answer.

use annotomy_segmentation::{Mask, Spacing};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Mm, PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use serde_json::Value;
use std::process::Command;

/// The cases of one part of `tests/peers/segmentation_algorithms.py`.
pub(crate) fn cases(part: &str) -> Vec<Value> {
    let answer = answer("segmentation_algorithms.py", &[part]);
    answer.as_array().expect("a list of cases").clone()
}

/// What a script of `tests/peers` prints.
pub(crate) fn answer(script: &str, arguments: &[&str]) -> Value {
    let python = std::env::var_os("ANNOTOMY_PEERS_PYTHON").expect(
        "ANNOTOMY_PEERS_PYTHON names a Python with scipy, SimpleITK, cc3d and edt: \
         run these tests through `cargo xtask test`, which sets it up",
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers");
    let output = Command::new(python)
        .arg(format!("{folder}/{script}"))
        .args(arguments)
        .output()
        .expect("the peers' Python starts");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the script failed: {problem}");
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

/// The mask that a case is about, and its spacing.
pub(crate) fn given(case: &Value) -> (Mask, Spacing) {
    let spacing = numbers(&case["spacing_mm"]).map(Mm);
    let spacing = Spacing::even(spacing).expect("positive lengths");
    (mask(case, &case["mask"]), spacing)
}

pub(crate) fn size(case: &Value) -> [usize; 3] {
    numbers(&case["size"]).map(|n| n as usize)
}

pub(crate) fn whole(grid: [usize; 3]) -> VoxelBox {
    VoxelBox {
        min: [0; 3],
        max: grid.map(|n| n - 1),
    }
}

pub(crate) fn mask(case: &Value, value: &Value) -> Mask {
    let voxels: Vec<bool> = bytes(value).iter().map(|&x| x != 0).collect();
    Mask::from_dense(size(case), &voxels).expect("as many voxels as the grid has")
}

pub(crate) fn numbers<const N: usize>(value: &Value) -> [f64; N] {
    let list = value.as_array().expect("a list");
    let numbers: Vec<f64> = list.iter().map(|x| x.as_f64().expect("a number")).collect();
    numbers.try_into().expect("so many numbers")
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hexadecimal bytes").as_bytes();
    let digit = |c: u8| (c as char).to_digit(16).expect("a digit") as u8;
    let pairs = text.chunks_exact(2);
    pairs
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

pub(crate) fn words(value: &Value) -> Vec<[u8; 4]> {
    let bytes = bytes(value);
    bytes.as_chunks().0.to_vec()
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

pub(crate) fn volume(size: [usize; 3], voxels: Voxels) -> Volume {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size, affine).expect("a grid");
    Volume::new(geometry, voxels, Rescale::IDENTITY, None).expect("as many voxels as the grid has")
}

/// The image that a case is about, of 16 bits, and its spacing.
pub(crate) fn image(case: &Value) -> (Volume, Spacing) {
    let values = bytes(&case["image"]);
    let values = values.as_chunks().0.iter();
    let values = values.map(|&two| i16::from_le_bytes(two));
    let spacing = numbers(&case["spacing_mm"]).map(Mm);
    let spacing = Spacing::even(spacing).expect("positive lengths");
    (volume(size(case), Voxels::I16(values.collect())), spacing)
}

/// Labels of 8 bits of a case.
pub(crate) fn labels(case: &Value, name: &str) -> LabelMap {
    let labels: Vec<Label> = bytes(&case[name]).into_iter().map(Label::from).collect();
    LabelMap::from_dense(size(case), &labels).expect("as many voxels as the grid has")
}

pub(crate) fn dense(labels: &LabelMap) -> Vec<Label> {
    labels.to_dense().into_raw_vec_and_offset().0
}

/// Was cancelled before anything began.
pub(crate) struct Stopped;

impl Progress for Stopped {
    fn advance(&self, _done: usize, _total: usize) {}

    fn is_cancelled(&self) -> bool {
        true
    }
}
