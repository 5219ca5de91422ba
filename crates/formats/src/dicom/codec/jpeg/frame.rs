//! The headers of a JPEG image (ITU-T T.81 annex B).

use super::huffman::Huffman;
use crate::dicom::codec::fault::FrameFault;

pub(super) const CODEC: &str = "JPEG";

pub(super) fn damaged(reason: impl Into<String>) -> FrameFault {
    FrameFault::Damaged {
        codec: CODEC,
        reason: reason.into(),
    }
}

pub(super) fn unsupported(what: &str) -> FrameFault {
    FrameFault::Unsupported {
        codec: CODEC,
        what: what.to_owned(),
    }
}

/// How a frame is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    /// Cosine transform, Huffman codes (SOF0, SOF1).
    Sequential,
    /// Cosine transform, Huffman codes, bit by bit (SOF2).
    Progressive,
    /// Predicted, Huffman codes (SOF3).
    Lossless,
}

/// A component of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Sampling factors.
    pub(super) h: u8,
    pub(super) v: u8,
    pub(super) quantization: u8,
}

/// SOF (B.2.2).
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) process: Process,
    pub(super) precision: u8,
    pub(super) rows: u16,
    pub(super) columns: u16,
    pub(super) components: Vec<Component>,
}

impl Frame {
    pub(super) fn read(code: u8, body: &[u8]) -> Result<Self, FrameFault> {
        let process = match code {
            0xC0 | 0xC1 => Process::Sequential,
            0xC3 => Process::Lossless,
            0xC2 => Process::Progressive,
            0xF7 => return Err(damaged("JPEG-LS under the name of JPEG")),
            _ => return Err(unsupported("hierarchical or arithmetic coding")),
        };
        let incomplete = || damaged("an incomplete frame header");
        let (&[precision, a, b, c, d, n], rest) =
            body.split_first_chunk().ok_or_else(incomplete)?;
        let components: Vec<Component> = rest
            .as_chunks::<3>()
            .0
            .iter()
            .take(n.into())
            .map(|&[id, sampling, quantization]| Component {
                id,
                h: sampling >> 4,
                v: sampling & 15,
                quantization,
            })
            .collect();
        if components.len() != usize::from(n) || components.is_empty() {
            return Err(incomplete());
        }
        let is_sampled = |c: &Component| (1..=4).contains(&c.h) && (1..=4).contains(&c.v);
        let is_precise = match process {
            Process::Sequential | Process::Progressive => matches!(precision, 8 | 12),
            Process::Lossless => (2..=16).contains(&precision),
        };
        if !components.iter().all(is_sampled) || !is_precise {
            return Err(damaged("an impossible frame header"));
        }
        Ok(Self {
            process,
            precision,
            rows: u16::from_be_bytes([a, b]),
            columns: u16::from_be_bytes([c, d]),
            components,
        })
    }

    pub(super) fn largest_sampling(&self) -> (u8, u8) {
        let h = self.components.iter().map(|c| c.h).max().unwrap_or(1);
        let v = self.components.iter().map(|c| c.v).max().unwrap_or(1);
        (h, v)
    }
}

/// Tables that later scans use (B.2.4).
#[derive(Debug, Default)]
pub(super) struct Tables {
    quantization: [Option<[u16; 64]>; 4],
    dc: [Option<Huffman>; 4],
    ac: [Option<Huffman>; 4],
    pub(super) restart_interval: u16,
}

impl Tables {
    /// The quantization of a component, in zigzag order.
    pub(super) fn of(&self, frame: &Frame, place: usize) -> Option<&[u16; 64]> {
        let component = frame.components.get(place)?;
        let table = self.quantization.get(usize::from(component.quantization));
        table.and_then(Option::as_ref)
    }

