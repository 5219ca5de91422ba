//! Active contours that windows watch: they begin, go on, go back, and are looked at as previews,
//! while everything else goes on as well. What is applied is an effect that can be repeated exactly:
//! all parameters and the number of iterations are in its record.

use super::files::too_long;
use super::{Begun, MAX_ITERATIONS, begun, classifier_of, outcome};
use crate::app::{App, Caller};
use crate::classifiers;
use crate::documents::OpenDocument;
use crate::drawing::{Asked, drawn_by, mask_of, permission, preview_of, segment_id, values};
use crate::jobs::{Job, blocking};
use crate::wire::{self, Effect, ErrorCode, Stage, WireError};
use annotomy_annotation::protocol::ToolKind;
use annotomy_segmentation::{Mask, Snake};
use annotomy_volume::delta::VoxelBox;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Contours kept; the one that began first is forgotten.
const MAX_SNAKES: usize = 4;

/// A contour on a segment.
#[derive(Debug)]
struct Live {
    id: String,
    document: Arc<OpenDocument>,
    segment: String,
    form: wire::SnakeForm,
    region: VoxelBox,
    /// The segment when it began.
    start: Mask,
    snake: Mutex<Snake>,
}

/// Contours that windows watch, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Snakes(Mutex<VecDeque<Arc<Live>>>);

impl Snakes {
    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Live>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, live: Arc<Live>) {
        let mut all = self.all();
        all.push_back(live);
        while all.len() > MAX_SNAKES {
            all.pop_front();
        }
    }

    fn find(&self, id: &str) -> Result<Arc<Live>, WireError> {
        let all = self.all();
        let found = all.iter().find(|live| live.id == id).map(Arc::clone);
        found.ok_or_else(|| WireError::not_found("contour"))
    }

    fn remove(&self, id: &str) {
        self.all().retain(|live| live.id != id);
    }
}

/// Begins a contour.
pub(crate) async fn begin_snake(
    app: &Arc<App>,
    _: &Caller,
    request: wire::BeginSnakeRequest,
) -> Result<wire::BegunSnake, WireError> {
    let document = app.documents.find(app, &request.document).await?;
    let image = values(app, &document, request.volume).await?;
    let id = segment_id(&request.segment)?;
    let classifier = match classifier_of(&request.contour.speed) {
        Some(id) => Some(classifiers::find(app, id).await?),
        None => None,
    };
    let job = Job::start(app, &request.job, Stage::Editing);
    let (before, geometry) = (document.snapshot(), document.geometry());
    let (live, classes) = blocking(move || {
        let start = mask_of(&before.state, id)?;
        let form = request.contour;
        let Begun {
            snake,
            region,
            classes,
        } = begun(
            &form,
            (&geometry, &image.volume, classifier.as_deref()),
            Some(&start),
            &job,
        )?;
        let live = Live {
            id: Uuid::new_v4().to_string(),
            document,
            segment: request.segment,
            form,
            region,
            start,
            snake: Mutex::new(snake),
        };
        Ok((live, classes))
    })
    .await?;
    let answer = wire::BegunSnake {
        id: live.id.clone(),
        region: live.region.into(),
        classes,
    };
    app.snakes.add(Arc::new(live));
    Ok(answer)
}

/// Moves a contour on or back; cancelled on its way it stays where it is.
pub(crate) async fn advance_snake(
    app: &Arc<App>,
    _: &Caller,
    request: wire::AdvanceSnakeRequest,
) -> Result<wire::SnakeState, WireError> {
    if request.iteration > MAX_ITERATIONS {
        return Err(too_long());
    }
    let live = app.snakes.find(&request.snake)?;
    let asked = Asked {
        segment: &live.segment,
        tool: ToolKind::Refine,
        overwrite: request.overwrite,
        editable: request.editable,
    };
    let permission = permission(app, &live.document, asked).await?;
    let job = Job::start(app, &request.job, Stage::Editing);
    let before = live.document.snapshot();
    let (state, seen) = (Arc::clone(&before), Arc::clone(&live));
    let wanted = request.iteration as usize;
    let (moved, drawn) = blocking(move || {
        let now = mask_of(&state.state, permission.segment)?;
        if seen.form.from_segment && now != seen.start {
            let message = "the segment has changed since the contour began in it";
            return Err(WireError::new(ErrorCode::Conflict, message).hint("Begin again."));
        }
        let (moved, found) = seen.moved(wanted, &job);
        let wanted = outcome(&seen.form, seen.region, &now, &found);
        let effect = Effect::Snake {
            contour: seen.form.clone(),
            iterations: moved.iteration,
        };
        Ok((
            moved,
            drawn_by(&state.state, &permission, &effect, &wanted)?,
        ))
    })
    .await?;
    let document = Arc::clone(&live.document);
    let preview = preview_of(app, document, before, (segment_id(&live.segment)?, drawn)).await?;
    Ok(wire::SnakeState {
        iteration: moved.iteration,
        n_voxels: moved.n_voxels,
        is_still: moved.is_still,
        preview,
    })
}

/// Forgets a contour.
pub(crate) async fn end_snake(
    app: &Arc<App>,
    _: &Caller,
    request: wire::EndSnakeRequest,
) -> Result<wire::Nothing, WireError> {
    app.snakes.remove(&request.snake);
    Ok(wire::Nothing {})
}

/// Where a contour came to.
struct Moved {
    iteration: u32,
    n_voxels: u32,
    is_still: bool,
}

impl Live {
    fn moved(&self, iteration: usize, job: &Job) -> (Moved, Mask) {
        let mut snake = self.snake.lock().unwrap_or_else(PoisonError::into_inner);
        snake.back_to(iteration);
        let more = iteration.saturating_sub(snake.iteration());
        // Cancelled it stays after its last iteration, and that is shown.
        snake.advance(more, job).ok();
        let found = snake.mask();
        let moved = Moved {
            iteration: snake.iteration() as u32,
            n_voxels: found.n_voxels() as u32,
            is_still: snake.is_still(),
        };
        (moved, found)
    }
}
