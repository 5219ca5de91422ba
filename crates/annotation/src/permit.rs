//! What tools may change: locks, the overwrite rule, the editable area and the editable range of
//! intensities.
//!
//! The one place where they are enforced, for every tool alike. What they kept as it was is counted,
//! so that a tool that did nothing can say why.

use crate::document::DocumentState;
use crate::operation::{OverwriteRule, Tool};
use crate::segment::{Segment, SegmentId};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use annotomy_volume::volume::Volume;
use std::iter::Sum;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where tools may change voxels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum EditableArea {
    /// Anywhere.
    #[default]
    Everywhere,
    /// In voxels of any of these segments.
    Inside(Vec<SegmentId>),
    /// In voxels of none of these segments.
    Outside(Vec<SegmentId>),
}

/// What the user lets tools change.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Which other segments may be replaced.
    pub overwrite: OverwriteRule,
    /// Where.
    pub area: EditableArea,
    /// Voxels with which rescaled values; all if none.
    pub range: Option<RangeInclusive<f64>>,
}

impl Rules {
    /// An overwrite rule alone.
    #[must_use]
    pub const fn overwriting(overwrite: OverwriteRule) -> Self {
        Self {
            overwrite,
            area: EditableArea::Everywhere,
            range: None,
        }
    }
}

impl Tool {
    /// The same, used in an editable area and range.
    #[must_use]
    pub fn within(self, rules: &Rules) -> Self {
        let ids = |segments: &[SegmentId]| {
            let ids: Vec<String> = segments.iter().map(|id| id.0.to_string()).collect();
            ids.join(" ")
        };
        let tool = match &rules.area {
            EditableArea::Everywhere => self,
            EditableArea::Inside(segments) => self.with("editable inside", ids(segments)),
            EditableArea::Outside(segments) => self.with("editable outside", ids(segments)),
        };
        match &rules.range {
            Some(range) => tool.with(
                "editable range",
                format!("{} {}", range.start(), range.end()),
            ),
            None => tool,
        }
    }

    /// The same, used under some rules.
    #[must_use]
    pub fn under(self, rules: &Rules) -> Self {
        let overwrite = match rules.overwrite {
            OverwriteRule::All => "all",
            OverwriteRule::None => "none",
            OverwriteRule::Visible => "visible",
        };
        self.within(rules).with("overwrite", overwrite)
    }
}

/// Voxels that a tool would have changed and that were kept as they were, by what kept them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// They belong to a locked segment.
    pub locked: usize,
    /// They belong to a segment that the overwrite rule protects.
    pub protected: usize,
    /// They lie outside the editable area.
    pub area: usize,
    /// Their values lie outside the editable range.
    pub range: usize,
}

impl Sum for Kept {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self {
            locked: a.locked + b.locked,
            protected: a.protected + b.protected,
            area: a.area + b.area,
            range: a.range + b.range,
        })
    }
}

/// What may be changed in one layer, for one tool, at one moment.
#[derive(Debug)]
pub struct Permit<'a> {
    /// Labels of the layer, ascending.
    locked: Vec<Label>,
    protected: Vec<Label>,
    area: Area<'a>,
    values: Option<(&'a Volume, RangeInclusive<f64>)>,
    kept: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    locked: AtomicUsize,
    protected: AtomicUsize,
    area: AtomicUsize,
    range: AtomicUsize,
}

/// Segments of an area: the labels, ascending, that they have in some layers.
type Places<'a> = Vec<(&'a LabelMap, Vec<Label>)>;

