//! Which volumes an export writes, and into which files.

use crate::app::App;
use crate::documents::OpenDocument;
use crate::volumes::documents_of_all;
use crate::wire::{ErrorCode, ExportFormat, ExportVolumes, Finding, WireError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The documents that an export writes.
pub(crate) struct Planned {
    volumes: ExportVolumes,
    /// One, or that of every volume.
    documents: Vec<Arc<OpenDocument>>,
}

impl Planned {
    pub(crate) async fn of(
        app: &App,
        document: &Arc<OpenDocument>,
        volumes: ExportVolumes,
        format: ExportFormat,
    ) -> Result<Self, WireError> {
        let documents = match (volumes, document.place.volume) {
            (ExportVolumes::Own, _) => vec![Arc::clone(document)],
            (_, Some(_)) => documents_of_all(app, document.series()).await?,
            (_, None) => {
                let message = "the segments are those of all volumes: there is one map of them";
                return Err(WireError::invalid(message));
            }
        };
        let planned = Self { volumes, documents };
        let has_content = planned.documents.iter().any(|document| {
            let snapshot = document.snapshot();
            match format.is_of_shapes() {
                true => !snapshot.state.shapes().is_empty(),
                false => !snapshot.state.segments().is_empty(),
            }
        });
        let what = match format.is_of_shapes() {
            true => "shape",
            false => "segment",
        };
        let is_blank = volumes == ExportVolumes::Apart && planned.drawn().next().is_none();
        match has_content && !is_blank {
            true => Ok(planned),
            false => Err(WireError::invalid(format!("there is no {what} to export"))),
        }
    }

    /// Only label maps have volumes; data sets and tables take one volume at a time.
    pub(crate) fn refuse_unfit(&self, format: ExportFormat) -> Result<(), WireError> {
        let (message, hint) = match self.volumes {
            ExportVolumes::Together | ExportVolumes::Apart if format.has_values() => (
                "this format takes one volume at a time",
                "Export each volume by itself.",
            ),
            ExportVolumes::Together if !format.has_sidecar() => (
                "this format holds the segments of one volume",
                "Write one file for each volume, or a NIfTI, NRRD or MetaImage label map.",
            ),
            _ => return Ok(()),
        };
        Err(WireError::new(ErrorCode::Unsupported, message).hint(hint))
    }

    /// Each file with the documents in it. Files of single volumes are numbered as users count
    /// them, from 1; none is written where nothing is drawn.
    pub(crate) fn files(
        &self,
        path: &Path,
        format: ExportFormat,
    ) -> Vec<(PathBuf, Vec<Arc<OpenDocument>>)> {
        match self.volumes {
            ExportVolumes::Own | ExportVolumes::Together => {
                vec![(path.to_owned(), self.documents.clone())]
            }
            ExportVolumes::Apart => self
                .drawn()
                .map(|(number, document)| {
                    let path = numbered(path, format, number, self.documents.len());
                    (path, vec![Arc::clone(document)])
                })
                .collect(),
        }
    }

    /// Volumes in which something is drawn, counted from 1.
    fn drawn(&self) -> impl Iterator<Item = (usize, &Arc<OpenDocument>)> {
        let numbered = (1..).zip(&self.documents);
        numbered.filter(|(_, document)| {
            let snapshot = document.snapshot();
            let mut layers = snapshot.state.layers().iter();
            layers.any(|layer| layer.bricks().len() > 0)
        })
    }

    /// Says which volumes have nothing drawn in them: a blank label map would say that there is
    /// nothing.
    pub(crate) fn blank_note(&self) -> Option<Finding> {
        let drawn: Vec<usize> = self.drawn().map(|(number, _)| number).collect();
        let numbers = 1..=self.documents.len();
        let blank: Vec<usize> = numbers.filter(|number| !drawn.contains(number)).collect();
        let effect = match self.volumes {
            ExportVolumes::Own => return None,
            ExportVolumes::Together => "they are blank in the file",
            ExportVolumes::Apart => "no file is written for them",
        };
        let (n, which) = (blank.len(), ranges(&blank));
        let message = format!("Nothing is drawn in {n} volume(s) ({which}); {effect}.");
        (n > 0).then(|| Finding::warning("blank_volumes", message))
    }
}

/// `labels.nii.gz` becomes `labels-03.nii.gz`, with as many digits as the last volume has.
fn numbered(path: &Path, format: ExportFormat, number: usize, n_volumes: usize) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_lowercase();
    let endings = format.endings().iter();
    let ending = endings
        .filter(|ending| lower.ends_with(**ending))
        .max_by_key(|e| e.len());
    let (stem, ending) = name.split_at(name.len() - ending.map_or(0, |ending| ending.len()));
    let n_digits = n_volumes.to_string().len();
    path.with_file_name(format!("{stem}-{number:0n_digits$}{ending}"))
}

/// `1, 3-5` of ascending numbers.
fn ranges(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let text = |(first, last): (usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    runs.into_iter().map(text).collect::<Vec<_>>().join(", ")
}
