//! From an effect to the change that it proposes.

use super::between::{Between, Wanted};
use super::outline::{DrawnIn, outlined};
use super::plane_outline::voxels_near;
use super::recorded::{kind_of, tool_of};
use super::scissors::scissored;
use super::sections::Origin;
use super::{Fronts, Permission, axis_of, cut_plane, place_in, segment_id, slice_box, whole};
use crate::classifiers::Named;
use crate::wire::{self, Effect, Reach, WireError};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{Drawn, MAX_RADIUS, Proposal, divide, propose, propose_for_layer};
use annotomy_annotation::edit::EditError;
use annotomy_annotation::merge::merge;
use annotomy_annotation::permit::Permit;
use annotomy_annotation::segment::{Segment, SegmentId};
use annotomy_segmentation::{
    Connectivity, Holes, Islands, Mask, Smoothing, Spacing, Wall, fill_holes, grow, hollow,
    islands, shrink, smooth,
};
use annotomy_volume::delta::{LabelDelta, VoxelBox};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::{Axis, Mm, VoxelIndex};
use annotomy_volume::volume::Volume;

/// Pieces of a segment that touch at a corner are one, as in the peers.
pub(super) const ISLANDS: Connectivity = Connectivity::Corners;

/// What an effect comes to.
pub(super) struct Computed {
    pub(super) drawn: Drawn,
    pub(super) told: Told,
}

impl From<Drawn> for Computed {
    fn from(drawn: Drawn) -> Self {
        let told = Told::default();
        Self { drawn, told }
    }
}

/// What is told of an effect besides what it changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Of an interpolation.
    pub(super) between: Option<Between>,
    /// Of a propagation, the slice.
    pub(super) least_certain: Option<wire::SlicePlace>,
    /// Of a front, how far it went.
    pub(super) front: Option<wire::FrontReach>,
}

/// An effect on a segment, with all that it works on.
pub(super) struct Work<'a> {
    pub(super) state: &'a DocumentState,
    pub(super) geometry: &'a Geometry,
    /// The image's values, for effects that look at them.
    pub(super) image: Option<&'a Volume>,
    pub(super) permission: &'a Permission,
    /// Where voxels came from, for interpolations.
    pub(super) origin: Option<&'a Origin>,
    /// Fronts that are kept, and what the effect's own follows from if it is one.
    pub(super) fronts: (&'a Fronts, Option<&'a String>),
    /// The classifier that the effect names.
    pub(super) classifier: Option<&'a Named>,
    /// Whether an interpolation may be coarse.
    pub(super) is_coarse: bool,
    pub(super) progress: &'a dyn Progress,
}

/// A slice or a plane that an effect keeps to; neither for everywhere.
pub(super) type KeptTo = (Option<wire::SlicePlace>, Option<wire::CutPlane>);

