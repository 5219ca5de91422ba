//! Exporting segments: nothing is called exported, and nothing takes the place of another file,
//! before it was read back and compared.

mod dicom;
mod label_map;
mod seg_nrrd;
mod staged;

pub(crate) use label_map::sidecar_of;
pub(crate) use staged::{Staged, differs};

use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Snapshot};
use crate::edits::commit;
use crate::jobs::blocking;
use crate::time::now_us;
use crate::wire::{self, ErrorCode, ExportFormat, Finding, WireError};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_formats::{InPlane, Series};
use annotomy_volume::geometry::Geometry;
use dicom::Kind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an export has put in its place.
pub(crate) struct Written {
    sidecar: Option<PathBuf>,
    n_voxels: usize,
    /// What the file does not say as the document does.
    notes: Vec<Finding>,
}

pub(crate) async fn export_labels(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ExportLabelsRequest,
) -> Result<wire::Exported, WireError> {
    let document = app.documents.find(&request.document).await?;
    let format = chosen(request.format, Path::new(&request.path))?;
    let path = target(&request.path, format.endings())?;
    refuse_source(&path, &document.series)?;
    if !request.replace_existing {
        let sidecar = format.has_sidecar().then(|| label_map::sidecar_of(&path));
        [Some(&path), sidecar.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(|path| refuse_existing(path))?;
    }
    let _editing = document.editing.lock().await;
    let snapshot = with_segments(&document)?;
    let series = Arc::clone(&document.series);
    let grid = Grid::of(&document);
    let shown = path.clone();
    let object = dicom::new_object(&caller.user, now_us());
    let written = blocking(move || match Kind::of(format) {
        Some(kind) => dicom::write(&path, kind, &series, &snapshot, &object),
        None => write(&path, format, &snapshot, &grid),
    })
    .await?;
    commit(
        app,
        caller,
        &document,
        Operation::trace(OperationKind::Export),
    )
    .await?;
    Ok(wire::Exported {
        path: shown.display().to_string(),
        sidecar: written.sidecar.map(|path| path.display().to_string()),
        n_voxels: written.n_voxels as u32,
        notes: written.notes,
    })
}

/// Says what an export in some format would lose, before anything is written.
pub(crate) async fn check_export(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::CheckExportRequest,
) -> Result<wire::ExportCheck, WireError> {
    let document = app.documents.find(&request.document).await?;
    let snapshot = with_segments(&document)?;
    let series = Arc::clone(&document.series);
    let object = dicom::new_object(&caller.user, now_us());
    let format = request.format;
    let grid = Grid::of(&document);
    let notes = blocking(move || match Kind::of(format) {
        Some(kind) => dicom::check(kind, &series, &snapshot.state, &object),
        None => {
            let mut notes = grid.notes;
            if format.has_sidecar() {
                notes.extend(label_map::check(&snapshot.state)?);
            }
            Ok(notes)
        }
    })
    .await?;
    Ok(wire::ExportCheck { notes })
}

fn with_segments(document: &OpenDocument) -> Result<Arc<Snapshot>, WireError> {
    let snapshot = document.snapshot();
    if snapshot.state.segments().is_empty() {
        return Err(WireError::invalid("there is no segment to export"));
    }
    Ok(snapshot)
}

/// Writes what needs nothing of the images but their grid.
fn write(
    path: &Path,
    format: ExportFormat,
    snapshot: &Snapshot,
    grid: &Grid,
) -> Result<Written, WireError> {
    let mut written = if format.has_sidecar() {
        label_map::write(path, &snapshot.state, &grid.geometry)?
    } else {
        seg_nrrd::write(path, &snapshot.state, &grid.geometry)?
    };
    written.notes.extend(grid.notes.iter().cloned());
    Ok(written)
}

/// The grid that is written, and what of it means nothing.
struct Grid {
    geometry: Geometry,
    notes: Vec<Finding>,
}

impl Grid {
    fn of(document: &OpenDocument) -> Self {
        let meaning = document.meaning();
        let unknown = (meaning.in_plane == InPlane::Unknown).then(|| Finding {
            code: "unknown_pixel_size".to_owned(),
            severity: wire::Severity::Warning,
            message:
                "Nobody knows how large pixels are: the file will say 1 mm, which means nothing."
                    .to_owned(),
            file: None,
        });
        Self {
            geometry: document.geometry(),
            notes: unknown.into_iter().collect(),
        }
    }
}

/// The format that was asked for, or the one that the name's ending stands for.
fn chosen(asked: Option<ExportFormat>, path: &Path) -> Result<ExportFormat, WireError> {
    let name = path.to_string_lossy().to_lowercase();
    let fits = |format: &ExportFormat| format.endings().iter().any(|e| name.ends_with(e));
    asked
        .or_else(|| ExportFormat::ALL.into_iter().find(fits))
        .ok_or_else(|| {
            let endings: Vec<_> = ExportFormat::ALL.iter().flat_map(|f| f.endings()).collect();
            WireError::invalid(format!("the file's name has to end in one of {endings:?}"))
        })
}

impl ExportFormat {
    /// The more special endings first.
    const ALL: [Self; 7] = [
        Self::SegNrrd,
        Self::Nifti,
        Self::Nrrd,
        Self::MetaImage,
        Self::DicomSeg,
        Self::DicomSegLabelMap,
        Self::DicomRtStruct,
    ];

    /// What a file's name may end in, lower case.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Nifti => &[".nii.gz", ".nii"],
            Self::Nrrd => &[".nrrd"],
            Self::MetaImage => &[".mha"],
            Self::SegNrrd => &[".seg.nrrd"],
            Self::DicomSeg | Self::DicomSegLabelMap | Self::DicomRtStruct => &[".dcm"],
        }
    }

    /// Whether names and colours go into a file of their own.
    const fn has_sidecar(self) -> bool {
        matches!(self, Self::Nifti | Self::Nrrd | Self::MetaImage)
    }
}

