//! The order of blocks in a scan (ITU-T T.81 A.2): by units of the largest sampling factors where
//! a scan has several components, row by row where it has one; restarts in between.

use super::bits::Bits;
use super::frame::{Frame, Scan, damaged};
use crate::dicom::codec::fault::FrameFault;

/// What comes next in a scan.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    /// Predictions start anew.
    Restart,
    Block(Block),
}

/// A block of a component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Which component of the scan.
    pub(super) component: usize,
    /// Which component of the frame.
    pub(super) place: usize,
    pub(super) column: usize,
    pub(super) row: usize,
}

/// Hands every block of a scan to `decode`, which answers none for codes that do not exist;
/// answers how many bytes the scan has. `sizes` are the components' columns and rows.
pub(super) fn for_each_block(
    frame: &Frame,
    scan: &Scan<'_>,
    bytes: &[u8],
    sizes: &[(usize, usize)],
    mut decode: impl FnMut(&mut Bits<'_>, Next) -> Option<()>,
) -> Result<usize, FrameFault> {
    let bad_code = || damaged("an impossible code");
    let (mut sides, n_across, n_down) = units(frame, scan, sizes);
    let mut bits = Bits::new(bytes);
    let mut until_restart = scan.restart_interval;
    for unit in 0..n_across.saturating_mul(n_down) {
        if scan.restart_interval > 0 && until_restart == 0 {
            if !bits.restart() {
                return Err(damaged("a restart marker is missing"));
            }
            decode(&mut bits, Next::Restart).ok_or_else(bad_code)?;
            until_restart = scan.restart_interval;
        }
        until_restart = until_restart.wrapping_sub(1);
        let across = unit.checked_rem(n_across).unwrap_or(0);
        let down = unit.checked_div(n_across).unwrap_or(0);
        for (component, (place, h, v)) in sides.iter_mut().enumerate() {
            for y in 0..*v {
                for x in 0..*h {
                    let block = Block {
                        component,
                        place: *place,
                        column: across.saturating_mul(*h).saturating_add(x),
                        row: down.saturating_mul(*v).saturating_add(y),
                    };
                    decode(&mut bits, Next::Block(block)).ok_or_else(bad_code)?;
                }
            }
        }
        if bits.is_past_end() {
            return Err(damaged("the scan ends before the image does"));
        }
    }
    Ok(bits.n_bytes_taken())
}

/// Of each component of the scan its place and blocks of a unit, across and down; and the units.
fn units(
    frame: &Frame,
    scan: &Scan<'_>,
    sizes: &[(usize, usize)],
) -> (Vec<(usize, usize, usize)>, usize, usize) {
    if let [only] = scan.components.as_slice() {
        let (columns, rows) = sizes.get(only.place).copied().unwrap_or_default();
        let one = vec![(only.place, 1, 1)];
        return (one, columns.div_ceil(8), rows.div_ceil(8));
    }
    let side = |place: usize| {
        let component = frame.components.get(place);
        component.map_or((place, 0, 0), |c| (place, c.h.into(), c.v.into()))
    };
    let sides = scan.components.iter().map(|c| side(c.place)).collect();
    let (h, v) = frame.largest_sampling();
    let n_units = |n: u16, largest: u8| {
        usize::from(n).div_ceil(usize::from(largest).saturating_mul(8).max(1))
    };
    (sides, n_units(frame.columns, h), n_units(frame.rows, v))
}
