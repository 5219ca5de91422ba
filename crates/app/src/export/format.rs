//! Formats, the names that files of each have, and what may not be written to.

use crate::wire::{ErrorCode, ExportFormat, WireError};
use annotomy_formats::Series;
use std::path::{Path, PathBuf};

/// The format that was asked for, or the one that the name's ending stands for.
pub(crate) fn chosen(asked: Option<ExportFormat>, path: &Path) -> Result<ExportFormat, WireError> {
    asked
        .or_else(|| ExportFormat::of_name(path))
        .ok_or_else(|| {
            let endings = ExportFormat::WITH_ENDINGS.iter().flat_map(|f| f.endings());
            let endings: Vec<_> = endings.collect();
            WireError::invalid(format!("the file's name has to end in one of {endings:?}"))
        })
}

impl ExportFormat {
    /// The more special endings first.
    const WITH_ENDINGS: [Self; 14] = [
        Self::SegNrrd,
        Self::Nifti,
        Self::Nrrd,
        Self::MetaImage,
        Self::DicomSeg,
        Self::DicomSegLabelMap,
        Self::DicomRtStruct,
        Self::DicomSr,
        Self::Csv,
        Self::ShapesJson,
        Self::Stl,
        Self::Obj,
        Self::Ply,
        Self::Gltf,
    ];

    /// The format that the name's ending stands for, if it stands for one.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.to_string_lossy().to_lowercase();
        let fits = |format: &Self| format.endings().iter().any(|e| name.ends_with(e));
        Self::WITH_ENDINGS.into_iter().find(fits)
    }

    /// What a file's name may end in, lower case; none of a folder's.
    pub(crate) const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::MaskedImage | Self::CroppedImage => &[".nii.gz", ".nii", ".nrrd", ".mha"],
            Self::Nifti => &[".nii.gz", ".nii"],
            Self::Nrrd => &[".nrrd"],
            Self::MetaImage => &[".mha"],
            Self::SegNrrd => &[".seg.nrrd"],
            Self::DicomSeg | Self::DicomSegLabelMap | Self::DicomRtStruct | Self::DicomSr => {
                &[".dcm"]
            }
            Self::Csv | Self::ShapesCsv => &[".csv"],
            Self::ShapesJson => &[".json"],
            Self::Stl => &[".stl"],
            Self::Obj => &[".obj"],
            Self::Ply => &[".ply"],
            Self::Gltf => &[".glb"],
            Self::Coco | Self::Nnunet => &[],
        }
    }

    /// Whether images are added to what is there already.
    #[must_use]
    pub const fn is_data_set(self) -> bool {
        matches!(self, Self::Coco | Self::Nnunet)
    }

    /// Whether the values of the image's volume are exported with the segments.
    #[must_use]
    pub const fn has_values(self) -> bool {
        self.is_data_set()
            || self.is_of_shapes()
            || matches!(self, Self::Csv | Self::MaskedImage | Self::CroppedImage)
    }

    /// Whether it holds the shapes, not the segments.
    #[must_use]
    pub const fn is_of_shapes(self) -> bool {
        matches!(self, Self::DicomSr | Self::ShapesJson | Self::ShapesCsv)
    }

    /// Whether names and colours go into a file of their own.
    pub(crate) const fn has_sidecar(self) -> bool {
        matches!(self, Self::Nifti | Self::Nrrd | Self::MetaImage)
    }
}

/// An absolute path with one of some endings, or of a folder where there are none.
pub(crate) fn target(path: &str, endings: &[&str]) -> Result<PathBuf, WireError> {
    let path = PathBuf::from(path);
    let name = path.to_string_lossy().to_lowercase();
    let is_folder = endings.is_empty();
    if is_folder && (!path.is_absolute() || path.file_name().is_none()) {
        return Err(WireError::invalid(
            "a data set is a folder, named by its full path",
        ));
    }
    let ends_well = is_folder || endings.iter().any(|ending| name.ends_with(ending));
    if !path.is_absolute() || !ends_well {
        let endings = endings.join(" or ");
        return Err(WireError::invalid(format!(
            "the file's full path has to end in {endings}"
        )));
    }
    Ok(path)
}

pub(crate) fn refuse_existing(path: &Path) -> Result<(), WireError> {
    if !path.exists() {
        return Ok(());
    }
    let message = format!("{}: exists already", path.display());
    Err(WireError::new(ErrorCode::Conflict, message)
        .hint("Choose another name, or allow it to be replaced."))
}

/// An image's own files are never written to.
pub(crate) fn refuse_source(path: &Path, series: &Series) -> Result<(), WireError> {
    let Ok(target) = path.canonicalize() else {
        return Ok(());
    };
    let is_target = |source: &PathBuf| source.canonicalize().is_ok_and(|s| s == target);
    if series.paths().iter().any(is_target) {
        let message = format!(
            "{}: is the image itself, which is never changed",
            path.display()
        );
        return Err(WireError::new(ErrorCode::Conflict, message).hint("Choose another name."));
    }
    Ok(())
}
