//! The zip file of an archive while it is written.

use super::error::ArchiveError;
use super::hex::Hex;
use super::images::{SourceImage, entry_names};
use super::manifest::{FileFacts, ImageFacts, Manifest};
use super::seal::{self, CHUNK};
use super::{MANIFEST, Watch, brick_entry};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip file that is being written.
pub(super) struct Writing<'a> {
    path: &'a Path,
    zip: ZipWriter<BufWriter<File>>,
    files: Vec<FileFacts>,
    watch: Watch<'a>,
}

impl<'a> Writing<'a> {
    pub(super) fn begin(path: &'a Path, watch: Watch<'a>) -> Result<Self, ArchiveError> {
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).open(path);
        let file = file.map_err(ArchiveError::io(path))?;
        Ok(Self {
            path,
            zip: ZipWriter::new(BufWriter::new(file)),
            files: Vec::new(),
            watch,
        })
    }

    fn start(&mut self, name: &str, method: CompressionMethod) -> Result<(), ArchiveError> {
        // Sizes are known only afterwards: room for large ones is left in any case.
        let is_large = method == CompressionMethod::Stored;
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(is_large);
        let started = self.zip.start_file(name, options);
        started.map_err(ArchiveError::zip(self.path, name))
    }

    /// Begins an entry that the manifest lists.
    pub(super) fn entry(&mut self, name: &str) -> Result<Listed<'_, 'a>, ArchiveError> {
        self.start(name, CompressionMethod::Stored)?;
        Ok(Listed {
            writing: self,
            name: name.to_owned(),
            hasher: blake3::Hasher::new(),
        })
    }

    pub(super) fn brick(&mut self, hash: Hex, labels: &[u8]) -> Result<(), ArchiveError> {
        self.start(&brick_entry(hash), CompressionMethod::Deflated)?;
        self.zip
            .write_all(labels)
            .map_err(ArchiveError::io(self.path))
    }

    /// Copies the files of an image.
    pub(super) fn image(
        &mut self,
        number: usize,
        image: &SourceImage,
    ) -> Result<ImageFacts, ArchiveError> {
        let names = entry_names(number, &image.files);
        for (file, name) in image.files.iter().zip(&names) {
            let mut source = File::open(file).map_err(ArchiveError::io(file))?;
            let mut entry = self.entry(name)?;
            let mut chunk = vec![0; CHUNK];
            loop {
                let n = source.read(&mut chunk).map_err(ArchiveError::io(file))?;
                if n == 0 {
                    break;
                }
                entry.put(|out| out.write_all(&chunk[..n]))?;
            }
            entry.finish();
        }
        Ok(ImageFacts {
            key: image.key.0.clone(),
            files: names,
        })
    }

    pub(super) fn finish(mut self, manifest: Manifest) -> Result<(), ArchiveError> {
        let io = ArchiveError::io(self.path);
        let zip_error = ArchiveError::zip(self.path, MANIFEST);
        let files = std::mem::take(&mut self.files);
        let json = serde_json::to_vec_pretty(&Manifest { files, ..manifest });
        self.start(MANIFEST, CompressionMethod::Stored)?;
        let json = json.map_err(|e| io(e.into()))?;
        self.zip.write_all(&json).map_err(&io)?;
        self.zip.set_comment(seal::blank()).map_err(&zip_error)?;
        let file = self.zip.finish().map_err(&zip_error)?;
        let mut file = file.into_inner().map_err(|e| io(e.into_error()))?;
        seal::seal(self.path, &mut file, self.watch)
    }
}

/// An entry that is being written and hashed.
pub(super) struct Listed<'w, 'a> {
    writing: &'w mut Writing<'a>,
    name: String,
    hasher: blake3::Hasher,
}

impl Listed<'_, '_> {
    pub(super) fn put(
        &mut self,
        put: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), ArchiveError> {
        let before = self.hasher.count();
        put(&mut *self).map_err(ArchiveError::io(self.writing.path))?;
        match (self.writing.watch)(self.hasher.count() - before) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ArchiveError::Cancelled),
        }
    }

    pub(super) fn finish(self) {
        self.writing.files.push(FileFacts {
            name: self.name,
            length: self.hasher.count(),
            blake3: self.hasher.finalize().into(),
        });
    }
}

impl Write for Listed<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.writing.zip.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writing.zip.flush()
    }
}
