//! Binary little-endian PLY (G. Turk, "The PLY Polygon File Format", 1994).

use super::{Body, TooLarge, count, numbered, put_floats};

pub(super) fn file(bodies: &[&Body]) -> Result<Vec<u8>, TooLarge> {
    let (numbered, n_vertices) = numbered(bodies)?;
    let n_triangles = count(bodies.iter().map(|body| body.mesh.triangles.len()).sum())?;
    // Vertices are signed in most readers.
    if i32::try_from(n_vertices).is_err() {
        return Err(TooLarge);
    }
    let mut out = header(n_vertices, n_triangles).into_bytes();
    for (_, body) in &numbered {
        for (position, normal) in body.mesh.positions.iter().zip(&body.mesh.normals) {
            put_floats(&mut out, *position);
            put_floats(&mut out, *normal);
            out.extend(body.color);
        }
    }
    for (first, body) in &numbered {
        for triangle in &body.mesh.triangles {
            out.push(3);
            for n in triangle {
                out.extend(first.saturating_add(*n).to_le_bytes());
            }
        }
    }
    Ok(out)
}

fn header(n_vertices: u32, n_triangles: u32) -> String {
    let floats: String = ["x", "y", "z", "nx", "ny", "nz"]
        .map(|name| format!("property float {name}\n"))
        .concat();
    let colors: String = ["red", "green", "blue"]
        .map(|name| format!("property uchar {name}\n"))
        .concat();
    format!(
        "ply\nformat binary_little_endian 1.0\ncomment Annotomy; SPACE=LPS; UNIT=mm\n\
         element vertex {n_vertices}\n{floats}{colors}\
         element face {n_triangles}\nproperty list uchar int vertex_indices\nend_header\n"
    )
}
