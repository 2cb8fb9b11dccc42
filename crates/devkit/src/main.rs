//! The program behind `cargo dev`, `cargo verify` and Trunk's hook.

use clap::{Parser, Subcommand};
use devkit::progress::fail;
use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "devkit", about = "Runs and verifies Strongroom.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Provider, tenant, calendar API and the app, until Ctrl-C.
    Dev(devkit::dev::Args),
    /// Every check and every test, the browser's included.
    Verify,
    /// What Trunk calls before each build.
    #[command(hide = true)]
    Hook,
    /// The servers that the hook starts.
    #[command(hide = true)]
    Services(devkit::services::Args),
    /// A child that never outlives its parent.
    #[command(hide = true)]
    Guard {
        /// The program and its arguments.
        #[arg(last = true)]
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    devkit::guard::remember_this_program();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let outcome = runtime.block_on(run(Cli::parse().command));
    // Not waiting for a read of standard input, which only its end would end.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|error| fail(&*error))
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Dev(args) => devkit::dev::run(args).await?,
        Command::Verify => tokio::task::block_in_place(devkit::verify::run)?,
        Command::Hook => return Ok(devkit::hook::run().await),
        Command::Services(args) => devkit::services::run(args).await?,
        Command::Guard { command } => return Ok(devkit::guard::run(&command).await?),
    }
    Ok(ExitCode::SUCCESS)
}
