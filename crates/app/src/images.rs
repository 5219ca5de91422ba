//! Opened images: loading their volumes, and what is known of them.

use crate::app::{App, Caller};
use crate::image_cache::{FirstSlice, Held, Load, Loaded, Measured, OpenImage};
use crate::image_view;
use crate::jobs::{Job, blocking};
use crate::wire::{self, Event, Stage, WireError};
use crate::{volumes, windows};
use annotomy_formats::{Element, FormatError, Progress, Series};
use annotomy_volume::percentile::value_range;
use annotomy_volume::volume::Voxels;
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;
use tokio::sync::watch;

/// How long decoding waits for the first slice to be fetched: with every core busy it would be
/// late on the screen.
const LOOK_FIRST: Duration = Duration::from_millis(100);

pub(crate) async fn open_image(
    app: &Arc<App>,
    _: &Caller,
    request: wire::OpenImageRequest,
) -> Result<wire::Image, WireError> {
    let series = app.series.find(&request.series)?;
    let job = Job::start(app, &request.job, Stage::Decoding);
    // First, while no decoder keeps the cores busy.
    volumes::document_of(app, &series, 0).await?;
    if job.is_cancelled() {
        return Err(WireError::cancelled());
    }
    let can_be_used = |image: &OpenImage| {
        if image.loaded().is_some() {
            image.interest.add(&request.job);
            return true;
        }
        image.failure().is_none() && app.jobs.join(&request.job, &image.interest)
    };
    let begin = || begin(app, Arc::clone(&series), 0, job);
    let first = Held {
        image: series.key(),
        number: 0,
    };
    let image = app.images.find_or_begin(first, can_be_used, begin);
    app.documents
        .keep_only(|series| app.images.find(series.key()).is_ok())
        .await;
    image_view::of(app, &image, &image).await
}

/// A volume of an opened image: loaded, loading, or failed. The first use of one begins to load it.
///
/// # Errors
/// When there is no such image or volume, or nobody looks at the image any more.
pub(crate) fn volume(app: &Arc<App>, id: &str, number: u32) -> Result<Arc<OpenImage>, WireError> {
    let image = app.images.find(id)?;
    let number = number as usize;
    if number == 0 {
        return Ok(image);
    }
    if number >= image.series.n_volumes() {
        return Err(WireError::invalid("this volume is outside the image"));
    }
    if image.interest.is_lost() {
        return Err(WireError::cancelled());
    }
    let begin = || {
        let job = Job::start(app, &format!("volume {id} {number}"), Stage::Decoding);
        begin(app, Arc::clone(&image.series), number, job)
    };
    let wanted = Held { image: id, number };
    Ok(app.images.find_or_begin(wanted, |_| true, begin))
}

/// Starts loading.
fn begin(app: &Arc<App>, series: Arc<Series>, number: usize, job: Job) -> Arc<OpenImage> {
    let image = Arc::new(OpenImage {
        series,
        number,
        first: OnceLock::new(),
        load: watch::Sender::new(Load::Begun),
        interest: Arc::clone(job.interest()),
    });
    let worker = Worker {
        app: Arc::clone(app),
        image: Arc::clone(&image),
        job,
    };
    tokio::task::spawn_blocking(move || worker.run());
    image
}

struct Worker {
    app: Arc<App>,
    image: Arc<OpenImage>,
    job: Job,
}

impl Worker {
    fn run(self) {
        // A panic on a hostile file takes nothing else down.
        let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.decode()));
        let result = decoded.unwrap_or_else(|_| Err(self.panicked().into()));
        let event = self.event(&result);
        if result.is_err() {
            self.app.images.forget(&self.image);
        }
        self.image.load.send_replace(match result {
            Ok(loaded) => Load::Ready(Arc::new(loaded)),
            Err(error) => Load::Failed(error),
        });
        // Who stopped it knows, and may have opened the image anew.
        if !self.job.is_cancelled() {
            event
                .into_iter()
                .for_each(|event| self.app.events.send(event));
        }
    }

    /// The first volume stands for the image. Of another one there is news only where the image's
    /// report grew; that it failed is told to those who ask for its slices.
    fn event(&self, result: &Result<Loaded, WireError>) -> Option<Event> {
        let image = self.image.series.key().to_owned();
        let is_first = self.image.number == 0;
        match result {
            Ok(loaded) => {
                (is_first || !loaded.report.is_empty()).then_some(Event::ImageReady { image })
            }
            Err(error) => is_first.then(|| Event::ImageFailed {
                image,
                error: error.clone(),
            }),
        }
    }

    fn decode(&self) -> Result<Loaded, WireError> {
        let series = &self.image.series;
        // A film begins at its beginning; of a volume the middle shows most.
        let index = match series.meaning().is_placed {
            true => series.geometry().size()[2] / 2,
            false => 0,
        };
        let is_first = self.image.number == 0;
        let show = |voxels| {
            if is_first {
                self.show(index, voxels);
            }
        };
        let (volume, report) = series.load(self.image.number, index, &show, &self.job)?;
        let measured = Measured {
            range: value_range(&volume),
            automatic: windows::automatic(volume.voxels(), series),
        };
        Ok(Loaded {
            volume,
            measured,
            report,
        })
    }

    /// Hands the first slice out and gives it a head start.
    fn show(&self, index: usize, voxels: Voxels) {
        let measured = Measured {
            range: None,
            automatic: windows::automatic(&voxels, &self.image.series),
        };
        let (unseen, seen) = mpsc::channel();
        let first = FirstSlice {
            index,
            voxels,
            measured,
            unseen: Mutex::new(Some(unseen)),
        };
        if self.image.first.set(first).is_ok() {
            self.image.load.send_replace(Load::First);
            // Ends by the sender's end, which is the word that it was seen, or by time.
            let _seen_or_late = seen.recv_timeout(LOOK_FIRST);
        }
    }

    fn panicked(&self) -> FormatError {
        let path = self.image.series.paths().into_iter().next();
        FormatError::Damaged {
            path: path.unwrap_or_default(),
            reason: "its decoder gave up".to_owned(),
        }
    }
}

pub(crate) async fn image(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ImageRequest,
) -> Result<wire::Image, WireError> {
    let image = app.images.find(&request.image)?;
    if let Some(error) = image.failure() {
        return Err(error);
    }
    let shown = volume(app, &request.image, request.volume)?;
    image_view::of(app, &image, &shown).await
}

pub(crate) async fn metadata(
    app: &Arc<App>,
    _: &Caller,
    request: wire::MetadataRequest,
) -> Result<wire::Metadata, WireError> {
    let series = Arc::clone(&app.images.find(&request.image)?.series);
    blocking(move || {
        let (file, elements) = series.metadata(request.slice as usize)?;
        let elements = elements.into_iter().map(wire::Element::from).collect();
        Ok(wire::Metadata {
            file: file.display().to_string(),
            elements,
        })
    })
    .await
}

impl From<Element> for wire::Element {
    fn from(element: Element) -> Self {
        let item = |item: Vec<Element>| item.into_iter().map(Self::from).collect();
        Self {
            tag: element.tag,
            name: element.name,
            vr: element.vr,
            value: element.value,
            items: element.items.into_iter().map(item).collect(),
            varies: element.varies,
        }
    }
}
