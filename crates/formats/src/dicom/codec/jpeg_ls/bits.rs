//! Bits of a JPEG-LS scan (ITU-T T.87 annex A.1): after a byte FF, the next byte's first bit is
//! stuffed; FF before a byte with that bit set begins a marker and ends the scan.

/// Reads bits, most significant first. Behind the end come zeros, which are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Unread bits, at the high end.
    cache: u64,
    n_cached: u32,
    /// Bits handed into the cache that are not in the scan.
    n_invented: u32,
    was_ff: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            cache: 0,
            n_cached: 0,
            n_invented: 0,
            was_ff: false,
        }
    }

    /// Whether bits were read that the scan does not have.
    pub(super) fn is_past_end(&self) -> bool {
        self.n_invented > self.n_cached
    }

    /// Bytes of the scan, once it was read.
    pub(super) fn n_bytes_taken(&self) -> usize {
        self.at
    }

    /// Fills the cache with at least 57 bits.
    #[inline(always)]
    fn refill(&mut self) {
        if !self.was_ff
            && let Some(next) = self.bytes.get(self.at..)
            && let Some(word) = next.first_chunk::<8>()
        {
            let word = u64::from_be_bytes(*word);
            // A byte FF anywhere takes the slow way.
            let has_ff = (!word).wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080;
            if has_ff == 0 {
                let n_bytes = (64_u32.saturating_sub(self.n_cached)) >> 3;
                let n_bits = n_bytes << 3;
                let kept = word & u64::MAX.unbounded_shl(64_u32.saturating_sub(n_bits));
                self.cache |= kept.unbounded_shr(self.n_cached);
                self.n_cached = self.n_cached.wrapping_add(n_bits);
                self.at = self.at.wrapping_add(n_bytes as usize);
                return;
            }
        }
        *self = self.refilled_by_bytes();
    }

    /// By value: a reference handed on would keep the reservoir of the inner loop in memory.
    #[cold]
    #[inline(never)]
    fn refilled_by_bytes(mut self) -> Self {
        while self.n_cached < 57 {
            self.push_byte();
        }
        self
    }

    fn push_byte(&mut self) {
        let byte = self.bytes.get(self.at).copied();
        let next = self.bytes.get(self.at.wrapping_add(1)).copied();
        let (value, width) = match byte {
            // The scan ends, or a marker begins.
            None => (0, 8),
            Some(0xFF) if !self.was_ff && next.is_none_or(|next| next >= 0x80) => (0, 8),
            Some(byte) if self.was_ff => (byte & 0x7F, 7),
            Some(byte) => (byte, 8),
        };
        let is_real = match byte {
            None => false,
            Some(0xFF) if !self.was_ff => next.is_some_and(|next| next < 0x80),
            Some(_) => true,
        };
        if is_real {
            self.at = self.at.wrapping_add(1);
            self.was_ff = byte == Some(0xFF) && !self.was_ff;
        } else {
            self.n_invented = self.n_invented.saturating_add(width);
        }
        let shift = 64_u32.saturating_sub(self.n_cached).saturating_sub(width);
        self.cache |= u64::from(value).unbounded_shl(shift);
        self.n_cached = self.n_cached.wrapping_add(width);
    }

    /// A Golomb code of parameter `k` (below 32) with fewer than `longest` zeros, where it is in the
    /// cache whole; else nothing is read.
    #[inline(always)]
    pub(super) fn short_golomb(&mut self, k: u32, longest: u32) -> Option<u32> {
        if self.n_cached < 32 {
            self.refill();
        }
        let zeros = self.cache.leading_zeros();
        let width = zeros.wrapping_add(k).wrapping_add(1);
        if width > self.n_cached || zeros >= longest {
            return None;
        }
        // Below 64 zeros, as `width` is not above 64.
        let low = self.cache.wrapping_shl(zeros).wrapping_shl(1);
        let value = (low >> 1).wrapping_shr(63_u32.wrapping_sub(k));
        self.cache = low.wrapping_shl(k);
        self.n_cached = self.n_cached.wrapping_sub(width);
        #[expect(clippy::cast_possible_truncation, reason = "`k` bits, below 32")]
        Some(zeros.wrapping_shl(k) | value as u32)
    }

    /// The next `n` bits, up to 32, as a number.
    #[inline]
    pub(super) fn take(&mut self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        if self.n_cached < n {
            self.refill();
        }
        let value = self.cache.unbounded_shr(64_u32.saturating_sub(n));
        self.drop_bits(n);
        u32::try_from(value).unwrap_or(0)
    }

    #[inline]
    fn drop_bits(&mut self, n: u32) {
        self.cache = self.cache.unbounded_shl(n);
        self.n_cached = self.n_cached.wrapping_sub(n);
    }

    /// How many zeros come before the next one bit, which is read too; `None` beyond `limit`.
    #[inline]
    pub(super) fn zeros(&mut self, limit: u32) -> Option<u32> {
        let mut n = 0_u32;
        loop {
            if self.n_cached < 32 {
                self.refill();
            }
            let zeros = self.cache.leading_zeros();
            if zeros < self.n_cached {
                self.drop_bits(zeros.wrapping_add(1));
                n = n.wrapping_add(zeros);
                return (n <= limit).then_some(n);
            }
            n = n.wrapping_add(self.n_cached);
            self.cache = 0;
            self.n_cached = 0;
            if n > limit {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn the_bit_after_ff_is_stuffed() {
        let mut bits = Bits::new(&[0xFF, 0x7F, 0x80]);
        assert_eq!(bits.take(15), 0x7FFF);
        assert_eq!(bits.zeros(8), Some(0));
        assert!(!bits.is_past_end());
        assert_eq!(bits.take(8), 0);
        assert!(bits.is_past_end());
    }

    #[test]
    fn a_golomb_code_is_read_whole_or_not_at_all() {
        // 0001 101, and a one after 63 zeros.
        let mut bits = Bits::new(&[0b0001_1010, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(bits.short_golomb(3, 3), None);
        assert_eq!(bits.short_golomb(3, 4), Some(0b11_101));
        assert_eq!(bits.short_golomb(3, 99), None);
        assert_eq!(bits.zeros(99), Some(64));
    }

    #[test]
    fn a_marker_ends_the_scan() {
        let mut bits = Bits::new(&[0x01, 0xFF, 0xD9, 0x55]);
        assert_eq!(bits.zeros(7), Some(7));
        assert!(!bits.is_past_end());
        assert_eq!(bits.take(8), 0);
        assert!(bits.is_past_end());
        assert_eq!(bits.n_bytes_taken(), 1);
    }
}
