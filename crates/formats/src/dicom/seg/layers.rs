//! Puts segments into layers: as few as their overlap allows.

use super::frames::Pixels;
use annotomy_volume::label_slices::map_from_slices;
use annotomy_volume::labels::{Label, LabelMap};
use std::collections::BTreeMap;

/// The mask of a segment: for each slice with a frame, bits.
pub(crate) type Mask = BTreeMap<usize, Vec<u8>>;

/// A layer under construction.
#[derive(Debug, Default)]
struct Layer {
    /// For each slice, what is taken.
    taken: Mask,
    /// For each slice, the masks in it.
    masks: BTreeMap<usize, Vec<(Label, Vec<u8>)>>,
}

impl Layer {
    fn is_free(&self, mask: &Mask) -> bool {
        mask.iter().all(|(k, bits)| {
            let taken = self.taken.get(k);
            taken.is_none_or(|taken| taken.iter().zip(bits).all(|(a, b)| a & b == 0))
        })
    }

    fn take(&mut self, label: Label, mask: Mask) {
        for (k, bits) in mask {
            join(self.taken.entry(k).or_default(), &bits);
            self.masks.entry(k).or_default().push((label, bits));
        }
    }
}

/// Adds bits to those that are there.
pub(crate) fn join(bits: &mut Vec<u8>, more: &[u8]) {
    if bits.is_empty() {
        bits.extend_from_slice(more);
    } else {
        bits.iter_mut().zip(more).for_each(|(to, bits)| *to |= bits);
    }
}

/// Label maps for masks in the order of their labels, and the layer of each. `None` if the grid is
/// too large.
pub(crate) fn layers(
    size: [usize; 3],
    masks: Vec<(Label, Mask)>,
) -> Option<(Vec<LabelMap>, BTreeMap<Label, usize>)> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut layer_of = BTreeMap::new();
    for (label, mask) in masks {
        let free = layers.iter().position(|layer| layer.is_free(&mask));
        let n = free.unwrap_or(layers.len());
        if free.is_none() {
            layers.push(Layer::default());
        }
        if let Some(layer) = layers.get_mut(n) {
            layer.take(label, mask);
        }
        layer_of.insert(label, n);
    }
    let map = |layer: &Layer| {
        map_from_slices(size, |k, out| {
            for (label, bits) in layer.masks.get(&k).into_iter().flatten() {
                paint(out, bits, *label);
            }
        })
    };
    let maps: Option<Vec<LabelMap>> = layers.iter().map(map).collect();
    Some((maps?, layer_of))
}

fn paint(out: &mut [Label], bits: &[u8], label: Label) {
    for (voxels, byte) in out.chunks_mut(8).zip(bits).filter(|(_, byte)| **byte != 0) {
        for (n, voxel) in voxels.iter_mut().enumerate() {
            if byte & (1 << n) != 0 {
                *voxel = label;
            }
        }
    }
}

/// The layer of a label map, and how many of its voxels have a number that is not described.
pub(crate) fn numbered(
    size: [usize; 3],
    pixels: &Pixels,
    frames: &BTreeMap<usize, usize>,
    labels: &BTreeMap<u16, Label>,
    background: Option<u16>,
) -> Option<(LabelMap, usize)> {
    let n_unknown = std::sync::atomic::AtomicUsize::new(0);
    let map = map_from_slices(size, |k, out| {
        let Some(frame) = frames.get(&k) else { return };
        let mut unknown = 0_usize;
        for (out, number) in out.iter_mut().zip(pixels.numbers(*frame)) {
            match labels.get(&number) {
                Some(label) => *out = *label,
                None if background == Some(number) => {}
                None => unknown = unknown.saturating_add(1),
            }
        }
        n_unknown.fetch_add(unknown, std::sync::atomic::Ordering::Relaxed);
    })?;
    Some((map, n_unknown.into_inner()))
}
