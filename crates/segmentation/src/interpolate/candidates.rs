//! Which segments a voxel may belong to.

use annotomy_volume::labels::Label;

/// Segments of a voxel at most, nothing among them.
pub(super) const MOST: usize = 4;

/// The segments that a voxel may belong to and how deep it lies inside each, in millimetres, the
/// deepest first; label 0 is none of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidates {
    pub(super) labels: [Label; MOST],
    pub(super) depths: [f32; MOST],
    pub(super) n: usize,
}

impl Candidates {
    /// From segments and their depths, and the depth in all of them as one. Where segments touch,
    /// a voxel can be deep in all as one and in none of them; then they share it as they are near.
    pub(super) fn new(
        depths: impl Iterator<Item = (Label, f32)>,
        in_any: Option<f32>,
        near: f32,
    ) -> Self {
        let mut found = Self {
            labels: [0; MOST],
            depths: [f32::NEG_INFINITY; MOST],
            n: 0,
        };
        for (label, depth) in depths {
            found.insert(label, depth);
        }
        let best = found.depths[0];
        let any = in_any
            .filter(|_| best > -near)
            .map_or(best, |any| any.max(best));
        let lift = if any > best { any - best } else { 0.0 };
        found.depths.iter_mut().for_each(|depth| *depth += lift);
        found.insert(0, -any);
        found
    }

    fn insert(&mut self, label: Label, depth: f32) {
        let at = self.depths[..self.n].partition_point(|&other| other >= depth);
        if at == MOST {
            return;
        }
        self.n = (self.n + 1).min(MOST);
        self.labels.copy_within(at..MOST - 1, at + 1);
        self.depths.copy_within(at..MOST - 1, at + 1);
        (self.labels[at], self.depths[at]) = (label, depth);
    }

    /// Leaves out those less deep than the deepest by more than twice `band`; whether more than one
    /// is left.
    pub(super) fn narrow(&mut self, band: f32) -> bool {
        let least = self.depths[0] - 2.0 * band;
        self.n = self.depths[..self.n]
            .partition_point(|&depth| depth >= least)
            .max(1);
        self.n > 1
    }

    /// The number of a label.
    pub(super) fn position(&self, label: Label) -> Option<usize> {
        self.labels[..self.n]
            .iter()
            .position(|&found| found == label)
    }
}
