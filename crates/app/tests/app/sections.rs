//! Drawn sections as the log tells them, and interpolations that are repeated, corrected and accepted
//! in part.

use crate::bench::{Bench, SIZE, slab};
use crate::common::write_image;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A square of a leaning bar: one column further a slice. At slice 1 it begins in column 4.
fn square(k: u32) -> Value {
    outline([k + 3, 5], k, "fill_inside")
}

/// Six by six voxels from a column and row on, in a slice along k.
fn outline([i, j]: [u32; 2], k: u32, mode: &str) -> Value {
    let [x, y] = [i, j].map(|n| f64::from(n) - 0.5);
    let z = 2.0 * f64::from(k);
    let corners = [[x, y], [x + 6.0, y], [x + 6.0, y + 6.0], [x, y + 6.0]];
    json!({
        "type": "outline", "path": corners.map(|[x, y]| [x, y, z]),
        "slice": { "axis": 2, "index": k }, "reach": { "kind": "slice" }, "mode": mode,
    })
}

fn is_bar([i, j, k]: [u32; 3]) -> bool {
    (1..=9).contains(&k) && (k + 3..k + 9).contains(&i) && (5..=10).contains(&j)
}

fn fill() -> Value {
    json!({ "type": "interpolate", "uses_image": false, "all_segments": false })
}

fn fill_between(sections: &[u32]) -> Value {
    let slices: Vec<_> = sections.iter().map(|k| place(*k)).collect();
    let mut fill = fill();
    fill["sections"] = json!(slices);
    fill
}

fn place(k: u32) -> Value {
    json!({ "axis": 2, "index": k })
}

impl Bench {
    /// Why slices count as drawn, and which along k; none lies across another axis.
    async fn sections(&self) -> (String, Vec<u64>) {
        let request =
            json!({ "document": self.document, "segment": self.segment, "all_segments": false });
        let found = self.desk.call("drawn_sections", request).await;
        let sections = found["sections"].as_array().unwrap().iter();
        let slices = sections.map(|section| {
            assert_eq!(section["slice"]["axis"], json!(2));
            section["slice"]["index"].as_u64().unwrap()
        });
        let rule = found["rule"].as_str().unwrap().to_owned();
        (rule, slices.collect())
    }

    async fn preview(&self, effect: Value) -> Value {
        let request = self.request(effect);
        self.desk.call("preview_effect", request).await
    }

    /// The parameters of the last operation.
    async fn last_parameters(&self, voxel: [u32; 3]) -> Value {
        let request = json!({ "document": self.document, "voxel": voxel });
        self.desk.call("who_drew", request).await["segments"][0]["parameters"].clone()
    }
}

#[tokio::test]
async fn an_applied_interpolation_is_repeated_and_its_slices_are_not_drawn_ones() {
    let bench = Bench::new().await;
    for k in [1, 5, 9] {
        bench.run(square(k)).await;
    }
    assert_eq!(
        bench.sections().await,
        ("by_hand".to_owned(), vec![1, 5, 9])
    );
    bench.run(fill()).await;
    bench.holds(is_bar).await;
    assert_eq!(
        bench.sections().await,
        ("by_hand".to_owned(), vec![1, 5, 9])
    );
    // What stands in the record makes the same again.
    let parameters = bench.last_parameters([8, 7, 3]).await;
    let sections: Value = serde_json::from_str(parameters["sections"].as_str().unwrap()).unwrap();
    assert_eq!(sections, json!([place(1), place(5), place(9)]));
    assert_eq!(parameters["sections_by"], json!("by hand"));
    let again = bench.preview(fill()).await;
    assert_eq!(again["document"], Value::Null);
}

#[tokio::test]
async fn a_correction_makes_a_section_and_what_was_interpolated_is_found_anew() {
    // The sections as they are in the end, without anything interpolated before.
    let fresh = Bench::new().await;
    for k in [1, 5, 9] {
        fresh.run(square(k)).await;
    }
    fresh.run(outline([6, 5], 3, "fill_inside")).await;
    fresh.run(outline([6, 2], 3, "erase_inside")).await;
    fresh.run(fill()).await;
    let expected = fresh.voxels(&fresh.document).await;
    let bench = Bench::new().await;
    for k in [1, 5, 9] {
        bench.run(square(k)).await;
    }
    bench.run(fill()).await;
    // Three rows of an interpolated slice are erased: no voxel of it was drawn.
    bench.run(outline([6, 2], 3, "erase_inside")).await;
    assert_eq!(bench.sections().await.1, [1, 3, 5, 9]);
    bench.run(fill()).await;
    assert_eq!(bench.voxels(&bench.document).await, expected);
    let in_slice = expected.iter().filter(|([_, j, k], _)| *k == 3 && *j < 8);
    assert_eq!(in_slice.count(), 0);
    // Slice 2 lies between a full section and the corrected one: less of it than before is left.
    let n_in_2 = expected.iter().filter(|(at, _)| at[2] == 2).count();
    assert!((18..36).contains(&n_in_2), "{n_in_2}");
    bench.undo().await;
    bench.undo().await;
    assert_eq!(bench.sections().await.1, [1, 5, 9]);
    bench.holds(is_bar).await;
}

