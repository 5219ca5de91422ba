//! Segments of all volumes of an image, or of each.

use crate::common::Desk;
use crate::volumes::{N_VOLUMES, SIZE, desk_with_series, nifti, open};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Voxels of a disc of 1 mm on a grid of 1 mm: its centre and four neighbours.
const N_DISC: u32 = 5;

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) async fn choose(desk: &Desk, image: &Value, scope: &str, start: &str) -> Value {
    let request = json!({ "image": image["id"], "scope": scope, "start": start, "volume": 1 });
    desk.call("choose_scope", request).await
}

pub(crate) async fn document_of(desk: &Desk, image: &Value, volume: u32) -> Value {
    let request = json!({ "image": image["id"], "volume": volume });
    desk.call("volume_document", request).await
}

/// A disc of 1 mm; voxel (i, j, k) of the series lies at (-i, -j, k) in LPS.
async fn dab(desk: &Desk, document: &Value, segment: &str, [i, j, k]: [i32; 3]) -> Value {
    let edit = json!({
        "type": "stroke", "segment": segment, "mode": "paint", "shape": "round",
        "radius_mm": 1.0, "path": [[-i, -j, k]], "slice_axis": 2, "slice_index": k,
        "overwrite": "all",
    });
    desk.call("edit", json!({ "document": document["id"], "edit": edit }))
        .await
}

/// Names with their voxels, as the statistics count them.
async fn counts(desk: &Desk, document: &Value) -> Vec<(String, u32)> {
    let id = json!({ "document": document["id"] });
    let shown = desk.call("document", id.clone()).await;
    let measured = desk.call("statistics", id).await;
    let segments = shown["segments"].as_array().unwrap().iter();
    segments
        .zip(measured["segments"].as_array().unwrap())
        .map(|(segment, measures)| {
            let n_voxels = measures["n_voxels"].as_u64().unwrap() as u32;
            (text(&segment["name"]).to_owned(), n_voxels)
        })
        .collect()
}

async fn counts_at(desk: &Desk, image: &Value, volume: u32) -> Vec<(String, u32)> {
    let document = document_of(desk, image, volume).await;
    counts(desk, &document).await
}

fn named(pairs: &[(&str, u32)]) -> Vec<(String, u32)> {
    pairs
        .iter()
        .map(|(name, n)| ((*name).to_owned(), *n))
        .collect()
}

/// Kinds of a document's operations, oldest first.
pub(crate) async fn kinds(desk: &Desk, document: &Value) -> Vec<String> {
    let request = json!({ "document": document["id"], "before": null, "limit": 100 });
    let history = desk.call("history", request).await;
    let entries = history["entries"].as_array().unwrap().iter().rev();
    entries
        .map(|entry| text(&entry["operation"]["kind"]).to_owned())
        .collect()
}

