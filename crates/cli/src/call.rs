//! Calls of the app's commands, by name, as every host makes them.

use crate::arguments::{
    ClassifyArguments, ExportArguments, InterpolateArguments, Part, SeedsArguments,
};
use annotomy_app::config::Config;
use annotomy_app::wire::{
    AuditLog, AuditLogRequest, AuditVerification, ClassifyRequest, ConvertRequest, Converted,
    Document, ErrorCode, ExportFormat, ExportLabelsRequest, Exported, GrowSeedsRequest, GrownSeeds,
    Image, ImportRequest, Imported, InspectRequest, Inspection, InterpolateRequest, Interpolation,
    Nothing, OpenImageRequest, OpenStudyRequest, SegmentScope, Study, VolumeDocumentRequest,
    WireError,
};
use annotomy_app::{App, commands};
use anyhow::Context;
use serde_json::{from_str, to_value};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The app, and for commands that need no library a folder that goes away with it.
pub(crate) struct Session {
    app: Arc<App>,
    scratch: Option<PathBuf>,
}

impl Session {
    pub(crate) const fn new(app: Arc<App>) -> Self {
        Self { app, scratch: None }
    }

    /// For looking at files: touches no library, so it works beside a window.
    pub(crate) async fn transient() -> anyhow::Result<Self> {
        let scratch = std::env::temp_dir().join(format!("annotomy-{}", std::process::id()));
        let data_folder = scratch.clone();
        let config = Config {
            data_folder,
            ..Config::from_environment(None)
        };
        Ok(Self {
            app: App::open(config).await?,
            scratch: Some(scratch),
        })
    }

    pub(crate) async fn info(&self, path: &Path, with_patient: bool) -> anyhow::Result<Inspection> {
        let path = absolute(path)?;
        self.call("inspect", &InspectRequest { path, with_patient })
            .await
    }

    pub(crate) async fn convert(
        &self,
        input: &Path,
        output: &Path,
        series: Option<u32>,
        replace_existing: bool,
    ) -> anyhow::Result<Converted> {
        let (input, output) = (absolute(input)?, absolute(output)?);
        self.call(
            "convert",
            &ConvertRequest {
                input,
                series,
                output,
                replace_existing,
            },
        )
        .await
    }

    pub(crate) async fn interpolate(
        &self,
        wanted: &InterpolateArguments,
    ) -> anyhow::Result<Interpolation> {
        self.call(
            "interpolate",
            &InterpolateRequest {
                image: absolute(&wanted.image)?,
                sections: absolute(&wanted.sections)?,
                contours: optional(wanted.contours.as_deref())?,
                matches: optional(wanted.matches.as_deref())?,
                output: absolute(&wanted.out)?,
                confidence: optional(wanted.confidence.as_deref())?,
                uses_image: !wanted.no_image,
                replace_existing: wanted.replace,
            },
        )
        .await
    }

    pub(crate) async fn grow_seeds(&self, wanted: &SeedsArguments) -> anyhow::Result<GrownSeeds> {
        self.call(
            "grow_seeds",
            &GrowSeedsRequest {
                image: absolute(&wanted.image)?,
                seeds: absolute(&wanted.seeds)?,
                output: absolute(&wanted.out)?,
                locality: wanted.locality,
                margin_mm: wanted.margin,
                replace_existing: wanted.replace,
            },
        )
        .await
    }

    pub(crate) async fn classify(&self, wanted: &ClassifyArguments) -> anyhow::Result<GrownSeeds> {
        let request = ClassifyRequest {
            image: absolute(&wanted.image)?,
            scribbles: optional(wanted.scribbles.as_deref())?,
            classifier: optional(wanted.classifier.as_deref())?,
            export_classifier: optional(wanted.export_classifier.as_deref())?,
            output: absolute(&wanted.out)?,
            finest_mm: wanted.finest,
            margin_mm: wanted.margin,
            background: wanted.background,
            replace_existing: wanted.replace,
        };
        self.call("classify", &request).await
    }

    pub(crate) async fn open(&self, path: &Path) -> anyhow::Result<Study> {
        let request = OpenStudyRequest {
            job: "open".to_owned(),
            paths: vec![absolute(path)?],
        };
        self.call("open_study", &request).await
    }

    pub(crate) async fn import(
        &self,
        path: &Path,
        segments: &Path,
        part: Part,
        add_classes: bool,
    ) -> anyhow::Result<Imported> {
        let request = ImportRequest {
            document: self.document(path, part).await?,
            path: absolute(segments)?,
            add_classes,
        };
        self.call("import_segments", &request).await
    }

    /// Exports each image; the first that cannot be ends it, and says which it was.
    pub(crate) async fn export(&self, wanted: &ExportArguments) -> anyhow::Result<Vec<Exported>> {
        let is_data_set = wanted.format.is_some_and(ExportFormat::is_data_set);
        if wanted.paths.len() > 1 && !is_data_set {
            let message = "several images go into a data set only: --format coco or nnunet";
            return Err(invalid(message.to_owned()).into());
        }
        let mut done = Vec::new();
        for path in &wanted.paths {
            let study = self.open(path).await?;
            let series = match (is_data_set, wanted.series) {
                (true, None) => annotated(&study, path)?,
                (_, series) => vec![chosen(&study, series)?],
            };
            for series in series {
                let exported = self.export_one(&series, wanted).await;
                done.push(exported.with_context(|| path.display().to_string())?);
            }
        }
        Ok(done)
    }

