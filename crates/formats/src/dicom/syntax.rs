//! Transfer syntaxes: how a data set and its pixels are encoded (DICOM PS3.5 section 10, annex A).

use super::walk::Encoding;
use dicom_encoding::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

/// How pixels are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PixelCoding {
    /// As plain values.
    Native,
    /// In fragments: as plain values.
    Fragments,
    /// In fragments: run lengths (PS3.5 annex G).
    Rle,
    /// In fragments: JPEG baseline, extended, or lossless with 2 to 16 bits.
    Jpeg,
    /// In fragments: JPEG-LS, lossless or near-lossless.
    JpegLs,
    /// In fragments: JPEG 2000, plain or high-throughput.
    Jpeg2000,
    /// In fragments: JPEG XL.
    JpegXl,
    /// In fragments: something else.
    Unread,
}

/// A transfer syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub(crate) uid: String,
    pub(crate) encoding: Encoding,
    /// Whether the whole data set is compressed.
    pub(crate) is_deflated: bool,
    pub(crate) pixels: PixelCoding,
}

impl Syntax {
    pub(crate) const IMPLICIT: &str = "1.2.840.10008.1.2";
    pub(crate) const EXPLICIT: &str = "1.2.840.10008.1.2.1";
    pub(crate) const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
    pub(crate) const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

    pub(crate) fn from_uid(uid: &str) -> Self {
        let encoding = match uid {
            Self::IMPLICIT => Encoding::IMPLICIT,
            Self::BIG_ENDIAN => Encoding::BIG_ENDIAN,
            _ => Encoding::EXPLICIT,
        };
        let pixels = match uid {
            Self::IMPLICIT | Self::EXPLICIT | Self::DEFLATED | Self::BIG_ENDIAN => {
                PixelCoding::Native
            }
            "1.2.840.10008.1.2.1.98" => PixelCoding::Fragments,
            "1.2.840.10008.1.2.5" => PixelCoding::Rle,
            "1.2.840.10008.1.2.4.50"
            | "1.2.840.10008.1.2.4.51"
            | "1.2.840.10008.1.2.4.57"
            | "1.2.840.10008.1.2.4.70" => PixelCoding::Jpeg,
            "1.2.840.10008.1.2.4.80" | "1.2.840.10008.1.2.4.81" => PixelCoding::JpegLs,
            "1.2.840.10008.1.2.4.90"
            | "1.2.840.10008.1.2.4.91"
            | "1.2.840.10008.1.2.4.201"
            | "1.2.840.10008.1.2.4.202"
            | "1.2.840.10008.1.2.4.203" => PixelCoding::Jpeg2000,
            "1.2.840.10008.1.2.4.110" | "1.2.840.10008.1.2.4.111" | "1.2.840.10008.1.2.4.112" => {
                PixelCoding::JpegXl
            }
            _ => PixelCoding::Unread,
        };
        Self {
            uid: uid.to_owned(),
            encoding,
            is_deflated: uid == Self::DEFLATED,
            pixels,
        }
    }

    /// Whether the data set is encoded otherwise than its file says.
    pub(crate) fn is_mislabelled(&self) -> bool {
        self.encoding != Self::from_uid(&self.uid).encoding
    }

    /// Name and UID, for messages.
    pub(crate) fn name(&self) -> String {
        match TransferSyntaxRegistry.get(&self.uid) {
            Some(known) => format!("{} ({})", known.name(), self.uid),
            None => format!("transfer syntax {}", self.uid),
        }
    }
}
