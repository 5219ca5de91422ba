//! Text in the character sets of DICOM (PS3.3 C.12.1.1.2, PS3.5 section 6.1 and annexes H to K).
//!
//! A value begins in the first character set that the file names. With code extensions (ISO 2022)
//! an escape sequence switches to another one, and a delimiter switches back.

use encoding_rs::{
    EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1254,
};

const ESCAPE: u8 = 0x1B;

/// How bytes become characters.
#[derive(Debug, Clone, Copy)]
enum Set {
    /// Bytes are code points: ISO 8859-1, and what is left of unknown sets.
    Latin1,
    Known(&'static Encoding),
    /// Two bytes below 128 for each character of JIS X 0208.
    Kanji,
    /// Two bytes below 128 for each character of JIS X 0212.
    RareKanji,
}

/// Escape sequences (PS3.3 tables C.12-3 and C.12-4), without the escape itself.
const EXTENSIONS: [(&[u8], Set); 18] = [
    (b"(B", Set::Latin1),
    (b"-A", Set::Latin1),
    (b")I", Set::Known(SHIFT_JIS)),
    (b"(J", Set::Known(SHIFT_JIS)),
    (b"$B", Set::Kanji),
    (b"$(D", Set::RareKanji),
    (b"$)C", Set::Known(EUC_KR)),
    (b"$)A", Set::Known(GBK)),
    (b"-B", Set::Known(ISO_8859_2)),
    (b"-C", Set::Known(ISO_8859_3)),
    (b"-D", Set::Known(ISO_8859_4)),
    (b"-F", Set::Known(ISO_8859_7)),
    (b"-G", Set::Known(ISO_8859_6)),
    (b"-H", Set::Known(ISO_8859_8)),
    (b"-L", Set::Known(ISO_8859_5)),
    (b"-M", Set::Known(WINDOWS_1254)),
    (b"-T", Set::Known(WINDOWS_874)),
    (b"-b", Set::Known(ISO_8859_15)),
];

/// Text of an element; `names` is the value of Specific Character Set, if there is one. In the name
/// of a person `^` and `=` are delimiters.
pub(crate) fn decode(bytes: &[u8], names: Option<&str>, is_person_name: bool) -> String {
    let name = names.unwrap_or_default().split('\\').next();
    let name = name.unwrap_or_default().trim();
    let first = Set::named(name);
    let has_extensions = !matches!(name, "ISO_IR 192" | "GB18030" | "GBK");
    let mut parts = bytes.split(|byte| has_extensions && *byte == ESCAPE);
    let mut text = first.decode(parts.next().unwrap_or_default());
    for part in parts {
        let found = EXTENSIONS.iter().find(|(start, _)| part.starts_with(start));
        let Some((start, set)) = found else {
            text.push(char::REPLACEMENT_CHARACTER);
            text.push_str(&first.decode(part));
            continue;
        };
        let part = part.get(start.len()..).unwrap_or_default();
        let is_delimiter = |byte: &u8| match byte {
            b'\r' | b'\n' | b'\t' | 0x0C => true,
            // These are halves of characters in sets of two low bytes.
            b'\\' => set.has_ascii(),
            b'^' | b'=' => is_person_name && set.has_ascii(),
            _ => false,
        };
        let end = part.iter().position(is_delimiter).unwrap_or(part.len());
        let (inside, after) = part.split_at(end);
        text.push_str(&set.decode(inside));
        text.push_str(&first.decode(after));
    }
    text
}

impl Set {
    /// By its defined term.
    fn named(name: &str) -> Self {
        let known = match name
            .trim_start_matches("ISO_IR ")
            .trim_start_matches("ISO 2022 IR ")
        {
            "13" => SHIFT_JIS,
            "101" => ISO_8859_2,
            "203" => ISO_8859_15,
            "109" => ISO_8859_3,
            "110" => ISO_8859_4,
            "126" => ISO_8859_7,
            "127" => ISO_8859_6,
            "138" => ISO_8859_8,
            "144" => ISO_8859_5,
            "148" => WINDOWS_1254,
            "149" => EUC_KR,
            "166" => WINDOWS_874,
            "192" => UTF_8,
            "58" | "GBK" | "ISO 2022 GBK" | "ISO 2022 58" => GBK,
            "GB18030" => GB18030,
            _ => return Self::Latin1,
        };
        Self::Known(known)
    }

    /// Whether bytes below 128 are ASCII.
    fn has_ascii(self) -> bool {
        !matches!(self, Self::Kanji | Self::RareKanji)
    }

    fn decode(self, bytes: &[u8]) -> String {
        let high = |byte: &u8| byte | 0x80;
        let decoded = |encoding: &'static Encoding, bytes: &[u8]| {
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            text.into_owned()
        };
        match self {
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Known(encoding) => decoded(encoding, bytes),
            // The same tables, as EUC writes them.
            Self::Kanji => decoded(EUC_JP, &bytes.iter().map(high).collect::<Vec<u8>>()),
            Self::RareKanji => {
                let pairs = bytes.chunks(2);
                let three =
                    pairs.flat_map(|pair| std::iter::once(0x8F).chain(pair.iter().map(high)));
                decoded(EUC_JP, &three.collect::<Vec<u8>>())
            }
        }
    }
}
