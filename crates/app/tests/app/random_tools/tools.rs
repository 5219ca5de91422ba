//! What the user may do: any tool, anywhere, with any parameters.

use crate::bench::SIZE;
use serde_json::{Value, json};

/// Numbers that follow from a seed.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Once in so many times.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        // No length or place is at a limit of voxels by chance.
        low + (high - low) * (self.below(9973) as f64 + 0.5) / 9973.0
    }

    fn voxel(&mut self) -> [usize; 3] {
        SIZE.map(|n| self.below(n as usize))
    }

    /// In the patient; slices are 2 mm apart.
    fn point(&mut self) -> [f64; 3] {
        let [i, j, k] = SIZE.map(f64::from);
        [
            self.between(-1.0, i),
            self.between(-1.0, j),
            self.between(-1.0, 2.0 * k),
        ]
    }

    fn normal(&mut self) -> [f64; 3] {
        [0; 3].map(|_| self.between(-1.0, 1.0))
    }

    fn plane(&mut self) -> Value {
        json!({ "point": self.point(), "normal": self.normal() })
    }

    pub(crate) fn slice(&mut self) -> Value {
        let axis = self.below(3);
        json!({ "axis": axis, "index": self.below(SIZE[axis] as usize) })
    }

    fn maybe(&mut self, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.one_in(2) {
            make(self)
        } else {
            Value::Null
        }
    }

    /// Values of the image, which are the voxels' numbers.
    fn range(&mut self) -> [f64; 2] {
        let low = self.between(-100.0, 4800.0);
        [low, low + self.between(0.0, 2500.0)]
    }

    fn fill_mode(&mut self) -> &'static str {
        self.of(&["add", "replace", "remove", "keep"])
    }

    fn outline_mode(&mut self) -> &'static str {
        self.of(&[
            "fill_inside",
            "erase_inside",
            "fill_outside",
            "erase_outside",
        ])
    }

    /// What keeps tools from voxels.
    pub(crate) fn editable(&mut self, segments: &[String]) -> Value {
        let some: Vec<String> = segments
            .iter()
            .filter(|_| self.one_in(2))
            .cloned()
            .collect();
        let area = match self.below(5) {
            0 => json!({ "kind": "inside", "segments": some }),
            1 => json!({ "kind": "outside", "segments": some }),
            _ => json!({ "kind": "everywhere" }),
        };
        let range = if self.one_in(4) {
            json!(self.range())
        } else {
            Value::Null
        };
        json!({ "area": area, "range": range })
    }

    /// A large stroke that no rule keeps from anything.
    pub(crate) fn ball(&mut self) -> Value {
        json!({
            "type": "stroke", "mode": "paint", "shape": "sphere", "overwrite": "all",
            "radius_mm": self.between(4.0, 8.0), "path": [self.point()], "slice_axis": 2, "slice_index": 0,
        })
    }

    pub(crate) fn stroke(&mut self) -> Value {
        let path: Vec<_> = (0..=self.below(4)).map(|_| self.point()).collect();
        let slice = self.slice();
        json!({
            "type": "stroke", "mode": self.of(&["paint", "paint", "erase"]),
            "shape": self.of(&["round", "square", "sphere"]), "radius_mm": self.between(0.3, 7.0),
            "path": path, "slice_axis": slice["axis"], "slice_index": slice["index"],
            "plane": self.maybe(Self::plane), "along": self.normal(),
            "adaptive": self.maybe(|chance| {
                json!({ "volume": 0, "tolerance": chance.between(0.5, 4.0) })
            }),
        })
    }

    fn cut_off(&mut self, others: &[String]) -> Value {
        match self.below(3) {
            0 => json!({ "to": "nothing" }),
            1 => json!({ "to": "new_segment" }),
            _ => json!({ "to": "segment", "segment": self.of(others) }),
        }
    }

    pub(crate) fn outline(&mut self) -> Value {
        let path: Vec<_> = (0..3 + self.below(5)).map(|_| self.point()).collect();
        let slice = self.maybe(Self::slice);
        let plane = if slice.is_null() {
            self.plane()
        } else {
            Value::Null
        };
        let reach = match self.below(3) {
            0 => json!({ "kind": "slice" }),
            1 => json!({ "kind": "depth", "mm": self.between(0.5, 9.0) }),
            _ => json!({ "kind": "all" }),
        };
        json!({
            "type": "outline", "path": path, "slice": slice, "plane": plane, "reach": reach,
            "mode": self.outline_mode(),
        })
    }

    /// A tool on a segment; `all` are the segments there are.
    pub(crate) fn effect(&mut self, own: &str, all: &[String]) -> Value {
        let others = all.iter().filter(|id| *id != own || self.one_in(8));
        let others: Vec<String> = others.cloned().collect();
        let others = if others.is_empty() { all } else { &others };
        match self.below(4) {
            0 => self.effect_by_value(),
            1 => self.effect_by_shape(),
            2 => self.effect_in_space(others),
            _ => self.effect_from_paint(),
        }
    }

    fn effect_by_value(&mut self) -> Value {
        let (within, mode) = (self.maybe(Self::slice), self.fill_mode());
        let seed = self.voxel();
        match self.below(4) {
            0 => {
                json!({ "type": "threshold", "range": self.range(), "within": within,
                "plane": self.maybe(Self::plane), "mode": mode })
            }
            1 => json!({
                "type": "flood_fill", "seed": seed, "range": self.range(), "within": within,
                "plane": if within.is_null() { self.maybe(Self::plane) } else { Value::Null },
                "mode": mode,
            }),
            2 => json!({
                "type": "confidence_connected", "seed": seed, "radius": 1 + self.below(2),
                "multiplier": self.between(0.5, 3.0), "iterations": self.below(4),
                "within": within, "plane": self.maybe(Self::plane), "mode": mode,
            }),
            _ => json!({
                "type": "fast_march",
                "front": { "seed": self.maybe(|_| json!(seed)), "speed": { "by": "even" }, "margin": 30 },
                "stop": { "at": "time", "time": self.between(0.5, 9.0) },
            }),
        }
    }

    fn effect_by_shape(&mut self) -> Value {
        let mm = self.between(0.4, 5.0);
        match self.below(7) {
            0 => {
                let voxel = self.voxel();
                json!({ "type": "islands", "keep": self.of(&[
                    json!({ "pieces": "largest" }), json!({ "pieces": "at_least", "voxels": 20 }),
                    json!({ "pieces": "with", "voxel": voxel }),
                    json!({ "pieces": "without", "voxel": voxel }),
                ]) })
            }
            1 => {
                json!({ "type": "split_islands", "min_voxels": 1 + self.below(9), "max_pieces": 3 })
            }
            2 => json!({ "type": "margin", "mm": if self.one_in(2) { mm } else { -mm } }),
            3 => {
                json!({ "type": "hollow", "mm": mm, "wall": self.of(&["inside", "middle", "outside"]) })
            }
            4 => json!({
                "type": "smooth", "mm": mm,
                "method": self.of(&["median", "opening", "closing", "gaussian"]),
            }),
            5 => json!({ "type": "smooth_jointly", "mm": mm }),
            _ => {
                json!({ "type": "fill_holes", "across": self.maybe(|chance| json!(chance.below(3))) })
            }
        }
    }

    fn effect_in_space(&mut self, others: &[String]) -> Value {
        let camera = [
            [1.0, 0.2, 0.1, 0.0],
            [-0.1, 0.9, 0.3, 0.0],
            [0.0, 0.0, 0.0, 1.0],
        ];
        match self.below(9) {
            0 => json!({
                "type": "combine", "with": self.of(others),
                "operation": self.of(&["union", "intersection", "difference", "copy", "inverse"]),
            }),
            1 => {
                let some: Vec<_> = others.iter().filter(|_| self.one_in(2)).collect();
                json!({ "type": "merge", "segments": some })
            }
            2 => self.outline(),
            3 => {
                let from = self.slice();
                let to = self.below(SIZE[from["axis"].as_u64().unwrap() as usize] as usize);
                json!({ "type": "copy_slice", "from": from, "to": to })
            }
            4 => {
                json!({ "type": "copy_plane", "from": self.plane(), "mm": self.between(-4.0, 4.0) })
            }
            5 => json!({
                "type": "cut", "point": self.point(), "normal": self.normal(), "goes": self.cut_off(others),
            }),
            6 => json!({
                "type": "mirror", "plane": self.plane(), "mode": self.of(&["copy", "move"]),
                "into": self.maybe(|chance| json!(chance.of(others))),
            }),
            7 => {
                let path: Vec<_> = (0..=self.below(4)).map(|_| self.point()).collect();
                json!({
                    "type": "tube", "path": path, "diameter": self.between(0.5, 8.0),
                    "mode": self.of(&["add", "remove"]),
                })
            }
            _ => {
                let corners: Vec<_> = (0..3 + self.below(4)).map(|_| self.point()).collect();
                let path: Vec<_> = corners.iter().map(|[x, y, _]| [x, y]).collect();
                let mode = self.outline_mode();
                let goes = match mode.starts_with("erase") {
                    true => self.cut_off(others),
                    false => json!({ "to": "nothing" }),
                };
                json!({
                    "type": "scissors", "path": path, "canvas_from_lps": camera, "mode": mode,
                    "within": self.maybe(|chance| json!({ "plane": chance.plane(), "mm": 4.0 })),
                    "goes": goes,
                })
            }
        }
    }

    fn effect_from_paint(&mut self) -> Value {
        let margin = self.between(1.0, 30.0);
        match self.below(9) {
            0 => json!({
                "type": "interpolate", "uses_image": self.one_in(2), "all_segments": self.one_in(2),
            }),
            1 => {
                json!({ "type": "grow_seeds", "locality": self.between(0.0, 50.0), "margin": margin })
            }
            2 => json!({
                "type": "classify", "finest": 2, "margin": margin, "within": self.maybe(Self::slice),
                "plane": self.maybe(Self::plane),
            }),
            3 => json!({ "type": "watershed", "sigma": self.between(0.5, 3.0), "margin": margin }),
            4 => json!({ "type": "random_walk", "beta": 130, "margin": margin }),
            5 => json!({
                "type": "geodesic_fill", "fill": { "sigma": 1, "weight": self.between(0.0, 3.0), "margin": margin },
                "within": self.maybe(Self::slice), "plane": self.maybe(Self::plane),
            }),
            6 => {
                let from = self.slice();
                let to = self.below(SIZE[from["axis"].as_u64().unwrap() as usize] as usize);
                json!({ "type": "propagate", "from": from, "to": to, "least_alike": -1 })
            }
            7 => json!({
                "type": "propagate_plane", "from": self.plane(), "mm": self.between(-2.0, 2.0),
                "planes": 1 + self.below(4), "least_alike": -1,
            }),
            _ => json!({
                "type": "snake", "iterations": 1 + self.below(20),
                "contour": {
                    "bubbles": [], "from_segment": true, "margin": margin, "propagation": 1.0,
                    "curvature": self.between(0.0, 0.5),
                    "speed": { "by": "threshold", "high": self.range()[1], "softness": 0.0 },
                },
            }),
        }
    }
}
