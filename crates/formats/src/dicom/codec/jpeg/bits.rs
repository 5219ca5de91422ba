//! Bits of a JPEG scan (ITU-T T.81 F.2.2.5): FF 00 is a byte FF, any other FF begins a marker.

/// Reads bits, most significant first. Behind the end come zeros, which are counted.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Unread bits, at the high end.
    cache: u64,
    n_cached: u32,
    /// Bits in the cache that are not in the scan.
    n_invented: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            cache: 0,
            n_cached: 0,
            n_invented: 0,
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

    #[inline]
    fn refill(&mut self) {
        if let Some(next) = self.bytes.get(self.at..)
            && let Some(word) = next.first_chunk::<8>()
        {
            let word = u64::from_be_bytes(*word);
            let has_ff = (!word).wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080;
            if has_ff == 0 {
                let n_bytes = 64_u32.saturating_sub(self.n_cached) >> 3;
                let n_bits = n_bytes << 3;
                let kept = word & u64::MAX.unbounded_shl(64_u32.saturating_sub(n_bits));
                self.cache |= kept.unbounded_shr(self.n_cached);
                self.n_cached = self.n_cached.wrapping_add(n_bits);
                self.at = self.at.wrapping_add(n_bytes as usize);
                return;
            }
        }
        while self.n_cached <= 56 {
            self.push_byte();
        }
    }

    fn push_byte(&mut self) {
        let here = self.bytes.get(self.at..).unwrap_or_default();
        let (value, n_taken) = match here {
            [0xFF, 0x00, ..] => (0xFF, 2),
            [] | [0xFF, ..] => (0, 0),
            [byte, ..] => (*byte, 1),
        };
        if n_taken == 0 {
            self.n_invented = self.n_invented.saturating_add(8);
        }
        self.at = self.at.wrapping_add(n_taken);
        let shift = 56_u32.saturating_sub(self.n_cached);
        self.cache |= u64::from(value).unbounded_shl(shift);
        self.n_cached = self.n_cached.wrapping_add(8);
    }

    /// The next 32 bits, which stay unread.
    #[inline]
    pub(super) fn peek(&mut self) -> u32 {
        if self.n_cached < 32 {
            self.refill();
        }
        let [a, b, c, d, ..] = self.cache.to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// Goes over at most 32 bits that were peeked at.
    #[inline]
    pub(super) fn skip(&mut self, n: u32) {
        self.cache = self.cache.unbounded_shl(n);
        self.n_cached = self.n_cached.wrapping_sub(n);
    }

    /// Goes to behind the next restart marker; whether there is one (F.2.2.4, E.2.4).
    pub(super) fn restart(&mut self) -> bool {
        // The bits that pad the last byte were taken already or are in the cache.
        self.cache = 0;
        self.n_cached = 0;
        self.n_invented = 0;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut rest = rest;
        while let [0xFF, 0xFF, ..] = rest {
            rest = rest.get(1..).unwrap_or_default();
            self.at = self.at.wrapping_add(1);
        }
        let is_marker = matches!(rest, [0xFF, 0xD0..=0xD7, ..]);
        if is_marker {
            self.at = self.at.wrapping_add(2);
        }
        is_marker
    }
}
