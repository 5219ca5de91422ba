//! Fronts from a segment or a place, fills between scribbles, and sections that go on in the slices
//! beside them. Fronts are kept when they have been computed: where one stops can be chosen anew in
//! no time.

use super::compute::{Computed, KeptTo, Told, Work, length};
use super::contour::drawn_by;
use super::cut_plane;
use crate::seeds::refusal;
use crate::wire::{self, Effect, FrontSpeed, FrontStop, WireError};
use annotomy_annotation::draw::MAX_RADIUS;
use annotomy_annotation::permit::{EditableArea, Permit};
use annotomy_annotation::segment::Segment;
use annotomy_segmentation::{
    Across, Arrival, GeodesicFill, Mask, Propagation, PropagationAcross, arrival, geodesic_fill,
    propagate, propagate_across,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::space::{Axis, Mm, VoxelIndex};
use std::cmp::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The latest time, and the largest volume in ml, that a front can be stopped at.
const FURTHEST: f64 = 1e9;

/// The front that was computed last. It is a large one's memory, and no second is kept.
#[derive(Debug, Default)]
pub(crate) struct Fronts(Mutex<Option<Held>>);

#[derive(Debug)]
struct Held {
    /// All that it follows from.
    of: String,
    arrival: Arc<Arrival>,
}

impl Fronts {
    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clear(&self) {
        *self.held() = None;
    }
}

/// All that a front follows from, wherever it stops; none of other effects.
pub(super) fn front_of(request: &wire::EffectRequest, revision: u64) -> Option<String> {
    let Effect::FastMarch { front, .. } = &request.effect else {
        return None;
    };
    let wire::EffectRequest {
        document,
        segment,
        volume,
        overwrite,
        editable,
        ..
    } = request;
    let all = (
        document, revision, segment, volume, front, overwrite, editable,
    );
    serde_json::to_string(&all).ok()
}

impl Work<'_> {
    /// What a front has reached where it stops, beside what the segment has.
    pub(super) fn marched(
        &self,
        effect: &Effect,
        front: &wire::FrontForm,
        stop: FrontStop,
    ) -> Result<Computed, WireError> {
        let (FrontStop::Time { time: amount } | FrontStop::Volume { ml: amount }) = stop;
        if !(0.0..=FURTHEST).contains(&amount) {
            let message = format!("where a front stops is not between 0 and {FURTHEST}");
            return Err(WireError::invalid(message));
        }
        let found = self.arrived(front)?;
        let [i, j, k] = self.geometry.spacing_mm();
        let ml = |n: usize| n as f64 * i * j * k / 1000.0;
        let time = match stop {
            FrontStop::Time { time } => time as f32,
            FrontStop::Volume { ml: wanted } => found.time_of((wanted / ml(1)).round() as usize),
        };
        let reached = found.until(time);
        let segment = self.find(self.permission.segment)?;
        let now = Mask::of_label(self.labels(segment), segment.label);
        let wanted = now.union(&reached);
        Ok(Computed {
            drawn: drawn_by(self.state, self.permission, effect, &wanted)?,
            told: Told {
                front: Some(wire::FrontReach {
                    time: time.into(),
                    half_time: found.time_of(found.n_reached().div_ceil(2)).into(),
                    ml: ml(reached.n_voxels()),
                    most_ml: ml(found.n_reached()),
                }),
                ..Told::default()
            },
        })
    }

    /// When the front arrives: as it was computed last, or computed now.
    fn arrived(&self, front: &wire::FrontForm) -> Result<Arc<Arrival>, WireError> {
        let (fronts, of) = self.fronts;
        if let Some(held) = fronts.held().as_ref().filter(|held| Some(&held.of) == of) {
            return Ok(Arc::clone(&held.arrival));
        }
        let segment = self.find(self.permission.segment)?;
        let seeds = match front.seed {
            Some(seed) => {
                let VoxelIndex(at) = self.voxel(seed)?;
                Mask::filled(self.geometry.size(), VoxelBox { min: at, max: at })
            }
            None => Mask::of_label(self.labels(segment), segment.label),
        };
        let region = self.within_margin(&seeds, front.margin)?;
        let open = self.open_to_front(segment, region);
        let with = (Some(&open), &self.spacing());
        let how = (&speed_of(front.speed)?, region);
        let found = arrival(self.values()?, &seeds, with, how, self.progress);
        let arrival = Arc::new(found.map_err(refusal)?);
        if let Some(of) = of.cloned() {
            let arrival = Arc::clone(&arrival);
            *fronts.held() = Some(Held { of, arrival });
        }
        Ok(arrival)
    }

    /// What a fill between scribbles gives the segment, beside what it has.
    pub(super) fn filled_between(
        &self,
        now: &Mask,
        fill: wire::GeodesicForm,
        (within, plane): KeptTo,
    ) -> Result<Mask, WireError> {
        let wire::GeodesicForm {
            sigma,
            weight,
            margin,
        } = fill;
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(WireError::invalid("this weight of edges is below 0"));
        }
        let segment = self.find(self.permission.segment)?;
        let (mut inside, mut others) = (
            now.clone(),
            Mask::of_labels(self.labels(segment), |label| {
                label != 0 && label != segment.label
            }),
        );
        if let Some(place) = within {
            let slice = self.slice_box(self.place(place)?);
            (inside, others) = (inside.cropped(slice), others.cropped(slice));
        }
        (inside, others) = (self.limited(inside, plane)?, self.limited(others, plane)?);
        let mut region = self.within_margin(&inside, margin)?;
        if let Some(place) = within {
            let (axis, index) = self.place(place)?;
            let axis = axis.position();
            (region.min[axis], region.max[axis]) = (index, index);
        }
        let open = self.limited(self.open_to_front(segment, region), plane)?;
        let open = open.union(&others);
        let asked = GeodesicFill {
            sigma: length(sigma)?,
            weight,
            region,
        };
        let with = (Some(&open), &self.spacing());
        let scribbles = (&inside, &others);
        let found = geodesic_fill(self.values()?, scribbles, with, &asked, self.progress);
        Ok(now.union(&found.map_err(refusal)?))
    }

    /// A section that goes on in the slices beside it, and where it is least certain.
    pub(super) fn propagated(
        &self,
        effect: &Effect,
        (from, to): (wire::SlicePlace, u32),
        least_alike: f64,
    ) -> Result<Computed, WireError> {
        let (axis, from_index) = self.place(from)?;
        let (_, to_index) = self.place(wire::SlicePlace { index: to, ..from })?;
        let segment = self.find(self.permission.segment)?;
        let now = Mask::of_label(self.labels(segment), segment.label);
        if now.cropped(self.slice_box((axis, from_index))).is_empty() {
            return Err(no_section());
        }
        let wanted = Propagation {
            axis,
            from: from_index,
            to: to_index,
            least_alike: correlation(least_alike)?,
        };
        let found = propagate(
            self.values()?,
            &now,
            &self.spacing(),
            &wanted,
            self.progress,
        )?;
        if found.slices.is_empty() && !self.ends_at_once(&now, (axis, from_index), to_index) {
            return Err(not_found_again());
        }
        let least = found.slices.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        // Of one slice it is plain which is the least certain.
        let least = least.filter(|_| found.slices.len() > 1);
        let least_certain = least.map(|&(index, _)| wire::SlicePlace {
            index: index as u32,
            ..from
        });
        Ok(Computed {
            drawn: drawn_by(self.state, self.permission, effect, &now.union(&found.mask))?,
            told: Told {
                least_certain,
                ..Told::default()
            },
        })
    }

    pub(super) fn propagated_across(
        &self,
        effect: &Effect,
        (from, mm, planes): (wire::CutPlane, f64, u32),
        least_alike: f64,
    ) -> Result<Computed, WireError> {
        if mm == 0.0 || !(-MAX_RADIUS..=MAX_RADIUS).contains(&mm) {
            let message =
                format!("planes lie at most {MAX_RADIUS} mm apart, and not on each other");
            return Err(WireError::invalid(message));
        }
        let wanted = PropagationAcross {
            plane: cut_plane(from)?,
            step: Mm(mm),
            n_planes: planes as usize,
            least_alike: correlation(least_alike)?,
        };
        let segment = self.find(self.permission.segment)?;
        let now = Mask::of_label(self.labels(segment), segment.label);
        let image = (self.values()?, self.geometry);
        let drawn = match propagate_across(image, &now, &wanted, self.progress)? {
            Across::NoSection => return Err(no_section()),
            Across::Drawn => now,
            Across::To(found) if found.slices.is_empty() => return Err(not_found_again()),
            Across::To(found) => now.union(&found.mask),
        };
        Ok(drawn_by(self.state, self.permission, effect, &drawn)?.into())
    }

    /// Whether there is no slice to come to, or the next one has voxels of the segment already.
    fn ends_at_once(&self, now: &Mask, (axis, from): (Axis, usize), to: usize) -> bool {
        let next = match to.cmp(&from) {
            Ordering::Equal => return true,
            Ordering::Greater => from + 1,
            Ordering::Less => from - 1,
        };
        !now.cropped(self.slice_box((axis, next))).is_empty()
    }

    /// The box around some voxels.
    fn within_margin(&self, voxels: &Mask, margin: f64) -> Result<VoxelBox, WireError> {
        let bounds = voxels.bounds().ok_or_else(|| {
            WireError::invalid("the segment has no voxel to begin from")
                .hint("Paint some of it first.")
        })?;
        Ok(self
            .spacing()
            .box_around(bounds, length(margin)?, voxels.grid()))
    }

    /// Voxels of a box that the segment has or may take.
    fn open_to_front(&self, segment: &Segment, region: VoxelBox) -> Mask {
        let open = self.replaceable(segment);
        let (rules, image) = self.permission.under();
        if rules.area == EditableArea::Everywhere && rules.range.is_none() {
            return open;
        }
        let permit = Permit::new(self.state, (segment.layer, Some(segment)), rules, image);
        let own = Mask::of_label(self.labels(segment), segment.label);
        let holds = |voxel: VoxelIndex| own.contains(voxel) || permit.holds(voxel);
        open.intersection(&Mask::from_voxels(open.grid(), region, holds))
    }
}

