//! Wavefront OBJ, with the colours of vertices behind their positions, as MeshLab writes them: no
//! second file that gets lost.

use super::Body;
use std::fmt::Write;

pub(super) fn file(bodies: &[&Body]) -> Vec<u8> {
    let mut out = String::from("# Annotomy; SPACE=LPS; UNIT=mm\n");
    // Vertices are counted from 1, through all bodies.
    let mut first: u64 = 1;
    for body in bodies {
        let mesh = &body.mesh;
        let [r, g, b] = body.color.map(|channel| f32::from(channel) / 255.0);
        put(&mut out, format_args!("o {}\n", on_one_line(&body.name)));
        for [x, y, z] in &mesh.positions {
            put(&mut out, format_args!("v {x} {y} {z} {r} {g} {b}\n"));
        }
        for [x, y, z] in &mesh.normals {
            put(&mut out, format_args!("vn {x:.4} {y:.4} {z:.4}\n"));
        }
        for triangle in &mesh.triangles {
            let [a, b, c] = triangle.map(|n| first.saturating_add(n.into()));
            put(&mut out, format_args!("f {a}//{a} {b}//{b} {c}//{c}\n"));
        }
        first = first.saturating_add(mesh.positions.len() as u64);
    }
    out.into_bytes()
}

fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    out.write_fmt(line)
        .expect("a string takes all that is written");
}

fn on_one_line(name: &str) -> String {
    name.replace(char::is_control, " ")
}