#[tokio::test]
async fn what_was_propagated_is_a_section_once_a_person_corrects_it() {
    let bench = Bench::new().await;
    bench.run(slab([1, 1])).await;
    let propagate = json!({ "type": "propagate", "from": place(1), "to": 2, "least_alike": -1 });
    bench.run(propagate).await;
    let voxels = bench.voxels(&bench.document).await;
    assert!(voxels.iter().any(|([.., k], label)| *k == 2 && *label != 0));
    assert_eq!(bench.sections().await, ("by_hand".to_owned(), vec![1]));
    bench.run(outline([5, 5], 2, "erase_inside")).await;
    assert_eq!(bench.sections().await, ("by_hand".to_owned(), vec![1, 2]));
}

#[tokio::test]
async fn what_a_person_took_back_is_no_section() {
    let bench = Bench::new().await;
    for k in [1, 9] {
        bench.run(square(k)).await;
    }
    bench.run(square(5)).await;
    bench.undo().await;
    assert_eq!(bench.sections().await.1, [1, 9]);
    let request = json!({ "document": bench.document });
    bench.desk.call("redo", request).await;
    assert_eq!(bench.sections().await.1, [1, 5, 9]);
    // Drawn and erased by hand is as if never drawn.
    bench.run(outline([8, 5], 5, "erase_inside")).await;
    assert_eq!(bench.sections().await.1, [1, 9]);
    // A moment that is restored is laid at the door of who drew it.
    let history = json!({ "document": bench.document, "limit": 20 });
    let history = bench.desk.call("history", history).await;
    let entries = history["entries"].as_array().unwrap();
    let redo = entries
        .iter()
        .find(|entry| entry["operation"]["kind"] == "redo");
    let restore = json!({ "document": bench.document, "sequence": redo.unwrap()["sequence"] });
    bench.desk.call("restore_moment", restore).await;
    assert_eq!(bench.sections().await.1, [1, 5, 9]);
    bench.undo().await;
    assert_eq!(bench.sections().await.1, [1, 9]);
    bench.run(fill()).await;
    bench.holds(is_bar).await;
}

#[tokio::test]
async fn imported_labels_count_as_drawn_until_a_person_draws() {
    let bench = Bench::new().await;
    let path = bench.desk.folder().join("drawn.nii");
    write_image(&path, |at| i16::from(matches!(at[2], 2 | 7) && is_bar(at)));
    let import = json!({ "document": bench.document, "path": path, "add_classes": false });
    let imported = bench.desk.call("import_segments", import).await;
    let segments = imported["document"]["segments"].as_array().unwrap();
    let segment = segments.last().unwrap()["id"].as_str().unwrap().to_owned();
    let bench = Bench { segment, ..bench };
    assert_eq!(bench.sections().await, ("imported".to_owned(), vec![2, 7]));
    bench.run(square(4)).await;
    assert_eq!(bench.sections().await, ("by_hand".to_owned(), vec![4]));
}

#[tokio::test]
async fn what_no_person_drew_and_no_file_brought_is_taken_as_it_is_filled() {
    let bench = Bench::new().await;
    bench.run(slab([3, 4])).await;
    assert_eq!(bench.sections().await, ("filled".to_owned(), vec![3, 4]));
}

