//! When the voxels of segments changed last, so that what shows them asks for those alone.

use annotomy_annotation::change::Change;
use annotomy_annotation::segment::Segment;
use annotomy_volume::labels::Label;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of each segment the revision that its voxels were changed by last, or a later one.
#[derive(Debug, Clone, Default)]
pub(crate) struct DrawnAt {
    /// Those of which nothing else is known.
    others: u64,
    /// By layer and label.
    known: Arc<BTreeMap<(u16, Label), u64>>,
}

impl DrawnAt {
    /// Any segment may have been changed by this revision.
    pub(crate) fn all(revision: u64) -> Self {
        Self {
            others: revision,
            known: Arc::default(),
        }
    }

    /// With what led to a revision.
    pub(crate) fn after(&self, changes: &[Change], revision: u64) -> Self {
        let mut next = self.clone();
        for change in changes {
            let Change::Labels { layer, delta } = change else {
                continue;
            };
            let known = Arc::make_mut(&mut next.known);
            known.extend(delta.labels().map(|label| ((*layer, label), revision)));
        }
        next
    }

    pub(crate) fn of(&self, segment: &Segment) -> u64 {
        let known = self.known.get(&(segment.layer, segment.label));
        known.copied().unwrap_or(self.others)
    }
}
