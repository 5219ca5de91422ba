//! Display colours as DICOM has them: CIELab in three 16-bit numbers (PS3.3 C.10.7.1.1).
//!
//! The standard means the profile connection space (white point D50), but pixelmed, dcmqi (3D
//! Slicer), dcmjs (OHIF) and highdicom all compute with sRGB's own white point D65. Colours are
//! written and read as they do, so that all of them show the colour that was chosen.

/// White point D65 with luminance 1.
const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];

/// Rows give X, Y, Z of linear R, G, B (IEC 61966-2-1).
const XYZ_FROM_RGB: [[f64; 3]; 3] = [
    [0.4124, 0.3576, 0.1805],
    [0.2126, 0.7152, 0.0722],
    [0.0193, 0.1192, 0.9505],
];
const RGB_FROM_XYZ: [[f64; 3]; 3] = [
    [3.2406, -1.5372, -0.4986],
    [-0.9689, 1.8758, 0.0415],
    [0.0557, -0.2040, 1.0570],
];

/// sRGB as L*, a*, b* in DICOM's scale.
pub(crate) fn lab_from_srgb(srgb: [u8; 3]) -> [u16; 3] {
    let linear = srgb.map(|c| match f64::from(c) / 255.0 {
        c if c > 0.04045 => ((c + 0.055) / 1.055).powf(2.4),
        c => c / 12.92,
    });
    let [x, y, z] = scaled(product(XYZ_FROM_RGB, linear), WHITE.map(f64::recip)).map(|t| {
        if t > (6.0_f64 / 29.0).powi(3) {
            t.cbrt()
        } else {
            t * 841.0 / 108.0 + 4.0 / 29.0
        }
    });
    let [l, a, b] = [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)];
    [
        l * 65535.0 / 100.0,
        (a + 128.0) * 257.0,
        (b + 128.0) * 257.0,
    ]
    .map(to_u16)
}

/// The nearest sRGB colour.
pub(crate) fn srgb_from_lab(lab: [u16; 3]) -> [u8; 3] {
    let [l, a, b] = lab.map(f64::from);
    let y = (l * 100.0 / 65535.0 + 16.0) / 116.0;
    let (x, z) = (
        y + (a / 257.0 - 128.0) / 500.0,
        y - (b / 257.0 - 128.0) / 200.0,
    );
    let relative = [x, y, z].map(|t| {
        if t > 6.0 / 29.0 {
            t.powi(3)
        } else {
            (t - 4.0 / 29.0) * 108.0 / 841.0
        }
    });
    product(RGB_FROM_XYZ, scaled(relative, WHITE)).map(|c| {
        let encoded = if c > 0.003_130_8 {
            1.055 * c.powf(1.0 / 2.4) - 0.055
        } else {
            12.92 * c
        };
        #[expect(clippy::cast_possible_truncation, reason = "clamped; a cast saturates")]
        let byte = (encoded * 255.0).round().clamp(0.0, 255.0) as u8;
        byte
    })
}

fn product(rows: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    let [x, y, z] = v;
    rows.map(|[a, b, c]| a * x + b * y + c * z)
}

fn scaled([x, y, z]: [f64; 3], [a, b, c]: [f64; 3]) -> [f64; 3] {
    [x * a, y * b, z * c]
}

#[expect(clippy::cast_possible_truncation, reason = "clamped; a cast saturates")]
fn to_u16(x: f64) -> u16 {
    x.round().clamp(0.0, 65535.0) as u16
}
