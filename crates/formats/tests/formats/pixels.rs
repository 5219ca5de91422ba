//! Every pixel encoding of the files that pydicom brings, file by file, against pydicom with pylibjpeg
//! and libjpeg-turbo.

use crate::common::ask::{ask, list, path, text, truth};
use annotomy_volume::volume::{ScalarType, Voxels};
use std::path::Path;

/// Levels that decoders may be apart after lossy JPEG 2000: T.800 does not fix the rounding of the
/// irreversible transforms, nor where within a quantization step a value lies (E.1.1.2).
const LOSSY: u32 = 1;

/// Files that are refused, and why that is right.
const REFUSED: [(&str, &str, &str); 2] = [
    (
        "JPEG2000-embedded-sequence-delimiter.dcm",
        "JPEG 2000",
        "a delimiter was written over the codestream",
    ),
    (
        "MR_truncated.dcm",
        "8192 bytes of pixels expected, 8192 declared, 8130 in the file",
        "a part of the image is missing",
    ),
];

fn decoded(path: &Path) -> Result<Voxels, String> {
    let study = crate::common::scanned(path).map_err(|error| error.to_string())?;
    let series = study.series.first().ok_or("no series")?;
    series.load_slice(0, 0).map_err(|error| error.to_string())
}

/// The largest difference of two values, and how many differ.
fn apart(found: &Voxels, truth: &[u8]) -> (u32, usize) {
    let levels = |bytes: &[u8]| -> Vec<i64> {
        let words = bytes.as_chunks::<2>().0.iter();
        match found.scalar_type() {
            ScalarType::I16 => words.map(|w| i16::from_le_bytes(*w).into()).collect(),
            ScalarType::U16 => words.map(|w| u16::from_le_bytes(*w).into()).collect(),
            _ => bytes.iter().map(|byte| i64::from(*byte)).collect(),
        }
    };
    let differences = levels(found.bytes())
        .into_iter()
        .zip(levels(truth))
        .map(|(a, b)| u32::try_from(a.abs_diff(b)).expect("16 bits"));
    let differing: Vec<u32> = differences.filter(|n| *n > 0).collect();
    (
        differing.iter().copied().max().unwrap_or(0),
        differing.len(),
    )
}

/// One row of the table; whether it is as it should be.
fn row(case: &serde_json::Value) -> (String, bool) {
    let name = text(case, "name");
    let of = |key| case[key].as_str().unwrap_or_default();
    let said = format!(
        "{name:42} {:9} {:15} {:6} {:8}",
        of("syntax"),
        of("photometric"),
        of("bits"),
        of("type")
    );
    let refused = REFUSED.iter().find(|(file, ..)| *file == name);
    let found = match (decoded(&path(case)), refused) {
        (Ok(found), None) => found,
        (Err(error), Some((_, reason, why))) if error.contains(reason) => {
            return (format!("{said} refused: {why}"), true);
        }
        (Err(error), _) => return (format!("{said} {error}"), false),
        (Ok(_), Some(_)) => return (format!("{said} should be refused"), false),
    };
    let truth = truth(case);
    if found.scalar_type().name() != of("type") || found.bytes().len() != truth.len() {
        let (n, kind) = (found.bytes().len(), found.scalar_type().name());
        return (
            format!("{said} is {kind}, {n} instead of {} bytes", truth.len()),
            false,
        );
    }
    let (most, n) = apart(&found, &truth);
    let limit = if case["is_lossy"] == true { LOSSY } else { 0 };
    let verdict = match most {
        0 => "equal".to_owned(),
        most => format!(
            "{n} of {} at most {most} apart (T.800 E.1.1.2)",
            found.len()
        ),
    };
    (format!("{said} {verdict}"), most <= limit)
}

#[expect(clippy::print_stdout, reason = "the table is what the test run shows")]
#[test]
fn bundled_files_hold_the_pixels_that_their_decoders_find() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_pixels.py", folder.path());
    let cases = list(&answer["cases"]);
    let rows: Vec<_> = cases
        .iter()
        .chain(list(&answer["unread"]))
        .map(row)
        .collect();
    let table: Vec<&str> = rows.iter().map(|(row, _)| row.as_str()).collect();
    println!("{}", table.join("\n"));
    let wrong: Vec<&str> = rows
        .iter()
        .filter(|(_, is_right)| !is_right)
        .map(|(row, _)| row.as_str())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, is_mislabelled) in [
        ("SC_rgb_jpeg.dcm", true),
        ("SC_rgb_jpeg.dcm made explicit", false),
    ] {
        let case = cases.iter().find(|case| text(case, "name") == name);
        let study = crate::common::scanned(&path(case.expect("among pydicom's files")));
        let study = study.expect("readable");
        let mut findings = study.series.iter().flat_map(|series| series.report());
        let is_told = findings.any(|finding| finding.code == "mislabelled_encoding");
        assert_eq!(is_told, is_mislabelled, "{name}");
    }
    assert!(cases.len() > 180, "{} files", cases.len());
}

#[test]
fn every_encoding_is_decoded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("formats_encoded.py", folder.path());
    let cases = list(&answer["cases"]);
    let mut wrong = Vec::new();
    for case in cases {
        let name = text(case, "name");
        let (kind, truth) = (text(case, "type"), truth(case));
        let limit = case["tolerance"].as_u64().expect("a number");
        match decoded(&path(case)) {
            Err(error) => wrong.push(format!("{name}: {error}")),
            Ok(found) => {
                let is_alike = found.scalar_type().name() == kind
                    && found.bytes().len() == truth.len()
                    && (limit > 0 || found.bytes() == truth);
                let (most, n) = apart(&found, &truth);
                if !is_alike || u64::from(most) > limit {
                    let found = found.scalar_type().name();
                    wrong.push(format!("{name}: {n} of {found} at most {most} apart"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 200, "{} cases", cases.len());
}
