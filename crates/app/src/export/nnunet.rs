//! nnU-Net v2 data sets: image and label map of each case, on the image's own voxels.

use super::Written;
use super::dataset::{
    Addition, GENERATOR, Place, Source, is_begun, names, refusal, refuse_case, refuse_other_names,
    refuse_others,
};
use super::image_file::write_image;
use super::label_map::{Labels, write_verified};
use super::staged::write_bytes;
use crate::wire::{ErrorCode, Finding, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_formats::{
    FormatError, NnunetDataset, NnunetSplit, read_splits, splits_to_json, with_case,
};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::labels::Label;
use annotomy_volume::volume::{Scalar, ScalarType};
use annotomy_volume::with_voxels;
use std::collections::BTreeSet;
use std::path::Path;

const INDEX: &str = "dataset.json";
const SPLITS: &str = "splits_final.json";
const IMAGES: &str = "imagesTr";
const LABELS: &str = "labelsTr";
const ENDING: &str = ".nii.gz";

/// What nnU-Net calls voxels that are not learnt from; its number has to be the highest.
const IGNORE: &str = "ignore";
const BACKGROUND: &str = "background";

/// Cosine of the angle between two axes from which on ITK takes them for not at right angles.
const SHEARED: f64 = 1e-4;

/// What is to be written.
struct Plan {
    is_new: bool,
    case: String,
    dataset: NnunetDataset,
    /// `None` leaves what is there.
    splits: Option<Vec<NnunetSplit>>,
    labels: Labels,
    notes: Vec<Finding>,
}

/// What the data set would not say as the document does, and why the image cannot be added.
pub(crate) fn check(
    folder: Option<&Path>,
    source: &Source,
    channel: Option<&str>,
) -> Result<Vec<Finding>, WireError> {
    Ok(plan(folder, source, channel)?.notes)
}

/// Writes the case and the index, and compares what is read back.
pub(crate) fn write(
    folder: &Path,
    source: &Source,
    channel: Option<&str>,
    replaces_existing: bool,
) -> Result<Written, WireError> {
    let plan = plan(Some(folder), source, channel)?;
    let mut addition = Addition::begin(folder, INDEX, plan.is_new, replaces_existing)?;
    let volume = &source.loaded.volume;
    let geometry = &source.grid.geometry;
    let case = &plan.case;
    let has_case = folder.join(LABELS).join(format!("{case}{ENDING}")).exists();
    if has_case && !replaces_existing {
        return Err(refuse_case(folder, case));
    }
    let path = addition.file(Place {
        folder: IMAGES,
        name: &format!("{case}_0000{ENDING}"),
    })?;
    write_image(&path, (geometry, volume), source.series.voi(), folder)?;
    let path = addition.file(Place {
        folder: LABELS,
        name: &format!("{case}{ENDING}"),
    })?;
    write_verified(&path, &plan.labels, geometry, folder)?;
    if let Some(splits) = plan.splits {
        let path = addition.companion(SPLITS);
        write_bytes(&path, &splits_to_json(&splits), (folder, SPLITS))?;
    }
    write_bytes(&addition.index(), &plan.dataset.to_json(), (folder, INDEX))?;
    addition.publish()?;
    Ok(Written {
        sidecar: None,
        n_voxels: plan.labels.n_labelled(),
        n_shapes: 0,
        notes: plan.notes,
    })
}

fn plan(folder: Option<&Path>, source: &Source, channel: Option<&str>) -> Result<Plan, WireError> {
    let volume = &source.loaded.volume;
    if volume.voxels().scalar_type() == ScalarType::Rgb8 {
        let message = "nnU-Net reads colours from pictures only, not from volumes";
        return Err(WireError::new(ErrorCode::Unsupported, message)
            .hint("Export as a COCO data set, whose pictures keep colours."));
    }
    let begun = folder.map(begun).transpose()?.flatten();
    let is_new = begun.is_none();
    let mut notes: Vec<Finding> = source.one_volume().into_iter().collect();
    let wanted = channel.or_else(|| channel_of(source.series.modality()));
    let mut dataset = match (begun, folder) {
        (Some(dataset), Some(folder)) => agreed(folder, dataset, source, wanted)?,
        _ => new_dataset(source, wanted, &mut notes)?,
    };
    let (case, mut cases) = (source.case(), cases(folder)?);
    let is_known = !cases.insert(case.clone());
    let splits = match folder {
        Some(folder) if !is_new => next_splits(folder, &cases, &case, is_known, &mut notes)?,
        _ => None,
    };
    dataset.n_training = cases.len();
    notes.extend(lost(source));
    Ok(Plan {
        is_new,
        labels: Labels::of(&[source.state()], |segment| value(&dataset, segment))?,
        case,
        dataset,
        splits,
        notes,
    })
}

/// The data set that is there already.
fn begun(folder: &Path) -> Result<Option<NnunetDataset>, WireError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let number = name
        .strip_prefix("Dataset")
        .and_then(|rest| rest.split_once('_'));
    let is_number = |digits: &str| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
    if !number.is_some_and(|(digits, name)| is_number(digits) && !name.is_empty()) {
        let message = "nnU-Net wants a folder with a name such as Dataset001_Liver";
        return Err(WireError::invalid(message));
    }
    match is_begun(folder, INDEX)? {
        true => Ok(Some(NnunetDataset::read(&folder.join(INDEX))?)),
        false => Ok(None),
    }
}

