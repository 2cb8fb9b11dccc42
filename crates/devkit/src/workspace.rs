//! Where the workspace lies.

use std::path::PathBuf;

/// The root of the workspace: two folders above this crate.
///
/// Cargo says at run time where the crate lies, so that a moved checkout is found too; a binary started by hand falls
/// back to where it was compiled.
#[must_use]
pub fn root() -> PathBuf {
    let compiled = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let running = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = running.filter(|folder| folder.ends_with("crates/devkit")).unwrap_or(compiled);
    manifest.ancestors().nth(2).map_or(manifest.clone(), PathBuf::from)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_root_holds_the_lock_file() {
        assert!(super::root().join("Cargo.lock").is_file());
    }
}