impl Work<'_> {
    /// What the effect does, as far as the rules allow it, and what is told of it.
    pub(super) fn done(&self, effect: &Effect) -> Result<Computed, WireError> {
        match effect {
            Effect::Interpolate {
                uses_image,
                all_segments,
                sections,
                matches,
            } => self.between(&Wanted {
                uses_image: *uses_image,
                all_segments: *all_segments,
                sections: sections.as_deref(),
                matches,
            }),
            Effect::FastMarch { front, stop } => self.marched(effect, front, *stop),
            Effect::Propagate {
                from,
                to,
                least_alike,
            } => self.propagated(effect, (*from, *to), *least_alike),
            Effect::PropagatePlane {
                from,
                mm,
                planes,
                least_alike,
            } => self.propagated_across(effect, (*from, *mm, *planes), *least_alike),
            effect => Ok(self.drawn(effect)?.into()),
        }
    }

    fn drawn(&self, effect: &Effect) -> Result<Drawn, WireError> {
        let under = self.permission.under();
        let segment = self.find(self.permission.segment)?;
        let proposed = |delta| Proposal {
            kind: kind_of(effect),
            tool: tool_of(effect),
            delta,
        };
        if let Some(delta) = self.layer_changed(segment, effect)? {
            let proposal = proposed(delta);
            return Ok(propose_for_layer(
                self.state,
                segment.layer,
                proposal,
                under,
            ));
        }
        match effect {
            Effect::SplitIslands {
                min_voxels,
                max_pieces,
            } => {
                let (pieces, delta) = self.split(segment, *min_voxels, *max_pieces)?;
                let proposal = proposed(delta);
                Ok(divide(
                    self.state,
                    self.permission.segment,
                    pieces,
                    proposal,
                    under,
                )?)
            }
            Effect::Mirror(mirror) => self.mirrored(effect, mirror),
            Effect::Merge { segments } => {
                let others = segments.iter().map(|id| segment_id(id));
                let others = others.collect::<Result<Vec<_>, _>>()?;
                Ok(merge(
                    self.state,
                    segment.id,
                    &others,
                    tool_of(effect),
                    under,
                )?)
            }
            Effect::Cut(wire::Cut { goes, .. }) | Effect::Scissors(wire::Scissors { goes, .. }) => {
                let rest = self.wanted(segment, effect)?;
                self.severed(effect, segment, &rest, goes)
            }
            effect => {
                let delta = self.segment_changed(segment, effect)?;
                Ok(propose(
                    self.state,
                    self.permission.segment,
                    proposed(delta),
                    under,
                )?)
            }
        }
    }

    fn segment_changed(&self, segment: &Segment, effect: &Effect) -> Result<LabelDelta, WireError> {
        let wanted = self.wanted(segment, effect)?;
        Ok(wanted.replace_segment(self.labels(segment), segment.label, |_| true))
    }

    /// The voxels that the segment is to have.
    fn wanted(&self, segment: &Segment, effect: &Effect) -> Result<Mask, WireError> {
        let (progress, spacing) = (self.progress, self.spacing());
        let now = self.mask(segment);
        Ok(match effect {
            Effect::Threshold { .. }
            | Effect::FloodFill { .. }
            | Effect::ConfidenceConnected { .. } => self.by_value(segment, &now, effect)?,
            Effect::Islands { keep } => islands(&now, self.pieces(*keep)?, ISLANDS, progress)?,
            Effect::Margin { mm } if *mm < 0.0 => shrink(&now, &spacing, length(-mm)?, progress)?,
            Effect::Margin { mm } => grow(&now, &spacing, length(*mm)?, progress)?,
            Effect::Hollow { mm, wall } => {
                hollow(&now, &spacing, (wall_of(*wall), length(*mm)?), progress)?
            }
            Effect::Smooth { method, mm } => {
                smooth(&now, &spacing, smoothing(*method, length(*mm)?), progress)?
            }
            Effect::FillHoles { across } => {
                let across = across.map(axis_of).transpose()?;
                fill_holes(&now, across.map_or(Holes::Volume, Holes::Slices), progress)?
            }
            Effect::Combine { with, operation } => self.combined(&now, with, *operation)?,
            Effect::Outline {
                path,
                slice,
                plane,
                reach,
                mode,
            } => {
                let place = DrawnIn::of(self.geometry, *slice, *plane)?;
                outlined(
                    self.geometry,
                    &now,
                    path,
                    (place, *reach),
                    (*mode, progress),
                )?
            }
            Effect::CopySlice { from, to } => self.copied(&now, *from, *to)?,
            Effect::CopyPlane { from, mm } => self.copied_across(&now, *from, *mm)?,
            Effect::Cut(cut) => self.cut(&now, cut)?,
            Effect::Snake {
                contour,
                iterations,
            } => self.contoured(&now, contour, *iterations)?,
            Effect::Scissors(scissors) => scissored(self.geometry, &now, scissors, self.progress)?,
            Effect::GeodesicFill {
                fill,
                within,
                plane,
            } => self.filled_between(&now, *fill, (*within, *plane))?,
            Effect::Tube(tube) => self.tubed(&now, tube)?,
            Effect::Mirror(_)
            | Effect::SplitIslands { .. }
            | Effect::Merge { .. }
            | Effect::FastMarch { .. }
            | Effect::Propagate { .. }
            | Effect::PropagatePlane { .. }
            | Effect::SmoothJointly { .. }
            | Effect::Interpolate { .. }
            | Effect::GrowSeeds { .. }
            | Effect::Classify { .. }
            | Effect::Watershed { .. }
            | Effect::RandomWalk { .. } => now,
        })
    }

    fn combined(
        &self,
        now: &Mask,
        with: &str,
        operation: wire::Combination,
    ) -> Result<Mask, WireError> {
        let other = self.mask(self.find(segment_id(with)?)?);
        Ok(match operation {
            wire::Combination::Union => now.union(&other),
            wire::Combination::Intersection => now.intersection(&other),
            wire::Combination::Difference => now.difference(&other),
            wire::Combination::Copy => other,
            wire::Combination::Inverse => other.inverted(),
        })
    }

    fn pieces(&self, keep: wire::Pieces) -> Result<Islands, WireError> {
        Ok(match keep {
            wire::Pieces::Largest => Islands::Largest,
            wire::Pieces::AtLeast { voxels } => Islands::AtLeast(voxels as usize),
            wire::Pieces::With { voxel } => Islands::With(self.voxel(voxel)?),
            wire::Pieces::Without { voxel } => Islands::Without(self.voxel(voxel)?),
        })
    }

    pub(super) fn find(&self, id: SegmentId) -> Result<&Segment, WireError> {
        let mut segments = self.state.segments().iter();
        let found = segments.find(|segment| segment.id == id);
        Ok(found.ok_or(EditError::NoSuchSegment)?)
    }

    pub(super) fn labels(&self, segment: &Segment) -> &LabelMap {
        &self.state.layers()[usize::from(segment.layer)]
    }

    pub(super) fn mask(&self, segment: &Segment) -> Mask {
        Mask::of_label(self.labels(segment), segment.label)
    }

    pub(super) fn values(&self) -> Result<&Volume, WireError> {
        self.image.ok_or_else(WireError::internal)
    }

    pub(super) fn spacing(&self) -> Spacing {
        Spacing::of(self.geometry)
    }

    /// Voxels that the segment has or may take: a fill that adds goes through no others.
    pub(super) fn replaceable(&self, segment: &Segment) -> Mask {
        let permit = Permit::new(
            self.state,
            (segment.layer, Some(segment)),
            &self.permission.rules,
            None,
        );
        Mask::of_labels(self.labels(segment), |label| permit.gives(label))
    }

    pub(super) fn voxel(&self, at: [u32; 3]) -> Result<VoxelIndex, WireError> {
        let at = at.map(|n| n as usize);
        let is_inside = at
            .iter()
            .zip(self.geometry.size())
            .all(|(&n, size)| n < size);
        match is_inside {
            true => Ok(VoxelIndex(at)),
            false => Err(WireError::invalid("this place is outside the image")),
        }
    }

    pub(super) fn place(&self, place: wire::SlicePlace) -> Result<(Axis, usize), WireError> {
        place_in(self.geometry, place)
    }

    pub(super) fn region(&self, within: Option<wire::SlicePlace>) -> Result<VoxelBox, WireError> {
        match within {
            Some(place) => Ok(self.slice_box(self.place(place)?)),
            None => Ok(whole(self.geometry)),
        }
    }

    /// The voxels of a mask that a plane cuts; all without one.
    pub(super) fn limited(
        &self,
        mask: Mask,
        plane: Option<wire::CutPlane>,
    ) -> Result<Mask, WireError> {
        Ok(match plane {
            Some(plane) => mask.intersection(&self.cut_by(plane)?),
            None => mask,
        })
    }

    /// All voxels that a plane cuts.
    pub(super) fn cut_by(&self, plane: wire::CutPlane) -> Result<Mask, WireError> {
        let plane = cut_plane(plane)?;
        voxels_near(self.geometry, plane, Reach::Slice, self.progress)
    }

    pub(super) fn slice_box(&self, place: (Axis, usize)) -> VoxelBox {
        slice_box(self.geometry, place)
    }
}

const fn wall_of(wall: wire::Wall) -> Wall {
    match wall {
        wire::Wall::Inside => Wall::Inside,
        wire::Wall::Middle => Wall::Middle,
        wire::Wall::Outside => Wall::Outside,
    }
}

const fn smoothing(method: wire::SmoothMethod, mm: Mm) -> Smoothing {
    match method {
        wire::SmoothMethod::Median => Smoothing::Median(mm),
        wire::SmoothMethod::Opening => Smoothing::Opening(mm),
        wire::SmoothMethod::Closing => Smoothing::Closing(mm),
        wire::SmoothMethod::Gaussian => Smoothing::Gaussian(mm),
    }
}

pub(crate) fn length(mm: f64) -> Result<Mm, WireError> {
    match mm > 0.0 && mm <= MAX_RADIUS {
        true => Ok(Mm(mm)),
        false => {
            let message = format!("this length is not between 0 and {MAX_RADIUS} mm");
            Err(WireError::invalid(message))
        }
    }
}
