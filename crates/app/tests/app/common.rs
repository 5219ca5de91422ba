//! A user at a desk: an app on a temporary library, and a phantom to paint on.

use annotomy_app::config::Config;
use annotomy_app::wire::WireError;
use annotomy_app::{App, commands};
use annotomy_formats::write_volume;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::space::{PointLps, VectorLps};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const SIZE: [u32; 3] = [24, 20, 10];

pub(crate) struct Desk {
    folder: TempDir,
    app: Option<Arc<App>>,
}

/// The phantom's value at a voxel.
pub(crate) fn phantom([i, j, k]: [u32; 3]) -> i16 {
    (i + 100 * j + 1000 * k) as i16
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_image(&folder.path().join("phantom.nii"), phantom);
        let mut desk = Self { folder, app: None };
        desk.restart().await;
        desk
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn config(&self) -> Config {
        let data_folder = self.folder.path().join("data");
        Config {
            data_folder,
            sample: None,
            user: "Ada".to_owned(),
        }
    }

    pub(crate) fn app(&self) -> &Arc<App> {
        self.app.as_ref().unwrap()
    }

    /// Ends the app and starts it again on the same library.
    pub(crate) async fn restart(&mut self) {
        if let Some(app) = self.app.take() {
            app.finish().await;
            // What still loads an image holds the library, which is for one program only.
            for _ in 0..200 {
                if Arc::strong_count(&app) == 1 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
        self.app = Some(App::open(self.config()).await.unwrap());
    }

    pub(crate) async fn call(&self, name: &str, request: Value) -> Value {
        let caller = self.app().local_caller();
        let answer = commands::dispatch(self.app(), &caller, name, request).await;
        serde_json::from_str(&answer.unwrap()).unwrap()
    }

    pub(crate) async fn fail(&self, name: &str, request: Value) -> WireError {
        let caller = self.app().local_caller();
        commands::dispatch(self.app(), &caller, name, request)
            .await
            .unwrap_err()
    }

    pub(crate) async fn open_phantom(&self) -> Value {
        let series = self.series_of("phantom.nii").await;
        self.call("open_image", json!({ "job": "load", "series": series }))
            .await
    }

    /// The only series of a file in the folder.
    pub(crate) async fn series_of(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        let study = self
            .call("open_study", json!({ "job": "open", "paths": [path] }))
            .await;
        study["series"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn add_segment(&self, document: &str, name: &str) -> String {
        let edit = json!({ "type": "add_segment", "name": name, "color": "#d02020" });
        let answer = self
            .call("edit", json!({ "document": document, "edit": edit }))
            .await;
        let segments = answer["document"]["segments"].as_array().unwrap().clone();
        segments.last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// A round dab at a voxel, in the slice along k.
    pub(crate) async fn stroke(
        &self,
        document: &str,
        segment: &str,
        [i, j, k]: [u32; 3],
        radius_mm: f64,
    ) -> Value {
        let edit = json!({
            "type": "stroke", "segment": segment, "mode": "paint", "shape": "round",
            "radius_mm": radius_mm, "path": [[i, j, 2 * k]], "slice_axis": 2, "slice_index": k,
            "overwrite": "all",
        });
        self.call("edit", json!({ "document": document, "edit": edit }))
            .await
    }
}

/// An image on the phantom's grid.
pub(crate) fn write_image(path: &Path, value: impl Fn([u32; 3]) -> i16) {
    write_grid(path, SIZE, value);
}

/// An image of the phantom's spacing.
pub(crate) fn write_grid(path: &Path, size: [u32; 3], value: impl Fn([u32; 3]) -> i16) {
    let steps = [
        VectorLps([1.0, 0.0, 0.0]),
        VectorLps([0.0, 1.0, 0.0]),
        VectorLps([0.0, 0.0, 2.0]),
    ];
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size.map(|n| n as usize), affine).unwrap();
    let [ni, nj, nk] = size;
    let indices = (0..nk).flat_map(|k| (0..nj).flat_map(move |j| (0..ni).map(move |i| [i, j, k])));
    let voxels = indices.map(value).collect();
    let volume = Volume::new(geometry, Voxels::I16(voxels), Rescale::IDENTITY, None).unwrap();
    write_volume(path, &volume).unwrap();
}
