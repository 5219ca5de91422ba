//! Results, for people or as JSON.

use crate::shapes::Interpolated;
use annotomy_app::wire::{
    ArchiveSummary, ArchiveVerification, AuditLog, AuditRecord, AuditVerification, Converted,
    CreatedArchive, DocumentList, Exported, Finding, GrownSeeds, Imported, InspectedSeries,
    Inspection, Interpolation, ListedDocument, MaskedImage, MatchedGroup, MatchedParts,
    OpenedArchive, PartsGo, Protocol, SegmentedBySnake, Study, WireError,
};
use serde::Serialize;
use std::io::Write as _;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) is_json: bool,
}

impl Output {
    pub(crate) fn inspection(self, found: &Inspection) -> anyhow::Result<()> {
        self.print(found, |found| {
            found
                .series
                .iter()
                .map(series)
                .chain([report(&found.report)])
                .collect()
        })
    }

    pub(crate) fn converted(self, done: &Converted) -> anyhow::Result<()> {
        self.print(done, |done| {
            format!("{}{}\n", report(&done.report), done.path)
        })
    }

    pub(crate) fn interpolation(self, done: &Interpolation) -> anyhow::Result<()> {
        self.print(done, |done| {
            let mut drawn: [Vec<String>; 3] = Default::default();
            for slice in &done.drawn {
                if let Some(across) = drawn.get_mut(slice.axis as usize) {
                    across.push(slice.index.to_string());
                }
            }
            let mut text = report(&done.report);
            for (axis, slices) in ["i", "j", "k"].iter().zip(&drawn) {
                if !slices.is_empty() {
                    text += &format!("drawn across {axis}: {}\n", slices.join(" "));
                }
            }
            if let Some(slice) = &done.least_certain {
                let axis = ["i", "j", "k"].get(slice.axis as usize).unwrap_or(&"?");
                text += &format!("least certain: slice {} across {axis}\n", slice.index);
            }
            text += &matches(&done.matches);
            format!("{text}{}\n", done.path)
        })
    }

    pub(crate) fn masked_image(self, done: &MaskedImage) -> anyhow::Result<()> {
        self.print(done, |done| {
            let (min, max) = (&done.region.min, &done.region.max);
            let mut text = report(&done.report);
            text += &format!("voxels {min:?} to {max:?}, {} kept\n", done.n_kept);
            if let Some(value) = done.outside {
                text += &format!("the others: {value}\n");
            }
            format!("{text}{}\n", done.path)
        })
    }

    pub(crate) fn grown_seeds(self, done: &GrownSeeds) -> anyhow::Result<()> {
        self.print(done, |done| {
            let mut text = report(&done.report);
            for segment in &done.segments {
                let (label, n_voxels) = (segment.label, segment.n_voxels);
                text += &format!(
                    "{label}: {n_voxels} voxels, {} painted\n",
                    segment.n_painted
                );
            }
            format!("{text}{}\n", done.path)
        })
    }

    pub(crate) fn segmented_by_snake(self, done: &SegmentedBySnake) -> anyhow::Result<()> {
        self.print(done, |done| {
            let mut text = report(&done.report);
            for (n, class) in done.classes.iter().enumerate() {
                let share = 100.0 * class.weight;
                text += &format!(
                    "class {n}: {:.1} +/- {:.1}, {share:.0} % of voxels\n",
                    class.mean, class.deviation
                );
            }
            let (n_voxels, iterations) = (done.n_voxels, done.iterations);
            format!(
                "{text}{n_voxels} voxels after {iterations} iterations\n{}\n",
                done.path
            )
        })
    }

    pub(crate) fn protocol(self, protocol: &Protocol) -> anyhow::Result<()> {
        self.print(protocol, |protocol| {
            let mut text = String::new();
            for (class, n_segments) in protocol.classes.iter().zip(&protocol.n_segments) {
                let code = class.property_type.as_ref();
                let code = code.map_or_else(String::new, |code| {
                    format!("  {} {} {}", code.scheme, code.value, code.meaning)
                });
                let archived = if class.is_archived { "  archived" } else { "" };
                let (name, color) = (&class.name, &class.color);
                text += &format!("{color}  {name}  {n_segments} segments{code}{archived}\n");
            }
            text
        })
    }

    pub(crate) fn study(self, study: &Study) -> anyhow::Result<()> {
        self.print(study, |study| {
            let mut text = String::new();
            let is_one = study.studies.len() <= 1;
            for (number, series) in study.series.iter().enumerate() {
                let [i, j, k] = series.size;
                let place = study
                    .studies
                    .iter()
                    .position(|s| Some(&s.id) == series.study.as_ref());
                let of_study = match place {
                    Some(place) if !is_one => format!("  study {}", place + 1),
                    _ => String::new(),
                };
                let mark = if series.is_annotated {
                    "  annotated"
                } else {
                    ""
                };
                let (modality, description) = (&series.modality, &series.description);
                text +=
                    &format!("{number}  {modality}  {i}x{j}x{k}  {description}{of_study}{mark}\n");
                text += &report(&series.report);
            }
            if !is_one {
                for (n, label) in study.studies.iter().enumerate() {
                    let date = label.date.as_deref().unwrap_or("no date");
                    let (patient, description) = (label.patient, &label.description);
                    text += &format!(
                        "study {}  {date}  patient {patient}  {description}\n",
                        n + 1
                    );
                }
            }
            text + &report(&study.report)
        })
    }

