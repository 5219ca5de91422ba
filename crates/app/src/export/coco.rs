//! COCO data sets: masks on pictures of the slices, in the plane in which the image is stored.
//!
//! Training code reads pictures of 8 bits, so they are windowed; the index says how.

use super::Written;
use super::dataset::{
    Addition, GENERATOR, Place, Source, is_begun, names, refuse_case, refuse_other_names,
    refuse_others,
};
use super::staged::{differs, write_bytes};
use crate::wire::{Finding, MaskForm, Window, WindowFunction, WireError};
use annotomy_annotation::segment::Segment;
use annotomy_formats::{
    CocoAnnotation, CocoCategory, CocoDataset, CocoImage, CocoMask, read_volume, write_png,
};
use annotomy_volume::label_slices::labels_by_slice;
use annotomy_volume::labels::Label;
use annotomy_volume::orientation::planes;
use annotomy_volume::space::Axis;
use annotomy_volume::volume::{Scalar, Voxels};
use annotomy_volume::with_voxels;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

const INDEX: &str = "annotations.json";
const PICTURES: &str = "images";

/// How the image is written.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) masks: MaskForm,
    pub(crate) window: Window,
}

/// One segment in one slice.
struct Part {
    /// Place of the segment in the document.
    segment: usize,
    mask: CocoMask,
    n_pixels: usize,
    /// Left, top, width, height.
    bbox: [usize; 4],
}

/// What is to be written.
struct Plan {
    is_new: bool,
    dataset: CocoDataset,
    /// Pictures of an older export of the image that are no longer in the index.
    old_pictures: Vec<String>,
    slices: Vec<(usize, Vec<Part>)>,
    notes: Vec<Finding>,
}

/// What the data set would not say as the document does, and why the image cannot be added.
pub(crate) fn check(
    folder: Option<&Path>,
    source: &Source,
    look: &Look,
) -> Result<Vec<Finding>, WireError> {
    Ok(plan(folder, source, look)?.notes)
}

/// Writes pictures and index, and compares what is read back.
pub(crate) fn write(
    folder: &Path,
    source: &Source,
    look: &Look,
    replaces_existing: bool,
) -> Result<Written, WireError> {
    let mut plan = plan(Some(folder), source, look)?;
    if !plan.old_pictures.is_empty() && !replaces_existing {
        return Err(refuse_case(folder, &source.case()));
    }
    let mut addition = Addition::begin(folder, INDEX, plan.is_new, replaces_existing)?;
    let size = size(source);
    let first = plan.dataset.images.len();
    add_entries(&mut plan, source, look);
    let images = &plan.dataset.images[first..];
    let pictures = images.iter().zip(&plan.slices).map(|(image, (k, _))| {
        let place = Place {
            folder: PICTURES,
            name: &image.file_name,
        };
        Ok((addition.file(place)?, *k))
    });
    let pictures: Vec<(PathBuf, usize)> = pictures.collect::<Result<_, WireError>>()?;
    pictures.par_iter().try_for_each(|(path, k)| {
        let pixels = picture(source, *k, &look.window);
        write_png(path, size, &pixels)?;
        match *read_volume(path)?.0.voxels() == pixels {
            true => Ok(()),
            false => Err(differs(folder, "a picture")),
        }
    })?;
    let index = addition.index();
    write_bytes(&index, &plan.dataset.to_json(), (folder, INDEX))?;
    let read = CocoDataset::read(&index)?;
    let n_voxels = compare(&read, source, first).ok_or_else(|| differs(folder, "a mask"))?;
    addition.publish()?;
    remove_old(folder, &plan)?;
    Ok(Written {
        sidecar: None,
        n_voxels,
        n_shapes: 0,
        notes: plan.notes,
    })
}

fn plan(folder: Option<&Path>, source: &Source, look: &Look) -> Result<Plan, WireError> {
    let names = names(source.state())?;
    let slices = slices(source, look.masks);
    if slices.is_empty() {
        return Err(WireError::invalid("no voxel of the image is in a segment"));
    }
    let begun = folder
        .map(|folder| begun(folder, &names))
        .transpose()?
        .flatten();
    let is_new = begun.is_none();
    let mut dataset = begun.unwrap_or_else(|| {
        let segments = source.state().segments().iter().zip(1..);
        let categories = segments
            .map(|(segment, id)| category(segment, id))
            .collect();
        CocoDataset::new(GENERATOR, categories)
    });
    let case = source.case();
    let is_ours = |image: &CocoImage| image.case.as_deref() == Some(case.as_str());
    let (old, kept): (Vec<_>, Vec<_>) = dataset.images.into_iter().partition(is_ours);
    dataset.images = kept;
    let is_old = |id: u64| old.iter().any(|image| image.id == id);
    dataset
        .annotations
        .retain(|annotation| !is_old(annotation.image_id));
    Ok(Plan {
        is_new,
        dataset,
        old_pictures: old.into_iter().map(|image| image.file_name).collect(),
        notes: notes(source, &slices, look),
        slices,
    })
}

