//! Header extensions of NIfTI, for display (nifti1.h, "EXTENDED HEADERS").

use super::fields;
use super::header::Header;
use crate::element::{Element, binary};

/// What follows a header: a flag of four bytes, then extensions. Each begins with its size, which
/// counts these eight bytes too, and a code.
pub(crate) fn elements(header: &Header, bytes: &[u8]) -> Vec<Element> {
    let mut found = Vec::new();
    let Some(([flag, ..], mut bytes)) = bytes.split_first_chunk::<4>() else {
        return found;
    };
    if *flag == 0 {
        return found;
    }
    let header_len = header.raw.len();
    while let Some((first, _)) = bytes.split_first_chunk::<8>() {
        let mut numbers =
            fields::numbers::<4>(first, 0, header.is_big_endian).map(i32::from_le_bytes);
        let (size, code) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let size = usize::try_from(size).unwrap_or(0);
        let Some(content) = bytes.get(8..size).filter(|_| size >= 16) else {
            break;
        };
        let is_text = !content.contains(&0x01) && std::str::from_utf8(content).is_ok();
        found.push(Element {
            tag: header_len.saturating_add(4).to_string(),
            name: format!("extension {code}"),
            vr: format!("char[{}]", content.len()),
            value: match is_text {
                true => fields::text(content),
                false => binary(content.len() as u64, content),
            },
            items: Vec::new(),
            varies: false,
        });
        bytes = bytes.get(size..).unwrap_or_default();
    }
    found
}
