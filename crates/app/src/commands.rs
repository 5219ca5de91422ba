//! The one list of commands. Hosts dispatch by name; the OpenAPI document and the TypeScript
//! client are generated from the same list.

use crate::app::{App, Caller};
use crate::wire::{self, Nothing, WireError};
use crate::{
    archive, audit, classifiers, convert, documents, drawing, edits, export, history, images,
    import, interpolation, masked, past, protocol, seeds, shapes, snake, statistics, studies,
    volumes,
};
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A command as the generated documents describe it.
#[derive(Debug, Clone, Copy)]
pub struct CommandDescription {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    pub(crate) request: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) response: fn(&mut SchemaGenerator) -> Schema,
}

macro_rules! commands {
    ($($(#[doc = $summary:literal])+ $name:ident($request:ty) -> $response:ty = $handler:path;)*) => {
        /// Every command there is.
        pub const COMMANDS: &[CommandDescription] = &[$(CommandDescription {
            name: stringify!($name),
            summary: concat!($($summary),+),
            request: SchemaGenerator::subschema_for::<$request>,
            response: SchemaGenerator::subschema_for::<$response>,
        }),*];

        async fn run(
            app: Arc<App>,
            caller: Caller,
            name: String,
            request: serde_json::Value,
        ) -> Result<String, WireError> {
            match name.as_str() {
                $(stringify!($name) => {
                    let response: $response = $handler(&app, &caller, parse(request)?).await?;
                    serde_json::to_string(&response).map_err(|_| WireError::internal())
                })*
                _ => Err(WireError::invalid(format!("there is no command `{name}`"))),
            }
        }
    };
}

commands! {
    /// The home screen.
    home(Nothing) -> wire::Home = studies::home;
    /// Opens folders and files and lists their series.
    open_study(wire::OpenStudyRequest) -> wire::Study = studies::open_study;
    /// Opens the bundled sample.
    open_sample(wire::OpenSampleRequest) -> wire::Study = studies::open_sample;
    /// Stops a long command.
    cancel(wire::CancelRequest) -> Nothing = studies::cancel;
    /// Lists a folder, for hosts without a file dialog.
    list_folder(wire::ListFolderRequest) -> wire::Folder = studies::list_folder;
    /// Starts loading a series.
    open_image(wire::OpenImageRequest) -> wire::Image = images::open_image;
    /// An opened image as it is now.
    image(wire::ImageRequest) -> wire::Image = images::image;
    /// Everything a file says about itself; holds patient data.
    metadata(wire::MetadataRequest) -> wire::Metadata = images::metadata;
    /// An annotation document as it is now.
    document(wire::DocumentRequest) -> wire::Document = documents::document;
    /// The document that holds the segments of a volume.
    volume_document(wire::VolumeDocumentRequest) -> wire::Document = volumes::volume_document;
    /// Chooses whether segments are those of all volumes or of each.
    choose_scope(wire::ChooseScopeRequest) -> wire::Image = volumes::choose_scope;
    /// Copies the segments of one volume to another.
    copy_segments(wire::CopySegmentsRequest) -> wire::EditResponse = volumes::copy_segments;
    /// Changes a document; the answer means that the change is durable.
    edit(wire::EditRequest) -> wire::EditResponse = edits::edit;
    /// Shows what an effect on many voxels would do.
    preview_effect(wire::EffectRequest) -> wire::EffectPreview = drawing::preview_effect;
    /// Does what a preview shows, if the document is still as it was.
    apply_preview(wire::PreviewRequest) -> wire::EditResponse = drawing::apply_preview;
    /// Does a part of what a preview shows, and goes on showing the rest.
    accept_part(wire::AcceptRequest) -> wire::Accepted = drawing::accept_part;
    /// Says which slices of a segment count as drawn, so that what lies between them can be filled.
    drawn_sections(wire::SectionsRequest) -> wire::DrawnSections = drawing::drawn_sections;
    /// Forgets a preview.
    drop_preview(wire::PreviewRequest) -> Nothing = drawing::drop_preview;
    /// Does an effect at once.
    run_effect(wire::EffectRequest) -> wire::EditResponse = drawing::run_effect;
    /// Draws the outline again that was drawn last; the log keeps both.
    redraw_outline(wire::RedrawRequest) -> wire::EditResponse = drawing::redraw_outline;
    /// The outline that can be drawn again, with its corners.
    last_outline(wire::DocumentRequest) -> wire::LastOutline = drawing::last_outline;
    /// How often values occur in an image, and thresholds found from that.
    histogram(wire::HistogramRequest) -> wire::Histogram = drawing::histogram;
    /// Takes back the last operation.
    undo(wire::DocumentRequest) -> wire::EditResponse = edits::undo;
    /// Brings back the operation last taken back.
    redo(wire::DocumentRequest) -> wire::EditResponse = edits::redo;
    /// What was done to a document, newest first.
    history(wire::HistoryRequest) -> wire::History = history::history;
    /// A document as it was after one of its operations.
    show_moment(wire::MomentRequest) -> wire::Moment = past::show_moment;
    /// What led from one moment of a document to another.
    compare_moments(wire::CompareRequest) -> wire::Comparison = past::compare_moments;
    /// Makes a document what it was after one of its operations, as a new operation.
    restore_moment(wire::MomentRequest) -> wire::EditResponse = past::restore_moment;
    /// Who made a voxel part of the segments that hold it.
    who_drew(wire::WhoDrewRequest) -> wire::WhoDrew = past::who_drew;
    /// Volume, mean and deviation of every segment.
    statistics(wire::StatisticsRequest) -> wire::Statistics = statistics::statistics;
    /// Adds the segments of a file to a document, beside what is there.
    import_segments(wire::ImportRequest) -> wire::Imported = import::import_segments;
    /// Says what an export would lose, before anything is written.
    check_export(wire::CheckExportRequest) -> wire::ExportCheck = export::check_export;
    /// Writes the segments, reads them back and compares.
    export_labels(wire::ExportLabelsRequest) -> wire::Exported = export::export_labels;
    /// The label protocol: classes of segments.
    protocol(Nothing) -> wire::Protocol = protocol::protocol;
    /// Changes the label protocol; the answer means that the change is durable.
    edit_protocol(wire::EditProtocolRequest) -> wire::Protocol = protocol::edit_protocol;
    /// Takes back the last change of the label protocol.
    undo_protocol(Nothing) -> wire::Protocol = protocol::undo_protocol;
    /// Brings back the change of the label protocol last taken back.
    redo_protocol(Nothing) -> wire::Protocol = protocol::redo_protocol;
    /// Writes the label protocol to a JSON file.
    export_protocol(wire::ExportProtocolRequest) -> Nothing = protocol::export_protocol;
    /// Takes over the classes of a JSON file; nothing is removed.
    import_protocol(wire::ImportProtocolRequest) -> wire::Protocol = protocol::import_protocol;
    /// Bundled codes of the DICOM context groups, by words.
    search_codes(wire::SearchCodesRequest) -> wire::CodeList = protocol::search_codes;
    /// Who did what when.
    audit_log(wire::AuditLogRequest) -> wire::AuditLog = audit::audit_log;
    /// Checks the whole log and all stored voxels.
    audit_verify(Nothing) -> wire::AuditVerification = audit::audit_verify;
    /// Rebuilds the tables that the UI reads from the log.
    audit_rebuild(Nothing) -> Nothing = audit::audit_rebuild;
    /// Which documents the library holds, and where their images are.
    list_documents(wire::ListDocumentsRequest) -> wire::DocumentList = archive::list_documents;
    /// Writes the library, or documents of it, to one file, and checks it.
    create_archive(wire::CreateArchiveRequest) -> wire::CreatedArchive = archive::create_archive;
    /// Checks everything in an archive; nothing is opened.
    verify_archive(wire::VerifyArchiveRequest) -> wire::ArchiveVerification = archive::verify_archive;
    /// Goes on with another library, until the program ends.
    use_library(wire::UseLibraryRequest) -> Nothing = archive::use_library;
    /// Checks an archive and makes a library of it.
    open_archive(wire::OpenArchiveRequest) -> wire::OpenedArchive = archive::open_archive;
    /// What files say about their series, with the range of their values.
    inspect(wire::InspectRequest) -> wire::Inspection = convert::inspect;
    /// Writes any readable volume as NIfTI: exact values and geometry.
    convert(wire::ConvertRequest) -> wire::Converted = convert::convert;
    /// Writes what lies between the drawn sections of a file.
    interpolate(wire::InterpolateRequest) -> wire::Interpolation = interpolation::interpolate_files;
    /// Grows the segments of a file from what is painted of them, and writes what they become.
    grow_seeds(wire::GrowSeedsRequest) -> wire::GrownSeeds = seeds::grow_seeds_of_files;
    /// Gives every voxel of a file to the segment that it looks like, and writes what they become.
    classify(wire::ClassifyRequest) -> wire::GrownSeeds = classifiers::classify_files;
    /// Writes an image of which only what is in the segments of a file, or around them, is left.
    mask_image(wire::MaskImageRequest) -> wire::MaskedImage = masked::mask_image;
    /// The classifiers that have a name.
    list_classifiers(Nothing) -> wire::Classifiers = classifiers::list_classifiers;
    /// Teaches a classifier from what is painted of segments, and keeps it.
    teach_classifier(wire::TeachClassifierRequest) -> wire::Classifier = classifiers::teach_classifier;
    /// Writes a classifier to a file.
    export_classifier(wire::ExportClassifierRequest) -> Nothing = classifiers::export_classifier;
    /// Reads a classifier from a file, and keeps it.
    import_classifier(wire::ImportClassifierRequest) -> wire::Classifier = classifiers::import_classifier;
    /// Takes a classifier off the list.
    forget_classifier(wire::ForgetClassifierRequest) -> Nothing = classifiers::forget_classifier;
    /// Begins an active contour on a segment; other work goes on beside it.
    begin_snake(wire::BeginSnakeRequest) -> wire::BegunSnake = snake::begin_snake;
    /// Moves an active contour on or back, and shows what would become of its segment.
    advance_snake(wire::AdvanceSnakeRequest) -> wire::SnakeState = snake::advance_snake;
    /// Forgets an active contour.
    end_snake(wire::EndSnakeRequest) -> Nothing = snake::end_snake;
    /// Writes what an active contour becomes that begins in bubbles or in what is painted in a file.
    segment_snake(wire::SegmentSnakeRequest) -> wire::SegmentedBySnake = snake::segment_snake;
    /// Lengths, areas and angles of shapes, and the image's values inside.
    shape_measures(wire::ShapeMeasuresRequest) -> wire::ShapeMeasures = shapes::shape_measures;
    /// Labels of the study that its other images hold.
    study_labels_elsewhere(wire::DocumentRequest) -> wire::StudyLabelsElsewhere = shapes::study_labels_elsewhere;
    /// Finds the shapes between key slices or key times.
    interpolate_shapes(wire::InterpolateShapesRequest) -> wire::InterpolatedShapes = shapes::interpolate_shapes;
    /// Deletes what was found between the keys of a track.
    delete_interpolated(wire::DeleteInterpolatedRequest) -> wire::DeletedInterpolated = shapes::delete_interpolated;
}

/// Runs a command and answers in JSON. It goes on to its end even if the caller goes away, so that a change is either
/// made or not; a panic becomes `internal`.
///
/// # Errors
/// [`WireError`].
pub async fn dispatch(
    app: &Arc<App>,
    caller: &Caller,
    name: &str,
    request: serde_json::Value,
) -> Result<String, WireError> {
    let running = Arc::clone(&app.running).read_owned().await;
    let work = run(Arc::clone(app), caller.clone(), name.to_owned(), request);
    let work = async move {
        let _running = running;
        work.await
    };
    tokio::spawn(work)
        .await
        .unwrap_or_else(|_| Err(WireError::internal()))
}

fn parse<T: DeserializeOwned>(request: serde_json::Value) -> Result<T, WireError> {
    serde_json::from_value(request).map_err(|e| WireError::invalid(e.to_string()))
}
