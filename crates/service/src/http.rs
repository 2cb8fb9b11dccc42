//! Outgoing HTTP.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder};

/// How long a call may take in all.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// A client whose calls end: two seconds to connect, `timeout` in all. It follows no redirect, since the endpoints
/// it calls have none, and a redirect would carry credentials elsewhere.
///
/// # Errors
///
/// When the system's TLS roots cannot be read.
pub fn client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    builder(timeout).build()
}

/// The same; beside what the system trusts it trusts the certificate authorities in a PEM file, if one is given.
///
/// # Errors
///
/// When the file cannot be read or holds no certificate, and as for [`client`].
pub fn client_trusting(
    authorities: Option<&Path>,
    timeout: Duration,
) -> Result<reqwest::Client, ClientError> {
    let builder = match authorities {
        None => builder(timeout),
        Some(file) => builder(timeout).tls_certs_merge(certificates(file)?),
    };
    builder.build().map_err(ClientError::Client)
}

fn builder(timeout: Duration) -> ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(2))
        .timeout(timeout)
        .redirect(Policy::none())
        .user_agent(concat!("strongroom/", env!("CARGO_PKG_VERSION")))
}

fn certificates(file: &Path) -> Result<Vec<Certificate>, ClientError> {
    let pem = std::fs::read(file)
        .map_err(|source| ClientError::Unreadable { file: file.to_owned(), source })?;
    let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if certificates.is_empty() {
        return Err(ClientError::NoCertificate { file: file.to_owned() });
    }
    Ok(certificates)
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file with the authorities cannot be read.
    #[error("could not read the certificates in {}: {source}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file with the authorities is something else.
    #[error("{} holds no certificate in PEM format", file.display())]
    NoCertificate {
        /// Which file.
        file: PathBuf,
    },
    /// The TLS library does not do with what it was given.
    #[error("could not make an HTTP client: {0}")]
    Client(reqwest::Error),
}
