//! What the tenant is told when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use url::Url;

/// A mock of an Auth0 tenant, for development and tests on one machine.
#[derive(Clone, Debug, Parser)]
#[command(name = "tenant", version)]
pub struct Config {
    /// Where to answer; port 0 picks a free one
    #[arg(long, env = "TENANT_LISTEN", default_value = "127.0.0.1:4400")]
    pub listen: SocketAddr,

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
            issuer: None,
            import: PathBuf::from("tenants/quickstart.yaml"),
            provider: None,
            rate_limit: RATE_LIMIT,
        }
    }
}
