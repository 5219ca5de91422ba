//! Tables of colours (DICOM PS3.3 C.7.6.3.1.5, C.7.6.3.1.6) and their segments (C.7.9.2).

use super::table::Table;
use annotomy_volume::volume::ScalarType;

/// A table of colours.
pub(crate) type Palette = Table<[u8; 3]>;

/// What one colour's elements say.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    /// Entries, first stored value, bits of an entry (0028,1101 to 1103).
    pub(crate) descriptor: [i64; 3],
    /// The entries (0028,1201 to 1203) as 16-bit words, or the segments (0028,1221 to 1223).
    pub(crate) words: Vec<u16>,
    pub(crate) is_segmented: bool,
}

impl Palette {
    /// `None` if the elements contradict each other.
    pub(crate) fn of_channels(channels: &[Channel; 3]) -> Option<Self> {
        let [red, green, blue] = channels.each_ref().map(Channel::bytes);
        let entries = red?.into_iter().zip(green?).zip(blue?);
        let entries = entries.map(|((red, green), blue)| [red, green, blue]);
        let [_, first, _] = channels.first()?.descriptor;
        Self::new(first, entries.collect())
    }

    /// Colours of stored values of a type.
    pub(super) fn apply(&self, sample_type: ScalarType, samples: &[u8], out: &mut [u8]) {
        let pixels = out.as_chunks_mut::<3>().0;
        self.look_up(sample_type, samples, |n, colour| {
            if let Some(pixel) = pixels.get_mut(n) {
                *pixel = colour;
            }
        });
    }
}

impl Channel {
    /// The entries, by their eight highest bits.
    fn bytes(&self) -> Option<Vec<u8>> {
        let [n, _, bits] = self.descriptor;
        // 65536 does not fit in the element.
        let n = if n == 0 {
            65536
        } else {
            usize::try_from(n).ok()?
        };
        if !matches!(bits, 8 | 16) || n > 65536 {
            return None;
        }
        let packed = || self.words.iter().flat_map(|word| word.to_le_bytes());
        let values: Vec<u16> = match (self.is_segmented, bits) {
            (true, 8) => expand(&packed().map(u16::from).collect::<Vec<_>>(), n, 8)?,
            (true, _) => expand(&self.words, n, 16)?,
            // 8-bit entries are packed two to a word; some writers give each a word.
            (false, 8) if self.words.len() < n => packed().map(u16::from).collect(),
            (false, _) => self.words.clone(),
        };
        if values.len() < n {
            return None;
        }
        let byte = |value: u16| {
            let [low, high] = value.to_le_bytes();
            if bits == 8 { low } else { high }
        };
        Some(values.into_iter().take(n).map(byte).collect())
    }
}

/// Segments to `n` entries: 0 discrete, 1 linear, 2 a reference to segments before.
fn expand(segments: &[u16], n: usize, bits: u32) -> Option<Vec<u16>> {
    let mut entries = Vec::new();
    let mut rest = segments;
    while entries.len() < n {
        rest = match *rest {
            [2, n_copied, ref after @ ..] => {
                // The offset counts bytes and takes two fields of 16 bits or four of 8.
                let (offset, after) = offset(after, bits)?;
                let mut copied = segments.get(offset..)?;
                for _ in 0..n_copied {
                    copied = segment(copied, &mut entries, n)?;
                }
                after
            }
            _ => segment(rest, &mut entries, n)?,
        };
    }
    Some(entries)
}

fn offset(fields: &[u16], bits: u32) -> Option<(usize, &[u16])> {
    let n_fields = if bits == 8 { 4 } else { 2 };
    let (offset, rest) = fields.split_at_checked(n_fields)?;
    let joined = offset.iter().rev().fold(0_u64, |sum, field| {
        sum.unbounded_shl(bits) | u64::from(*field)
    });
    let n_bytes = u64::from(bits >> 3);
    Some((usize::try_from(joined.checked_div(n_bytes)?).ok()?, rest))
}

/// Appends the entries of one discrete or linear segment; answers what follows.
fn segment<'a>(fields: &'a [u16], entries: &mut Vec<u16>, n_all: usize) -> Option<&'a [u16]> {
    let left = n_all.saturating_sub(entries.len());
    match *fields {
        [0, n, ref rest @ ..] => {
            let (values, rest) = rest.split_at_checked(n.into())?;
            entries.extend(values.iter().take(left));
            Some(rest)
        }
        [1, n, end, ref rest @ ..] => {
            let start = i64::from(*entries.last()?);
            let rise = i64::from(end).saturating_sub(start);
            let steps = i64::from(n);
            let at = |step: i64| {
                let half = steps.saturating_mul(rise.signum()) / 2;
                let risen = rise
                    .saturating_mul(step)
                    .saturating_add(half)
                    .checked_div(steps)?;
                u16::try_from(start.saturating_add(risen)).ok()
            };
            entries.extend((1..=steps).take(left).map_while(at));
            Some(rest)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::expand;

    /// PS3.3 C.7.9.2.2.3: the example of the standard's construction, by its rules.
    #[test]
    fn segments_are_expanded() {
        let discrete = [0, 2, 10, 20];
        let linear = [1, 4, 60];
        let copy = [2, 1, 0, 0];
        let all = [&discrete[..], &linear, &copy].concat();
        assert_eq!(
            expand(&all, 8, 16),
            Some(vec![10, 20, 30, 40, 50, 60, 10, 20])
        );
        assert_eq!(expand(&linear, 4, 16), None);
        assert_eq!(expand(&all, 9, 16), None);
    }
}
