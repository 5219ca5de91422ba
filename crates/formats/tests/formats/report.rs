//! Reports of measurements (TID 1500) as dciodvfy, highdicom and pydicom read them, and those that
//! highdicom writes.

use crate::common::ask::ask;
use crate::common::{new_object, only_series};
use annotomy_formats::{
    Code, FormatError, Graphic, GraphicKind, Measurement, MeasurementGroup, MeasurementReport,
    Said, read_measurement_report, write_measurement_report,
};
use annotomy_volume::space::{ContinuousIndex, PointLps};
use std::path::Path;

fn graphic(kind: GraphicKind, points: &[[f64; 3]]) -> Graphic {
    Graphic {
        kind,
        points: points.iter().copied().map(PointLps).collect(),
    }
}

/// As GROUPS of tests/peers/report_read.py. Coordinates are exact in single precision.
fn groups() -> Vec<MeasurementGroup> {
    let mm = || Code::new("mm", "UCUM", "mm");
    let lesion = MeasurementGroup {
        tracking_identifier: "Läsion 1".to_owned(),
        tracking_uid: "2.25.1".to_owned(),
        finding: Some(Code::new("52988006", "SCT", "Lesion")),
        site: Some(Code::new("10200004", "SCT", "Liver")),
        graphics: vec![graphic(
            GraphicKind::Polygon,
            &[
                [0.5, 0.25, 30.125],
                [8.0, 0.25, 30.125],
                [8.0, 6.5, 30.125],
                [0.5, 0.25, 30.125],
            ],
        )],
        measurements: vec![
            Measurement {
                concept: Code::new("131191004", "SCT", "Perimeter"),
                value: 23.512_298_4,
                unit: mm(),
            },
            Measurement {
                concept: Code::new("373098007", "SCT", "Mean"),
                value: -12.625,
                unit: Code::new("[hnsf'U]", "UCUM", "Hounsfield unit"),
            },
        ],
        evaluations: vec![
            (
                Code::new("1", "99TEST", "Seen?"),
                Said::Code(Code::new("yes", "99TEST", "Yes")),
            ),
            (
                Code::new("2", "99TEST", "Remark"),
                Said::Text("größer".to_owned()),
            ),
        ],
    };
    let plain = |n: u32, kind, points: &[[f64; 3]]| MeasurementGroup {
        tracking_identifier: format!("Shape {n}"),
        tracking_uid: format!("2.25.{n}"),
        finding: None,
        site: None,
        graphics: vec![graphic(kind, points)],
        measurements: Vec::new(),
        evaluations: Vec::new(),
    };
    let ellipse = [
        [-4.0, 0.0, 1.5],
        [4.0, 0.0, 1.5],
        [0.0, -2.0, 1.5],
        [0.0, 2.0, 1.5],
    ];
    vec![
        lesion,
        plain(2, GraphicKind::Point, &[[1.0, 2.0, 3.0]]),
        plain(
            3,
            GraphicKind::Polyline,
            &[[1.0, 2.0, 3.0], [4.0, 6.0, 3.0]],
        ),
        plain(4, GraphicKind::Ellipse, &ellipse),
    ]
}

#[test]
fn others_read_what_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    ask("annotated_series.py", root);
    for name in ["odd", "latin", "japanese"] {
        let series = only_series(&root.join(name));
        let object = new_object();
        let report = MeasurementReport {
            series: &series,
            volume: 0,
            groups: &groups(),
            object: &object,
        };
        let path = root.join(format!("{name}.sr.dcm"));
        let told = write_measurement_report(&path, &report).expect("written");
        assert!(told.is_empty(), "{told:?}");
        let read = read_measurement_report(&path, &series, 0).expect("readable");
        assert!(read.report.is_empty(), "{:?}", read.report);
        assert_eq!(read.groups, groups(), "{name}");
    }
    let answer = ask("report_read.py", root);
    assert_eq!(answer["problems"], serde_json::json!([]), "{answer}");
    assert_eq!(answer["n"], 3);
}

