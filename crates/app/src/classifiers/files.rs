//! Classifying from files to a file.

use super::{ENDINGS, Named, write};
use crate::app::{App, Caller};
use crate::export::{refuse_existing, target};
use crate::jobs::blocking;
use crate::seeds::{Files, cannot_learn, output, spread};
use crate::wire::{self, WireError};
use annotomy_formats::NoProgress;
use annotomy_segmentation::{Classifier, Mask};
use annotomy_volume::space::Mm;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Gives every voxel to the segment that it looks like, by what is painted or by a classifier.
pub(crate) async fn classify_files(
    _: &Arc<App>,
    _: &Caller,
    request: wire::ClassifyRequest,
) -> Result<wire::GrownSeeds, WireError> {
    if request.scribbles.is_some() == request.classifier.is_some() {
        let message = "either something is painted or a classifier says what segments look like";
        return Err(WireError::invalid(message));
    }
    let files = Files {
        image: request.image,
        painted: request.scribbles,
        margin_mm: request.margin_mm,
        output: output(&request.output, request.replace_existing)?,
    };
    let (finest_mm, background) = (request.finest_mm, request.background);
    if !finest_mm.is_none_or(|mm| mm.is_finite() && mm > 0.0) {
        return Err(WireError::invalid("the finest detail is not above 0"));
    }
    let exported = exported(request.export_classifier, request.replace_existing)?;
    let known = match request.classifier {
        Some(path) => Some(blocking(move || Ok(Named::read(Path::new(&path))?.0)).await?),
        None => None,
    };
    spread(files, move |volume, painted, spacing, region| {
        let named = match known {
            Some(named) => named,
            None => {
                let finest = || volume.geometry().spacing_mm().into_iter().reduce(f64::min);
                let finest = Mm(finest_mm.or_else(finest).unwrap_or(1.0));
                let taught = Classifier::learn(volume, painted, (spacing, finest), &NoProgress);
                let (named, file) =
                    Named::new(taught.map_err(cannot_learn)?, |label| label.to_string())?;
                if let Some(path) = &exported {
                    write(&file, path)?;
                }
                named
            }
        };
        let wanted = Mask::filled(painted.size(), region);
        let on = (volume, spacing);
        let mut labels = named.classifier.classify(on, &wanted, &NoProgress)?;
        let kept = labels.relabel(|label| if Some(label) == background { 0 } else { label });
        labels.apply(&kept).map_err(|_| WireError::internal())?;
        Ok((labels, Some(named.id())))
    })
    .await
}

/// Where what is learned is written to as well.
fn exported(path: Option<String>, may_replace: bool) -> Result<Option<PathBuf>, WireError> {
    let Some(path) = path else { return Ok(None) };
    let path = target(&path, ENDINGS)?;
    if !may_replace {
        refuse_existing(&path)?;
    }
    Ok(Some(path))
}
