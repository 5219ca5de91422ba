//! Exporting segments: nothing is called exported, and nothing takes the place of another file,
//! before it was read back and compared.

mod coco;
mod content;
mod dataset;
mod dicom;
mod format;
mod grid;
mod label_map;
mod nnunet;
mod seg_nrrd;
mod staged;
mod table;

pub(crate) use format::{refuse_existing, refuse_source, target};
pub(crate) use label_map::sidecar_of;
pub(crate) use staged::{Staged, differs};

use crate::app::{App, Caller};
use crate::edits::commit;
use crate::jobs::blocking;
use crate::wire::{self, Finding, WireError};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_formats::Series;
use annotomy_volume::geometry::Geometry;
use content::{Content, Way};
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
    let format = format::chosen(request.format, Path::new(&request.path))?;
    let path = target(&request.path, format.endings())?;
    let replaces_existing = request.replace_existing;
    if !format.is_data_set() {
        refuse_file(&path, format, &document.series, replaces_existing)?;
    }
    // May wait for the image, so not while edits wait.
    let way = Way::of(app, caller, &document.series, (format, request.options)).await?;
    let _editing = document.editing.lock().await;
    let content = Content::now(&document, way)?;
    let shown = path.clone();
    let written = blocking(move || content.write(&path, replaces_existing)).await?;
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
    let format = request.format;
    let folder = request.path.filter(|_| format.is_data_set());
    let folder = folder
        .map(|path| target(&path, format.endings()))
        .transpose()?;
    let way = Way::of(app, caller, &document.series, (format, request.options)).await?;
    let content = Content::now(&document, way)?;
    let notes = blocking(move || content.check(folder.as_deref())).await?;
    Ok(wire::ExportCheck { notes })
}

/// Refuses what is there already, unless it may be replaced, and the image itself always.
fn refuse_file(
    path: &Path,
    format: wire::ExportFormat,
    series: &Series,
    replaces_existing: bool,
) -> Result<(), WireError> {
    refuse_source(path, series)?;
    if replaces_existing {
        return Ok(());
    }
    let sidecar = format.has_sidecar().then(|| sidecar_of(path));
    refuse_existing(path)?;
    sidecar.iter().try_for_each(|path| refuse_existing(path))
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
