//! `annotomy segment` and `annotomy mask` as a script uses them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Voxels of an image that is 100 in a cube and 0 around it.
const SIZE: [usize; 3] = [20, 18, 16];
/// Bytes before the voxels of a NIfTI file without extensions.
const HEADER: usize = 352;

fn annotomy(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annotomy"))
        .args(arguments)
        .current_dir(folder)
        .env("ANNOTOMY_DATA_DIR", folder.join("library"))
        .env("ANNOTOMY_USER", "Ada")
        .output()
        .unwrap()
}

fn is_in_cube([i, j, k]: [usize; 3]) -> bool {
    (5..14).contains(&i) && (4..12).contains(&j) && (6..11).contains(&k)
}

/// A single-file NIfTI of bytes, 1 mm voxels.
fn write(path: &Path, value: impl Fn([usize; 3]) -> u8) {
    let mut bytes = vec![0; HEADER];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, &348_i32.to_le_bytes());
    for (n, size) in [3, SIZE[0], SIZE[1], SIZE[2], 1, 1, 1, 1]
        .into_iter()
        .enumerate()
    {
        put(40 + 2 * n, &(size as i16).to_le_bytes());
    }
    put(70, &2_i16.to_le_bytes());
    put(72, &8_i16.to_le_bytes());
    for n in 0..4 {
        put(76 + 4 * n, &1_f32.to_le_bytes());
    }
    put(108, &352_f32.to_le_bytes());
    put(123, &[2]);
    put(254, &1_i16.to_le_bytes());
    for axis in 0..3 {
        put(280 + 20 * axis, &1_f32.to_le_bytes());
    }
    put(344, b"n+1\0");
    for k in 0..SIZE[2] {
        for j in 0..SIZE[1] {
            bytes.extend((0..SIZE[0]).map(|i| value([i, j, k])));
        }
    }
    std::fs::write(path, bytes).unwrap();
}

fn voxels(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap().split_off(HEADER)
}

#[test]
fn segments_grow_to_where_values_change() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("image.nii"), |voxel| 100 * u8::from(is_in_cube(voxel)));
    write(&at("seeds.nii"), |voxel| match voxel {
        [9, 8, 8] => 7,
        [1, 1, 1] => 2,
        _ => 0,
    });
    write(
        &at("cube.nii"),
        |voxel| if is_in_cube(voxel) { 7 } else { 2 },
    );
    let seeds = |more: &[&str]| {
        let arguments = ["--json", "segment", "seeds", "image.nii", "seeds.nii"];
        annotomy(folder.path(), &[&arguments, more].concat())
    };
    let done = seeds(&["--out", "out.nii"]);
    let problem = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{problem}");
    let done: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(done["segments"][1]["label"], 7);
    assert_eq!(done["segments"][1]["n_painted"], 1);
    assert_eq!(done["segments"][1]["n_voxels"], 9 * 8 * 5);
    assert_eq!(voxels(&at("out.nii")), voxels(&at("cube.nii")));
    write(&at("blank.nii"), |_| 0);
    for (arguments, reason) in [
        (["--out", "out.nii", "--locality=1"], "out.nii"),
        (["--out", "seeds.nii", "--locality=1"], "seeds.nii"),
        (["--out", "other.png", "--locality=1"], "has to end in"),
        (["--out", "other.nii", "--locality=-1"], "locality"),
        (["--out", "other.nii", "--margin=-1"], "margin"),
    ] {
        let refused = seeds(&arguments);
        let message = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    let arguments = [
        "segment",
        "seeds",
        "image.nii",
        "blank.nii",
        "--out",
        "other.nii",
    ];
    let refused = annotomy(folder.path(), &arguments);
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(message.contains("nothing is painted"), "{message}");
    assert!(!at("other.nii").exists());
}

