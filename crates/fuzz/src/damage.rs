//! Changes sound files in the ways that break readers.

use crate::region::Region;
use crate::target::Target;
use crate::words::{BOUNDS, NUMBERS, WORDS};
use fastrand::Rng;

/// Changes to one input at most.
const MAX_CHANGES: usize = 5;

/// Bytes that are copied, left out or doubled at once.
const MAX_BLOCK: usize = 400;

/// Headers are where it hurts.
const HEAD: usize = 400;

/// A damaged copy of an input of `target`: `mutate` changes a part of it, inflated if it is
/// compressed, and lengths and checksums around that part are made to fit.
pub fn damage(
    target: Target,
    input: &[u8],
    rng: &mut Rng,
    mutate: impl FnOnce(&mut Vec<u8>, &mut Rng),
) -> Vec<u8> {
    let Region { mut inner, join } = Region::pick(input, target.is_bundle(), rng);
    mutate(&mut inner, rng);
    join(inner)
}

/// Changes a few places.
pub fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..rng.usize(1..=MAX_CHANGES) {
        change(bytes, rng);
    }
}

fn change(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let reach = match rng.bool() {
        true => bytes.len().min(HEAD),
        false => bytes.len(),
    };
    if reach == 0 {
        bytes.extend(rng.choice(WORDS).unwrap_or_default());
        return;
    }
    let at = rng.usize(..reach);
    let block = |rng: &mut Rng| at..bytes.len().min(at + rng.usize(..MAX_BLOCK));
    match rng.u8(..12) {
        0 => bytes[at] ^= 1 << rng.u8(..8),
        1 => bytes[at] = rng.u8(..),
        2 => put_number(bytes, at, rng),
        3 => replace_digits(bytes, at, rng),
        4 => {
            let word = rng.choice(WORDS).unwrap_or_default();
            let end = bytes.len().min(at + word.len());
            bytes[at..end].copy_from_slice(&word[..end - at]);
        }
        5 => {
            let word = rng.choice(WORDS).unwrap_or_default().iter().copied();
            bytes.splice(at..at, word);
        }
        6 => {
            let block = bytes[block(rng)].to_vec();
            let to = rng.usize(..=bytes.len());
            bytes.splice(to..to, block);
        }
        7 => {
            let block = block(rng);
            let to = rng.usize(..=bytes.len() - block.len());
            bytes.copy_within(block, to);
        }
        8 => {
            let block = block(rng);
            bytes.drain(block);
        }
        9 => bytes[at] = bytes[at].wrapping_add(1),
        10 => bytes[at] = bytes[at].wrapping_sub(1),
        _ if rng.u8(..4) == 0 => bytes.truncate(at),
        _ => {
            let end = bytes.len().min(at + rng.usize(..8));
            bytes[at..end].fill(0xFF);
        }
    }
}

/// A number of a binary header: a bound, or a small one, in either byte order.
fn put_number(bytes: &mut [u8], at: usize, rng: &mut Rng) {
    let width = [1, 2, 4, 8][rng.usize(..4)];
    // Numbers mostly stand at multiples of their width.
    let at = if rng.bool() { at - at % width } else { at };
    let value = match rng.bool() {
        true => rng.choice(BOUNDS).unwrap_or_default(),
        false => rng.u64(..1 << (4 * width)),
    };
    let mut number = value.to_le_bytes()[..width].to_vec();
    if rng.bool() {
        number.reverse();
    }
    for (byte, new) in bytes[at..].iter_mut().zip(number) {
        *byte = new;
    }
}

/// A number of a text header in place of another.
fn replace_digits(bytes: &mut Vec<u8>, at: usize, rng: &mut Rng) {
    let Some(from) = bytes[at..].iter().position(u8::is_ascii_digit) else {
        return;
    };
    let from = at + from;
    let n_digits = bytes[from..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = match rng.u8(..3) {
        0 => rng.u16(..).to_string(),
        1 => rng.u8(..10).to_string(),
        _ => rng.choice(NUMBERS).unwrap_or_default().to_owned(),
    };
    bytes.splice(from..from + n_digits, number.bytes());
}
