//! Chromium and its driver, for the tests that run in a browser.

use super::{ToolError, apt, search};
use std::path::PathBuf;

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

/// The browser, when it is there.
///
/// # Errors
///
/// Names it, and how to install it.
pub fn browser() -> Result<PathBuf, ToolError> {
    let found = BROWSERS.iter().find_map(|name| search::program(name));
    found.ok_or(ToolError::Chromium { missing: "Chromium" })
}

/// The driver, when it and a browser are there.
///
/// # Errors
///
/// Names the program that is missing, and how to install it.
pub fn driver() -> Result<PathBuf, ToolError> {
    browser()?;
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
    if !apt::is_possible() {
        return Err(missing);
    }
    apt::install("Chromium and its driver", &["chromium", "chromium-driver"])?;
    driver()
}
