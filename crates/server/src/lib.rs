//! Floor 4: the same UI and commands in a browser, on this machine only.
//!
//! Without accounts there is one user, the one who started the server. So it listens on loopback
//! addresses only, and because every program and user of the machine can reach those, a random
//! token in the first address is needed to get in.

mod access;
mod error;
mod routes;
mod ui;

pub use access::Token;
pub use error::ServeError;
pub use routes::router;

use annotomy_app::App;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A server that listens but does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    token: Token,
    address: SocketAddr,
}

impl Server {
    /// Listens on a loopback address; port 0 takes any free one.
    ///
    /// # Errors
    /// [`ServeError::NotLoopback`] for any other address, [`ServeError::Listen`] where the port is
    /// taken.
    pub async fn bind(address: SocketAddr) -> Result<Self, ServeError> {
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback { address });
        }
        let listen_error = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        Ok(Self {
            listener,
            token: Token::random(),
            address,
        })
    }

    /// The address to open in a browser, with the token that lets one in.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }

    /// Answers until the process ends.
    ///
    /// # Errors
    /// [`ServeError::Serve`] where the socket fails.
    pub async fn run(self, app: Arc<App>) -> Result<(), ServeError> {
        let router = router(app, self.token, self.address.port());
        axum::serve(self.listener, router)
            .await
            .map_err(ServeError::Serve)
    }
}
