//! Where a person's data lie
//! ([XDG Base Directory Specification](https://specifications.freedesktop.org/basedir-spec/latest/)).

use std::env;
use std::path::PathBuf;

/// The name of our folder among those of other programs.
const OURS: &str = "strongroom";

/// Our folder in the user's data: `$XDG_DATA_HOME/strongroom`, or else `~/.local/share/strongroom`; on macOS
/// `~/Library/Application Support/strongroom`. To be asked where a configuration is read, and handed down from there.
#[must_use]
pub fn of_the_user() -> PathBuf {
    let home = env::home_dir().unwrap_or_default();
    if cfg!(target_os = "macos") {
        return home.join("Library/Application Support").join(OURS);
    }
    let named = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    // The specification has relative paths ignored.
    let named = named.filter(|folder| folder.is_absolute());
    named.unwrap_or_else(|| home.join(".local/share")).join(OURS)
}
