//! Images of several volumes on one grid.

use crate::common::{Desk, phantom};
use annotomy_app::bytes;
use annotomy_app::wire::{BytesRequest, ErrorCode, WireError};
use serde_json::{Value, json};
use std::path::Path;

pub(crate) const SIZE: [u32; 3] = [24, 20, 10];
pub(crate) const N_VOLUMES: u32 = 3;

/// The value is i + 100 j + 1000 k + 10000 t.
fn value([i, j, k]: [u32; 3], volume: u32) -> i16 {
    phantom([i, j, k]) + 10_000 * volume as i16
}

/// A single NIfTI-1 file of 16-bit integers (nifti1.h), its voxels 1 mm wide.
pub(crate) fn nifti(size: &[u32], voxels: &[i16]) -> Vec<u8> {
    let mut header = [0_u8; 352];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    put(40, &(size.len() as i16).to_le_bytes());
    for (n, count) in size.iter().enumerate() {
        put(42 + 2 * n, &(*count as i16).to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes());
    put(72, &16_i16.to_le_bytes());
    (0..8).for_each(|n| put(76 + 4 * n, &1_f32.to_le_bytes()));
    put(108, &352_f32.to_le_bytes());
    put(112, &1_f32.to_le_bytes());
    put(123, &[2]);
    put(254, &1_i16.to_le_bytes());
    for row in 0..3 {
        put(280 + 20 * row, &1_f32.to_le_bytes());
    }
    put(344, b"n+1\0");
    let voxels = voxels.iter().flat_map(|voxel| voxel.to_le_bytes());
    header.into_iter().chain(voxels).collect()
}

fn write_series(path: &Path) {
    let [ni, nj, nk] = SIZE;
    let mut voxels = Vec::new();
    for volume in 0..N_VOLUMES {
        for k in 0..nk {
            for j in 0..nj {
                voxels.extend((0..ni).map(|i| value([i, j, k], volume)));
            }
        }
    }
    std::fs::write(path, nifti(&[ni, nj, nk, N_VOLUMES], &voxels)).unwrap();
}

pub(crate) async fn desk_with_series() -> (Desk, Value) {
    let desk = Desk::new().await;
    write_series(&desk.folder().join("series.nii"));
    let image = open(&desk, "load").await;
    (desk, image)
}

pub(crate) async fn open(desk: &Desk, job: &str) -> Value {
    let series = desk.series_of("series.nii").await;
    desk.call("open_image", json!({ "job": job, "series": series }))
        .await
}

async fn slice(
    desk: &Desk,
    image: &Value,
    (volume, axis, index): (u32, u32, u32),
) -> Result<Vec<u8>, WireError> {
    let request = BytesRequest::Slice {
        request: 1,
        image: image["id"].as_str().unwrap().to_owned(),
        volume,
        axis,
        index,
    };
    bytes::bytes(desk.app(), request).await
}

/// Compares a slice with the phantom's closed form.
async fn check_slice(desk: &Desk, image: &Value, (volume, axis, index): (u32, u32, u32)) {
    let reply = slice(desk, image, (volume, axis, index)).await.unwrap();
    let number = |at: usize| u32::from_le_bytes(reply[at..at + 4].try_into().unwrap());
    assert_eq!([number(16), number(36)], [index, volume]);
    let [n_columns, n_rows] = [number(20), number(24)];
    let stored = |n: u32| {
        let at = 40 + 2 * n as usize;
        i16::from_le_bytes([reply[at], reply[at + 1]])
    };
    assert_eq!(reply.len(), 40 + 2 * (n_columns * n_rows) as usize);
    for row in 0..n_rows {
        for column in 0..n_columns {
            let voxel = match axis {
                0 => [index, column, row],
                1 => [column, index, row],
                _ => [column, row, index],
            };
            let expected = value(voxel, volume);
            assert_eq!(stored(row * n_columns + column), expected, "{voxel:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slices_of_every_volume_are_its_own_in_every_plane() {
    let (desk, image) = desk_with_series().await;
    assert_eq!(image["n_volumes"], N_VOLUMES);
    assert_eq!(
        image["volume_labels"].as_array().unwrap().len(),
        N_VOLUMES as usize
    );
    assert_eq!(image["report"], json!([]));
    for volume in [2, 0, 1, 2] {
        for (axis, index) in [(2, 3), (0, 23), (1, 0), (2, 9)] {
            check_slice(&desk, &image, (volume, axis, index)).await;
        }
    }
    let error = slice(&desk, &image, (N_VOLUMES, 2, 0)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidRequest);
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_of_the_volume_asked_for() {
    let (desk, image) = desk_with_series().await;
    let document = image["document"].as_str().unwrap();
    let segment = desk.add_segment(document, "Lesion").await;
    // The affine of this file is of 1 mm along RAS; the stroke's place follows from it.
    let at = [[0, 0, 0, 10], [0, 0, 0, 10], [0, 0, 0, 5]];
    let rows = image["lps_from_index"].as_array().unwrap();
    let lps: Vec<f64> = (0..3)
        .map(|row| {
            let of = |column: usize| rows[row][column].as_f64().unwrap();
            let index = |axis: usize| f64::from(at[axis][3]);
            of(3) + (0..3).map(|axis| of(axis) * index(axis)).sum::<f64>()
        })
        .collect();
    let edit = json!({
        "type": "stroke", "segment": segment, "mode": "paint", "shape": "round",
        "radius_mm": 3.0, "path": [lps], "slice_axis": 2, "slice_index": 5, "overwrite": "all",
    });
    desk.call("edit", json!({ "document": document, "edit": edit }))
        .await;
    let mut deviations = Vec::new();
    for volume in 0..N_VOLUMES {
        let request = json!({ "document": document, "volume": volume });
        let statistics = desk.call("statistics", request).await;
        let found = &statistics["segments"][0];
        // The disc is symmetric about its centre: the mean is the centre's value.
        let expected = f64::from(value([10, 10, 5], volume));
        assert!((found["mean"].as_f64().unwrap() - expected).abs() < 1e-9);
        deviations.push(found["standard_deviation"].as_f64().unwrap());
    }
    assert!(deviations[0] > 0.0);
    assert!(deviations.iter().all(|d| (d - deviations[0]).abs() < 1e-9));
    let request = json!({ "document": document, "volume": N_VOLUMES });
    let error = desk.fail("statistics", request).await;
    assert_eq!(error.code, ErrorCode::InvalidRequest);
}

#[tokio::test(flavor = "multi_thread")]
async fn volumes_of_an_image_that_was_left_are_loaded_no_more_until_it_is_opened_again() {
    let (desk, image) = desk_with_series().await;
    check_slice(&desk, &image, (1, 0, 0)).await;
    open(&desk, "another window").await;
    desk.call("cancel", json!({ "job": "load" })).await;
    check_slice(&desk, &image, (2, 0, 0)).await;
    desk.call("cancel", json!({ "job": "another window" }))
        .await;
    let error = slice(&desk, &image, (2, 0, 0)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Cancelled);
    let image = open(&desk, "again").await;
    check_slice(&desk, &image, (2, 0, 0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn volume_that_cannot_be_read_fails_for_its_own_slices_only_and_is_tried_again() {
    let desk = Desk::new().await;
    let path = desk.folder().join("series.nii");
    write_series(&path);
    let image = open(&desk, "load").await;
    check_slice(&desk, &image, (0, 0, 0)).await;
    // The file loses its last volume while it is open.
    let bytes = std::fs::read(&path).unwrap();
    let [ni, nj, nk] = SIZE.map(|n| n as usize);
    std::fs::write(&path, &bytes[..bytes.len() - 2 * ni * nj * nk]).unwrap();
    let error = slice(&desk, &image, (2, 0, 0)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadInput);
    assert!(error.message.contains("series.nii"), "{}", error.message);
    check_slice(&desk, &image, (1, 0, 0)).await;
    check_slice(&desk, &image, (0, 2, 3)).await;
    std::fs::write(&path, &bytes).unwrap();
    check_slice(&desk, &image, (2, 0, 0)).await;
}
