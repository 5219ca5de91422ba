//! A NIfTI-1 file, plain or gzipped: recognized, described, read.

use super::affine::lps_from_index;
use super::fields;
use super::header::{HEADER_LEN, Header, magic};
use super::voxels::{StoredType, narrow, range, reorder};
use crate::element::{Element, binary};
use crate::error::FormatError;
use crate::file::{Head, read_exact_at};
use crate::finding::Finding;
use crate::progress::Progress;
use crate::series::{Info, Order, Planes, Series, Source};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::ScalarType;
use flate2::bufread::MultiGzDecoder;
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Deflate cannot compress better than 1032:1 (zlib technical details, "maximum compression").
const MAX_GZIP_RATIO: usize = 1032;

/// Bytes at each end of the file that its identity takes in.
const IDENTITY_BYTES: usize = 1 << 20;

/// Extensions before the voxels that are shown.
const MAX_EXTENSION: usize = 1 << 20;

/// A file that can be loaded.
#[derive(Debug)]
pub(crate) struct NiftiFile {
    pub(crate) path: PathBuf,
    header: Header,
    is_gzip: bool,
    scalar_type: ScalarType,
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// Whether these first bytes of a file, decompressed if need be, begin like a NIfTI or Analyze
/// file.
pub(crate) fn is_nifti(bytes: &[u8]) -> bool {
    magic(&beginning(bytes)).is_some()
}

fn beginning(bytes: &[u8]) -> Vec<u8> {
    if !is_gzip(bytes) {
        return bytes.get(..HEADER_LEN).unwrap_or(bytes).to_vec();
    }
    let mut header = Vec::with_capacity(HEADER_LEN);
    let mut inflated = MultiGzDecoder::new(bytes).take(HEADER_LEN as u64);
    // A damaged or short stream leaves a short header, which is then refused.
    drop(inflated.read_to_end(&mut header));
    header
}

/// Describes a file whose beginning was read.
pub(crate) fn open(
    path: &Path,
    head: &Head,
    progress: &dyn Progress,
) -> Result<Series, FormatError> {
    let header = Header::parse(path, &beginning(&head.bytes))?;
    let is_gzip = is_gzip(&head.bytes);
    let mut report = Vec::new();
    let n_bytes = check_length(path, &header, is_gzip, head.total)?;
    let affine = lps_from_index(&header, &mut report);
    let geometry =
        Geometry::new(header.size, affine).map_err(|source| FormatError::NoGeometry {
            path: path.to_owned(),
            source,
        })?;
    let rescale = header.rescale(&mut report);
    if header.n_volumes > 1 {
        let message = format!(
            "The file holds {} volumes; the first is shown.",
            header.n_volumes
        );
        report.push(Finding::warning("first_volume_of_4d", message));
    }
    let key = key(path, &header, head.total)?;
    let n_volumes = header.n_volumes;
    let mut file = NiftiFile {
        path: path.to_owned(),
        header,
        is_gzip,
        scalar_type: ScalarType::F64,
    };
    file.scalar_type = file.scalar_type(n_bytes, &mut report, progress)?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let info = Info {
        key,
        modality: "OT".to_owned(),
        description: name,
        number: None,
        unit: None,
        window: file.window(),
        geometry,
        scalar_type: file.scalar_type,
        rescale,
        n_volumes,
        report,
    };
    Ok(Series::new(info, Source::Nifti(Box::new(file))))
}

/// Bytes of the first volume, which the file must be able to hold.
fn check_length(
    path: &Path,
    header: &Header,
    is_gzip: bool,
    total: usize,
) -> Result<usize, FormatError> {
    let too_large = || FormatError::limit(path, format!("{:?} voxels", header.size));
    let n_bytes = header.n_bytes().ok_or_else(too_large)?;
    let capacity = match is_gzip {
        true => total.saturating_mul(MAX_GZIP_RATIO),
        false => total,
    };
    let found = capacity.saturating_sub(header.offset);
    if n_bytes > found {
        let found = if is_gzip {
            format!("at most {found}")
        } else {
            found.to_string()
        };
        let reason = format!(
            "{n_bytes} bytes of voxels expected from byte {} on, {found} found",
            header.offset
        );
        return Err(FormatError::damaged(path, reason));
    }
    Ok(n_bytes)
}

/// Identity by content: header, length, and both ends of the file.
fn key(path: &Path, header: &Header, total: usize) -> Result<String, FormatError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&header.raw);
    hasher.update(&(total as u64).to_le_bytes());
    let mut end = vec![0; IDENTITY_BYTES.min(total)];
    read_exact_at(path, 0, &mut end)?;
    hasher.update(&end);
    read_exact_at(path, total.saturating_sub(end.len()) as u64, &mut end)?;
    hasher.update(&end);
    Ok(hasher.finalize().to_string())
}

