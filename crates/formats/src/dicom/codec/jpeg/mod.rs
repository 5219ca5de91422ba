//! JPEG: baseline, extended with 8 or 12 bits, progressive, lossless (ITU-T T.81; DICOM PS3.5 8.2.1, A.4.1).

mod bits;
mod frame;
mod huffman;
mod idct;
mod lossless;
mod plane;
mod progressive;
mod sequential;
mod units;
mod upsample;
mod zigzag;

use super::colour::Model;
use super::fault::FrameFault;
use super::form::FrameForm;
use super::marker::{Marker, Markers};
use frame::{CODEC, Frame, Process, Scan, Tables, damaged, unsupported};
use plane::Plane;
use progressive::Coefficients;
use upsample::Factors;

/// What the application segments say about colour.
#[derive(Debug, Default)]
struct Hints {
    is_jfif: bool,
    /// The transform that an Adobe segment names: 0 for none.
    adobe: Option<u8>,
}

/// Scans of one image. Progressive ones have some ten; each costs a walk over all blocks, however
/// short it is.
const MAX_SCANS: usize = 200;

/// What the segments have told so far.
#[derive(Debug, Default)]
struct Decoder {
    tables: Tables,
    hints: Hints,
    frame: Option<Frame>,
    planes: Vec<Plane>,
    /// Of a progressive frame.
    coefficients: Vec<Coefficients>,
    /// Components that had a scan.
    is_done: Vec<bool>,
    n_scans: usize,
}

/// Fills `out` with samples, interleaved by pixel, each as wide as the form says; answers in which
/// colours they are.
pub(super) fn decode(
    encoded: &[u8],
    form: &FrameForm,
    out: &mut [u8],
) -> Result<Model, FrameFault> {
    let mut markers = Markers::new(encoded).ok_or_else(|| damaged("no start of image"))?;
    let mut decoder = Decoder::default();
    while let Some(Marker { code, body }) = markers.next() {
        match code {
            0xC4 => decoder.tables.read_huffman(body)?,
            0xDB => decoder.tables.read_quantization(body)?,
            0xDD => decoder.tables.read_restart_interval(body)?,
            0xE0 => decoder.hints.is_jfif |= body.starts_with(b"JFIF\0"),
            0xEE if body.starts_with(b"Adobe") => decoder.hints.adobe = body.get(11).copied(),
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xF7 => {
                decoder.begin(Frame::read(code, body)?, form)?;
            }
            0xDA => {
                let n_taken = decoder.scan(body, markers.rest(), form, out)?;
                markers.skip(n_taken);
                if decoder.is_complete() {
                    break;
                }
            }
            _ => {}
        }
    }
    decoder.finish(form, out)
}

impl Decoder {
    fn begin(&mut self, frame: Frame, form: &FrameForm) -> Result<(), FrameFault> {
        if self.frame.is_some() {
            return Err(damaged("two frames"));
        }
        check(&frame, form)?;
        if frame.process != Process::Lossless {
            let plane = |component| Plane::new(&frame, component);
            self.planes = frame.components.iter().copied().map(plane).collect();
        }
        if frame.process == Process::Progressive {
            self.coefficients = self.planes.iter().map(Coefficients::new).collect();
        }
        self.is_done = vec![false; frame.components.len()];
        self.frame = Some(frame);
        Ok(())
    }

    /// Decodes a scan; answers how many bytes it has.
    fn scan(
        &mut self,
        header: &[u8],
        bytes: &[u8],
        form: &FrameForm,
        out: &mut [u8],
    ) -> Result<usize, FrameFault> {
        self.n_scans = self.n_scans.saturating_add(1);
        if self.n_scans > MAX_SCANS {
            return Err(damaged("too many scans"));
        }
        let frame = self.frame.as_ref();
        let frame = frame.ok_or_else(|| damaged("a scan before the frame"))?;
        let scan = Scan::read(header, frame, &self.tables)?;
        let (planes, coefficients) = (&mut self.planes, &mut self.coefficients);
        let n_taken = match frame.process {
            Process::Lossless => lossless::decode_scan(frame, &scan, bytes, form, out)?,
            Process::Sequential => {
                sequential::decode_scan(frame, &scan, &self.tables, bytes, planes)?
            }
            Process::Progressive => {
                progressive::decode_scan(frame, &scan, bytes, planes, coefficients)?
            }
        };
        for component in &scan.components {
            if let Some(is_done) = self.is_done.get_mut(component.place) {
                *is_done = true;
            }
        }
        Ok(n_taken)
    }

    /// Whether nothing more can come; progressive scans go on to the end of the image.
    fn is_complete(&self) -> bool {
        let is_progressive = self
            .frame
            .as_ref()
            .is_some_and(|frame| frame.process == Process::Progressive);
        !is_progressive && !self.is_done.contains(&false)
    }

    fn finish(mut self, form: &FrameForm, out: &mut [u8]) -> Result<Model, FrameFault> {
        let frame = self.frame.ok_or_else(|| damaged("no frame"))?;
        if self.is_done.contains(&false) {
            return Err(damaged("a component without a scan"));
        }
        let components = self.coefficients.iter().zip(&mut self.planes);
        for (place, (coefficients, plane)) in components.enumerate() {
            let table = self.tables.of(&frame, place);
            let table = table.ok_or_else(|| damaged("a table is missing"))?;
            coefficients
                .transform(table, plane)
                .ok_or_else(|| damaged("an impossible block"))?;
        }
        if frame.process != Process::Lossless {
            upsample(&frame, &self.planes, form, out)?;
        }
        Ok(model(&frame, &self.hints, form))
    }
}

fn check(frame: &Frame, form: &FrameForm) -> Result<(), FrameFault> {
    form.check(
        CODEC,
        frame.columns.into(),
        frame.rows.into(),
        frame.components.len(),
    )?;
    form.check_precision(CODEC, frame.precision.into())
}

fn upsample(
    frame: &Frame,
    planes: &[Plane],
    form: &FrameForm,
    out: &mut [u8],
) -> Result<(), FrameFault> {
    let (h, v) = frame.largest_sampling();
    let mut line = vec![0; form.columns];
    for (place, (component, plane)) in frame.components.iter().zip(planes).enumerate() {
        if !h.is_multiple_of(component.h) || !v.is_multiple_of(component.v) {
            return Err(unsupported("components sampled at odd ratios"));
        }
        let factors = Factors {
            across: usize::from(h).checked_div(component.h.into()).unwrap_or(1),
            down: usize::from(v).checked_div(component.v.into()).unwrap_or(1),
        };
        for (n, row) in out.chunks_exact_mut(form.row_bytes().max(1)).enumerate() {
            upsample::row(plane, factors, n, &mut line);
            form.put_row(row, place, line.iter().copied());
        }
    }
    Ok(())
}

/// The stream's own marks come before the header's word: the transform of an Adobe segment, JFIF,
/// which is always YCbCr (T.871), and the letters as names of components. Without any, the
/// photometric interpretation holds.
fn model(frame: &Frame, hints: &Hints, form: &FrameForm) -> Model {
    let ids: Vec<u8> = frame.components.iter().map(|c| c.id).collect();
    match hints.adobe {
        _ if form.samples != 3 => Model::Declared,
        Some(0) => Model::Rgb,
        Some(1) => Model::YbrFull,
        _ if ids == *b"RGB" => Model::Rgb,
        _ if hints.is_jfif && frame.process == Process::Sequential => Model::YbrFull,
        _ => Model::Declared,
    }
}
