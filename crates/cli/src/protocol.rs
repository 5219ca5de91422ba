//! `annotomy protocol`.

use crate::arguments::ProtocolCommand;
use crate::call::{Session, absolute};
use crate::print::Output;
use annotomy_app::App;
use annotomy_app::config::Config;
use annotomy_app::wire::{ExportProtocolRequest, ImportProtocolRequest, Nothing, Protocol};

pub(crate) async fn run(
    command: ProtocolCommand,
    config: Config,
    output: Output,
) -> anyhow::Result<()> {
    let protocol: Protocol = match command {
        ProtocolCommand::Show => {
            let session = Session::new(App::open_read_only(config).await?);
            session.call("protocol", &Nothing {}).await?
        }
        ProtocolCommand::Export { file, replace } => {
            let session = Session::new(App::open_read_only(config).await?);
            let request = ExportProtocolRequest {
                path: absolute(&file)?,
                replace_existing: replace,
            };
            let _: Nothing = session.call("export_protocol", &request).await?;
            session.call("protocol", &Nothing {}).await?
        }
        ProtocolCommand::Import { file } => {
            let session = Session::new(App::open(config).await?);
            let path = absolute(&file)?;
            let request = ImportProtocolRequest { path };
            session.call("import_protocol", &request).await?
        }
    };
    output.protocol(&protocol)
}