    pub(crate) fn imported(self, done: &Imported) -> anyhow::Result<()> {
        self.print(done, |done| {
            format!(
                "{}{} segment(s), {} shape(s) imported\n",
                report(&done.report),
                done.n_segments,
                done.n_shapes
            )
        })
    }

    pub(crate) fn interpolated_shapes(self, done: &Interpolated) -> anyhow::Result<()> {
        self.print(done, |done| {
            let found = done.tracks.iter().map(|track| {
                let (n, keys) = (track.n_between, track.n_keys);
                format!("{n} shape(s) between {keys} keys  {}\n", track.text)
            });
            let refused = done.refused.iter();
            let refused = refused.map(|refusal| {
                format!("not interpolated: {}  {}\n", refusal.message, refusal.text)
            });
            found.chain(refused).collect()
        })
    }

    /// One result, or as JSON a list of several.
    pub(crate) fn exported(self, done: &[Exported]) -> anyhow::Result<()> {
        match done {
            [one] => self.print(one, exported),
            several => self.print(&several, |several| several.iter().map(exported).collect()),
        }
    }

    pub(crate) fn verification(self, found: &AuditVerification) -> anyhow::Result<()> {
        self.print(found, |found| {
            let mut text = verification(found);
            if let Some(fault) = &found.first_fault {
                text += &format!("FAULT at record {}: {}\n", fault.sequence, fault.reason);
            }
            text
        })
    }

    pub(crate) fn documents(self, list: &DocumentList) -> anyhow::Result<()> {
        self.print(list, |list| list.documents.iter().map(document).collect())
    }

    pub(crate) fn archive_created(self, done: &CreatedArchive) -> anyhow::Result<()> {
        self.print(done, |done| {
            let (notes, path) = (report(&done.notes), &done.path);
            format!(
                "{notes}{path}: read back and checked\n{}",
                archive(&done.summary)
            )
        })
    }

    pub(crate) fn archive_verified(self, found: &ArchiveVerification) -> anyhow::Result<()> {
        self.print(found, |found| {
            let fault = found.first_fault.as_ref();
            let fault = fault.map(|fault| format!("FAULT in {}: {}\n", fault.place, fault.reason));
            let summary = found.summary.as_ref().map(archive);
            fault.or(summary).unwrap_or_default()
        })
    }

    pub(crate) fn archive_opened(self, done: &OpenedArchive) -> anyhow::Result<()> {
        self.print(done, |done| {
            let folders = done.image_folders.iter();
            let folders: String = folders
                .map(|folder| format!("image in {folder}\n"))
                .collect();
            let summary = archive(&done.summary);
            format!(
                "{}{}\n{folders}{summary}",
                report(&done.report),
                done.library_path
            )
        })
    }

    pub(crate) fn log(self, log: &AuditLog) -> anyhow::Result<()> {
        self.print(log, |log| log.records.iter().map(record).collect())
    }

    pub(crate) fn rebuilt(self) -> anyhow::Result<()> {
        let done = serde_json::json!({ "rebuilt": true });
        self.print(&done, |_| "rebuilt from the log\n".to_owned())
    }

    /// Where the server is, on one line in both forms: programs wait for it.
    pub(crate) fn serving(self, url: &str) -> anyhow::Result<()> {
        match self.is_json {
            true => self.line(&serde_json::json!({ "url": url }).to_string()),
            false => self.line(&format!("Annotomy is at {url}")),
        }
    }

    /// Why the command could not do its work, on the error stream.
    pub(crate) fn failure(self, error: &anyhow::Error) {
        match error.downcast_ref::<WireError>() {
            Some(wire) if self.is_json => eprintln!("{}", serde_json::json!({ "error": wire })),
            None if self.is_json => {
                let message = format!("{error:#}");
                eprintln!("{}", serde_json::json!({ "error": { "message": message } }));
            }
            _ => eprintln!("annotomy: {error:#}"),
        }
    }

    /// One line of text, the same in both forms.
    pub(crate) fn line(self, text: &str) -> anyhow::Result<()> {
        emit(&format!("{text}\n"))
    }

    fn print<T: Serialize>(
        self,
        result: &T,
        for_people: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        if self.is_json {
            emit(&format!("{}\n", serde_json::to_string_pretty(result)?))
        } else {
            emit(&for_people(result))
        }
    }
}