    async fn export_one(&self, series: &str, wanted: &ExportArguments) -> anyhow::Result<Exported> {
        let image = self.image(series).await?;
        let volume = match image.scope {
            // All volumes have the same segments: it chooses the values that go with them.
            SegmentScope::AllVolumes if wanted.has_values() => None,
            // Whichever volume stands for all of them.
            _ => wanted.volume.or(wanted.volumes.map(|_| 0)),
        };
        let request = ExportLabelsRequest {
            document: self.document_of(image, volume).await?,
            path: absolute(&wanted.output)?,
            format: wanted.format,
            volumes: wanted.volumes.unwrap_or_default(),
            replace_existing: wanted.replace,
            options: wanted.options(),
        };
        self.call("export_labels", &request).await
    }

    /// The document of an image, or of one of its volumes.
    pub(crate) async fn document(
        &self,
        path: &Path,
        Part { series, volume }: Part,
    ) -> anyhow::Result<String> {
        let study = self.open(path).await?;
        let image = self.image(&chosen(&study, series)?).await?;
        self.document_of(image, volume).await
    }

    async fn image(&self, series: &str) -> anyhow::Result<Image> {
        let request = OpenImageRequest {
            job: "load".to_owned(),
            series: series.to_owned(),
        };
        self.call("open_image", &request).await
    }

    async fn document_of(&self, image: Image, volume: Option<u32>) -> anyhow::Result<String> {
        let volume = match (image.scope, volume) {
            (SegmentScope::AllVolumes, None) => return Ok(image.document),
            (SegmentScope::EachVolume, Some(volume)) => volume,
            (SegmentScope::EachVolume, None) => {
                let message =
                    "each volume has segments of its own: choose one with --volume, 0 first";
                return Err(invalid(message.to_owned()).into());
            }
            (SegmentScope::AllVolumes, Some(_)) => {
                let message = "the segments are those of all volumes: --volume has no meaning";
                return Err(invalid(message.to_owned()).into());
            }
        };
        let image = image.id;
        let request = VolumeDocumentRequest { image, volume };
        let document: Document = self.call("volume_document", &request).await?;
        Ok(document.id)
    }

    pub(crate) async fn verify(&self) -> anyhow::Result<AuditVerification> {
        self.call("audit_verify", &Nothing {}).await
    }

    /// The records after `after`, at most `limit`, gathered page by page.
    pub(crate) async fn log(
        &self,
        mut after: Option<u32>,
        limit: Option<u32>,
    ) -> anyhow::Result<AuditLog> {
        let n_wanted = limit.unwrap_or(u32::MAX) as usize;
        let mut records = Vec::new();
        while records.len() < n_wanted {
            let limit = Some((n_wanted - records.len()) as u32);
            let page: AuditLog = self
                .call("audit_log", &AuditLogRequest { after, limit })
                .await?;
            let Some(last) = page.records.last() else {
                break;
            };
            after = Some(last.sequence);
            records.extend(page.records);
        }
        Ok(AuditLog { records })
    }

    pub(crate) async fn rebuild(&self) -> anyhow::Result<()> {
        let Nothing {} = self.call("audit_rebuild", &Nothing {}).await?;
        Ok(())
    }

    pub(crate) async fn call<Request, Response>(
        &self,
        name: &str,
        request: &Request,
    ) -> anyhow::Result<Response>
    where
        Request: serde::Serialize,
        Response: serde::de::DeserializeOwned,
    {
        let caller = self.app.local_caller();
        let answer = commands::dispatch(&self.app, &caller, name, to_value(request)?).await?;
        Ok(from_str(&answer)?)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(scratch) = &self.scratch {
            // The system clears its temporary folder anyway.
            drop(std::fs::remove_dir_all(scratch));
        }
    }
}

/// The series that was asked for, or the only one.
fn chosen(study: &Study, number: Option<u32>) -> Result<String, WireError> {
    if number.is_none() && study.series.len() > 1 {
        let n_series = study.series.len();
        return Err(invalid(format!(
            "there are {n_series} series: choose one with --series, 0 first"
        )));
    }
    let series = study.series.get(number.unwrap_or(0) as usize);
    let series = series.ok_or_else(|| invalid("there is no such series".to_owned()))?;
    Ok(series.id.clone())
}

/// All series that hold annotations, at least one.
fn annotated(study: &Study, path: &Path) -> Result<Vec<String>, WireError> {
    let annotated = study.series.iter().filter(|series| series.is_annotated);
    let annotated: Vec<String> = annotated.map(|series| series.id.clone()).collect();
    match annotated.is_empty() {
        true => Err(invalid(format!("{}: nothing is annotated", path.display()))),
        false => Ok(annotated),
    }
}

fn invalid(message: String) -> WireError {
    WireError {
        code: ErrorCode::InvalidRequest,
        message,
        hint: None,
    }
}

pub(crate) fn optional(path: Option<&Path>) -> anyhow::Result<Option<String>> {
    path.map(absolute).transpose()
}

pub(crate) fn absolute(path: &Path) -> anyhow::Result<String> {
    Ok(std::path::absolute(path)?.display().to_string())
}
