//! The log as a stream of bytes.

use crate::record::RecordHash;
use std::io::{self, Read, Write};

/// One record of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The exact bytes stored.
    Whole(Vec<u8>),
    /// Left out; only its hash is here.
    Withheld(RecordHash),
}

impl Entry {
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Whole(bytes) => {
                let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
                out.write_all(&length.to_le_bytes())?;
                out.write_all(bytes)
            }
            Self::Withheld(hash) => {
                out.write_all(&0_u32.to_le_bytes())?;
                out.write_all(&hash.0)
            }
        }
    }

    /// The next record; `None` at the end of the stream. Memory is taken as bytes come, not as the
    /// length says.
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Option<Self>> {
        let mut length = Vec::new();
        Read::take(&mut *stream, 4).read_to_end(&mut length)?;
        if length.is_empty() {
            return Ok(None);
        }
        let length: [u8; 4] = length.try_into().map_err(|_| cut())?;
        let length = u32::from_le_bytes(length);
        if length == 0 {
            let mut hash = [0; 32];
            stream.read_exact(&mut hash)?;
            return Ok(Some(Self::Withheld(RecordHash(hash))));
        }
        let mut bytes = Vec::new();
        Read::take(stream, length.into()).read_to_end(&mut bytes)?;
        match bytes.len() == length as usize {
            true => Ok(Some(Self::Whole(bytes))),
            false => Err(cut()),
        }
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut short")
}
