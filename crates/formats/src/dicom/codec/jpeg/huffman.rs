//! Huffman tables (ITU-T T.81 annex C, F.2.2.3).

use super::bits::Bits;

/// Bits that are looked up at once.
const N_FAST_BITS: u32 = 10;

/// A table of codes.
#[derive(Debug, Clone)]
pub(super) struct Huffman {
    /// By the next bits: length of the code, 0 if it is longer, and its symbol.
    fast: Vec<(u8, u8)>,
    /// By length from 1: first code behind the length's codes, as 16 bits from the left; the
    /// number to add to a code of the length for its place among the symbols.
    ends: [(u32, i32); 16],
    symbols: Vec<u8>,
}

impl Huffman {
    /// Of the number of codes of each length and the symbols; `None` if there are too many.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut fast = vec![(0, 0); 1 << N_FAST_BITS];
        let mut ends = [(0, 0); 16];
        let (mut code, mut place) = (0_u32, 0_usize);
        for ((count, end), length) in counts.iter().zip(&mut ends).zip(1_u32..) {
            let offset = i32::try_from(place).ok()?.checked_sub_unsigned(code)?;
            for _ in 0..*count {
                let symbol = *symbols.get(place)?;
                if code >= 1 << length {
                    return None;
                }
                if let Some(spare) = N_FAST_BITS.checked_sub(length) {
                    let from = (code << spare) as usize;
                    let to = from.checked_add(1 << spare)?;
                    let size = u8::try_from(length).ok()?;
                    fast.get_mut(from..to)?.fill((size, symbol));
                }
                code = code.checked_add(1)?;
                place = place.checked_add(1)?;
            }
            *end = (code << 16_u32.saturating_sub(length), offset);
            code <<= 1;
        }
        Some(Self {
            fast,
            ends,
            symbols: symbols.to_vec(),
        })
    }

    /// Length and symbol of the code that 32 bits begin with.
    #[inline]
    fn find(&self, bits: u32) -> Option<(u32, u8)> {
        let at = bits >> (32_u32.saturating_sub(N_FAST_BITS));
        let (length, symbol) = *self.fast.get(at as usize)?;
        if length > 0 {
            return Some((length.into(), symbol));
        }
        self.find_long(bits >> 16)
    }

    fn find_long(&self, bits: u32) -> Option<(u32, u8)> {
        for ((end, offset), length) in self.ends.iter().zip(1_u32..).skip(N_FAST_BITS as usize) {
            if bits < *end {
                let code = bits >> 16_u32.saturating_sub(length);
                let place = offset.checked_add_unsigned(code)?;
                let symbol = self.symbols.get(usize::try_from(place).ok()?)?;
                return Some((length, *symbol));
            }
        }
        None
    }

    /// The next symbol, and the bits that follow it at the high end; `None` for no code.
    #[inline]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let (length, symbol) = self.find(bits.peek())?;
        bits.skip(length);
        Some(symbol)
    }

    /// A difference (F.1.2.1, H.1.2.2): its category, then as many bits; category 16 has none.
    #[inline]
    pub(super) fn difference(&self, bits: &mut Bits<'_>) -> Option<i32> {
        let next = bits.peek();
        let (length, category) = self.find(next)?;
        let category = u32::from(category);
        match category {
            0 => {
                bits.skip(length);
                Some(0)
            }
            1..=15 => {
                bits.skip(length.wrapping_add(category));
                Some(extended(next.unbounded_shl(length), category))
            }
            16 => {
                bits.skip(length);
                Some(32768)
            }
            _ => None,
        }
    }
}

/// The signed number that the first `n` (1 to 15) of 32 bits stand for (F.2.2.1).
#[inline]
pub(super) fn extended(bits: u32, n: u32) -> i32 {
    let value = bits.unbounded_shr(32_u32.wrapping_sub(n)).cast_signed();
    let is_negative = bits.cast_signed() >= 0;
    let below = i32::MIN
        .unbounded_shr(31_u32.wrapping_sub(n))
        .wrapping_add(1);
    if is_negative {
        value.wrapping_add(below)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, Huffman, extended};

    /// T.81 table F.1: categories as the standard lists them.
    #[test]
    fn numbers_are_extended_as_in_table_f_1() {
        let top = |bits: u32, n: u32| extended(bits << (32 - n), n);
        assert_eq!([top(0, 1), top(1, 1)], [-1, 1]);
        assert_eq!([0, 1, 2, 3].map(|bits| top(bits, 2)), [-3, -2, 2, 3]);
        assert_eq!([top(0, 15), top(0x7FFF, 15)], [-32767, 32767]);
    }

    /// T.81 table K.3: the categories' codes 00, 010, 011, 100, 101, 110, 1110, 11110 ...
    #[test]
    fn the_typical_table_reads_its_codes() {
        let counts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        let table = Huffman::new(&counts, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).unwrap();
        let mut bits = Bits::new(&[0b0001_0110, 0b1111_1011, 0b1111_0000]);
        let symbols: Vec<_> = (0..4).filter_map(|_| table.symbol(&mut bits)).collect();
        assert_eq!(symbols, [0, 1, 5, 8]);
    }

    #[test]
    fn too_many_codes_are_refused() {
        let counts = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(Huffman::new(&counts, &[1, 2, 3]).is_none());
    }
}
