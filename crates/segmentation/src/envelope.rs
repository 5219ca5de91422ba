//! Squared distances along one line: the lower envelope of parabolas (Felzenszwalb and
//! Huttenlocher, Theory of Computing 8 (2012) 415), for both sides of a border at once.
//!
//! A value is the squared distance to the nearest voxel of the other side, positive outside and
//! negative inside. Of the other side's voxels only those just beside a stretch of one side matter
//! to it, at distance 0: any further one is further away. So each stretch is done on its own.

use crate::spacing::Line;
use std::ops::Range;

/// Scratch for one line.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    parabolas: Vec<Parabola>,
}

/// Squared distance from `at` and `base`, the lowest from `from` on.
#[derive(Debug, Clone, Copy)]
struct Parabola {
    at: f32,
    base: f32,
    from: f32,
}

impl Envelope {
    /// Takes those stretches of a line further that reach into the ranges `wanted`, which ascend.
    /// `line` holds signed squared distances over the axes done so far, and then over this one
    /// too. What is `limit` mm² or further away may
    /// come out as anything from `limit` on.
    pub(crate) fn transform(
        &mut self,
        line: &mut [f32],
        axis: &Line,
        limit: f32,
        wanted: &[Range<usize>],
    ) {
        let mut start = 0;
        let mut wanted = wanted.iter().peekable();
        while start < line.len() {
            let is_outside = line[start] > 0.0;
            let same = line[start..]
                .iter()
                .take_while(|&&value| (value > 0.0) == is_outside);
            let end = start + same.count();
            while wanted.next_if(|range| range.end <= start).is_some() {}
            if wanted.peek().is_some_and(|range| range.start < end) {
                self.stretch(line, axis, [start, end], limit);
            }
            start = end;
        }
    }

    /// One stretch of one side.
    fn stretch(&mut self, line: &mut [f32], axis: &Line, [start, end]: [usize; 2], limit: f32) {
        let own = &axis.at[start..end];
        let last = own[own.len() - 1];
        self.parabolas.clear();
        let inner = line[start..end].iter().zip(own);
        let inner = inner.filter_map(|(value, &at)| {
            let base = value.abs();
            (base < limit).then_some((at, base))
        });
        let before = start.checked_sub(1).map(|n| (axis.at[n], 0.0));
        let after = axis.at.get(end).map(|&at| (at, 0.0));
        self.build(
            before.into_iter().chain(inner).chain(after),
            last,
            axis.unit,
        );
        let Some((&first, rest)) = self.parabolas.split_first() else {
            return;
        };
        let mut rest = rest.iter();
        let mut now = first;
        let mut next = rest.next();
        let sign = line[start].signum();
        for (value, &at) in line[start..end].iter_mut().zip(own) {
            while let Some(&lower) = next
                && lower.from < at
            {
                now = lower;
                next = rest.next();
            }
            *value = sign * (axis.squared(at, now.at) + now.base);
        }
    }

    /// Takes the parabolas of voxels, given by position and base, that are the lowest somewhere up
    /// to `last`.
    fn build(&mut self, mut voxels: impl Iterator<Item = (f32, f32)>, last: f32, unit: f32) {
        let Some((at, base)) = voxels.next() else {
            return;
        };
        let mut from = f32::NEG_INFINITY;
        // The last one taken is kept at hand, the others in the list.
        let mut top = Parabola { at, base, from };
        voxels.for_each(|(at, base)| {
            loop {
                // Where the two meet, in a form that does not cancel far from the origin.
                from = 0.5 * ((at + top.at) + (base - top.base) / (unit * (at - top.at)));
                if from > top.from {
                    break;
                }
                match self.parabolas.pop() {
                    Some(before) => top = before,
                    None => {
                        top = Parabola {
                            at,
                            base,
                            from: f32::NEG_INFINITY,
                        };
                        return;
                    }
                }
            }
            if from < last {
                self.parabolas.push(top);
                top = Parabola { at, base, from };
            }
        });
        self.parabolas.push(top);
    }
}
