//! Who drew a voxel.

use super::Shown;
use crate::app::{App, Caller};
use crate::documents::OpenDocument;
use crate::drawing;
use crate::history::history_entry;
use crate::wire::{self, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_store::Record;
use annotomy_volume::space::VoxelIndex;
use std::sync::Arc;

/// Names who drew a voxel, for each segment that holds it.
pub(crate) async fn who_drew(
    app: &Arc<App>,
    _: &Caller,
    request: wire::WhoDrewRequest,
) -> Result<wire::WhoDrew, WireError> {
    let shown = Shown::find(app, &request.document).await?;
    let until = match app.past.find(&request.document) {
        Some(look) => look
            .until
            .ok_or_else(|| WireError::invalid("a comparison is shown: nobody drew its marks"))?,
        None => u64::MAX,
    };
    let (document, snapshot) = (shown.document(), shown.snapshot());
    let voxel = VoxelIndex(request.voxel.map(|n| n as usize));
    let size = snapshot.state.size();
    if (0..3).any(|n| voxel.0[n] >= size[n]) {
        return Err(WireError::invalid("this voxel is outside the image"));
    }
    let trail = app.past.trail(document.id);
    let mut trail = trail.lock().await;
    let library = app.library();
    library.follow(document.id, &mut trail).await?;
    let mut segments = Vec::new();
    for segment in snapshot.state.segments() {
        let labels = snapshot.state.layers().get(usize::from(segment.layer));
        if labels.is_none_or(|labels| labels.label(voxel) != segment.label) {
            continue;
        }
        let place = (segment.layer, voxel);
        if let Some(record) = library.drawn_by(&trail, until, place).await? {
            segments.push(drawn(document, segment, record));
        }
    }
    Ok(wire::WhoDrew { segments })
}

fn drawn(document: &OpenDocument, segment: &Segment, record: Record) -> wire::Drawn {
    let tool = record.operation.tool.clone();
    let chosen = tool.as_ref().map(|tool| tool.parameters.clone());
    let mut parameters = chosen.unwrap_or_default();
    // How many corners it has is told.
    parameters.remove(drawing::PATH);
    if let Some(stroke) = tool.as_ref().and_then(|tool| tool.stroke.as_ref()) {
        let radius = stroke.radius_um as f64 / 1000.0;
        parameters.insert("radius".to_owned(), format!("{radius} mm"));
    }
    wire::Drawn {
        segment: segment.name.clone(),
        color: segment.color.to_string(),
        source: tool.as_ref().map(|tool| tool.provenance.into()),
        tool: tool.map(|tool| tool.name),
        parameters,
        entry: history_entry(record, &document.snapshot().undo),
    }
}
