//! Voxels written as decimal numbers, as a stream of their bytes.

use super::element::StoredType;
use annotomy_volume::volume::ScalarType;
use std::io::{self, BufRead, Read};

/// No number in decimal needs more characters.
const MAX_NUMBER: usize = 400;

/// Turns decimal numbers, apart by white space or commas, into little endian voxels.
pub(crate) struct TextReader<R> {
    source: R,
    scalar_type: ScalarType,
    pending: Vec<u8>,
}

impl<R: BufRead> TextReader<R> {
    /// `None` if voxels of this type are not written as numbers.
    pub(crate) fn new(source: R, stored: StoredType) -> Option<Self> {
        match stored {
            StoredType::Plain(ScalarType::Rgb8) => None,
            StoredType::Plain(scalar_type) => Some(Self {
                source,
                scalar_type,
                pending: Vec::new(),
            }),
            _ => None,
        }
    }

    /// The next number, empty at the end.
    fn word(&mut self) -> io::Result<String> {
        let mut word = Vec::new();
        loop {
            let bytes = self.source.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            let is_gap = |b: &u8| b.is_ascii_whitespace() || *b == b',';
            let n_gap = match word.is_empty() {
                true => bytes.iter().take_while(|b| is_gap(b)).count(),
                false => 0,
            };
            let rest = bytes.get(n_gap..).unwrap_or_default();
            let n_word = rest.iter().take_while(|b| !is_gap(b)).count();
            word.extend(rest.iter().take(n_word.min(MAX_NUMBER)));
            let is_whole = n_word < rest.len();
            self.source.consume(n_gap.saturating_add(n_word));
            if word.len() >= MAX_NUMBER {
                return Err(invalid("a number of more than 400 characters"));
            }
            if is_whole {
                break;
            }
        }
        String::from_utf8(word).map_err(|_| invalid("a number that is not text"))
    }

    fn encode(&mut self, word: &str) -> io::Result<()> {
        let bytes: Option<Vec<u8>> = match self.scalar_type {
            ScalarType::U8 => word.parse().ok().map(|v: u8| v.to_le_bytes().to_vec()),
            ScalarType::I8 => word.parse().ok().map(|v: i8| v.to_le_bytes().to_vec()),
            ScalarType::U16 => word.parse().ok().map(|v: u16| v.to_le_bytes().to_vec()),
            ScalarType::I16 => word.parse().ok().map(|v: i16| v.to_le_bytes().to_vec()),
            ScalarType::U32 => word.parse().ok().map(|v: u32| v.to_le_bytes().to_vec()),
            ScalarType::I32 => word.parse().ok().map(|v: i32| v.to_le_bytes().to_vec()),
            ScalarType::F32 => word.parse().ok().map(|v: f32| v.to_le_bytes().to_vec()),
            ScalarType::F64 => word.parse().ok().map(|v: f64| v.to_le_bytes().to_vec()),
            ScalarType::Rgb8 => None,
        };
        let name = self.scalar_type.name();
        self.pending = bytes.ok_or_else(|| invalid(&format!("a voxel that is no {name}")))?;
        Ok(())
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl<R: BufRead> Read for TextReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.pending.is_empty() {
            let word = self.word()?;
            if word.is_empty() {
                return Ok(0);
            }
            self.encode(&word)?;
        }
        let n = self.pending.len().min(out.len());
        let taken: Vec<u8> = self.pending.drain(..n).collect();
        if let Some(out) = out.get_mut(..n) {
            out.copy_from_slice(&taken);
        }
        Ok(n)
    }
}
