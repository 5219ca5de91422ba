//! A brush stroke, from the request to the answer that says it is durable, and what an adaptive brush
//! takes at each move of the pointer, through a real server on the benchmark series.

use super::table::{Promise, Table, quantile};
use crate::failure::Failure;
use crate::places;
use crate::random::Random;
use crate::server::{Broken, Client, Server};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

const STROKES: usize = 300;
const MOVES: usize = 300;
/// A fast hand lifts the pen ten times a second at most.
const PAUSE: Duration = Duration::from_millis(30);

/// Adds the rows about strokes.
pub(crate) fn measure(series: &Path, table: &mut Table) -> Result<(), Failure> {
    let library = tempfile::tempdir().map_err(|source| Failure::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let binary = places::binary("release", "annotomy");
    let [times, moves] = paint(&binary, library.path(), series)
        .map_err(|broken| Failure::Lost(broken.to_string()))?;
    let what = "brush stroke to durable";
    let median = quantile(&times, 0.5);
    table.add(
        format!("{what}, median"),
        median,
        "ms",
        Promise::AtMost(15.0),
    );
    let p99 = quantile(&times, 0.99);
    table.add(format!("{what}, p99"), p99, "ms", Promise::AtMost(60.0));
    let what = "adaptive brush, per pointer move";
    let median = quantile(&moves, 0.5);
    table.add(
        format!("{what}, median"),
        median,
        "ms",
        Promise::AtMost(16.0),
    );
    let p99 = quantile(&moves, 0.99);
    table.add(format!("{what}, p99"), p99, "ms", Promise::None);
    Ok(())
}

/// Milliseconds of each stroke, and of each move of an adaptive one.
fn paint(binary: &Path, library: &Path, series: &Path) -> Result<[Vec<f64>; 2], Broken> {
    let (_server, client) = Server::start(binary, library)?;
    let request = json!({"job": "study", "paths": [series]});
    let study = client.call("open_study", &request)?;
    let request = json!({"job": "image", "series": study["series"][0]["id"]});
    let image = client.call("open_image", &request)?;
    let edit = json!({"type": "add_segment", "name": "Bench", "color": "#00ff00"});
    let request = json!({"document": image["document"], "edit": edit});
    let segment = client.call("edit", &request)?["document"]["segments"][0]["id"].clone();
    wait_until_ready(&client, &image)?;
    let mut random = Random::new(1);
    let mut times = Vec::with_capacity(STROKES);
    for _ in 0..STROKES {
        let stroke = stroke(&image, &segment, &mut random);
        let started = Instant::now();
        client.call("edit", &stroke)?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        std::thread::sleep(PAUSE);
    }
    let moves = (0..MOVES).map(|_| adapted(&client, &stroke(&image, &segment, &mut random)));
    Ok([times, moves.collect::<Result<_, _>>()?])
}

/// Milliseconds until it is known what the last piece of a stroke takes that is adaptive.
fn adapted(client: &Client, request: &Value) -> Result<f64, Broken> {
    let mut stroke = request["edit"].clone();
    if let Some(fields) = stroke.as_object_mut() {
        fields.remove("type");
    }
    let path = stroke["path"].as_array().map_or(&[][..], Vec::as_slice);
    stroke["path"] = path[path.len().saturating_sub(2)..].into();
    stroke["adaptive"] = json!({"tolerance": 3.0});
    let query = [
        ("kind", "dabs".to_owned()),
        ("request", "1".to_owned()),
        (
            "document",
            request["document"].as_str().unwrap_or_default().to_owned(),
        ),
        ("stroke", stroke.to_string()),
    ];
    let started = Instant::now();
    client.bytes(&query)?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

fn wait_until_ready(client: &Client, image: &Value) -> Result<(), Broken> {
    let request = json!({"image": image["id"]});
    while client.call("image", &request)?["is_ready"] != true {
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A curved stroke of 40 points and some 60 mm with a brush of 3 to 9 mm, in an axial slice.
fn stroke(image: &Value, segment: &Value, random: &mut Random) -> Value {
    let at =
        |row: usize, column: usize| image["lps_from_index"][row][column].as_f64().unwrap_or(0.0);
    let k = 100 + random.below(100);
    let start = [150 + random.below(200), 150 + random.below(200), k];
    let mut point: [f64; 3] = std::array::from_fn(|row| {
        (0..3)
            .map(|axis| at(row, axis) * f64::from(u32::try_from(start[axis]).unwrap_or(0)))
            .sum::<f64>()
            + at(row, 3)
    });
    let mut direction = 6.3 * random.fraction();
    let path: Vec<[f64; 3]> = (0..40)
        .map(|_| {
            direction += 0.4 * (random.fraction() - 0.5);
            point[0] += 1.5 * direction.cos();
            point[1] += 1.5 * direction.sin();
            point
        })
        .collect();
    json!({"document": image["document"], "edit": {
        "type": "stroke", "segment": segment, "mode": "paint", "shape": "round",
        "radius_mm": 3.0 + 6.0 * random.fraction(), "path": path,
        "slice_axis": 2, "slice_index": k, "overwrite": "all",
    }})
}
