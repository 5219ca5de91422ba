//! Generates what Tauri needs: the window's context and the permissions of our two commands.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["rpc", "bytes"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json and the capabilities describe this app");
}