/// The data set that is there already, if the image fits into it.
fn begun(folder: &Path, names: &[&str]) -> Result<Option<CocoDataset>, WireError> {
    if !is_begun(folder, INDEX)? {
        return Ok(None);
    }
    let dataset = CocoDataset::read(&folder.join(INDEX))?;
    refuse_others(folder, dataset.info.generator.as_deref())?;
    let there: Vec<&str> = dataset.categories.iter().map(|c| c.name.as_str()).collect();
    refuse_other_names(folder, &there, names)?;
    Ok(Some(dataset))
}

fn category(segment: &Segment, id: u64) -> CocoCategory {
    CocoCategory {
        id,
        name: segment.name.clone(),
        // As in COCO's panoptic categories.
        others: others(json!({ "supercategory": "", "color": segment.color.0 })),
    }
}

/// Every slice that holds segments, with the segments in it.
fn slices(source: &Source, form: MaskForm) -> Vec<(usize, Vec<Part>)> {
    let state = source.state();
    let [columns, ..] = state.size();
    let labels: Vec<_> = state.layers().iter().map(labels_by_slice).collect();
    let parts = |k: usize| {
        let mut parts = Vec::new();
        for (number, layer) in state.layers().iter().enumerate() {
            if labels[number][k].is_empty() {
                continue;
            }
            let slice = layer.slice(Axis::K, k);
            let all = state.segments().iter().enumerate();
            let here = all.filter(|(_, segment)| {
                usize::from(segment.layer) == number && labels[number][k].contains(&segment.label)
            });
            parts.extend(here.map(|(n, segment)| part(n, &slice, columns, segment.label, form)));
        }
        parts.sort_by_key(|part| part.segment);
        (!parts.is_empty()).then_some((k, parts))
    };
    (0..state.size()[2])
        .into_par_iter()
        .filter_map(parts)
        .collect()
}

fn part(segment: usize, slice: &[Label], columns: usize, label: Label, form: MaskForm) -> Part {
    let (mut n_pixels, mut low, mut high) = (0, [usize::MAX; 2], [0; 2]);
    for at in slice
        .iter()
        .enumerate()
        .filter(|(_, l)| **l == label)
        .map(|(at, _)| at)
    {
        n_pixels += 1;
        for (axis, x) in [at % columns, at / columns].into_iter().enumerate() {
            low[axis] = low[axis].min(x);
            high[axis] = high[axis].max(x);
        }
    }
    let form = match form {
        MaskForm::Polygons => annotomy_formats::MaskForm::Polygons,
        MaskForm::Rle => annotomy_formats::MaskForm::RunLengths,
        MaskForm::PackedRle => annotomy_formats::MaskForm::PackedRunLengths,
    };
    Part {
        segment,
        mask: CocoMask::of(slice, columns, label, form),
        n_pixels,
        bbox: [low[0], low[1], high[0] + 1 - low[0], high[1] + 1 - low[1]],
    }
}

fn notes(source: &Source, slices: &[(usize, Vec<Part>)], look: &Look) -> Vec<Finding> {
    let volume = &source.loaded.volume;
    let mut notes: Vec<Finding> = source.one_volume().into_iter().collect();
    if !matches!(volume.voxels(), Voxels::Rgb8(_)) {
        notes.push(Finding::note("windowed", windowed(&look.window)));
        if source.series.is_inverted() {
            let message = "Pictures show low values bright, as the image asks for.";
            notes.push(Finding::note("inverted", message));
        }
    }
    let (n_slices, n_pictures) = (source.state().size()[2], slices.len());
    if n_pictures < n_slices {
        let message =
            format!("{n_pictures} of {n_slices} slices hold segments; the others are left out.");
        notes.push(Finding::note("empty_slices", message));
    }
    let parts = || slices.iter().flat_map(|(_, parts)| parts);
    let n_parts = parts().count();
    let is_run_length = |part: &&Part| matches!(part.mask, CocoMask::RunLengths { .. });
    let n_holes = parts().filter(is_run_length).count();
    if look.masks == MaskForm::Polygons && n_holes > 0 {
        let message = format!(
            "{n_holes} of {n_parts} masks have holes, which polygons cannot; they are written as run lengths (RLE)."
        );
        notes.push(Finding::note("holes_as_rle", message));
    }
    let is_upright = planes(volume.geometry()).iter().any(|plane| {
        let [columns, rows] = [plane.columns, plane.rows];
        let is_flipped = columns.is_flipped || rows.is_flipped;
        plane.across == Axis::K && columns.axis == Axis::I && !is_flipped
    });
    if !is_upright {
        let message =
            "Pictures have rows and columns as the file stores them, not as the screen shows them.";
        notes.push(Finding::note("stored_orientation", message));
    }
    notes
}

