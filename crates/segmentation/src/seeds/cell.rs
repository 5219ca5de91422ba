//! What is known of a voxel while seeds grow, in as few bytes as will do.

use annotomy_volume::labels::Label;
use std::fmt::Debug;

/// A distance and the label that it was found from; the nearer, and of equally near ones the smaller
/// label, is the lesser key.
pub(super) trait Key: Copy + Ord + Debug + Send + Sync {
    /// That of a voxel that no seed reaches.
    const OPEN: Self;
    /// That of a voxel that is neither grown into nor from.
    const CLOSED: Self;
    /// Distances from here on cannot be told apart.
    const FARTHEST: u32;
    /// The largest label that there is a key for.
    const LAST_LABEL: Label;

    /// One that is too far away is open.
    fn new(distance: u32, label: Label) -> Self;
    /// That of a voxel which a move that costs so much leads to.
    fn further(self, cost: u32) -> Self;
    fn distance(self) -> u32;
    /// 0 of an open one.
    fn label(self) -> Label;

    fn is_seed(self) -> bool {
        self != Self::CLOSED && self.distance() == 0
    }
}

/// Bits of a label in a narrow key.
const LABEL_BITS: u32 = 5;

/// For few labels and distances up to 134 million.
impl Key for u32 {
    const OPEN: Self = Self::MAX;
    const CLOSED: Self = 0;
    const FARTHEST: u32 = Self::MAX >> LABEL_BITS;
    const LAST_LABEL: Label = (1 << LABEL_BITS) - 1;

    #[inline(always)]
    fn new(distance: u32, label: Label) -> Self {
        match distance < Self::FARTHEST {
            true => distance << LABEL_BITS | Self::from(label),
            false => Self::OPEN,
        }
    }

    #[inline(always)]
    fn further(self, cost: u32) -> Self {
        self.saturating_add(cost << LABEL_BITS)
    }

    #[inline(always)]
    fn distance(self) -> u32 {
        self >> LABEL_BITS
    }

    #[inline(always)]
    fn label(self) -> Label {
        match self {
            Self::OPEN => 0,
            key => key as Label & Self::LAST_LABEL,
        }
    }
}

/// For all labels.
impl Key for u64 {
    const OPEN: Self = (u32::MAX as Self) << Label::BITS;
    const CLOSED: Self = 0;
    const FARTHEST: u32 = u32::MAX;
    const LAST_LABEL: Label = Label::MAX;

    #[inline(always)]
    fn new(distance: u32, label: Label) -> Self {
        match distance < Self::FARTHEST {
            true => Self::from(distance) << Label::BITS | Self::from(label),
            false => Self::OPEN,
        }
    }

    #[inline(always)]
    fn further(self, cost: u32) -> Self {
        (self + (Self::from(cost) << Label::BITS)).min(Self::OPEN)
    }

    #[inline(always)]
    fn distance(self) -> u32 {
        (self >> Label::BITS) as u32
    }

    #[inline(always)]
    fn label(self) -> Label {
        self as Label
    }
}

/// A voxel. Packed: a narrow one takes six bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, packed(2))]
pub(super) struct Cell<K: Key> {
    pub(super) key: K,
    /// The level of its value.
    pub(super) value: u16,
}

impl<K: Key> Cell<K> {
    pub(super) const CLOSED: Self = Self {
        key: K::CLOSED,
        value: 0,
    };

    /// A copy: what is packed cannot be pointed to.
    #[inline(always)]
    pub(super) fn key(self) -> K {
        self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<K: Key>() {
        let mut keys = Vec::new();
        for distance in [0, 1, 2, 77, 1 << 20, K::FARTHEST - 1] {
            for label in [1, 2, K::LAST_LABEL] {
                let key = K::new(distance, label);
                assert_eq!((key.distance(), key.label()), (distance, label));
                assert_eq!(key.is_seed(), distance == 0);
                assert_eq!(K::new(0, label).further(distance), key);
                keys.push(key);
            }
        }
        assert!(keys.is_sorted() && keys.iter().all(|key| (K::CLOSED..K::OPEN).contains(key)));
        assert_eq!(
            [K::FARTHEST, u32::MAX].map(|far| K::new(far, 1)),
            [K::OPEN; 2]
        );
        assert_eq!((K::OPEN.label(), K::CLOSED.is_seed()), (0, false));
    }

    #[test]
    fn keys_hold_distance_and_label_and_are_in_their_order() {
        check::<u32>();
        check::<u64>();
        assert_eq!((size_of::<Cell<u32>>(), size_of::<Cell<u64>>()), (6, 10));
    }
}
