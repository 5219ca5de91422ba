//! Sequential JPEG with 8 or 12 bits (ITU-T T.81 annex F; DICOM PS3.5 A.4.1).
//!
//! Our own, because the kept crates refuse 12 bits outside lossless.

use super::bits::Bits;
use super::frame::{Frame, Scan, Tables, damaged};
use super::huffman::{Huffman, extended};
use super::plane::Plane;
use super::units::{Next, for_each_block};
use super::zigzag::{place, put};
use crate::dicom::codec::fault::FrameFault;

/// What decoding a component's blocks takes.
struct Decoder<'a> {
    dc: &'a Huffman,
    ac: &'a Huffman,
    quantization: &'a [u16; 64],
    last_dc: i32,
}

/// Decodes the components of one scan; answers how many bytes the scan has.
pub(super) fn decode_scan(
    frame: &Frame,
    scan: &Scan<'_>,
    tables: &Tables,
    bytes: &[u8],
    planes: &mut [Plane],
) -> Result<usize, FrameFault> {
    let missing = || damaged("a table is missing");
    let mut decoders = Vec::new();
    for c in &scan.components {
        decoders.push(Decoder {
            dc: c.dc.ok_or_else(missing)?,
            ac: c.ac.ok_or_else(missing)?,
            quantization: tables.of(frame, c.place).ok_or_else(missing)?,
            last_dc: 0,
        });
    }
    let sizes: Vec<_> = planes.iter().map(Plane::size).collect();
    for_each_block(frame, scan, bytes, &sizes, |bits, next| match next {
        Next::Restart => {
            decoders.iter_mut().for_each(|d| d.last_dc = 0);
            Some(())
        }
        Next::Block(block) => {
            let coefficients = decoders.get_mut(block.component)?.block(bits)?;
            let plane = planes.get_mut(block.place)?;
            plane.put(block.column, block.row, &coefficients);
            Some(())
        }
    })
}

impl Decoder<'_> {
    /// One block's dequantized coefficients, by rows; `None` for codes that do not exist.
    fn block(&mut self, bits: &mut Bits<'_>) -> Option<[[i32; 8]; 8]> {
        let mut coefficients = [[0; 8]; 8];
        let difference = self.dc.difference(bits)?;
        self.last_dc = self.last_dc.wrapping_add(difference);
        put(
            &mut coefficients,
            0,
            self.last_dc,
            *self.quantization.first()?,
        )?;
        let mut at = 1_usize;
        while at < 64 {
            let symbol = self.ac.symbol(bits)?;
            let (n_zeros, n_bits) = (symbol >> 4, u32::from(symbol & 15));
            if n_bits == 0 {
                if n_zeros < 15 {
                    break;
                }
                at = at.wrapping_add(16);
                continue;
            }
            at = at.wrapping_add(n_zeros.into());
            let value = extended(bits.peek(), n_bits);
            bits.skip(n_bits);
            put(
                &mut coefficients,
                place(at)?,
                value,
                *self.quantization.get(at)?,
            )?;
            at = at.wrapping_add(1);
        }
        Some(coefficients)
    }
}
