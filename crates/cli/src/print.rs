//! Results, for people or as JSON.

use annotomy_app::wire::{
    AuditLog, AuditVerification, Converted, Exported, Finding, InspectedSeries, Inspection, Study,
};
use serde::Serialize;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) is_json: bool,
}

impl Output {
    pub(crate) fn inspection(self, found: &Inspection) -> anyhow::Result<()> {
        self.print(found, |found| {
            found.series.iter().for_each(series);
            report(&found.report);
        })
    }

    pub(crate) fn converted(self, done: &Converted) -> anyhow::Result<()> {
        self.print(done, |done| {
            report(&done.report);
            println!("{}", done.path);
        })
    }

    pub(crate) fn study(self, study: &Study) -> anyhow::Result<()> {
        self.print(study, |study| {
            for (number, series) in study.series.iter().enumerate() {
                let [i, j, k] = series.size;
                let mark = if series.is_annotated {
                    "  annotated"
                } else {
                    ""
                };
                println!(
                    "{number}  {}  {i}x{j}x{k}  {}{mark}",
                    series.modality, series.description
                );
                report(&series.report);
            }
            report(&study.report);
        })
    }

    pub(crate) fn exported(self, done: &Exported) -> anyhow::Result<()> {
        self.print(done, |done| {
            println!(
                "{}: {} labelled voxels, read back and compared",
                done.path, done.n_voxels
            );
            println!("{}", done.sidecar);
        })
    }

    pub(crate) fn verification(self, found: &AuditVerification) -> anyhow::Result<()> {
        self.print(found, |found| {
            println!(
                "{} records and {} bricks hold",
                found.n_records, found.n_bricks
            );
            if let Some(head) = &found.head {
                println!("last record that holds: {head}");
            }
            if let Some(fault) = &found.first_fault {
                println!("FAULT at record {}: {}", fault.sequence, fault.reason);
            }
        })
    }

    pub(crate) fn log(self, log: &AuditLog) -> anyhow::Result<()> {
        self.print(log, |log| {
            for record in &log.records {
                let kind = spelt(&record.operation.kind);
                let subject = record.operation.segment.as_deref().unwrap_or("-");
                let target = record
                    .target
                    .map_or(String::new(), |target| format!(" of {target}"));
                println!(
                    "{:>6}  {:<27}  {:<12}  {}{}  {}  {} voxels  {}",
                    record.sequence,
                    record.at,
                    record.by,
                    kind,
                    target,
                    subject,
                    record.n_voxels,
                    &record.hash[..16],
                );
            }
        })
    }

    fn print<T: Serialize>(self, result: &T, for_people: impl FnOnce(&T)) -> anyhow::Result<()> {
        if self.is_json {
            println!("{}", serde_json::to_string_pretty(result)?);
        } else {
            for_people(result);
        }
        Ok(())
    }
}

fn series(series: &InspectedSeries) {
    let size = series
        .size
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(" x ");
    let spacing = series.spacing_mm.map(|mm| format!("{mm:.4}")).join(" x ");
    println!("{}  {}", series.modality, series.description);
    println!("  size     {size}  ({})", series.scalar_type);
    println!("  spacing  {spacing} mm");
    println!("  origin   {:?} LPS mm", series.origin_lps_mm);
    if let (Some(min), Some(max)) = (series.min, series.max) {
        println!(
            "  values   {min} to {max} {}",
            series.unit.as_deref().unwrap_or("")
        );
    }
    for [name, value] in series.patient.iter().flatten() {
        println!("  {name}: {value}");
    }
    report(&series.report);
}

fn report(findings: &[Finding]) {
    for finding in findings {
        let file = finding
            .file
            .as_deref()
            .map_or(String::new(), |file| format!("{file}: "));
        println!("  {}: {file}{}", spelt(&finding.severity), finding.message);
    }
}

/// A name as it is spelt on the wire.
fn spelt<T: Serialize>(name: &T) -> String {
    serde_json::to_value(name)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
