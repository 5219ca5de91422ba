//! Annotated images become data sets that grow, and tables.

use crate::common::{Desk, phantom, write_image};
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// An image with a segment for each name, each a disc across three slices.
async fn annotated(desk: &Desk, file: &str, names: &[&str]) -> String {
    let series = desk.series_of(file).await;
    let image = desk
        .call("open_image", json!({ "job": file, "series": series }))
        .await;
    let document = image["document"].as_str().unwrap().to_owned();
    for (name, i) in names.iter().zip([5, 16]) {
        let segment = desk.add_segment(&document, name).await;
        for k in 4..7 {
            desk.stroke(&document, &segment, [i, 10, k], 3.0).await;
        }
    }
    document
}

/// A desk with a second image, which has other values.
async fn two_images() -> Desk {
    let desk = Desk::new().await;
    write_image(&desk.folder().join("other.nii"), |voxel| phantom(voxel) + 1);
    desk
}

fn request(document: &str, format: &str, path: &Path, replace_existing: bool) -> Value {
    json!({
        "document": document, "format": format, "path": path, "replace_existing": replace_existing,
    })
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Names of all files, sorted.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path)),
        }
    }
    found
}

#[tokio::test]
async fn nnunet_data_set_takes_images_with_the_same_segments_in_any_order() {
    let desk = two_images().await;
    let first = annotated(&desk, "phantom.nii", &["Liver", "Spleen"]).await;
    let second = annotated(&desk, "other.nii", &["Spleen", "Liver"]).await;
    let folder = desk.folder().join("Dataset001_Organs");
    desk.call("export_labels", request(&first, "nnunet", &folder, false))
        .await;
    let index = read(&folder.join("dataset.json"));
    let labels = json!({ "background": 0, "Liver": 1, "Spleen": 2 });
    assert_eq!(index["labels"], labels);
    assert_eq!(index["numTraining"], 1);
    assert!(
        !folder.join("splits_final.json").exists(),
        "nothing to validate on"
    );
    desk.call("export_labels", request(&second, "nnunet", &folder, false))
        .await;
    let index = read(&folder.join("dataset.json"));
    assert_eq!(
        (&index["labels"], &index["numTraining"]),
        (&labels, &json!(2))
    );
    let splits = read(&folder.join("splits_final.json"));
    assert_eq!(
        splits[0]["val"], splits[1]["train"],
        "each validates the other"
    );
    assert_eq!(splits[0]["train"], splits[1]["val"]);
    let before = files(&folder);
    assert_eq!(before.len(), 2 + 2 + 2);
    // The same image again, only when asked for.
    let again = desk
        .fail("export_labels", request(&second, "nnunet", &folder, false))
        .await;
    assert_eq!(again.code, ErrorCode::Conflict);
    desk.call("export_labels", request(&second, "nnunet", &folder, true))
        .await;
    assert_eq!(files(&folder), before);
    assert_eq!(read(&folder.join("splits_final.json")), splits);
}

#[tokio::test]
async fn image_with_other_segments_is_refused_before_and_nothing_changes() {
    let desk = two_images().await;
    let first = annotated(&desk, "phantom.nii", &["Liver", "Spleen"]).await;
    let second = annotated(&desk, "other.nii", &["Liver", "Tumour"]).await;
    for (format, name) in [("nnunet", "Dataset001_Organs"), ("coco", "organs")] {
        let folder = desk.folder().join(name);
        desk.call("export_labels", request(&first, format, &folder, false))
            .await;
        let before = files(&folder);
        let error = desk
            .fail("export_labels", request(&second, format, &folder, false))
            .await;
        assert_eq!(error.code, ErrorCode::Unsupported);
        assert!(error.message.contains("no `Tumour`"), "{}", error.message);
        assert!(
            error.message.contains("image has no `Spleen`"),
            "{}",
            error.message
        );
        let check = json!({ "document": second, "format": format, "path": folder });
        assert_eq!(desk.fail("check_export", check).await, error, "told before");
        assert_eq!(files(&folder), before);
    }
}

