//! Distances beside a surface from those nearer to it: the eikonal equation by upwind differences of
//! second order (Sethian, SIAM Review 1999), across the surface too, where distances change sign.

use super::band::{FAR, LEAST, Levels};

impl Levels<'_> {
    /// The signed distance of a voxel from its neighbours that `counts`; its own sign stays.
    pub(super) fn extended(&self, at: u32, counts: impl Fn(usize) -> bool) -> f32 {
        let at = at as usize;
        let sign = if self.levels[at] < 0.0 { -1.0 } else { 1.0 };
        let place = self.grid.place(at);
        // Of each axis: (a, b) with the difference (a * u - b).
        let mut terms: [(f32, f32, f32); 3] = [(0.0, 0.0, FAR); 3];
        // Along no axis it is further.
        let mut most = FAR;
        for (axis, term) in terms.iter_mut().enumerate() {
            let stride = self.grid.strides[axis];
            let read = |step: usize, n: usize, up: bool| {
                let has = if up {
                    place[axis] + n < self.grid.size[axis]
                } else {
                    place[axis] >= n
                };
                let there = if up {
                    at.wrapping_add(n * step)
                } else {
                    at.wrapping_sub(n * step)
                };
                let level = if has && counts(there) {
                    sign * self.levels[there]
                } else {
                    FAR
                };
                if level > -FAR { level } else { FAR }
            };
            let [below, above] = [read(stride, 1, false), read(stride, 1, true)];
            let up = above < below;
            let near = below.min(above);
            if near >= FAR {
                continue;
            }
            most = most.min(near + self.grid.mm[axis]);
            let next = read(stride, 2, up);
            let per_mm = 1.0 / self.grid.mm[axis];
            *term = match next <= near {
                true => (1.5 * per_mm, (2.0 * near - 0.5 * next) * per_mm, near),
                false => (per_mm, near * per_mm, near),
            };
        }
        for [a, b] in [[0, 1], [1, 2], [0, 1]] {
            if terms[b].2 < terms[a].2 {
                terms.swap(a, b);
            }
        }
        sign * solved(&terms).clamp(LEAST, most.max(LEAST))
    }
}

/// The largest u with the sum of `(a u - b)²` equal to 1 over as many of the nearest axes as hold it.
fn solved(terms: &[(f32, f32, f32); 3]) -> f32 {
    let mut best = FAR;
    let [mut aa, mut ab, mut bb] = [0.0_f32; 3];
    for &(a, b, near) in terms {
        if near >= FAR || near >= best {
            break;
        }
        aa += a * a;
        ab += a * b;
        bb += b * b;
        let under = ab * ab - aa * (bb - 1.0);
        if under < 0.0 {
            break;
        }
        best = (ab + under.sqrt()) / aa;
    }
    best
}