#[tokio::test]
async fn sections_are_left_out_and_added_and_their_voxels_stay() {
    let bench = Bench::new().await;
    for k in [1, 5, 9] {
        bench.run(square(k)).await;
    }
    // Off the way of the bar: as a section it would bend it.
    bench.run(outline([0, 0], 3, "fill_inside")).await;
    bench.run(fill_between(&[1, 5, 9])).await;
    let is_off = |[i, j, k]: [u32; 3]| k == 3 && i < 6 && j < 6;
    bench.holds(|at| is_bar(at) || is_off(at)).await;
    let parameters = bench.last_parameters([8, 7, 4]).await;
    assert_eq!(parameters["sections_by"], json!("chosen"));
    // An interpolated slice that is taken as drawn keeps what it has when a neighbour is left out.
    let before = bench.voxels(&bench.document).await;
    bench.run(fill_between(&[1, 7, 9])).await;
    let after = bench.voxels(&bench.document).await;
    let in_slice = |voxels: &[([u32; 3], u8)], k: u32| {
        let voxels = voxels.iter().filter(|(at, _)| at[2] == k);
        voxels.copied().collect::<Vec<_>>()
    };
    for k in [1, 5, 7, 9] {
        assert_eq!(in_slice(&after, k), in_slice(&before, k));
    }
    let outside = json!([{ "axis": 2, "index": 10 }]);
    let mut wrong = fill();
    wrong["sections"] = outside;
    assert_eq!(bench.fails(wrong).await, ErrorCode::InvalidRequest);
}

#[tokio::test]
async fn a_slice_and_a_region_are_accepted_and_the_rest_is_still_shown() {
    let bench = Bench::new().await;
    for k in [1, 9] {
        bench.run(square(k)).await;
    }
    let preview = bench.preview(fill()).await;
    assert_eq!(preview["sections"]["rule"], json!("by_hand"));
    let accept = |preview: &Value, part: Value| {
        let request = json!({ "preview": preview["document"]["id"], "part": part });
        bench.desk.call("accept_part", request)
    };
    let slice = json!({ "kind": "slice", "slice": place(4) });
    let first = accept(&preview, slice.clone()).await;
    let drawn = |[_, _, k]: [u32; 3]| k == 1 || k == 9;
    bench
        .holds(|at| is_bar(at) && (drawn(at) || at[2] == 4))
        .await;
    assert_eq!(
        first["edit"]["document"]["undo"]["kind"],
        json!("interpolate")
    );
    let rest = &first["preview"];
    assert_eq!(rest["n_gained"], json!(6 * 36));
    assert_ne!(rest["least_certain"], json!(place(4)));
    // The one before is gone, and the slice has been accepted.
    let gone = json!({ "preview": preview["document"]["id"] });
    let error = bench.desk.fail("apply_preview", gone).await;
    assert_eq!(error.code, ErrorCode::NotFound);
    let again = json!({ "preview": rest["document"]["id"], "part": slice });
    let error = bench.desk.fail("accept_part", again).await;
    assert_eq!(error.code, ErrorCode::InvalidRequest);
    // Columns up to 9, through all slices.
    let corners = [[-0.5, -0.5], [9.5, -0.5], [9.5, 19.5], [-0.5, 19.5]];
    let path = corners.map(|[x, y]| [x, y, 8.0]);
    let outline = json!({ "kind": "outline", "path": path, "slice": place(4) });
    let second = accept(rest, outline).await;
    let is_in = |at: [u32; 3]| drawn(at) || at[2] == 4 || at[0] <= 9;
    bench.holds(|at| is_bar(at) && is_in(at)).await;
    let shown = second["preview"]["document"]["id"].as_str().unwrap();
    let whole = bench.voxels(shown).await;
    let whole: Vec<_> = whole.into_iter().map(|(at, _)| at).collect();
    assert_eq!(whole, crate::bench::expected(is_bar));
    bench
        .desk
        .call("apply_preview", json!({ "preview": shown }))
        .await;
    bench.holds(is_bar).await;
    // Each part is a step of its own.
    bench.undo().await;
    bench.holds(|at| is_bar(at) && is_in(at)).await;
    bench.undo().await;
    bench
        .holds(|at| is_bar(at) && (drawn(at) || at[2] == 4))
        .await;
    // What was accepted in part is still no section.
    assert_eq!(bench.sections().await.1, [1, 9]);
}

/// Numbers that look random and are the same every time (Numerical Recipes, ranqd1).
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % n
    }
}

/// Who wrote a voxel last.
#[derive(Clone, Copy, PartialEq)]
enum Writer {
    Hand,
    /// By hand, what no hand had drawn.
    Erased,
    Else,
}

type Writers = BTreeMap<[u32; 3], Writer>;

/// A document and who wrote its voxels, as told by what changed.
struct Watched {
    bench: Bench,
    voxels: BTreeMap<[u32; 3], u8>,
    writers: Writers,
    undo: Vec<Writers>,
    redo: Vec<Writers>,
}

