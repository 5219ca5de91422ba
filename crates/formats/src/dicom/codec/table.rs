//! Tables that stored values are looked up in (DICOM PS3.3 C.7.6.3.1.5, C.11.1.1.1).

use annotomy_volume::volume::ScalarType;

/// A table of values or colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table<T> {
    /// Stored value of the first entry; values below have it too, values beyond the last the last.
    first: i64,
    entries: Vec<T>,
}

impl<T: Copy> Table<T> {
    /// `None` without entries.
    pub(super) fn new(first: i64, entries: Vec<T>) -> Option<Self> {
        (!entries.is_empty()).then_some(Self { first, entries })
    }

    /// Value of the first entry, and the entries.
    pub(crate) fn into_parts(self) -> (i64, Vec<T>) {
        (self.first, self.entries)
    }

    /// The entries of samples of an integer type, little endian.
    pub(super) fn look_up(
        &self,
        sample_type: ScalarType,
        samples: &[u8],
        mut put: impl FnMut(usize, T),
    ) {
        macro_rules! look_up {
            ($type:ty) => {
                for (n, value) in samples.as_chunks().0.iter().enumerate() {
                    if let Some(entry) = self.entry(i64::from(<$type>::from_le_bytes(*value))) {
                        put(n, entry);
                    }
                }
            };
        }
        match sample_type {
            ScalarType::U8 => look_up!(u8),
            ScalarType::I8 => look_up!(i8),
            ScalarType::U16 => look_up!(u16),
            ScalarType::I16 => look_up!(i16),
            ScalarType::U32 => look_up!(u32),
            ScalarType::I32 => look_up!(i32),
            _ => {}
        }
    }

    fn entry(&self, stored: i64) -> Option<T> {
        let at = stored.saturating_sub(self.first).max(0);
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.entries.get(at).or(self.entries.last()).copied()
    }
}

/// A table of values (Modality LUT).
pub(crate) type ValueTable = Table<u16>;

impl ValueTable {
    /// Of a descriptor (entries, first stored value, bits of an entry) and the entries as 16-bit
    /// words; `None` if they contradict each other.
    pub(crate) fn of_words([n, first, bits]: [i64; 3], words: &[u16]) -> Option<Self> {
        // 65536 does not fit in the element.
        let n = if n == 0 {
            65536
        } else {
            usize::try_from(n).ok()?
        };
        let entries: Vec<u16> = match bits {
            // Two to a word, if there are not enough words for one each.
            8 if words.len() < n => words
                .iter()
                .flat_map(|word| word.to_le_bytes().map(u16::from))
                .take(n)
                .collect(),
            8..=16 => words.iter().copied().take(n).collect(),
            _ => return None,
        };
        (entries.len() == n).then(|| Self::new(first, entries))?
    }

    /// Fills `out` with values of 16 bits, little endian.
    pub(super) fn apply(&self, sample_type: ScalarType, samples: &[u8], out: &mut [u8]) {
        let values = out.as_chunks_mut::<2>().0;
        self.look_up(sample_type, samples, |n, value| {
            if let Some(to) = values.get_mut(n) {
                *to = value.to_le_bytes();
            }
        });
    }
}