/// An absolute path with one of some endings.
pub(crate) fn target(path: &str, endings: &[&str]) -> Result<PathBuf, WireError> {
    let path = PathBuf::from(path);
    let name = path.to_string_lossy().to_lowercase();
    if !path.is_absolute() || !endings.iter().any(|ending| name.ends_with(ending)) {
        let endings = endings.join(" or ");
        return Err(WireError::invalid(format!(
            "the file's full path has to end in {endings}"
        )));
    }
    Ok(path)
}

pub(crate) fn refuse_existing(path: &Path) -> Result<(), WireError> {
    if !path.exists() {
        return Ok(());
    }
    let message = format!("{}: exists already", path.display());
    Err(WireError::new(ErrorCode::Conflict, message)
        .hint("Choose another name, or allow it to be replaced."))
}

/// An image's own files are never written to.
pub(crate) fn refuse_source(path: &Path, series: &Series) -> Result<(), WireError> {
    let Ok(target) = path.canonicalize() else {
        return Ok(());
    };
    let is_target = |source: &PathBuf| source.canonicalize().is_ok_and(|s| s == target);
    if series.paths().iter().any(is_target) {
        let message = format!(
            "{}: is the image itself, which is never changed",
            path.display()
        );
        return Err(WireError::new(ErrorCode::Conflict, message).hint("Choose another name."));
    }
    Ok(())
}

/// Formats keep an affine in single precision: each of its numbers is rounded by itself, to 24 bits.
const ROUNDING: f64 = f32::EPSILON as f64;

/// Whether `read` is the grid `written`, but for rounding: a number that is small beside others of
/// its row may come out of a product with them (a quaternion), and is measured by them.
fn is_same_grid(read: &Geometry, written: &Geometry) -> bool {
    let [a, b] = [read, written].map(Geometry::lps_from_index);
    let is_near = |x: f64, y: f64, scale: f64| (x - y).abs() <= ROUNDING * scale;
    let rows = a.linear.iter().zip(&b.linear);
    let is_same_step = rows.flat_map(|(a, b)| {
        let scale = b.iter().fold(0.0_f64, |scale, x| scale.max(x.abs()));
        a.iter().zip(b).map(move |(x, y)| is_near(*x, *y, scale))
    });
    let mut offsets = a.translation.iter().zip(&b.translation);
    read.size() == written.size()
        && is_same_step.into_iter().all(|same| same)
        && offsets.all(|(x, y)| is_near(*x, *y, y.abs()))
}
