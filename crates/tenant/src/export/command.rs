//! `tenant --export FILE`: writes what a running tenant holds.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::builder::BoolishValueParser;
use serde::Deserialize;
use serde_json::json;
use service::http::{self, ClientError};
use url::Url;
use wire::discovery::ProviderMetadata;
use wire::secret::Secret;

use super::Wish;

/// Where standard output is meant.
const STANDARD_OUTPUT: &str = "-";

/// What is exported, and to where.
#[derive(Clone, Debug, Parser)]
pub struct Export {
    /// Start no tenant, but write what the one at --from holds to this file, as --import reads it; `-` is standard
    /// output
    #[arg(long, env = "TENANT_EXPORT", value_name = "FILE")]
    pub export: Option<PathBuf>,

    /// Where the tenant answers that is exported
    #[arg(long, env = "TENANT_FROM", default_value = "http://localhost:4400")]
    pub from: Url,

    /// The client that may read it: one with a client grant for the Management API
    #[arg(long, env = "TENANT_CLIENT_ID", default_value = "management")]
    pub client_id: String,

    /// That client's secret
    #[arg(
        long,
        env = "TENANT_CLIENT_SECRET",
        default_value = "management-secret",
        hide_env_values = true
    )]
    pub client_secret: Secret,

    /// Write secrets too: of clients, connections and APIs, hashes of passwords, refresh tokens of connected accounts
    #[arg(long, env = "TENANT_WITH_SECRETS", value_parser = BoolishValueParser::new())]
    pub with_secrets: bool,
}

impl Export {
    /// Asks the tenant for the file and writes it.
    ///
    /// # Errors
    ///
    /// When the tenant does not answer, refuses, or the file cannot be written; the message says what to do.
    pub async fn run(&self, file: &Path, data_folder: &Path) -> Result<(), ExportError> {
        let text = self.fetch(data_folder).await?;
        write(file, &text).map_err(|source| ExportError::Write { file: file.to_owned(), source })
    }

    async fn fetch(&self, data_folder: &Path) -> Result<String, ExportError> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: Secret,
        }
        let authority = data_folder.join("ca.pem");
        let authority = (self.from.scheme() == "https" && authority.is_file()).then_some(authority);
        let http = http::client_trusting(authority.as_deref(), http::CALL_TIMEOUT)?;
        let metadata = self.at(".well-known/openid-configuration")?;
        let metadata: ProviderMetadata = read(http.get(metadata)).await?.json().await?;
        let asked = json!({
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret.expose(),
            "audience": format!("{}api/v2/", metadata.issuer),
        });
        let token = http.post(self.at("oauth/token")?).json(&asked);
        let Answer { access_token } = read(token).await?.json().await?;
        let wish = Wish { with_secrets: self.with_secrets };
        let file = http.get(self.at("tenant.yaml")?).query(&wish);
        Ok(read(file.bearer_auth(access_token.expose())).await?.text().await?)
    }

    fn at(&self, path: &str) -> Result<Url, ExportError> {
        let base = format!("{}/", self.from.as_str().trim_end_matches('/'));
        Url::parse(&base).and_then(|base| base.join(path)).map_err(|_| ExportError::From)
    }
}

/// The answer, if it is one of success.
async fn read(request: reqwest::RequestBuilder) -> Result<reqwest::Response, ExportError> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let path = response.url().path().to_owned();
    let words = response.text().await.unwrap_or_default();
    Err(ExportError::Refused { path, status: status.as_u16(), words })
}

/// Nobody else can read the file: it may hold secrets.
fn write(file: &Path, text: &str) -> io::Result<()> {
    if file == Path::new(STANDARD_OUTPUT) {
        return io::stdout().lock().write_all(text.as_bytes());
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The address is no base of others.
    #[error("--from is an http or https URL")]
    From,
    /// There is no client to ask with.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There was no answer, or one that makes no sense.
    #[error("the tenant does not answer as one does ({0}); --from says where it is")]
    NoAnswer(#[from] reqwest::Error),
    /// The tenant did not want to.
    #[error(
        "the tenant refuses {path} with {status}: {words}; --client-id and TENANT_CLIENT_SECRET name a client that may read everything"
    )]
    Refused {
        /// What was asked for.
        path: String,
        /// The status of the answer.
        status: u16,
        /// What it said.
        words: String,
    },
    /// The file is not written.
    #[error("cannot write {}: {source}", file.display())]
    Write {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
