//! Strokes, undo and effects, from the request to the answer that says they are durable, through a
//! real server on the benchmark series: their time, and the memory that they leave.

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
const UNDOS: usize = 50;
/// Rounds of undo and redo of the largest effect.
const ROUNDS: usize = 9;
const FEW_SEGMENTS: usize = 2;
const MANY_SEGMENTS: usize = 200;
const MEGABYTE: f64 = 1e6;
/// History that may be kept in memory.
const HISTORY_BYTES: f64 = 64.0 * MEGABYTE;
/// A fast hand lifts the pen ten times a second at most.
const PAUSE: Duration = Duration::from_millis(30);
/// Who undoes what changed everything looks at what became of it.
const LOOK: Duration = Duration::from_millis(500);

/// Adds the rows about edits.
pub(crate) fn measure(series: &Path, table: &mut Table) -> Result<(), Failure> {
    let library = tempfile::tempdir().map_err(|source| Failure::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let binary = places::binary("release", "annotomy");
    work(&binary, library.path(), series, table)
        .and_then(|()| compare_segments(&binary, series, table))
        .map_err(|broken| Failure::Lost(broken.to_string()))
}

fn work(binary: &Path, library: &Path, series: &Path, table: &mut Table) -> Result<(), Broken> {
    let (server, client) = Server::start(binary, library)?;
    let base = server.memory();
    let mut desk = Desk::open(client, series)?;
    let volume = desk.volume_bytes();

    let strokes = desk.strokes(STROKES)?;
    rows(
        "brush stroke to durable",
        &strokes,
        [Some(15.0), Some(60.0)],
        table,
    );
    let moves = desk.adapted_strokes(MOVES)?;
    rows(
        "adaptive brush, per pointer move",
        &moves,
        [Some(16.0), None],
        table,
    );
    let memory = server.memory().resident - base.resident;
    let promised = Promise::AtMost((1.1 * volume + HISTORY_BYTES) / MEGABYTE);
    let what = format!(
        "memory of a volume of {:.0} MB and {STROKES} strokes",
        volume / MEGABYTE
    );
    table.add(what, memory / MEGABYTE, "MB", promised);
    let peak = (server.memory().peak - base.resident) / MEGABYTE;
    table.add("its peak, loading too", peak, "MB", Promise::None);

    let [undo, redo] = desk.undone_and_redone(UNDOS)?;
    rows("undo of a stroke", &undo, [Some(50.0), None], table);
    rows("redo of a stroke", &redo, [Some(50.0), None], table);
    let threshold = desk.threshold()?;
    table.add(
        "threshold of the whole volume",
        threshold,
        "ms",
        Promise::None,
    );
    let [undo, redo] = desk.undone_and_redone_in_turn(ROUNDS)?;
    rows("undo of it", &undo, [Some(50.0), None], table);
    rows("redo of it", &redo, [Some(50.0), None], table);
    Ok(())
}

/// The same strokes on the same series, in turn where there are two segments and where there are many.
fn compare_segments(binary: &Path, series: &Path, table: &mut Table) -> Result<(), Broken> {
    let libraries = [tempfile::tempdir()?, tempfile::tempdir()?];
    let mut servers = Vec::new();
    let mut desks = Vec::new();
    for (library, n_segments) in libraries.iter().zip([FEW_SEGMENTS, MANY_SEGMENTS]) {
        let (server, client) = Server::start(binary, library.path())?;
        servers.push(server);
        let desk = Desk::open(client, series)?;
        for n in 1..n_segments {
            desk.add_segment(&format!("Segment {n}"))?;
        }
        desks.push(desk);
    }
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..STROKES {
        for (desk, times) in desks.iter_mut().zip(&mut times) {
            times.extend(desk.strokes(1)?);
        }
    }
    let [few, many] = times.map(|times| quantile(&times, 0.5));
    let what = format!("a stroke in {MANY_SEGMENTS} segments, times one in {FEW_SEGMENTS}");
    table.add(what, many / few, "x", Promise::AtMost(1.1));
    Ok(())
}

/// Median and 99th percentile, with at most how many milliseconds they may be.
fn rows(what: &str, times: &[f64], most: [Option<f64>; 2], table: &mut Table) {
    for (most, (name, q)) in most.into_iter().zip([("median", 0.5), ("p99", 0.99)]) {
        let promise = most.map_or(Promise::None, Promise::AtMost);
        table.add(format!("{what}, {name}"), quantile(times, q), "ms", promise);
    }
}

/// A series that is worked on.
struct Desk {
    client: Client,
    image: Value,
    segment: Value,
    random: Random,
}

impl Desk {
    /// With one segment; the volume is complete.
    fn open(client: Client, series: &Path) -> Result<Self, Broken> {
        let request = json!({"job": "study", "paths": [series]});
        let study = client.call("open_study", &request)?;
        let request = json!({"job": "image", "series": study["series"][0]["id"]});
        let image = client.call("open_image", &request)?;
        wait_until_ready(&client, &image)?;
        let mut desk = Self {
            client,
            image,
            segment: Value::Null,
            random: Random::new(1),
        };
        desk.segment = desk.add_segment("Bench")?;
        Ok(desk)
    }

    /// Calls a command about the document.
    fn call(&self, command: &str, request: Value) -> Result<Value, Broken> {
        self.client.call(command, &self.about(request))
    }

    /// Milliseconds until the whole answer to a command about the document is there.
    fn timed(&self, command: &str, request: Value) -> Result<f64, Broken> {
        let request = self.about(request);
        timed(|| self.client.post(command, &request))
    }

    fn about(&self, mut request: Value) -> Value {
        request["document"] = self.image["document"].clone();
        request
    }

    /// Bytes of the voxels, which are of 16 bits.
    fn volume_bytes(&self) -> f64 {
        let size = self.image["size"].as_array().into_iter().flatten();
        2.0 * size.filter_map(Value::as_f64).product::<f64>()
    }

    fn add_segment(&self, name: &str) -> Result<Value, Broken> {
        let edit = json!({"type": "add_segment", "name": name, "color": "#00ff00"});
        let answer = self.call("edit", json!({"edit": edit}))?;
        let segments = answer["document"]["segments"].as_array();
        let last = segments.and_then(|segments| segments.last());
        last.map(|segment| segment["id"].clone())
            .ok_or(Broken::Incomplete("no segment"))
    }

    /// Milliseconds of each stroke.
    fn strokes(&mut self, n: usize) -> Result<Vec<f64>, Broken> {
        (0..n)
            .map(|_| {
                let edit = stroke(&self.image, &self.segment, &mut self.random);
                let ms = self.timed("edit", json!({"edit": edit}))?;
                std::thread::sleep(PAUSE);
                Ok(ms)
            })
            .collect()
    }

    /// Milliseconds until it is known what the last piece of an adaptive stroke takes.
    fn adapted_strokes(&mut self, n: usize) -> Result<Vec<f64>, Broken> {
        (0..n)
            .map(|_| {
                let stroke = stroke(&self.image, &self.segment, &mut self.random);
                self.adapted(stroke)
            })
            .collect()
    }

    fn adapted(&self, mut stroke: Value) -> Result<f64, Broken> {
        if let Some(fields) = stroke.as_object_mut() {
            fields.remove("type");
        }
        let path = stroke["path"].as_array().map_or(&[][..], Vec::as_slice);
        stroke["path"] = path[path.len().saturating_sub(2)..].into();
        stroke["adaptive"] = json!({"tolerance": 3.0});
        let document = self.image["document"].as_str().unwrap_or_default();
        let query = [
            ("kind", "dabs".to_owned()),
            ("request", "1".to_owned()),
            ("document", document.to_owned()),
            ("stroke", stroke.to_string()),
        ];
        timed(|| self.client.bytes(&query))
    }

    /// Milliseconds of each undo, and of each redo after them.
    fn undone_and_redone(&self, n: usize) -> Result<[Vec<f64>; 2], Broken> {
        let times = |command: &str| {
            let time = |_| self.timed(command, json!({}));
            (0..n).map(time).collect::<Result<Vec<f64>, Broken>>()
        };
        Ok([times("undo")?, times("redo")?])
    }

    /// Milliseconds of undo and redo of one operation, in turn.
    fn undone_and_redone_in_turn(&self, n: usize) -> Result<[Vec<f64>; 2], Broken> {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..n {
            for (command, times) in ["undo", "redo"].into_iter().zip(&mut times) {
                std::thread::sleep(LOOK);
                times.push(self.timed(command, json!({}))?);
            }
        }
        Ok(times)
    }

    /// Milliseconds of an effect on millions of voxels.
    fn threshold(&self) -> Result<f64, Broken> {
        let effect = json!({"type": "threshold", "range": [-200.0, 3000.0], "mode": "add"});
        let request = json!({
            "job": "threshold", "segment": self.segment, "effect": effect, "overwrite": "all",
        });
        self.timed("run_effect", request)
    }
}

fn timed<T>(work: impl FnOnce() -> Result<T, Broken>) -> Result<f64, Broken> {
    let started = Instant::now();
    work()?;
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
    json!({
        "type": "stroke", "segment": segment, "mode": "paint", "shape": "round",
        "radius_mm": 3.0 + 6.0 * random.fraction(), "path": path,
        "slice_axis": 2, "slice_index": k, "overwrite": "all",
    })
}
