//! Packages of the system, where they can be had without asking: as root, with apt.

use super::{ToolError, search};
use crate::progress::say;
use std::process::{Command, Stdio};

/// Whether [`install`] can work here.
pub(super) fn is_possible() -> bool {
    rustix::process::geteuid().is_root() && search::program("apt-get").is_some()
}

/// Installs packages. Whether that went well shows in the programs that are there afterwards.
pub(super) fn install(what: &str, packages: &[&str]) -> Result<(), ToolError> {
    say("Installing", format!("{what} by apt-get (about 2 minutes)"));
    // A failed update is no reason to give up: the lists at hand may do.
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

fn apt_get(arguments: &[&str]) -> Result<(), ToolError> {
    Command::new("apt-get")
        .arg("--quiet")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .map(drop)
        .map_err(ToolError::io("run apt-get"))
}