#[tokio::test]
async fn folders_of_others_and_names_that_are_no_data_sets_are_left_alone() {
    let desk = Desk::new().await;
    let document = annotated(&desk, "phantom.nii", &["Liver"]).await;
    let check = async |format: &str, folder: &Path, reason: &str| {
        let error = desk
            .fail("export_labels", request(&document, format, folder, true))
            .await;
        assert!(error.message.contains(reason), "{}", error.message);
    };
    let folder = desk.folder().join("Dataset002_Theirs");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("notes.txt"), "keep").unwrap();
    check("nnunet", &folder, "holds other files").await;
    check("coco", &folder, "holds other files").await;
    let theirs = json!({
        "channel_names": { "0": "CT" }, "labels": { "background": 0, "Liver": 1 },
        "numTraining": 0, "file_ending": ".nii.gz",
    });
    std::fs::write(folder.join("dataset.json"), theirs.to_string()).unwrap();
    check("nnunet", &folder, "not written by Annotomy").await;
    check("nnunet", &desk.folder().join("Organs"), "Dataset001_Liver").await;
    check(
        "nnunet",
        &desk.folder().join("Dataset1_Organs"),
        "Dataset001_Liver",
    )
    .await;
    check("coco", Path::new("organs"), "full path").await;
    assert_eq!(files(&folder).len(), 2);
    // An empty folder is as good as none.
    let empty = desk.folder().join("Dataset003_Empty");
    std::fs::create_dir(&empty).unwrap();
    desk.call("export_labels", request(&document, "nnunet", &empty, false))
        .await;
    assert!(empty.join("dataset.json").exists());
}

