//! Reads the voxels of volumes, slice by slice.

use super::element::StoredType;
use super::layout::{Layout, Span};
use super::stream::{Encoding, Part, Reader};
use crate::error::FormatError;
use crate::finding::Finding;
use crate::progress::{NoProgress, Progress};
use crate::series::Order;
use annotomy_volume::volume::ScalarType;
use rayon::prelude::*;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Stored voxels that the files have been found able to hold.
#[derive(Debug)]
pub(crate) struct Raster {
    layout: Layout,
    stored: StoredType,
    is_big_endian: bool,
    encoding: Encoding,
    parts: Vec<Part>,
    part_bytes: usize,
    scalar_type: ScalarType,
}

impl Raster {
    /// Checks that the parts, which share the voxels evenly, can hold them, and finds the type of
    /// the volume. 64-bit integers, which are mostly labels, become int32 if all fit; to know,
    /// they are read once.
    pub(crate) fn new(
        layout: Layout,
        stored: (StoredType, IsBigEndian),
        (encoding, parts): (Encoding, Vec<Part>),
        report: &mut Vec<Finding>,
        progress: &dyn Progress,
    ) -> Result<Self, FormatError> {
        let (stored, is_big_endian) = stored;
        let n_bytes = layout.n_bytes(stored);
        let path = parts.first().map(|part| part.path.clone());
        let path = path.unwrap_or_default();
        if n_bytes == 0 {
            return Err(FormatError::damaged(&path, "there are no voxels"));
        }
        let n_parts = parts.len() as u128;
        let part_bytes = n_bytes.checked_div(n_parts);
        let uneven = || {
            FormatError::damaged(
                &path,
                format!("{n_bytes} bytes of voxels in {n_parts} files"),
            )
        };
        let part_bytes = part_bytes
            .filter(|part| part.checked_mul(n_parts) == Some(n_bytes))
            .ok_or_else(uneven)?;
        for part in &parts {
            part.check(encoding, part_bytes)?;
        }
        // What files can hold is counted in 64 bits; what all of them hold has to be too.
        let all = usize::try_from(n_bytes)
            .ok()
            .filter(|n| isize::try_from(*n).is_ok());
        all.ok_or_else(|| FormatError::limit(&path, format!("{n_bytes} bytes of voxels")))?;
        let mut raster = Self {
            layout,
            stored,
            is_big_endian,
            encoding,
            parts,
            part_bytes: usize::try_from(part_bytes).map_err(|_| uneven())?,
            scalar_type: ScalarType::F64,
        };
        raster.scalar_type = match stored.scalar_type() {
            Some(scalar_type) => scalar_type,
            None => raster.narrowest(report, progress)?,
        };
        report.extend(stored.loss());
        Ok(raster)
    }

    /// Type of the volumes.
    pub(crate) const fn scalar_type(&self) -> ScalarType {
        self.scalar_type
    }

    /// Volumes.
    pub(crate) const fn n_volumes(&self) -> usize {
        self.layout.n_volumes
    }

