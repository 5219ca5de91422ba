//! Kills the server at random moments while it paints and proves that nothing it acknowledged is
//! lost: the revision never goes back, every acknowledged edit is in the log as it was answered,
//! and the log and the voxels vouch for each other.

use crate::failure::Failure;
use crate::places;
use crate::process;
use crate::random::Random;
use crate::server::{Broken, Client, Server};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// Kills in one library; then a new one begins, so that verifying stays fast.
const KILLS_PER_LIBRARY: usize = 25;
/// Longest time from the server's answer to its end.
const LONGEST_LIFE_MS: u64 = 900;
/// A rest after which the library moves what was written to its place: kills come then, too.
const REST: Duration = Duration::from_millis(260);
/// One in so many edits is followed by a rest.
const EDITS_PER_REST: u64 = 30;
/// Repeats the same moments and strokes.
const SEED: u64 = 20_261_123;

/// What a session of kills found.
#[derive(Debug, Default)]
struct Tale {
    kills: usize,
    edits: usize,
    unanswered: usize,
}

/// One edit that the server answered.
#[derive(Debug, Clone)]
struct Acknowledged {
    /// The document's revision in the answer.
    revision: u64,
    /// As the log names it.
    kind: &'static str,
}

/// Kills `n_kills` times.
pub(crate) fn crash(n_kills: usize) -> Result<(), Failure> {
    process::build_programs()?;
    let binary = places::binary("debug", "annotomy");
    let mut random = Random::new(SEED);
    let mut tale = Tale::default();
    while tale.kills < n_kills {
        let library = tempfile::tempdir().map_err(|source| Failure::File {
            path: std::env::temp_dir(),
            source,
        })?;
        let kills = KILLS_PER_LIBRARY.min(n_kills - tale.kills);
        one_library(&binary, library.path(), kills, &mut random, &mut tale).map_err(|lost| {
            Failure::Lost(format!("crash test, after {} kills: {lost}", tale.kills))
        })?;
        println!(
            "{} kills, {} edits acknowledged, none lost",
            tale.kills, tale.edits
        );
    }
    if tale.edits < n_kills {
        return Err(Failure::Lost(format!(
            "only {} edits in {n_kills} lives: the test tested nothing",
            tale.edits
        )));
    }
    println!(
        "{} of the kills came while an edit was unanswered",
        tale.unanswered
    );
    Ok(())
}

/// Why a library is not as it was promised.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Server(#[from] Broken),
    #[error("revision {acknowledged} was acknowledged, but the document opens at {found}")]
    WentBack { acknowledged: u64, found: u64 },
    #[error("the document opens at revision {found}, but only {acknowledged} was ever asked for")]
    Invented { acknowledged: u64, found: u64 },
    #[error("the log has no {kind} at revision {revision}")]
    NotInLog { revision: u64, kind: &'static str },
    #[error("`annotomy {0}` failed: {1}")]
    Command(&'static str, Failure),
    #[error("the log does not hold: {0}")]
    Fault(String),
    #[error("unexpected answer: {0}")]
    Odd(String),
}

fn one_library(
    binary: &Path,
    library: &Path,
    kills: usize,
    random: &mut Random,
    tale: &mut Tale,
) -> Result<(), Lost> {
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    let mut document = None;
    for _ in 0..kills {
        let (mut server, client) = Server::start(binary, library)?;
        let mut painter = Painter::open(client)?;
        check_revision(painter.revision, acknowledged.last())?;
        document = Some(painter.document.clone());
        let life = Duration::from_millis(random.below(LONGEST_LIFE_MS));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(life);
            server.kill();
        });
        let before = acknowledged.len();
        let end = painter.paint_until_killed(random, &mut acknowledged);
        killer.join().expect("the killer does not panic");
        tale.edits += acknowledged.len() - before;
        tale.kills += 1;
        match end {
            Broken::Connection(_) => tale.unanswered += 1,
            Broken::Incomplete(_) => tale.unanswered += 1,
            other => return Err(other.into()),
        }
        check_log(binary, library, document.as_deref(), &acknowledged)?;
    }
    let (_server, client) = Server::start(binary, library)?;
    let painter = Painter::open(client)?;
    if document.as_ref() != Some(&painter.document) {
        return Err(Lost::Odd("another document opens".to_owned()));
    }
    check_revision(painter.revision, acknowledged.last())
}

/// One edit may be in the log without an answer: the one during which the server was killed.
fn check_revision(found: u64, last: Option<&Acknowledged>) -> Result<(), Lost> {
    let Some(last) = last else { return Ok(()) };
    let acknowledged = last.revision;
    if found < acknowledged {
        Err(Lost::WentBack {
            acknowledged,
            found,
        })
    } else if found > acknowledged + 1 {
        Err(Lost::Invented {
            acknowledged,
            found,
        })
    } else {
        Ok(())
    }
}

fn check_log(
    binary: &Path,
    library: &Path,
    document: Option<&str>,
    acknowledged: &[Acknowledged],
) -> Result<(), Lost> {
    let verification = ask(binary, library, "verify")?;
    if !verification["first_fault"].is_null() {
        return Err(Lost::Fault(verification["first_fault"].to_string()));
    }
    let log = ask(binary, library, "log")?;
    let records = log["records"]
        .as_array()
        .ok_or_else(|| Lost::Odd("the log has no records".to_owned()))?;
    let kinds: Vec<&str> = records
        .iter()
        .filter(|record| record["document"].as_str() == document)
        .filter_map(|record| record["operation"]["kind"].as_str())
        .collect();
    for edit in acknowledged {
        let place = usize::try_from(edit.revision).unwrap_or(usize::MAX);
        // The revision counts the document's operations, so it is the place of its record.
        if place.checked_sub(1).and_then(|index| kinds.get(index)) != Some(&edit.kind) {
            return Err(Lost::NotInLog {
                revision: edit.revision,
                kind: edit.kind,
            });
        }
    }
    Ok(())
}