fn new_dataset(
    source: &Source,
    channel: Option<&str>,
    notes: &mut Vec<Finding>,
) -> Result<NnunetDataset, WireError> {
    let names = names(source.state())?;
    if names.contains(&BACKGROUND) {
        let message = "a segment is called `background`, as nnU-Net calls what is in none";
        return Err(WireError::new(ErrorCode::Unsupported, message).hint("Give it another name."));
    }
    let (last, first): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|n| *n == IGNORE);
    let names = [BACKGROUND]
        .into_iter()
        .chain(first)
        .chain(last.iter().copied());
    if !last.is_empty() {
        let message = "nnU-Net learns nothing from the voxels of the segment `ignore`.";
        notes.push(Finding::note("ignored_label", message));
    }
    if channel.is_none() {
        let message = "The file does not say what its values are: the channel is called `image` and normalised by mean and deviation. Call it `CT` if they are Hounsfield units.";
        notes.push(Finding::warning("channel_assumed", message));
    }
    let message = "Names of segments are kept, their colours are not. nnU-Net looks for splits_final.json, which is written from the second case on, in its folder nnUNet_preprocessed.";
    notes.push(Finding::note("names_only", message));
    Ok(NnunetDataset {
        channel_names: [("0".to_owned(), channel.unwrap_or("image").to_owned())].into(),
        labels: names.map(str::to_owned).zip(0..).collect(),
        n_training: 0,
        file_ending: ENDING.to_owned(),
        generator: Some(GENERATOR.to_owned()),
        others: serde_json::Map::new(),
    })
}

/// The data set, if the image fits into it.
fn agreed(
    folder: &Path,
    dataset: NnunetDataset,
    source: &Source,
    channel: Option<&str>,
) -> Result<NnunetDataset, WireError> {
    refuse_others(folder, dataset.generator.as_deref())?;
    let channels: Vec<&str> = dataset.channel_names.values().map(String::as_str).collect();
    let [there] = channels.as_slice() else {
        return Err(refusal(folder, "its images have several channels"));
    };
    if let Some(channel) = channel.filter(|channel| channel != there) {
        let reason = format!("its images are `{there}`, this one is `{channel}`");
        return Err(refusal(folder, &reason));
    }
    if dataset.file_ending != ENDING {
        return Err(refusal(folder, &format!("its images are not {ENDING}")));
    }
    let there = dataset.labels.iter().map(|(name, _)| name.as_str());
    let there: Vec<&str> = there.filter(|name| *name != BACKGROUND).collect();
    refuse_other_names(folder, &there, &names(source.state())?)?;
    Ok(dataset)
}

