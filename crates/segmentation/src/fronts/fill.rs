//! Fills what is nearer to a scribble inside than to one outside, by the image: fronts start at both
//! at once and bring what they reach to their side (geodesic distances after Bai and Sapiro, IJCV 82
//! (2009) 113, and Criminisi, Sharp and Blake, ECCV 2008).
//!
//! A millimetre takes `sqrt(1 + (weight * g / mean)²)`, with the gradient's length `g` and its mean
//! in the box: values and units do not matter. Where nothing is painted outside, the outside is what
//! comes in from the border of the box, so that what a closed scribble encloses is filled. What is
//! painted on one side is never gained by the other.

use super::speed::mean_of_open;
use super::{INSIDE, MOST_VOXELS, labelled, march};
use crate::block::Source;
use crate::labelled::LabelBox;
use crate::mask::Mask;
use crate::seeds::GrowthError;
use crate::spacing::Spacing;
use crate::steps::{CHUNK, Cancelled, Part, look, made};
use crate::watershed::gradient;
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::labels::Label;
use annotomy_volume::progress::Progress;
use annotomy_volume::space::Mm;
use annotomy_volume::volume::Volume;

const OUTSIDE: Label = INSIDE + 1;

/// How much the image counts, and the box that is not left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeodesicFill {
    /// Standard deviation of the Gaussian before the gradient.
    pub sigma: Mm,
    /// What edges count: by 0 only the way does.
    pub weight: f64,
    /// The box; one slice thick the fill stays in the slice.
    pub region: VoxelBox,
}

/// The voxels of a box that are nearer to `inside`, which is among them, than to `outside`, through
/// the voxels of `permitted`, all if there is none. Padding, and what is no number, is not filled.
///
/// # Errors
/// [`GrowthError`].
pub fn geodesic_fill(
    volume: &Volume,
    (inside, outside): (&Mask, &Mask),
    (permitted, spacing): (Option<&Mask>, &Spacing),
    fill: &GeodesicFill,
    progress: &dyn Progress,
) -> Result<Mask, GrowthError> {
    let source = Source::new(volume);
    let place = (permitted, fill.region);
    let painted = labelled(&[(inside, INSIDE), (outside, OUTSIDE)]);
    let read = LabelBox::read(&source, &painted, place, (MOST_VOXELS, progress))?;
    let Some(mut labels) = read else {
        return Ok(Mask::empty(source.grid()));
    };
    if !labels.labels.contains(&OUTSIDE) {
        label_border(&mut labels, progress)?;
    }
    let part = |n| Part::new(progress, n, 2);
    let lengths = gradient(&source, labels.region, (spacing, fill.sigma), &part(0))?;
    let mean = mean_of_open(&lengths, &labels, progress)?;
    let weight = if mean > 0.0 { fill.weight / mean } else { 0.0 };
    let slowness = made(lengths.len(), progress, |at| {
        let edge = weight * f64::from(lengths[at]);
        (1.0 + edge * edge).sqrt() as f32
    })?;
    march::march(&mut labels, &slowness, spacing, &part(1))?;
    let is_inside = |label: Label| label == INSIDE;
    Ok(Mask::from_box(
        source.grid(),
        labels.region,
        &labels.labels,
        is_inside,
    ))
}

/// Lets the outside begin at the border of the box; a box of one slice has none across it.
fn label_border(labels: &mut LabelBox, progress: &dyn Progress) -> Result<(), Cancelled> {
    let size = labels.size;
    for at in 0..labels.labels.len() {
        if at % CHUNK == 0 {
            look(progress)?;
        }
        let place = [
            at % size[0],
            at / size[0] % size[1],
            at / (size[0] * size[1]),
        ];
        let is_border = (0..3).any(|n| size[n] > 1 && (place[n] == 0 || place[n] + 1 == size[n]));
        if is_border && labels.is_open(at) {
            labels.labels[at] = OUTSIDE;
        }
    }
    Ok(())
}
