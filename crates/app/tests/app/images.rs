//! Images that are left, opened twice, or fail while they load.

use crate::common::Desk;
use annotomy_app::bytes;
use annotomy_app::wire::{BytesRequest, ErrorCode, WireError};
use annotomy_formats::write_volume;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use serde_json::{Value, json};
use std::path::Path;

const N_SLICES: usize = 200;

/// Noise, gzipped: it can only be read from front to back, so that the first slice shown, the
/// middle one, comes long before the last.
fn write_slow(path: &Path) {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new([256, 256, N_SLICES], affine).unwrap();
    let mut state = 1_u32;
    let noise = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let voxels = (0..geometry.n_voxels()).map(noise).collect();
    let volume = Volume::new(geometry, Voxels::U8(voxels), Rescale::IDENTITY, None).unwrap();
    write_volume(path, &volume).unwrap();
}

async fn slow_desk() -> (Desk, String) {
    let desk = Desk::new().await;
    write_slow(&desk.folder().join("slow.nii.gz"));
    let series = desk.series_of("slow.nii.gz").await;
    (desk, series)
}

async fn last_slice(desk: &Desk, image: &Value) -> Result<Vec<u8>, WireError> {
    let request = BytesRequest::Slice {
        request: 1,
        image: image["id"].as_str().unwrap().to_owned(),
        volume: 0,
        axis: 2,
        index: N_SLICES as u32 - 1,
    };
    bytes::bytes(desk.app(), request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn image_left_while_it_loads_can_be_opened_again_at_once() {
    let (desk, series) = slow_desk().await;
    for round in 0..3 {
        let job = format!("load {round}");
        let image = desk
            .call("open_image", json!({ "job": job, "series": series }))
            .await;
        assert_eq!(image["first_slice"], N_SLICES / 2);
        desk.call("cancel", json!({ "job": job })).await;
    }
    let image = desk
        .call("open_image", json!({ "job": "last", "series": series }))
        .await;
    last_slice(&desk, &image).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn image_in_two_windows_goes_on_loading_when_one_leaves() {
    let (desk, series) = slow_desk().await;
    let open = |job| desk.call("open_image", json!({ "job": job, "series": series }));
    let (image, same) = tokio::join!(open("a"), open("b"));
    assert_eq!(image["id"], same["id"]);
    desk.call("cancel", json!({ "job": "a" })).await;
    last_slice(&desk, &image).await.unwrap();
    let image = desk.call("image", json!({ "image": image["id"] })).await;
    assert_eq!(image["is_ready"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn image_that_nobody_wants_stops_loading() {
    let (desk, series) = slow_desk().await;
    // On a busy machine it may be complete before it is cancelled, but not every time.
    for round in 0..10 {
        let job = format!("load {round}");
        let image = desk
            .call("open_image", json!({ "job": job, "series": series }))
            .await;
        desk.call("cancel", json!({ "job": job })).await;
        if let Err(error) = last_slice(&desk, &image).await {
            assert_eq!(error.code, ErrorCode::Cancelled);
            return;
        }
    }
    panic!("it was loaded to its end every time");
}

#[tokio::test(flavor = "multi_thread")]
async fn image_that_fails_after_its_first_slice_says_so_to_every_question() {
    let desk = Desk::new().await;
    let path = desk.folder().join("cut.nii.gz");
    write_slow(&path);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() * 9 / 10]).unwrap();
    let series = desk.series_of("cut.nii.gz").await;
    let image = desk
        .call("open_image", json!({ "job": "load", "series": series }))
        .await;
    let error = last_slice(&desk, &image).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadInput);
    assert!(error.message.contains("cut.nii.gz"), "{}", error.message);
    let again = desk.fail("image", json!({ "image": image["id"] })).await;
    assert_eq!(again, error);
}
