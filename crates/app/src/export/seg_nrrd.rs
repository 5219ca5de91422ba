//! `.seg.nrrd`: segments with names, colours and layers, as 3D Slicer keeps them.

use super::staged::{Staged, differs};
use super::{Written, is_same_grid};
use crate::coded::terminology;
use crate::wire::WireError;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::protocol::Class;
use annotomy_annotation::segment::Segment;
use annotomy_formats::{
    LabelLayer, NoProgress, SegmentLabel, Segmentation, read_segmentation, write_segmentation,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::volume::Voxels;
use std::path::Path;

/// Writes every layer, and compares what is read back.
pub(crate) fn write(
    target: &Path,
    state: &DocumentState,
    geometry: &Geometry,
    classes: &[Class],
) -> Result<Written, WireError> {
    let layers = layers(state);
    let labels: Vec<LabelLayer<'_>> = layers.iter().map(|labels| LabelLayer { labels }).collect();
    let segments = state.segments().iter();
    let segments: Vec<SegmentLabel> = segments.map(|s| segment_label(s, classes)).collect();
    let staged = Staged::beside(target)?;
    write_segmentation(&staged.path(), geometry, &labels, &segments)?;
    let read = read_segmentation(&staged.path(), &NoProgress)?;
    if !is_same_grid(&read.geometry, geometry) || !has_same_content(&read, &layers, &segments) {
        return Err(differs(target, "the segmentation"));
    }
    staged.publish()?;
    let n_labelled = |layer: &Voxels| match layer {
        Voxels::U8(labels) => labels.iter().filter(|&&label| label != 0).count(),
        Voxels::U16(labels) => labels.iter().filter(|&&label| label != 0).count(),
        _ => 0,
    };
    Ok(Written {
        sidecar: None,
        n_voxels: layers.iter().map(n_labelled).sum(),
        n_shapes: 0,
        notes: Vec::new(),
    })
}

/// In the narrowest type that holds every label.
fn layers(state: &DocumentState) -> Vec<Voxels> {
    let dense =
        |layer: &annotomy_volume::labels::LabelMap| layer.to_dense().into_raw_vec_and_offset().0;
    let is_narrow = state
        .segments()
        .iter()
        .all(|s| u8::try_from(s.label).is_ok());
    state
        .layers()
        .iter()
        .map(|layer| match is_narrow {
            true => Voxels::U8(dense(layer).into_iter().map(|label| label as u8).collect()),
            false => Voxels::U16(dense(layer)),
        })
        .collect()
}

fn segment_label(segment: &Segment, classes: &[Class]) -> SegmentLabel {
    let class = classes.iter().find(|class| segment.class == Some(class.id));
    SegmentLabel {
        id: segment.id.0.to_string(),
        name: segment.name.clone(),
        color: segment.color.0,
        layer: segment.layer.into(),
        value: segment.label.into(),
        terminology: class.and_then(|class| terminology(&class.meaning)),
    }
}

fn has_same_content(read: &Segmentation, layers: &[Voxels], segments: &[SegmentLabel]) -> bool {
    let is_same = |a: &SegmentLabel, b: &SegmentLabel| {
        let is_coded_so = |terms| a.terminology.as_ref() == Some(terms);
        (&a.name, a.color, a.layer, a.value) == (&b.name, b.color, b.layer, b.value)
            && b.terminology.as_ref().is_none_or(is_coded_so)
    };
    let mut pairs = read.segments.iter().zip(segments);
    read.layers == layers
        && read.segments.len() == segments.len()
        && pairs.all(|(a, b)| is_same(a, b))
}
