//! The running application: library, caches and events.

use crate::classifiers::Classifiers;
use crate::config::Config;
use crate::documents::Documents;
use crate::drawing::{Fronts, Previews};
use crate::image_cache::Images;
use crate::jobs::{Events, Jobs};
use crate::past::Past;
use crate::protocol;
use crate::rest::Rest;
use crate::snake::Snakes;
use crate::steps::Steps;
use crate::studies::SeriesRegistry;
use crate::surfaces::Surfaces;
use crate::time::now_us;
use crate::wire::{Event, WireError};
use annotomy_store::{Author, Library, NewLibrary};
use std::sync::{Arc, PoisonError, RwLock as StdRwLock};
use std::time::Duration;
use tokio::sync::{RwLock, broadcast};
use uuid::Uuid;

/// How long a program that ends waits for running commands.
const FINISH_WITHIN: Duration = Duration::from_secs(3);

/// Who calls a command. Every handler gets one, whatever the host.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Name under which edits are recorded.
    pub user: String,
}

/// The application behind every window of a host.
#[derive(Debug)]
pub struct App {
    pub(crate) config: Config,
    /// The library in use: another one may take its place while windows are open.
    library: StdRwLock<Arc<Library>>,
    pub(crate) series: SeriesRegistry,
    pub(crate) images: Images,
    pub(crate) documents: Documents,
    pub(crate) steps: Steps,
    pub(crate) rest: Rest,
    pub(crate) previews: Previews,
    pub(crate) fronts: Fronts,
    pub(crate) classifiers: Classifiers,
    pub(crate) past: Past,
    pub(crate) snakes: Snakes,
    pub(crate) surfaces: Surfaces,
    pub(crate) protocol: protocol::Editing,
    pub(crate) jobs: Jobs,
    pub(crate) events: Events,
    /// Held for reading by every command while it runs.
    pub(crate) running: Arc<RwLock<()>>,
}

impl App {
    /// Opens the library of `config` for work, and makes it if need be.
    ///
    /// # Errors
    /// When another program holds it, a newer version wrote it, or it cannot be read.
    pub async fn open(config: Config) -> Result<Arc<Self>, WireError> {
        let library = Library::open(&config.library_path(), new_library()).await?;
        Ok(Self::with_library(config, library))
    }

    /// Opens the library to look at it only, also while a window works on it.
    ///
    /// # Errors
    /// When there is none, a newer version wrote it, or it cannot be read.
    pub async fn open_read_only(config: Config) -> Result<Arc<Self>, WireError> {
        let library = Library::open_read_only(&config.library_path()).await?;
        Ok(Self::with_library(config, library))
    }

    fn with_library(config: Config, library: Library) -> Arc<Self> {
        Arc::new(Self {
            config,
            library: StdRwLock::new(Arc::new(library)),
            series: SeriesRegistry::default(),
            images: Images::default(),
            documents: Documents::default(),
            steps: Steps::default(),
            rest: Rest::default(),
            previews: Previews::default(),
            fronts: Fronts::default(),
            classifiers: Classifiers::default(),
            past: Past::default(),
            snakes: Snakes::default(),
            surfaces: Surfaces::default(),
            protocol: protocol::Editing::default(),
            jobs: Jobs::default(),
            events: Events::default(),
            running: Arc::default(),
        })
    }

    /// The library in use.
    pub(crate) fn library(&self) -> Arc<Library> {
        let library = self.library.read();
        Arc::clone(&library.unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes on with another library. Windows ask for everything anew; an edit that was made for the
    /// library before it finds its document gone, and is refused.
    pub(crate) async fn use_library(&self, library: Library) {
        *self.library.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(library);
        self.library_changed().await;
    }

    /// Windows that show an image ask for its document anew.
    pub(crate) async fn library_changed(&self) {
        self.documents.clear().await;
        self.steps.clear();
        self.fronts.clear();
        self.classifiers.clear();
        self.past.clear();
        self.surfaces.clear();
        self.events.send(Event::LibraryChanged {});
    }

    /// The user of this device, who calls all commands of a host without accounts.
    #[must_use]
    pub fn local_caller(&self) -> Caller {
        Caller {
            user: self.config.user.clone(),
        }
    }

    /// Waits for commands that are still running, so that a stroke drawn just before the window
    /// closes is kept. Long work does not hold the program up.
    pub async fn finish(&self) {
        drop(tokio::time::timeout(FINISH_WITHIN, self.running.write()).await);
    }

    /// Everything that happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

impl Caller {
    pub(crate) fn author(&self) -> Author {
        Author {
            user: self.user.clone(),
            at_us: now_us(),
            program: program(),
        }
    }
}

/// This program, as records and archives name it.
pub(crate) fn program() -> String {
    format!("annotomy {}", env!("CARGO_PKG_VERSION"))
}

/// What a library gets that does not exist yet.
pub(crate) fn new_library() -> NewLibrary {
    NewLibrary {
        device: Uuid::new_v4(),
        salt: random_salt(),
        now_us: now_us(),
    }
}

fn random_salt() -> [u8; 32] {
    let [a, b] = [Uuid::new_v4(), Uuid::new_v4()];
    std::array::from_fn(|n| {
        if n < 16 {
            a.as_bytes()[n]
        } else {
            b.as_bytes()[n - 16]
        }
    })
}
