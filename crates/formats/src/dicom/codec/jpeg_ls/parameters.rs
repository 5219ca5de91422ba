//! Parameters of a JPEG-LS scan (ITU-T T.87 annex C.2.4.1.1).
#![expect(
    clippy::arithmetic_side_effects,
    reason = "operands are below 2^17 by the checks in `new`"
)]

/// Preset coding parameters as a file may give them; 0 means the default.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Preset {
    pub(super) max_value: i32,
    pub(super) thresholds: [i32; 3],
    pub(super) reset: i32,
}

/// What the coding of a scan depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters {
    pub(super) max_value: i32,
    pub(super) near: i32,
    pub(super) range: i32,
    /// Bits of a mapped error that is coded directly.
    pub(super) n_direct_bits: u32,
    /// Longest code.
    pub(super) limit: u32,
    pub(super) thresholds: [i32; 3],
    /// Count at which a context is halved.
    pub(super) reset: i32,
}

impl Parameters {
    /// `None` if the values are outside what T.87 table C.1 to C.3 allow. `precision` is 2 to 16.
    pub(super) fn new(precision: u8, near: i32, preset: Preset) -> Option<Self> {
        let full = (1_i32 << precision) - 1;
        let max_value = match preset.max_value {
            0 => full,
            given if given <= full => given,
            _ => return None,
        };
        if near < 0 || near > (max_value / 2).min(255) {
            return None;
        }
        let mut thresholds = default_thresholds(max_value, near);
        let mut least = near + 1;
        for (threshold, given) in thresholds.iter_mut().zip(preset.thresholds) {
            if given != 0 {
                if given < least || given > max_value {
                    return None;
                }
                *threshold = given;
            }
            least = *threshold;
        }
        let reset = match preset.reset {
            0 => 64,
            given if given >= 3 && given <= max_value.max(255) => given,
            _ => return None,
        };
        let range = (max_value + 2 * near) / (2 * near + 1) + 1;
        let n_bits = bits_below(max_value + 1).max(2);
        Some(Self {
            max_value,
            near,
            range,
            n_direct_bits: bits_below(range),
            limit: 2 * (n_bits + n_bits.max(8)),
            thresholds,
            reset,
        })
    }

    /// Whether values are kept as they are and leave the range as bits leave a number.
    pub(super) fn is_plain(&self) -> bool {
        self.near == 0 && self.range == self.max_value + 1 && self.range & self.max_value == 0
    }
}

/// Bits that hold every number below `n`.
fn bits_below(n: i32) -> u32 {
    32 - (n.max(1) - 1).leading_zeros()
}

fn default_thresholds(max_value: i32, near: i32) -> [i32; 3] {
    let clamp = |value: i32, least: i32| match value > max_value || value < least {
        true => least,
        false => value,
    };
    let [t1, t2, t3] = if max_value >= 128 {
        let factor = (max_value.min(4095) + 128) / 256;
        [factor + 2, factor * 4 + 3, factor * 17 + 4]
    } else {
        let factor = 256 / (max_value + 1);
        [
            (3 / factor).max(2),
            (7 / factor).max(3),
            (21 / factor).max(4),
        ]
    };
    let t1 = clamp(t1 + 3 * near, near + 1);
    let t2 = clamp(t2 + 5 * near, t1);
    [t1, t2, clamp(t3 + 7 * near, t2)]
}