#[derive(Debug)]
enum Area<'a> {
    Everywhere,
    Inside(Places<'a>),
    Outside(Places<'a>),
}

impl<'a> Permit<'a> {
    /// For a tool that changes voxels of `layer`, those of `segment` if it is about one. `image` is
    /// what an editable range is about.
    #[must_use]
    pub fn new(
        state: &'a DocumentState,
        (layer, segment): (u16, Option<&Segment>),
        rules: &Rules,
        image: Option<&'a Volume>,
    ) -> Self {
        let labels_of = |is_meant: &dyn Fn(&Segment) -> bool| {
            let others = state.segments().iter().filter(|s| s.layer == layer);
            let mut labels: Vec<Label> = others.filter(|s| is_meant(s)).map(|s| s.label).collect();
            labels.sort_unstable();
            labels
        };
        let is_other = |other: &Segment| segment.is_some_and(|segment| segment.id != other.id);
        Self {
            locked: labels_of(&|segment| segment.is_locked),
            protected: labels_of(&|other| {
                is_other(other)
                    && match rules.overwrite {
                        OverwriteRule::All => false,
                        OverwriteRule::None => true,
                        OverwriteRule::Visible => !other.is_visible,
                    }
            }),
            area: match &rules.area {
                EditableArea::Everywhere => Area::Everywhere,
                EditableArea::Inside(segments) => Area::Inside(places(state, segments)),
                EditableArea::Outside(segments) => Area::Outside(places(state, segments)),
            },
            values: image.zip(rules.range.clone()),
            kept: Counts::default(),
        }
    }

    /// Whether a voxel may change from a label to another; a refusal is counted.
    #[must_use]
    pub fn allows(&self, voxel: VoxelIndex, from: Label, to: Label) -> bool {
        if from == to {
            return true;
        }
        let refusal = if is_among(&self.locked, from) || is_among(&self.locked, to) {
            &self.kept.locked
        } else if is_among(&self.protected, from) {
            &self.kept.protected
        } else if !self.area.holds(voxel) {
            &self.kept.area
        } else if !self.is_in_range(voxel) {
            &self.kept.range
        } else {
            return true;
        };
        refusal.fetch_add(1, Ordering::Relaxed);
        false
    }

    /// Whether a voxel lies where something may change.
    #[must_use]
    pub fn holds(&self, voxel: VoxelIndex) -> bool {
        self.area.holds(voxel) && self.is_in_range(voxel)
    }

    /// Whether voxels with a label may change at all.
    #[must_use]
    pub fn gives(&self, label: Label) -> bool {
        !is_among(&self.locked, label) && !is_among(&self.protected, label)
    }

    /// What was refused so far.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let n = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        Kept {
            locked: n(&self.kept.locked),
            protected: n(&self.kept.protected),
            area: n(&self.kept.area),
            range: n(&self.kept.range),
        }
    }

    fn is_in_range(&self, voxel: VoxelIndex) -> bool {
        let values = self.values.as_ref();
        values.is_none_or(|(volume, range)| range.contains(&volume.value(voxel)))
    }
}

impl Area<'_> {
    fn holds(&self, voxel: VoxelIndex) -> bool {
        let is_in = |places: &Places<'_>| {
            let mut places = places.iter();
            places.any(|(layer, labels)| is_among(labels, layer.label(voxel)))
        };
        match self {
            Self::Everywhere => true,
            Self::Inside(places) => is_in(places),
            Self::Outside(places) => !is_in(places),
        }
    }
}

/// Segments that are gone hold no voxels.
fn places<'a>(state: &'a DocumentState, ids: &[SegmentId]) -> Places<'a> {
    let layers = state.layers().iter().zip(0_u16..);
    let labels = |layer: u16| {
        let segments = state.segments().iter();
        let meant = segments.filter(|s| s.layer == layer && ids.contains(&s.id));
        let mut labels: Vec<Label> = meant.map(|segment| segment.label).collect();
        labels.sort_unstable();
        labels
    };
    layers
        .map(|(map, layer)| (map, labels(layer)))
        .filter(|(_, labels)| !labels.is_empty())
        .collect()
}

fn is_among(labels: &[Label], label: Label) -> bool {
    labels.binary_search(&label).is_ok()
}
