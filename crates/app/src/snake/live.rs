//! Active contours that windows watch: they begin, go on, go back, and are looked at as previews,
//! while everything else goes on as well. What is applied is an effect that can be repeated exactly:
//! all parameters and the number of iterations are in its record.

use super::files::too_long;
use super::together::{Looks, Rules, shown_together};
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
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Contours kept of a user. Another one is refused: none that somebody watches is let go in silence.
const MAX_SNAKES: usize = 4;
/// One that nothing was asked of for so long, and that the window does not know that begins another,
/// makes room for it: its own window may have been closed without a word.
const LEFT_AFTER: Duration = Duration::from_mins(10);

/// A contour on a segment.
#[derive(Debug)]
pub(super) struct Live {
    id: String,
    user: String,
    document: Arc<OpenDocument>,
    pub(super) segment: String,
    form: wire::SnakeForm,
    region: VoxelBox,
    /// The segment when it began.
    start: Mask,
    snake: Mutex<Snake>,
    /// Where it was when it was looked at last.
    found: Mutex<Option<Arc<Found>>>,
    asked_at: Mutex<Instant>,
}

/// Where a contour is.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) iteration: u32,
    pub(super) mask: Mask,
    is_still: bool,
}

/// Contours that windows watch, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Snakes {
    all: Mutex<VecDeque<Arc<Live>>>,
    pub(crate) looks: Looks,
}

impl Snakes {
    fn all(&self) -> MutexGuard<'_, VecDeque<Arc<Live>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a user may begin another contour, in a window that has some already.
    fn has_room(&self, user: &str, beside: &[String]) -> Result<(), WireError> {
        let mut all = self.all();
        let count = |all: &VecDeque<Arc<Live>>| all.iter().filter(|live| live.user == user).count();
        while count(&all) >= MAX_SNAKES {
            let is_left = |live: &Arc<Live>| live.user == user && live.is_left(beside);
            let left = all.iter().position(is_left).ok_or_else(too_many)?;
            all.remove(left);
        }
        Ok(())
    }

    fn add(&self, live: Arc<Live>, beside: &[String]) -> Result<(), WireError> {
        self.has_room(&live.user, beside)?;
        self.all().push_back(live);
        Ok(())
    }

    fn find(&self, id: &str) -> Result<Arc<Live>, WireError> {
        let all = self.all();
        let found = all.iter().find(|live| live.id == id).map(Arc::clone);
        found.ok_or_else(|| {
            WireError::not_found("contour")
                .hint("It was left for long, and others have begun. Begin it again.")
        })
    }

    /// Contours on a document by their names, in the order in which they began.
    fn on(&self, document: &Arc<OpenDocument>, ids: &[String]) -> Vec<Arc<Live>> {
        let all = self.all();
        let wanted =
            |live: &&Arc<Live>| Arc::ptr_eq(&live.document, document) && ids.contains(&live.id);
        all.iter().filter(wanted).map(Arc::clone).collect()
    }

    fn remove(&self, id: &str) {
        self.all().retain(|live| live.id != id);
    }
}

fn too_many() -> WireError {
    let message = format!("{MAX_SNAKES} active contours are under way already");
    WireError::new(ErrorCode::Limit, message).hint(
        "Apply or drop one of them first. One of a window that was closed makes room after ten minutes.",
    )
}

/// Begins a contour.
pub(crate) async fn begin_snake(
    app: &Arc<App>,
    caller: &Caller,
    request: wire::BeginSnakeRequest,
) -> Result<wire::BegunSnake, WireError> {
    // Refused before the work is done, too.
    app.snakes.has_room(&caller.user, &request.beside)?;
    let document = app.documents.find(app, &request.document).await?;
    let image = values(app, &document, request.volume).await?;
    let id = segment_id(&request.segment)?;
    let classifier = match classifier_of(&request.contour.speed) {
        Some(id) => Some(classifiers::find(app, id).await?),
        None => None,
    };
    let job = Job::start(app, &request.job, Stage::Editing);
    let (before, geometry) = (document.snapshot(), document.geometry());
    let (user, beside) = (caller.user.clone(), request.beside);
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
            user,
            document,
            segment: request.segment,
            form,
            region,
            start,
            snake: Mutex::new(snake),
            found: Mutex::default(),
            asked_at: Mutex::new(Instant::now()),
        };
        Ok((live, classes))
    })
    .await?;
    let answer = wire::BegunSnake {
        id: live.id.clone(),
        region: live.region.into(),
        classes,
    };
    app.snakes.add(Arc::new(live), &beside)?;
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
    live.is_asked();
    let asked = Asked {
        segment: &live.segment,
        tool: ToolKind::Refine,
        overwrite: request.overwrite,
        editable: request.editable.clone(),
    };
    let permission = permission(app, &live.document, asked).await?;
    let job = Job::start(app, &request.job, Stage::Editing);
    let before = live.document.snapshot();
    let (state, seen) = (Arc::clone(&before), Arc::clone(&live));
    let iteration = request.iteration as usize;
    let (found, drawn) = blocking(move || {
        let now = mask_of(&state.state, permission.segment)?;
        seen.fits(&now)?;
        let found = seen.moved(iteration, &job);
        let wanted = seen.wanted(&now, &found.mask);
        let effect = seen.effect(found.iteration);
        let drawn = drawn_by(&state.state, &permission, &effect, &wanted)?;
        Ok((found, drawn))
    })
    .await?;
    let document = &live.document;
    let rules = Rules {
        overwrite: request.overwrite,
        editable: request.editable,
    };
    let contours = app.snakes.on(document, &request.together);
    let look = (rules, request.shown_as);
    let together = shown_together(app, document, contours, look).await?;
    let by = (segment_id(&live.segment)?, drawn);
    let preview = preview_of(app, Arc::clone(document), before, by).await?;
    live.is_asked();
    Ok(wire::SnakeState {
        iteration: found.iteration,
        n_voxels: found.mask.n_voxels() as u32,
        is_still: found.is_still,
        preview,
        together,
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

impl Live {
    fn is_asked(&self) {
        *self.asked_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn is_left(&self, beside: &[String]) -> bool {
        let asked_at = *self.asked_at.lock().unwrap_or_else(PoisonError::into_inner);
        !beside.contains(&self.id) && asked_at.elapsed() >= LEFT_AFTER
    }

    /// Where it was when it was looked at last.
    pub(super) fn found(&self) -> Option<Arc<Found>> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.clone()
    }

    pub(super) fn effect(&self, iterations: u32) -> Effect {
        Effect::Snake {
            contour: self.form.clone(),
            iterations,
        }
    }

    /// What becomes of its segment.
    pub(super) fn wanted(&self, now: &Mask, found: &Mask) -> Mask {
        outcome(&self.form, self.region, now, found)
    }

    /// Whether it can still become of its segment what it would.
    fn fits(&self, now: &Mask) -> Result<(), WireError> {
        if self.form.from_segment && *now != self.start {
            let message = "the segment has changed since the contour began in it";
            return Err(WireError::new(ErrorCode::Conflict, message).hint("Begin again."));
        }
        Ok(())
    }

    fn moved(&self, iteration: usize, job: &Job) -> Arc<Found> {
        let mut snake = self.snake.lock().unwrap_or_else(PoisonError::into_inner);
        snake.back_to(iteration);
        let more = iteration.saturating_sub(snake.iteration());
        // Cancelled it stays after its last iteration, and that is shown.
        snake.advance(more, job).ok();
        let found = Arc::new(Found {
            iteration: snake.iteration() as u32,
            mask: snake.mask(),
            is_still: snake.is_still(),
        });
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&found));
        found
    }
}
