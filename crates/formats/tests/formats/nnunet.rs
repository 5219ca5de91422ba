//! The files that describe an nnU-Net data set.

use annotomy_formats::{FormatError, NnunetDataset, NnunetSplit, with_case};
use std::collections::BTreeSet;

fn splits(n_cases: usize) -> Vec<NnunetSplit> {
    let cases = (0..n_cases).map(|n| format!("case_{n}"));
    cases.fold(Vec::new(), |splits, case| with_case(splits, &case))
}

/// Each case is validated on once, and trains every other model.
#[test]
fn splits_divide_all_cases_into_at_most_five_parts() {
    for n_cases in 1..=13 {
        let splits = splits(n_cases);
        assert_eq!(splits.len(), n_cases.min(5));
        for split in &splits {
            let cases: BTreeSet<&String> = split.train.iter().chain(&split.val).collect();
            assert_eq!(cases.len(), n_cases);
            assert_eq!(split.train.len() + split.val.len(), n_cases);
            assert!(split.val.len().abs_diff(n_cases.div_ceil(5)) <= 1);
        }
        let n_validated: usize = splits.iter().map(|split| split.val.len()).sum();
        assert_eq!(n_validated, n_cases);
    }
}

#[test]
fn another_case_leaves_the_others_where_they_were() {
    let (before, after) = (splits(8), splits(9));
    for (before, after) in before.iter().zip(&after) {
        assert!(after.val.starts_with(&before.val));
        assert!(after.train.starts_with(&before.train));
    }
}

#[test]
fn labels_are_written_by_number_and_what_others_said_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dataset.json");
    let text = r#"{"labels": {"spleen": 2, "background": 0, "liver": 1}, "licence": "CC0",
        "channel_names": {"0": "CT"}, "numTraining": 3, "file_ending": ".nii.gz"}"#;
    std::fs::write(&path, text).expect("written");
    let dataset = NnunetDataset::read(&path).expect("readable");
    assert_eq!(dataset.generator, None);
    std::fs::write(&path, dataset.to_json()).expect("written");
    let text = std::fs::read_to_string(&path).expect("a file");
    let at = |word: &str| {
        text.find(word)
            .unwrap_or_else(|| panic!("no {word} in {text}"))
    };
    assert!(at("background") < at("liver") && at("liver") < at("spleen"));
    assert!(at("CC0") > 0);
    assert_eq!(NnunetDataset::read(&path).expect("readable"), dataset);
}

#[test]
fn labels_that_are_regions_are_refused_with_the_file_and_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dataset.json");
    let text = r#"{"labels": {"background": 0, "tumour": [1, 2]}, "channel_names": {"0": "CT"},
        "numTraining": 3, "file_ending": ".nii.gz"}"#;
    std::fs::write(&path, text).expect("written");
    let error = NnunetDataset::read(&path).expect_err("refused");
    assert!(matches!(error, FormatError::Unsupported { .. }));
    assert!(error.to_string().contains("dataset.json"), "{error}");
}
