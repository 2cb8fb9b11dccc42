//! `cargo dev`: the whole journey on this machine.

use crate::guard::{self, Guarded};
use crate::people::{self, Person};
use crate::ports::{self, Claim, PortTaken};
use crate::progress::say;
use crate::stack::{Addresses, Stack, StackError};
use crate::tools::{ToolError, Tools};
use crate::{app_config, trunk, watch, workspace};
use service::http::{ClientError, client_trusting};
use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// What can be chosen.
#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags are there or not, each by itself")]
pub struct Args {
    /// Optimised builds, of the servers and of the app.
    #[arg(long)]
    release: bool,
    /// The three servers, without the app.
    #[arg(long)]
    services_only: bool,
    /// Without the calendar API: start it, or a backend of your own, at its address yourself.
    #[arg(long)]
    own_backend: bool,
    /// The tenant over TLS too, at <https://localhost:4443>, where its issuer is then.
    #[arg(long)]
    https: bool,
    /// The tenant file to import.
    #[arg(long, value_name = "FILE", default_value_os_t = workspace::root().join("tenants/quickstart.yaml"))]
    tenant: PathBuf,
    /// Where Trunk serves the app; Trunk reads the same variable.
    #[arg(long, hide = true, env = trunk::PORT_VARIABLE, default_value_t = trunk::PORT)]
    port: u16,
}

impl Args {
    /// Where the app is.
    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

/// Why `cargo dev` ended, when nobody asked it to.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// Something listens on one of our ports.
    #[error(transparent)]
    Port(#[from] PortTaken),
    /// A tool is missing.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// A server did not start, or ended.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The HTTP client that asks the servers how they do.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Trunk ended by itself.
    #[error("Trunk ended, its words are above; everything else was stopped with it")]
    TrunkEnded,
    /// A process could not be started, or what it needs not be written.
    #[error("could not {what}: {source}")]
    Process {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// Runs everything until Ctrl-C or SIGTERM.
///
/// # Errors
///
/// When a part does not start, or ends by itself; all others are stopped then.
pub async fn run(args: Args) -> Result<(), DevError> {
    if args.release && cfg!(debug_assertions) {
        return Err(again_optimised());
    }
    service::running::log("warn");
    let builder = Stack::builder()
        .spa_origin(&args.origin())
        .tenant_file(&args.tenant)
        .https(args.https)
        .own_backend(args.own_backend);
    let addresses = builder.addresses()?;
    let mut claims = addresses.claims();
    if !args.services_only {
        claims.extend(spa_claims(args.port));
    }
    ports::check(&claims)?;

    let tools = if args.services_only { None } else { Some(Tools::ensure()?) };
    let stack = builder.start().await?;
    say("Started", format!("the servers, with {}", args.tenant.display()));
    let mut trunk = None;
    let outcome = tokio::select! {
        ended = stack.ended() => Err(ended.into()),
        () = service::running::interrupted() => Ok(()),
        Err(error) = show(&args, &stack, &addresses, tools.as_ref(), &mut trunk) => Err(error),
    };
    if let Some(trunk) = trunk {
        trunk.stop().await;
    }
    stack.stop().await;
    outcome
}

/// The app, and the news that all is ready; then it waits for Trunk to end, which it should not.
async fn show(
    args: &Args,
    stack: &Stack,
    addresses: &Addresses,
    tools: Option<&Tools>,
    trunk: &mut Option<Guarded>,
) -> Result<Infallible, DevError> {
    let client = client_trusting(stack.tenant().ca_file(), Duration::from_secs(2))?;
    watch::all_answer(&client, &addresses.health_urls()).await;
    let people = people::read(&args.tenant);
    let Some(tools) = tools else {
        announce(stack, addresses, None, &people);
        return std::future::pending().await;
    };

    let trunk = trunk.insert(start_trunk(tools, args, stack)?);
    let start = Instant::now();
    let origin = args.origin();
    let spa = [format!("{origin}/")];
    let built = async {
        watch::all_answer(&client, &spa).await;
        say("Built", format!("the app in {} s", start.elapsed().as_secs()));
        announce(stack, addresses, Some(&origin), &people);
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        () = trunk.ended() => Err(DevError::TrunkEnded),
        never = built => Ok(never),
    }
}

fn start_trunk(tools: &Tools, args: &Args, stack: &Stack) -> Result<Guarded, DevError> {
    let failed = |what| move |source| DevError::Process { what, source };
    let config = app_config::pointed_at(stack).map_err(failed("write the app's configuration"))?;
    say("Building", "the app (a minute or two the first time, seconds later)");
    // Trunk would serve what an earlier run has built, even when this build fails.
    let _missing = std::fs::remove_file(workspace::root().join("dist/index.html"));
    let mut command = guard::command(&tools.trunk);
    command
        .arg("serve")
        .args(args.release.then_some("--release"))
        .env("PATH", tools.path())
        .env("STRONGROOM_SERVERS", "running")
        .env(trunk::PORT_VARIABLE, args.port.to_string())
        .envs(config.map(|config| (trunk::CONFIG_VARIABLE, config)));
    Guarded::start(command).map_err(failed("start Trunk"))
}

/// Becomes `cargo run --release`, with the same words; returns only when that fails.
fn again_optimised() -> DevError {
    say("Building", "the servers, optimised (some minutes the first time)");
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let source = Command::new("cargo")
        .args(["run", "--release", "--package", "devkit", "--"])
        .args(words)
        .exec();
    DevError::Process { what: "run cargo", source }
}

/// The port of the app, on both loopback addresses: Trunk listens on both.
pub(crate) fn spa_claims(port: u16) -> [Claim; 2] {
    let flag = "Trunk's `--port` (or TRUNK_SERVE_PORT)";
    ports::loopback(port).map(|address| Claim { who: "app", address, flag })
}

/// A short table of addresses and people, how to trust the tenant where that is needed, then `ready`, which scripts wait
/// for.
fn announce(stack: &Stack, addresses: &Addresses, spa: Option<&str>, people: &[Person]) {
    println!();
    if let Some(spa) = spa {
        println!("  {:<14} {spa}", "app");
    }
    for (who, url) in addresses.rows() {
        println!("  {who:<14} {url}");
    }
    println!();
    for Person { name, email, password } in people {
        println!("  {name:<14} {email} / {password}");
    }
    println!();
    if let Some(authority) = stack.tenant().authority() {
        println!("{}", authority.instructions(stack.tenant_url()));
    }
    println!("ready");
}
