//! A queue of voxels by distance, for distances that never fall below the last one taken.
//!
//! A radix heap with digits of 8 bits (Ahuja, Mehlhorn, Orlin and Tarjan, J. ACM 37 (1990) 213): an
//! entry lies by the highest digit in which its distance differs from the last one taken, and moves
//! at most three times.

const DIGIT_BITS: u32 = 8;
const N_DIGITS: usize = 256;
const N_LEVELS: usize = 4;

/// Distances and the voxels that they were found for.
#[derive(Debug)]
pub(super) struct Queue {
    /// The distance taken last.
    last: u32,
    slots: Vec<Vec<(u32, u32)>>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            last: 0,
            slots: vec![Vec::new(); N_LEVELS * N_DIGITS],
        }
    }

    /// Adds a voxel; `distance` is not below the last one taken.
    #[inline(always)]
    pub(super) fn push(&mut self, distance: u32, voxel: u32) {
        debug_assert!(distance >= self.last, "distances ascend");
        let differs = (distance ^ self.last) | 1;
        let level = differs.ilog2() / DIGIT_BITS;
        let slot = level as usize * N_DIGITS + digit(distance, level);
        self.slots[slot].push((distance, voxel));
    }

    /// Takes a voxel with the least distance.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<(u32, u32)> {
        loop {
            let next = self.slots[digit(self.last, 0)].pop();
            if next.is_some() {
                return next;
            }
            self.advance()?;
        }
    }

    /// Goes on to the next distance that may have voxels; `None` if there is none.
    fn advance(&mut self) -> Option<()> {
        for level in 0..N_LEVELS as u32 {
            let first = level as usize * N_DIGITS;
            let above = digit(self.last, level) + 1..N_DIGITS;
            let found = above
                .into_iter()
                .find(|digit| !self.slots[first + digit].is_empty());
            if let Some(found) = found {
                let shift = level * DIGIT_BITS;
                let kept = u64::from(self.last) >> (shift + DIGIT_BITS) << (shift + DIGIT_BITS);
                self.last = kept as u32 | (found as u32) << shift;
                if level > 0 {
                    let entries = std::mem::take(&mut self.slots[first + found]);
                    for (distance, voxel) in entries {
                        self.push(distance, voxel);
                    }
                }
                return Some(());
            }
        }
        None
    }
}

#[inline(always)]
const fn digit(distance: u32, level: u32) -> usize {
    (distance >> (level * DIGIT_BITS)) as usize % N_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_come_in_order_however_they_are_added() {
        let mut queue = Queue::new();
        let mut n: u32 = 1;
        let mut left = 0;
        let mut last = 0;
        for round in 0..20_000 {
            n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if round < 10_000 {
                let more = n >> (n % 30);
                queue.push(last.max(more), round);
                left += 1;
            }
            if n & 1 == 1 || round >= 10_000 {
                let Some((distance, _)) = queue.pop() else {
                    continue;
                };
                assert!(distance >= last);
                last = distance;
                left -= 1;
            }
        }
        assert_eq!((left, queue.pop()), (0, None));
    }
}
