//! A child that never outlives us, nor its own children: cargo runs rustc, Trunk runs cargo, tests run browsers.
//!
//! Between us and the child stands a guard, a process of this same program that leads a process group of its own. Its
//! standard input is a pipe from us. However we end, even by SIGKILL, the pipe ends with us; the guard then stops its
//! whole group.

use rustix::process::{Pid, Signal, kill_current_process_group, kill_process_group};
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

/// How long a stopped group may take to end on its own.
const PATIENCE: Duration = Duration::from_secs(3);

/// This program, as it was named when it started: cargo may put a new build in its place while it runs.
static THIS_PROGRAM: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::current_exe().unwrap_or_else(|_| PathBuf::from("devkit")));

/// To be called first, while the name is still that of this build.
pub fn remember_this_program() {
    LazyLock::force(&THIS_PROGRAM);
}

/// A command that runs `program` under guard, at the root of the workspace. Arguments and variables are added as usual.
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(&*THIS_PROGRAM);
    command
        .args(["guard", "--"])
        .arg(program)
        .current_dir(crate::workspace::root())
        .stdin(Stdio::piped())
        .process_group(0);
    command
}

/// Runs a guarded command to its end.
///
/// # Errors
///
/// When the guard cannot be started.
pub fn status(mut command: Command) -> std::io::Result<ExitStatus> {
    wait(command.spawn()?)
}

/// Waits for a guarded child. Its pipe stays open meanwhile, which `Child::wait` alone would close.
///
/// # Errors
///
/// When there is nothing to wait for.
pub fn wait(mut child: Child) -> std::io::Result<ExitStatus> {
    let _pipe = child.stdin.take();
    child.wait()
}

/// A guarded child in the background.
#[derive(Debug)]
pub struct Guarded(tokio::process::Child);

impl Guarded {
    /// Starts a guarded command.
    ///
    /// # Errors
    ///
    /// When the guard cannot be started; a program that cannot be started ends the guard.
    pub fn start(command: Command) -> std::io::Result<Self> {
        tokio::process::Command::from(command).spawn().map(Self)
    }

    /// Waits until the child ends by itself.
    pub async fn ended(&mut self) {
        let _pipe = self.0.stdin.take();
        let _ended = self.0.wait().await;
    }

    /// Stops the child and all that it started.
    pub async fn stop(mut self) {
        let group = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        drop(self.0.stdin.take());
        if timeout(PATIENCE * 2, self.0.wait()).await.is_err()
            && let Some(group) = group
        {
            let _gone = kill_process_group(group, Signal::KILL);
        }
    }
}

/// The guard's own work: `devkit guard -- PROGRAM ARGUMENTS`. It ends as the program ends.
///
/// # Errors
///
/// When the program cannot be started.
pub async fn run(command: &[OsString]) -> std::io::Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(ExitCode::SUCCESS);
    };
    // The guard stops its group by SIGTERM, and must not die of it before it has seen the end of the others.
    let mut terminated = signal(SignalKind::terminate())?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| {
            std::io::Error::new(error.kind(), format!("{}: {error}", program.display()))
        })?;
    let mut byte = [0];
    let mut pipe = tokio::io::stdin();
    let ended = tokio::select! {
        status = child.wait() => status.ok(),
        _closed = pipe.read(&mut byte) => None,
        _told = terminated.recv() => None,
    };
    // Whatever it has left behind, too.
    let _told = kill_current_process_group(Signal::TERM);
    if timeout(PATIENCE, child.wait()).await.is_err() {
        let _gone = kill_current_process_group(Signal::KILL);
    }
    let code = ended.and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
