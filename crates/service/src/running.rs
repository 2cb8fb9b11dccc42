//! A server from its start to its end.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tracing_subscriber::EnvFilter;

use crate::tls::TlsListener;

/// How long requests in flight may take once the server was told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A server that answers until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    name: &'static str,
    serving: Serving,
    over_tls: Option<Serving>,
    instructions: String,
}

impl Running {
    /// Binds `listen` (port 0 picks a free one) and serves in the background what `router` makes of the server's own
    /// URL, e.g. `http://localhost:4402`.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound.
    pub async fn start(
        name: &'static str,
        listen: SocketAddr,
        router: impl FnOnce(&str) -> Router,
    ) -> Result<Self, StartError> {
        let bound = Bound::to(name, listen).await?;
        let router = router(bound.url());
        Ok(bound.serve(router))
    }

    /// The same server, answering over TLS too: both stop together, and when one ends the server has ended.
    /// [`run`] prints `instructions` once it answers.
    #[must_use]
    pub fn with_tls(self, over_tls: Self, instructions: String) -> Self {
        Self { over_tls: Some(over_tls.serving), instructions, ..self }
    }

    /// Where the server answers, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.serving.url
    }

    /// Where it answers over TLS, if it does, without a trailing slash.
    #[must_use]
    pub fn tls_url(&self) -> Option<&str> {
        self.over_tls.as_ref().map(|serving| serving.url.as_str())
    }

    /// The address that it bound.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.serving.address
    }

    /// Stops taking requests, lets those in flight finish (five seconds at most), and returns when all is over.
    pub async fn stop(&self) {
        let over_tls = async {
            if let Some(serving) = &self.over_tls {
                serving.stop().await;
            }
        };
        tokio::join!(self.serving.stop(), over_tls);
    }

    /// Returns when the server has ended, for whatever reason.
    pub async fn finished(&self) {
        let over_tls = async {
            match &self.over_tls {
                Some(serving) => serving.finished().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.serving.finished() => {}
            () = over_tls => {}
        }
    }
}

impl AsRef<Self> for Running {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// One address that is answered at.
#[derive(Debug)]
struct Serving {
    address: SocketAddr,
    url: String,
    stop: watch::Sender<bool>,
    ended: watch::Receiver<bool>,
    task: AbortHandle,
}

impl Serving {
    async fn stop(&self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(GRACE, self.finished()).await.is_err() {
            self.task.abort();
            self.finished().await;
        }
    }

    async fn finished(&self) {
        // An error means that the sender is gone, and with it the task.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address that is taken but not yet answered at: servers that must know their own URL before they can be made
/// start in two steps.
#[derive(Debug)]
pub struct Bound {
    name: &'static str,
    listener: TcpListener,
    address: SocketAddr,
    url: String,
    tls: Option<Arc<ServerConfig>>,
}

impl Bound {
    /// Binds `listen`; port 0 picks a free one.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound.
    pub async fn to(name: &'static str, listen: SocketAddr) -> Result<Self, StartError> {
        Self::bind(name, listen, None).await
    }

    /// The same for an address that is answered at over TLS, as [`crate::tls::Authority::vouch`] allows.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound.
    pub async fn over_tls(
        name: &'static str,
        listen: SocketAddr,
        tls: Arc<ServerConfig>,
    ) -> Result<Self, StartError> {
        Self::bind(name, listen, Some(tls)).await
    }

    async fn bind(
        name: &'static str,
        listen: SocketAddr,
        tls: Option<Arc<ServerConfig>>,
    ) -> Result<Self, StartError> {
        let (scheme, flag) =
            if tls.is_some() { ("https", "--https-listen") } else { ("http", "--listen") };
        let failed = |source| StartError::bind(name, flag, listen, source);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let url = if address.ip().is_loopback() {
            format!("{scheme}://localhost:{}", address.port())
        } else {
            format!("{scheme}://{address}")
        };
        Ok(Self { name, listener, address, url, tls })
    }

    /// The server's URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves in the background.
    #[must_use]
    pub fn serve(self, router: Router) -> Running {
        let Self { name, listener, address, url, tls } = self;
        let (stop, mut stopped) = watch::channel(false);
        let (end, ended) = watch::channel(false);
        let stopped = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            let served = match tls {
                None => axum::serve(listener, service).with_graceful_shutdown(stopped).await,
                Some(tls) => {
                    // Only what is tapped tells axum its peer's address.
                    let listener = TlsListener::new(listener, tls).tap_io(|_| {});
                    axum::serve(listener, service).with_graceful_shutdown(stopped).await
                }
            };
            if let Err(error) = served {
                tracing::error!(%error, "{name} ended");
            }
            end.send_replace(true);
        });
        let serving = Serving { address, url, stop, ended, task: task.abort_handle() };
        Running { name, serving, over_tls: None, instructions: String::new() }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process answers there.
    #[error(
        "{name}: port {port} is taken; stop what listens there, or choose another with {flag} 127.0.0.1:PORT"
    )]
    PortTaken {
        /// Which server.
        name: &'static str,
        /// How it is given another port.
        flag: &'static str,
        /// Which port.
        port: u16,
    },
    /// The address cannot be bound for another reason.
    #[error("{name}: cannot listen at {listen}: {source}")]
    Bind {
        /// Which server.
        name: &'static str,
        /// Where it was told to listen.
        listen: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// What the server was told makes no sense; the text says what to change.
    #[error("{name}: {message}")]
    Configuration {
        /// Which server.
        name: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl StartError {
    fn bind(name: &'static str, flag: &'static str, listen: SocketAddr, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::AddrInUse {
            Self::PortTaken { name, flag, port: listen.port() }
        } else {
            Self::Bind { name, listen, source }
        }
    }
}

/// Writes log lines to standard error: those that `RUST_LOG` asks for, or else from this level on.
pub fn log(level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}

/// The body of a server's `main`: starts it, says where it answers, and stops it at Ctrl-C or SIGTERM.
pub async fn run<S: AsRef<Running>>(
    start: impl Future<Output = Result<S, StartError>>,
) -> ExitCode {
    log("info");
    let server = match start.await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let running = server.as_ref();
    for Serving { url, address, .. } in std::iter::once(&running.serving).chain(&running.over_tls) {
        println!("{} listens at {url}", running.name);
        if !address.ip().is_loopback() {
            eprintln!(
                "WARNING: {} answers at {address}, which other machines can reach. It is made for tests: bind 127.0.0.1.",
                running.name
            );
        }
    }
    print!("{}", running.instructions);
    tokio::select! {
        () = interrupted() => {
            running.stop().await;
            ExitCode::SUCCESS
        }
        () = running.finished() => {
            eprintln!("{} ended by itself", running.name);
            ExitCode::FAILURE
        }
    }
}

/// Returns at Ctrl-C or SIGTERM.
pub async fn interrupted() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminated => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_flag_that_changes_it() {
        let first = Running::start("first", ANY.into(), |_| Router::new()).await.unwrap();

        let error = Running::start("second", first.address(), |_| Router::new()).await.unwrap_err();

        let message = error.to_string();
        assert!(message.contains(&first.address().port().to_string()), "{message}");
        assert!(message.contains("--listen"), "{message}");
    }

    #[tokio::test]
    async fn a_stopped_server_gives_its_port_back() {
        let server = Running::start("server", ANY.into(), |_| Router::new()).await.unwrap();
        let address = server.address();

        server.stop().await;

        assert!(Running::start("next", address, |_| Router::new()).await.is_ok());
    }
}
