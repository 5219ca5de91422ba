//! Mesh files, read by VTK.

use crate::common::ask::{ask, list};
use annotomy_formats::{Body, MeshFormat, mesh_file};
use annotomy_volume::surface::Mesh;
use serde_json::{Value, json};

/// Single precision, of lengths up to 100 mm.
const TOLERANCE: f64 = 1e-3;

/// A box from `from` with edges of `edge` mm.
fn cuboid(from: [f32; 3], edge: [f32; 3]) -> Mesh {
    let corner =
        |n: usize| -> [f32; 3] { std::array::from_fn(|a| from[a] + edge[a] * (n >> a & 1) as f32) };
    let positions: Vec<_> = (0..8).map(corner).collect();
    let out = |n: usize| -> [f32; 3] {
        std::array::from_fn(|a| if n >> a & 1 == 1 { 0.577_35 } else { -0.577_35 })
    };
    // Faces counter-clockwise from outside.
    let faces = [
        [0, 4, 6, 2],
        [1, 3, 7, 5],
        [0, 1, 5, 4],
        [2, 6, 7, 3],
        [0, 2, 3, 1],
        [4, 5, 7, 6],
    ];
    Mesh {
        positions,
        normals: (0..8).map(out).collect(),
        triangles: faces
            .iter()
            .flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]])
            .collect(),
    }
}

fn bodies() -> Vec<Body> {
    let body = |name: &str, color, mesh| Body {
        name: name.to_owned(),
        color,
        mesh,
    };
    vec![
        body(
            "Leber \"rechts\"",
            [200, 30, 10],
            cuboid([-10.0, 20.0, -700.5], [1.0, 2.0, 3.0]),
        ),
        body("nothing", [1, 2, 3], Mesh::default()),
        body(
            "milt\nз",
            [0, 128, 255],
            cuboid([5.0, 6.0, -690.0], [4.0, 4.0, 4.0]),
        ),
    ]
}

fn near(found: &Value, expected: f64) -> bool {
    found
        .as_f64()
        .is_some_and(|x| (x - expected).abs() < TOLERANCE)
}

#[test]
fn vtk_reads_the_surfaces_that_were_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let formats = [
        ("stl", MeshFormat::Stl),
        ("obj", MeshFormat::Obj),
        ("ply", MeshFormat::Ply),
        ("glb", MeshFormat::Glb),
    ];
    for (ending, format) in formats {
        let bytes = mesh_file(format, &bodies()).expect("it is small");
        crate::common::write(&folder.path().join(format!("meshes.{ending}")), &bytes);
    }
    let answer = ask("meshes_read.py", folder.path());
    for (ending, _) in formats {
        let found = &answer[ending];
        assert!(near(&found["area_mm2"], 22.0 + 96.0), "{ending}: {found}");
        assert!(near(&found["volume_mm3"], 6.0 + 64.0), "{ending}: {found}");
        assert_eq!(found["n_points"], 16, "{ending}");
        assert_eq!(found["n_triangles"], 24, "{ending}");
        assert_eq!(found["n_open_edges"], 0, "{ending}");
        let expected = [-10.0, 9.0, 6.0, 22.0, -700.5, -686.0];
        for (found, expected) in list(&found["bounds"]).iter().zip(expected) {
            assert!(near(found, expected), "{ending}: {found} is not {expected}");
        }
        if ending != "stl" {
            assert_eq!(
                found["colors"],
                json!([[0, 128, 255], [200, 30, 10]]),
                "{ending}"
            );
        }
    }
    assert_eq!(
        answer["obj"]["names"],
        json!(["Leber \"rechts\"", "milt з"])
    );
    assert_eq!(
        answer["glb"]["names"],
        json!(["Leber \"rechts\"", "milt\nз"])
    );
}

#[test]
fn what_has_no_surface_is_a_file_without_triangles() {
    let stl = mesh_file(MeshFormat::Stl, &[]).expect("it is small");
    assert_eq!((stl.len(), &stl[80..]), (84, &[0, 0, 0, 0][..]));
    let glb = mesh_file(MeshFormat::Glb, &[]).expect("it is small");
    assert_eq!(usize::from(glb[8]), glb.len(), "one chunk of text");
}
