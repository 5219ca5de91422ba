//! Derivatives of a blurred image along a row of voxels. Only sums, products, quotients and square
//! roots, which every machine rounds alike: a classifier is the same wherever it was taught.

use crate::simd::vectorized;

/// Of each voxel of a row.
#[derive(Debug, Default)]
pub(super) struct Row {
    values: Vec<f32>,
    /// Magnitude of the gradient, per mm.
    gradients: Vec<f32>,
    /// Second derivatives, per mm²: ii, jj, kk, ij, ik, jk.
    hessians: [Vec<f32>; 6],
    /// Of the Hessian, ascending.
    eigenvalues: [Vec<f32>; 3],
}

impl Row {
    /// From the values of the rows around it, by k and j, that begin a voxel before it and end a voxel
    /// after it.
    pub(super) fn derive(&mut self, around: &[[Vec<f32>; 3]; 3], per_mm: [f32; 3]) {
        let n = around[1][1].len() - 2;
        let lines = self.hessians.iter_mut().chain(&mut self.eigenvalues);
        for line in lines.chain([&mut self.gradients]) {
            line.resize(n, 0.0);
        }
        self.values.clear();
        self.values.extend_from_slice(&around[1][1][1..=n]);
        vectorized(
            #[inline(always)]
            || {
                self.differentiate(around, per_mm);
                self.solve();
            },
        );
    }

    /// The features of each voxel.
    pub(super) fn voxels(&self) -> impl Iterator<Item = [f32; 5]> {
        let [low, middle, high] = &self.eigenvalues;
        let first = self.values.iter().zip(&self.gradients);
        let eigenvalues = low.iter().zip(middle).zip(high);
        first
            .zip(eigenvalues)
            .map(|((&value, &gradient), ((&low, &middle), &high))| {
                [value, gradient, low, middle, high]
            })
    }

    /// By central differences.
    #[inline(always)]
    fn differentiate(&mut self, around: &[[Vec<f32>; 3]; 3], [i, j, k]: [f32; 3]) {
        let n = self.gradients.len();
        // Before, at and after along k, j and i.
        let at = |k: usize, j: usize, i: usize| &around[k][j][i..i + n];
        slope(
            &mut self.gradients,
            [
                [at(1, 1, 0), at(1, 1, 2)],
                [at(1, 0, 1), at(1, 2, 1)],
                [at(0, 1, 1), at(2, 1, 1)],
            ],
            [i, j, k],
        );
        let middle = at(1, 1, 1);
        let [ii, jj, kk, ij, ik, jk] = &mut self.hessians;
        second(ii, [at(1, 1, 0), middle, at(1, 1, 2)], i * i);
        second(jj, [at(1, 0, 1), middle, at(1, 2, 1)], j * j);
        second(kk, [at(0, 1, 1), middle, at(2, 1, 1)], k * k);
        let corners = [at(1, 0, 0), at(1, 0, 2), at(1, 2, 0), at(1, 2, 2)];
        mixed(ij, corners, i * j);
        let corners = [at(0, 1, 0), at(0, 1, 2), at(2, 1, 0), at(2, 1, 2)];
        mixed(ik, corners, i * k);
        let corners = [at(0, 0, 1), at(0, 2, 1), at(2, 0, 1), at(2, 2, 1)];
        mixed(jk, corners, j * k);
    }

    #[inline(always)]
    fn solve(&mut self) {
        let n = self.gradients.len();
        let [ii, jj, kk, ij, ik, jk] = self.hessians.each_ref().map(|line| &line[..n]);
        let [low, middle, high] = self.eigenvalues.each_mut().map(|line| &mut line[..n]);
        for x in 0..n {
            let found = eigenvalues([ii[x], jj[x], kk[x], ij[x], ik[x], jk[x]]);
            [low[x], middle[x], high[x]] = found;
        }
    }
}

/// The magnitude of differences along three axes.
#[inline(always)]
fn slope(out: &mut [f32], [i, j, k]: [[&[f32]; 2]; 3], per_mm: [f32; 3]) {
    let half = per_mm.map(|per_mm| 0.5 * per_mm);
    for (x, out) in out.iter_mut().enumerate() {
        let i = (i[1][x] - i[0][x]) * half[0];
        let j = (j[1][x] - j[0][x]) * half[1];
        let k = (k[1][x] - k[0][x]) * half[2];
        *out = (i * i + j * j + k * k).sqrt();
    }
}

