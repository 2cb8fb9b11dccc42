//! Chromium and its driver, for the tests that run in a browser.

use super::{ToolError, search};
use crate::progress::say;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The names that Chromium goes by.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// How Chromium is started in tests: without a window, without a sandbox (which root may not have), and without the
/// traffic of its own that it otherwise starts with.
pub const ARGUMENTS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// The driver, when it and a browser are there.
///
/// # Errors
///
/// Names the program that is missing, and how to install it.
pub fn driver() -> Result<PathBuf, ToolError> {
    if !BROWSERS.iter().any(|name| search::program(name).is_some()) {
        return Err(ToolError::Chromium { missing: "Chromium" });
    }
    let named = std::env::var_os("CHROMEDRIVER").map(PathBuf::from).filter(|path| path.is_file());
    named
        .or_else(|| search::program("chromedriver"))
        .ok_or(ToolError::Chromium { missing: "chromedriver" })
}

/// The driver, after an installation by apt where that is possible: as root, on a system that has it.
///
/// # Errors
///
/// Names the program that is missing, and how to install it.
pub fn ensure() -> Result<PathBuf, ToolError> {
    let missing = match driver() {
        Ok(driver) => return Ok(driver),
        Err(missing) => missing,
    };
    if !rustix::process::geteuid().is_root() || search::program("apt-get").is_none() {
        return Err(missing);
    }
    say("Installing", "Chromium and its driver by apt-get (about 2 minutes)");
    // A failed update is no reason to give up: the lists at hand may do.
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])?;
    driver()
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
