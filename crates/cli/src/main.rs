//! The `annotomy` command: the same handlers as the UI, for scripts and servers.

mod archive;
mod arguments;
mod call;
mod mask;
mod print;
mod protocol;
mod shapes;
mod snake;

use annotomy_app::config::Config;
use annotomy_app::{App, openapi};
use annotomy_server::Server;
use arguments::{Arguments, AuditCommand, Command, SegmentCommand};
use call::Session;
use clap::Parser;
use std::process::ExitCode;

/// Something the command was asked to check does not hold.
const EXIT_FAULT: u8 = 1;
/// The command could not do its work.
const EXIT_FAILURE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    annotomy_memory::keep_no_large_blocks();
    let arguments = Arguments::parse();
    let output = print::Output {
        is_json: arguments.json,
    };
    match run(arguments.command, output).await {
        Ok(code) => code,
        // Whoever reads our output has read enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output.failure(&error);
            ExitCode::from(EXIT_FAILURE)
        }
    }
}

async fn run(command: Command, output: print::Output) -> anyhow::Result<ExitCode> {
    let config = Config::from_environment(None);
    match command {
        Command::Info { path, patient } => {
            let session = Session::transient().await?;
            output.inspection(&session.info(&path, patient).await?)?;
        }
        Command::Convert {
            input,
            output: target,
            series,
            replace,
        } => {
            let session = Session::transient().await?;
            output.converted(&session.convert(&input, &target, series, replace).await?)?;
        }
        Command::Interpolate(arguments) => {
            let session = Session::transient().await?;
            output.interpolation(&session.interpolate(&arguments).await?)?;
        }
        Command::Mask(arguments) => mask::run(&arguments, output).await?,
        Command::Segment { command } => segment(command, output).await?,
        Command::Open { path } => {
            let session = Session::new(App::open(config).await?);
            output.study(&session.open(&path).await?)?;
        }
        Command::Import {
            path,
            segments,
            add_classes,
            part,
        } => {
            let session = Session::new(App::open(config).await?);
            let imported = session.import(&path, &segments, part, add_classes);
            output.imported(&imported.await?)?;
        }
        Command::Export(arguments) => {
            let session = Session::new(App::open(config).await?);
            output.exported(&session.export(&arguments).await?)?;
        }
        Command::Audit {
            command: AuditCommand::Verify,
        } => {
            let session = Session::new(App::open_read_only(config).await?);
            let found = session.verify().await?;
            output.verification(&found)?;
            if found.first_fault.is_some() {
                return Ok(ExitCode::from(EXIT_FAULT));
            }
        }
        Command::Audit {
            command: AuditCommand::Log { after, limit },
        } => {
            let session = Session::new(App::open_read_only(config).await?);
            output.log(&session.log(after, limit).await?)?;
        }
        Command::Audit {
            command: AuditCommand::Rebuild,
        } => {
            Session::new(App::open(config).await?).rebuild().await?;
            output.rebuilt()?;
        }
        Command::Archive { command } => return archive::run(command, config, output).await,
        Command::Shapes { command } => shapes::run(command, config, output).await?,
        Command::Protocol { command } => protocol::run(command, config, output).await?,
        Command::Serve { listen } => {
            let app = App::open(config).await?;
            let server = Server::bind(listen).await?;
            output.serving(&server.url())?;
            server.run(app).await?;
        }
        Command::Openapi => output.line(&format!("{:#}", openapi::document()))?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn segment(command: SegmentCommand, output: print::Output) -> anyhow::Result<()> {
    let session = Session::transient().await?;
    match command {
        SegmentCommand::Seeds(arguments) => {
            output.grown_seeds(&session.grow_seeds(&arguments).await?)
        }
        SegmentCommand::Classify(arguments) => {
            output.grown_seeds(&session.classify(&arguments).await?)
        }
        SegmentCommand::Snake(arguments) => snake::run(&session, arguments, output).await,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
