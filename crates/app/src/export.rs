//! Exporting label maps: nothing is called exported before it was read back and compared.

use crate::app::{App, Caller};
use crate::documents::Snapshot;
use crate::edits::commit;
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::operation::{Operation, OperationKind};
use annotomy_formats::{Series, read_volume, write_labels};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::Voxels;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The sidecar: what the label map's values mean.
#[derive(Serialize)]
struct Sidecar<'a> {
    generator: &'static str,
    labels: Vec<SidecarLabel<'a>>,
}

#[derive(Serialize)]
struct SidecarLabel<'a> {
    value: u16,
    name: &'a str,
    color: String,
}

pub(crate) async fn export_labels(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ExportLabelsRequest,
) -> Result<wire::Exported, WireError> {
    let document = app.documents.find(&request.document).await?;
    let path = checked_target(&request.path, request.replace_existing)?;
    refuse_source(&path, &document.series)?;
    let _editing = document.editing.lock().await;
    let snapshot = document.snapshot();
    if snapshot.state.segments().is_empty() {
        return Err(WireError::invalid("there is no segment to export"));
    }
    let series = Arc::clone(&document.series);
    let exported = blocking(move || write(&path, &snapshot, series.geometry())).await?;
    commit(
        app,
        caller,
        &document,
        Operation::trace(OperationKind::Export),
    )
    .await?;
    Ok(exported)
}

/// A path that a NIfTI file may be written to.
pub(crate) fn checked_target(path: &str, replace_existing: bool) -> Result<PathBuf, WireError> {
    let path = PathBuf::from(path);
    let name = path.to_string_lossy().to_lowercase();
    if !path.is_absolute() || !(name.ends_with(".nii") || name.ends_with(".nii.gz")) {
        return Err(WireError::invalid(
            "the file's full path has to end in .nii or .nii.gz",
        ));
    }
    if path.exists() && !replace_existing {
        let message = format!("{}: exists already", path.display());
        return Err(WireError::new(ErrorCode::Conflict, message)
            .hint("Choose another name, or allow it to be replaced."));
    }
    Ok(path)
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

fn write(
    path: &Path,
    snapshot: &Snapshot,
    geometry: &Geometry,
) -> Result<wire::Exported, WireError> {
    let layer = snapshot
        .state
        .layers()
        .first()
        .ok_or_else(WireError::internal)?;
    let (labels, _) = layer.to_dense().into_raw_vec_and_offset();
    let n_voxels = labels.iter().filter(|&&label| label != 0).count() as u32;
    let narrow: Result<Vec<u8>, _> = labels.iter().map(|&label| u8::try_from(label)).collect();
    let voxels = narrow.map_or(Voxels::U16(labels), Voxels::U8);
    write_labels(path, geometry, &voxels)?;
    let (written, _) = read_volume(path)?;
    if *written.voxels() != voxels || !is_same_grid(written.geometry(), geometry) {
        let message = format!(
            "{}: what was read back differs from what was written",
            path.display()
        );
        return Err(WireError::new(ErrorCode::Io, message).hint("Export to another disk."));
    }
    let sidecar = write_sidecar(path, snapshot)?;
    Ok(wire::Exported {
        path: path.display().to_string(),
        sidecar: sidecar.display().to_string(),
        n_voxels,
    })
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

fn write_sidecar(path: &Path, snapshot: &Snapshot) -> Result<PathBuf, WireError> {
    let text = path.to_string_lossy();
    let stem = text.strip_suffix(".gz").unwrap_or(&text);
    let sidecar = PathBuf::from(stem.strip_suffix(".nii").unwrap_or(stem).to_owned() + ".json");
    let labels = snapshot
        .state
        .segments()
        .iter()
        .map(|segment| SidecarLabel {
            value: segment.label,
            name: &segment.name,
            color: segment.color.to_string(),
        });
    let content = Sidecar {
        generator: concat!("Annotomy ", env!("CARGO_PKG_VERSION")),
        labels: labels.collect(),
    };
    let bytes = serde_json::to_vec_pretty(&content).map_err(|_| WireError::internal())?;
    let write = || {
        let mut file = std::fs::File::create(&sidecar)?;
        file.write_all(&bytes)?;
        file.sync_all()
    };
    write().map_err(|e| WireError::io(&sidecar, &e))?;
    Ok(sidecar)
}
