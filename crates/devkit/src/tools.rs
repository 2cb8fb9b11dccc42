//! The tools of the app's build: the wasm target, Trunk and wasm-bindgen. Each is installed once per user, by cargo from
//! crates.io, into a folder that is named after its version.

mod apt;
mod cache;
pub mod chromium;
mod install;
mod lockfile;
pub mod node;
mod search;
mod target;

use crate::workspace;
use std::ffi::OsString;
use std::path::PathBuf;

/// The Trunk that is installed when there is none; any other 0.21 serves as well.
const TRUNK: &str = "0.21.14";

/// What stands in the way of a tool. Each text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// `cargo install` failed.
    #[error(
        "could not install {crate_name} {version}: `cargo install` failed, its words are above. \
         It needs crates.io once; without a network, put {crate_name} {version} on the PATH yourself"
    )]
    Install {
        /// The crate on crates.io.
        crate_name: &'static str,
        /// Its version.
        version: String,
    },
    /// `rustup target add` failed.
    #[error(
        "the target wasm32-unknown-unknown is missing and `rustup target add wasm32-unknown-unknown` failed: \
         install it by the means that this Rust came by"
    )]
    Target,
    /// `Cargo.lock` does not say which wasm-bindgen the app links.
    #[error("Cargo.lock names no wasm-bindgen: run `cargo generate-lockfile`")]
    Lockfile,
    /// There is no Chromium, and no way to install one.
    #[error(
        "the browser tests need {missing}: install Chromium and its driver \
         (Debian and Ubuntu: `apt-get install chromium chromium-driver`), or name the driver in CHROMEDRIVER"
    )]
    Chromium {
        /// Which program is missing.
        missing: &'static str,
    },
    /// There is no Node that is new enough, and no way to install one.
    #[error(
        "the interop suite needs {missing}: install Node 20.19 or newer with npm from https://nodejs.org, \
         or by a package of the system, and put it on the PATH"
    )]
    Node {
        /// What is missing.
        missing: String,
    },
    /// `npm ci` failed.
    #[error(
        "could not install the packages of the interop suite: `npm ci` failed, its words are above. \
         It needs the npm registry once"
    )]
    Packages,
    /// The packages are not there, or not those that the lock file pins.
    #[error(
        "the packages of tests/interop are not installed as its lock file says: run `cargo verify`, which does that"
    )]
    PackagesMissing,
    /// A file or process would not do as told.
    #[error("could not {what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl ToolError {
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// The tools that a build of the app needs, all of them there.
#[derive(Debug)]
pub struct Tools {
    /// The `trunk` program.
    pub trunk: PathBuf,
    /// The `wasm-bindgen` program; its test runner lies beside it.
    pub wasm_bindgen: PathBuf,
}

impl Tools {
    /// Installs what is missing, with a line of progress for each.
    ///
    /// # Errors
    ///
    /// When something is missing and cannot be installed.
    pub fn ensure() -> Result<Self, ToolError> {
        let wasm_bindgen = Self::ensure_for_trunk()?;
        let trunk = match search::with_version("trunk", |version| version.starts_with("0.21.")) {
            Some(trunk) => trunk,
            None => install::TRUNK.ensure(TRUNK)?,
        };
        cache::offer_trunk(&trunk);
        Ok(Self { trunk, wasm_bindgen })
    }

    /// What a Trunk that is running already needs: the target, and a wasm-bindgen where it looks for one.
    ///
    /// # Errors
    ///
    /// When something is missing and cannot be installed.
    pub fn ensure_for_trunk() -> Result<PathBuf, ToolError> {
        target::ensure()?;
        let version = lockfile::wasm_bindgen_version(&workspace::root())?;
        let exact = |found: &str| found == version;
        let found = search::with_version("wasm-bindgen", exact)
            .filter(|path| search::beside(path, "wasm-bindgen-test-runner").is_some());
        let wasm_bindgen = match found {
            Some(path) => path,
            None => install::WASM_BINDGEN.ensure(&version)?,
        };
        cache::show_to_trunk(&wasm_bindgen, &version)?;
        Ok(wasm_bindgen)
    }

    /// Runs wasm tests: cargo's runner for the target `wasm32-unknown-unknown`.
    #[must_use]
    pub fn test_runner(&self) -> PathBuf {
        self.wasm_bindgen.with_file_name("wasm-bindgen-test-runner")
    }

    /// A `PATH` that begins with the tools.
    #[must_use]
    pub fn path(&self) -> OsString {
        let tools = [&self.trunk, &self.wasm_bindgen].into_iter().filter_map(|tool| tool.parent());
        search::prepend(tools)
    }
}
