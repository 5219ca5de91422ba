//! An archive that is being read. Nothing it says of itself is believed before it was compared.

use super::error::ArchiveError;
use super::hex::Hex;
use super::manifest::{FORMAT, FileFacts, Heading, Manifest, VERSION};
use super::names::is_portable;
use super::{
    MANIFEST, RECORDS, Watch, brick_entry, classifier_entry, document_entry, image_folder, seal,
};
use crate::bricks::BRICK_BYTES;
use crate::documents::DocumentId;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

/// Bytes of an entry that is read into memory at once.
const MAX_WHOLE_BYTES: u64 = 256 << 20;

/// Entries in one archive; some hundred bytes of memory each.
const MAX_ENTRIES: usize = 4_000_000;

const OTHER_CONTENT: &str = "its content does not match its hash in the manifest";

#[derive(Debug)]
pub(super) struct Container {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    files: BTreeMap<String, (u64, Hex)>,
    n_bricks: usize,
    is_whole: bool,
}

impl Container {
    pub(super) fn open(path: &Path, watch: Watch<'_>) -> Result<(Self, Manifest), ArchiveError> {
        let mut file = File::open(path).map_err(ArchiveError::io(path))?;
        let is_whole = seal::is_whole(path, &mut file, watch)?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| match error {
            zip::result::ZipError::Io(source) if source.raw_os_error().is_some() => {
                ArchiveError::io(path)(source)
            }
            error => no_archive(path, format!("{error}; the file may be cut short")),
        })?;
        let mut container = Self {
            path: path.to_owned(),
            zip,
            files: BTreeMap::new(),
            n_bricks: 0,
            is_whole,
        };
        let manifest = container.manifest()?;
        container.files = container.listed(&manifest)?;
        container.n_bricks = container.check_entries()?;
        Ok((container, manifest))
    }

    fn manifest(&mut self) -> Result<Manifest, ArchiveError> {
        if self.zip.index_for_name(MANIFEST).is_none() {
            return Err(no_archive(&self.path, format!("it has no {MANIFEST}")));
        }
        let json = self.read(MANIFEST)?;
        let heading: Heading = serde_json::from_slice(&json)
            .map_err(|e| no_archive(&self.path, format!("{MANIFEST}: {e}")))?;
        if heading.format != FORMAT {
            let reason = "its manifest is of something else";
            return Err(no_archive(&self.path, reason.to_owned()));
        }
        if !(1..=VERSION).contains(&heading.version) {
            return Err(ArchiveError::Newer {
                path: self.path.clone(),
                found: heading.version,
                known: VERSION,
            });
        }
        serde_json::from_slice(&json).map_err(|e| self.fault(MANIFEST, e))
    }

    /// The entries that the manifest lists, which have to be those that its parts speak of.
    fn listed(&self, manifest: &Manifest) -> Result<BTreeMap<String, (u64, Hex)>, ArchiveError> {
        let mut expected = vec![RECORDS.to_owned()];
        let documents = manifest.documents.iter();
        expected.extend(documents.map(|&id| document_entry(DocumentId(id))));
        let classifiers = manifest.classifiers.iter();
        expected.extend(classifiers.map(|facts| classifier_entry(facts.hash)));
        for (n, image) in manifest.images.iter().enumerate() {
            let folder = format!("{}/", image_folder(n + 1));
            let is_in_place = |name: &String| {
                let below = name.strip_prefix(&folder);
                below.is_some_and(is_portable)
            };
            if let Some(name) = image.files.iter().find(|name| !is_in_place(name)) {
                let reason = format!("the name {name:?} does not stay in the image's folder");
                return Err(self.fault(MANIFEST, reason));
            }
            expected.extend(image.files.iter().cloned());
        }
        let facts = |file: &FileFacts| (file.name.clone(), (file.length, file.blake3));
        let files: BTreeMap<_, _> = manifest.files.iter().map(facts).collect();
        expected.sort();
        let is_listed = files.len() == manifest.files.len() && files.keys().eq(&expected);
        match is_listed {
            true => Ok(files),
            false => Err(self.fault(MANIFEST, "its list of files does not fit what it describes")),
        }
    }

    /// Compares the zip's directory with the manifest and counts the bricks.
    fn check_entries(&self) -> Result<usize, ArchiveError> {
        let n_entries = self.zip.len();
        if n_entries > MAX_ENTRIES {
            return Err(ArchiveError::Limit {
                path: self.path.clone(),
                what: format!("{n_entries} entries, more than {MAX_ENTRIES}"),
            });
        }
        if self.zip.has_duplicate_names() {
            return Err(self.fault("the zip", "two entries have the same name"));
        }
        let mut n_bricks = 0;
        for n in 0..n_entries {
            let zip_error = ArchiveError::zip(&self.path, "the zip");
            let entry = self.zip.by_index_data(n).map_err(&zip_error)?;
            let name = entry.name().map_err(&zip_error)?;
            if entry.encrypted() || !entry.is_file() {
                return Err(self.fault(&name, "it is not a plain file"));
            }
            let is_stored = entry.compression() == CompressionMethod::Stored;
            let length = match self.files.get(name.as_ref()) {
                Some((length, _)) if is_stored => *length,
                None if name == MANIFEST && is_stored => entry.size(),
                None if name.starts_with("bricks/") => {
                    n_bricks += 1;
                    BRICK_BYTES as u64
                }
                Some(_) => return Err(self.fault(&name, "it is compressed")),
                None => return Err(self.fault(&name, "the manifest does not list it")),
            };
            if entry.size() != length {
                let reason = format!("it has {} bytes, not {length}", entry.size());
                return Err(self.fault(&name, reason));
            }
        }
        let missing = |name: &&String| self.zip.index_for_name(name).is_none();
        match self.files.keys().find(missing) {
            Some(name) => Err(self.fault(name, "it is missing")),
            None => Ok(n_bricks),
        }
    }

    /// Whether no byte outside the entries was changed either.
    pub(super) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(super) const fn n_bricks(&self) -> usize {
        self.n_bricks
    }

    pub(super) fn length(&self, name: &str) -> u64 {
        self.files.get(name).map_or(0, |(length, _)| *length)
    }

    /// An entry that the manifest lists, at once.
    pub(super) fn whole(&mut self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        let bytes = self.read(name)?;
        let hash = Hex::from(blake3::hash(&bytes));
        match self.files.get(name) {
            Some((_, listed)) if *listed == hash => Ok(bytes),
            _ => Err(self.fault(name, OTHER_CONTENT)),
        }
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        let path = self.path.clone();
        let mut entry = self.entry(name)?;
        if entry.size() > MAX_WHOLE_BYTES {
            let what = format!(
                "{name} has {} bytes, more than {MAX_WHOLE_BYTES}",
                entry.size()
            );
            return Err(ArchiveError::Limit { path, what });
        }
        let mut bytes = Vec::new();
        entry
            .read_to_end(&mut bytes)
            .map_err(ArchiveError::reading(&path, name))?;
        Ok(bytes)
    }

    /// The labels of a brick, which are those that it is named after.
    pub(super) fn brick(&mut self, hash: Hex) -> Result<Vec<u8>, ArchiveError> {
        let name = brick_entry(hash);
        let path = self.path.clone();
        let mut labels = Vec::new();
        // However much it inflates to.
        let read = self
            .entry(&name)?
            .take(BRICK_BYTES as u64 + 1)
            .read_to_end(&mut labels);
        read.map_err(ArchiveError::reading(&path, &name))?;
        if labels.len() != BRICK_BYTES || Hex::from(blake3::hash(&labels)) != hash {
            return Err(self.fault(&name, "its content does not match its name"));
        }
        Ok(labels)
    }

    /// A listed entry, to be read to its end and then checked.
    pub(super) fn stream(&mut self, name: &str) -> Result<Stream<'_>, ArchiveError> {
        let path = self.path.clone();
        let listed = self.files.get(name).copied();
        let (length, hash) = listed.ok_or_else(|| self.fault(name, "it is missing"))?;
        Ok(Stream {
            path,
            name: name.to_owned(),
            entry: self.entry(name)?,
            hasher: blake3::Hasher::new(),
            expected: (length, hash),
        })
    }

    fn entry(&mut self, name: &str) -> Result<ZipFile<'_, BufReader<File>>, ArchiveError> {
        let opened = self.zip.by_name(name);
        opened.map_err(ArchiveError::zip(&self.path, name))
    }

    pub(super) fn fault(&self, place: &str, reason: impl ToString) -> ArchiveError {
        ArchiveError::fault(&self.path, place, reason)
    }
}