impl Watched {
    async fn look(&mut self) -> Vec<[u32; 3]> {
        let now: BTreeMap<_, _> = self
            .bench
            .voxels(&self.bench.document)
            .await
            .into_iter()
            .collect();
        let all = now.keys().chain(self.voxels.keys()).copied();
        let mut changed: Vec<_> = all
            .filter(|at| now.get(at) != self.voxels.get(at))
            .collect();
        changed.sort_unstable();
        changed.dedup();
        self.voxels = now;
        changed
    }

    /// An operation was made, by hand or not.
    async fn note(&mut self, is_hand: bool) -> Vec<[u32; 3]> {
        let before = self.writers.clone();
        let changed = self.look().await;
        for at in &changed {
            let writer = match (is_hand, self.voxels.contains_key(at)) {
                (false, _) => Some(Writer::Else),
                (true, true) => Some(Writer::Hand),
                (true, false) if before.get(at) == Some(&Writer::Hand) => None,
                (true, false) => Some(Writer::Erased),
            };
            match writer {
                Some(writer) => self.writers.insert(*at, writer),
                None => self.writers.remove(at),
            };
        }
        if !changed.is_empty() {
            self.undo.push(before);
            self.redo.clear();
        }
        changed
    }

    async fn draw(&mut self, numbers: &mut Numbers) {
        let mode = if numbers.below(3) == 0 {
            "erase"
        } else {
            "paint"
        };
        let axis = [2, 2, 2, 0][numbers.below(4) as usize];
        let at = [
            numbers.below(12) + 6,
            numbers.below(10) + 5,
            numbers.below(SIZE[2]),
        ];
        let edit = json!({
            "type": "stroke", "segment": self.bench.segment, "mode": mode, "shape": "round",
            "radius_mm": 2.5 + f64::from(numbers.below(3)), "path": [[at[0], at[1], 2 * at[2]]],
            "slice_axis": axis, "slice_index": at[axis], "overwrite": "all",
        });
        let request = json!({ "document": self.bench.document, "edit": edit });
        self.bench.desk.call("edit", request).await;
        self.note(true).await;
    }

    async fn step(&mut self, command: &str) {
        let is_undo = command == "undo";
        let stack = if is_undo {
            &mut self.undo
        } else {
            &mut self.redo
        };
        let Some(writers) = stack.pop() else { return };
        let request = json!({ "document": self.bench.document });
        self.bench.desk.call(command, request).await;
        let other = std::mem::replace(&mut self.writers, writers);
        if is_undo {
            &mut self.redo
        } else {
            &mut self.undo
        }
        .push(other);
        self.look().await;
    }

    /// Fills between the sections without some; none of what a hand wrote may change.
    async fn fill(&mut self, numbers: &mut Numbers) -> usize {
        let request = json!({
            "document": self.bench.document, "segment": self.bench.segment, "all_segments": false,
        });
        let found = self.bench.desk.call("drawn_sections", request).await;
        let sections = found["sections"].as_array().unwrap().iter();
        let kept = sections.filter(|_| numbers.below(4) != 0);
        let mut effect = fill();
        effect["sections"] = kept.map(|section| section["slice"].clone()).collect();
        effect["uses_image"] = json!(numbers.below(2) == 0);
        self.bench.run(effect).await;
        let by_hand = self.writers.clone();
        let changed = self.note(false).await;
        for at in &changed {
            let writer = by_hand.get(at).unwrap_or(&Writer::Else);
            assert!(*writer == Writer::Else, "{at:?}");
        }
        changed.len()
    }
}

#[tokio::test]
async fn nothing_that_a_hand_drew_or_erased_is_ever_changed_by_an_interpolation() {
    let mut n_filled = 0;
    for seed in 0..4 {
        let bench = Bench::new().await;
        let mut numbers = Numbers(seed);
        let mut watched = Watched {
            bench,
            voxels: BTreeMap::new(),
            writers: BTreeMap::new(),
            undo: Vec::new(),
            redo: Vec::new(),
        };
        for _ in 0..40 {
            match numbers.below(10) {
                0..=4 => watched.draw(&mut numbers).await,
                5..=7 => n_filled += watched.fill(&mut numbers).await,
                8 => watched.step("undo").await,
                _ => watched.step("redo").await,
            }
        }
    }
    assert!(n_filled > 1000, "{n_filled}");
}
