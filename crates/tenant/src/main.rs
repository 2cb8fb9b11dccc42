//! The `tenant` binary.

use std::process::ExitCode;

use clap::Parser;
use tenant::{Config, Export};

/// A mock of an Auth0 tenant, for development and tests on one machine.
#[derive(Parser)]
#[command(name = "tenant", version)]
struct Words {
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    export: Export,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Words { config, export } = Words::parse();
    let Some(file) = &export.export else {
        return service::running::run(tenant::start(config)).await;
    };
    match export.run(file, &config.data_folder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
