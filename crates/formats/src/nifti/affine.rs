//! Where NIfTI voxels lie: RAS in the file, LPS outside (nifti1.h, "3D IMAGE (VOLUME) ORIENTATION
//! AND LOCATION IN SPACE").

use super::fields;
use super::header::{Header, Magic};
use crate::finding::Finding;
use annotomy_volume::geometry::{Affine, Geometry};

/// A rotation matrix may differ from an orthonormal one by this much and still be written as a
/// quaternion: single precision, with some room.
const ORTHONORMAL_TOLERANCE: f64 = 1e-5;

/// The two transforms of a file may put a corner of the volume this far apart, in voxels.
const AGREEMENT_VOXELS: f64 = 0.05;

/// The transform that counts: sform, then qform, then voxel sizes alone.
pub(crate) fn lps_from_index(header: &Header, report: &mut Vec<Finding>) -> Affine {
    let (has_sform, has_qform) = (header.sform_code > 0, header.qform_code > 0);
    let ras = match (has_sform, has_qform) {
        (true, false) => sform(header),
        (true, true) => {
            let (sform, qform) = (sform(header), qform(header, report));
            report.extend(disagreement(header, &sform, &qform));
            sform
        }
        (false, true) => qform(header, report),
        (false, false) => {
            let cause = match header.magic {
                Magic::Analyze => "Analyze 7.5 does not say",
                _ => "The header does not say (neither sform nor qform)",
            };
            let message = format!(
                "{cause} how the image lies in the patient; an orientation was assumed, so left and right may be swapped."
            );
            report.push(Finding::warning("guessed_geometry", message));
            from_sizes(header, report)
        }
    };
    in_mm(flip(ras), header.units, report)
}

/// RAS to LPS and back.
fn flip(affine: Affine) -> Affine {
    let ([x, y, z], [a, b, c]) = (affine.linear, affine.translation);
    let negated = |row: [f64; 3]| row.map(|value| -value);
    Affine {
        linear: [negated(x), negated(y), z],
        translation: [-a, -b, c],
    }
}

fn sform(header: &Header) -> Affine {
    Affine {
        linear: header.srow.map(|[a, b, c, _]| [a, b, c]),
        translation: header.srow.map(|[.., offset]| offset),
    }
}

/// Method 2 of nifti1.h.
fn qform(header: &Header, report: &mut Vec<Finding>) -> Affine {
    let [mut b, mut c, mut d] = header.quatern;
    let squared = 1.0 - (b * b + c * c + d * d);
    let a = if squared < 1e-7 {
        // A half turn, or more than unit length, which can only be a fault.
        let norm = (b * b + c * c + d * d).sqrt();
        (b, c, d) = (b / norm, c / norm, d / norm);
        if squared < -1e-4 {
            let message = "The header's qform is no rotation; it was scaled to one.";
            report.push(Finding::warning("invalid_qform", message));
        }
        0.0
    } else {
        squared.sqrt()
    };
    let rotation = [
        [
            a * a + b * b - c * c - d * d,
            2.0 * (b * c - a * d),
            2.0 * (b * d + a * c),
        ],
        [
            2.0 * (b * c + a * d),
            a * a + c * c - b * b - d * d,
            2.0 * (c * d - a * b),
        ],
        [
            2.0 * (b * d - a * c),
            2.0 * (c * d + a * b),
            a * a + d * d - c * c - b * b,
        ],
    ];
    let [qfac, i, j, k] = header.pixdim;
    let k = if qfac < 0.0 { -k } else { k };
    Affine {
        linear: rotation.map(|[x, y, z]| [x * i, y * j, z * k]),
        translation: header.qoffset,
    }
}

