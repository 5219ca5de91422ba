//! Segments and shapes from files: label maps of any format, segmentations, reports and tables.

mod labels;

pub(crate) use labels::read_one_layer;

use crate::app::{App, Caller};
use crate::coded::Classes;
use crate::documents::OpenDocument;
use crate::edits::commit;
use crate::jobs::blocking;
use crate::protocol;
use crate::shapes::file::{Incoming, Onto};
use crate::shapes::{self, Frame};
use crate::volumes::documents_of_all;
use crate::wire::{self, ErrorCode, WireError};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::import::import;
use annotomy_annotation::operation::{Operation, OperationKind, Provenance, Tool};
use annotomy_annotation::segment::SegmentId;
use annotomy_annotation::shape::add_shapes;
use annotomy_formats::{
    Finding, NoProgress, Series, annotation_kind, open_series, read_segmentation,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::Label;
use labels::{Labels, Read, is_nrrd, label_map, read};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) async fn import_segments(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::ImportRequest,
) -> Result<wire::Imported, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let path = PathBuf::from(request.path);
    if !path.is_absolute() {
        return Err(WireError::invalid("a file is imported by its full path"));
    }
    let classes = protocol::classes(app).await?;
    let (into, asked) = (Arc::clone(&document), path.clone());
    let mut classes = Classes::new(&classes, request.add_classes);
    let (shapes, mut classes) = blocking(move || {
        let found = read_shapes(&asked, &into, &mut classes)?;
        Ok((found, classes))
    })
    .await?;
    if let Some(shapes) = shapes {
        return add_incoming(app, caller, &document, (shapes, classes)).await;
    }
    let into = Arc::clone(&document);
    let (found, classes) = blocking(move || {
        let found = find(&path, &into, &mut classes)?;
        Ok((found, classes))
    })
    .await?;
    let Found { parts, mut report } = found;
    let (lacked, new_classes) = classes.end();
    report.extend(lacked);
    protocol::add_classes(app, caller, new_classes).await?;
    let documents = match parts.len() {
        1 => vec![Arc::clone(&document)],
        _ => documents_of_all(app, document.series()).await?,
    };
    let n_segments = n_different(&parts);
    // All of them first: else a volume without a record would list what came in at another one.
    let mut editing = Vec::new();
    for document in &documents {
        editing.push(document.begin_edit(app).await?);
    }
    let mut region = None;
    for (into, read) in documents.iter().zip(parts) {
        if read.segments.is_empty() && documents.len() > 1 {
            continue;
        }
        let snapshot = into.snapshot();
        let make = move || {
            Ok(import(
                &snapshot.state,
                &read.layers,
                read.segments,
                read.source,
            )?)
        };
        let operation = blocking(make).await?;
        let answer = commit(app, caller, into, operation).await?;
        if into.id == document.id {
            region = answer.region;
        }
    }
    Ok(wire::Imported {
        document: document.view(),
        region,
        n_segments,
        n_shapes: 0,
        report: wire_findings(report),
    })
}

fn wire_findings(findings: Vec<Finding>) -> Vec<wire::Finding> {
    findings.into_iter().map(wire::Finding::from).collect()
}

fn read_shapes(
    path: &Path,
    document: &OpenDocument,
    classes: &mut Classes,
) -> Result<Option<Incoming>, WireError> {
    let onto = Onto {
        series: document.series(),
        volume: document.place.volume.unwrap_or(0),
        frame: &Frame::of(document),
        unit: document.meaning().in_plane.into(),
    };
    shapes::file::read(path, &onto, classes)
}

