//! Surfaces of segments, through the bytes door and as files.

use crate::common::{Desk, write_grid};
use annotomy_app::bytes;
use annotomy_app::wire::{BytesRequest, ErrorCode, HEADER_BYTES, WireError};
use serde_json::{Value, json};

/// A surface as it came.
struct Shown {
    is_whole: bool,
    n_pieces: u32,
    revision: u32,
    positions: Vec<[f32; 3]>,
    triangles: Vec<[u32; 3]>,
}

async fn ask(desk: &Desk, document: &str, segment: &str, since: u32) -> Result<Vec<u8>, WireError> {
    ask_beside(desk, document, segment, (None, since)).await
}

/// What differs from the surface of another document.
async fn ask_beside(
    desk: &Desk,
    document: &str,
    segment: &str,
    (other, since): (Option<&str>, u32),
) -> Result<Vec<u8>, WireError> {
    let request = BytesRequest::Surface {
        request: 5,
        document: document.to_owned(),
        segment: segment.to_owned(),
        since,
        since_document: other.map(str::to_owned),
    };
    bytes::bytes(desk.app(), request).await
}

async fn surface(desk: &Desk, document: &str, segment: &str, since: u32) -> Shown {
    let reply = ask(desk, document, segment, since).await.unwrap();
    parsed(&reply)
}

fn parsed(reply: &[u8]) -> Shown {
    let word = |at: usize| u32::from_le_bytes(reply[at..at + 4].try_into().unwrap());
    let float = |at: usize| f32::from_bits(word(at));
    assert_eq!((reply[6], word(8)), (6, 5));
    let (n_pieces, mut at) = (word(20), HEADER_BYTES);
    let mut shown = Shown {
        is_whole: word(24) == 1,
        n_pieces,
        revision: word(32),
        positions: Vec::new(),
        triangles: Vec::new(),
    };
    for _ in 0..n_pieces {
        let first = shown.positions.len() as u32;
        let (n_vertices, n_triangles) = (word(at + 12) as usize, word(at + 16) as usize);
        at += 20;
        for vertex in 0..n_vertices {
            let position = [0, 1, 2].map(|axis| float(at + 12 * vertex + 4 * axis));
            shown.positions.push(position);
        }
        at += 24 * n_vertices;
        for triangle in 0..n_triangles {
            let corner = |n: usize| first + word(at + 12 * triangle + 4 * n);
            shown.triangles.push([corner(0), corner(1), corner(2)]);
        }
        at += 12 * n_triangles;
    }
    assert_eq!(at, reply.len());
    shown
}

impl Shown {
    /// By the divergence theorem; positive where triangles face outward.
    fn volume_mm3(&self) -> f64 {
        let share = |triangle: &[u32; 3]| {
            let [a, b, c] = triangle.map(|n| self.positions[n as usize].map(f64::from));
            let cross = [
                b[1] * c[2] - b[2] * c[1],
                b[2] * c[0] - b[0] * c[2],
                b[0] * c[1] - b[1] * c[0],
            ];
            (a[0] * cross[0] + a[1] * cross[1] + a[2] * cross[2]) / 6.0
        };
        self.triangles.iter().map(share).sum()
    }
}

async fn ball(desk: &Desk, document: &str, segment: &str, centre_mm: [f64; 3], mode: &str) {
    let edit = json!({
        "type": "stroke", "segment": segment, "mode": mode, "shape": "sphere",
        "radius_mm": 7.0, "path": [centre_mm], "slice_axis": 2, "slice_index": 4,
        "overwrite": "all",
    });
    desk.call("edit", json!({ "document": document, "edit": edit }))
        .await;
}

async fn opened(desk: &Desk) -> (String, String) {
    let document = desk.open_phantom().await["document"].clone();
    let document = document.as_str().unwrap().to_owned();
    let segment = desk.add_segment(&document, "Liver").await;
    (document, segment)
}

