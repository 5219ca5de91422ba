//! The studies that were opened together, told apart without patient data.

use crate::wire;
use annotomy_formats::StudyLabel;
use std::cmp::Reverse;

/// The studies of some series, each once: by patient, newest first. Patients have numbers in the
/// order of their newest study.
pub(crate) fn study_labels<'a>(
    of_series: impl Iterator<Item = &'a StudyLabel>,
) -> Vec<wire::StudyLabel> {
    let mut studies: Vec<&StudyLabel> = of_series.collect();
    studies.sort_by_key(|study| (Reverse(&study.date), &study.description, &study.key));
    studies.dedup_by_key(|study| &study.key);
    let mut patients: Vec<&str> = Vec::new();
    let mut labels: Vec<wire::StudyLabel> = Vec::new();
    for study in studies {
        let known = patients.iter().position(|key| *key == study.patient_key);
        let patient = known.unwrap_or_else(|| {
            patients.push(&study.patient_key);
            patients.len() - 1
        });
        labels.push(wire::StudyLabel {
            id: study.key.clone(),
            description: study.description.clone(),
            date: study.date.as_deref().map(iso_date),
            patient: patient as u32 + 1,
        });
    }
    labels.sort_by_key(|label| label.patient);
    labels
}

/// `YYYYMMDD` with hyphens; anything else as it is.
fn iso_date(date: &str) -> String {
    match (date.get(..4), date.get(4..6), date.get(6..)) {
        (Some(year), Some(month), Some(day))
            if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) =>
        {
            format!("{year}-{month}-{day}")
        }
        _ => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study(key: &str, patient: &str, date: Option<&str>) -> StudyLabel {
        StudyLabel {
            key: key.to_owned(),
            patient_key: patient.to_owned(),
            description: String::new(),
            date: date.map(str::to_owned),
        }
    }

    #[test]
    fn studies_are_sorted_by_patient_and_newest_first() {
        let found = [
            study("a", "x", Some("20200102")),
            study("b", "y", Some("20231231")),
            study("c", "x", Some("20240229")),
            study("a", "x", Some("20200102")),
            study("d", "x", None),
        ];
        let labels = study_labels(found.iter());
        let shown: Vec<_> = labels
            .iter()
            .map(|label| (label.id.as_str(), label.patient, label.date.as_deref()))
            .collect();
        let expected = [
            ("c", 1, Some("2024-02-29")),
            ("a", 1, Some("2020-01-02")),
            ("d", 1, None),
            ("b", 2, Some("2023-12-31")),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_date_that_is_none_stays_as_the_file_has_it() {
        assert_eq!(iso_date("1997.03.04"), "1997.03.04");
        assert_eq!(iso_date("2024"), "2024");
    }
}
