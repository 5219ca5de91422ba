//! Pictures that were stored turned or mirrored (EXIF and TIFF, tag 274).

use crate::finding::Finding;

/// How the stored picture has to be turned, 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Orientation {
    pub(crate) const AS_STORED: Self = Self(1);

    /// Numbers that mean nothing are as if there were none.
    pub(crate) fn new(number: Option<usize>) -> Self {
        let number = number.and_then(|n| u8::try_from(n).ok());
        number
            .filter(|n| (1..=8).contains(n))
            .map_or(Self::AS_STORED, Self)
    }

    /// Whether rows become columns.
    pub(crate) const fn is_turned(self) -> bool {
        self.0 >= 5
    }

    pub(crate) fn finding(self) -> Option<Finding> {
        let message = "The picture was stored turned or mirrored; it is shown upright, as its orientation tag says.";
        (self != Self::AS_STORED).then(|| Finding::note("turned_upright", message))
    }

    /// Puts pixels of `n_bytes` into their place.
    pub(crate) fn apply(
        self,
        stored: &[u8],
        [columns, rows]: [usize; 2],
        n_bytes: usize,
        out: &mut [u8],
    ) {
        if self == Self::AS_STORED {
            return out.copy_from_slice(stored);
        }
        let (last_column, last_row) = (columns.saturating_sub(1), rows.saturating_sub(1));
        let width = if self.is_turned() { rows } else { columns };
        for (n, to) in out.chunks_exact_mut(n_bytes).enumerate() {
            let x = n.checked_rem(width).unwrap_or(0);
            let y = n.checked_div(width).unwrap_or(0);
            let (column, row) = match self.0 {
                2 => (last_column.saturating_sub(x), y),
                3 => (last_column.saturating_sub(x), last_row.saturating_sub(y)),
                4 => (x, last_row.saturating_sub(y)),
                5 => (y, x),
                6 => (y, last_row.saturating_sub(x)),
                7 => (last_column.saturating_sub(y), last_row.saturating_sub(x)),
                8 => (last_column.saturating_sub(y), x),
                _ => (x, y),
            };
            let from = row.saturating_mul(columns).saturating_add(column);
            let from = from.saturating_mul(n_bytes);
            if let Some(pixel) = stored.get(from..from.saturating_add(n_bytes)) {
                to.copy_from_slice(pixel);
            }
        }
    }
}
