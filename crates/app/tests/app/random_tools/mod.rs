//! Any tools one after the other, under any locks and rules: nothing changes that they forbid, every step
//! is undone and done again exactly, and what is kept is what the log leads to.

mod tools;

use crate::bench::{Bench, SIZE, number};
use annotomy_app::wire::{BytesRequest, HEADER_BYTES, WireError};
use annotomy_app::{bytes, commands};
use proptest::prelude::*;
use serde_json::{Value, json};
use tools::Chance;

const N_STEPS: usize = 40;

/// Segments as the window has them, and the labels of each layer, i fastest.
#[derive(Debug, Clone, PartialEq)]
struct State {
    segments: Vec<Value>,
    layers: Vec<Vec<u8>>,
}

impl State {
    fn ids(&self) -> Vec<String> {
        self.segments
            .iter()
            .map(|segment| text(&segment["id"]))
            .collect()
    }

    fn of(&self, layer: usize, label: u8) -> Option<&Value> {
        let mut segments = self.segments.iter();
        segments.find(|one| one["layer"] == layer && one["label"] == label)
    }

    /// Whether a voxel is of one of some segments, in any layer.
    fn is_in(&self, voxel: usize, segments: &[Value]) -> bool {
        self.layers.iter().enumerate().any(|(layer, labels)| {
            let segment = self.of(layer, labels[voxel]);
            segment.is_some_and(|segment| segments.contains(&segment["id"]))
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn ask(bench: &Bench, command: &str, request: Value) -> Result<Value, WireError> {
    let caller = bench.desk.app().local_caller();
    let answer = commands::dispatch(bench.desk.app(), &caller, command, request).await?;
    Ok(serde_json::from_str(&answer).unwrap())
}

async fn state(bench: &Bench) -> State {
    let request = json!({ "document": bench.document });
    let document = bench.desk.call("document", request).await;
    let mut segments = document["segments"].as_array().unwrap().clone();
    for segment in &mut segments {
        // When it was drawn last, by a step that an undo is one of.
        segment.as_object_mut().unwrap().remove("drawn_at");
    }
    let n_layers = segments
        .iter()
        .map(|one| one["layer"].as_u64().unwrap() + 1)
        .max();
    let mut layers = Vec::new();
    for layer in 0..n_layers.unwrap_or(1) {
        let mut labels = Vec::new();
        for index in 0..SIZE[2] {
            let request = BytesRequest::Labels {
                request: 1,
                document: bench.document.clone(),
                layer: layer as u32,
                axis: 2,
                index,
            };
            let reply = bytes::bytes(bench.desk.app(), request).await.unwrap();
            labels.extend_from_slice(&reply[HEADER_BYTES..]);
        }
        layers.push(labels);
    }
    State { segments, layers }
}

/// What is asked of the app.
struct Asked {
    command: &'static str,
    request: Value,
    /// The tool itself, with its rules and segment.
    tool: Value,
}

fn asked(chance: &mut Chance, bench: &Bench, (now, shapes): (&State, &[Value])) -> Asked {
    let ids = now.ids();
    let unlocked = now.segments.iter().filter(|one| one["is_locked"] == false);
    let unlocked: Vec<String> = unlocked.map(|one| text(&one["id"])).collect();
    let from = if unlocked.is_empty() || chance.one_in(8) {
        &ids
    } else {
        &unlocked
    };
    let segment = chance.of(from);
    let rules = json!({
        "segment": segment, "overwrite": chance.of(&["all", "none", "visible"]),
        "editable": chance.editable(&ids),
    });
    let with_rules = |mut fields: Value| {
        for (name, value) in rules.as_object().unwrap() {
            fields[name.as_str()] = value.clone();
        }
        fields
    };
    if chance.one_in(4) {
        let fill = json!({ "type": "fill_shape", "shape": chance.of(shapes) });
        let tool = with_rules(if chance.one_in(5) {
            fill
        } else {
            chance.stroke()
        });
        return Asked {
            command: "edit",
            request: json!({ "document": bench.document, "edit": tool }),
            tool,
        };
    }
    let tool = with_rules(json!({ "effect": chance.effect(&segment, &ids) }));
    let mut request = tool.clone();
    request["job"] = json!("job");
    request["document"] = json!(bench.document);
    let command = if chance.one_in(3) {
        "preview_effect"
    } else {
        "run_effect"
    };
    Asked {
        command,
        request,
        tool,
    }
}

/// Locks or shows a segment, adds or paints one: what tools have to heed, and something to work on.
async fn prepare(chance: &mut Chance, bench: &Bench, now: &State) {
    let segment = chance.of(&now.ids());
    let flag = chance.one_in(4);
    let edit = match chance.below(8) {
        0 => json!({ "type": "set_lock", "segment": segment, "is_locked": flag }),
        1 => json!({ "type": "set_visibility", "segment": segment, "is_visible": !flag }),
        2 if now.segments.len() < 5 => json!({
            "type": "add_segment", "name": "More", "color": "#20d020", "overlaps": flag,
        }),
        3..=5 => {
            let mut ball = chance.ball();
            ball["segment"] = json!(segment);
            ball
        }
        _ => return,
    };
    // A locked segment is not painted.
    let request = json!({ "document": bench.document, "edit": edit });
    drop(ask(bench, "edit", request).await);
}

/// Whether the overwrite rule is about a tool: what is done to all segments of a layer heeds locks alone.
fn is_about_one(tool: &Value) -> bool {
    let effect = &tool["effect"];
    let is_joint = effect["type"] == "interpolate" && effect["all_segments"] == true;
    let kind = effect["type"].as_str().unwrap_or_default();
    !is_joint
        && ![
            "smooth_jointly",
            "grow_seeds",
            "classify",
            "watershed",
            "random_walk",
        ]
        .contains(&kind)
}

/// Segments that a tool itself takes voxels from, beside its own.
fn givers(tool: &Value) -> Vec<Value> {
    let effect = &tool["effect"];
    match effect["type"].as_str() {
        Some("merge") => effect["segments"].as_array().unwrap().clone(),
        // The one that is mirrored, or cut, gives what the other gets.
        _ => vec![tool["segment"].clone()],
    }
}

/// No voxel changed that locks and rules keep.
fn heeds(tool: &Value, before: &State, after: &State) -> Result<(), TestCaseError> {
    let area = &tool["editable"]["area"];
    let named = area["segments"].as_array().cloned().unwrap_or_default();
    let range = &tool["editable"]["range"];
    let givers = givers(tool);
    let into = [
        &tool["effect"]["into"],
        &tool["effect"]["goes"]["segment"],
        &tool["segment"],
    ];
    for (layer, labels) in after.layers.iter().enumerate() {
        let none = vec![0; labels.len()];
        let were = before.layers.get(layer).unwrap_or(&none);
        let changed = were.iter().zip(labels).enumerate();
        for (voxel, (&from, &to)) in changed.filter(|(_, (from, to))| from != to) {
            let say = || format!("voxel {voxel} of layer {layer}, {from} to {to}, by {tool}");
            for label in [from, to] {
                let is_locked = before
                    .of(layer, label)
                    .is_some_and(|one| one["is_locked"] == true);
                prop_assert!(!is_locked, "locked: {}", say());
            }
            let is_named = before.is_in(voxel, &named);
            prop_assert!(
                area["kind"] != "inside" || is_named,
                "outside the area: {}",
                say()
            );
            prop_assert!(
                area["kind"] != "outside" || !is_named,
                "in the area: {}",
                say()
            );
            if let Some(range) = range.as_array() {
                let n = voxel as u32;
                let [n_i, n_j, _] = SIZE;
                let value = f64::from(number([n % n_i, n / n_i % n_j, n / (n_i * n_j)]));
                let is_in =
                    value >= range[0].as_f64().unwrap() && value <= range[1].as_f64().unwrap();
                prop_assert!(is_in, "out of range: {}", say());
            }
            let Some(owner) = before.of(layer, from).filter(|_| is_about_one(tool)) else {
                continue;
            };
            let is_own = givers.contains(&owner["id"]) || into.iter().any(|id| **id == owner["id"]);
            let is_protected = match tool["overwrite"].as_str().unwrap() {
                "none" => !is_own,
                "visible" => !is_own && owner["is_visible"] == false,
                _ => false,
            };
            prop_assert!(!is_protected, "protected: {}", say());
        }
    }
    Ok(())
}

/// Uses one tool; whether it made a step.
async fn step(chance: &mut Chance, bench: &Bench, shapes: &[Value]) -> Result<bool, TestCaseError> {
    let now = state(bench).await;
    prepare(chance, bench, &now).await;
    let before = state(bench).await;
    let Asked {
        command,
        request,
        tool,
    } = asked(chance, bench, (&before, shapes));
    let answer = ask(bench, command, request).await;
    let done = match (command, answer) {
        ("preview_effect", Ok(preview)) => {
            prop_assert_eq!(&state(bench).await, &before, "a preview changes nothing");
            let shown = &preview["document"]["id"];
            if shown.is_null() {
                return Ok(false);
            }
            if tool["effect"]["type"] == "interpolate" {
                let part = json!({ "kind": "slice", "slice": preview["least_certain"] });
                let request = json!({ "preview": shown, "part": part });
                ask(bench, "accept_part", request).await
            } else {
                ask(bench, "apply_preview", json!({ "preview": shown })).await
            }
        }
        (_, answer) => answer,
    };
    let after = state(bench).await;
    if done.is_err() {
        prop_assert_eq!(&after, &before, "a refusal changes nothing: {}", tool);
        return Ok(false);
    }
    heeds(&tool, &before, &after)?;
    if after == before {
        return Ok(false);
    }
    let document = json!({ "document": bench.document });
    bench.desk.call("undo", document.clone()).await;
    prop_assert_eq!(&state(bench).await, &before, "undone: {}", tool);
    bench.desk.call("redo", document).await;
    prop_assert_eq!(&state(bench).await, &after, "done again: {}", tool);
    Ok(true)
}

async fn sequence(seed: u64) -> Result<(), TestCaseError> {
    let mut chance = Chance::new(seed);
    let bench = Bench::new().await;
    for (name, overlaps) in [("B", false), ("C", true)] {
        let edit = json!({
            "type": "add_segment", "name": name, "color": "#20d020", "overlaps": overlaps,
        });
        let request = json!({ "document": bench.document, "edit": edit });
        bench.desk.call("edit", request).await;
    }
    let corners = [[3.0, 4.0, 8.0], [15.0, 5.0, 8.0], [9.0, 16.0, 8.0]];
    let leaning = [[3.0, 4.0, 3.0], [15.0, 5.0, 9.0], [9.0, 16.0, 14.0]];
    let mut shapes = Vec::new();
    for points in [corners, leaning] {
        let add =
            json!({ "type": "add_shape", "geometry": { "kind": "polygon", "points": points } });
        let request = json!({ "document": bench.document, "edit": add });
        let added = bench.desk.call("edit", request).await;
        let last = added["document"]["shapes"]
            .as_array()
            .unwrap()
            .last()
            .cloned();
        shapes.push(last.unwrap()["id"].clone());
    }
    let first = state(&bench).await;
    let mut n_done = 0;
    for _ in 0..N_STEPS {
        n_done += usize::from(step(&mut chance, &bench, &shapes).await?);
    }
    prop_assert!(n_done > 0, "{} steps were done", n_done);
    let last = state(&bench).await;
    bench.desk.call("audit_rebuild", json!({})).await;
    prop_assert_eq!(&state(&bench).await, &last, "rebuilt from the log");
    let verified = bench.desk.call("audit_verify", json!({})).await;
    prop_assert_eq!(&verified["first_fault"], &Value::Null);
    let document = json!({ "document": bench.document });
    loop {
        let now = bench.desk.call("document", document.clone()).await;
        if now["undo"].is_null() || state(&bench).await == first {
            break;
        }
        bench.desk.call("undo", document.clone()).await;
    }
    prop_assert_eq!(&state(&bench).await, &first, "all undone");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn any_tools_heed_locks_and_rules_and_are_undone_exactly(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(sequence(seed))?;
    }
}
