//! Standardized uptake value by body weight (SUVbw) of a PET series.
//!
//! `SUVbw = activity in Bq/ml * body weight in g / dose in Bq`, in g/ml, with the dose decayed to the
//! time the images are corrected to: QIBA's vendor-neutral pseudo-code ("happy path" and its rules
//! for series times of later processing), with the attributes of DICOM PS3.3 C.8.9.1 and C.8.9.2.
//! The voxels stay in Bq/ml as they were stored; the factor is offered beside them, since it rests on
//! a weight, a dose and clocks that people type in.

use super::image_file::ImageFile;
use super::time::{DAY, date_and_time, date_time};
use super::values::Values;
use crate::no_suv::NoSuv;
use dicom_dictionary_std::tags;
use std::sync::Arc;

/// A dose given longer before the scan has decayed away for any nuclide in use.
const MAX_UPTAKE_S: f64 = 10.0 * DAY;

/// What the factor is computed from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pet {
    is_activity: bool,
    is_corrected: bool,
    corrected_to: CorrectedTo,
    weight_kg: Option<f64>,
    dose_bq: Option<f64>,
    half_life_s: Option<f64>,
    injected: Option<Injected>,
    series_s: Option<f64>,
    acquired_s: Option<f64>,
}

/// Decay Correction (0054,1102).
#[derive(Debug, Clone, Copy, PartialEq)]
enum CorrectedTo {
    ScanStart,
    Administration,
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Injected {
    At(f64),
    /// Seconds of a day that the file does not name.
    OnSomeDay(f64),
}

impl Pet {
    pub(super) fn read(values: &Values<'_>) -> Self {
        let code = |tag| values.code(tag).unwrap_or_default();
        let positive = |values: &Values<'_>, tag| values.number(tag).filter(|n| *n > 0.0);
        let clock = |date, time| date_and_time(Some(&values.code(date)?), &values.code(time)?);
        let drug = values.item(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE);
        let corrections = code(tags::CORRECTED_IMAGE);
        let is_corrected = |name| corrections.split('\\').any(|done| done.trim() == name);
        Self {
            is_activity: code(tags::UNITS) == "BQML",
            is_corrected: is_corrected("ATTN") && is_corrected("DECY"),
            corrected_to: match code(tags::DECAY_CORRECTION).as_str() {
                "START" => CorrectedTo::ScanStart,
                "ADMIN" => CorrectedTo::Administration,
                _ => CorrectedTo::Nothing,
            },
            weight_kg: positive(values, tags::PATIENT_WEIGHT),
            dose_bq: drug
                .as_ref()
                .and_then(|drug| positive(drug, tags::RADIONUCLIDE_TOTAL_DOSE)),
            half_life_s: drug
                .as_ref()
                .and_then(|drug| positive(drug, tags::RADIONUCLIDE_HALF_LIFE)),
            injected: drug.as_ref().and_then(injected),
            series_s: clock(tags::SERIES_DATE, tags::SERIES_TIME),
            acquired_s: clock(tags::ACQUISITION_DATE, tags::ACQUISITION_TIME),
        }
    }

    /// Grams of body for each becquerel, the scan's first image having been acquired at
    /// `acquired_s`.
    fn factor(&self, acquired_s: Option<f64>) -> Result<f64, NoSuv> {
        if !self.is_activity {
            return Err(NoSuv::NoActivity);
        }
        if !self.is_corrected {
            return Err(NoSuv::NotCorrected);
        }
        let weight_kg = self.weight_kg.ok_or(NoSuv::NoWeight)?;
        let dose_bq = self.dose_bq.ok_or(NoSuv::NoDose)?;
        let decayed = match self.corrected_to {
            CorrectedTo::Administration => 1.0,
            CorrectedTo::ScanStart => {
                let uptake = self.uptake_s(acquired_s)?;
                (-uptake / self.half_life_s.ok_or(NoSuv::NoHalfLife)?).exp2()
            }
            CorrectedTo::Nothing => return Err(NoSuv::NoReferenceTime),
        };
        let factor = weight_kg * 1000.0 / (dose_bq * decayed);
        let is_usable = factor.is_finite() && factor > 0.0;
        is_usable.then_some(factor).ok_or(NoSuv::Contradiction)
    }

    /// Seconds from the injection to the start of the scan.
    fn uptake_s(&self, acquired_s: Option<f64>) -> Result<f64, NoSuv> {
        // A series that was made later has its own time, after the images were acquired.
        let start = match (self.series_s, acquired_s) {
            (Some(series), Some(acquired)) => series.min(acquired),
            (series, acquired) => series.or(acquired).ok_or(NoSuv::NoTimes)?,
        };
        let uptake = match self.injected.ok_or(NoSuv::NoTimes)? {
            Injected::At(injected) => start - injected,
            // The last time it was that time of day: scans may run over midnight.
            Injected::OnSomeDay(seconds) => (start - seconds).rem_euclid(DAY),
        };
        let is_possible = (0.0..MAX_UPTAKE_S).contains(&uptake);
        is_possible.then_some(uptake).ok_or(NoSuv::ImpossibleUptake)
    }
}

fn injected(drug: &Values<'_>) -> Option<Injected> {
    let at = drug.code(tags::RADIOPHARMACEUTICAL_START_DATE_TIME);
    let at = at.and_then(|text| date_time(&text)).map(Injected::At);
    let time = drug.code(tags::RADIOPHARMACEUTICAL_START_TIME);
    at.or_else(|| Some(Injected::OnSomeDay(date_and_time(None, &time?)?)))
}

/// The factor from Bq/ml to g/ml, if all files of a series have what it takes and agree on it.
/// `None` where the files are no PET.
pub(super) fn suv_body_weight(files: &[&Arc<ImageFile>]) -> Option<Result<f64, NoSuv>> {
    let facts: Vec<&Pet> = files
        .iter()
        .map(|file| file.pet.as_deref())
        .collect::<Option<_>>()?;
    let first = *facts.first()?;
    let is_same = |pet: &&Pet| {
        **pet
            == Pet {
                acquired_s: pet.acquired_s,
                ..first.clone()
            }
    };
    if !facts.iter().all(is_same) {
        return Some(Err(NoSuv::Contradiction));
    }
    let acquired = facts.iter().filter_map(|pet| pet.acquired_s);
    Some(first.factor(acquired.min_by(f64::total_cmp)))
}
