//! Why the server does not run.

use std::net::SocketAddr;
use thiserror::Error;

/// The server cannot run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// Others on the network could reach it.
    #[error(
        "{address}: without accounts Annotomy listens on this machine only: use 127.0.0.1 or [::1]"
    )]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The port is taken or may not be used.
    #[error("{address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The socket failed.
    #[error("the server stopped: {0}")]
    Serve(std::io::Error),
}
