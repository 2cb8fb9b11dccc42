//! The `provider` binary.

use std::process::ExitCode;

use clap::Parser;

/// The external provider: an OAuth server and a calendar in Google Calendar's shape.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    config: provider::Config,
}

#[tokio::main]
async fn main() -> ExitCode {
    service::running::run(provider::start(Cli::parse().config)).await
}
