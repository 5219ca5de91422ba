//! `annotomy shapes`: shapes between key slices and key times.

use crate::arguments::{Part, ShapesCommand};
use crate::call::Session;
use crate::print::Output;
use annotomy_app::App;
use annotomy_app::config::Config;
use annotomy_app::wire::{
    Document, DocumentRequest, ErrorCode, InterpolateShapesRequest, InterpolatedShapes, Shape,
    ShapeGeometry, TrackAxis, WireError,
};
use anyhow::Context;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What became of the shapes of an image.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Interpolated {
    pub(crate) tracks: Vec<Interpolation>,
    /// Why others were not interpolated.
    pub(crate) refused: Vec<Refusal>,
}

/// A track, named by a shape of it.
#[derive(Debug, Serialize)]
pub(crate) struct Interpolation {
    pub(crate) shape: String,
    pub(crate) text: String,
    pub(crate) n_keys: u32,
    pub(crate) n_between: u32,
}

/// A shape that was not interpolated.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    pub(crate) shape: String,
    pub(crate) text: String,
    pub(crate) message: String,
}

pub(crate) async fn run(
    command: ShapesCommand,
    config: Config,
    output: Output,
) -> anyhow::Result<()> {
    let ShapesCommand::Interpolate { path, times, part } = command;
    let session = Session::new(App::open(config).await?);
    let along = match times {
        true => TrackAxis::Times,
        false => TrackAxis::Slices,
    };
    output.interpolated_shapes(&interpolated(&session, (&path, part), along).await?)
}

/// Interpolates each track, and each set of shapes that are of one kind, class and text.
async fn interpolated(
    session: &Session,
    (path, part): (&Path, Part),
    along: TrackAxis,
) -> anyhow::Result<Interpolated> {
    let id = session.document(path, part).await?;
    let request = DocumentRequest {
        document: id.clone(),
    };
    let document: Document = session.call("document", &request).await?;
    let mut done = Interpolated::default();
    let mut seen = BTreeSet::new();
    for shape in document.shapes {
        if !seen.insert(set_of(&shape)?) || is_label(&shape) {
            continue;
        }
        let request = InterpolateShapesRequest {
            document: id.clone(),
            shape: shape.id.clone(),
            keys: Vec::new(),
            along,
        };
        let made = session.call("interpolate_shapes", &request).await;
        let made: anyhow::Result<InterpolatedShapes> = made;
        match made {
            Ok(made) => done.tracks.push(Interpolation {
                shape: shape.id,
                text: shape.text,
                n_keys: made.n_keys,
                n_between: made.n_between,
            }),
            Err(error) => done.refused.push(Refusal {
                shape: shape.id,
                text: shape.text,
                message: refusal(error)?,
            }),
        }
    }
    Ok(done)
}

/// Names the track of a shape; of one in no track, those that it belongs with.
fn set_of(shape: &Shape) -> anyhow::Result<String> {
    let kind = serde_json::to_value(&shape.geometry)?;
    let kind = kind.get("kind").context("a shape has a kind")?.to_string();
    Ok(match &shape.track {
        Some(track) => track.id.clone(),
        None => format!("{kind} {:?} {}", shape.class, shape.text),
    })
}

const fn is_label(shape: &Shape) -> bool {
    matches!(
        shape.geometry,
        ShapeGeometry::Slice { .. } | ShapeGeometry::Image {}
    )
}

/// What is said of shapes that cannot be interpolated; other failures end the command.
fn refusal(error: anyhow::Error) -> anyhow::Result<String> {
    match error.downcast::<WireError>() {
        Ok(error) if error.code == ErrorCode::InvalidRequest => Ok(error.message),
        Ok(error) => Err(error.into()),
        Err(error) => Err(error),
    }
}
