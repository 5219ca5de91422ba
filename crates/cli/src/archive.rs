//! `annotomy archive`.

use crate::EXIT_FAULT;
use crate::arguments::ArchiveCommand;
use crate::call::{Session, absolute};
use crate::print::Output;
use annotomy_app::App;
use annotomy_app::config::Config;
use annotomy_app::wire::{
    ArchiveVerification, CreateArchiveRequest, CreatedArchive, DocumentList, ListDocumentsRequest,
    OpenArchiveRequest, OpenedArchive, VerifyArchiveRequest,
};
use std::process::ExitCode;

pub(crate) async fn run(
    command: ArchiveCommand,
    config: Config,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let job = "archive".to_owned();
    match command {
        ArchiveCommand::Documents => {
            let session = Session::new(App::open_read_only(config).await?);
            let request = ListDocumentsRequest { job };
            let listed: DocumentList = session.call("list_documents", &request).await?;
            output.documents(&listed)?;
        }
        ArchiveCommand::Create {
            out,
            include_images,
            documents,
            replace,
        } => {
            let session = Session::new(App::open_read_only(config).await?);
            let request = CreateArchiveRequest {
                job,
                path: absolute(&out)?,
                documents,
                include_images,
                replace_existing: replace,
            };
            let created: CreatedArchive = session.call("create_archive", &request).await?;
            output.archive_created(&created)?;
        }
        ArchiveCommand::Verify { file } => {
            let path = absolute(&file)?;
            let request = VerifyArchiveRequest { job, path };
            let session = Session::transient().await?;
            let found: ArchiveVerification = session.call("verify_archive", &request).await?;
            output.archive_verified(&found)?;
            if found.first_fault.is_some() {
                return Ok(ExitCode::from(EXIT_FAULT));
            }
        }
        ArchiveCommand::Open {
            file,
            data_dir,
            image_dir,
        } => {
            let data_folder = data_dir.as_deref().unwrap_or(&config.data_folder);
            let request = OpenArchiveRequest {
                job,
                path: absolute(&file)?,
                data_folder: Some(absolute(data_folder)?),
                image_folder: image_dir.as_deref().map(absolute).transpose()?,
            };
            // An archive that does not hold leaves no library behind, not even an empty one.
            let session = Session::transient().await?;
            let opened: OpenedArchive = session.call("open_archive", &request).await?;
            output.archive_opened(&opened)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