fn emit(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn verification(found: &AuditVerification) -> String {
    let mut text = format!(
        "{} records and {} bricks hold\n",
        found.n_records, found.n_bricks
    );
    if found.n_withheld > 0 {
        text += &format!(
            "{} of the records are here by their hash only\n",
            found.n_withheld
        );
    }
    if let Some(head) = &found.head {
        text += &format!("last record that holds: {head}\n");
    }
    text
}

fn archive(summary: &ArchiveSummary) -> String {
    let images = match summary.n_images {
        0 => "no image files".to_owned(),
        n => format!(
            "{n} image(s) in {} file(s), {:.1} MiB",
            summary.n_image_files, summary.image_mebibytes
        ),
    };
    let classifiers = match summary.n_classifiers {
        0 => String::new(),
        n => format!("{n} classifier(s), "),
    };
    format!(
        "saved {} by {}\n{} document(s), {classifiers}{images}\n{}",
        summary.created_at,
        summary.program,
        summary.n_documents,
        verification(&summary.verification)
    )
}

fn document(document: &ListedDocument) -> String {
    let [i, j, k] = document.size;
    let image = match &document.image {
        Some(image) => format!("{} {}", image.modality, image.description),
        None => "image not found".to_owned(),
    };
    let part = document
        .volume
        .map_or(String::new(), |volume| format!(", volume {volume}"));
    format!(
        "{}  {i}x{j}x{k}  {} records  {image}{part}  [{}]\n",
        document.id,
        document.n_records,
        document.segments.join(", ")
    )
}

fn exported(done: &Exported) -> String {
    let Exported { path, .. } = done;
    let content = match done.n_shapes {
        0 => format!("{} labelled voxels", done.n_voxels),
        n => format!("{n} shapes"),
    };
    let more = match done.n_files {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let sidecar = done.sidecar.as_ref().map(|path| format!("{path}\n"));
    format!(
        "{}{path}{more}: {content}, read back and compared\n{}",
        report(&done.notes),
        sidecar.unwrap_or_default()
    )
}

fn record(record: &AuditRecord) -> String {
    let kind = match &record.operation.of {
        Some(of) => format!("{} {}", spelt(&record.operation.kind), spelt(of)),
        None => spelt(&record.operation.kind),
    };
    let subject = record.operation.segment.as_deref().unwrap_or("-");
    let target = record
        .target
        .map_or(String::new(), |target| format!(" of {target}"));
    let hash = record.hash.get(..16).unwrap_or(&record.hash);
    format!(
        "{:>6}  {:<27}  {:<12}  {kind}{target}  {subject}  {} voxels  {hash}\n",
        record.sequence, record.at, record.by, record.n_voxels,
    )
}

fn series(series: &InspectedSeries) -> String {
    let size = series
        .size
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(" x ");
    let spacing = series.spacing_mm.map(|mm| format!("{mm:.4}")).join(" x ");
    let mut text = format!("{}  {}\n", series.modality, series.description);
    text += &format!("  size     {size}  ({})\n", series.scalar_type);
    text += &format!("  spacing  {spacing} mm\n");
    text += &format!("  origin   {:?} LPS mm\n", series.origin_lps_mm);
    if let (Some(min), Some(max)) = (series.min, series.max) {
        text += &format!(
            "  values   {min} to {max} {}\n",
            series.unit.as_deref().unwrap_or("")
        );
    }
    for [name, value] in series.patient.iter().flatten() {
        text += &format!("  {name}: {value}\n");
    }
    text + &report(&series.report)
}

fn report(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let file = finding
            .file
            .as_deref()
            .map_or(String::new(), |file| format!("{file}: "));
        let severity = spelt(&finding.severity);
        text += &format!("  {severity}: {file}{}\n", finding.message);
    }
    text
}

/// Where parts branch, merge or end, a line each.
fn matches(told: &MatchedParts) -> String {
    let mut text = String::new();
    for gap in &told.gaps {
        let counts = |group: &MatchedGroup| [group.low.len(), group.high.len()];
        if let [group] = gap.groups.as_slice()
            && counts(group) == [1, 1]
        {
            continue;
        }
        let groups = gap.groups.iter().map(|group| {
            let [from, to] = counts(group);
            match group.goes {
                PartsGo::Joined => format!("{from} to {to}"),
                PartsGo::Tapers => format!("{} tapers", from + to),
                PartsGo::Ends { held_to: None } => format!("{} ends", from + to),
                PartsGo::Ends {
                    held_to: Some(to_slice),
                } => {
                    format!("{} is held to {to_slice}", from + to)
                }
            }
        });
        let groups: Vec<String> = groups.collect();
        let (low, high) = (gap.low.slice, gap.high.slice.index);
        let axis = ["i", "j", "k"].get(low.axis as usize).unwrap_or(&"?");
        let label = gap.label;
        text += &format!(
            "label {label}, slices {} and {high} across {axis}: parts {}\n",
            low.index,
            groups.join(", ")
        );
    }
    for n in &told.unfollowed {
        text += &format!("match {n} fits no part between two neighbouring slices: ignored\n");
    }
    text
}

/// A name as it is spelt on the wire.
fn spelt<T: Serialize>(name: &T) -> String {
    serde_json::to_value(name)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
