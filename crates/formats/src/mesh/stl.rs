//! Binary STL (3D Systems, "StereoLithography Interface Specification", 1988).

use super::{Body, TooLarge, corners, count, put_floats};
use annotomy_volume::space::VectorLps;

/// 80 bytes that do not begin with `solid`, which would make it a text; 3D Slicer reads the space.
const HEADER: &[u8; 80] =
    b"Annotomy; SPACE=LPS; UNIT=mm                                                    ";

pub(super) fn file(bodies: &[&Body]) -> Result<Vec<u8>, TooLarge> {
    let n: usize = bodies.iter().map(|body| body.mesh.triangles.len()).sum();
    let mut out = HEADER.to_vec();
    out.reserve(n.saturating_mul(50));
    out.extend(count(n)?.to_le_bytes());
    for body in bodies {
        for triangle in &body.mesh.triangles {
            let corners = corners(&body.mesh, *triangle);
            put_floats(&mut out, normal(corners));
            for corner in corners {
                put_floats(&mut out, corner);
            }
            out.extend([0, 0]);
        }
    }
    Ok(out)
}

/// Of the triangle itself; zero where it has no area, which readers take for unknown.
fn normal(corners: [[f32; 3]; 3]) -> [f32; 3] {
    let [a, b, c] = corners.map(|corner| VectorLps(corner.map(f64::from)));
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "vectors of floats: nothing overflows"
    )]
    let [to_b, to_c] = [b - a, c - a];
    let across = to_b.cross(to_c).normalized();
    across.map_or([0.0; 3], |normal| normal.0.map(single))
}

#[expect(clippy::cast_possible_truncation, reason = "of a unit vector")]
fn single(x: f64) -> f32 {
    x as f32
}
