//! Where a host finds its library and sample, and who sits in front of it.

use std::path::{Path, PathBuf};

/// What a host tells the app at start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder that holds the library.
    pub data_folder: PathBuf,
    /// The bundled sample, if it is installed.
    pub sample: Option<PathBuf>,
    /// Name under which edits are recorded.
    pub user: String,
}

const LIBRARY_FILE: &str = "library.sqlite";
const SAMPLE: &str = "samples/mr-head-t1";

impl Config {
    /// From the environment: `ANNOTOMY_DATA_DIR`, `ANNOTOMY_USER` and the system's own folders.
    /// `resources` is where an installer put the program's files, where it did.
    #[must_use]
    pub fn from_environment(resources: Option<&Path>) -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let user_folders = directories::ProjectDirs::from("", "", "annotomy");
        let data_folder = variable("ANNOTOMY_DATA_DIR")
            .map(PathBuf::from)
            .or_else(|| user_folders.map(|folders| folders.data_dir().to_owned()))
            .unwrap_or_else(|| PathBuf::from("annotomy-data"));
        let user = variable("ANNOTOMY_USER").or_else(|| whoami::username().ok());
        Self {
            data_folder,
            sample: find_sample(resources),
            user: user.unwrap_or_else(|| "unknown".to_owned()),
        }
    }

    pub(crate) fn library_path(&self) -> PathBuf {
        library_in(&self.data_folder)
    }
}

/// The library of a data folder.
pub(crate) fn library_in(data_folder: &Path) -> PathBuf {
    data_folder.join(LIBRARY_FILE)
}

/// Installed beside the program, or in the source tree this program was built from.
fn find_sample(resources: Option<&Path>) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let beside = program
        .as_deref()
        .and_then(Path::parent)
        .map(Path::to_owned);
    let source_tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    [resources.map(Path::to_owned), beside, Some(source_tree)]
        .into_iter()
        .flatten()
        .map(|folder| folder.join(SAMPLE))
        .find(|path| path.exists())
        .and_then(|path| path.canonicalize().ok())
}
