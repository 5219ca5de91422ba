//! Opened images: loading them, keeping them within a budget, and what is known of them.

use crate::app::{App, Caller};
use crate::image_view;
use crate::jobs::{Interest, Job, blocking};
use crate::windows;
use crate::wire::{self, Event, Stage, WireError};
use annotomy_formats::{Element, Finding, FormatError, Progress, Series};
use annotomy_volume::percentile::value_range;
use annotomy_volume::volume::{Volume, Voxels};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::time::Duration;
use tokio::sync::watch;

/// Voxels kept in memory; the image opened last is kept whatever its size.
const BUDGET_BYTES: usize = 4 << 30;

/// How long decoding waits for the first slice to be fetched: with every core busy it would be
/// late on the screen.
const LOOK_FIRST: Duration = Duration::from_millis(100);

/// How far an image is loaded.
#[derive(Debug, Clone)]
enum Load {
    /// Nothing can be shown yet.
    Begun,
    /// The first slice can be shown.
    First,
    Ready(Arc<Loaded>),
    Failed(WireError),
}

/// An image whose voxels are complete.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) volume: Volume,
    pub(crate) range: Option<[f64; 2]>,
    pub(crate) automatic: wire::Window,
    /// What was odd about the voxels.
    pub(crate) report: Vec<Finding>,
}

/// The slice that is decoded first, so that there is something to look at.
#[derive(Debug)]
pub(crate) struct FirstSlice {
    pub(crate) index: usize,
    pub(crate) voxels: Voxels,
    /// Measured before the other slices keep every core busy.
    pub(crate) automatic: wire::Window,
    /// Dropped when somebody has the slice on the screen.
    unseen: Mutex<Option<mpsc::Sender<()>>>,
}

impl FirstSlice {
    /// Somebody has it on the screen: the decoder may use every core now.
    pub(crate) fn was_fetched(&self) {
        drop(
            self.unseen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

/// An image a window looks at.
#[derive(Debug)]
pub(crate) struct OpenImage {
    pub(crate) series: Arc<Series>,
    first: OnceLock<FirstSlice>,
    load: watch::Sender<Load>,
    interest: Arc<Interest>,
}

impl OpenImage {
    pub(crate) fn loaded(&self) -> Option<Arc<Loaded>> {
        match &*self.load.borrow() {
            Load::Ready(loaded) => Some(Arc::clone(loaded)),
            _ => None,
        }
    }

    /// The first slice, once it is there.
    pub(crate) fn first(&self) -> Option<&FirstSlice> {
        self.first.get()
    }

    fn failure(&self) -> Option<WireError> {
        match &*self.load.borrow() {
            Load::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }

    /// Waits until the first slice can be shown.
    async fn shown(&self) -> Result<(), WireError> {
        self.until(|load| !matches!(load, Load::Begun))
            .await
            .map(drop)
    }

    /// Waits until the voxels are complete.
    pub(crate) async fn ready(&self) -> Result<Arc<Loaded>, WireError> {
        let is_settled = |load: &Load| matches!(load, Load::Ready(_) | Load::Failed(_));
        match self.until(is_settled).await? {
            Load::Ready(loaded) => Ok(loaded),
            _ => Err(WireError::internal()),
        }
    }

    async fn until(&self, is_enough: impl FnMut(&Load) -> bool) -> Result<Load, WireError> {
        let mut load = self.load.subscribe();
        let load = load.wait_for(is_enough).await.map(|load| load.clone());
        match load.map_err(|_| WireError::internal())? {
            Load::Failed(error) => Err(error),
            load => Ok(load),
        }
    }

    fn n_bytes(&self) -> usize {
        self.series.geometry().n_voxels() * self.series.scalar_type().n_bytes()
    }
}

/// Images in memory, the one opened last at the end.
#[derive(Debug, Default)]
pub(crate) struct Images(Mutex<Vec<Arc<OpenImage>>>);

impl Images {
    fn all(&self) -> MutexGuard<'_, Vec<Arc<OpenImage>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn find(&self, id: &str) -> Result<Arc<OpenImage>, WireError> {
        let found = self
            .all()
            .iter()
            .find(|image| image.series.key() == id)
            .cloned();
        found.ok_or_else(|| WireError::not_found("image"))
    }

    /// Takes the image that is there, if it can be used, or begins one. Images beyond the budget
    /// are let go, the oldest first.
    fn find_or_begin(
        &self,
        series: &Arc<Series>,
        can_be_used: impl Fn(&OpenImage) -> bool,
        begin: impl FnOnce() -> Arc<OpenImage>,
    ) -> Arc<OpenImage> {
        let mut images = self.all();
        let known = images.iter().position(|i| i.series.key() == series.key());
        if let Some(known) = known {
            let image = images.remove(known);
            if can_be_used(&image) {
                images.push(Arc::clone(&image));
                return image;
            }
        }
        let image = begin();
        images.push(Arc::clone(&image));
        let n_bytes = |images: &[Arc<OpenImage>]| images.iter().map(|i| i.n_bytes()).sum::<usize>();
        while images.len() > 1 && n_bytes(&images) > BUDGET_BYTES {
            images.remove(0);
        }
        image
    }
}

pub(crate) async fn open_image(
    app: &Arc<App>,
    _: &Caller,
    request: wire::OpenImageRequest,
) -> Result<wire::Image, WireError> {
    let series = app.series.find(&request.series)?;
    let job = Job::start(app, &request.job, Stage::Decoding);
    // First, while no decoder keeps the cores busy.
    let document = app.documents.of_image(app, &series).await?;
    if job.is_cancelled() {
        return Err(WireError::cancelled());
    }
    let can_be_used = |image: &OpenImage| {
        let is_loaded = image.loaded().is_some();
        is_loaded || image.failure().is_none() && app.jobs.join(&request.job, &image.interest)
    };
    let begin = || begin(app, Arc::clone(&series), job);
    let image = app.images.find_or_begin(&series, can_be_used, begin);
    app.documents
        .keep_only(|series| app.images.find(series.key()).is_ok())
        .await;
    image.shown().await?;
    image_view::describe(&image, document)
}

/// Starts loading.
fn begin(app: &Arc<App>, series: Arc<Series>, job: Job) -> Arc<OpenImage> {
    let image = Arc::new(OpenImage {
        series,
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
        let image = self.image.series.key().to_owned();
        let (state, event) = match result {
            Ok(loaded) => (Load::Ready(Arc::new(loaded)), Event::ImageReady { image }),
            Err(error) => (
                Load::Failed(error.clone()),
                Event::ImageFailed { image, error },
            ),
        };
        self.image.load.send_replace(state);
        // Who stopped it knows, and may have opened the image anew.
        if !self.job.is_cancelled() {
            self.app.events.send(event);
        }
    }

    fn decode(&self) -> Result<Loaded, WireError> {
        let series = &self.image.series;
        let index = series.geometry().size()[2] / 2;
        let show = |voxels| self.show(index, voxels);
        let (volume, report) = series.load(0, index, &show, &self.job)?;
        let range = value_range(&volume);
        let automatic = windows::automatic(volume.voxels(), volume.rescale());
        Ok(Loaded {
            volume,
            range,
            automatic,
            report,
        })
    }

    /// Hands the first slice out and gives it a head start.
    fn show(&self, index: usize, voxels: Voxels) {
        let automatic = windows::automatic(&voxels, self.image.series.rescale());
        let (unseen, seen) = mpsc::channel();
        let first = FirstSlice {
            index,
            voxels,
            automatic,
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
    let document = app.documents.of_image(app, &image.series).await?;
    image.shown().await?;
    image_view::describe(&image, document)
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