/// What nnU-Net is told the values are; only `CT` matters to it.
fn channel_of(modality: &str) -> Option<&str> {
    (modality != "OT").then_some(modality)
}

/// The number of a segment.
fn value(dataset: &NnunetDataset, segment: &Segment) -> Label {
    let mut labels = dataset.labels.iter();
    let found = labels.find(|(name, _)| *name == segment.name);
    found
        .and_then(|(_, number)| Label::try_from(*number).ok())
        .unwrap_or(0)
}

/// Cases whose labels are there.
fn cases(folder: Option<&Path>) -> Result<BTreeSet<String>, WireError> {
    let Some(folder) = folder
        .map(|folder| folder.join(LABELS))
        .filter(|f| f.exists())
    else {
        return Ok(BTreeSet::new());
    };
    let mut cases = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).map_err(|e| WireError::io(&folder, &e))? {
        let name = entry.map_err(|e| WireError::io(&folder, &e))?.file_name();
        let name = name.to_string_lossy();
        cases.extend(name.strip_suffix(ENDING).map(str::to_owned));
    }
    Ok(cases)
}

/// The splits with the case; none where somebody has made their own, or there is one case only.
fn next_splits(
    folder: &Path,
    cases: &BTreeSet<String>,
    case: &str,
    is_known: bool,
    notes: &mut Vec<Finding>,
) -> Result<Option<Vec<NnunetSplit>>, WireError> {
    if is_known || cases.len() < 2 {
        return Ok(None);
    }
    let splits = match read_splits(&folder.join(SPLITS)) {
        Ok(splits) => splits,
        Err(FormatError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            let made = cases
                .iter()
                .fold(Vec::new(), |made, case| with_case(made, case));
            return Ok(Some(made));
        }
        Err(error) => return Err(error.into()),
    };
    let is_complete = |split: &NnunetSplit| {
        let all: BTreeSet<&String> = split.train.iter().chain(&split.val).collect();
        let n = split.train.len() + split.val.len();
        n == all.len() && n + 1 == cases.len() && all.iter().all(|c| cases.contains(*c))
    };
    if splits.iter().all(is_complete) {
        return Ok(Some(with_case(splits, case)));
    }
    let message = format!("{SPLITS} does not hold all cases; it was left as it is.");
    notes.push(Finding::warning("splits_kept", message));
    Ok(None)
}

/// What nnU-Net or the format would take otherwise.
fn lost(source: &Source) -> Vec<Finding> {
    let volume = &source.loaded.volume;
    let mut notes = Vec::new();
    let is_nan = with_voxels!(volume.voxels(), v => v.iter().any(|x| x.to_f64().is_nan()));
    if is_nan {
        let message = "The image holds values that are no numbers, which nnU-Net refuses.";
        notes.push(Finding::warning("not_a_number", message));
    }
    if let Some(padding) = volume.padding() {
        let is_there =
            with_voxels!(volume.voxels(), v => v.iter().any(|x| padding.holds(x.to_f64())));
        let message =
            "Values that mean \"no image here\" are written as any other, and learnt from.";
        notes.extend(is_there.then(|| Finding::note("padding_is_value", message)));
    }
    let rescale = volume.rescale();
    let is_rounded = |x: f64| f64::from(x as f32) != x;
    if is_rounded(rescale.slope) || is_rounded(rescale.intercept) {
        let message = "NIfTI holds the scale of the values in single precision: they are rounded.";
        notes.push(Finding::note("scale_rounded", message));
    }
    if is_sheared(&source.grid.geometry) {
        let message = "The voxels are sheared (gantry tilt), which nnU-Net's usual reader refuses.";
        notes.push(Finding::warning("sheared", message));
    }
    notes
}

fn is_sheared(geometry: &Geometry) -> bool {
    let [a, b, c] = geometry.directions();
    let cosine = |[a, b]: [[f64; 3]; 2]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    [[a.0, b.0], [b.0, c.0], [c.0, a.0]]
        .into_iter()
        .any(|pair| cosine(pair).abs() > SHEARED)
}
