//! Writes surfaces as mesh files: STL, OBJ, PLY and glTF.
//!
//! Positions are LPS millimetres in all of them, as no format but glTF says what its numbers mean;
//! glTF's are metres by the letter (glTF 2.0, 3.4), but a file in millimetres is what programs that
//! show anatomy write and expect. Where a format has room for it, the file says so.

mod gltf;
mod obj;
mod ply;
mod stl;

use annotomy_volume::surface::Mesh;
use thiserror::Error;

/// A format of meshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeshFormat {
    /// Binary STL: triangles only, of all bodies together.
    Stl,
    /// Wavefront OBJ: bodies by name, a colour for each vertex.
    Obj,
    /// Binary PLY, little-endian: a colour for each vertex, all bodies together.
    Ply,
    /// glTF 2.0 in one binary file: bodies by name, with the colours of their materials.
    Glb,
}

/// A surface with what is known of it.
#[derive(Debug)]
pub struct Body {
    /// Its name, as a user gave it.
    pub name: String,
    /// sRGB.
    pub color: [u8; 3],
    /// The surface.
    pub mesh: Mesh,
}

/// More vertices, triangles or bytes than the format can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the surfaces are too large for this format")]
pub struct TooLarge;

/// The bytes of a file with these bodies. Bodies without triangles are left out.
///
/// # Errors
/// [`TooLarge`] if the format cannot count what it would hold.
pub fn mesh_file(format: MeshFormat, bodies: &[Body]) -> Result<Vec<u8>, TooLarge> {
    let bodies: Vec<&Body> = bodies
        .iter()
        .filter(|body| !body.mesh.triangles.is_empty())
        .collect();
    match format {
        MeshFormat::Stl => stl::file(&bodies),
        MeshFormat::Obj => Ok(obj::file(&bodies)),
        MeshFormat::Ply => ply::file(&bodies),
        MeshFormat::Glb => gltf::file(&bodies),
    }
}

fn count(n: usize) -> Result<u32, TooLarge> {
    u32::try_from(n).map_err(|_| TooLarge)
}

fn put_floats(out: &mut Vec<u8>, numbers: [f32; 3]) {
    for number in numbers {
        out.extend(number.to_le_bytes());
    }
}

/// The vertices of a triangle; the origin for one that is not there, which no mesh has.
fn corners(mesh: &Mesh, triangle: [u32; 3]) -> [[f32; 3]; 3] {
    triangle.map(|n| {
        let position = usize::try_from(n).ok().and_then(|n| mesh.positions.get(n));
        position.copied().unwrap_or_default()
    })
}

type Numbered<'a> = (u32, &'a Body);

/// Bodies with the number of vertices of those before, and how many there are in all.
fn numbered<'a>(bodies: &[&'a Body]) -> Result<(Vec<Numbered<'a>>, u32), TooLarge> {
    let mut n_vertices = 0_u32;
    let mut numbered = Vec::new();
    for body in bodies {
        numbered.push((n_vertices, *body));
        let n = count(body.mesh.positions.len())?;
        n_vertices = n_vertices.checked_add(n).ok_or(TooLarge)?;
    }
    Ok((numbered, n_vertices))
}