#[test]
fn voxels_go_to_the_segment_that_they_look_like() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let is_bright = write_cubes(folder.path());
    let classify = |scribbles: &str, more: &[&str]| {
        let arguments = ["--json", "segment", "classify", "image.nii", scribbles];
        annotomy(folder.path(), &[&arguments, more].concat())
    };
    let done = classify(
        "scribbles.nii",
        &["--out", "out.nii", "--background=2", "--finest=0.1"],
    );
    let problem = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{problem}");
    write(&at("expected.nii"), |voxel| match voxel {
        [0..19, 14, 8] | [0..19, 1, 8] => 2,
        voxel if is_bright(voxel) => 7,
        _ => 0,
    });
    assert_eq!(voxels(&at("out.nii")), voxels(&at("expected.nii")));
    write(&at("one.nii"), |voxel| u8::from(voxel == [3, 3, 3]));
    for (scribbles, arguments, reason) in [
        (
            "one.nii",
            ["--out", "other.nii", "--margin=5"],
            "two or more",
        ),
        (
            "scribbles.nii",
            ["--out", "out.nii", "--margin=5"],
            "out.nii",
        ),
        (
            "scribbles.nii",
            ["--out", "other.nii", "--finest=0"],
            "finest",
        ),
    ] {
        let refused = classify(scribbles, &arguments);
        let message = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains(reason), "{message}");
    }
}

/// Two cubes, of which one and some of what is around it are painted.
fn write_cubes(folder: &Path) -> impl Fn([usize; 3]) -> bool {
    let is_in_other = |[i, j, k]: [usize; 3]| {
        (15..19).contains(&i) && (12..17).contains(&j) && (1..5).contains(&k)
    };
    let is_bright = move |voxel| is_in_cube(voxel) || is_in_other(voxel);
    write(&folder.join("image.nii"), |voxel| {
        100 * u8::from(is_bright(voxel))
    });
    write(&folder.join("scribbles.nii"), |voxel| match voxel {
        [5..14, 6, 8] => 7,
        [0..19, 14, 8] | [0..19, 1, 8] => 2,
        _ => 0,
    });
    is_bright
}

#[test]
fn what_was_learned_is_used_again_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let is_bright = write_cubes(folder.path());
    let segment =
        |arguments: &[&str]| annotomy(folder.path(), &[&["--json", "segment"], arguments].concat());
    let done = |arguments: &[&str]| {
        let done = segment(arguments);
        let problem = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {problem}");
        serde_json::from_slice::<Value>(&done.stdout).unwrap()
    };
    let export = [
        "--out=taught.nii",
        "--finest=0.1",
        "--export-classifier=cubes.classifier",
    ];
    let taught = done(&[&["classify", "image.nii", "scribbles.nii"], &export[..]].concat());
    let file = std::fs::read(at("cubes.classifier")).unwrap();
    let known = [
        "classify",
        "image.nii",
        "--classifier=cubes.classifier",
        "--out=known.nii",
    ];
    assert_eq!(done(&known)["classifier"], taught["classifier"]);
    write(
        &at("told.nii"),
        |voxel| if is_bright(voxel) { 7 } else { 2 },
    );
    assert_eq!(voxels(&at("known.nii")), voxels(&at("told.nii")));
    // A contour that begins in one cube finds this one.
    std::fs::write(
        at("bubbles.json"),
        r#"{"bubbles": [{"center": [-9, -8, 8], "radius": 1.5}]}"#,
    )
    .unwrap();
    let contour = [
        "snake",
        "image.nii",
        "--bubbles=bubbles.json",
        "--curvature=0",
    ];
    let by = [
        "--speed=classifier",
        "--classifier=cubes.classifier",
        "--iterations=200",
    ];
    let contour = [&contour[..], &by].concat();
    done(&[&contour[..], &["--class=7", "--out=contour.nii"]].concat());
    let found = voxels(&at("contour.nii"));
    write(&at("cube.nii"), |voxel| u8::from(is_in_cube(voxel)));
    let cube = voxels(&at("cube.nii"));
    let n_wrong = found.iter().zip(&cube).filter(|(a, b)| a != b).count();
    // A smooth surface may leave out the corners of a cube.
    assert!(n_wrong <= 8, "{n_wrong}");
    let mut damaged = file;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(at("damaged.classifier"), damaged).unwrap();
    let other = "--out=other.nii";
    let by = |file: &'static str| ["classify", "image.nii", file, other];
    for (arguments, reason) in [
        (
            &by("--classifier=damaged.classifier")[..],
            "damaged.classifier: is damaged",
        ),
        (&by("--classifier=image.nii"), "image.nii: is no classifier"),
        (&by("--classifier=missing.classifier"), "missing.classifier"),
        (&by("--finest=1"), "SCRIBBLES"),
        (
            &[&contour[..], &["--class=3", other]].concat(),
            "no class of this name",
        ),
    ] {
        let refused = segment(arguments);
        let message = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains(reason), "{message}");
        assert!(!at("other.nii").exists());
    }
}

