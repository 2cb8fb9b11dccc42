//! `cargo install`, once per user and version.

use super::{ToolError, cache};
use crate::guard;
use crate::progress::say;
use std::path::PathBuf;
use std::time::Instant;

/// A program that cargo can install.
pub(super) struct Crate {
    /// Its name on crates.io.
    name: &'static str,
    /// The program that we call, and the name of its folder in the cache.
    program: &'static str,
    /// Whether it builds with the versions that it was released with.
    locked: bool,
    /// How long it takes on two cores, for the impatient.
    takes: &'static str,
}

pub(super) const TRUNK: Crate =
    Crate { name: "trunk", program: "trunk", locked: true, takes: "5 to 10 minutes" };

/// Not locked: the lock file that 0.2.130 was released with does not build.
pub(super) const WASM_BINDGEN: Crate = Crate {
    name: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    locked: false,
    takes: "2 to 4 minutes",
};

impl Crate {
    /// The program, installed when it is missing.
    pub(super) fn ensure(&self, version: &str) -> Result<PathBuf, ToolError> {
        let folder = cache::tool(self.program, version);
        let program = folder.join("bin").join(self.program);
        if program.is_file() {
            return Ok(program);
        }
        let Self { name, locked, takes, .. } = *self;
        say(
            "Installing",
            format!("{name} {version} into {} (once per user, {takes})", folder.display()),
        );
        let start = Instant::now();
        let mut install = guard::command("cargo");
        install
            .args(["install", name, "--version", version, "--root"])
            .arg(&folder)
            .args(locked.then_some("--locked"))
            // Its own build folder, which cargo removes; and a quick build, since these tools wait for others anyway.
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        let status = guard::status(install).map_err(ToolError::io("run cargo"))?;
        if !status.success() || !program.is_file() {
            return Err(ToolError::Install { crate_name: name, version: version.to_owned() });
        }
        say("Installed", format!("{name} {version} in {} s", start.elapsed().as_secs()));
        Ok(program)
    }
}
