//! Filling what lies between drawn sections, as often as one likes: what an interpolation found before
//! is found anew, and what a person drew or erased stays.

use super::compute::{Computed, Told, Work};
use super::recorded::{kind_of, tool_of};
use super::sections::{Found, Origin};
use crate::interpolation::doubts;
use crate::matches::{choices, told};
use crate::wire::{self, Effect, PartMatch, SectionRule, SlicePlace, WireError};
use annotomy_annotation::draw::{Proposal, propose, propose_for_layer};
use annotomy_annotation::operation::Tool;
use annotomy_annotation::sources::Source;
use annotomy_segmentation::{
    Filling, PartChoice, Sections, interpolate_coarsely, interpolate_with,
};
use annotomy_volume::delta::LabelDelta;
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;

/// What is told of an interpolation.
#[derive(Debug, Clone)]
pub(super) struct Between {
    /// Slices across the axis of most drawn ones, by index, and how little is certain in each.
    pub(super) doubts: Vec<(SlicePlace, f64)>,
    pub(super) sections: wire::DrawnSections,
    /// How parts go on, where there is something to choose; not of a coarse one.
    pub(super) matches: Option<wire::MatchedParts>,
    pub(super) is_coarse: bool,
}

impl Told {
    pub(super) fn is_coarse(&self) -> bool {
        let between = self.between.as_ref();
        between.is_some_and(|between| between.is_coarse)
    }
}

/// What an interpolation was asked for.
pub(super) struct Wanted<'a> {
    pub(super) uses_image: bool,
    pub(super) all_segments: bool,
    /// The slices that count as drawn; those found if absent.
    pub(super) sections: Option<&'a [SlicePlace]>,
    /// How parts go on, where it is not as the rule finds it.
    pub(super) matches: &'a [PartMatch],
}

impl Work<'_> {
    /// What lies between drawn slices, of one segment or of all in its layer.
    pub(super) fn between(&self, wanted: &Wanted<'_>) -> Result<Computed, WireError> {
        let origin = self.origin.ok_or_else(WireError::internal)?;
        let segment = self.find(self.permission.segment)?;
        let labels = self.labels(segment);
        let meant = origin.meant(labels)?;
        let sections = self.sections(origin, &meant, wanted.sections)?;
        let drawn_in = Drawn {
            origin,
            sections: &sections,
        };
        let drawn = drawn_in.of(&meant)?;
        let given = Sections {
            labels: &drawn,
            slices: &sections.slices,
            planes: &[],
        };
        let choices = choices(wanted.matches)?;
        let filled = self.between_sections(&given, &choices, wanted.uses_image)?;
        let told = sections.told(&meant);
        let matches = filled.matches.as_ref();
        let effect = Effect::Interpolate {
            uses_image: wanted.uses_image,
            all_segments: wanted.all_segments,
            sections: Some(told.sections.iter().map(|section| section.slice).collect()),
            matches: matches.map_or(Vec::new(), |told| followed(wanted.matches, told)),
        };
        let proposal = Proposal {
            kind: kind_of(&effect),
            tool: ruled(tool_of(&effect), sections.rule),
            delta: drawn_in.filled(labels, &filled.labels),
        };
        let under = self.permission.under();
        let drawn = match wanted.all_segments {
            true => propose_for_layer(self.state, segment.layer, proposal, under),
            false => propose(self.state, segment.id, proposal, under)?,
        };
        Ok(Computed {
            drawn,
            told: Told {
                between: Some(Between {
                    doubts: filled.doubts,
                    sections: told,
                    matches: filled.matches,
                    is_coarse: filled.is_coarse,
                }),
                ..Told::default()
            },
        })
    }

    /// What lies between sections, coarse or not.
    fn between_sections(
        &self,
        given: &Sections<'_>,
        choices: &[PartChoice],
        uses_image: bool,
    ) -> Result<Filled, WireError> {
        let (spacing, progress) = (self.spacing(), self.progress);
        if self.is_coarse
            && let Some(labels) = interpolate_coarsely(given, choices, &spacing, progress)?
        {
            return Ok(Filled {
                labels,
                doubts: Vec::new(),
                matches: None,
                is_coarse: true,
            });
        }
        let image = match uses_image && !self.is_coarse {
            true => Some(self.values()?),
            false => None,
        };
        let filling = Filling { image, choices };
        let found = interpolate_with(given, &filling, &spacing, progress)?;
        Ok(Filled {
            doubts: doubts(&found, given.slices, given.labels.size()),
            matches: Some(told(&found, self.geometry)),
            labels: found.labels,
            is_coarse: uses_image && self.is_coarse,
        })
    }

    fn sections(
        &self,
        origin: &Origin,
        meant: &LabelMap,
        chosen: Option<&[SlicePlace]>,
    ) -> Result<Found, WireError> {
        let Some(chosen) = chosen else {
            return Ok(origin.found(meant));
        };
        let slices = chosen.iter().map(|&slice| self.place(slice));
        Ok(Found::chosen(slices.collect::<Result<_, _>>()?))
    }
}

/// What lies between sections, and what is told of it.
struct Filled {
    labels: LabelMap,
    doubts: Vec<(SlicePlace, f64)>,
    matches: Option<wire::MatchedParts>,
    is_coarse: bool,
}

/// Those of the matches that had an effect, so that the record holds no others.
fn followed(matches: &[PartMatch], told: &wire::MatchedParts) -> Vec<PartMatch> {
    let numbered = (0..).zip(matches);
    let followed = numbered.filter(|(n, _)| !told.unfollowed.contains(n));
    followed.map(|(_, said)| *said).collect()
}

/// Why its slices count as drawn stands in the record too.
fn ruled(tool: Tool, rule: SectionRule) -> Tool {
    let rule = match rule {
        SectionRule::ByHand => "by hand",
        SectionRule::Imported => "imported",
        SectionRule::Filled => "filled",
        SectionRule::Chosen => "chosen",
    };
    tool.with("sections_by", rule)
}

/// The drawn sections of a segment, or of all in its layer.
struct Drawn<'a> {
    origin: &'a Origin,
    sections: &'a Found,
}

impl Drawn<'_> {
    fn is_in_section(&self, VoxelIndex(at): VoxelIndex) -> bool {
        let mut slices = self.sections.slices.iter();
        slices.any(|&(axis, index)| at[axis.position()] == index)
    }

    /// What of the segment lies in the sections: nothing else says what is between them.
    fn of(&self, meant: &LabelMap) -> Result<LabelMap, WireError> {
        let all = LabelMap::empty(meant.size()).change_to(meant);
        let in_sections = all.filtered(|voxel, _, _| self.is_in_section(voxel));
        let mut drawn = LabelMap::empty(meant.size());
        let applied = drawn.apply(&in_sections);
        applied.map_err(|_| WireError::internal())?;
        Ok(drawn)
    }

    /// The change to what was found. What a person drew stays, or erased; so does what came from
    /// elsewhere, and what stands in a section whoever made it.
    fn filled(&self, labels: &LabelMap, found: &LabelMap) -> LabelDelta {
        let replaced = |label: Label, found: Label| match found {
            0 if !self.origin.is_meant(label) => label,
            found => found,
        };
        let is_free = |voxel| match self.origin.sources.of(voxel) {
            None => true,
            Some(Source::Interpolated) => !self.is_in_section(voxel),
            Some(_) => false,
        };
        let change = labels.merged(found, replaced);
        change.filtered(|voxel, _, _| is_free(voxel))
    }
}
