//! Makes series of pictures: pages of one file, and files with running numbers, are stacks.

use super::picture::{BitmapFile, Form, Picture};
use super::sequence::sequences;
use super::series::BitmapSeries;
use crate::error::FormatError;
use crate::finding::Finding;
use crate::series::{Info, Series, Source};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::Rescale;
use blake3::{Hash, Hasher};
use std::path::Path;

/// Keeps these keys apart from those of other kinds of series, whatever bytes they hash.
const CONTEXT: &str =
    "annotomy 2026-11 formats bitmap: identity of pictures by the bytes of their files";

/// A file and the hash of its bytes.
#[derive(Debug)]
pub(crate) struct Hashed {
    pub(crate) file: BitmapFile,
    pub(crate) hash: Hash,
}

/// Series of the pictures of a scan; what cannot become one is returned as an error.
pub(crate) fn assemble(mut files: Vec<Hashed>) -> (Vec<Series>, Vec<FormatError>) {
    files.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    let mut made = Vec::new();
    let (mut single, several): (Vec<Hashed>, Vec<Hashed>) = files
        .into_iter()
        .partition(|hashed| hashed.file.pictures.len() == 1);
    for alike in by_form(&mut single) {
        let paths: Vec<&Path> = alike.iter().map(|one| one.file.path.as_path()).collect();
        let sequences = sequences(&paths);
        let mut left: Vec<Option<Hashed>> = alike.into_iter().map(Some).collect();
        for sequence in sequences {
            let places = sequence.places.iter();
            let taken = places
                .map(|place| left.get_mut((*place)?)?.take())
                .collect();
            made.extend(of_sequence(taken, sequence.n_missing));
        }
        made.extend(left.into_iter().flatten().flat_map(of_file));
    }
    made.extend(several.into_iter().flat_map(of_file));
    let (mut series, mut errors) = (Vec::new(), Vec::new());
    for one in made {
        match one {
            Ok(one) => series.push(one),
            Err(error) => errors.push(error),
        }
    }
    (series, errors)
}