/// No transform at all. As nibabel has it (`SpatialHeader.get_base_affine` with the x flip of
/// Analyze): radiological, so that i runs from right to left, and the centre of the grid at the
/// origin, unless SPM wrote one.
fn from_sizes(header: &Header, report: &mut Vec<Finding>) -> Affine {
    let [_, i, j, k] = header.pixdim.map(f64::abs);
    let [ni, nj, nk] = header.size;
    let k = if k == 0.0 && nk == 1 {
        let message = "A single slice of unknown thickness; 1 mm was assumed.";
        report.push(Finding::warning("guessed_geometry", message));
        1.0
    } else {
        k
    };
    let middle = |n: usize| (n as f64 - 1.0) / 2.0;
    let [oi, oj, ok] = spm_origin(header).unwrap_or([middle(ni), middle(nj), middle(nk)]);
    Affine {
        linear: [[-i, 0.0, 0.0], [0.0, j, 0.0], [0.0, 0.0, k]],
        translation: [i * oi, -j * oj, -k * ok],
    }
}

/// The voxel at the world's origin: SPM (spm_hread.m) writes it into `originator` of Analyze
/// headers, counted from 1. As nibabel has it, values far outside the grid are something else.
fn spm_origin(header: &Header) -> Option<[f64; 3]> {
    let numbers = fields::numbers::<2>(&header.raw, 253, header.is_big_endian);
    let mut origin = numbers.map(|bytes| f64::from(i16::from_le_bytes(bytes)));
    let origin = [origin.next()?, origin.next()?, origin.next()?];
    let is_near = |(at, n): (&f64, &usize)| *at > -(*n as f64) && *at < 2.0 * *n as f64;
    let is_set = header.magic == Magic::Analyze && origin != [0.0; 3];
    let is_sound = is_set && origin.iter().zip(&header.size).all(is_near);
    is_sound.then(|| origin.map(|at| at - 1.0))
}

fn disagreement(header: &Header, sform: &Affine, qform: &Affine) -> Option<Finding> {
    let [ni, nj, nk] = header.size.map(|n| n.saturating_sub(1) as f64);
    let corners = [
        [0.0, 0.0, 0.0],
        [ni, 0.0, 0.0],
        [0.0, nj, 0.0],
        [0.0, 0.0, nk],
        [ni, nj, nk],
    ];
    let at = |affine: &Affine, [i, j, k]: [f64; 3]| {
        let row = |([a, b, c], offset): (&[f64; 3], &f64)| a * i + b * j + c * k + offset;
        let mut values = affine.linear.iter().zip(&affine.translation).map(row);
        [(); 3].map(|()| values.next().unwrap_or_default())
    };
    let distance = |corner: [f64; 3]| {
        let (a, b) = (at(sform, corner), at(qform, corner));
        a.iter()
            .zip(b)
            .map(|(a, b)| (a - b) * (a - b))
            .sum::<f64>()
            .sqrt()
    };
    let far = corners.map(distance).into_iter().fold(0.0, f64::max);
    let [_, sizes @ ..] = header.pixdim;
    let smallest = sizes
        .iter()
        .map(|size| size.abs())
        .fold(f64::INFINITY, f64::min);
    // Not `far > limit`, so that NaN is a disagreement.
    let agrees = far <= AGREEMENT_VOXELS * smallest;
    let message = format!(
        "The header places the image twice, up to {far:.2} units apart; the sform was used. sform: {}; qform: {}.",
        in_words(sform),
        in_words(qform)
    );
    (!agrees).then(|| Finding::warning("sform_qform_differ", message))
}

/// A RAS transform as a person can compare it with another.
fn in_words(ras: &Affine) -> String {
    let [x, y, z] = ras.linear;
    let axis = |along: [f64; 3]| {
        let letters = [['L', 'R'], ['P', 'A'], ['I', 'S']];
        let size = along.iter().map(|x| x * x).sum::<f64>().sqrt();
        let mut parts: Vec<(f64, char)> = letters
            .into_iter()
            .zip(along)
            .map(|([down, up], x)| (x.abs() / size, if x < 0.0 { down } else { up }))
            // The sine of 6 degrees: what is nearly straight is called straight.
            .filter(|(part, _)| *part > 0.1)
            .collect();
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        parts
            .into_iter()
            .map(|(_, letter)| letter)
            .collect::<String>()
    };
    let [[a, d, g], [b, e, h], [c, f, i]] = [x, y, z];
    let axes = [[a, b, c], [d, e, f], [g, h, i]].map(axis);
    let at = |value: f64, [down, up]: [char; 2]| {
        let side = if value < 0.0 { down } else { up };
        format!("{side} {:.1}", value.abs())
    };
    let [x, y, z] = ras.translation;
    format!(
        "first voxel at {}, {}, {}, axes towards {}",
        at(x, ['L', 'R']),
        at(y, ['P', 'A']),
        at(z, ['I', 'S']),
        axes.join(", ")
    )
}