/// Adds shapes that come in, as one operation.
async fn add_incoming(
    app: &Arc<App>,
    caller: &Caller,
    document: &Arc<OpenDocument>,
    (incoming, classes): (Incoming, Classes),
) -> Result<wire::Imported, WireError> {
    let _editing = document.begin_edit(app).await?;
    let n_shapes = incoming.shapes.len() as u32;
    let snapshot = document.snapshot();
    let tool = format!("import, {}", incoming.source);
    let operation = Operation {
        tool: Some(Tool::new(&tool, Provenance::Imported)),
        ..add_shapes(&snapshot.state, OperationKind::Import, incoming.shapes)?
    };
    let (lacked, new_classes) = classes.end();
    protocol::add_classes(app, caller, new_classes).await?;
    commit(app, caller, document, operation).await?;
    Ok(wire::Imported {
        document: document.view(),
        region: None,
        n_segments: 0,
        n_shapes,
        report: [incoming.report, wire_findings(lacked)].concat(),
    })
}

/// Segments that come in, each counted once however many volumes it is in.
fn n_different(parts: &[Read]) -> u32 {
    let segments = parts.iter().flat_map(|read| &read.segments);
    let ids: BTreeSet<SegmentId> = segments.map(|segment| segment.id).collect();
    ids.len() as u32
}

/// What a file holds for one document, or for that of each volume.
struct Found {
    parts: Vec<Read>,
    report: Vec<Finding>,
}

fn find(path: &Path, document: &OpenDocument, classes: &mut Classes) -> Result<Found, WireError> {
    let (series, grid) = (document.series(), document.geometry());
    let is_of_one_volume = document.place.volume.is_some();
    match label_volumes(path)? {
        Some(file) if !is_of_one_volume || file.n_volumes() != series.n_volumes() => {
            Err(other_volumes(path, &file, series))
        }
        Some(file) => each_volume(path, &file, &grid),
        None => {
            let mut read = read(path, series, &grid, classes)?;
            let report = std::mem::take(&mut read.report);
            let parts = vec![read];
            Ok(Found { parts, report })
        }
    }
}

/// The label maps of a file that holds several volumes; `None` for other files.
fn label_volumes(path: &Path) -> Result<Option<Series>, WireError> {
    if annotation_kind(path)?.is_some() {
        return Ok(None);
    }
    let file = open_series(path)?;
    // The layers of a segmentation look like volumes.
    let is_segmentation = || -> Result<bool, WireError> {
        Ok(is_nrrd(path) && !read_segmentation(path, &NoProgress)?.segments.is_empty())
    };
    Ok((file.n_volumes() > 1 && !is_segmentation()?).then_some(file))
}

/// A label map for each volume: a number is the same segment in all of them.
fn each_volume(path: &Path, file: &Series, grid: &Geometry) -> Result<Found, WireError> {
    let mut report = file.report().to_vec();
    let mut maps = Vec::new();
    let mut failure = None;
    file.load_each(&mut |voxels| {
        let volume = Labels {
            geometry: file.geometry(),
            rescale: file.rescale(),
            voxels,
        };
        if failure.is_none() {
            match label_map(path, &volume, Vec::new(), grid) {
                Ok(read) => maps.push(read),
                Err(error) => failure = Some(error),
            }
        }
        Ok(())
    })?;
    if let Some(error) = failure {
        return Err(error);
    }
    let mut ids: BTreeMap<Label, SegmentId> = BTreeMap::new();
    for read in &mut maps {
        for finding in std::mem::take(&mut read.report) {
            if report.iter().all(|known| known.message != finding.message) {
                report.push(finding);
            }
        }
        for segment in &mut read.segments {
            segment.id = *ids.entry(segment.label).or_insert(segment.id);
        }
    }
    match ids.is_empty() {
        true => Err(EditError::NoSuchSegment.into()),
        false => Ok(Found {
            parts: maps,
            report,
        }),
    }
}

fn other_volumes(path: &Path, file: &Series, series: &Series) -> WireError {
    let (theirs, ours) = (file.n_volumes(), series.n_volumes());
    let path = path.display();
    let message = format!("{path}: holds {theirs} volumes, the image {ours}");
    if theirs == ours {
        let message = format!("{path}: has segments for each of the {ours} volumes");
        return WireError::new(ErrorCode::Conflict, message)
            .hint("Choose segments for each volume first; here they are those of all volumes.");
    }
    WireError::new(ErrorCode::BadInput, message)
        .hint("Open the image it was made for, or import a file with one volume.")
}
