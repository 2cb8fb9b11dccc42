//! Programs on the `PATH`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The first program of this name.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The program of this name, when the version that it tells about itself will do.
pub(super) fn with_version(name: &str, will_do: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let program = program(name)?;
    version(&program).is_some_and(|version| will_do(&version)).then_some(program)
}

/// The second word of `--version`: `trunk 0.21.14`.
pub(super) fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// A program in the folder of another.
pub(super) fn beside(program: &Path, name: &str) -> Option<PathBuf> {
    Some(program.with_file_name(name)).filter(|file| file.is_file())
}

/// The `PATH` with these folders before all others.
pub(super) fn prepend<'a>(folders: impl Iterator<Item = &'a Path>) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.map(Path::to_owned).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or(path)
}

/// A folder named by an environment variable, else one below the home folder.
pub(super) fn folder(variable: &str, below_home: impl AsRef<OsStr>) -> PathBuf {
    let named = std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    named.unwrap_or_else(|| std::env::home_dir().unwrap_or_default().join(Path::new(&below_home)))
}
