//! Marker segments, as JPEG and JPEG-LS share them (ITU-T T.81 annex B.1.1).

/// A marker and the bytes of its segment, without the length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker<'a> {
    pub(super) code: u8,
    pub(super) body: &'a [u8],
}

/// Reads markers one after the other.
#[derive(Debug)]
pub(super) struct Markers<'a> {
    rest: &'a [u8],
}

impl<'a> Markers<'a> {
    /// `None` if the bytes do not start as an image.
    pub(super) fn new(encoded: &'a [u8]) -> Option<Self> {
        let rest = encoded.strip_prefix(&[0xFF, 0xD8])?;
        Some(Self { rest })
    }

    /// The bytes behind the last marker.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Goes over `n` bytes of a scan.
    pub(super) fn skip(&mut self, n: usize) {
        self.rest = self.rest.get(n..).unwrap_or_default();
    }

    /// The next marker with a segment; `None` at the end of the image or where bytes are missing.
    /// What lies between is skipped, as are markers without a segment.
    pub(super) fn next(&mut self) -> Option<Marker<'a>> {
        loop {
            let at = self.rest.iter().position(|byte| *byte == 0xFF)?;
            self.rest = self.rest.get(at.saturating_add(1)..)?;
            let (&code, after) = self.rest.split_first()?;
            match code {
                0xD9 => return None,
                // Stuffed data, fill bytes, markers that stand alone.
                0x00 | 0x01 | 0xD0..=0xD8 | 0xFF => continue,
                _ => {}
            }
            let (length, body) = after.split_first_chunk::<2>()?;
            let n = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
            let (body, rest) = body.split_at_checked(n)?;
            self.rest = rest;
            return Some(Marker { code, body });
        }
    }
}
