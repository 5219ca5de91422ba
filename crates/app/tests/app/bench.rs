//! A user at an image whose values tell their voxels, with one segment to do effects on.

use crate::common::{Desk, write_image};
use annotomy_app::bytes;
use annotomy_app::wire::{BytesRequest, ErrorCode, HEADER_BYTES};
use serde_json::{Value, json};

pub(crate) const SIZE: [u32; 3] = [24, 20, 10];

/// A number of its own for each voxel, in memory order.
pub(crate) fn number([i, j, k]: [u32; 3]) -> i16 {
    (i + SIZE[0] * (j + SIZE[1] * k)) as i16
}

/// An image of the voxels' numbers, with one segment.
pub(crate) struct Bench {
    pub(crate) desk: Desk,
    pub(crate) image: String,
    pub(crate) document: String,
    pub(crate) segment: String,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let desk = Desk::new().await;
        write_image(&desk.folder().join("numbers.nii"), number);
        let series = desk.series_of("numbers.nii").await;
        let open = json!({ "job": "load", "series": series });
        let opened = desk.call("open_image", open).await;
        let text = |name: &str| opened[name].as_str().unwrap().to_owned();
        let (image, document) = (text("id"), text("document"));
        let segment = desk.add_segment(&document, "A").await;
        Self {
            desk,
            image,
            document,
            segment,
        }
    }

    pub(crate) fn request(&self, effect: Value) -> Value {
        json!({
            "job": "effect", "document": self.document, "segment": self.segment,
            "effect": effect, "overwrite": "all",
        })
    }

    pub(crate) async fn run(&self, effect: Value) -> Value {
        self.desk.call("run_effect", self.request(effect)).await
    }

    pub(crate) async fn undo(&self) {
        let request = json!({ "document": self.document });
        self.desk.call("undo", request).await;
    }

    /// The voxels of every segment, by label.
    pub(crate) async fn voxels(&self, document: &str) -> Vec<([u32; 3], u8)> {
        let mut voxels = Vec::new();
        for k in 0..SIZE[2] {
            let request = BytesRequest::Labels {
                request: 1,
                document: document.to_owned(),
                layer: 0,
                axis: 2,
                index: k,
            };
            let reply = bytes::bytes(self.desk.app(), request).await.unwrap();
            let labels = reply[HEADER_BYTES..].iter().zip(0_u32..);
            voxels.extend(
                labels
                    .filter(|(label, _)| **label != 0)
                    .map(|(&label, n)| ([n % SIZE[0], n / SIZE[0], k], label)),
            );
        }
        voxels
    }

    /// The voxels of the only segment are just those wanted.
    pub(crate) async fn holds(&self, is_wanted: impl Fn([u32; 3]) -> bool) {
        let found: Vec<[u32; 3]> = self
            .voxels(&self.document)
            .await
            .into_iter()
            .map(|(voxel, _)| voxel)
            .collect();
        assert_eq!(found, expected(is_wanted));
    }

    pub(crate) async fn fails(&self, effect: Value) -> ErrorCode {
        self.desk
            .fail("run_effect", self.request(effect))
            .await
            .code
    }
}

pub(crate) fn expected(is_wanted: impl Fn([u32; 3]) -> bool) -> Vec<[u32; 3]> {
    let [n_i, n_j, n_k] = SIZE;
    let voxels =
        (0..n_k).flat_map(|k| (0..n_j).flat_map(move |j| (0..n_i).map(move |i| [i, j, k])));
    voxels.filter(|&voxel| is_wanted(voxel)).collect()
}

/// Slices, both ends inside.
pub(crate) fn slab([low, high]: [u32; 2]) -> Value {
    let range = [number([0, 0, low]), number([23, 19, high])];
    json!({ "type": "threshold", "range": range, "mode": "replace" })
}