/// What becomes of the values.
fn windowed(window: &Window) -> String {
    let Window { center, width, .. } = *window;
    let between = |center: f64, width: f64| {
        let (low, high) = (center - width / 2.0, center + width / 2.0);
        format!(
            "Pictures show the values from {low} to {high} in 256 greys; values beyond are cut."
        )
    };
    match window.function {
        _ if !window.steps.is_empty() => {
            "Pictures show the values in 256 greys, by the table in the index.".to_owned()
        }
        WindowFunction::Linear => between(center - 0.5, width - 1.0),
        WindowFunction::LinearExact => between(center, width),
        WindowFunction::Sigmoid => format!(
            "Pictures show the values in 256 greys, by a sigmoid around {center} of width {width}."
        ),
    }
}

/// Columns and rows of every picture.
fn size(source: &Source) -> [usize; 2] {
    let [columns, rows, _] = source.state().size();
    [columns, rows]
}

fn add_entries(plan: &mut Plan, source: &Source, look: &Look) {
    let [width, height] = size(source);
    let case = source.case();
    let [column_mm, row_mm, _] = source.grid.geometry.spacing_mm();
    let dataset = &mut plan.dataset;
    let category_of = |segment: usize| {
        let name = source.state().segments().get(segment).map(|s| &s.name);
        let found = dataset.categories.iter().find(|c| Some(&c.name) == name);
        found.map_or(0, |category| category.id)
    };
    let last_image = dataset.images.iter().map(|image| image.id).max();
    let mut id = dataset.annotations.iter().map(|a| a.id).max().unwrap_or(0);
    for (image_id, (k, parts)) in (last_image.unwrap_or(0) + 1..).zip(&plan.slices) {
        dataset.images.push(CocoImage {
            id: image_id,
            file_name: format!("{case}_{k:04}.png"),
            width,
            height,
            case: Some(case.clone()),
            slice_index: Some(*k),
            others: others(json!({
                "pixel_spacing_mm": [column_mm, row_mm],
                "window": look.window,
                "is_inverted": source.series.is_inverted(),
            })),
        });
        for part in parts {
            id += 1;
            dataset.annotations.push(CocoAnnotation {
                id,
                image_id,
                category_id: category_of(part.segment),
                segmentation: part.mask.clone(),
                area: part.n_pixels as f64,
                bbox: part.bbox.map(|x| x as f64),
                iscrowd: 0,
                others: Map::new(),
            });
        }
    }
}

fn others(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A slice as a picture: colours as they are, other values in the window.
fn picture(source: &Source, k: usize, window: &Window) -> Voxels {
    let volume = &source.loaded.volume;
    let [columns, rows, _] = volume.geometry().size();
    let slice = k * columns * rows..(k + 1) * columns * rows;
    if let Voxels::Rgb8(colors) = volume.voxels() {
        return Voxels::Rgb8(colors[slice].to_vec());
    }
    let grey = |stored: f64| window.shown(&source.series, stored);
    with_voxels!(volume.voxels(), v => {
        Voxels::U8(v[slice].iter().map(|stored| grey(stored.to_f64())).collect())
    })
}

/// Voxels in all masks of the image, if the masks read are those of the document.
fn compare(read: &CocoDataset, source: &Source, first: usize) -> Option<usize> {
    let state = source.state();
    let mut n_voxels = 0;
    for image in read.images.get(first..)? {
        let k = image.slice_index?;
        let slices: Vec<_> = state.layers().iter().map(|l| l.slice(Axis::K, k)).collect();
        let masks = read.annotations.iter().filter(|a| a.image_id == image.id);
        for annotation in masks {
            let category = read
                .categories
                .iter()
                .find(|c| c.id == annotation.category_id)?;
            let segment = state.segments().iter().find(|s| s.name == category.name)?;
            let labels = slices.get(usize::from(segment.layer))?;
            let pixels = annotation
                .segmentation
                .pixels([image.width, image.height])?;
            let mut pairs = pixels.iter().zip(labels);
            if !pairs.all(|(inside, label)| *inside == (*label == segment.label)) {
                return None;
            }
            n_voxels += pixels.iter().filter(|inside| **inside).count();
        }
    }
    let drawn = state.layers().iter().map(|layer| layer.drawn(|_| 1));
    let n_drawn: usize = drawn.map(|voxels| voxels.n_voxels()).sum();
    (n_drawn == n_voxels).then_some(n_voxels)
}

/// Pictures that the index no longer names: they were this image's, and it was to be replaced.
fn remove_old(folder: &Path, plan: &Plan) -> Result<(), WireError> {
    let is_named = |name: &String| plan.dataset.images.iter().any(|i| i.file_name == *name);
    for name in plan.old_pictures.iter().filter(|name| !is_named(name)) {
        let path = folder.join(PICTURES).join(name);
        std::fs::remove_file(&path).map_err(|e| WireError::io(&path, &e))?;
    }
    Ok(())
}