fn speed_of(speed: FrontSpeed) -> Result<annotomy_segmentation::FrontSpeed, WireError> {
    use annotomy_segmentation::FrontSpeed as Speed;
    Ok(match speed {
        FrontSpeed::Even => Speed::Even,
        FrontSpeed::Edges { sigma, contrast } => {
            if !contrast.is_none_or(|contrast| contrast > 0.0 && contrast.is_finite()) {
                return Err(WireError::invalid("a contrast is above 0"));
            }
            Speed::Edges {
                sigma: length(sigma)?,
                contrast,
                width: None,
            }
        }
        FrontSpeed::Values { multiplier } => {
            if !(multiplier > 0.0 && multiplier.is_finite()) {
                let message = "this is no number of standard deviations above 0";
                return Err(WireError::invalid(message));
            }
            Speed::Values { multiplier }
        }
    })
}

fn correlation(least_alike: f64) -> Result<f64, WireError> {
    match (-1.0..=1.0).contains(&least_alike) {
        true => Ok(least_alike),
        false => {
            let message = "how alike slices have to be is a number from -1 to 1";
            Err(WireError::invalid(message))
        }
    }
}

fn no_section() -> WireError {
    WireError::invalid("the segment has no section in this slice")
        .hint("Draw one, or go to a slice that has one.")
}

fn not_found_again() -> WireError {
    WireError::invalid("the section is not found again in the next slice")
        .hint("Draw it there, or let slices be less alike.")
}
