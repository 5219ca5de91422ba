//! What a person says of the size of pixels, where an image has several volumes.

use crate::common::Desk;
use crate::scope::{choose, document_of, kinds, text};
use serde_json::{Value, json};

/// Pixels of one page of [`hyperstack`], and its directory: 10 entries between two numbers.
const N_PIXELS: u32 = 24;
const N_DIRECTORY: u32 = 2 + 10 * 12 + 4;

/// Two time points of 6 x 4 blank pixels as ImageJ writes them (`ij.io.TiffEncoder`), without a
/// word on how large pixels are.
fn hyperstack() -> Vec<u8> {
    let description = b"ImageJ=1.54f\nimages=2\nframes=2\nhyperstack=true\n\0";
    let n_text = description.len() as u32;
    let strips = 8 + n_text;
    let directories = strips + 2 * N_PIXELS;
    let mut file = b"II*\0".to_vec();
    file.extend(directories.to_le_bytes());
    file.extend(description);
    file.extend([0_u8; 2 * N_PIXELS as usize]);
    for (page, next) in [(0, directories + N_DIRECTORY), (1, 0)] {
        // TIFF 6.0: tag, type (2 text, 3 and 4 numbers), count, value.
        let entries: [(u16, u16, u32, u32); 10] = [
            (256, 3, 1, 6),
            (257, 3, 1, 4),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (270, 2, n_text, 8),
            (273, 4, 1, strips + page * N_PIXELS),
            (277, 3, 1, 1),
            (278, 3, 1, 4),
            (279, 4, 1, N_PIXELS),
        ];
        file.extend(10_u16.to_le_bytes());
        for (tag, kind, count, value) in entries {
            file.extend([tag, kind].map(u16::to_le_bytes).as_flattened());
            file.extend([count, value].map(u32::to_le_bytes).as_flattened());
        }
        file.extend(u32::to_le_bytes(next));
    }
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn size_of_pixels_is_that_of_the_image_at_every_volume() {
    let desk = Desk::new().await;
    std::fs::write(desk.folder().join("cells.tif"), hyperstack()).unwrap();
    let series = desk.series_of("cells.tif").await;
    let request = json!({ "job": "load", "series": series });
    let image = desk.call("open_image", request).await;
    assert_eq!(
        (&image["n_volumes"], &image["asks_pixel_size"]),
        (&json!(2), &json!(true))
    );
    let image = choose(&desk, &image, "each_volume", "empty").await;
    let first = document_of(&desk, &image, 0).await;
    let say = async |document: &Value, size: &Value| {
        let edit = json!({ "type": "set_pixel_size", "size": size });
        desk.call("edit", json!({ "document": document["id"], "edit": edit }))
            .await
    };
    let measured = json!({ "kind": "measured", "mm": [0.5, 0.25] });
    say(&first, &measured).await;
    let second = document_of(&desk, &image, 1).await;
    assert_eq!(second["pixel_size"], measured, "also without a record");
    desk.add_segment(text(&second["id"]), "Cell").await;
    let of_second = ["create_document", "set_pixel_size", "add_segment"];
    assert_eq!(kinds(&desk, &second).await, of_second);
    let unknown = json!({ "kind": "unknown" });
    say(&second, &unknown).await;
    assert_eq!(
        document_of(&desk, &image, 0).await["pixel_size"],
        unknown,
        "said at one, it holds at the other"
    );
    let image = choose(&desk, &image, "all_volumes", "empty").await;
    assert_eq!(document_of(&desk, &image, 0).await["pixel_size"], unknown);
    let verified = desk.call("audit_verify", json!({})).await;
    assert_eq!(verified["first_fault"], Value::Null);
}