#[tokio::test]
async fn channel_and_splits_of_a_data_set_stay_what_they_are() {
    let desk = two_images().await;
    let first = annotated(&desk, "phantom.nii", &["Liver"]).await;
    let second = annotated(&desk, "other.nii", &["Liver"]).await;
    let folder = desk.folder().join("Dataset001_Organs");
    let mut export = request(&first, "nnunet", &folder, false);
    export["options"] = json!({ "channel": "T2" });
    desk.call("export_labels", export).await;
    let mut export = request(&second, "nnunet", &folder, false);
    export["options"] = json!({ "channel": "CT" });
    let error = desk.fail("export_labels", export.clone()).await;
    assert!(
        error.message.contains("`T2`, this one is `CT`"),
        "{}",
        error.message
    );
    // Somebody's own splits, and a word of their own in the index.
    let splits = json!([{ "train": ["x"], "val": ["y"] }]);
    std::fs::write(folder.join("splits_final.json"), splits.to_string()).unwrap();
    let mut index = read(&folder.join("dataset.json"));
    index["licence"] = json!("CC0");
    std::fs::write(folder.join("dataset.json"), index.to_string()).unwrap();
    export["options"] = json!({});
    let exported = desk.call("export_labels", export).await;
    let codes: Vec<&str> = exported["notes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|n| n["code"].as_str())
        .collect();
    assert_eq!(codes, ["splits_kept"]);
    assert_eq!(read(&folder.join("splits_final.json")), splits);
    let index = read(&folder.join("dataset.json"));
    assert_eq!(
        (&index["licence"], &index["numTraining"]),
        (&json!("CC0"), &json!(2))
    );
    assert_eq!(index["channel_names"], json!({ "0": "T2" }));
}

#[tokio::test]
async fn segments_that_a_data_set_cannot_tell_apart_are_refused() {
    let desk = Desk::new().await;
    let document = annotated(&desk, "phantom.nii", &["Liver", "Liver"]).await;
    for (format, name) in [("nnunet", "Dataset001_Organs"), ("coco", "organs")] {
        let folder = desk.folder().join(name);
        let error = desk
            .fail("export_labels", request(&document, format, &folder, false))
            .await;
        assert!(error.message.contains("two segments"), "{}", error.message);
        assert!(!folder.exists());
    }
}

#[tokio::test]
async fn overlaps_are_refused_by_nnunet_and_kept_by_coco() {
    let desk = Desk::new().await;
    let document = annotated(&desk, "phantom.nii", &["Liver"]).await;
    let labels = desk.folder().join("labels.nii");
    desk.call("export_labels", request(&document, "nifti", &labels, false))
        .await;
    std::fs::write(
        desk.folder().join("labels.json"),
        r##"{"labels":[{"value":1,"name":"Lobe","color":"#00ff00"}]}"##,
    )
    .unwrap();
    desk.call(
        "import_segments",
        json!({ "document": document, "path": labels }),
    )
    .await;
    let folder = desk.folder().join("Dataset001_Organs");
    let error = desk
        .fail(
            "export_labels",
            request(&document, "nnunet", &folder, false),
        )
        .await;
    assert!(error.message.contains("overlap"), "{}", error.message);
    let folder = desk.folder().join("organs");
    desk.call("export_labels", request(&document, "coco", &folder, false))
        .await;
    let index = read(&folder.join("annotations.json"));
    let names: Vec<&Value> = index["categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["name"])
        .collect();
    assert_eq!(names, ["Liver", "Lobe"]);
    let masks = index["annotations"].as_array().unwrap();
    assert_eq!(masks.len(), 6);
    assert_eq!(masks[0]["segmentation"], masks[1]["segmentation"]);
}

#[tokio::test]
async fn coco_data_set_grows_and_replaces_only_the_image_in_question() {
    let desk = two_images().await;
    let first = annotated(&desk, "phantom.nii", &["Liver", "Spleen"]).await;
    let second = annotated(&desk, "other.nii", &["Liver", "Spleen"]).await;
    let folder = desk.folder().join("organs");
    for document in [&first, &second] {
        desk.call("export_labels", request(document, "coco", &folder, false))
            .await;
    }
    let ids = |index: &Value, key: &str| -> Vec<u64> {
        let entries = index[key].as_array().unwrap().iter();
        entries.filter_map(|entry| entry["id"].as_u64()).collect()
    };
    let index = read(&folder.join("annotations.json"));
    assert_eq!(ids(&index, "images"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(ids(&index, "annotations"), (1..=12).collect::<Vec<_>>());
    assert_eq!(files(&folder.join("images")).len(), 6);
    let again = desk
        .fail("export_labels", request(&first, "coco", &folder, false))
        .await;
    assert_eq!(again.code, ErrorCode::Conflict);
    // Two of three slices of the first image are no longer annotated.
    for _ in 0..2 {
        desk.call("undo", json!({ "document": first })).await;
    }
    let segments = desk.call("document", json!({ "document": first })).await["segments"].clone();
    let erase = |k: u32| {
        json!({
            "type": "stroke", "segment": segments[0]["id"], "mode": "erase", "shape": "round",
            "radius_mm": 50.0, "path": [[5, 10, 2 * k]], "slice_axis": 2, "slice_index": k,
            "overwrite": "all",
        })
    };
    for k in [5, 6] {
        desk.call("edit", json!({ "document": first, "edit": erase(k) }))
            .await;
    }
    desk.call("export_labels", request(&first, "coco", &folder, true))
        .await;
    let index = read(&folder.join("annotations.json"));
    assert_eq!(ids(&index, "images"), [4, 5, 6, 7]);
    let names: BTreeSet<PathBuf> = index["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|image| {
            folder
                .join("images")
                .join(image["file_name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        files(&folder.join("images")),
        names,
        "no picture is left over"
    );
}

#[tokio::test]
async fn table_quotes_names_and_measures_the_voxels() {
    let desk = Desk::new().await;
    let document = desk.open_phantom().await["document"].clone();
    let document = document.as_str().unwrap();
    let one = desk.add_segment(document, "=a \"b\", c").await;
    desk.add_segment(document, "Nothing").await;
    // So small that it reaches one voxel's centre in each of two slices.
    desk.stroke(document, &one, [10, 11, 5], 0.4).await;
    desk.stroke(document, &one, [10, 11, 6], 0.4).await;
    let path = desk.folder().join("measures.csv");
    let exported = desk
        .call("export_labels", request(document, "csv", &path, false))
        .await;
    assert_eq!(exported["n_voxels"], 2);
    assert_eq!(exported["notes"][0]["code"], "like_a_formula");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    let header = "case,segment,layer,label,voxels,volume_mm3,volume_ml,mean,standard_deviation,minimum,median,maximum,unit,color";
    assert_eq!((lines[0], lines[3], lines.len()), (header, "", 4));
    // The phantom is 10 + 1100 + 1000 k there; voxels are 1 x 1 x 2 mm.
    let expected = ",\"=a \"\"b\"\", c\",0,1,2,4,0.004,6610,500,6110,6610,7110,,#d02020";
    assert!(
        lines[1].starts_with("case_") && lines[1].ends_with(expected),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].ends_with(",Nothing,0,2,0,0,0,,,,,,,#d02020"),
        "{}",
        lines[2]
    );
}