#[tokio::test]
async fn a_surface_follows_what_is_drawn() {
    let desk = Desk::new().await;
    let (document, segment) = opened(&desk).await;
    assert!(
        surface(&desk, &document, &segment, 0)
            .await
            .triangles
            .is_empty()
    );
    ball(&desk, &document, &segment, [11.0, 10.0, 9.0], "paint").await;
    let drawn = surface(&desk, &document, &segment, 0).await;
    // Of 2 mm3 each, on a grid too coarse for the closed form of a ball.
    let voxels =
        (0..24).flat_map(|i| (0..20).flat_map(move |j| (0..10).map(move |k| [i, j, 2 * k])));
    let from_centre = |at: [i32; 3]| [at[0] - 11, at[1] - 10, at[2] - 9].map(|x| x * x);
    let n_inside = voxels.filter(|at| from_centre(*at).iter().sum::<i32>() <= 49);
    let expected = 2.0 * n_inside.count() as f64;
    let off = drawn.volume_mm3() / expected - 1.0;
    assert!(off.abs() < 0.03, "{off}");
    let none = surface(&desk, &document, &segment, drawn.revision).await;
    assert!(!none.is_whole && none.positions.is_empty());
    ball(&desk, &document, &segment, [11.0, 10.0, 9.0], "erase").await;
    let gone = surface(&desk, &document, &segment, drawn.revision).await;
    assert_eq!(gone.revision, drawn.revision + 1);
    assert!(gone.triangles.is_empty() && !gone.is_whole);
    // A revision that never was: all of it.
    assert!(surface(&desk, &document, &segment, 99).await.is_whole);
}

