//! `annotomy interpolate` as a script uses it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Voxels of the bundled sample, of 1 mm.
const SIZE: [usize; 3] = [161, 191, 151];
/// Bytes before the voxels of a NIfTI file without extensions.
const HEADER: usize = 352;
const DRAWN: [usize; 5] = [35, 55, 75, 95, 115];

fn annotomy(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annotomy"))
        .args(arguments)
        .current_dir(folder)
        .env("ANNOTOMY_DATA_DIR", folder.join("library"))
        .env("ANNOTOMY_USER", "Ada")
        .output()
        .unwrap()
}

fn answer(output: &Output) -> Value {
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn sample() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/mr-head-t1");
    let files = std::fs::read_dir(folder).unwrap();
    let largest = files.map(|entry| entry.unwrap().path()).max().unwrap();
    largest.to_str().unwrap().to_owned()
}

/// An ellipsoid in millimetres.
fn is_in(voxel: [usize; 3]) -> bool {
    let [center, radii] = [[80.0, 95.0, 75.0], [40.0, 50.0, 45.0]];
    let squares = (0..3).map(|n| ((voxel[n] as f64 - center[n]) / radii[n]).powi(2));
    squares.sum::<f64>() <= 1.0
}

fn voxel(offset: usize) -> [usize; 3] {
    [
        offset % SIZE[0],
        offset / SIZE[0] % SIZE[1],
        offset / (SIZE[0] * SIZE[1]),
    ]
}

/// The sample as `image.nii` and, on its grid, an ellipsoid in some slices as `drawn.nii`.
fn drawn(folder: &Path) -> PathBuf {
    let made = annotomy(folder, &["--json", "convert", &sample(), "image.nii"]);
    answer(&made);
    let mut bytes = std::fs::read(folder.join("image.nii")).unwrap();
    for (offset, byte) in bytes[HEADER..].iter_mut().enumerate() {
        let voxel = voxel(offset);
        *byte = u8::from(DRAWN.contains(&voxel[2]) && is_in(voxel));
    }
    let path = folder.join("drawn.nii");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn labels(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap().split_off(HEADER)
}

#[test]
fn fills_what_lies_between_drawn_slices() {
    let folder = tempfile::tempdir().unwrap();
    let before = labels(&drawn(folder.path()));
    let arguments = [
        "--json",
        "interpolate",
        "image.nii",
        "drawn.nii",
        "--out",
        "out.nii",
    ];
    let more = ["--no-image", "--confidence", "sure.nii"];
    let done = answer(&annotomy(folder.path(), &[&arguments[..], &more].concat()));
    let mut slices: Vec<u64> = Vec::new();
    for slice in done["drawn"].as_array().unwrap() {
        assert_eq!(slice["axis"], 2);
        slices.push(slice["index"].as_u64().unwrap());
    }
    slices.sort_unstable();
    assert_eq!(slices, DRAWN.map(|k| k as u64));
    let least_certain = done["least_certain"]["index"].as_u64().unwrap();
    assert!((36..115).contains(&least_certain), "{least_certain}");
    let after = labels(&folder.path().join("out.nii"));
    let (mut both, mut all) = (0, 0);
    for (offset, (&before, &after)) in before.iter().zip(&after).enumerate() {
        let voxel = voxel(offset);
        if DRAWN.contains(&voxel[2]) {
            assert_eq!(before, after, "{voxel:?}");
        } else if (DRAWN[0]..DRAWN[4]).contains(&voxel[2]) {
            let truth = is_in(voxel);
            both += 2 * usize::from(truth && after == 1);
            all += usize::from(truth) + usize::from(after == 1);
        }
    }
    let dice = both as f64 / all as f64;
    assert!(dice > 0.97, "{dice}");
    let sure = answer(&annotomy(folder.path(), &["--json", "info", "sure.nii"]));
    let range = ["min", "max"].map(|key| sure["series"][0][key].as_f64().unwrap());
    assert!(
        range[0] > 0.0 && range[0] < 0.9 && range[1] == 1.0,
        "{range:?}"
    );
}

#[test]
fn contours_on_other_planes_count_as_drawn() {
    let folder = tempfile::tempdir().unwrap();
    drawn(folder.path());
    let info = answer(&annotomy(folder.path(), &["--json", "info", "image.nii"]));
    let lps_from_index = &info["series"][0]["lps_from_index"];
    let lps = |index: [f64; 3]| {
        let row = |row: usize| -> f64 {
            let value = |column: usize| lps_from_index[row][column].as_f64().unwrap();
            (0..3).map(|n| value(n) * index[n]).sum::<f64>() + value(3)
        };
        [row(0), row(1), row(2)]
    };
    // A square of label 2 in the plane j = k + 20, far from the ellipsoid of label 1.
    let corners = [
        [5.0, 28.0, 8.0],
        [30.0, 28.0, 8.0],
        [30.0, 46.0, 26.0],
        [5.0, 46.0, 26.0],
    ];
    let write = |name: &str, contours: Value| {
        let file = json!({"planes": [{"contours": contours}]});
        std::fs::write(folder.path().join(name), file.to_string()).unwrap();
    };
    let points: Vec<[f64; 3]> = corners.iter().map(|&corner| lps(corner)).collect();
    write("good.json", json!([{"label": 2, "points_lps": points}]));
    let arguments = [
        "--json",
        "interpolate",
        "image.nii",
        "drawn.nii",
        "--no-image",
    ];
    let with = |name: &str, out: &str| {
        let more = ["--contours", name, "--out", out];
        annotomy(folder.path(), &[&arguments[..], &more].concat())
    };
    assert_eq!(answer(&with("good.json", "out.nii"))["n_planes"], 1);
    let after = labels(&folder.path().join("out.nii"));
    let at = |[i, j, k]: [usize; 3]| after[(k * SIZE[1] + j) * SIZE[0] + i];
    assert_eq!(at([17, 37, 17]), 2);
    assert_eq!(at([17, 57, 37]), 0);
    write(
        "short.json",
        json!([{"label": 2, "points_lps": [[0.0, 0.0, 0.0]]}]),
    );
    let message = refusal(&with("short.json", "other.nii"));
    assert!(
        message.contains("short.json") && message.contains("three points"),
        "{message}"
    );
    let mut bent = points;
    bent.push(lps([5.0, 46.0, 60.0]));
    write("bent.json", json!([{"label": 2, "points_lps": bent}]));
    let message = refusal(&with("bent.json", "other.nii"));
    assert!(
        message.contains("bent.json") && message.contains("off the plane"),
        "{message}"
    );
    assert!(!folder.path().join("other.nii").exists());
}

#[test]
fn refuses_what_it_cannot_do_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = drawn(folder.path());
    let blank: Vec<u8> = std::fs::read(&path).unwrap();
    let mut blank = blank;
    blank[HEADER..].fill(0);
    std::fs::write(folder.path().join("blank.nii"), blank).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no labels").unwrap();
    for (sections, out, reason) in [
        ("blank.nii", "out.nii", "nothing is drawn"),
        ("notes.txt", "out.nii", "notes.txt"),
        ("gone.nii", "out.nii", "gone.nii"),
        ("drawn.nii", "image.nii", "image.nii"),
        ("drawn.nii", "drawn.nii", "drawn.nii"),
        ("drawn.nii", "out.png", "has to end in"),
    ] {
        let output = annotomy(
            folder.path(),
            &[
                "interpolate",
                "image.nii",
                sections,
                "--out",
                out,
                "--no-image",
                "--replace",
            ],
        );
        let message = refusal(&output);
        assert!(message.contains(reason), "{message}");
    }
    assert!(!folder.path().join("out.nii").exists());
}

