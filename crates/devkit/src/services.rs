//! `devkit services`: the three servers, for as long as another process lives.

use crate::dev::DevError;
use crate::stack::Stack;
use crate::{trunk, watch};
use rustix::process::Pid;

/// What the hook asks for.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The process to live as long as.
    #[arg(long, value_name = "PID")]
    until_exit: i32,
    /// Where the app is served.
    #[arg(long, env = trunk::PORT_VARIABLE, default_value_t = trunk::PORT)]
    port: u16,
}

/// Serves until then.
///
/// # Errors
///
/// When a server does not start, or ends by itself.
pub async fn run(args: Args) -> Result<(), DevError> {
    service::running::log("warn");
    let stack =
        Stack::builder().spa_origin(&format!("http://localhost:{}", args.port)).start().await?;
    let process = async {
        match Pid::from_raw(args.until_exit) {
            Some(process) => watch::end_of(process).await,
            None => std::future::pending().await,
        }
    };
    let outcome = tokio::select! {
        ended = stack.ended() => Err(ended.into()),
        () = process => Ok(()),
        () = service::running::interrupted() => Ok(()),
    };
    stack.stop().await;
    outcome
}