/// An image divided by volume, with the segment `Lesion` drawn at the first one.
async fn divided() -> (Desk, Value, String) {
    let (desk, image) = desk_with_series().await;
    let image = choose(&desk, &image, "each_volume", "empty").await;
    let first = document_of(&desk, &image, 0).await;
    let lesion = desk.add_segment(text(&first["id"]), "Lesion").await;
    dab(&desk, &first, &lesion, [5, 5, 3]).await;
    (desk, image, lesion)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_volume_has_its_own_voxels_undo_and_history_also_after_a_restart() {
    let (mut desk, image, lesion) = divided().await;
    let second = document_of(&desk, &image, 1).await;
    assert_eq!(second["volume"], 1);
    assert_eq!(
        second["segments"][0]["id"],
        json!(lesion),
        "the same structure"
    );
    for at in [[8, 8, 3], [8, 12, 3]] {
        dab(&desk, &second, &lesion, at).await;
    }
    desk.call("undo", json!({ "document": second["id"] })).await;
    assert_eq!(counts(&desk, &second).await, named(&[("Lesion", N_DISC)]));
    desk.restart().await;
    let image = open(&desk, "again").await;
    assert_eq!(image["scope"], "each_volume");
    for (volume, n) in [(0, N_DISC), (1, N_DISC), (2, 0)] {
        assert_eq!(
            counts_at(&desk, &image, volume).await,
            named(&[("Lesion", n)])
        );
    }
    let second = document_of(&desk, &image, 1).await;
    assert_eq!(second["redo"]["kind"], "paint");
    let of_second = ["create_document", "copy_segments", "paint", "paint", "undo"];
    assert_eq!(kinds(&desk, &second).await, of_second);
    let first = document_of(&desk, &image, 0).await;
    assert_eq!(image["document"], first["id"]);
    assert_eq!(first["undo"]["kind"], "paint");
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_a_volume_leaves_no_trace() {
    let (desk, image, _) = divided().await;
    let before = desk.call("audit_log", json!({})).await;
    for volume in 0..N_VOLUMES {
        document_of(&desk, &image, volume).await;
    }
    assert_eq!(desk.call("audit_log", json!({})).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_loses_nothing_and_the_log_says_who_switched() {
    let (desk, image) = desk_with_series().await;
    let main = document_of(&desk, &image, 2).await;
    assert_eq!(main["volume"], json!(null));
    let liver = desk.add_segment(text(&main["id"]), "Liver").await;
    dab(&desk, &main, &liver, [5, 5, 3]).await;
    let image = choose(&desk, &image, "each_volume", "copy").await;
    for volume in 0..N_VOLUMES {
        assert_eq!(
            counts_at(&desk, &image, volume).await,
            named(&[("Liver", N_DISC)])
        );
    }
    let third = document_of(&desk, &image, 2).await;
    dab(&desk, &third, &liver, [9, 9, 3]).await;
    let image = choose(&desk, &image, "all_volumes", "copy").await;
    assert_eq!(document_of(&desk, &image, 1).await["id"], main["id"]);
    // What was drawn for all is there as it was: the copy is for those without voxels.
    assert_eq!(
        counts_at(&desk, &image, 1).await,
        named(&[("Liver", N_DISC)])
    );
    dab(&desk, &main, &liver, [15, 15, 3]).await;
    let image = choose(&desk, &image, "each_volume", "copy").await;
    for (volume, n) in [(0, N_DISC), (1, N_DISC), (2, 2 * N_DISC)] {
        assert_eq!(
            counts_at(&desk, &image, volume).await,
            named(&[("Liver", n)])
        );
    }
    let switched: Vec<String> = kinds(&desk, &main)
        .await
        .into_iter()
        .filter(|kind| kind.ends_with("_volumes"))
        .collect();
    assert_eq!(switched, ["split_volumes", "join_volumes", "split_volumes"]);
    assert_eq!(
        desk.call("document", json!({ "document": main["id"] }))
            .await["undo"]["kind"],
        "paint",
        "a choice is taken back by choosing again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_for_all_can_start_as_those_of_one_volume() {
    let (desk, image, lesion) = divided().await;
    let second = document_of(&desk, &image, 1).await;
    for at in [[8, 8, 3], [8, 12, 3]] {
        dab(&desk, &second, &lesion, at).await;
    }
    let image = choose(&desk, &image, "all_volumes", "copy").await;
    assert_eq!(
        counts_at(&desk, &image, 0).await,
        named(&[("Lesion", 2 * N_DISC)])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_segment_is_holds_at_every_volume_and_its_lock_at_one() {
    let (desk, image, lesion) = divided().await;
    let [first, second] = [0, 1].map(|volume| document_of(&desk, &image, volume));
    let (first, second) = (first.await, second.await);
    dab(&desk, &second, &lesion, [8, 8, 3]).await;
    let vessel = desk.add_segment(text(&first["id"]), "Vessel").await;
    let edits = [
        json!({ "type": "rename_segment", "segment": lesion, "name": "Tumour" }),
        json!({ "type": "recolor_segment", "segment": lesion, "color": "#123456" }),
        json!({ "type": "set_visibility", "segment": lesion, "is_visible": false }),
        json!({ "type": "set_opacity", "segment": lesion, "opacity": 0.25 }),
        json!({ "type": "set_lock", "segment": lesion, "is_locked": true }),
    ];
    for edit in edits {
        desk.call("edit", json!({ "document": first["id"], "edit": edit }))
            .await;
    }
    // The second volume has records, the third has none.
    for volume in [1, 2] {
        let document = document_of(&desk, &image, volume).await;
        let segments = document["segments"].as_array().unwrap();
        let ids: Vec<&Value> = segments.iter().map(|segment| &segment["id"]).collect();
        assert_eq!(ids, [&json!(lesion), &json!(vessel)], "volume {volume}");
        let shown = &segments[0];
        assert_eq!(shown["name"], "Tumour");
        assert_eq!(shown["color"], "#123456");
        assert_eq!(shown["is_visible"], false);
        assert_eq!(shown["opacity"], 0.25);
        assert_eq!(shown["is_locked"], false, "locked where it is done");
    }
    let deleted = json!({ "type": "delete_segment", "segment": vessel });
    desk.call("edit", json!({ "document": second["id"], "edit": deleted }))
        .await;
    let renamed = json!({ "type": "rename_segment", "segment": vessel, "name": "Artery" });
    desk.call("edit", json!({ "document": first["id"], "edit": renamed }))
        .await;
    assert_eq!(counts(&desk, &second).await, named(&[("Tumour", N_DISC)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_replace_only_when_asked_and_undo_brings_back_what_was_there() {
    let (desk, image, lesion) = divided().await;
    let first = document_of(&desk, &image, 0).await;
    let second = document_of(&desk, &image, 1).await;
    let copy = |replace: bool| json!({ "document": second["id"], "from": first["id"], "replace": replace });
    let answer = desk.call("copy_segments", copy(false)).await;
    assert_eq!(
        answer["region"],
        json!({ "min": [4, 4, 3], "max": [6, 6, 3] })
    );
    assert_eq!(counts(&desk, &second).await, named(&[("Lesion", N_DISC)]));
    let revision = answer["document"]["revision"].clone();
    let again = desk.call("copy_segments", copy(false)).await;
    assert_eq!(
        again["document"]["revision"], revision,
        "there is nothing to change"
    );
    dab(&desk, &second, &lesion, [12, 12, 3]).await;
    let error = desk.fail("copy_segments", copy(false)).await;
    assert_eq!(error.code, ErrorCode::Conflict);
    assert_eq!(
        counts(&desk, &second).await,
        named(&[("Lesion", 2 * N_DISC)])
    );
    desk.call("copy_segments", copy(true)).await;
    assert_eq!(counts(&desk, &second).await, named(&[("Lesion", N_DISC)]));
    desk.call("undo", json!({ "document": second["id"] })).await;
    assert_eq!(
        counts(&desk, &second).await,
        named(&[("Lesion", 2 * N_DISC)])
    );
    let itself = json!({ "document": first["id"], "from": first["id"], "replace": true });
    assert_eq!(
        desk.fail("copy_segments", itself).await.code,
        ErrorCode::InvalidRequest
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn image_of_one_volume_has_nothing_to_choose() {
    let desk = Desk::new().await;
    let image = desk.open_phantom().await;
    assert_eq!(image["scope"], "all_volumes");
    let request = json!({ "image": image["id"], "scope": "each_volume", "start": "empty" });
    assert_eq!(
        desk.fail("choose_scope", request).await.code,
        ErrorCode::InvalidRequest
    );
    let request = json!({ "image": image["id"], "volume": 1 });
    assert_eq!(
        desk.fail("volume_document", request).await.code,
        ErrorCode::InvalidRequest
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn image_is_archived_once_with_the_documents_of_its_volumes() {
    let (desk, image, _) = divided().await;
    let listed = desk.call("list_documents", json!({ "job": "list" })).await;
    let documents = listed["documents"].as_array().unwrap();
    assert!(documents.iter().all(|d| d["image_id"] == image["id"]));
    assert!(documents.iter().all(|d| d["image"]["n_files"] == 1));
    let volumes = documents.iter().map(|d| d["volume"].as_u64());
    let volumes: BTreeSet<Option<u64>> = volumes.collect();
    assert_eq!(volumes, BTreeSet::from([None, Some(0)]));
    let request = json!({
        "job": "save", "path": desk.folder().join("library.annotomy"), "include_images": true,
        "replace_existing": false,
    });
    let created = desk.call("create_archive", request).await;
    assert_eq!(created["notes"], json!([]));
    let summary = &created["summary"];
    assert_eq!(
        (&summary["n_documents"], &summary["n_images"]),
        (&json!(2), &json!(1))
    );
}

async fn export(desk: &Desk, document: &Value, name: &str, volumes: &str) -> Value {
    let request = json!({
        "document": document["id"], "path": desk.folder().join(name), "volumes": volumes,
        "replace_existing": false,
    });
    desk.call("export_labels", request).await
}

fn check(document: &Value, volumes: &str, format: &str) -> Value {
    json!({ "document": document["id"], "format": format, "volumes": volumes })
}

#[tokio::test(flavor = "multi_thread")]
async fn volumes_are_exported_together_with_the_same_number_for_a_segment() {
    let (desk, image, lesion) = divided().await;
    let first = document_of(&desk, &image, 0).await;
    let third = document_of(&desk, &image, 2).await;
    dab(&desk, &third, &lesion, [8, 8, 3]).await;
    let exported = export(&desk, &first, "labels.nii", "together").await;
    assert_eq!(exported["n_files"], 1);
    assert_eq!(exported["n_voxels"], 2 * N_DISC);
    assert_eq!(exported["notes"][0]["code"], "blank_volumes");
    let message = text(&exported["notes"][0]["message"]);
    assert!(message.contains("1 volume(s) (2)"), "{message}");
    // nifti1.h: dimensions at byte 40, one byte a voxel from 352 on, i fastest, t slowest.
    let bytes = std::fs::read(desk.folder().join("labels.nii")).unwrap();
    let dim = |n: usize| u32::from(u16::from_le_bytes([bytes[40 + 2 * n], bytes[41 + 2 * n]]));
    assert_eq!(
        [0, 1, 2, 3, 4].map(dim),
        [4, SIZE[0], SIZE[1], SIZE[2], N_VOLUMES]
    );
    let [ni, nj, nk] = SIZE.map(|n| n as usize);
    assert_eq!(bytes.len(), 352 + 3 * ni * nj * nk);
    let at = |[i, j, k, t]: [usize; 4]| bytes[352 + ((t * nk + k) * nj + j) * ni + i];
    let drawn = [[5, 5, 3, 0], [8, 8, 3, 2], [7, 8, 3, 2], [8, 9, 3, 2]];
    assert_eq!(drawn.map(at), [1; 4]);
    let blank = [[5, 5, 3, 1], [5, 5, 3, 2], [8, 8, 3, 0], [9, 9, 3, 2]];
    assert_eq!(blank.map(at), [0; 4]);
    assert_eq!(kinds(&desk, &third).await.last().unwrap(), "export");
    let second = document_of(&desk, &image, 1).await;
    assert_eq!(second["revision"], 0, "nobody has drawn in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn volumes_are_exported_apart_where_something_is_drawn() {
    let (desk, image, lesion) = divided().await;
    let third = document_of(&desk, &image, 2).await;
    dab(&desk, &third, &lesion, [8, 8, 3]).await;
    for (name, ending) in [("a.nii.gz", ".nii.gz"), ("b.seg.nrrd", ".seg.nrrd")] {
        let exported = export(&desk, &third, name, "apart").await;
        assert_eq!(exported["n_files"], 2);
        let stem = name.strip_suffix(ending).unwrap();
        let names = [1, 2, 3].map(|n| desk.folder().join(format!("{stem}-{n}{ending}")));
        assert_eq!(names.map(|path| path.exists()), [true, false, true]);
        assert!(!desk.folder().join(name).exists());
    }
    let own = export(&desk, &third, "own.nrrd", "own").await;
    assert_eq!(
        (own["n_voxels"].clone(), own["notes"].clone()),
        (json!(N_DISC), json!([]))
    );
    let request = check(&third, "together", "seg_nrrd");
    let error = desk.fail("check_export", request).await;
    assert_eq!(error.code, ErrorCode::Unsupported);
    let request = check(&third, "apart", "nifti");
    let told = desk.call("check_export", request).await;
    assert_eq!(told["notes"][0]["code"], "blank_volumes", "told before");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_data_sets_take_one_volume_with_its_own_segments() {
    let (desk, image, lesion) = divided().await;
    let third = document_of(&desk, &image, 2).await;
    dab(&desk, &third, &lesion, [8, 8, 3]).await;
    let exported = export(&desk, &third, "measures.csv", "own").await;
    let message = text(&exported["notes"][0]["message"]);
    assert!(
        message.ends_with("only volume 3 is used, with the segments drawn there."),
        "{message}"
    );
    let table = std::fs::read_to_string(desk.folder().join("measures.csv")).unwrap();
    let fields: Vec<&str> = table.lines().nth(1).unwrap().split(',').collect();
    assert!(fields[0].ends_with("_v3"), "{table}");
    // Voxels, mean, minimum, median and maximum of i + 100 j + 1000 k + 10000 t on the disc.
    let measures = [4, 7, 9, 10, 11].map(|column| fields[column]);
    assert_eq!(measures, ["5", "23808", "23708", "23808", "23908"]);
    let request = json!({
        "document": third["id"], "path": desk.folder().join("Dataset001_Lesions"),
        "format": "nnunet", "replace_existing": false,
    });
    let exported = desk.call("export_labels", request).await;
    assert_eq!(exported["n_voxels"], N_DISC);
    for format in ["csv", "coco", "nnunet"] {
        for volumes in ["together", "apart"] {
            let request = check(&third, volumes, format);
            let error = desk.fail("check_export", request).await;
            assert_eq!(error.code, ErrorCode::Unsupported, "{format} {volumes}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn label_map_with_volumes_comes_in_at_each_of_them() {
    let (desk, image, _) = divided().await;
    let first = document_of(&desk, &image, 0).await;
    let [ni, nj, nk] = SIZE;
    let n = (ni * nj * nk) as usize;
    // One voxel of label 7 at every volume, and one of label 9 at the last.
    let mut labels = vec![0_i16; 3 * n];
    (0..3).for_each(|volume| labels[volume * n + 100 + volume] = 7);
    labels[2 * n + 500] = 9;
    let write = |name: &str, n_volumes: u32| {
        let path = desk.folder().join(name);
        let labels = &labels[..n * n_volumes as usize];
        std::fs::write(&path, nifti(&[ni, nj, nk, n_volumes], labels)).unwrap();
        json!({ "document": first["id"], "path": path })
    };
    let imported = desk.call("import_segments", write("three.nii", 3)).await;
    assert_eq!(imported["n_segments"], 2);
    let lesion = ("Lesion", N_DISC);
    assert_eq!(
        counts_at(&desk, &image, 0).await,
        named(&[lesion, ("Label 7", 1)])
    );
    let blank = ("Lesion", 0);
    assert_eq!(
        counts_at(&desk, &image, 1).await,
        named(&[blank, ("Label 7", 1)])
    );
    let last = counts_at(&desk, &image, 2).await;
    assert_eq!(last, named(&[blank, ("Label 7", 1), ("Label 9", 1)]));
    let [one, other] = [0, 2].map(|volume| document_of(&desk, &image, volume));
    let id = |document: Value| document["segments"][1]["id"].clone();
    assert_eq!(
        id(one.await),
        id(other.await),
        "a number is the same segment at every volume"
    );
    let error = desk.fail("import_segments", write("two.nii", 2)).await;
    assert_eq!(error.code, ErrorCode::BadInput);
    assert!(error.message.contains("2 volumes"), "{}", error.message);
    let image = choose(&desk, &image, "all_volumes", "empty").await;
    let main = document_of(&desk, &image, 0).await;
    let path = desk.folder().join("three.nii");
    let request = json!({ "document": main["id"], "path": path });
    let error = desk.fail("import_segments", request).await;
    assert_eq!(
        error.code,
        ErrorCode::Conflict,
        "no volume is taken for all in silence"
    );
}