#[test]
fn contours_move_from_bubbles_or_from_what_is_painted_to_where_they_fit() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("image.nii"), |voxel| 100 * u8::from(is_in_cube(voxel)));
    write(&at("cube.nii"), |voxel| u8::from(is_in_cube(voxel)));
    write(&at("start.nii"), |[i, _, _]| 3 * u8::from(i < 16));
    write(&at("blank.nii"), |_| 0);
    // LPS from the file's RAS: x and y change sign.
    let bubbles = r#"{"bubbles": [{"center": [-9, -8, 8], "radius": 1.5}]}"#;
    std::fs::write(at("bubbles.json"), bubbles).unwrap();
    std::fs::write(at("odd.json"), r#"{"bubbles": [{"center": [0, 0]}]}"#).unwrap();
    let snake = |more: &[&str]| {
        let arguments = ["--json", "segment", "snake", "image.nii", "--curvature=0"];
        annotomy(folder.path(), &[&arguments, more].concat())
    };
    let by_threshold = ["--speed=threshold", "--low=50", "--iterations=200"];
    let by_clusters = ["--speed=clusters", "--classes=2", "--chosen=1"];
    for (start, speed, out) in [
        ("--bubbles=bubbles.json", &by_threshold[..], "--out=1.nii"),
        ("--start=start.nii", &by_threshold, "--out=2.nii"),
        ("--bubbles=bubbles.json", &by_clusters, "--out=3.nii"),
    ] {
        let done = snake(&[&[start, out], speed].concat());
        let problem = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{problem}");
        let done: Value = serde_json::from_slice(&done.stdout).unwrap();
        let found = voxels(&at(out.trim_start_matches("--out=")));
        let n_found = found.iter().filter(|&&label| label != 0).count();
        assert_eq!(done["n_voxels"], n_found, "{start} {speed:?}");
        let cube = voxels(&at("cube.nii"));
        let pairs = || found.iter().zip(&cube).map(|(a, b)| (*a != 0, *b != 0));
        let beyond = pairs().filter(|pair| *pair == (true, false)).count();
        let missing = pairs().filter(|pair| *pair == (false, true)).count();
        // A smooth surface may leave out the corners of a cube.
        assert!(
            beyond == 0 && missing <= 8,
            "{start} {speed:?}: {beyond}, {missing}"
        );
    }
    for (arguments, reason) in [
        (
            ["--bubbles=odd.json", "--out=4.nii"],
            "odd.json: is no file of bubbles",
        ),
        (
            ["--start=blank.nii", "--out=4.nii"],
            "begins with some voxels",
        ),
        (["--start=start.nii", "--out=start.nii"], "start.nii"),
        (["--start=start.nii", "--out=4.png"], "has to end in"),
    ] {
        let refused = snake(&[&arguments[..], &by_threshold, &["--replace"]].concat());
        let message = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    assert!(!at("4.nii").exists());
}

#[test]
fn image_is_masked_and_cropped_to_a_segment() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(&at("image.nii"), |[i, j, k]| (i + j + k) as u8);
    write(&at("labels.nii"), |voxel| 4 * u8::from(is_in_cube(voxel)));
    let mask = |more: &[&str]| {
        let files = ["mask", "image.nii", "labels.nii", "--out", "masked.nii"];
        annotomy(folder.path(), &[&files, more].concat())
    };
    let done = mask(&["--outside", "3", "--crop", "1", "--json"]);
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(answer["n_kept"], 9 * 8 * 5);
    // The cube and 1 mm, which is a voxel, on each side.
    let (low, high) = ([4, 3, 5], [14, 12, 11]);
    let mut expected = Vec::new();
    for k in low[2]..=high[2] {
        for j in low[1]..=high[1] {
            for i in low[0]..=high[0] {
                let value = (i + j + k) as u8;
                expected.push(if is_in_cube([i, j, k]) { value } else { 3 });
            }
        }
    }
    assert_eq!(voxels(&at("masked.nii")), expected);

    let refused = mask(&[]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("masked.nii"));
    let other = mask(&["--replace", "--segments", "2"]);
    assert!(String::from_utf8_lossy(&other.stderr).contains("labels.nii"));
    assert_eq!(voxels(&at("masked.nii")), expected, "nothing was lost");
}
