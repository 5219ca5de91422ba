//! Opened images: loading them, keeping them within a budget, and what is known of them.

use crate::app::{App, Caller};
use crate::image_view;
use crate::jobs::{Job, blocking};
use crate::windows;
use crate::wire::{self, Event, Stage, WireError};
use annotomy_formats::{Element, Finding, FormatError, Series};
use annotomy_volume::percentile::value_range;
use annotomy_volume::volume::{Volume, Voxels};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// Voxels kept in memory; the image opened last is kept whatever its size.
const BUDGET_BYTES: usize = 4 << 30;

/// How long decoding waits for the first slice to be fetched: with every core busy it would be
/// late on the screen.
const LOOK_FIRST: Duration = Duration::from_millis(100);

/// How far an image is loaded.
#[derive(Debug, Clone)]
pub(crate) enum Load {
    Pending,
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
}

/// An image a window looks at.
#[derive(Debug)]
pub(crate) struct OpenImage {
    pub(crate) series: Arc<Series>,
    pub(crate) first: FirstSlice,
    first_is_seen: Mutex<Option<mpsc::Sender<()>>>,
    load: watch::Receiver<Load>,
}

impl OpenImage {
    pub(crate) fn loaded(&self) -> Option<Arc<Loaded>> {
        match &*self.load.borrow() {
            Load::Ready(loaded) => Some(Arc::clone(loaded)),
            Load::Pending | Load::Failed(_) => None,
        }
    }

    /// Somebody has the first slice on the screen: the decoder may use every core now.
    pub(crate) fn first_was_fetched(&self) {
        // Dropping the sender is the signal.
        drop(
            self.first_is_seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }

    /// Waits until the voxels are complete.
    pub(crate) async fn ready(&self) -> Result<Arc<Loaded>, WireError> {
        match settled(self.load.clone()).await {
            Load::Ready(loaded) => Ok(loaded),
            Load::Failed(error) => Err(error),
            Load::Pending => Err(WireError::internal()),
        }
    }

    fn has_failed(&self) -> bool {
        matches!(&*self.load.borrow(), Load::Failed(_))
    }

    fn n_bytes(&self) -> usize {
        self.series.geometry().n_voxels() * self.series.scalar_type().n_bytes()
    }
}

/// Images in memory, the one opened last at the end.
#[derive(Debug, Default)]
pub(crate) struct Images(Mutex<Vec<Arc<OpenImage>>>);

impl Images {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Arc<OpenImage>>> {
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

    /// Adds an image and lets go of the oldest beyond the budget.
    fn add(&self, image: Arc<OpenImage>) {
        let mut images = self.all();
        images.retain(|other| other.series.key() != image.series.key());
        images.push(image);
        let n_bytes = |images: &[Arc<OpenImage>]| images.iter().map(|i| i.n_bytes()).sum::<usize>();
        while images.len() > 1 && n_bytes(&images) > BUDGET_BYTES {
            images.remove(0);
        }
    }
}

pub(crate) async fn open_image(
    app: &Arc<App>,
    _: &Caller,
    request: wire::OpenImageRequest,
) -> Result<wire::Image, WireError> {
    let series = app.series.find(&request.series)?;
    // First, while no decoder keeps the cores busy.
    let document = app.documents.of_image(app, &series).await?;
    let open = match app.images.find(series.key()) {
        Ok(image) if !image.has_failed() => image,
        _ => load(app, &request.job, series).await?,
    };
    Ok(image_view::describe(&open, document))
}

/// Starts loading and waits for the first slice.
async fn load(app: &Arc<App>, job: &str, series: Arc<Series>) -> Result<Arc<OpenImage>, WireError> {
    let (first_sender, first) = oneshot::channel();
    let (load_sender, load) = watch::channel(Load::Pending);
    let (seen_sender, seen) = mpsc::channel();
    let job = Job::start(app, job, Stage::Decoding);
    let worker = Worker {
        app: Arc::clone(app),
        series: Arc::clone(&series),
        job,
    };
    tokio::task::spawn_blocking(move || worker.run((first_sender, seen), &load_sender));
    match first.await {
        Ok(first) => {
            let image = Arc::new(OpenImage {
                series,
                first,
                first_is_seen: Mutex::new(Some(seen_sender)),
                load,
            });
            app.images.add(Arc::clone(&image));
            Ok(image)
        }
        // No first slice came: the reason is about to.
        Err(_) => match settled(load).await {
            Load::Failed(error) => Err(error),
            Load::Pending | Load::Ready(_) => Err(WireError::internal()),
        },
    }
}

/// How loading ended; `Pending` if it never will.
async fn settled(mut load: watch::Receiver<Load>) -> Load {
    let ended = load.wait_for(|load| !matches!(load, Load::Pending)).await;
    ended.map_or(Load::Pending, |load| load.clone())
}

/// Where the first slice goes, and the word that it has arrived.
type FirstDoor = (oneshot::Sender<FirstSlice>, mpsc::Receiver<()>);

struct Worker {
    app: Arc<App>,
    series: Arc<Series>,
    job: Job,
}

impl Worker {
    fn run(self, first: FirstDoor, load: &watch::Sender<Load>) {
        let result = self.decode(first);
        let image = self.series.key().to_owned();
        let (state, event) = match result {
            Ok(loaded) => (Load::Ready(Arc::new(loaded)), Event::ImageReady { image }),
            Err(error) => (
                Load::Failed(error.clone()),
                Event::ImageFailed { image, error },
            ),
        };
        load.send_replace(state);
        self.app.events.send(event);
    }

    fn decode(&self, (first, seen): FirstDoor) -> Result<Loaded, WireError> {
        let index = self.series.geometry().size()[2] / 2;
        let first = Mutex::new(Some((first, seen)));
        let hand_over = |voxels| {
            let automatic = windows::automatic(&voxels, self.series.rescale());
            let door = first.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some((sender, seen)) = door {
                let first = FirstSlice {
                    index,
                    voxels,
                    automatic,
                };
                // An error means that nobody waits, or that it was fetched: go on in any case.
                drop(sender.send(first));
                let _seen_or_late = seen.recv_timeout(LOOK_FIRST);
            }
        };
        let decode = || self.series.load(0, index, &hand_over, &self.job);
        // A decoder that panics on a hostile file takes nothing else down.
        let (volume, report) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode))
            .unwrap_or_else(|_| Err(self.panicked()))?;
        let range = value_range(&volume);
        let automatic = windows::automatic(volume.voxels(), volume.rescale());
        Ok(Loaded {
            volume,
            range,
            automatic,
            report,
        })
    }

    fn panicked(&self) -> FormatError {
        let path = self.series.paths().into_iter().next().unwrap_or_default();
        FormatError::Damaged {
            path,
            reason: "its decoder gave up".to_owned(),
        }
    }
}

pub(crate) async fn image(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ImageRequest,
) -> Result<wire::Image, WireError> {
    let open = app.images.find(&request.image)?;
    let document = app.documents.of_image(app, &open.series).await?;
    Ok(image_view::describe(&open, document))
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
