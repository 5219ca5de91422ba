//! The order of a block's coefficients (ITU-T T.81 A.3.6).

const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Where the n-th coefficient belongs, by rows.
#[inline]
pub(super) fn place(n: usize) -> Option<usize> {
    ZIGZAG.get(n).map(|place| usize::from(*place))
}

/// Puts a dequantized coefficient in its place by rows.
#[inline]
pub(super) fn put(
    coefficients: &mut [[i32; 8]; 8],
    place: usize,
    value: i32,
    quantum: u16,
) -> Option<()> {
    let row = coefficients.get_mut(place >> 3)?;
    *row.get_mut(place & 7)? = value.wrapping_mul(quantum.into());
    Some(())
}
