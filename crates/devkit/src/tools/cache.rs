//! Where tools lie, and where others look for them.

use super::{ToolError, search};
use crate::progress::say;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// `~/.cache/strongroom/tools/trunk-0.21.14`, or below `XDG_CACHE_HOME`.
pub(super) fn tool(name: &str, version: &str) -> PathBuf {
    search::folder("XDG_CACHE_HOME", ".cache")
        .join("strongroom/tools")
        .join(format!("{name}-{version}"))
}

/// Links wasm-bindgen to where Trunk keeps those that it fetched: any Trunk finds it there, without GitHub.
pub(super) fn show_to_trunk(wasm_bindgen: &Path, version: &str) -> Result<(), ToolError> {
    let folder = trunk_cache().join(format!("wasm-bindgen-{version}"));
    let link = folder.join("wasm-bindgen");
    if link.is_file() {
        return Ok(());
    }
    let failed = || ToolError::io(format!("link {} to {}", link.display(), wasm_bindgen.display()));
    std::fs::create_dir_all(&folder).map_err(failed())?;
    // A link whose target is gone is in the way of a new one.
    if link.is_symlink() {
        std::fs::remove_file(&link).map_err(failed())?;
    }
    symlink(wasm_bindgen, &link).map_err(failed())
}

/// The cache folder of Trunk, as the crate `directories` computes it for `dev`, `trunkrs`, `trunk`.
fn trunk_cache() -> PathBuf {
    if cfg!(target_os = "macos") {
        search::folder("HOME", "").join("Library/Caches/dev.trunkrs.trunk")
    } else {
        search::folder("XDG_CACHE_HOME", ".cache").join("trunk")
    }
}

/// Makes `trunk serve` work in a shell, when no other Trunk lies beside cargo's programs.
///
/// A convenience: where it cannot be had, `cargo dev` works all the same.
pub(super) fn offer_trunk(trunk: &Path) {
    let link = search::folder("CARGO_HOME", ".cargo").join("bin/trunk");
    let free = !link.exists() && search::program("trunk").is_none();
    // A link whose target is gone is in the way of a new one.
    let cleared = free && (!link.is_symlink() || std::fs::remove_file(&link).is_ok());
    if cleared && symlink(trunk, &link).is_ok() {
        say("Linked", format!("{} (so that `trunk serve` works too)", link.display()));
    }
}
