//! Decodes a JPEG-LS scan line by line (ITU-T T.87 annex A).
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "values have at most 18 bits; lines are padded, so that the neighbours of the columns 1..=width are inside; contexts are numbered by construction"
)]

use super::bits::Bits;
use super::context::{Interruption, Regular};
use super::parameters::Parameters;

/// Bits of a run length, by run index (T.87 A.7.1.1, "J").
const RUN_BITS: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];

const MAX_COMPONENTS: usize = 4;

/// One line of one component: column c at c + 1, with a column more before it and two behind.
pub(super) type Line = Vec<i32>;

/// State of a scan.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    p: Parameters,
    pub(super) bits: Bits<'a>,
    width: usize,
    regions: Regions,
    regular: Vec<Regular>,
    interruptions: [Interruption; 2],
    run_index: usize,
}

/// A code that the scan cannot have.
#[derive(Debug)]
pub(super) struct BadCode;

/// Where the neighbours of a sample lie: a left, b above, c above left, d above right.
#[derive(Debug, Clone, Copy)]
struct Neighbours {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
}

impl Neighbours {
    #[inline]
    fn of(above: &[i32], line: &[i32], at: usize) -> Self {
        Self {
            a: line[at - 1],
            b: above[at],
            c: above[at - 1],
            d: above[at + 1],
        }
    }

    /// The median edge detector (A.4.1).
    #[inline]
    fn predicted(self) -> i32 {
        let (low, high) = (self.a.min(self.b), self.a.max(self.b));
        (self.a + self.b - self.c).clamp(low, high)
    }
}

/// Region of a gradient, -4 to 4.
#[derive(Debug)]
struct Regions {
    /// From -last to last; what is beyond is in the same region.
    table: Vec<i8>,
    last: i32,
}

impl Regions {
    fn new(p: &Parameters) -> Self {
        let [t1, t2, t3] = p.thresholds;
        let region = |gradient: i32| {
            let size = match gradient.abs() {
                g if g >= t3 => 4,
                g if g >= t2 => 3,
                g if g >= t1 => 2,
                g if g > p.near => 1,
                _ => 0,
            };
            if gradient < 0 { -size } else { size }
        };
        Self {
            table: (-t3..=t3).map(region).collect(),
            last: t3,
        }
    }

    #[inline]
    fn of(&self, gradient: i32) -> i32 {
        let at = usize::try_from(gradient.clamp(-self.last, self.last) + self.last);
        at.map_or(0, |at| i32::from(self.table[at]))
    }
}

impl<'a> Scan<'a> {
    pub(super) fn new(p: Parameters, width: usize, bytes: &'a [u8]) -> Self {
        Self {
            bits: Bits::new(bytes),
            width,
            regions: Regions::new(&p),
            regular: vec![Regular::new(&p); 365],
            interruptions: [Interruption::new(&p); 2],
            run_index: 0,
            p,
        }
    }

    /// Which of the 729 contexts; 0 is the run mode. The sign is the context's mirror.
    #[inline]
    fn context(&self, n: Neighbours) -> i32 {
        let regions = [n.d - n.b, n.b - n.c, n.c - n.a].map(|gradient| self.regions.of(gradient));
        81 * regions[0] + 9 * regions[1] + regions[2]
    }

    /// The value that an error stands for, brought back into range (A.4.5).
    #[inline]
    fn reconstructed<const IS_PLAIN: bool>(&self, predicted: i32, error: i32) -> i32 {
        if IS_PLAIN {
            return (predicted + error) & self.p.max_value;
        }
        let step = 2 * self.p.near + 1;
        let mut value = predicted + error * step;
        if value < -self.p.near {
            value += self.p.range * step;
        } else if value > self.p.max_value + self.p.near {
            value -= self.p.range * step;
        }
        value.clamp(0, self.p.max_value)
    }

    #[inline(always)]
    fn regular<const IS_PLAIN: bool>(
        &mut self,
        bits: &mut Bits<'_>,
        n: Neighbours,
        context: i32,
    ) -> Result<i32, BadCode> {
        // All ones below 0: `(x ^ sign) - sign` is x or -x.
        let sign = context >> 31;
        let known = &mut self.regular[usize::try_from((context ^ sign) - sign).unwrap_or(0)];
        let correction = (known.c ^ sign) - sign;
        let predicted = (n.predicted() + correction).clamp(0, self.p.max_value);
        let error = known.error::<IS_PLAIN>(bits, &self.p);
        let error = (error.ok_or(BadCode)? ^ sign) - sign;
        Ok(self.reconstructed::<IS_PLAIN>(predicted, error))
    }