/// Metres and micrometres to millimetres.
fn in_mm(affine: Affine, units: i32, report: &mut Vec<Finding>) -> Affine {
    let (factor, name) = match units & 7 {
        1 => (1000.0, "metres"),
        3 => (0.001, "micrometres"),
        _ => return affine,
    };
    let message = format!("Lengths in the header are in {name}; they were converted to mm.");
    report.push(Finding::note("units_converted", message));
    Affine {
        linear: affine.linear.map(|row| row.map(|value| value * factor)),
        translation: affine.translation.map(|value| value * factor),
    }
}

/// What a header says about a geometry.
#[derive(Debug)]
pub(crate) struct Forms {
    /// Rows of the RAS transform.
    pub(crate) srows: [[f64; 4]; 3],
    /// Sign of the third axis, then voxel sizes.
    pub(crate) pixdim: [f64; 4],
    /// Quaternion (b, c, d), if the directions are orthonormal.
    pub(crate) quaternion: Option<[f64; 3]>,
}

pub(crate) fn forms(geometry: &Geometry) -> Forms {
    let ras = flip(*geometry.lps_from_index());
    let [x, y, z] = ras.linear;
    let [a, b, c] = ras.translation;
    let row = |[i, j, k]: [f64; 3], offset: f64| [i, j, k, offset];
    let [i, j, k] = geometry.spacing_mm();
    let unit = ras.linear.map(|[x, y, z]| [x / i, y / j, z / k]);
    let is_left_handed = determinant(unit) < 0.0;
    let proper = match is_left_handed {
        true => unit.map(|[x, y, z]| [x, y, -z]),
        false => unit,
    };
    Forms {
        srows: [row(x, a), row(y, b), row(z, c)],
        pixdim: [if is_left_handed { -1.0 } else { 1.0 }, i, j, k],
        quaternion: is_orthonormal(proper).then(|| quaternion(proper)),
    }
}

fn determinant([[a, b, c], [d, e, f], [g, h, i]]: [[f64; 3]; 3]) -> f64 {
    a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

fn is_orthonormal([x, y, z]: [[f64; 3]; 3]) -> bool {
    let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let products = [
        dot(x, x) - 1.0,
        dot(y, y) - 1.0,
        dot(z, z) - 1.0,
        dot(x, y),
        dot(y, z),
        dot(z, x),
    ];
    products.iter().all(|off| off.abs() < ORTHONORMAL_TOLERANCE)
}

/// Of a rotation by rows, with a >= 0 (Shepperd 1978: divide by the largest component).
fn quaternion([[r11, r12, r13], [r21, r22, r23], [r31, r32, r33]]: [[f64; 3]; 3]) -> [f64; 3] {
    let trace = r11 + r22 + r33;
    let [a, b, c, d] = if trace > 0.0 {
        let s = 2.0 * (trace + 1.0).sqrt();
        [s / 4.0, (r32 - r23) / s, (r13 - r31) / s, (r21 - r12) / s]
    } else if r11 >= r22 && r11 >= r33 {
        let s = 2.0 * (1.0 + r11 - r22 - r33).sqrt();
        [(r32 - r23) / s, s / 4.0, (r12 + r21) / s, (r13 + r31) / s]
    } else if r22 >= r33 {
        let s = 2.0 * (1.0 + r22 - r11 - r33).sqrt();
        [(r13 - r31) / s, (r12 + r21) / s, s / 4.0, (r23 + r32) / s]
    } else {
        let s = 2.0 * (1.0 + r33 - r11 - r22).sqrt();
        [(r21 - r12) / s, (r13 + r31) / s, (r23 + r32) / s, s / 4.0]
    };
    if a < 0.0 { [-b, -c, -d] } else { [b, c, d] }
}
