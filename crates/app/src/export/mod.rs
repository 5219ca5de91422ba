//! Exporting segments: nothing is called exported, and nothing takes the place of another file,
//! before it was read back and compared.

mod coco;
mod content;
mod dataset;
mod dicom;
mod format;
mod grid;
mod image;
mod image_file;
mod label_map;
mod mesh;
mod nnunet;
mod seg_nrrd;
mod shapes;
mod staged;
mod table;
mod volumes;

pub(crate) use format::{refuse_existing, refuse_source, target};
pub(crate) use grid::straightened_note;
pub(crate) use image_file::write_image;
pub(crate) use label_map::sidecar_of;
pub(crate) use staged::{Staged, differs, write_bytes};

use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::edits::commit;
use crate::jobs::blocking;
use crate::wire::{self, Finding, WireError};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_formats::Series;
use annotomy_volume::geometry::Geometry;
use content::{Content, Way};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use volumes::Planned;

/// What an export has put in its place.
pub(crate) struct Written {
    sidecar: Option<PathBuf>,
    n_voxels: usize,
    n_shapes: usize,
    /// What the file does not say as the document does.
    notes: Vec<Finding>,
}

pub(crate) async fn export_labels(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ExportLabelsRequest,
) -> Result<wire::Exported, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let format = format::chosen(request.format, Path::new(&request.path))?;
    let path = target(&request.path, format.endings())?;
    let planned = Planned::of(app, &document, request.volumes, format).await?;
    planned.refuse_unfit(format)?;
    let files = planned.files(&path, format);
    let replaces_existing = request.replace_existing;
    if !format.is_data_set() {
        for (path, _) in &files {
            refuse_file(path, format, document.series(), replaces_existing)?;
        }
    }
    let mut exported = wire::Exported {
        path: files
            .first()
            .map_or_else(String::new, |(path, _)| path.display().to_string()),
        n_files: files.len() as u32,
        sidecar: None,
        n_voxels: 0,
        n_shapes: 0,
        notes: planned.blank_note().into_iter().collect(),
    };
    for (path, documents) in files {
        // May wait for the image, so not while edits wait.
        let way = Way::of(app, caller, &document, (format, &request.options)).await?;
        let written = export(app, caller, &documents, (path, way, replaces_existing)).await?;
        let sidecar = written.sidecar.map(|path| path.display().to_string());
        exported.sidecar = exported.sidecar.or(sidecar);
        exported.n_voxels += written.n_voxels as u32;
        exported.n_shapes += written.n_shapes as u32;
        for note in written.notes {
            add_note(&mut exported.notes, note);
        }
    }
    Ok(exported)
}

/// Writes one file, and notes in each document's log that it was.
async fn export(
    app: &Arc<App>,
    caller: &Caller,
    documents: &[Arc<OpenDocument>],
    (path, way, replaces_existing): (PathBuf, Way, bool),
) -> Result<Written, WireError> {
    let mut editing = Vec::new();
    for document in documents {
        editing.push(document.begin_edit(app).await?);
    }
    let content = Content::now(documents, way)?;
    let written = blocking(move || content.write(&path, replaces_existing)).await?;
    for document in documents {
        // A volume that nobody has drawn in has no log.
        if documents.len() == 1 || document.snapshot().revision > 0 {
            let trace = Operation::trace(OperationKind::Export);
            commit(app, caller, document, trace).await?;
        }
    }
    Ok(written)
}

/// Says what an export in some format would lose, before anything is written.
pub(crate) async fn check_export(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::CheckExportRequest,
) -> Result<wire::ExportCheck, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let format = request.format;
    let folder = request.path.filter(|_| format.is_data_set());
    let folder = folder
        .map(|path| target(&path, format.endings()))
        .transpose()?;
    let planned = Planned::of(app, &document, request.volumes, format).await?;
    planned.refuse_unfit(format)?;
    let mut contents = Vec::new();
    for (_, documents) in planned.files(Path::new("/"), format) {
        let way = Way::of(app, caller, &document, (format, &request.options)).await?;
        contents.push(Content::now(&documents, way)?);
    }
    let mut notes: Vec<Finding> = planned.blank_note().into_iter().collect();
    let notes = blocking(move || {
        for content in contents {
            for note in content.check(folder.as_deref())? {
                add_note(&mut notes, note);
            }
        }
        Ok(notes)
    })
    .await?;
    Ok(wire::ExportCheck { notes })
}

/// Each thing is said once, however many volumes it holds for.
fn add_note(notes: &mut Vec<Finding>, note: Finding) {
    let is_known = |known: &Finding| known.code == note.code && known.message == note.message;
    if !notes.iter().any(is_known) {
        notes.push(note);
    }
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
