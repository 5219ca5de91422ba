//! Why a PET series has no standardized uptake values.

use thiserror::Error;

/// What is missing or contradicts itself, in words for who looks at the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoSuv {
    /// Values are counts or something else.
    #[error("the values are not activities in Bq/ml")]
    NoActivity,
    /// Attenuation or decay was not corrected.
    #[error("the files do not say that attenuation and decay were corrected")]
    NotCorrected,
    /// Decay Correction is absent or NONE.
    #[error("the files do not say to which time decay was corrected")]
    NoReferenceTime,
    /// Patient's Weight.
    #[error("the files do not say how heavy the patient is")]
    NoWeight,
    /// Radionuclide Total Dose.
    #[error("the files do not say how much was injected")]
    NoDose,
    /// Radionuclide Half Life.
    #[error("the files do not give the half-life of the nuclide")]
    NoHalfLife,
    /// No time of injection or of the scan.
    #[error("the files do not say when the dose was injected and when the scan began")]
    NoTimes,
    /// Not between 0 and some days.
    #[error("the dose would have been injected after the scan, or days before it")]
    ImpossibleUptake,
    /// Not all files say the same.
    #[error("the files of the series contradict each other")]
    Contradiction,
}