impl NiftiFile {
    /// The type of the volume. 64-bit integers, which are mostly labels, become int32 if all fit;
    /// to know, they are read once.
    fn scalar_type(
        &self,
        n_bytes: usize,
        report: &mut Vec<Finding>,
        progress: &dyn Progress,
    ) -> Result<ScalarType, FormatError> {
        let stored = self.header.stored;
        if let StoredType::Plain(scalar_type) = stored {
            return Ok(scalar_type);
        }
        let mut stream = self.stream(self.header.offset)?;
        let mut chunk = vec![0; (1 << 20).min(n_bytes)];
        let (mut low, mut high) = (0, 0);
        let mut left = n_bytes;
        while left > 0 {
            if progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            chunk.truncate(left);
            self.read(&mut stream, &mut chunk, n_bytes.saturating_sub(left))?;
            reorder(&mut chunk, 8, self.header.is_big_endian);
            let (smallest, largest) = range(stored, &chunk).unwrap_or_default();
            (low, high) = (smallest.min(low), largest.max(high));
            left = left.saturating_sub(chunk.len());
        }
        if i32::try_from(low).is_ok() && i32::try_from(high).is_ok() {
            return Ok(ScalarType::I32);
        }
        let is_exact = low >= -(1 << 53) && high <= 1 << 53;
        let effect = if is_exact {
            "exactly"
        } else {
            "rounded to 53 bits"
        };
        let message = format!("Voxels are 64-bit integers; they are kept as float64, {effect}.");
        report.push(match is_exact {
            true => Finding::note("kept_as_float64", message),
            false => Finding::warning("kept_as_float64", message),
        });
        Ok(ScalarType::F64)
    }

    /// Centre and width of `cal_min` and `cal_max`, if the header has them.
    fn window(&self) -> Option<(f64, f64)> {
        let [low, high] = [self.header.parsed.cal_min, self.header.parsed.cal_max].map(f64::from);
        let is_set = low.is_finite() && high.is_finite() && high > low;
        is_set.then_some(((low + high) / 2.0, high - low))
    }