#[test]
fn reports_of_others_are_read_in_space_and_in_the_pixels_of_images() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    ask("annotated_series.py", root);
    let answer = ask("report_made.py", root);
    let series = only_series(&root.join("odd"));
    let cases = answer.as_array().expect("cases");
    for case in cases {
        let path = Path::new(case["path"].as_str().expect("a path"));
        let read = read_measurement_report(path, &series, 0).expect("readable");
        let codes: Vec<&str> = read.report.iter().map(|finding| finding.code).collect();
        assert_eq!(serde_json::json!(codes), case["findings"], "{case}");
        let expected = case["groups"].as_array().expect("groups");
        assert_eq!(read.groups.len(), expected.len(), "{case}");
        for (group, expected) in read.groups.iter().zip(expected) {
            assert_eq!(expected["identifier"], group.tracking_identifier);
            let finding = group.finding.as_ref().map(|code| code.value.as_str());
            assert_eq!(serde_json::json!(finding), expected["finding"]);
            let values = group.measurements.iter().map(|found| found.value);
            assert_eq!(
                serde_json::json!(values.collect::<Vec<_>>()),
                expected["values"]
            );
            let found = group.graphics.iter().flat_map(|graphic| &graphic.points);
            let found: Vec<[f64; 3]> = found.map(|point| point.0).collect();
            let points: Vec<[f64; 3]> =
                serde_json::from_value(expected["points"].clone()).expect("points");
            assert_eq!(found.len(), points.len(), "{case}");
            let off = found.iter().flatten().zip(points.iter().flatten());
            assert!(
                off.into_iter().all(|(a, b)| (a - b).abs() < 1e-3),
                "{found:?}"
            );
        }
    }
    assert!(cases.len() > 2);
}

#[test]
fn regions_of_images_without_a_place_are_in_their_pixels() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    ask("annotated_series.py", root);
    let image = ask("report_flat.py", root);
    let series = only_series(&root.join("flat"));
    let at = |[i, j]: [f64; 2]| series.geometry().lps_at(ContinuousIndex([i, j, 0.0])).0;
    let corners = [[1.0, 1.0], [4.0, 1.0], [4.0, 5.0], [1.0, 1.0]].map(at);
    let group = |kind, points: &[[f64; 3]]| MeasurementGroup {
        graphics: vec![graphic(kind, points)],
        ..groups().remove(1)
    };
    let report = |groups, object| MeasurementReport {
        series: &series,
        volume: 0,
        groups,
        object,
    };
    let path = root.join("flat.sr.dcm");
    let object = new_object();
    let behind = series.geometry().lps_at(ContinuousIndex([1.0, 1.0, 2.0]));
    let nowhere = [group(GraphicKind::Point, &[behind.0])];
    let refused = write_measurement_report(&path, &report(&nowhere, &object));
    assert!(matches!(refused, Err(FormatError::Unsupported { .. })));
    let groups = [
        group(GraphicKind::Polygon, &corners),
        group(GraphicKind::Point, &[at([2.25, 3.5])]),
    ];
    write_measurement_report(&path, &report(&groups, &object)).expect("written");
    let read = read_measurement_report(&path, &series, 0).expect("readable");
    assert!(read.report.is_empty(), "{:?}", read.report);
    for (read, written) in read.groups.iter().zip(&groups) {
        let points = |group: &MeasurementGroup| group.graphics[0].points.clone();
        let off = points(read).into_iter().zip(points(written));
        let most = off.map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
        assert!(most < 1e-6, "{most} mm");
    }
    let region = |kind, pixels: serde_json::Value| serde_json::json!({ "identifier": "Shape 2", "kind": kind, "pixels": pixels, "image": image });
    let polygon = serde_json::json!([[1.5, 1.5], [4.5, 1.5], [4.5, 5.5], [1.5, 1.5]]);
    let expected = [
        region("POLYLINE", polygon),
        region("POINT", serde_json::json!([[2.75, 4.0]])),
    ];
    let answer = ask("report_flat.py", root);
    assert_eq!(
        answer,
        serde_json::json!({ "errors": [], "regions": expected })
    );
}

#[test]
fn what_is_no_report_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    ask("annotated_series.py", folder.path());
    let series = only_series(&folder.path().join("odd"));
    let image = series.paths().into_iter().next().expect("a file");
    let refused = read_measurement_report(&image, &series, 0);
    assert!(matches!(refused, Err(FormatError::NotAnImage { .. })));
    let broken = MeasurementGroup {
        graphics: vec![graphic(GraphicKind::Point, &[[f64::NAN, 0.0, 0.0]])],
        ..groups().remove(1)
    };
    let report = MeasurementReport {
        series: &series,
        volume: 0,
        groups: &[broken],
        object: &new_object(),
    };
    let path = folder.path().join("broken.dcm");
    assert!(write_measurement_report(&path, &report).is_err());
    assert!(!path.exists());
}
