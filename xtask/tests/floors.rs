//! A crate uses crates on lower floors only, and each outside world has one room.

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// The crates of each floor, the lowest first.
const FLOORS: [&[&str]; 5] = [
    &["annotomy-volume"],
    &["annotomy-annotation", "annotomy-segmentation"],
    &["annotomy-formats", "annotomy-memory", "annotomy-store"],
    &["annotomy-app"],
    &[
        "annotomy-server",
        "annotomy-cli",
        "annotomy-desktop",
        "annotomy-fuzz",
    ],
];

/// A host that may use another host: the command line runs the server.
const HOST_USES_HOST: (&str, &str) = ("annotomy-cli", "annotomy-server");

/// Packages that only one crate may name.
const ONE_ROOM: [(&str, &str); 5] = [
    ("libc", "annotomy-memory"),
    ("tauri", "annotomy-desktop"),
    ("axum", "annotomy-server"),
    ("sqlx", "annotomy-store"),
    ("dicom-object", "annotomy-formats"),
];

/// Normal dependencies of every workspace crate.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages
        .iter()
        .map(|package| {
            let all = package["dependencies"]
                .as_array()
                .expect("a list of dependencies");
            let normal = all.iter().filter(|dependency| dependency["kind"].is_null());
            (
                text(&package["name"]),
                normal.map(|dependency| text(&dependency["name"])).collect(),
            )
        })
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name").to_owned()
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|crates| crates.contains(&name))
}

#[test]
fn crates_use_lower_floors_only() {
    let dependencies = dependencies();
    for (name, uses) in &dependencies {
        let Some(own) = floor(name) else {
            assert_eq!(name, "xtask", "{name} stands on no floor");
            continue;
        };
        for used in uses {
            let is_below = floor(used).is_none_or(|floor| floor < own);
            let is_allowed = is_below || (name.as_str(), used.as_str()) == HOST_USES_HOST;
            assert!(is_allowed, "{name} may not use {used}");
        }
    }
    let n_crates = FLOORS.iter().map(|crates| crates.len()).sum::<usize>();
    assert_eq!(
        dependencies.len(),
        n_crates + 1,
        "a crate named here is gone"
    );
}

#[test]
fn each_outside_world_has_one_room() {
    let dependencies = dependencies();
    for (package, room) in ONE_ROOM {
        let users: Vec<&String> = dependencies
            .iter()
            .filter(|(_, uses)| uses.iter().any(|used| used == package))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(users, [room], "{package}");
    }
}