    /// DQT: tables in zigzag order.
    pub(super) fn read_quantization(&mut self, mut body: &[u8]) -> Result<(), FrameFault> {
        let incomplete = || damaged("an incomplete quantization table");
        while let Some((&kind, rest)) = body.split_first() {
            let mut table = [0; 64];
            body = if kind >> 4 == 0 {
                let (values, rest) = rest.split_first_chunk::<64>().ok_or_else(incomplete)?;
                table
                    .iter_mut()
                    .zip(values)
                    .for_each(|(to, q)| *to = (*q).into());
                rest
            } else {
                let (values, rest) = rest.split_at_checked(128).ok_or_else(incomplete)?;
                let values = values.as_chunks::<2>().0;
                let values = values.iter().map(|q| u16::from_be_bytes(*q));
                table.iter_mut().zip(values).for_each(|(to, q)| *to = q);
                rest
            };
            let place = self.quantization.get_mut(usize::from(kind & 15));
            *place.ok_or_else(incomplete)? = Some(table);
        }
        Ok(())
    }

    /// DHT.
    pub(super) fn read_huffman(&mut self, mut body: &[u8]) -> Result<(), FrameFault> {
        let bad = || damaged("an impossible Huffman table");
        while let Some((&kind, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(bad)?;
            let n = counts.iter().map(|n| usize::from(*n)).sum();
            let (symbols, rest) = rest.split_at_checked(n).ok_or_else(bad)?;
            let table = Huffman::new(counts, symbols).ok_or_else(bad)?;
            let class = if kind >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let place = class.get_mut(usize::from(kind & 15));
            *place.ok_or_else(bad)? = Some(table);
            body = rest;
        }
        Ok(())
    }

    /// DRI.
    pub(super) fn read_restart_interval(&mut self, body: &[u8]) -> Result<(), FrameFault> {
        let interval = body
            .first_chunk()
            .ok_or_else(|| damaged("an incomplete interval"))?;
        self.restart_interval = u16::from_be_bytes(*interval);
        Ok(())
    }
}

/// A component of a scan.
#[derive(Debug)]
pub(super) struct ScanComponent<'a> {
    /// Which of the frame's.
    pub(super) place: usize,
    pub(super) dc: Option<&'a Huffman>,
    pub(super) ac: Option<&'a Huffman>,
}

/// SOS (B.2.3).
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) components: Vec<ScanComponent<'a>>,
    /// First and last coefficient of a progressive scan; the predictor of a lossless one comes in
    /// the place of the first. Sequential scans always have 0 and 63, which some writers get wrong.
    pub(super) start: u8,
    pub(super) end: u8,
    /// Bits that a progressive scan leaves to later ones, and that an earlier one left to it; the
    /// first is the point transform of a lossless scan.
    pub(super) shift: u8,
    pub(super) high: u8,
    pub(super) restart_interval: u16,
}

impl<'a> Scan<'a> {
    pub(super) fn read(body: &[u8], frame: &Frame, tables: &'a Tables) -> Result<Self, FrameFault> {
        let incomplete = || damaged("an incomplete scan header");
        let (&n, rest) = body.split_first().ok_or_else(incomplete)?;
        let (selectors, rest) = rest
            .split_at_checked(usize::from(n).saturating_mul(2))
            .ok_or_else(incomplete)?;
        let &[start, end, shifts] = rest.first_chunk().ok_or_else(incomplete)?;
        let mut components = Vec::new();
        for &[id, table] in selectors.as_chunks::<2>().0 {
            let place = frame.components.iter().position(|c| c.id == id);
            let place = place.ok_or_else(|| damaged("a scan of an unknown component"))?;
            let is_new = components
                .iter()
                .all(|c: &ScanComponent<'_>| c.place != place);
            if !is_new {
                return Err(damaged("a component twice in a scan"));
            }
            let of = |class: &'a [Option<Huffman>; 4], n: u8| {
                class.get(usize::from(n)).and_then(Option::as_ref)
            };
            components.push(ScanComponent {
                place,
                dc: of(&tables.dc, table >> 4),
                ac: of(&tables.ac, table & 15),
            });
        }
        if components.is_empty() {
            return Err(incomplete());
        }
        Ok(Self {
            components,
            start,
            end,
            shift: shifts & 15,
            high: shifts >> 4,
            restart_interval: tables.restart_interval,
        })
    }
}
