//! Distances beside a surface from those nearer to it: the eikonal equation by upwind differences of
//! second order (Sethian, SIAM Review 1999), across the surface too, where distances change sign.
//!
//! Neighbours are gathered voxel by voxel; the equation is solved for several at once, without
//! branches, so that it runs in vector registers.

use super::band::{FAR, LEAST, Levels};

/// Voxels that are solved at once.
const LANES: usize = 8;

/// Distances of the neighbours of some voxels along each axis, on the voxel's own side positive: of the
/// nearer neighbour, and of the one behind it; FAR where none counts.
struct Beside {
    near: [[f32; LANES]; 3],
    next: [[f32; LANES]; 3],
    sign: [f32; LANES],
}

impl Levels<'_> {
    /// The signed distances of some voxels from those neighbours that have one of the first ranks, up
    /// to the last one that counts; their own signs stay.
    pub(super) fn extended(&self, at: &[u32], (ranks, last): (&[u8], u8), out: &mut [f32]) {
        let mut beside = Beside {
            near: [[FAR; LANES]; 3],
            next: [[FAR; LANES]; 3],
            sign: [1.0; LANES],
        };
        let per_mm = self.grid.mm.map(|mm| 1.0 / mm);
        for (at, out) in at.chunks(LANES).zip(out.chunks_mut(LANES)) {
            for (lane, &at) in at.iter().enumerate() {
                self.gather(at as usize, (ranks, last), lane, &mut beside);
            }
            let mut levels = [0.0; LANES];
            for (lane, level) in levels.iter_mut().enumerate() {
                let near = beside.near.map(|near| near[lane]);
                let next = beside.next.map(|next| next[lane]);
                *level = beside.sign[lane] * solved(near, next, self.grid.mm, per_mm);
            }
            out.copy_from_slice(&levels[..out.len()]);
        }
    }

    #[inline]
    fn gather(&self, at: usize, (ranks, last): (&[u8], u8), lane: usize, beside: &mut Beside) {
        let sign = if self.levels[at] < 0.0 { -1.0 } else { 1.0 };
        let place = self.grid.place(at);
        let read = |there: usize| {
            // Rank 0 is in no shell.
            let counts = ranks[there].wrapping_sub(1) < last;
            let level = sign * self.levels[there];
            if counts && level > -FAR { level } else { FAR }
        };
        beside.sign[lane] = sign;
        for (axis, &place) in place.iter().enumerate() {
            let (stride, size) = (self.grid.strides[axis], self.grid.size[axis]);
            let below = if place > 0 { read(at - stride) } else { FAR };
            let above = if place + 1 < size {
                read(at + stride)
            } else {
                FAR
            };
            let up = above < below;
            let has_next = if up { place + 2 < size } else { place > 1 };
            beside.near[axis][lane] = if up { above } else { below };
            beside.next[axis][lane] = match has_next {
                true if up => read(at + 2 * stride),
                true => read(at - 2 * stride),
                false => FAR,
            };
        }
    }
}

/// The largest u with the sum of `(a u - b)²` equal to 1 over as many of the nearest axes as hold it.
#[inline]
fn solved(near: [f32; 3], next: [f32; 3], mm: [f32; 3], per_mm: [f32; 3]) -> f32 {
    // Along no axis it is further.
    let mut most = FAR;
    // Of each axis: (a, b) with the difference (a * u - b).
    let mut terms = [(0.0, 0.0, FAR); 3];
    for axis in 0..3 {
        let (near, next, per_mm) = (near[axis], next[axis], per_mm[axis]);
        let is_second = next <= near;
        let a = if is_second { 1.5 * per_mm } else { per_mm };
        let b = if is_second {
            2.0 * near - 0.5 * next
        } else {
            near
        };
        terms[axis] = (a, b * per_mm, near);
        let along = near + mm[axis];
        most = if along < most { along } else { most };
    }
    for [a, b] in [[0, 1], [1, 2], [0, 1]] {
        let (one, other) = (terms[a], terms[b]);
        let is_less = other.2 < one.2;
        terms[a] = if is_less { other } else { one };
        terms[b] = if is_less { one } else { other };
    }
    let mut best = FAR;
    let [mut aa, mut ab, mut bb] = [0.0_f32; 3];
    let mut goes_on = true;
    for (a, b, near) in terms {
        aa += a * a;
        ab += a * b;
        bb += b * b;
        let under = ab * ab - aa * (bb - 1.0);
        // Bits, not branches; what is under no root is not taken.
        goes_on &= (near < FAR) & (near < best) & (under >= 0.0);
        let root = (ab + under.max(0.0).sqrt()) / aa;
        best = if goes_on { root } else { best };
    }
    let most = if most < LEAST { LEAST } else { most };
    let best = if best < LEAST { LEAST } else { best };
    if best > most { most } else { best }
}