#[tokio::test]
async fn each_segment_has_its_own_and_others_have_none() {
    let desk = Desk::new().await;
    let (document, segment) = opened(&desk).await;
    ball(&desk, &document, &segment, [11.0, 10.0, 9.0], "paint").await;
    let other = desk.add_segment(&document, "Spleen").await;
    assert!(
        surface(&desk, &document, &other, 0)
            .await
            .positions
            .is_empty()
    );
    let unknown = uuid::Uuid::nil().to_string();
    let error = ask(&desk, &document, &unknown, 0).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn what_is_shown_in_place_of_a_document_brings_only_what_differs() {
    let desk = Desk::new().await;
    write_grid(&desk.folder().join("long.nii"), [96, 20, 10], |_| 0);
    let series = desk.series_of("long.nii").await;
    let open = json!({ "job": "load", "series": series });
    let document = desk.call("open_image", open).await["document"].clone();
    let document = document.as_str().unwrap().to_owned();
    let segment = desk.add_segment(&document, "Balls").await;
    ball(&desk, &document, &segment, [10.0, 10.0, 9.0], "paint").await;
    let one = surface(&desk, &document, &segment, 0).await;
    ball(&desk, &document, &segment, [85.0, 10.0, 9.0], "paint").await;
    ball(&desk, &document, &segment, [83.0, 10.0, 9.0], "erase").await;
    let both = surface(&desk, &document, &segment, 0).await;
    let rest_mm3 = both.volume_mm3() - one.volume_mm3();
    assert!(both.is_whole && rest_mm3 > 50.0);

    let look_at = async |effect: Value| {
        let request = json!({
            "job": "look", "document": document, "segment": segment, "effect": effect,
            "overwrite": "all",
        });
        let preview = desk.call("preview_effect", request).await;
        preview["document"]["id"].as_str().unwrap().to_owned()
    };
    let islands = json!({ "type": "islands", "keep": { "pieces": "largest" } });
    let look = look_at(islands).await;
    let look = look.as_str();
    let beside = async |document: &str, other: &str, since| {
        let reply = ask_beside(&desk, document, &segment, (Some(other), since));
        parsed(&reply.await.unwrap())
    };
    let gone = beside(look, &document, both.revision).await;
    assert!(!gone.is_whole && gone.triangles.is_empty());
    let kept = surface(&desk, look, &segment, 0).await;
    assert_eq!(kept.volume_mm3(), one.volume_mm3());
    let back = beside(&document, look, gone.revision).await;
    assert!(!back.is_whole && back.positions.iter().all(|at| at[0] > 48.0));
    assert!((back.volume_mm3() - rest_mm3).abs() < 1e-3);
    // Another revision than that which is kept, or a document that nobody knows: all of it.
    let other = uuid::Uuid::nil().to_string();
    for (other, since) in [(look, 99), (&other, 1), ("nonsense", 1)] {
        assert!(beside(&document, other, since).await.is_whole);
    }
    let apply = json!({ "preview": look });
    desk.call("apply_preview", apply).await;
    let applied = beside(&document, look, gone.revision).await;
    assert_eq!((applied.is_whole, applied.n_pieces), (false, 0));
    let now = surface(&desk, &document, &segment, 0).await;
    assert_eq!(now.volume_mm3(), one.volume_mm3());

    // What is applied is what was looked at: none of it is sent again.
    let look = &look_at(json!({ "type": "margin", "mm": 2.0 })).await;
    let grown = beside(look, &document, now.revision).await;
    assert!(grown.n_pieces > 0 && grown.volume_mm3() > one.volume_mm3());
    desk.call("apply_preview", json!({ "preview": look })).await;
    let applied = beside(&document, look, grown.revision).await;
    assert_eq!((applied.is_whole, applied.n_pieces), (false, 0));
    let now = surface(&desk, &document, &segment, 0).await;
    assert_eq!(now.volume_mm3(), grown.volume_mm3());
}

async fn export(desk: &Desk, document: &str, name: &str) -> Value {
    let path = desk.folder().join(name);
    let request = json!({ "document": document, "path": path, "replace_existing": false });
    desk.call("export_labels", request).await
}

#[tokio::test]
async fn mesh_files_hold_the_surface_that_is_shown() {
    let desk = Desk::new().await;
    let (document, segment) = opened(&desk).await;
    let path = desk.folder().join("empty.stl");
    let request = json!({ "document": document, "path": path, "replace_existing": false });
    let error = desk.fail("export_labels", request).await;
    assert_eq!(error.code, ErrorCode::InvalidRequest);
    assert!(!path.exists());
    ball(&desk, &document, &segment, [11.0, 10.0, 9.0], "paint").await;
    let shown = surface(&desk, &document, &segment, 0).await;
    for name in ["a.stl", "a.obj", "a.ply", "a.glb"] {
        let exported = export(&desk, &document, name).await;
        assert!(exported["n_voxels"].as_u64().unwrap() > 600, "{name}");
        let file = std::fs::read(desk.folder().join(name)).unwrap();
        let n_triangles = match name {
            "a.stl" => u32::from_le_bytes(file[80..84].try_into().unwrap()) as usize,
            "a.obj" => String::from_utf8(file).unwrap().matches("\nf ").count(),
            "a.ply" => {
                let text = String::from_utf8_lossy(&file).into_owned();
                let (_, rest) = text.split_once("element face ").unwrap();
                rest.split_whitespace().next().unwrap().parse().unwrap()
            }
            _ => shown.triangles.len(),
        };
        assert_eq!(n_triangles, shown.triangles.len(), "{name}");
    }
}

/// The document's revision, and that at which each of its segments was drawn last.
async fn drawn_at(desk: &Desk, document: &str) -> (u64, Vec<u64>) {
    let now = desk.call("document", json!({ "document": document })).await;
    let segments = now["segments"].as_array().unwrap().iter();
    let drawn = segments.map(|segment| segment["drawn_at"].as_u64().unwrap());
    (now["revision"].as_u64().unwrap(), drawn.collect())
}

#[tokio::test]
async fn a_document_says_which_segments_were_drawn_since() {
    let mut desk = Desk::new().await;
    let (document, one) = opened(&desk).await;
    let other = desk.add_segment(&document, "Spleen").await;
    let at = [11.0, 10.0, 9.0];
    ball(&desk, &document, &one, at, "paint").await;
    let (first, drawn) = drawn_at(&desk, &document).await;
    assert!(drawn[0] == first && drawn[1] < first, "{drawn:?}");
    // It takes the voxels of the first one; a name takes none.
    ball(&desk, &document, &other, at, "paint").await;
    let (second, drawn) = drawn_at(&desk, &document).await;
    assert_eq!(drawn, [second, second]);
    let rename = json!({ "type": "rename_segment", "segment": one, "name": "Left" });
    desk.call("edit", json!({ "document": document, "edit": rename }))
        .await;
    let beside = json!({
        "type": "stroke", "segment": other, "mode": "paint", "shape": "sphere",
        "radius_mm": 2.0, "path": [[2.0, 2.0, 4.0]], "slice_axis": 2, "slice_index": 2,
        "overwrite": "all",
    });
    desk.call("edit", json!({ "document": document, "edit": beside }))
        .await;
    let (third, drawn) = drawn_at(&desk, &document).await;
    assert_eq!(drawn, [second, third]);
    for _ in 0..3 {
        desk.call("undo", json!({ "document": document })).await;
    }
    // The last of the three gave the first one its voxels back.
    let (now, drawn) = drawn_at(&desk, &document).await;
    assert_eq!(drawn, [now, now]);
    // Of what was done before a start nothing is known.
    desk.restart().await;
    let series = desk.series_of("phantom.nii").await;
    let open = json!({ "job": "load", "series": series });
    let again = desk.call("open_image", open).await["document"].clone();
    let (now, drawn) = drawn_at(&desk, again.as_str().unwrap()).await;
    assert_eq!(drawn, [now, now]);
}
