//! What the calendar API must be told. The defaults are those of `tenants/quickstart.yaml`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use url::Url;
use wire::ids::{Audience, ClientId, ConnectionName};
use wire::secret::Secret;

const LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 4401);
const ISSUER: &str = "http://localhost:4400/";
const AUDIENCE: &str = "https://my-api.example.com";
const CLIENT_ID: &str = "calendar-api-client";
const CLIENT_SECRET: &str = "calendar-api-secret";
const CONNECTION: &str = "google-oauth2";
const PROVIDER: &str = "http://localhost:4402";
const APP_CALLBACK: &str = "http://localhost:8080/callback";
const ALLOWED_ORIGIN: &str = "http://localhost:8080";

/// Flags and environment variables of the calendar API.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen at; port 0 picks a free one.
    #[arg(long, env = "CALENDAR_API_LISTEN", default_value_t = LISTEN.into())]
    pub listen: SocketAddr,

    /// The tenant, as its tokens name it in `iss`: with a slash at the end.
    #[arg(long, env = "CALENDAR_API_ISSUER", default_value = ISSUER)]
    pub issuer: Url,

    /// The identifier of this API at the tenant: what tokens for it name in `aud`.
    #[arg(long, env = "CALENDAR_API_AUDIENCE", default_value = AUDIENCE)]
    pub audience: Audience,

    /// The Custom API Client that is linked to this API.
    #[arg(long, env = "CALENDAR_API_CLIENT_ID", default_value = CLIENT_ID)]
    pub client_id: ClientId,

    /// Its secret. Rather set the variable than the flag, so that it does not stand in the list of processes.
    #[arg(long, env = "CALENDAR_API_CLIENT_SECRET", hide_env_values = true, default_value = CLIENT_SECRET)]
    pub client_secret: Secret,

    /// The connection whose provider has the calendar.
    #[arg(long, env = "CALENDAR_API_CONNECTION", default_value = CONNECTION)]
    pub connection: ConnectionName,

    /// Where the provider's calendar is; `https://www.googleapis.com` for Google's own.
    #[arg(long, env = "CALENDAR_API_PROVIDER", default_value = PROVIDER)]
    pub provider: Url,

    /// An origin whose pages may call this API. May be given several times; commas separate them in the variable.
    #[arg(
        long = "allowed-origin",
        env = "CALENDAR_API_ALLOWED_ORIGIN",
        value_delimiter = ',',
        default_value = ALLOWED_ORIGIN
    )]
    pub allowed_origins: Vec<String>,

    /// Where clients call this API, if that is not the address that it listens at: what their DPoP proofs name in
    /// `htu`.
    #[arg(long, env = "CALENDAR_API_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,

    /// The app's callback, to which `GET /callback` sends the browser on.
    #[arg(long, env = "CALENDAR_API_APP_CALLBACK", value_name = "URL", default_value = APP_CALLBACK)]
    pub app_callback: Url,

    /// Certificates to trust beside the system's, PEM: the local authority of a tenant that runs with `--https`.
    #[arg(long, env = "CALENDAR_API_CA_FILE", value_name = "FILE")]
    pub ca_file: Option<PathBuf>,

    /// How long one call to the tenant or to the provider may take. Not a flag: tests shorten it.
    #[arg(skip = service::http::CALL_TIMEOUT)]
    pub upstream_timeout: Duration,
}

impl Config {
    /// Whether the addresses are such that can be called.
    pub(crate) fn check(&self) -> Result<(), String> {
        let urls = [
            ("--issuer", &self.issuer),
            ("--provider", &self.provider),
            ("--app-callback", &self.app_callback),
        ];
        let public_url = self.public_url.iter().map(|url| ("--public-url", url));
        for (flag, url) in urls.into_iter().chain(public_url) {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(format!("{flag} {url} is no http or https URL"));
            }
            if url.fragment().is_some() {
                return Err(format!("{flag} {url} has a fragment, which is never sent"));
            }
        }
        if self.public_url.as_ref().is_some_and(|url| url.query().is_some()) {
            return Err("--public-url has a query: write scheme, host, port and path".to_owned());
        }
        Ok(())
    }

    /// Where clients call this API, which listens at `bound`; without a slash at its end.
    pub(crate) fn url(&self, bound: &str) -> String {
        let url = self.public_url.as_ref().map_or(bound, Url::as_str);
        url.trim_end_matches('/').to_owned()
    }

    /// The allowed origins as browsers write them in `Origin`.
    pub(crate) fn origins(&self) -> Result<Vec<HeaderValue>, String> {
        self.allowed_origins.iter().map(|text| origin(text)).collect()
    }
}

/// Refuses what is no origin, since it would never match and nobody would know why.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let refuse = || {
        format!(
            "--allowed-origin {text} is no origin: write scheme, host and port only, like {ALLOWED_ORIGIN}"
        )
    };
    let url = Url::parse(text).map_err(|_| refuse())?;
    if url.origin().ascii_serialization() == text {
        HeaderValue::try_from(text).map_err(|_| refuse())
    } else {
        Err(refuse())
    }
}

impl Default for Config {
    /// What no flag and no variable means; the test below holds the two together.
    fn default() -> Self {
        Self {
            listen: LISTEN.into(),
            issuer: Url::parse(ISSUER).expect("a URL"),
            audience: AUDIENCE.into(),
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            connection: CONNECTION.into(),
            provider: Url::parse(PROVIDER).expect("a URL"),
            allowed_origins: vec![ALLOWED_ORIGIN.to_owned()],
            public_url: None,
            app_callback: Url::parse(APP_CALLBACK).expect("a URL"),
            ca_file: None,
            upstream_timeout: service::http::CALL_TIMEOUT,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn no_flag_means_the_default() {
        let config = Cli::parse_from(["calendar-api"]).config;

        assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
        assert_eq!(config.client_secret, Config::default().client_secret);
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn origins_may_be_several() {
        let arguments = [
            "",
            "--allowed-origin",
            "https://a.example",
            "--allowed-origin",
            "http://b.example:81",
        ];
        let config = Cli::parse_from(arguments).config;

        assert_eq!(config.origins().unwrap(), ["https://a.example", "http://b.example:81"]);
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in
            ["http://localhost:8080/", "localhost:8080", "*", "null", "https://a.example:443", ""]
        {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_secret_is_in_no_debug_output() {
        assert!(!format!("{:?}", Config::default()).contains(CLIENT_SECRET));
    }
}
