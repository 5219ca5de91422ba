//! glTF 2.0 as one binary file (Khronos Group, ISO/IEC 12113:2022).

use super::{Body, TooLarge, count, put_floats};
use serde_json::{Value, json};

const FLOAT: u32 = 5126;
const UNSIGNED_INT: u32 = 5125;
const VERTICES: u32 = 34962;
const INDICES: u32 = 34963;

#[derive(Default)]
struct Parts {
    buffer: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Parts {
    /// Adds an array of `n` elements, and answers its number.
    fn add(&mut self, target: u32, bytes: &[u8], accessor: Value) -> usize {
        let number = self.views.len();
        self.views.push(json!({
            "buffer": 0,
            "byteOffset": self.buffer.len(),
            "byteLength": bytes.len(),
            "target": target,
        }));
        self.buffer.extend_from_slice(bytes);
        self.accessors.push(accessor);
        number
    }

    fn add_vectors(&mut self, vectors: &[[f32; 3]]) -> usize {
        let mut bytes = Vec::with_capacity(vectors.len().saturating_mul(12));
        let (mut least, mut most) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        for vector in vectors {
            put_floats(&mut bytes, *vector);
            for ((least, most), x) in least.iter_mut().zip(&mut most).zip(vector) {
                *least = least.min(*x);
                *most = most.max(*x);
            }
        }
        let accessor = json!({
            "bufferView": self.views.len(), "componentType": FLOAT, "count": vectors.len(),
            "type": "VEC3", "min": least, "max": most,
        });
        self.add(VERTICES, &bytes, accessor)
    }

    fn add_triangles(&mut self, triangles: &[[u32; 3]]) -> usize {
        let numbers = triangles.iter().flatten();
        let bytes: Vec<u8> = numbers.flat_map(|n| n.to_le_bytes()).collect();
        let accessor = json!({
            "bufferView": self.views.len(), "componentType": UNSIGNED_INT,
            "count": triangles.len().saturating_mul(3), "type": "SCALAR",
        });
        self.add(INDICES, &bytes, accessor)
    }
}

pub(super) fn file(bodies: &[&Body]) -> Result<Vec<u8>, TooLarge> {
    let mut parts = Parts::default();
    let (mut meshes, mut nodes, mut materials) = (Vec::new(), Vec::new(), Vec::new());
    for (n, body) in bodies.iter().enumerate() {
        let position = parts.add_vectors(&body.mesh.positions);
        let normal = parts.add_vectors(&body.mesh.normals);
        let indices = parts.add_triangles(&body.mesh.triangles);
        meshes.push(json!({ "name": body.name, "primitives": [{
            "attributes": { "POSITION": position, "NORMAL": normal },
            "indices": indices, "material": n,
        }] }));
        nodes.push(json!({ "name": body.name, "mesh": n }));
        materials.push(material(body));
    }
    let asset = json!({
        "version": "2.0", "generator": "Annotomy",
        "extras": { "space": "LPS", "unit": "mm" },
    });
    let scenes = json!([{ "nodes": (0..bodies.len()).collect::<Vec<_>>() }]);
    // Lists of nothing are not allowed.
    let content = match bodies.is_empty() {
        true => json!({ "asset": asset, "scene": 0, "scenes": scenes }),
        false => json!({
            "asset": asset, "scene": 0, "scenes": scenes,
            "nodes": nodes, "meshes": meshes, "materials": materials,
            "accessors": parts.accessors, "bufferViews": parts.views,
            "buffers": [{ "byteLength": parts.buffer.len() }],
        }),
    };
    binary(content.to_string().into_bytes(), parts.buffer)
}

fn material(body: &Body) -> Value {
    let [r, g, b] = body.color.map(linear);
    json!({
        "name": body.name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [r, g, b, 1.0],
            "metallicFactor": 0.0,
            "roughnessFactor": 0.6,
        },
    })
}

/// From sRGB (IEC 61966-2-1).
fn linear(channel: u8) -> f64 {
    let x = f64::from(channel) / 255.0;
    match x <= 0.04045 {
        true => x / 12.92,
        false => ((x + 0.055) / 1.055).powf(2.4),
    }
}

/// Header and chunks (glTF 2.0, 4.4), each padded to four bytes.
fn binary(mut json: Vec<u8>, mut buffer: Vec<u8>) -> Result<Vec<u8>, TooLarge> {
    json.resize(json.len().next_multiple_of(4), b' ');
    buffer.resize(buffer.len().next_multiple_of(4), 0);
    let chunks = [(*b"JSON", json), (*b"BIN\0", buffer)];
    let chunks = chunks.iter().filter(|(_, bytes)| !bytes.is_empty());
    let mut body = Vec::new();
    for (kind, bytes) in chunks {
        body.extend(count(bytes.len())?.to_le_bytes());
        body.extend(kind);
        body.extend_from_slice(bytes);
    }
    let mut out = b"glTF".to_vec();
    out.extend(2_u32.to_le_bytes());
    out.extend(count(body.len().saturating_add(12))?.to_le_bytes());
    out.extend(body);
    Ok(out)
}
