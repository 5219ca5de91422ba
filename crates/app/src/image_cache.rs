//! Volumes in memory, within a budget.

use crate::jobs::Interest;
use crate::wire::{self, WireError};
use annotomy_formats::{Finding, Series};
use annotomy_volume::volume::{Volume, Voxels};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use tokio::sync::watch;

/// Voxels kept in memory; the volume asked for last, and the first one of its image, are kept
/// whatever their size.
const BUDGET_BYTES: usize = 4 << 30;

/// How far a volume is loaded.
#[derive(Debug, Clone)]
pub(crate) enum Load {
    /// Nothing can be shown yet.
    Begun,
    /// The first slice can be shown.
    First,
    Ready(Arc<Loaded>),
    Failed(WireError),
}

/// A volume whose voxels are complete.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) volume: Volume,
    pub(crate) measured: Measured,
    /// What was odd about the voxels.
    pub(crate) report: Vec<Finding>,
}

/// What the values suggest for their window.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// Smallest and largest finite value, once all are known.
    pub(crate) range: Option<[f64; 2]>,
    pub(crate) automatic: wire::Window,
}

/// The slice that is decoded first, so that there is something to look at.
#[derive(Debug)]
pub(crate) struct FirstSlice {
    pub(crate) index: usize,
    pub(crate) voxels: Voxels,
    /// Measured before the other slices keep every core busy.
    pub(crate) measured: Measured,
    /// Dropped when somebody has the slice on the screen.
    pub(crate) unseen: Mutex<Option<mpsc::Sender<()>>>,
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

/// A volume that a window looks at: an image's first one, which stands for the image, or another.
#[derive(Debug)]
pub(crate) struct OpenImage {
    pub(crate) series: Arc<Series>,
    /// Which volume of the series, 0 first.
    pub(crate) number: usize,
    /// Of the first volume only.
    pub(crate) first: OnceLock<FirstSlice>,
    pub(crate) load: watch::Sender<Load>,
    /// Of the first volume: the jobs of all who look at the image.
    pub(crate) interest: Arc<Interest>,
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

    /// What is known of the values so far.
    pub(crate) fn measured(&self) -> Option<Measured> {
        let loaded = self.loaded().map(|loaded| loaded.measured.clone());
        loaded.or_else(|| self.first().map(|first| first.measured.clone()))
    }

    pub(crate) fn failure(&self) -> Option<WireError> {
        match &*self.load.borrow() {
            Load::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }

    /// Waits until the first slice can be shown.
    pub(crate) async fn shown(&self) -> Result<(), WireError> {
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

    /// What was odd about its voxels.
    fn found(&self) -> Vec<Finding> {
        let found = self.loaded().map(|loaded| loaded.report.clone());
        let is_one_of_several = self.series.n_volumes() > 1;
        let name = |finding: Finding| match is_one_of_several {
            true => Finding {
                message: format!("Volume {}: {}", self.number + 1, finding.message),
                ..finding
            },
            false => finding,
        };
        found.into_iter().flatten().map(name).collect()
    }

    fn held(&self) -> Held<'_> {
        Held {
            image: self.series.key(),
            number: self.number,
        }
    }

    fn n_bytes(&self) -> usize {
        self.series.geometry().n_voxels() * self.series.scalar_type().n_bytes()
    }
}

/// Volumes in memory, the one asked for last at the end.
#[derive(Debug, Default)]
pub(crate) struct Images(Mutex<Vec<Arc<OpenImage>>>);

impl Images {
    fn all(&self) -> MutexGuard<'_, Vec<Arc<OpenImage>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first volume of an image.
    pub(crate) fn find(&self, id: &str) -> Result<Arc<OpenImage>, WireError> {
        let first = Held {
            image: id,
            number: 0,
        };
        let found = self.all().iter().find(|i| i.held() == first).cloned();
        found.ok_or_else(|| WireError::not_found("image"))
    }

    /// Takes the volume that is there, if it can be used, or begins one. Volumes beyond the budget
    /// are let go.
    pub(crate) fn find_or_begin(
        &self,
        wanted: Held<'_>,
        can_be_used: impl Fn(&OpenImage) -> bool,
        begin: impl FnOnce() -> Arc<OpenImage>,
    ) -> Arc<OpenImage> {
        let mut images = self.all();
        let known = images.iter().position(|i| i.held() == wanted);
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
        while n_bytes(&images) > BUDGET_BYTES {
            let held: Vec<_> = images.iter().map(|image| image.held()).collect();
            let Some(at) = next_to_go(&held) else { break };
            let gone = images.remove(at);
            if gone.number > 0 {
                gone.interest.lose();
            }
        }
        image
    }

    /// A job looks at its image no more. When nobody does, what is loading of the image stops.
    pub(crate) fn leave(&self, job: &str) {
        let mut images = self.all();
        let left: Vec<_> = images
            .iter()
            .filter(|i| i.number == 0 && i.interest.leave(job) && i.interest.is_lost())
            .cloned()
            .collect();
        images.retain(|image| {
            let is_left = left.iter().any(|l| l.series.key() == image.series.key());
            let stops = image.number > 0 && is_left && image.loaded().is_none();
            if stops {
                image.interest.lose();
            }
            !stops
        });
    }

    /// Lets go of a further volume that could not be loaded: it is tried again when it is wanted
    /// again. A failed image stays, so that every question about it has that answer.
    pub(crate) fn forget(&self, failed: &Arc<OpenImage>) {
        self.all()
            .retain(|image| image.number == 0 || !Arc::ptr_eq(image, failed));
    }

    /// What was odd about the voxels of an image, volume by volume.
    pub(crate) fn found(&self, id: &str) -> Vec<Finding> {
        let mut volumes = self.all().clone();
        volumes.retain(|image| image.series.key() == id);
        volumes.sort_by_key(|image| image.number);
        volumes.iter().flat_map(|image| image.found()).collect()
    }
}

/// Names a volume in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held<'a> {
    pub(crate) image: &'a str,
    pub(crate) number: usize,
}

/// The volume to let go first: the further volume that was wanted longest ago, since it is loaded
/// again when it is wanted, else the oldest image. The last one, and its image, stay.
fn next_to_go(held: &[Held<'_>]) -> Option<usize> {
    let (last, others) = held.split_last()?;
    let volume = others.iter().position(|volume| volume.number > 0);
    let image = || others.iter().position(|image| image.image != last.image);
    volume.or_else(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(held: &[(&'static str, usize)], expected: Option<usize>) {
        let held: Vec<_> = held
            .iter()
            .map(|&(image, number)| Held { image, number })
            .collect();
        assert_eq!(next_to_go(&held), expected, "{held:?}");
    }

    #[test]
    fn further_volumes_go_before_images_and_the_last_one_stays() {
        check(&[("a", 0), ("b", 0), ("b", 1), ("b", 2)], Some(2));
        check(&[("a", 0), ("b", 0), ("b", 2)], Some(0));
        check(&[("b", 0), ("a", 0), ("b", 2)], Some(1));
        check(&[("b", 0), ("b", 2)], None);
        check(&[("b", 0)], None);
    }
}
