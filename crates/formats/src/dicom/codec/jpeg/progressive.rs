//! Progressive JPEG (ITU-T T.81 annex G). DICOM has retired it (PS3.5 2006), but files exist that
//! hold it under the name of baseline.

use super::bits::Bits;
use super::frame::{Frame, Scan, damaged};
use super::huffman::{Huffman, extended};
use super::plane::Plane;
use super::units::{Next, for_each_block};
use super::zigzag::{place, put};
use crate::dicom::codec::fault::FrameFault;

/// The coefficients of a component, block by block, each in zigzag order.
#[derive(Debug)]
pub(super) struct Coefficients {
    across: usize,
    blocks: Vec<[i32; 64]>,
}

impl Coefficients {
    pub(super) fn new(plane: &Plane) -> Self {
        let (across, n) = plane.n_blocks();
        Self {
            across,
            blocks: vec![[0; 64]; n],
        }
    }

    /// Makes samples of them, once all scans were read.
    pub(super) fn transform(&self, quantization: &[u16; 64], plane: &mut Plane) -> Option<()> {
        for (n, block) in self.blocks.iter().enumerate() {
            let mut coefficients = [[0; 8]; 8];
            for (at, (value, quantum)) in block.iter().zip(quantization).enumerate() {
                put(&mut coefficients, place(at)?, *value, *quantum)?;
            }
            let (column, row) = (n.checked_rem(self.across)?, n.checked_div(self.across)?);
            plane.put(column, row, &coefficients);
        }
        Some(())
    }
}

/// What a scan tells of its coefficients.
#[derive(Debug, Clone, Copy)]
struct Band {
    start: usize,
    end: usize,
    /// Bits that are still to come below those of this scan.
    low: u32,
}

/// Reads one scan; answers how many bytes it has.
pub(super) fn decode_scan(
    frame: &Frame,
    scan: &Scan<'_>,
    bytes: &[u8],
    planes: &[Plane],
    coefficients: &mut [Coefficients],
) -> Result<usize, FrameFault> {
    let band = Band {
        start: scan.start.into(),
        end: scan.end.into(),
        low: scan.shift.into(),
    };
    let is_dc = band.start == 0;
    let is_sound = match is_dc {
        true => band.end == 0,
        false => band.end < 64 && band.start <= band.end && scan.components.len() == 1,
    };
    if !is_sound || band.low > 13 {
        return Err(damaged("an impossible progression"));
    }
    let is_first = scan.high == 0;
    let mut last_dc = [0_i32; 4];
    let mut n_ended = 0_u32;
    let sizes: Vec<_> = planes.iter().map(Plane::size).collect();
    for_each_block(frame, scan, bytes, &sizes, |bits, next| {
        let Next::Block(at) = next else {
            last_dc = [0; 4];
            n_ended = 0;
            return Some(());
        };
        let component = scan.components.get(at.component)?;
        let own = coefficients.get_mut(at.place)?;
        let n = at.row.saturating_mul(own.across).saturating_add(at.column);
        let block = own.blocks.get_mut(n)?;
        match (is_dc, is_first) {
            (true, true) => {
                let last = last_dc.get_mut(at.component)?;
                *last = last.wrapping_add(component.dc?.difference(bits)?);
                *block.first_mut()? = last.wrapping_shl(band.low);
                Some(())
            }
            (true, false) => {
                *block.first_mut()? |= bit(bits).wrapping_shl(band.low);
                Some(())
            }
            (false, true) => first(component.ac?, bits, band, &mut n_ended, block),
            (false, false) => refine(component.ac?, bits, band, &mut n_ended, block),
        }
    })
}

fn take(bits: &mut Bits<'_>, n: u32) -> u32 {
    let value = bits.peek().unbounded_shr(32_u32.saturating_sub(n));
    bits.skip(n);
    value
}

fn bit(bits: &mut Bits<'_>) -> i32 {
    i32::from(take(bits, 1) == 1)
}

/// Blocks without further coefficients from this one on, told by `n` bits (G.1.2.2).
fn run_of_ends(bits: &mut Bits<'_>, n: u8) -> u32 {
    let n = u32::from(n);
    1_u32.wrapping_shl(n).wrapping_add(take(bits, n))
}

fn first(
    table: &Huffman,
    bits: &mut Bits<'_>,
    band: Band,
    n_ended: &mut u32,
    block: &mut [i32; 64],
) -> Option<()> {
    if *n_ended > 0 {
        *n_ended = n_ended.wrapping_sub(1);
        return Some(());
    }
    let mut at = band.start;
    while at <= band.end {
        let symbol = table.symbol(bits)?;
        let (n_zeros, n_bits) = (symbol >> 4, u32::from(symbol & 15));
        if n_bits == 0 && n_zeros < 15 {
            *n_ended = run_of_ends(bits, n_zeros).wrapping_sub(1);
            break;
        }
        at = at.wrapping_add(n_zeros.into());
        if n_bits > 0 {
            let value = extended(bits.peek(), n_bits);
            bits.skip(n_bits);
            *block.get_mut(at)? = value.wrapping_shl(band.low);
        }
        at = at.wrapping_add(1);
    }
    Some(())
}

/// G.1.2.3: known coefficients take a bit each, unknown ones are counted.
fn refine(
    table: &Huffman,
    bits: &mut Bits<'_>,
    band: Band,
    n_ended: &mut u32,
    block: &mut [i32; 64],
) -> Option<()> {
    let one = 1_i32.wrapping_shl(band.low);
    let mut left = block.get_mut(band.start..=band.end)?.iter_mut();
    while *n_ended == 0 && left.len() > 0 {
        let symbol = table.symbol(bits)?;
        let mut n_zeros = symbol >> 4;
        let new = match symbol & 15 {
            0 if n_zeros < 15 => {
                *n_ended = run_of_ends(bits, n_zeros);
                break;
            }
            0 => 0,
            _ if bit(bits) == 1 => one,
            _ => one.wrapping_neg(),
        };
        for value in left.by_ref() {
            if *value != 0 {
                correct(bits, one, value);
                continue;
            }
            if n_zeros == 0 {
                *value = new;
                break;
            }
            n_zeros = n_zeros.wrapping_sub(1);
        }
    }
    if *n_ended > 0 {
        let known = left.filter(|value| **value != 0);
        known.for_each(|value| correct(bits, one, value));
        *n_ended = n_ended.wrapping_sub(1);
    }
    Some(())
}

fn correct(bits: &mut Bits<'_>, one: i32, value: &mut i32) {
    if bit(bits) == 1 && *value & one == 0 {
        *value = value.wrapping_add(one.wrapping_mul(value.signum()));
    }
}