#[inline(always)]
fn second(out: &mut [f32], [before, at, after]: [&[f32]; 3], per_mm2: f32) {
    for (((out, before), at), after) in out.iter_mut().zip(before).zip(at).zip(after) {
        *out = (before - 2.0 * at + after) * per_mm2;
    }
}

#[inline(always)]
fn mixed(out: &mut [f32], [low, up, down, high]: [&[f32]; 4], per_mm2: f32) {
    let quarter = 0.25 * per_mm2;
    let out = out.iter_mut().zip(low).zip(up).zip(down).zip(high);
    for ((((out, low), up), down), high) in out {
        *out = (high - down - up + low) * quarter;
    }
}

/// Of a symmetric matrix (ii, jj, kk, ij, ik, jk), ascending: the trigonometric solution of its
/// characteristic cubic (Smith, Communications of the ACM 4 (1961) 168), the cosine of a third of an
/// angle from that of the angle by Newton's method.
#[inline(always)]
fn eigenvalues(matrix: [f32; 6]) -> [f32; 3] {
    let [ii, jj, kk, ij, ik, jk] = matrix.map(f64::from);
    let mean = (ii + jj + kk) / 3.0;
    let [a, b, c] = [ii - mean, jj - mean, kk - mean];
    let off = ij * ij + ik * ik + jk * jk;
    let spread = ((a * a + b * b + c * c + 2.0 * off) / 6.0).sqrt();
    let determinant = a * (b * c - jk * jk) - ij * (ij * c - jk * ik) + ik * (ij * jk - b * ik);
    let cube = 2.0 * spread * spread * spread;
    let angle = if cube > 0.0 { determinant / cube } else { 0.0 };
    // The mirror image of a matrix has the mirrored eigenvalues: angles up to a right one are enough.
    let wanted = angle.abs().min(1.0);
    let mut cosine =
        0.866_025_4 + wanted * (0.166_666_7 + wanted * (0.015_420_4 * wanted - 0.048_112_5));
    for _ in 0..3 {
        let square = cosine * cosine;
        cosine -= ((4.0 * square - 3.0) * cosine - wanted) / (12.0 * square - 3.0);
    }
    let sine = ((1.0 - cosine) * (1.0 + cosine)).max(0.0).sqrt() * 3.0_f64.sqrt();
    let (near, far) = (spread * (sine - cosine), spread * (sine + cosine));
    let most = 2.0 * spread * cosine;
    let shifts = if angle < 0.0 {
        [-most, -near, far]
    } else {
        [-far, near, most]
    };
    shifts.map(|shift| (mean + shift) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix with given eigenvalues along turned axes.
    fn turned(of: [f64; 3]) -> [f32; 6] {
        // Columns of a rotation, exact in thirds.
        let axes = [[2.0, 1.0, -2.0], [-2.0, 2.0, -1.0], [1.0, 2.0, 2.0]];
        let entry = |m: usize, n: usize| {
            let parts = axes.iter().zip(of).map(|(axis, of)| of * axis[m] * axis[n]);
            (parts.sum::<f64>() / 9.0) as f32
        };
        [
            entry(0, 0),
            entry(1, 1),
            entry(2, 2),
            entry(0, 1),
            entry(0, 2),
            entry(1, 2),
        ]
    }

    #[test]
    fn eigenvalues_are_those_that_a_matrix_was_made_of() {
        let matrices: [[f64; 3]; 8] = [
            [-300.0, 2.0, 50.0],
            [-1.0, -1.0, 2.0],
            [-2.0, 1.0, 1.0],
            [-5.0, 0.0, 5.0],
            [7.0, 7.0, 7.0],
            [0.0, 0.0, 0.0],
            [-4.5, -4.4, 900.0],
            [-900.0, 4.4, 4.5],
        ];
        for of in matrices {
            let largest = of.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
            for (found, of) in eigenvalues(turned(of)).into_iter().zip(of) {
                // As exact as entries in single precision let two like ones be told apart.
                assert!(
                    (f64::from(found) - of).abs() < 2e-7 * largest,
                    "{found} {of}"
                );
            }
        }
    }
}
