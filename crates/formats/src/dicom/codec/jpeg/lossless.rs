//! Lossless JPEG, all predictors (ITU-T T.81 annex H; DICOM PS3.5 A.4.1).

use super::bits::Bits;
use super::frame::{Frame, Scan, damaged, unsupported};
use super::huffman::Huffman;
use crate::dicom::codec::fault::FrameFault;
use crate::dicom::codec::form::FrameForm;

/// One row of one component.
#[derive(Debug, Clone)]
struct Row {
    above: Vec<i32>,
    line: Vec<i32>,
}

/// Decodes the components of one scan into `out`; answers how many bytes the scan has.
pub(super) fn decode_scan(
    frame: &Frame,
    scan: &Scan<'_>,
    bytes: &[u8],
    form: &FrameForm,
    out: &mut [u8],
) -> Result<usize, FrameFault> {
    if frame.components.iter().any(|c| (c.h, c.v) != (1, 1)) && frame.components.len() > 1 {
        return Err(unsupported("subsampled components"));
    }
    let predictor = scan.start;
    let shift = u32::from(scan.shift);
    if !(1..=7).contains(&predictor) || shift >= u32::from(frame.precision) {
        return Err(damaged("an impossible predictor"));
    }
    let columns = form.columns;
    let n_restart_rows = match (scan.restart_interval as usize, columns) {
        (0, _) => usize::MAX,
        (n, columns) if n.is_multiple_of(columns) => n.checked_div(columns).unwrap_or(1),
        _ => return Err(damaged("a restart inside a row")),
    };
    let middle = 1_i32.unbounded_shl(
        u32::from(frame.precision)
            .saturating_sub(shift)
            .saturating_sub(1),
    );
    let mut bits = Bits::new(bytes);
    let blank = Row {
        above: vec![0; columns],
        line: vec![0; columns],
    };
    let mut rows = vec![blank; scan.components.len()];
    let mut since_restart = 0;
    for row in out.chunks_exact_mut(form.row_bytes().max(1)) {
        if since_restart == n_restart_rows {
            if !bits.restart() {
                return Err(damaged("a restart marker is missing"));
            }
            since_restart = 0;
        }
        let is_first = since_restart == 0;
        since_restart = since_restart.saturating_add(1);
        match (rows.as_mut_slice(), scan.components.as_slice()) {
            ([only], [component]) if !is_first => {
                let table = component.dc.ok_or_else(no_table)?;
                single(predictor, table, &mut bits, only).ok_or_else(bad_code)?;
            }
            (rows, components) => {
                let tables: Vec<&Huffman> = components
                    .iter()
                    .map(|component| component.dc.ok_or_else(no_table))
                    .collect::<Result<_, _>>()?;
                let first = is_first.then_some(middle);
                interleaved(predictor, &tables, &mut bits, rows, first).ok_or_else(bad_code)?;
            }
        }
        if bits.is_past_end() {
            return Err(damaged("the scan ends before the image does"));
        }
        for (component, values) in scan.components.iter().zip(&mut rows) {
            let shifted = values
                .line
                .iter()
                .map(|value| (value & 0xFFFF).unbounded_shl(shift));
            form.put_row(row, component.place, shifted);
            std::mem::swap(&mut values.above, &mut values.line);
        }
    }
    Ok(bits.n_bytes_taken())
}

fn no_table() -> FrameFault {
    damaged("a Huffman table is missing")
}

fn bad_code() -> FrameFault {
    damaged("an impossible code")
}

/// T.81 table H.1; a left, b above, c above left.
#[inline]
fn predicted(predictor: u8, a: i32, b: i32, c: i32) -> i32 {
    match predictor {
        1 => a,
        2 => b,
        3 => c,
        4 => a.wrapping_add(b).wrapping_sub(c),
        5 => a.wrapping_add(b.wrapping_sub(c) >> 1),
        6 => b.wrapping_add(a.wrapping_sub(c) >> 1),
        _ => a.wrapping_add(b) >> 1,
    }
}

/// A row below another of an image of one component.
fn single(predictor: u8, table: &Huffman, bits: &mut Bits<'_>, row: &mut Row) -> Option<()> {
    macro_rules! with {
        ($predictor:literal) => {{
            let mut c = *row.above.first()?;
            let mut a = None;
            for (value, above) in row.line.iter_mut().zip(&row.above) {
                let expected = match a {
                    Some(a) => predicted($predictor, a, *above, c),
                    None => *above,
                };
                let difference = table.difference(bits)?;
                *value = expected.wrapping_add(difference) & 0xFFFF;
                a = Some(*value);
                c = *above;
            }
        }};
    }
    match predictor {
        1 => with!(1),
        2 => with!(2),
        3 => with!(3),
        4 => with!(4),
        5 => with!(5),
        6 => with!(6),
        _ => with!(7),
    }
    Some(())
}

/// A row of several components. The first row, and the first after a restart, is predicted from
/// the left, and its first sample is `first` (H.1.2.1).
fn interleaved(
    predictor: u8,
    tables: &[&Huffman],
    bits: &mut Bits<'_>,
    rows: &mut [Row],
    first: Option<i32>,
) -> Option<()> {
    let n_columns = rows.first()?.line.len();
    for column in 0..n_columns {
        for (row, table) in rows.iter_mut().zip(tables) {
            let left = column.checked_sub(1);
            let above = *row.above.get(column)?;
            let expected = match (left, first) {
                (None, Some(middle)) => middle,
                (None, None) => above,
                (Some(left), Some(_)) => *row.line.get(left)?,
                (Some(left), None) => predicted(
                    predictor,
                    *row.line.get(left)?,
                    above,
                    *row.above.get(left)?,
                ),
            };
            let difference = table.difference(bits)?;
            *row.line.get_mut(column)? = expected.wrapping_add(difference) & 0xFFFF;
        }
    }
    Some(())
}
