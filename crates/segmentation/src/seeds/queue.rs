//! A queue of voxels by distance, for distances that never fall below the last one taken.
//!
//! A radix heap with digits of 8 bits (Ahuja, Mehlhorn, Orlin and Tarjan, J. ACM 37 (1990) 213): an
//! entry lies by the highest digit in which its distance differs from the last one taken, and moves
//! at most three times.

const DIGIT_BITS: u32 = 8;
const N_DIGITS: usize = 256;
const N_LEVELS: usize = 4;

/// Voxels by the distances that were found for them. Only whoever adds and takes knows those: a voxel
/// whose distance has changed since is left out when its turn comes.
#[derive(Debug)]
pub(crate) struct Queue {
    /// The distance taken last.
    last: u32,
    slots: Vec<Vec<u32>>,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            last: 0,
            slots: vec![Vec::new(); N_LEVELS * N_DIGITS],
        }
    }

    /// Adds a voxel; `distance` is not below the last one taken.
    #[inline(always)]
    pub(crate) fn push(&mut self, distance: u32, voxel: u32) {
        debug_assert!(distance >= self.last, "distances ascend");
        let differs = (distance ^ self.last) | 1;
        let level = differs.ilog2() / DIGIT_BITS;
        let slot = level as usize * N_DIGITS + digit(distance, level);
        self.slots[slot].push(voxel);
    }

    /// Takes all voxels with the least distance into `batch`, in order, and answers the distance;
    /// `None` if there are none left.
    ///
    /// Many are asked at once: what they look at is far apart in memory, and so comes together.
    pub(crate) fn take(
        &mut self,
        batch: &mut Vec<u32>,
        distance_of: impl Fn(u32) -> u32,
    ) -> Option<u32> {
        batch.clear();
        loop {
            let slot = &mut self.slots[digit(self.last, 0)];
            std::mem::swap(slot, batch);
            batch.retain(|&voxel| distance_of(voxel) == self.last);
            if !batch.is_empty() {
                batch.sort_unstable();
                batch.dedup();
                return Some(self.last);
            }
            self.advance(&distance_of)?;
        }
    }

    /// Goes on to the next distance that may have voxels; `None` if there is none.
    fn advance(&mut self, distance_of: impl Fn(u32) -> u32) -> Option<()> {
        for level in 0..N_LEVELS as u32 {
            let first = level as usize * N_DIGITS;
            let mut above = digit(self.last, level) + 1..N_DIGITS;
            let found = above.find(|digit| !self.slots[first + digit].is_empty());
            if let Some(found) = found {
                let shift = level * DIGIT_BITS;
                let kept = u64::from(self.last) >> (shift + DIGIT_BITS) << (shift + DIGIT_BITS);
                self.last = kept as u32 | (found as u32) << shift;
                if level > 0 {
                    let mut voxels = std::mem::take(&mut self.slots[first + found]);
                    let is_here = |distance: u32| distance >> shift == self.last >> shift;
                    voxels.retain(|&voxel| is_here(distance_of(voxel)));
                    for voxel in voxels {
                        self.push(distance_of(voxel), voxel);
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
        let (mut n_left, mut last) = (0, 0);
        let mut batch = Vec::new();
        let mut distances = Vec::new();
        for round in 0..20_000 {
            n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if round < 10_000 {
                distances.push(last.max(n >> (n % 30)));
                queue.push(distances[round], round as u32);
                n_left += 1;
            }
            let is_turn = n & 4 == 4 || round >= 10_000;
            let distance_of = |voxel: u32| distances[voxel as usize];
            if is_turn && let Some(distance) = queue.take(&mut batch, distance_of) {
                assert!(distance >= last);
                assert!(batch.iter().all(|&voxel| distance_of(voxel) == distance));
                last = distance;
                n_left -= batch.len();
            }
        }
        assert_eq!((n_left, queue.take(&mut batch, |_| 0)), (0, None));
    }

    #[test]
    fn a_voxel_is_taken_once_by_its_last_distance() {
        let mut queue = Queue::new();
        let distance_of = |voxel: u32| {
            if voxel.is_multiple_of(3) {
                voxel
            } else {
                voxel * voxel
            }
        };
        for voxel in 0..1000 {
            queue.push(voxel * voxel, voxel);
            queue.push(distance_of(voxel), voxel);
        }
        let mut batch = Vec::new();
        let mut taken = Vec::new();
        while let Some(distance) = queue.take(&mut batch, distance_of) {
            taken.extend(batch.iter().map(|&voxel| (distance, voxel)));
        }
        let mut expected: Vec<_> = (0..1000).map(|voxel| (distance_of(voxel), voxel)).collect();
        expected.sort_unstable();
        assert_eq!(taken, expected);
    }
}
