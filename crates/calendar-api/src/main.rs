//! The `calendar-api` binary: reads its configuration and serves until it is told to stop.

use std::process::ExitCode;

use calendar_api::Config;
use clap::Parser;

/// The backend API: a resource server that acts as its Custom API Client at the Token Vault.
#[derive(Parser)]
#[command(name = "calendar-api", version)]
struct Cli {
    #[command(flatten)]
    config: Config,
}

#[tokio::main]
async fn main() -> ExitCode {
    service::running::run(calendar_api::start(Cli::parse().config)).await
}
