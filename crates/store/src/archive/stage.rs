//! Reading an archive into a library of its own, in a folder that nobody sees, and checking it there
//! as any library is checked. What is wrong with it is found before anything of it is used.

use super::container::Container;
use super::error::ArchiveError;
use super::fill::fill;
use super::images::IncludedImage;
use super::manifest::Manifest;
use super::seal::CHUNK;
use super::{Watch, image_folder};
use crate::documents::ImageKey;
use crate::library::{Library, NewLibrary};
use crate::verify::Verification;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use uuid::Uuid;

/// What an archive holds; all of it was checked.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The program that wrote it.
    pub program: String,
    /// When, microseconds since 1970-01-01 UTC.
    pub created_us: i64,
    /// Documents.
    pub n_documents: usize,
    /// Pixel classifiers.
    pub n_classifiers: usize,
    /// The log and the voxels.
    pub verification: Verification,
    /// Images whose files are in it.
    pub images: Vec<IncludedImage>,
}

/// An archive that was read into a folder and holds.
#[derive(Debug)]
pub struct Staged {
    pub(crate) library: Library,
    summary: Summary,
}

impl Staged {
    /// Reads an archive into an empty folder and checks everything: its entries, the chain of
    /// records, and the voxels they add up to. With `images`, also an empty folder, the files of
    /// images are written there. `watch` hears of twice the archive's size.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the first entry or record that does not hold.
    pub async fn read(
        archive: &Path,
        folder: &Path,
        images: Option<&Path>,
        watch: Watch<'_>,
    ) -> Result<Self, ArchiveError> {
        let (mut container, manifest) = Container::open(archive, watch)?;
        let new = NewLibrary {
            device: Uuid::nil(),
            salt: manifest.library.salt.0,
            now_us: manifest.created_us,
        };
        let library = Library::open(&folder.join("archive.sqlite"), new).await?;
        library
            .with_writer(async |connection| {
                Ok(fill(connection, &mut container, &manifest, watch).await)
            })
            .await??;
        let images = read_images(&mut container, &manifest, images, watch)?;
        let verification = library.verify().await?;
        if let Some(fault) = verification.first_fault {
            let place = format!("record {}", fault.sequence);
            return Err(container.fault(&place, fault.reason));
        }
        if !container.is_whole() {
            let reason =
                "its seal is broken: it was cut, lengthened or changed between its entries";
            return Err(container.fault("the zip", reason));
        }
        Ok(Self {
            library,
            summary: Summary {
                program: manifest.program,
                created_us: manifest.created_us,
                n_documents: manifest.documents.len(),
                n_classifiers: manifest.classifiers.len(),
                verification,
                images,
            },
        })
    }

    /// What it holds.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }
}

/// Checks the files of images, and writes them if there is a folder for them.
fn read_images(
    container: &mut Container,
    manifest: &Manifest,
    folder: Option<&Path>,
    watch: Watch<'_>,
) -> Result<Vec<IncludedImage>, ArchiveError> {
    let mut images = Vec::new();
    for (n, image) in manifest.images.iter().enumerate() {
        let below = image_folder(n + 1);
        let mut n_bytes = 0;
        for name in &image.files {
            // Names were checked: they stay in the image's folder.
            let place = folder.map(|folder| folder.join(name));
            n_bytes += container.length(name);
            read_file(container, name, place.as_deref(), watch)?;
        }
        images.push(IncludedImage {
            key: ImageKey(image.key.clone()),
            folder: below,
            n_files: image.files.len(),
            n_bytes,
        });
    }
    Ok(images)
}

/// Puts a file and its name on disk; only Unix lets a folder be opened for that.
fn make_durable(file: &File, place: &Path) -> std::io::Result<()> {
    file.sync_all()?;
    match place.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn read_file(
    container: &mut Container,
    name: &str,
    place: Option<&Path>,
    watch: Watch<'_>,
) -> Result<(), ArchiveError> {
    let mut out = match place {
        Some(place) => {
            let parent = place.parent().unwrap_or(place);
            fs::create_dir_all(parent).map_err(ArchiveError::io(parent))?;
            Some(File::create_new(place).map_err(ArchiveError::io(place))?)
        }
        None => None,
    };
    let mut stream = container.stream(name)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = stream.read(&mut chunk).map_err(|e| stream.error(e))?;
        if n == 0 {
            stream.finish()?;
            return match (out, place) {
                (Some(out), Some(place)) => {
                    make_durable(&out, place).map_err(ArchiveError::io(place))
                }
                _ => Ok(()),
            };
        }
        if let (Some(out), Some(place)) = (&mut out, place) {
            out.write_all(&chunk[..n])
                .map_err(ArchiveError::io(place))?;
        }
        if watch(n as u64).is_break() {
            return Err(ArchiveError::Cancelled);
        }
    }
}
