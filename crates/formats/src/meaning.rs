//! What a grid means in the patient, as far as the files say.

/// Where distances between pixels of one slice come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InPlane {
    /// Measured in the patient, or in what the picture shows.
    Patient,
    /// Measured at the detector of a projection: lengths in the patient are shorter by the
    /// magnification (DICOM PS3.3 10.7.1.1).
    Detector,
    /// Not known: a millimetre was assumed.
    Unknown,
}

/// Whether positions, directions and distances on a grid mean something.
#[derive(Debug, Clone, PartialEq)]
pub struct GridMeaning {
    /// Whether it is known where the grid lies in the patient; if not, slices are looked at in
    /// their own plane only.
    pub is_placed: bool,
    /// Distances along i and j.
    pub in_plane: InPlane,
    /// Whether the distance from slice to slice is known.
    pub has_depth: bool,
    /// Of an image that is not placed: letters of the directions in which its rows and its columns
    /// run (Patient Orientation), one to three of R L A P S I each, the strongest first.
    pub orientation: Option<[String; 2]>,
    /// Milliseconds from frame to frame of a cine.
    pub frame_ms: Option<f64>,
}

impl GridMeaning {
    /// Of a volume whose header says where it lies.
    pub(crate) const PLACED: Self = Self {
        is_placed: true,
        in_plane: InPlane::Patient,
        has_depth: true,
        orientation: None,
        frame_ms: None,
    };
}
