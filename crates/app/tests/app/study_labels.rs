//! Labels of a study: kept where they were made, told on its other images.

use crate::common::Desk;
use crate::display::made;
use annotomy_app::wire::ErrorCode;
use serde_json::{Value, json};

async fn label(desk: &Desk, image: &Value, text: &str) -> Value {
    let geometry = json!({ "kind": "study" });
    let edit = json!({ "type": "add_shape", "geometry": geometry, "text": text });
    let request = json!({ "document": image["document"], "edit": edit });
    desk.call("edit", request).await["document"].clone()
}

/// Series and text of each label that the other images of the study hold.
async fn elsewhere(desk: &Desk, image: &Value) -> Vec<[Value; 2]> {
    let request = json!({ "document": image["document"] });
    let told = desk.call("study_labels_elsewhere", request).await;
    let labels = told["labels"].as_array().unwrap();
    labels
        .iter()
        .map(|label| [label["description"].clone(), label["shape"]["text"].clone()])
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_of_the_study_is_told_on_its_other_images_only() {
    let mut desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let studies = made(folder.path())["studies"].clone();
    let open = async |desk: &Desk| {
        let request = json!({ "job": "open", "paths": [studies] });
        let study = desk.call("open_study", request).await;
        let mut images = Vec::new();
        for name in ["Series 0", "Series 1", "Series 2"] {
            let all = study["series"].as_array().unwrap();
            let series = all.iter().find(|series| series["description"] == name);
            let load = json!({ "job": "load", "series": series.unwrap()["id"] });
            images.push(desk.call("open_image", load).await);
        }
        images
    };
    let images = open(&desk).await;
    assert!(elsewhere(&desk, &images[0]).await.is_empty());
    let document = label(&desk, &images[0], "Contrast").await;
    assert_eq!(
        document["shapes"][0]["geometry"],
        json!({ "kind": "study" })
    );
    label(&desk, &images[2], "Of another study").await;

    desk.restart().await;
    let images = open(&desk).await;
    let told = [[json!("Series 0"), json!("Contrast")]];
    assert_eq!(elsewhere(&desk, &images[1]).await, told);
    for own in [&images[0], &images[2]] {
        assert!(elsewhere(&desk, own).await.is_empty());
    }
    desk.call("undo", json!({ "document": images[0]["document"] }))
        .await;
    assert!(elsewhere(&desk, &images[1]).await.is_empty());
}

#[tokio::test]
async fn an_image_that_names_no_study_has_none_to_label() {
    let desk = Desk::new().await;
    let image = desk.open_phantom().await;
    let edit = json!({ "type": "add_shape", "geometry": { "kind": "study" }, "text": "" });
    let request = json!({ "document": image["document"], "edit": edit });
    let refused = desk.fail("edit", request).await;
    assert_eq!(refused.code, ErrorCode::NotPermitted);
    assert!(refused.message.contains("study"), "{}", refused.message);
}
