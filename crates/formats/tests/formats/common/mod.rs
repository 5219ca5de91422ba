//! Builds tiny DICOM and NIfTI-1 files for tests.

pub(crate) mod ask;

use annotomy_formats::{FormatError, NewObject, NoProgress, Series, Study, scan, uid_from_uuid};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::VoxelIndex;
use annotomy_volume::volume::Volume;
use sha2::{Digest, Sha256};
use std::path::Path;

pub(crate) const EXPLICIT: &str = "1.2.840.10008.1.2.1";

/// An explicit VR little endian element.
pub(crate) fn element(tag: (u16, u16), vr: &str, value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    if value.len() % 2 == 1 {
        value.push(if vr == "UI" || vr == "OB" { 0 } else { b' ' });
    }
    let mut bytes = header(tag, vr, value.len() as u32);
    bytes.extend(value);
    bytes
}

/// The header of an explicit VR little endian element, with any length.
pub(crate) fn header(tag: (u16, u16), vr: &str, len: u32) -> Vec<u8> {
    let mut bytes = [tag.0.to_le_bytes(), tag.1.to_le_bytes()].concat();
    bytes.extend(vr.as_bytes());
    if matches!(vr, "OB" | "OW" | "OF" | "SQ" | "UN" | "UT") {
        bytes.extend([0, 0]);
        bytes.extend(len.to_le_bytes());
    } else {
        bytes.extend((len as u16).to_le_bytes());
    }
    bytes
}

/// Preamble and meta information.
pub(crate) fn meta(syntax: &str) -> Vec<u8> {
    let uid = element((0x0002, 0x0010), "UI", syntax.as_bytes());
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    bytes.extend(element(
        (0x0002, 0x0000),
        "UL",
        &(uid.len() as u32).to_le_bytes(),
    ));
    bytes.extend(uid);
    bytes
}

/// A CT image of 4 columns and 3 rows at `z`, whose pixels are all `value`. Elements can be
/// replaced or removed before it is written.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    elements: Vec<((u16, u16), &'static str, Vec<u8>)>,
}

impl Image {
    pub(crate) fn at(z: f64, value: i16) -> Self {
        let pixels: Vec<u8> = [value; 12].iter().flat_map(|v| v.to_le_bytes()).collect();
        Self {
            elements: Vec::new(),
        }
        .text(
            (0x0008, 0x0018),
            "UI",
            &format!("1.2.3.{}", (z * 100.0).round()),
        )
        .text((0x0008, 0x0060), "CS", "CT")
        .text((0x0008, 0x103E), "LO", "Head")
        .text((0x0020, 0x000E), "UI", "1.2.3")
        .text((0x0020, 0x0013), "IS", &format!("{}", z.round()))
        .text((0x0020, 0x0032), "DS", &format!("-1\\-2\\{z}"))
        .text((0x0020, 0x0037), "DS", "1\\0\\0\\0\\1\\0")
        .text((0x0020, 0x0052), "UI", "1.2.4")
        .number((0x0028, 0x0002), 1)
        .text((0x0028, 0x0004), "CS", "MONOCHROME2")
        .number((0x0028, 0x0010), 3)
        .number((0x0028, 0x0011), 4)
        .text((0x0028, 0x0030), "DS", "0.5\\0.25")
        .number((0x0028, 0x0100), 16)
        .number((0x0028, 0x0101), 16)
        .number((0x0028, 0x0102), 15)
        .number((0x0028, 0x0103), 1)
        .text((0x0028, 0x1052), "DS", "-1024")
        .text((0x0028, 0x1053), "DS", "1")
        .with((0x7FE0, 0x0010), "OW", pixels)
    }

    pub(crate) fn with(mut self, tag: (u16, u16), vr: &'static str, value: Vec<u8>) -> Self {
        self = self.without(tag);
        self.elements.push((tag, vr, value));
        self.elements.sort_by_key(|(tag, ..)| *tag);
        self
    }

    pub(crate) fn text(self, tag: (u16, u16), vr: &'static str, value: &str) -> Self {
        self.with(tag, vr, value.as_bytes().to_vec())
    }

