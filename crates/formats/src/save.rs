//! Writes a file whole or not at all.

use crate::error::FormatError;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use tempfile::{Builder, NamedTempFile};

/// Bytes after which what is written goes to disk while more is made.
const STRETCH: usize = 16 << 20;

/// Writes a file through `write`. It appears under its name, in place of an older one, only when
/// it is complete and on disk.
pub(crate) fn save(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FormatError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        let temporary = temporary_file(folder)?;
        write_through(temporary.as_file(), write)?;
        temporary.persist(path)?;
        sync_folder(folder)
    };
    write().map_err(FormatError::io(path))
}

/// Writes a file so that all of it is on disk in the end. The disk begins with the first of it long
/// before the last is there.
fn write_through(
    file: &File,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    thread::scope(|scope| {
        let (full, stretches) = sync_channel(1);
        let syncing = scope.spawn(move || stretches.iter().try_for_each(|()| file.sync_data()));
        let stretches = Stretches {
            file,
            n_bytes: 0,
            full,
        };
        let mut out = BufWriter::with_capacity(1 << 20, stretches);
        write(&mut out)?;
        out.flush()?;
        drop(out);
        // An error of the disk is told once only, perhaps over there.
        syncing
            .join()
            .map_err(|_| io::Error::other("syncing ended"))??;
        file.sync_all()
    })
}

/// Tells of every stretch that is full.
struct Stretches<'a> {
    file: &'a File,
    n_bytes: usize,
    full: SyncSender<()>,
}

impl Write for Stretches<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.n_bytes = self.n_bytes.saturating_add(n);
        if self.n_bytes >= STRETCH {
            self.n_bytes = 0;
            // Where the disk is still at the one before, this one goes with the next.
            let _busy = self.full.try_send(());
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Beside the target, so that renaming replaces it at once; readable as any new file would be.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".annotomy-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder
            .permissions(std::fs::Permissions::from_mode(0o666))
            .tempfile_in(folder)
    }
    #[cfg(not(unix))]
    builder.tempfile_in(folder)
}

/// Makes the new name durable; only Unix lets a folder be opened for that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