fn ask(binary: &Path, library: &Path, what: &'static str) -> Result<Value, Lost> {
    let mut command = process::command(&binary.to_string_lossy(), &["audit", what, "--json"]);
    command.env("ANNOTOMY_DATA_DIR", library);
    let answer = process::output(command).map_err(|failure| Lost::Command(what, failure))?;
    serde_json::from_slice(&answer).map_err(|_| Lost::Odd(format!("audit {what} is not JSON")))
}

/// A client that paints on the sample.
struct Painter {
    client: Client,
    document: String,
    segment: String,
    revision: u64,
    /// Whether an undo would take back the segment itself, with which all painting would end.
    segment_is_next_to_undo: bool,
    /// Patient coordinates of the middle of the image.
    middle: [f64; 3],
    middle_index: [u64; 3],
}

impl Painter {
    fn open(client: Client) -> Result<Self, Lost> {
        let study = client.call("open_sample", &json!({"job": "study"}))?;
        let image = client.call(
            "open_image",
            &json!({"job": "image", "series": study["series"][0]["id"]}),
        )?;
        let id = json!({"document": image["document"]});
        let mut document = client.call("document", &id)?;
        if document["segments"].as_array().is_none_or(Vec::is_empty) {
            let edit = json!({"type": "add_segment", "name": "Crash", "color": "#ff0000"});
            let request = json!({"document": image["document"], "edit": edit});
            document = client.call("edit", &request)?["document"].clone();
        }
        let size: [u64; 3] = std::array::from_fn(|a| image["size"][a].as_u64().unwrap_or(1));
        let middle_index = size.map(|n| n / 2);
        Ok(Self {
            client,
            document: text(&image["document"])?,
            segment: text(&document["segments"][0]["id"])?,
            revision: number(&document["revision"])?,
            segment_is_next_to_undo: undoes_the_segment(&document),
            middle: std::array::from_fn(|row| {
                let of = |column: usize| {
                    image["lps_from_index"][row][column]
                        .as_f64()
                        .unwrap_or(f64::NAN)
                };
                (0..3)
                    .map(|a| of(a) * f64::from(u32::try_from(middle_index[a]).unwrap_or(0)))
                    .sum::<f64>()
                    + of(3)
            }),
            middle_index,
        })
    }

    /// Paints, erases, undoes and redoes until the connection breaks.
    fn paint_until_killed(
        &mut self,
        random: &mut Random,
        acknowledged: &mut Vec<Acknowledged>,
    ) -> Broken {
        loop {
            if random.below(EDITS_PER_REST) == 0 {
                std::thread::sleep(REST);
            }
            let (command, request, kind) = self.next_edit(random);
            match self.client.call(command, &request) {
                Ok(answer) => {
                    self.segment_is_next_to_undo = undoes_the_segment(&answer["document"]);
                    let Some(revision) = answer["document"]["revision"].as_u64() else {
                        return Broken::NotStarted("an answer without a revision".to_owned());
                    };
                    // An undo with nothing left to undo changes nothing and is no record.
                    if revision > self.revision {
                        acknowledged.push(Acknowledged { revision, kind });
                        self.revision = revision;
                    }
                }
                Err(Broken::Refused { .. }) if kind == "undo" || kind == "redo" => {}
                Err(broken) => return broken,
            }
        }
    }

    fn next_edit(&self, random: &mut Random) -> (&'static str, Value, &'static str) {
        let document = json!({"document": self.document});
        match random.below(10) {
            0 | 1 if !self.segment_is_next_to_undo => ("undo", document, "undo"),
            2 => ("redo", document, "redo"),
            3 => ("edit", self.stroke("erase", random), "erase"),
            _ => ("edit", self.stroke("paint", random), "paint"),
        }
    }

    fn stroke(&self, mode: &str, random: &mut Random) -> Value {
        let path: Vec<[f64; 3]> = (0..=random.below(12))
            .map(|_| self.middle.map(|at| at + 40.0 * (random.fraction() - 0.5)))
            .collect();
        let axis = usize::try_from(random.below(3)).expect("0, 1 or 2");
        let shape = ["round", "sphere"][usize::from(random.below(4) == 0)];
        json!({"document": self.document, "edit": {
            "type": "stroke",
            "segment": self.segment,
            "mode": mode,
            "shape": shape,
            "radius_mm": 2.0 + 8.0 * random.fraction(),
            "path": path,
            "slice_axis": axis,
            "slice_index": self.middle_index[axis],
            "overwrite": "all",
        }})
    }
}

fn undoes_the_segment(document: &Value) -> bool {
    document["undo"]["kind"] == "add_segment"
}

fn text(value: &Value) -> Result<String, Lost> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Lost::Odd(format!("no text: {value}")))
}

fn number(value: &Value) -> Result<u64, Lost> {
    let number = value.as_u64();
    number.ok_or_else(|| Lost::Odd(format!("no number: {value}")))
}
