//! What inputs are read as.

use crate::annotations::{dicom_segmentation, label_layers, report, structure_set};
use crate::bundle::unpack;
use crate::classifier::classifier;
use crate::study::study;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::Path;
use std::sync::LazyLock;

/// The files of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One file.
    File,
    /// Several, of which the first is opened.
    Bundle,
    /// Several, whose folder is opened.
    Folder,
}

/// What is done with them.
#[derive(Debug, Clone, Copy)]
enum Door {
    Study,
    LabelLayers,
    DicomSegmentation,
    StructureSet,
    Report,
    Classifier,
}

/// What came of an input that did no harm.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outcome {
    /// Whether anything was read of it.
    pub is_read: bool,
    /// The most bytes allocated at once.
    pub peak_bytes: u64,
}

impl Outcome {
    pub(crate) fn add(&mut self, is_read: bool, peak_bytes: u64) {
        self.is_read |= is_read;
        self.peak_bytes = self.peak_bytes.max(peak_bytes);
    }
}

/// A kind of input.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    name: &'static str,
    form: Form,
    door: Door,
}

const fn target(name: &'static str, form: Form, door: Door) -> Target {
    Target { name, form, door }
}

/// Memory is counted by thread, so that all is read on one.
static ONE_THREAD: LazyLock<ThreadPool> = LazyLock::new(|| {
    let pool = ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a thread can be started")
});

impl Target {
    /// Every kind.
    pub const ALL: [Self; 30] = [
        target("dicom", Form::File, Door::Study),
        target("dicom-deflated", Form::File, Door::Study),
        target("dicom-series", Form::Folder, Door::Study),
        target("dicom-rle", Form::File, Door::Study),
        target("dicom-jpeg", Form::File, Door::Study),
        target("dicom-jpeg-ls", Form::File, Door::Study),
        target("dicom-jpeg-2000", Form::File, Door::Study),
        target("dicom-htj2k", Form::File, Door::Study),
        target("dicom-jpeg-xl", Form::File, Door::Study),
        target("charset", Form::File, Door::Study),
        target("dicomdir", Form::Bundle, Door::Study),
        target("zip", Form::File, Door::Study),
        target("seg", Form::Bundle, Door::DicomSegmentation),
        target("rtstruct", Form::Bundle, Door::StructureSet),
        target("report", Form::Bundle, Door::Report),
        target("nifti", Form::File, Door::Study),
        target("nifti-gz", Form::File, Door::Study),
        target("nifti-pair", Form::Bundle, Door::Study),
        target("analyze", Form::Bundle, Door::Study),
        target("mgh", Form::File, Door::Study),
        target("nrrd", Form::File, Door::Study),
        target("nhdr", Form::Bundle, Door::Study),
        target("seg-nrrd", Form::File, Door::LabelLayers),
        target("metaimage", Form::File, Door::Study),
        target("mhd", Form::Bundle, Door::Study),
        target("png", Form::File, Door::Study),
        target("jpeg", Form::File, Door::Study),
        target("tiff", Form::File, Door::Study),
        target("bmp", Form::File, Door::Study),
        target("classifier", Form::File, Door::Classifier),
    ];

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name == name)
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn is_bundle(self) -> bool {
        self.form != Form::File
    }

    /// Reads an input, as one of its kind.
    ///
    /// # Panics
    /// If the input does harm, or comes back different from what was written of it.
    #[must_use]
    pub fn read(self, input: &[u8]) -> Outcome {
        ONE_THREAD.install(|| self.read_here(input))
    }

    fn read_here(self, input: &[u8]) -> Outcome {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("input");
        std::fs::create_dir(&root).expect("the temporary folder can be written");
        let first = match self.form {
            Form::File => {
                let path = root.join("file");
                std::fs::write(&path, input).expect("the temporary folder can be written");
                Some(path)
            }
            Form::Bundle | Form::Folder => unpack(input, &root),
        };
        let Some(first) = first else {
            return Outcome::default();
        };
        let copy = &folder.path().join("copy");
        let opened: &Path = match self.form {
            Form::Folder => &root,
            Form::File | Form::Bundle => &first,
        };
        let n_bytes = input.len();
        match self.door {
            Door::Study => study(opened, &root, copy, n_bytes),
            Door::LabelLayers => label_layers(opened, copy, n_bytes),
            Door::DicomSegmentation => dicom_segmentation(opened, &root, copy, n_bytes),
            Door::StructureSet => structure_set(opened, &root, copy, n_bytes),
            Door::Report => report(opened, &root, copy, n_bytes),
            Door::Classifier => classifier(input),
        }
    }
}
