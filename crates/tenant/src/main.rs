//! The `tenant` binary.

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    service::running::run(tenant::start(tenant::Config::parse())).await
}