    pub(crate) fn number(self, tag: (u16, u16), value: u16) -> Self {
        self.with(tag, "US", value.to_le_bytes().to_vec())
    }

    pub(crate) fn without(mut self, tag: (u16, u16)) -> Self {
        self.elements.retain(|(known, ..)| *known != tag);
        self
    }

    /// The data set alone, explicit VR little endian.
    pub(crate) fn dataset(&self) -> Vec<u8> {
        self.elements
            .iter()
            .flat_map(|(tag, vr, value)| element(*tag, vr, value))
            .collect()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [meta(EXPLICIT), self.dataset()].concat()
    }

    pub(crate) fn write(&self, path: &Path) {
        write(path, &self.bytes());
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("the test's folder can be written");
}

/// A folder with one file for each image.
pub(crate) fn folder(images: &[Image]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (n, image) in images.iter().enumerate() {
        // Names that run against the order of the slices.
        image.write(&folder.path().join(format!("{:03}", images.len() - n)));
    }
    folder
}

pub(crate) fn scanned(path: &Path) -> Result<Study, FormatError> {
    scan(&[path.to_owned()], &NoProgress)
}

/// The only series of a folder or file.
pub(crate) fn only_series(path: &Path) -> Series {
    let mut study = scanned(path).expect("the study can be read");
    assert_eq!(study.series.len(), 1, "series of {}", path.display());
    study.series.remove(0)
}

pub(crate) fn load(series: &Series) -> Volume {
    series
        .load(0, 0, &|_| {}, &NoProgress)
        .expect("the series can be loaded")
        .0
}

pub(crate) fn codes(series: &Series) -> Vec<&'static str> {
    series.report().iter().map(|finding| finding.code).collect()
}

/// A little endian NIfTI-1 file of int16 with the given sides, sform 2, 3, 4 mm.
pub(crate) fn nifti(sides: &[i16], voxels: &[i16]) -> Vec<u8> {
    let mut bytes = vec![0; 352];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, &348_i32.to_le_bytes());
    put(40, &(sides.len() as i16).to_le_bytes());
    for (n, side) in sides.iter().enumerate() {
        put(42 + 2 * n, &side.to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes());
    put(72, &16_i16.to_le_bytes());
    put(76, &1_f32.to_le_bytes());
    for (n, size) in [2_f32, 3.0, 4.0].iter().enumerate() {
        put(80 + 4 * n, &size.to_le_bytes());
        put(280 + 20 * n, &size.to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(123, &[2]);
    put(254, &1_i16.to_le_bytes());
    put(344, b"n+1\0");
    bytes.extend(voxels.iter().flat_map(|v| v.to_le_bytes()));
    bytes
}

/// Puts a value into a NIfTI-1 file.
pub(crate) fn patched(mut file: Vec<u8>, at: usize, value: &[u8]) -> Vec<u8> {
    file[at..at + value.len()].copy_from_slice(value);
    file
}

/// What an object made in a test is called.
pub(crate) fn new_object() -> NewObject {
    NewObject {
        sop_instance_uid: uid_from_uuid(7),
        series_instance_uid: uid_from_uuid(8),
        series_number: 301,
        series_description: "Segmentation".to_owned(),
        date: "20260102".to_owned(),
        time: "030405.678".to_owned(),
        creator: "Reader^Ann".to_owned(),
        manufacturer: "Annotomy".to_owned(),
        model_name: "Annotomy".to_owned(),
        device_serial_number: "0".to_owned(),
        software_version: "0.1.0".to_owned(),
    }
}

/// Every voxel of a grid, i fastest.
pub(crate) fn voxels([ni, nj, nk]: [usize; 3]) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..nk).flat_map(move |k| (0..nj).flat_map(move |j| (0..ni).map(move |i| (i, j, k))))
}

/// SHA-256 of the voxels with a label, as bytes of 0 and 1.
pub(crate) fn hash_of(map: &LabelMap, label: Label) -> String {
    let inside = |(i, j, k)| u8::from(map.label(VoxelIndex([i, j, k])) == label);
    let bytes: Vec<u8> = voxels(map.size()).map(inside).collect();
    ask::hex(&Sha256::digest(bytes))
}