/// Files of one format whose pictures have one form, in order.
fn by_form(files: &mut Vec<Hashed>) -> Vec<Vec<Hashed>> {
    let mut groups: Vec<(Option<Form>, &'static str, Vec<Hashed>)> = Vec::new();
    for hashed in files.drain(..) {
        let form = hashed.file.pictures.first().map(|picture| picture.form);
        let format = hashed.file.format;
        match groups
            .iter_mut()
            .find(|group| group.0 == form && group.1 == format)
        {
            Some(group) => group.2.push(hashed),
            None => groups.push((form, format, vec![hashed])),
        }
    }
    groups.into_iter().map(|(.., files)| files).collect()
}

/// A stack of pictures before it is placed.
struct Stack {
    description: String,
    key: Hasher,
    volumes: Vec<Vec<Option<Picture>>>,
    labels: Vec<String>,
    report: Vec<Finding>,
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn of_sequence(
    files: Vec<Option<Hashed>>,
    n_missing: usize,
) -> Option<Result<Series, FormatError>> {
    let mut key = Hasher::new_derive_key(CONTEXT);
    let mut report: Vec<Finding> = Vec::new();
    let present = || files.iter().flatten();
    let first = name(&present().next()?.file.path);
    let last = name(&present().last()?.file.path);
    let n_pictures = present().count();
    let message = format!(
        "{n_pictures} pictures, {first} to {last}, were stacked in the order of the numbers in their names."
    );
    report.push(Finding::note("stacked_by_name", message));
    if n_missing > 0 {
        let message = format!(
            "{n_missing} of the numbers in the names are missing; a blank picture is in the place of each."
        );
        report.push(Finding::warning("missing_slices", message));
    }
    let mut slices = Vec::new();
    for (k, hashed) in files.into_iter().enumerate() {
        let Some(Hashed { file, hash }) = hashed else {
            slices.push(None);
            continue;
        };
        key.update(&(k as u64).to_le_bytes());
        key.update(hash.as_bytes());
        for finding in file.report {
            if report.iter().all(|known| known.code != finding.code) {
                report.push(finding.in_file(&file.path));
            }
        }
        slices.extend(file.pictures.into_iter().map(Some));
    }
    let stack = Stack {
        description: format!("{first} to {last}"),
        key,
        labels: vec![String::new()],
        volumes: vec![slices],
        report,
    };
    stack.series()
}

/// Pages of one size are a stack; a file may have several.
fn of_file(Hashed { file, hash }: Hashed) -> Vec<Result<Series, FormatError>> {
    let mut groups: Vec<Vec<Picture>> = Vec::new();
    for picture in file.pictures {
        let form = picture.form;
        let known = groups
            .iter_mut()
            .find(|group| group.first().is_some_and(|first| first.form == form));
        match known {
            Some(group) => group.push(picture),
            None => groups.push(vec![picture]),
        }
    }
    let n_groups = groups.len();
    let mut series = Vec::new();
    for (n, pictures) in groups.into_iter().enumerate() {
        let mut key = Hasher::new_derive_key(CONTEXT);
        key.update(hash.as_bytes());
        let mut description = name(&file.path);
        let mut report = file.report.clone();
        if n_groups > 1 {
            key.update(&(n as u64).to_le_bytes());
            let number = n.saturating_add(1);
            description = format!("{description} (part {number} of {n_groups})");
            let message = format!(
                "The pages of the file differ in size or kind; those that are alike are one series each, {n_groups} in all."
            );
            report.push(Finding::note("pages_differ", message));
        }
        let hyperstack = file.hyperstack.filter(|_| n_groups == 1);
        let pictures: Vec<Option<Picture>> = pictures.into_iter().map(Some).collect();
        let (volumes, labels) = match hyperstack {
            None => (vec![pictures], vec![String::new()]),
            Some(hyperstack) => hyperstack.volumes(&pictures),
        };
        let stack = Stack {
            description,
            key,
            volumes,
            labels,
            report,
        };
        series.extend(stack.series());
    }
    series
}

impl super::picture::Hyperstack {
    /// Channels follow each other fastest, then slices, then time points.
    fn volumes(self, pages: &[Option<Picture>]) -> (Vec<Vec<Option<Picture>>>, Vec<String>) {
        let (mut volumes, mut labels) = (Vec::new(), Vec::new());
        for frame in 0..self.n_frames {
            for channel in 0..self.n_channels {
                let page = |slice: usize| {
                    let n = frame.saturating_mul(self.n_slices).saturating_add(slice);
                    let n = n.saturating_mul(self.n_channels).saturating_add(channel);
                    pages.get(n).cloned().flatten()
                };
                volumes.push((0..self.n_slices).map(page).collect());
                let [channel, frame] = [channel, frame].map(|n| n.saturating_add(1));
                labels.push(match (self.n_channels, self.n_frames) {
                    (1, _) => format!("frame {frame}"),
                    (_, 1) => format!("channel {channel}"),
                    _ => format!("frame {frame}, channel {channel}"),
                });
            }
        }
        (volumes, labels)
    }
}

impl Stack {
    /// Columns run along +x, rows along +y, as in unplaced DICOM images.
    fn series(mut self) -> Option<Result<Series, FormatError>> {
        let n_slices = self.volumes.first()?.len();
        let first = self.volumes.iter().flatten().flatten().next()?;
        let form = first.form;
        let spacing = form.spacing();
        let meaning = spacing.meaning();
        let ([x, y, z], assumed) = spacing.grid(n_slices);
        self.report.splice(0..0, assumed);
        let [columns, rows] = form.size();
        let steps = [[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, z]].map(VectorLps);
        let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
        let geometry = match Geometry::new([columns, rows, n_slices], affine) {
            Ok(geometry) => geometry,
            Err(source) => {
                let path = first.path.clone();
                return Some(Err(FormatError::NoGeometry { path, source }));
            }
        };
        let info = Info {
            key: self.key.finalize().to_string(),
            modality: "OT".to_owned(),
            description: self.description,
            number: None,
            unit: None,
            voi: Vec::new(),
            is_inverted: false,
            geometry,
            meaning,
            scalar_type: form.scalar_type,
            rescale: Rescale::IDENTITY,
            padding: None,
            n_volumes: self.volumes.len(),
            report: self.report,
        };
        let source = BitmapSeries {
            volumes: self.volumes,
            labels: self.labels,
        };
        Some(Ok(Series::new(info, Source::Bitmap(source))))
    }
}
