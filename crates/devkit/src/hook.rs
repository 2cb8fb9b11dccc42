//! Trunk's `pre_build` hook: a bare `trunk serve` gets its servers, which live as long as that Trunk.

use crate::dev::{DevError, spa_claims};
use crate::progress::{self, say};
use crate::stack::Stack;
use crate::tools::Tools;
use crate::{ports, trunk, watch, workspace};
use rustix::process::{Pid, Signal, getppid, kill_process};
use service::http::client_trusting;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;
use tokio::process::Command;

/// Why the servers are not there.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// As for `cargo dev`.
    #[error(transparent)]
    Dev(#[from] DevError),
    /// The app of this Trunk would look for the tenant elsewhere.
    #[error(
        "TENANT_HTTPS is set, and a bare `trunk serve` has the tenant by plain HTTP: run `cargo dev --https`"
    )]
    Https,
    /// They ended before they answered.
    #[error("the servers did not start; {} says:\n{said}", log.display())]
    Services {
        /// Where they write.
        log: PathBuf,
        /// What they wrote.
        said: String,
    },
    /// The servers' process could not be started.
    #[error("could not start the servers: {0}")]
    Start(#[from] std::io::Error),
}

/// Does what the Trunk that called us needs, and ends it when that cannot be had: it would otherwise go on without.
pub async fn run() -> ExitCode {
    // `cargo run` becomes the program that it runs, so our parent is Trunk itself.
    let trunk = getppid();
    let Err(error) = prepare(trunk).await else {
        return ExitCode::SUCCESS;
    };
    let code = progress::fail(&error);
    if let Some(trunk) = trunk.filter(|trunk| trunk::serves(&trunk::words_of(*trunk))) {
        let _told = kill_process(trunk, Signal::TERM);
    }
    code
}

async fn prepare(trunk: Option<Pid>) -> Result<(), HookError> {
    Tools::ensure_for_trunk().map_err(DevError::from)?;
    let Some(trunk) = trunk else { return Ok(()) };
    let words = trunk::words_of(trunk);
    if !trunk::serves(&words) {
        return Ok(());
    }
    let client = client_trusting(None, Duration::from_secs(2)).map_err(DevError::from)?;
    let addresses = Stack::builder().addresses().map_err(DevError::from)?;
    if addresses.tenant_https.is_some() {
        return Err(HookError::Https);
    }
    let health = addresses.health_urls();
    if watch::answer_now(&client, &health).await {
        return Ok(());
    }
    // Before its first build Trunk has not yet taken its own port.
    let port = trunk::port(&words, std::env::var(trunk::PORT_VARIABLE).ok().as_deref());
    let claims: Vec<_> = addresses.claims().into_iter().chain(spa_claims(port)).collect();
    ports::check(&claims).map_err(DevError::from)?;

    let log = log_file()?;
    say("Starting", format!("provider, tenant and calendar API; they write to {}", log.display()));
    let mut services = start_services(trunk, port, &log)?;
    tokio::select! {
        _ended = services.wait() => {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            Err(HookError::Services { log, said })
        }
        () = watch::all_answer(&client, &health) => Ok(()),
    }
}

/// A process of its own, with nothing of Trunk's: an inherited output would keep Trunk's reader waiting, and a Ctrl-C
/// meant for Trunk need not reach it, since it watches Trunk.
fn start_services(trunk: Pid, port: u16, log: &Path) -> std::io::Result<tokio::process::Child> {
    let output = std::fs::File::create(log)?;
    Command::new(std::env::current_exe()?)
        .args(["services", "--until-exit", &trunk.as_raw_nonzero().to_string()])
        .env(trunk::PORT_VARIABLE, port.to_string())
        .current_dir(workspace::root())
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .spawn()
}

/// Beside this program: in the target folder, wherever that is.
fn log_file() -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("strongroom-servers.log"))
}