fn no_archive(path: &Path, reason: String) -> ArchiveError {
    ArchiveError::NotAnArchive {
        path: path.to_owned(),
        reason,
    }
}

/// An entry that is hashed while it is read.
pub(super) struct Stream<'a> {
    path: PathBuf,
    name: String,
    entry: ZipFile<'a, BufReader<File>>,
    hasher: blake3::Hasher,
    expected: (u64, Hex),
}

impl Stream<'_> {
    /// Whether what was read is all, and what the manifest says.
    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        let found = (self.hasher.count(), Hex::from(self.hasher.finalize()));
        match found == self.expected {
            true => Ok(()),
            false => Err(ArchiveError::fault(&self.path, &self.name, OTHER_CONTENT)),
        }
    }

    /// Bytes that were read so far.
    pub(super) fn n_read(&self) -> u64 {
        self.hasher.count()
    }

    /// For a record of the log.
    pub(super) fn fault(&self, sequence: u64, reason: impl ToString) -> ArchiveError {
        ArchiveError::fault(&self.path, &format!("record {sequence}"), reason)
    }

    /// For `map_err`.
    pub(super) fn error(&self, source: std::io::Error) -> ArchiveError {
        ArchiveError::reading(&self.path, &self.name)(source)
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.entry.read(out)?;
        self.hasher.update(&out[..n]);
        Ok(n)
    }
}