    /// How many samples the run beginning at column `at` has, and whether another value ends it
    /// before the line does (A.7.1).
    fn run(&mut self, at: usize) -> (usize, bool) {
        let left = (self.width + 1).saturating_sub(at);
        let mut n = 0;
        while self.bits.take(1) == 1 {
            let step = 1_usize << RUN_BITS[self.run_index & 31];
            if n + step <= left && self.run_index < 31 {
                self.run_index += 1;
            }
            n += step;
            if n >= left {
                return (left, false);
            }
        }
        n += self.bits.take(u32::from(RUN_BITS[self.run_index & 31])) as usize;
        (n.min(left), n < left)
    }

    fn interruption(&mut self, a: i32, b: i32, is_even: bool) -> Result<i32, BadCode> {
        let n_run_bits = u32::from(RUN_BITS[self.run_index & 31]);
        let error = self.interruptions[usize::from(is_even)]
            .error(&mut self.bits, &self.p, is_even, n_run_bits)
            .ok_or(BadCode)?;
        Ok(match is_even {
            true => self.reconstructed::<false>(a, error),
            false => self.reconstructed::<false>(b, if a > b { -error } else { error }),
        })
    }

    /// Decodes a line of one component into `line`; `run_index` is the component's own.
    pub(super) fn line(
        &mut self,
        above: &mut Line,
        line: &mut Line,
        run_index: &mut usize,
    ) -> Result<(), BadCode> {
        pad(above, line, self.width);
        self.run_index = *run_index;
        match self.p.is_plain() {
            true => self.padded_line::<true>(above, line)?,
            false => self.padded_line::<false>(above, line)?,
        }
        *run_index = self.run_index;
        Ok(())
    }

    fn padded_line<const IS_PLAIN: bool>(
        &mut self,
        above: &[i32],
        line: &mut [i32],
    ) -> Result<(), BadCode> {
        let mut at = 1;
        let mut n = Neighbours::of(above, line, at);
        let mut second = self.regions.of(n.b - n.c);
        let mut bits = self.bits;
        while at <= self.width {
            let first = self.regions.of(n.d - n.b);
            let context = 81 * first + 9 * second + self.regions.of(n.c - n.a);
            if context != 0 {
                let value = self.regular::<IS_PLAIN>(&mut bits, n, context)?;
                line[at] = value;
                at += 1;
                n = Neighbours {
                    a: value,
                    b: n.d,
                    c: n.b,
                    d: above[at + 1],
                };
                second = first;
                continue;
            }
            self.bits = bits;
            let (n_run, is_interrupted) = self.run(at);
            line[at..at + n_run].fill(n.a);
            at += n_run;
            if is_interrupted {
                let b = above[at];
                let is_even = (n.a - b).abs() <= self.p.near;
                line[at] = self.interruption(n.a, b, is_even)?;
                self.run_index = self.run_index.saturating_sub(1);
                at += 1;
            }
            bits = self.bits;
            n = Neighbours::of(above, line, at);
            second = self.regions.of(n.b - n.c);
        }
        self.bits = bits;
        Ok(())
    }

    /// Decodes a line of several components, interleaved by sample (B.4.2).
    pub(super) fn interleaved_line(
        &mut self,
        above: &mut [Line],
        line: &mut [Line],
    ) -> Result<(), BadCode> {
        for (above, line) in above.iter_mut().zip(line.iter_mut()) {
            pad(above, line, self.width);
        }
        let mut at = 1;
        while at <= self.width {
            let mut contexts = [0; MAX_COMPONENTS];
            for ((context, above), line) in contexts.iter_mut().zip(&*above).zip(&*line) {
                *context = self.context(Neighbours::of(above, line, at));
            }
            if contexts != [0; MAX_COMPONENTS] {
                for ((context, above), line) in contexts.iter().zip(&*above).zip(&mut *line) {
                    let mut bits = self.bits;
                    let value = self.regular::<false>(
                        &mut bits,
                        Neighbours::of(above, line, at),
                        *context,
                    )?;
                    line[at] = value;
                    self.bits = bits;
                }
                at += 1;
                continue;
            }
            let (n_run, is_interrupted) = self.run(at);
            for line in &mut *line {
                let value = line[at - 1];
                line[at..at + n_run].fill(value);
            }
            at += n_run;
            if is_interrupted {
                for (above, line) in above.iter().zip(&mut *line) {
                    line[at] = self.interruption(line[at - 1], above[at], false)?;
                }
                self.run_index = self.run_index.saturating_sub(1);
                at += 1;
            }
        }
        Ok(())
    }
}

/// What lies beyond the ends of a line (A.2.1).
fn pad(above: &mut [i32], line: &mut [i32], width: usize) {
    above[width + 1] = above[width];
    line[0] = above[1];
}
