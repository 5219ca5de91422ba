//! Run lengths of masks, column by column, and the text that pycocotools packs them into
//! (`rleEncode`, `rleToString` and `rleFrString` of cocoapi's `common/maskApi.c`).

/// Bits of a number in one character.
const DIGIT_BITS: u32 = 5;
const DIGIT: i64 = 0x1f;
/// Set in the highest character of a negative number.
const SIGN: i64 = 0x10;
/// Set in every character but the last of a number.
const MORE: i64 = 0x20;
/// Character that stands for no bits.
const FIRST_CHARACTER: i64 = 48;
/// More characters than a run of 32 bits takes.
const MAX_CHARACTERS: u32 = 8;

/// Lengths of runs outside and inside in turn, outside first, down the columns. `inside` has
/// `columns` pixels a row.
pub(super) fn counts(inside: &[bool], columns: usize) -> Vec<u32> {
    let mut counts = Vec::new();
    let (mut n, mut is_inside) = (0_u32, false);
    for column in 0..columns {
        for &pixel in inside.iter().skip(column).step_by(columns.max(1)) {
            if pixel != is_inside {
                counts.push(n);
                (n, is_inside) = (0, pixel);
            }
            n = n.saturating_add(1);
        }
    }
    counts.push(n);
    counts
}

/// The pixels, row by row; `None` unless the runs fill the picture.
pub(super) fn pixels(counts: &[u32], [columns, rows]: [usize; 2]) -> Option<Vec<bool>> {
    let n = columns.checked_mul(rows)?;
    let total: u64 = counts.iter().copied().map(u64::from).sum();
    if total != n as u64 {
        return None;
    }
    let mut inside = vec![false; n];
    let mut places = (0..columns).flat_map(|i| (0..rows).map(move |j| (i, j)));
    for (number, &count) in counts.iter().enumerate() {
        for (i, j) in places.by_ref().take(count as usize) {
            let at = j.checked_mul(columns)?.checked_add(i)?;
            *inside.get_mut(at)? = number % 2 == 1;
        }
    }
    Some(inside)
}

/// Packs run lengths: from the fourth on their difference from the one before the last.
pub(super) fn packed(counts: &[u32]) -> String {
    let mut text = String::new();
    for (n, &count) in counts.iter().enumerate() {
        let mut rest = i64::from(count).saturating_sub(before(counts, n));
        loop {
            let digit = rest & DIGIT;
            rest = rest.wrapping_shr(DIGIT_BITS);
            let is_last = rest == if digit & SIGN == 0 { 0 } else { -1 };
            let bits = if is_last { digit } else { digit | MORE };
            let character = u8::try_from(bits.saturating_add(FIRST_CHARACTER));
            text.push(char::from(character.unwrap_or_default()));
            if is_last {
                break;
            }
        }
    }
    text
}

/// Unpacks run lengths; `None` for a text that holds none.
pub(super) fn unpacked(text: &str) -> Option<Vec<u32>> {
    let mut counts = Vec::new();
    let mut characters = text.bytes();
    while let Some(first) = characters.next() {
        let (mut number, mut n_characters, mut character) = (0_i64, 0, first);
        loop {
            let bits = i64::from(character).checked_sub(FIRST_CHARACTER)?;
            let shift = DIGIT_BITS.checked_mul(n_characters)?;
            number |= (bits & DIGIT).checked_shl(shift)?;
            n_characters = n_characters.checked_add(1)?;
            if n_characters > MAX_CHARACTERS || !(0..64).contains(&bits) {
                return None;
            }
            if bits & MORE == 0 {
                if bits & SIGN != 0 {
                    number |= (-1_i64).checked_shl(shift.checked_add(DIGIT_BITS)?)?;
                }
                break;
            }
            character = characters.next()?;
        }
        let count = number.checked_add(before(&counts, counts.len()))?;
        counts.push(u32::try_from(count).ok()?);
    }
    Some(counts)
}

/// What number `n` is packed as the difference from.
fn before(counts: &[u32], n: usize) -> i64 {
    match n.checked_sub(2) {
        Some(at) if at > 0 => counts.get(at).copied().map_or(0, i64::from),
        _ => 0,
    }
}
