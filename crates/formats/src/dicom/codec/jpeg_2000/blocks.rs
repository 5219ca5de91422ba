//! What the coding styles of a codestream divide its image into: precincts, of which each has a
//! packet in every layer (ITU-T T.800 B.6 and B.10), and code-blocks (B.7).
//!
//! Decoders make a record of each before they read a pixel, and a few bytes of header can ask for
//! millions of them.

use super::segments::segments;
use super::{Size, damaged, unsupported};
use crate::dicom::codec::fault::FrameFault;

/// Bytes that decoders keep of a code-block, with its nodes of two trees, and of each layer of it.
const BLOCK_BYTES: u64 = 256;
const LAYER_BYTES: u64 = 24;

/// Bytes of such records that any image may have, and for each of its samples: blocks of 16 samples in
/// one layer have twice that, the usual ones of 4096 a tenth of a byte.
const SPARE_BYTES: u64 = 16 << 20;
const BYTES_PER_SAMPLE: u64 = 8;

/// Refuses more packets than bytes, and more code-blocks than the image explains.
pub(super) fn check(stream: &[u8], size: &Size) -> Result<(), FrameFault> {
    let n_bytes = stream.len() as u64;
    for style in styles(stream, size) {
        let (mut n_precincts, mut n_blocks) = (0_u64, 0_u64);
        for level in 0..=style.n_levels {
            let (precincts, blocks) = style.divide(size, level);
            n_precincts = n_precincts.saturating_add(precincts);
            n_blocks = n_blocks.saturating_add(blocks);
        }
        let n_resolutions = u64::from(style.n_levels).saturating_add(1);
        let n_packets = n_precincts
            .max(size.n_tiles.saturating_mul(n_resolutions))
            .saturating_mul(style.n_layers)
            .saturating_mul(style.n_components);
        // An empty packet has a byte (B.10.3).
        if n_packets > n_bytes {
            return Err(damaged(format!("{n_packets} packets in {n_bytes} bytes")));
        }
        let block_bytes = style.n_layers.saturating_mul(LAYER_BYTES);
        let records = n_blocks
            .saturating_mul(block_bytes.saturating_add(BLOCK_BYTES))
            .saturating_mul(style.n_components);
        let n_samples = u64::from(size.columns)
            .saturating_mul(size.rows.into())
            .saturating_mul(size.n_components.into());
        if records > n_samples.saturating_mul(BYTES_PER_SAMPLE).max(SPARE_BYTES) {
            return Err(unsupported("code-blocks of a few samples"));
        }
    }
    Ok(())
}

/// A coding style (A.6.1, A.6.2).
#[derive(Debug)]
struct Style<'a> {
    n_layers: u64,
    /// Components that have it.
    n_components: u64,
    /// Of decomposition.
    n_levels: u8,
    /// Exponents of the largest code-block.
    block: [u8; 2],
    /// Exponents of the precincts at each resolution, 4 bits each; the largest if there are none.
    precincts: &'a [u8],
}

impl<'a> Style<'a> {
    /// The parameters of one style, behind what differs between the two segments.
    fn read(body: &'a [u8], has_precincts: bool) -> Option<Self> {
        let (&[n_levels, wide, high, _, _], precincts) = body.split_first_chunk::<5>()?;
        Some(Self {
            n_layers: 1,
            n_components: 1,
            n_levels: n_levels.min(32),
            block: [wide, high].map(|n| n.saturating_add(2).min(10)),
            precincts: if has_precincts { precincts } else { &[] },
        })
    }

    /// Precincts and code-blocks of one resolution, 0 the lowest, as if there were one tile.
    fn divide(&self, size: &Size, level: u8) -> (u64, u64) {
        let exponents = self.precincts.get(usize::from(level));
        let exponents = exponents.map_or([15, 15], |byte| [byte & 0xF, byte >> 4]);
        let left = self.n_levels.saturating_sub(level);
        let sides = [size.columns, size.rows].map(|side| shrunk(side.into(), left));
        let (mut n_precincts, mut n_blocks) = (1_u64, 1_u64);
        for ((side, exponent), block) in sides.into_iter().zip(exponents).zip(self.block) {
            n_precincts = n_precincts.saturating_mul(shrunk(side, exponent));
            // Bands but the lowest have half the side of their resolution, and so have their blocks.
            let (side, exponent) = match level {
                0 => (side, exponent),
                _ => (shrunk(side, 1), exponent.saturating_sub(1)),
            };
            n_blocks = n_blocks.saturating_mul(shrunk(side, block.min(exponent)));
        }
        let n_bands = if level == 0 { 1 } else { 3 };
        (n_precincts, n_blocks.saturating_mul(n_bands))
    }
}

/// How many times two to this power are needed for a side.
fn shrunk(side: u64, exponent: u8) -> u64 {
    side.div_ceil(1_u64.unbounded_shl(exponent.into()).max(1))
}

/// The styles of the main header and of all tile-parts.
fn styles<'a>(stream: &'a [u8], size: &Size) -> Vec<Style<'a>> {
    let mut styles = Vec::new();
    let mut n_layers = 1;
    for (code, body) in segments(stream) {
        let style = match (code, stream.get(body).unwrap_or_default()) {
            // Style, order, layers, transform of colours.
            (0x52, [style, _, a, b, _, rest @ ..]) => {
                n_layers = u64::from(u16::from_be_bytes([*a, *b]));
                Style::read(rest, style & 1 != 0).map(|style| Style {
                    n_layers,
                    n_components: size.n_components.into(),
                    ..style
                })
            }
            // The component's number, of one byte or two, and style.
            (0x53, [_, style, rest @ ..]) if size.n_components < 257 => {
                Style::read(rest, style & 1 != 0).map(|style| Style { n_layers, ..style })
            }
            (0x53, [_, _, style, rest @ ..]) => {
                Style::read(rest, style & 1 != 0).map(|style| Style { n_layers, ..style })
            }
            _ => None,
        };
        styles.extend(style);
    }
    styles
}
