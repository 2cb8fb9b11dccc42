//! What the tenant is told when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use clap::builder::BoolishValueParser;
use service::data_folder;
use url::Url;

const HTTPS_LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 4443);

/// A mock of an Auth0 tenant, for development and tests on one machine.
#[derive(Clone, Debug, Parser)]
#[command(name = "tenant", version)]
pub struct Config {
    /// Where to answer; port 0 picks a free one
    #[arg(long, env = "TENANT_LISTEN", default_value = "127.0.0.1:4400")]
    pub listen: SocketAddr,

    /// Answer over TLS too; the issuer is then `https://localhost:4443/`, or as the address says
    #[arg(long, env = "TENANT_HTTPS", value_parser = BoolishValueParser::new())]
    pub https: bool,

    /// Where to answer over TLS; port 0 picks a free one
    #[arg(long, env = "TENANT_HTTPS_LISTEN", default_value_t = HTTPS_LISTEN.into())]
    pub https_listen: SocketAddr,

    /// Where the local certificate authority is kept
    #[arg(long, env = "TENANT_DATA_FOLDER", default_value_os_t = data_folder::of_the_user())]
    pub data_folder: PathBuf,

    /// The tenant's name in tokens, with a trailing slash; follows from the address when left out
    #[arg(long, env = "TENANT_ISSUER")]
    pub issuer: Option<Url>,

    /// The tenant file to start from, in the format of auth0-deploy-cli
    #[arg(long, env = "TENANT_IMPORT", default_value = "tenants/quickstart.yaml")]
    pub import: PathBuf,

    /// Where social connections go instead of the real services, e.g. <http://localhost:4402>
    #[arg(long, env = "TENANT_PROVIDER")]
    pub provider: Option<Url>,

    /// How many requests a minute one address may send to `/oauth/*` and `/userinfo`, and as many to `/api/v2`
    #[arg(long, env = "TENANT_RATE_LIMIT", default_value_t = RATE_LIMIT)]
    pub rate_limit: u32,
}

/// So high that no load test meets it by accident.
const RATE_LIMIT: u32 = 10_000_000;

impl Default for Config {
    /// The quickstart's addresses.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4400)),
            https: false,
            https_listen: HTTPS_LISTEN.into(),
            data_folder: data_folder::of_the_user(),
            issuer: None,
            import: PathBuf::from("tenants/quickstart.yaml"),
            provider: None,
            rate_limit: RATE_LIMIT,
        }
    }
}
