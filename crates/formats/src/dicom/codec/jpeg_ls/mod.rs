//! JPEG-LS, lossless and near-lossless (ITU-T T.87 | ISO/IEC 14495-1; DICOM PS3.5 8.2.3, A.4.3).
//!
//! Our own, because the kept crates either bind to C++ (CharLS), where a fault ends the program, or
//! read one component only. Not read: mapping tables, restart intervals, point transforms and
//! oversize dimensions, which DICOM's encoders do not write.

mod bits;
mod context;
mod parameters;
mod scan;

use super::fault::FrameFault;
use super::form::FrameForm;
use super::marker::{Marker, Markers};
use parameters::{Parameters, Preset};
use scan::{Line, Scan};

const CODEC: &str = "JPEG-LS";

fn damaged(reason: impl Into<String>) -> FrameFault {
    FrameFault::Damaged {
        codec: CODEC,
        reason: reason.into(),
    }
}

fn unsupported(what: &str) -> FrameFault {
    FrameFault::Unsupported {
        codec: CODEC,
        what: what.to_owned(),
    }
}

/// Fills `out` with samples, interleaved by pixel, each as wide as the form says.
pub(super) fn decode(encoded: &[u8], form: &FrameForm, out: &mut [u8]) -> Result<(), FrameFault> {
    let mut markers = Markers::new(encoded).ok_or_else(|| damaged("no start of image"))?;
    let mut precision = None;
    let mut preset = Preset::default();
    let mut n_done = 0;
    while n_done < form.samples {
        let Marker { code, body } = markers.next().ok_or_else(|| damaged("no scan"))?;
        match code {
            0xF7 => precision = Some(check_frame(body, form)?),
            0xF8 => preset = read_preset(body)?,
            0xDA => {
                let precision = precision.ok_or_else(|| damaged("a scan before the frame"))?;
                let header = ScanHeader::read(body)?;
                let parameters = Parameters::new(precision, header.near, preset)
                    .ok_or_else(|| damaged("impossible coding parameters"))?;
                let scan = Scan::new(parameters, form.columns, markers.rest());
                let at = n_done;
                n_done = n_done.saturating_add(header.n_components);
                if n_done > form.samples {
                    return Err(damaged("more components than the frame has"));
                }
                let n_taken = decode_scan(scan, &header, at, form, out)?;
                markers.skip(n_taken);
            }
            0xDD if body.iter().any(|byte| *byte != 0) => {
                return Err(unsupported("restart intervals"));
            }
            // The colour transforms of one vendor (CharLS: "mrfx").
            0xE8 if body.starts_with(b"mrfx") && body.get(4) != Some(&0) => {
                return Err(unsupported("a colour transform"));
            }
            0xC0..=0xC3 | 0xC5..=0xCF => return Err(damaged("another kind of JPEG")),
            _ => {}
        }
    }
    Ok(())
}

/// SOF55 (T.87 C.2.2); answers the precision.
fn check_frame(body: &[u8], form: &FrameForm) -> Result<u8, FrameFault> {
    let Some((&[precision, a, b, c, d, n_components], components)) = body.split_first_chunk()
    else {
        return Err(damaged("an incomplete frame header"));
    };
    let (rows, columns) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    form.check(CODEC, columns.into(), rows.into(), n_components.into())?;
    let is_subsampled = components
        .as_chunks::<3>()
        .0
        .iter()
        .any(|[_, sampling, _]| *sampling != 0x11);
    if is_subsampled {
        return Err(unsupported("subsampled components"));
    }
    form.check_precision(CODEC, precision.into())?;
    match precision {
        2..=16 => Ok(precision),
        _ => Err(damaged(format!("{precision} bits"))),
    }
}

/// LSE (T.87 C.2.4).
fn read_preset(body: &[u8]) -> Result<Preset, FrameFault> {
    match body.split_first() {
        Some((1, values)) => {
            let mut values = values
                .as_chunks::<2>()
                .0
                .iter()
                .map(|value| i32::from(u16::from_be_bytes(*value)));
            let mut next = || {
                values
                    .next()
                    .ok_or_else(|| damaged("incomplete parameters"))
            };
            Ok(Preset {
                max_value: next()?,
                thresholds: [next()?, next()?, next()?],
                reset: next()?,
            })
        }
        Some((2 | 3, _)) => Err(unsupported("a mapping table")),
        Some((4, _)) => Err(unsupported("oversize dimensions")),
        _ => Err(damaged("unknown parameters")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interleave {
    None,
    Line,
    Sample,
}

#[derive(Debug)]
struct ScanHeader {
    n_components: usize,
    near: i32,
    interleave: Interleave,
}

impl ScanHeader {
    /// SOS (T.87 C.2.3).
    fn read(body: &[u8]) -> Result<Self, FrameFault> {
        let incomplete = || damaged("an incomplete scan header");
        let (&n_components, rest) = body.split_first().ok_or_else(incomplete)?;
        let (components, rest) = rest
            .split_at_checked(usize::from(n_components).saturating_mul(2))
            .ok_or_else(incomplete)?;
        let &[near, interleave, transform] = rest.first_chunk().ok_or_else(incomplete)?;
        if components
            .as_chunks::<2>()
            .0
            .iter()
            .any(|[_, table]| *table != 0)
        {
            return Err(unsupported("a mapping table"));
        }
        if transform != 0 {
            return Err(unsupported("a point transform"));
        }
        let interleave = match (interleave, n_components) {
            (0, 1) => Interleave::None,
            (1, 1..=4) => Interleave::Line,
            (2, 1..=4) => Interleave::Sample,
            _ => return Err(damaged("an impossible interleaving")),
        };
        Ok(Self {
            n_components: n_components.into(),
            near: near.into(),
            interleave,
        })
    }
}

/// Decodes the components from `first` on; answers how many bytes the scan has.
fn decode_scan(
    mut scan: Scan<'_>,
    header: &ScanHeader,
    first: usize,
    form: &FrameForm,
    out: &mut [u8],
) -> Result<usize, FrameFault> {
    let n_padded = form.columns.saturating_add(3);
    let blank: Vec<Line> = vec![vec![0; n_padded]; header.n_components];
    let (mut above, mut line) = (blank.clone(), blank);
    let mut run_index = vec![0; header.n_components];
    let bad_code = |_| damaged("an impossible code");
    let n_row_bytes = form.row_bytes();
    for row in out.chunks_exact_mut(n_row_bytes.max(1)) {
        if header.interleave == Interleave::Sample && header.n_components > 1 {
            scan.interleaved_line(&mut above, &mut line)
                .map_err(bad_code)?;
        } else {
            for ((above, line), run_index) in above.iter_mut().zip(&mut line).zip(&mut run_index) {
                scan.line(above, line, run_index).map_err(bad_code)?;
            }
        }
        if scan.bits.is_past_end() {
            return Err(damaged("the scan ends before the image does"));
        }
        for (component, line) in line.iter().enumerate() {
            let values = line.get(1..).unwrap_or_default().iter().copied();
            form.put_row(row, first.saturating_add(component), values);
        }
        std::mem::swap(&mut above, &mut line);
    }
    Ok(scan.bits.n_bytes_taken())
}