    /// The files that hold voxels, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().map(|part| &*part.path)
    }

    /// Whether a slice can be read without those before it.
    pub(crate) fn is_random_access(&self) -> bool {
        self.encoding == Encoding::Plain
    }

    fn n_bytes(&self) -> usize {
        self.part_bytes.saturating_mul(self.parts.len())
    }

    fn reader<'a>(&'a self, progress: &'a dyn Progress) -> Reader<'a> {
        Reader::new(
            &self.parts,
            self.encoding,
            self.stored,
            self.part_bytes,
            progress,
        )
    }

    fn narrowest(
        &self,
        report: &mut Vec<Finding>,
        progress: &dyn Progress,
    ) -> Result<ScalarType, FormatError> {
        let n_bytes = self.n_bytes();
        let mut reader = self.reader(progress);
        let mut chunk = vec![0; (1 << 20).min(n_bytes)];
        let (mut low, mut high) = (0, 0);
        let mut done = 0;
        while done < n_bytes {
            if progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            chunk.truncate(n_bytes.saturating_sub(done));
            reader.read_at(done, &mut chunk)?;
            self.reorder(&mut chunk);
            let (smallest, largest) = self.stored.range(&chunk).unwrap_or_default();
            (low, high) = (smallest.min(low), largest.max(high));
            done = done.saturating_add(chunk.len());
        }
        if i32::try_from(low).is_ok() && i32::try_from(high).is_ok() {
            return Ok(ScalarType::I32);
        }
        let is_exact = low >= -(1 << 53) && high <= 1 << 53;
        let effect = match is_exact {
            true => "exactly",
            false => "rounded to 53 bits",
        };
        let message = format!("Voxels are 64-bit integers; they are kept as float64, {effect}.");
        report.push(match is_exact {
            true => Finding::note("kept_as_float64", message),
            false => Finding::warning("kept_as_float64", message),
        });
        Ok(ScalarType::F64)
    }

    fn reorder(&self, bytes: &mut [u8]) {
        if self.is_big_endian {
            self.stored.swap(bytes);
        }
    }

    /// Reads slice `k` of a volume as the volume has it.
    fn read_slice(
        &self,
        reader: &mut Reader<'_>,
        (volume, k): (usize, usize),
        out: &mut [u8],
    ) -> Result<(), FormatError> {
        let size = self.stored.n_bytes();
        let plane = self.layout.n_plane().saturating_mul(size);
        match self.layout.span(volume, k) {
            Span::Together { at } if self.stored == StoredType::Plain(self.scalar_type) => {
                reader.read_at(at.saturating_mul(size), out)?;
                self.reorder(out);
            }
            Span::Together { at } => {
                let mut wide = vec![0; plane];
                reader.read_at(at.saturating_mul(size), &mut wide)?;
                self.reorder(&mut wide);
                self.stored.convert(&wide, self.scalar_type, out);
            }
            Span::Mixed { at, run } => {
                let mut all = vec![0; plane.saturating_mul(self.layout.n_volumes)];
                reader.read_at(at.saturating_mul(size), &mut all)?;
                let run = run.saturating_mul(size);
                let mine = all
                    .chunks_exact(run)
                    .skip(volume)
                    .step_by(self.layout.n_volumes);
                let mut wide = mine.flatten().copied().collect::<Vec<u8>>();
                self.reorder(&mut wide);
                self.stored.convert(&wide, self.scalar_type, out);
            }
        }
        Ok(())
    }

    /// Fills a volume; from plain files in the wanted order, the other slices in parallel, from
    /// compressed ones in file order, as they can only be read so.
    pub(crate) fn load(
        &self,
        volume: usize,
        out: &mut [u8],
        order: &Order<'_>,
    ) -> Result<(), FormatError> {
        let [.., n_slices] = self.layout.size;
        let size = self
            .layout
            .n_plane()
            .saturating_mul(self.scalar_type.n_bytes());
        let n_done = AtomicUsize::new(0);
        let read = |reader: &mut Reader<'_>, k: usize, out: &mut [u8]| {
            if order.progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            self.read_slice(reader, (volume, k), out)?;
            let done = n_done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            order.progress.advance(done, n_slices);
            Ok(())
        };
        if self.encoding != Encoding::Plain {
            let mut reader = self.reader(order.progress);
            for (k, out) in out.chunks_exact_mut(size).enumerate() {
                read(&mut reader, k, out)?;
                if k == order.first {
                    (order.on_first)(out);
                }
            }
            return Ok(());
        }
        let mut slices: Vec<_> = out.chunks_exact_mut(size).enumerate().collect();
        if order.first < slices.len() {
            let (k, out) = slices.swap_remove(order.first);
            read(&mut self.reader(order.progress), k, out)?;
            (order.on_first)(out);
        }
        slices
            .into_par_iter()
            .try_for_each(|(k, out)| read(&mut self.reader(order.progress), k, out))
    }

    /// Fills the same bytes with one volume after the other and hands each over: compressed files
    /// are unpacked once.
    pub(crate) fn load_each(
        &self,
        out: &mut [u8],
        visit: &mut dyn FnMut(&[u8]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let n_voxels = self.layout.n_plane();
        let size = n_voxels.saturating_mul(self.scalar_type.n_bytes());
        let mut reader = self.reader(&NoProgress);
        for volume in 0..self.layout.n_volumes {
            for (k, out) in out.chunks_exact_mut(size).enumerate() {
                self.read_slice(&mut reader, (volume, k), out)?;
            }
            visit(out)?;
        }
        Ok(())
    }

    /// Fills one slice.
    pub(crate) fn load_slice(
        &self,
        volume: usize,
        k: usize,
        out: &mut [u8],
    ) -> Result<(), FormatError> {
        self.read_slice(&mut self.reader(&NoProgress), (volume, k), out)
    }
}

/// Whether the most significant byte of a voxel comes first.
pub(crate) type IsBigEndian = bool;
