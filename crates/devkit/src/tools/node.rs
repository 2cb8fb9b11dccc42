//! Node, and the packages of the interop suite: Auth0's SDKs in the versions that its lock file pins.

use super::{ToolError, apt, search};
use crate::{guard, progress::say, workspace};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that all packages of the suite run on.
const OLDEST: (u32, u32) = (20, 19);

/// Where the suite lies, below the root of the workspace.
const SUITE: &str = "tests/interop";

/// The lock file, and its copy beside the packages that were installed by it.
const LOCKFILE: &str = "package-lock.json";
const INSTALLED: &str = "node_modules/.installed-by-package-lock.json";

/// A Node that is new enough, and the suite's folder with all its packages.
#[derive(Debug)]
pub struct Node {
    /// The `node` program.
    pub program: PathBuf,
    /// The folder of the suite.
    pub suite: PathBuf,
}

/// Node and the packages, when they are there.
///
/// # Errors
///
/// Says what is missing, too old or of another lock file, and what to do about it.
pub fn find() -> Result<Node, ToolError> {
    let node = Node { program: program()?, suite: workspace::root().join(SUITE) };
    if is_installed(&node.suite, &lockfile(&node.suite)?) {
        Ok(node)
    } else {
        Err(ToolError::PackagesMissing)
    }
}

/// Node, by apt where it is missing and that is possible, and the packages, by `npm ci` when the lock file has changed
/// since the last time.
///
/// # Errors
///
/// Says what is missing or too old, and what to do about it.
pub fn ensure() -> Result<(), ToolError> {
    let is_there = |name| search::program(name).is_some();
    if !(is_there("node") && is_there("npm")) && apt::is_possible() {
        apt::install("Node", &["nodejs", "npm"])?;
    }
    program()?;
    let npm = search::program("npm").ok_or_else(|| missing("npm"))?;
    let suite = workspace::root().join(SUITE);
    let lockfile = lockfile(&suite)?;
    if is_installed(&suite, &lockfile) { Ok(()) } else { install(&npm, &suite, lockfile) }
}

fn program() -> Result<PathBuf, ToolError> {
    let program = search::program("node").ok_or_else(|| missing("Node"))?;
    let version = version_of(&program).unwrap_or_default();
    if will_do(&version) {
        Ok(program)
    } else {
        Err(missing(&format!("a newer Node than {} {version}", program.display())))
    }
}

fn missing(what: &str) -> ToolError {
    ToolError::Node { missing: what.to_owned() }
}

fn lockfile(suite: &Path) -> Result<Vec<u8>, ToolError> {
    fs::read(suite.join(LOCKFILE)).map_err(ToolError::io(format!("read {SUITE}/{LOCKFILE}")))
}

fn is_installed(suite: &Path, lockfile: &[u8]) -> bool {
    fs::read(suite.join(INSTALLED)).is_ok_and(|installed| installed == lockfile)
}

fn install(npm: &Path, suite: &Path, lockfile: Vec<u8>) -> Result<(), ToolError> {
    say("Installing", format!("the packages of {SUITE} by npm (some 20 seconds)"));
    let mut install = guard::command(npm);
    install.arg("--prefix").arg(suite).args([
        "ci",
        // Nothing of a package runs before a test imports it.
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
    ]);
    let status = guard::status(install).map_err(ToolError::io("run npm"))?;
    if !status.success() {
        return Err(ToolError::Packages);
    }
    fs::write(suite.join(INSTALLED), lockfile)
        .map_err(ToolError::io(format!("write {SUITE}/{INSTALLED}")))
}

/// `v20.19.2`.
fn version_of(node: &Path) -> Option<String> {
    let output = Command::new(node).arg("--version").output().ok()?;
    String::from_utf8(output.stdout).ok().map(|version| version.trim().to_owned())
}

fn will_do(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (major, minor) = (numbers.next(), numbers.next());
    matches!((major, minor), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST)
}

#[cfg(test)]
mod tests {
    use super::will_do;

    #[test]
    fn a_node_as_old_as_the_oldest_will_do() {
        assert!(will_do("v20.19.0") && will_do("v20.20.2") && will_do("v22.1.0"));
    }

    #[test]
    fn an_older_node_will_not_do_nor_one_that_says_nothing() {
        assert!(!will_do("v20.18.9") && !will_do("v18.20.4") && !will_do(""));
    }
}
