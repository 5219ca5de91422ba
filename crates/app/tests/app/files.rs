//! Files that are looked at, converted, and written to.

use crate::common::Desk;
use annotomy_app::wire::ErrorCode;
use serde_json::json;

#[tokio::test]
async fn image_is_never_written_over_by_its_own_export_or_conversion() {
    let desk = Desk::new().await;
    let image = desk.folder().join("phantom.nii");
    let before = std::fs::read(&image).unwrap();
    let document = desk.open_phantom().await["document"].clone();
    desk.add_segment(document.as_str().unwrap(), "A").await;
    let export = json!({ "document": document, "path": image, "replace_existing": true });
    assert_eq!(
        desk.fail("export_labels", export).await.code,
        ErrorCode::Conflict
    );
    let convert = json!({ "input": image, "output": image, "replace_existing": true });
    assert_eq!(
        desk.fail("convert", convert).await.code,
        ErrorCode::Conflict
    );
    assert_eq!(std::fs::read(&image).unwrap(), before);
}

#[tokio::test]
async fn series_that_cannot_be_read_does_not_hide_the_others() {
    let desk = Desk::new().await;
    let good = desk.folder().join("phantom.nii");
    let folder = desk.folder().join("mixed");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&good, folder.join("good.nii")).unwrap();
    // Gzipped, so that the missing end shows only when the voxels are read.
    let bad = folder.join("bad.nii.gz");
    desk.call(
        "convert",
        json!({ "input": good, "output": bad, "replace_existing": false }),
    )
    .await;
    let bytes = std::fs::read(&bad).unwrap();
    std::fs::write(&bad, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let found = desk
        .call("inspect", json!({ "path": folder, "with_patient": false }))
        .await;
    let series = found["series"].as_array().unwrap();
    assert_eq!(series.len(), 2);
    assert_eq!(series[0]["description"], "bad.nii.gz");
    assert_eq!(series[0]["max"], json!(null));
    assert_eq!(
        series[0]["report"].as_array().unwrap().last().unwrap()["code"],
        "damaged"
    );
    // i + 100 j + 1000 k at (23, 19, 9).
    assert_eq!(series[1]["max"], 23.0 + 1900.0 + 9000.0);
}
