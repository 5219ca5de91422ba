//! What is left of an image inside segments, outside them, or in a box around them.

use crate::app::{App, Caller};
use crate::convert::chosen;
use crate::export::{
    Staged, refuse_existing, refuse_source, straightened_note, target, write_image,
};
use crate::import::read_one_layer;
use crate::interpolation::{ENDINGS, refuse_input};
use crate::jobs::blocking;
use crate::wire::{self, ErrorCode, ImageMask, KeepVoxels, WireError};
use annotomy_formats::{NoProgress, scan};
use annotomy_segmentation::{Mask, Spacing, box_around};
use annotomy_volume::crop::{cropped_geometry, cropped_voxels};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::Geometry;
use annotomy_volume::percentile::value_range;
use annotomy_volume::space::Mm;
use annotomy_volume::volume::{Rescale, Scalar, Volume, Voxels};
use annotomy_volume::with_voxels;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A value that is asked for and the one that the image's type holds differ by no more, relatively:
/// images in single precision hold them so.
const ROUNDING: f64 = 1e-6;

/// What is left of an image.
pub(crate) struct Masked {
    pub(crate) volume: Volume,
    /// Its voxels in the image.
    pub(crate) region: VoxelBox,
    /// Voxels in it that kept their values.
    pub(crate) n_kept: usize,
    /// The value of the others; none where all are kept.
    pub(crate) outside: Option<f64>,
}

/// What is left of an image around a mask, on a grid of the image's size.
pub(crate) fn masked(
    (image, geometry): (&Volume, &Geometry),
    inside: &Mask,
    how: &ImageMask,
) -> Result<Masked, WireError> {
    if inside.is_empty() {
        let message = "the segments have no voxels: nothing of the image would be left";
        return Err(WireError::invalid(message).hint("Draw something, or choose other segments."));
    }
    let size = geometry.size();
    let whole = VoxelBox {
        min: [0; 3],
        max: size.map(|n| n - 1),
    };
    let region = match how.crop_mm {
        Some(mm) if mm >= 0.0 && mm.is_finite() => {
            box_around(inside, &Spacing::of(geometry), Mm(mm)).unwrap_or(whole)
        }
        Some(_) => return Err(WireError::invalid("a margin is a length in mm")),
        None => whole,
    };
    let outside = match how.keep {
        KeepVoxels::All => None,
        KeepVoxels::Inside | KeepVoxels::Outside => Some(outside_value(image, how.outside)?),
    };
    let grid = cropped_geometry(geometry, region).map_err(|_| WireError::internal())?;
    let mut voxels = cropped_voxels(image.voxels(), size, region);
    let mut n_kept = grid.n_voxels();
    if let Some(value) = outside {
        let kept = match how.keep {
            KeepVoxels::Outside => inside.inverted_in(region),
            KeepVoxels::Inside | KeepVoxels::All => inside.cropped(region),
        };
        n_kept = kept.n_voxels();
        let rescale = image.rescale();
        voxels = with_voxels!(&voxels, v => filled(v, (&kept, region), stored(value, rescale)));
    }
    let unit = image.unit().map(str::to_owned);
    let volume = Volume::new(grid, voxels, image.rescale(), unit);
    Ok(Masked {
        volume: volume.map_err(|_| WireError::internal())?,
        region,
        n_kept,
        outside,
    })
}

/// The voxels of a box, those that are not kept with another value.
fn filled<T: Scalar>(voxels: &[T], (kept, region): (&Mask, VoxelBox), value: T) -> Voxels {
    let [n_i, n_j] = [0, 1].map(|n| region.max[n] - region.min[n] + 1);
    let [i, j, k] = region.min;
    let mut filled = vec![value; voxels.len()];
    let rows = filled.chunks_exact_mut(n_i).zip(voxels.chunks_exact(n_i));
    for (n, (filled, row)) in rows.enumerate() {
        for run in kept.runs(j + n % n_j, k + n / n_j) {
            let run = run.start - i..run.end - i;
            filled[run.clone()].copy_from_slice(&row[run]);
        }
    }
    T::wrap(filled)
}

fn stored<T: Scalar>(value: f64, rescale: Rescale) -> T {
    T::from_f64((value - rescale.intercept) / rescale.slope)
}

/// The value of voxels that are not kept, as the image can hold it.
fn outside_value(image: &Volume, asked: Option<f64>) -> Result<f64, WireError> {
    let Some(asked) = asked else {
        let lowest = value_range(image).map(|[low, _]| low);
        return Ok(lowest.unwrap_or(image.rescale().intercept));
    };
    let rescale = image.rescale();
    let held = with_voxels!(image.voxels(), v => held(v, asked, rescale));
    let is_held = (held - asked).abs() <= ROUNDING * asked.abs().max(1.0);
    match is_held {
        true => Ok(asked),
        false => {
            let name = image.voxels().scalar_type().name();
            let message = format!("an image of type {name} with this scale holds no value {asked}");
            Err(WireError::invalid(message).hint(&format!("The nearest that it holds is {held}.")))
        }
    }
}

/// The value that is stored for another by the type of these voxels.
fn held<T: Scalar>(_: &[T], value: f64, rescale: Rescale) -> f64 {
    rescale.value(stored::<T>(value, rescale).to_f64())
}

pub(crate) async fn mask_image(
    _: &Arc<App>,
    _: &Caller,
    request: wire::MaskImageRequest,
) -> Result<wire::MaskedImage, WireError> {
    let output = target(&request.output, ENDINGS)?;
    if !request.replace_existing {
        refuse_existing(&output)?;
    }
    blocking(move || run(&request, &output)).await
}

fn run(request: &wire::MaskImageRequest, output: &Path) -> Result<wire::MaskedImage, WireError> {
    let study = scan(&[PathBuf::from(&request.image)], &NoProgress)?;
    let series = chosen(&study, None)?;
    refuse_source(output, series)?;
    refuse_input(output, [Some(&request.labels)])?;
    let path = Path::new(&request.labels);
    let (labels, mut report) = read_one_layer(path, series, series.geometry())?;
    let wanted = &request.segments;
    let is_meant = |label| label != 0 && (wanted.is_empty() || wanted.contains(&label));
    let inside = Mask::of_labels(&labels, is_meant);
    if inside.is_empty() {
        let message = format!("{}: has no voxels of the segments", path.display());
        return Err(WireError::new(ErrorCode::BadInput, message)
            .hint("Name labels that it has, or none for all of them."));
    }
    let (volume, found) = series.load(0, 0, &|_| {}, &NoProgress)?;
    report.extend(found);
    let left = masked((&volume, volume.geometry()), &inside, &request.mask)?;
    let geometry = left.volume.geometry();
    let staged = Staged::beside(output)?;
    let image = (geometry, &left.volume);
    write_image(&staged.path(), image, series.voi(), output)?;
    staged.publish()?;
    let notes = report.into_iter().map(Into::into);
    Ok(wire::MaskedImage {
        path: output.display().to_string(),
        region: left.region.into(),
        n_kept: left.n_kept as u32,
        outside: left.outside,
        report: notes.chain(straightened_note(geometry)).collect(),
    })
}
