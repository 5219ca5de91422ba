//! What the metadata panel shows, against pydicom.

use crate::common::ask::{ask, list, path};
use crate::common::only_series;
use annotomy_formats::Element;

/// Elements of a tag, on top or in items of sequences.
fn found<'a>(elements: &'a [Element], tag: &str, is_nested: bool) -> Vec<&'a str> {
    let here = elements.iter().filter(|e| !is_nested && e.tag == tag);
    let mut values: Vec<&str> = here.map(|element| element.value.as_str()).collect();
    for item in elements.iter().flat_map(|element| &element.items) {
        if is_nested {
            values.extend(found(item, tag, false));
            values.extend(found(item, tag, true));
        }
    }
    values
}

#[test]
fn text_is_decoded_as_pydicom_decodes_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("dicom_charsets.py", folder.path());
    for case in list(&answer) {
        let (_, elements) = only_series(&path(case)).metadata(0).expect("metadata");
        for expected in list(&case["texts"]) {
            let tag = expected["tag"].as_str().expect("a tag");
            let text = expected["text"].as_str().expect("text");
            let nested = expected["is_nested"].as_bool().expect("a truth");
            let values = found(&elements, tag, nested);
            let name = &case["name"];
            assert!(
                values.contains(&text),
                "{name} {tag}: {text} not in {values:?}"
            );
        }
        assert!(!list(&case["texts"]).is_empty(), "{}", case["name"]);
    }
    assert!(list(&answer).len() > 25);
}

#[test]
fn a_frame_shows_its_own_groups() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let answer = ask("dicom_frames.py", folder.path());
    let mut cases = list(&answer["series"]).iter();
    let case = cases.find(|case| path(case).ends_with("times/a"));
    let case = case.expect("frames that differ in time");
    let series = only_series(&path(case));
    for k in 0..3 {
        let (_, elements) = series.metadata(k).expect("metadata");
        let groups = elements.iter().find(|element| element.tag == "(5200,9230)");
        let groups = groups.expect("groups of each frame");
        assert_eq!(groups.items.len(), 1);
        let position = found(&groups.items[0], "(0020,0032)", true);
        let position = position[0].split('\\').map(|x| x.parse::<f64>());
        for (found, row) in position.zip(list(&case["lps_from_index"])) {
            let [step, origin] = [&row[2], &row[3]].map(|x| x.as_f64().expect("a number"));
            let off = found.expect("a number") - (origin + step * k as f64);
            assert!(off.abs() < 1e-6);
        }
        let place = groups.items[0].iter().find(|e| e.tag == "(0020,9113)");
        assert!(place.expect("a position").varies);
        let shared = elements.iter().find(|element| element.tag == "(5200,9229)");
        assert!(!shared.expect("shared groups").varies);
    }
}