#[test]
fn parts_go_on_as_a_file_says() {
    let folder = tempfile::tempdir().unwrap();
    drawn(folder.path());
    let [low, high] = [DRAWN[0], DRAWN[1]];
    let end = json!({
        "label": 1, "part": [80, 95, low], "toward": {"axis": 2, "index": high},
        "goes": {"way": "end", "held_to": low + 4},
    });
    let mut stale = end.clone();
    stale["label"] = json!(2);
    let write = |name: &str, matches: Value| {
        let file = json!({"matches": matches});
        std::fs::write(folder.path().join(name), file.to_string()).unwrap();
    };
    write("end.json", json!([end, stale]));
    write("odd.json", json!([{"label": 1}]));
    let with = |matches: &str| {
        let arguments = [
            "--json",
            "interpolate",
            "image.nii",
            "drawn.nii",
            "--no-image",
        ];
        let more = ["--out", "out.nii", "--matches", matches];
        annotomy(folder.path(), &[&arguments[..], &more].concat())
    };
    let message = refusal(&with("odd.json"));
    assert!(message.contains("odd.json"), "{message}");
    let told = &answer(&with("end.json"))["matches"];
    assert_eq!(told["unfollowed"], json!([1]));
    assert_eq!(told["gaps"].as_array().unwrap().len(), DRAWN.len() - 1);
    let gap = &told["gaps"][0];
    // The one below is held, the one above tapers half way: nothing is in between.
    let goes = [
        json!({"low": [0], "high": [], "goes": {"way": "ends", "held_to": low + 4}}),
        json!({"low": [], "high": [0], "goes": {"way": "tapers"}}),
    ];
    assert_eq!(gap["groups"], json!(goes));
    // The ellipse of slice 35: radii of 40 and 50 mm times the root of 1 - (40 / 45)².
    let share = 1.0 - (40.0_f64 / 45.0).powi(2);
    let area = std::f64::consts::PI * 40.0 * 50.0 * share;
    let n_voxels = gap["low"]["parts"][0]["n_voxels"].as_f64().unwrap();
    assert!((n_voxels / area - 1.0).abs() < 0.02, "{n_voxels}, {area}");
    let after = labels(&folder.path().join("out.nii"));
    let n_in = |k: usize| {
        let slice = &after[k * SIZE[0] * SIZE[1]..][..SIZE[0] * SIZE[1]];
        slice.iter().filter(|&&label| label == 1).count() as f64
    };
    assert!((n_in(low + 4) / n_voxels - 1.0).abs() < 0.05);
    assert!((low + 5..=(low + high) / 2).all(|k| n_in(k) == 0.0));
    assert!(n_in(high - 2) > 0.0);
}