    /// The decompressed file from `offset` on.
    fn stream(&self, offset: usize) -> Result<Box<dyn Read + '_>, FormatError> {
        let path = &self.path;
        let mut file = File::open(path).map_err(FormatError::io(path))?;
        if !self.is_gzip {
            file.seek(SeekFrom::Start(offset as u64))
                .map_err(FormatError::io(path))?;
            return Ok(Box::new(file));
        }
        let mut stream = MultiGzDecoder::new(BufReader::with_capacity(1 << 18, file));
        let mut skipped = (&mut stream).take(offset as u64);
        std::io::copy(&mut skipped, &mut std::io::sink()).map_err(|e| self.broken(e))?;
        Ok(Box::new(stream))
    }

    /// Fills `out`; `done` bytes of voxels came before.
    fn read(&self, stream: &mut dyn Read, out: &mut [u8], done: usize) -> Result<(), FormatError> {
        let mut filled = 0;
        while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match stream.read(rest) {
                Ok(0) => {
                    let expected = self.header.n_bytes().unwrap_or(usize::MAX);
                    let found = done.saturating_add(filled);
                    let reason = format!("{expected} bytes of voxels expected, {found} found");
                    return Err(FormatError::damaged(&self.path, reason));
                }
                Ok(n) => filled = filled.saturating_add(n),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let found = done.saturating_add(filled);
                    return Err(self.broken_after(error, found));
                }
            }
        }
        Ok(())
    }

    fn broken_after(&self, error: std::io::Error, found: usize) -> FormatError {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                let expected = self.header.n_bytes().unwrap_or(usize::MAX);
                let reason = format!("{expected} bytes of voxels expected, {found} found");
                FormatError::damaged(&self.path, reason)
            }
            _ => self.broken(error),
        }
    }

    /// A fault in the compressed stream is a fault of the file, not of the disk.
    fn broken(&self, error: std::io::Error) -> FormatError {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        match error.kind() {
            InvalidData | InvalidInput | UnexpectedEof if self.is_gzip => {
                FormatError::damaged(&self.path, format!("gzip: {error}"))
            }
            _ => FormatError::Io {
                path: self.path.clone(),
                source: error,
            },
        }
    }

    /// Reads one slice as the volume has it; `done` bytes of voxels came before.
    fn read_plane(
        &self,
        stream: &mut dyn Read,
        out: &mut [u8],
        done: usize,
    ) -> Result<(), FormatError> {
        let stored = self.header.stored;
        if stored.is_plain() {
            self.read(stream, out, done)?;
            reorder(out, stored.n_bytes(), self.header.is_big_endian);
            return Ok(());
        }
        let n_voxels = out
            .len()
            .checked_div(self.scalar_type.n_bytes())
            .unwrap_or(0);
        let mut wide = vec![0; n_voxels.saturating_mul(stored.n_bytes())];
        self.read(stream, &mut wide, done)?;
        reorder(&mut wide, stored.n_bytes(), self.header.is_big_endian);
        narrow(stored, &wide, self.scalar_type, out);
        Ok(())
    }

    /// Where slice `k` begins among the voxels of the file.
    fn plane_at(&self, planes: Planes, k: usize) -> usize {
        let n_voxels = planes
            .size
            .checked_div(self.scalar_type.n_bytes())
            .unwrap_or(0);
        n_voxels
            .saturating_mul(self.header.stored.n_bytes())
            .saturating_mul(k)
    }

    /// Fills the volume; a plain file in the wanted order, its other slices in parallel, a gzipped
    /// one in file order, as it can only be read so.
    pub(crate) fn load(
        &self,
        planes: Planes,
        out: &mut [u8],
        order: &Order<'_>,
    ) -> Result<(), FormatError> {
        if self.is_gzip {
            return self.load_gzip(planes, out, order);
        }
        let n_done = AtomicUsize::new(0);
        let read = |k: usize, out: &mut [u8]| {
            if order.progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            let done = self.plane_at(planes, k);
            let mut stream = self.stream(self.header.offset.saturating_add(done))?;
            self.read_plane(&mut stream, out, done)?;
            order.progress.advance(
                n_done.fetch_add(1, Ordering::Relaxed).saturating_add(1),
                planes.n,
            );
            Ok(())
        };
        let mut slices: Vec<_> = out.chunks_exact_mut(planes.size).enumerate().collect();
        if order.first < slices.len() {
            let (k, out) = slices.swap_remove(order.first);
            read(k, out)?;
            (order.on_first)(out);
        }
        slices.into_par_iter().try_for_each(|(k, out)| read(k, out))
    }

    fn load_gzip(
        &self,
        planes: Planes,
        out: &mut [u8],
        order: &Order<'_>,
    ) -> Result<(), FormatError> {
        let mut stream = self.stream(self.header.offset)?;
        for (k, out) in out.chunks_exact_mut(planes.size).enumerate() {
            if order.progress.is_cancelled() {
                return Err(FormatError::Cancelled);
            }
            self.read_plane(&mut stream, out, self.plane_at(planes, k))?;
            if k == order.first {
                (order.on_first)(out);
            }
            order.progress.advance(k.saturating_add(1), planes.n);
        }
        if self.header.n_volumes == 1 {
            // The checksum is compared at the end of the stream.
            stream.read(&mut [0]).map_err(|error| self.broken(error))?;
        }
        Ok(())
    }

    /// Fills one slice.
    pub(crate) fn load_slice(
        &self,
        planes: Planes,
        k: usize,
        out: &mut [u8],
    ) -> Result<(), FormatError> {
        let done = self.plane_at(planes, k);
        let mut stream = self.stream(self.header.offset.saturating_add(done))?;
        self.read_plane(&mut stream, out, done)
    }

    /// The header's fields and extensions.
    pub(crate) fn metadata(&self) -> Result<Vec<Element>, FormatError> {
        let mut elements = fields::elements(&self.header);
        let n_bytes = self
            .header
            .offset
            .saturating_sub(HEADER_LEN)
            .min(MAX_EXTENSION);
        let mut bytes = Vec::new();
        let mut stream = self.stream(HEADER_LEN)?.take(n_bytes as u64);
        stream
            .read_to_end(&mut bytes)
            .map_err(|error| self.broken(error))?;
        if bytes.first().is_some_and(|flag| *flag != 0) {
            elements.extend(self.extensions(bytes.get(4..).unwrap_or_default()));
        }
        Ok(elements)
    }

    /// Each begins with its size, which counts these eight bytes too, and a code.
    fn extensions(&self, mut bytes: &[u8]) -> Vec<Element> {
        let mut found = Vec::new();
        while let Some((&[a, b, c, d, e, f, g, h], _)) = bytes.split_first_chunk::<8>() {
            let size = usize::try_from(self.header.i32([a, b, c, d])).unwrap_or(0);
            let Some(content) = bytes.get(8..size).filter(|_| size >= 16) else {
                break;
            };
            let code = self.header.i32([e, f, g, h]);
            let is_text = !content.contains(&0x01) && std::str::from_utf8(content).is_ok();
            found.push(Element {
                tag: HEADER_LEN.saturating_add(4).to_string(),
                name: format!("extension {code}"),
                vr: format!("char[{}]", content.len()),
                value: match is_text {
                    true => fields::text(content),
                    false => binary(content.len() as u64, content),
                },
                items: Vec::new(),
                varies: false,
            });
            bytes = bytes.get(size..).unwrap_or_default();
        }
        found
    }
}
