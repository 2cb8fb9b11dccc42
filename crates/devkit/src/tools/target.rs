//! The compilation target of the app.

use super::ToolError;
use crate::progress::say;
use crate::workspace;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target to the toolchain that compiles the workspace, when it lacks it.
pub(super) fn ensure() -> Result<(), ToolError> {
    if sysroot()?.join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    say("Adding", format!("the target {TARGET} (once per toolchain, some 25 MB)"));
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .current_dir(workspace::root())
        .stdin(Stdio::null())
        .status();
    if added.is_ok_and(|status| status.success()) { Ok(()) } else { Err(ToolError::Target) }
}

fn sysroot() -> Result<PathBuf, ToolError> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(workspace::root())
        .output()
        .map_err(ToolError::io("run rustc"))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
