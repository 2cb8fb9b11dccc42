//! The one fact that we need from `Cargo.lock`: the tool wasm-bindgen must be of the version that the app links.

use super::ToolError;
use std::path::Path;

/// Reads the version out of the lock file of the workspace.
pub(super) fn wasm_bindgen_version(root: &Path) -> Result<String, ToolError> {
    let file = root.join("Cargo.lock");
    let text = std::fs::read_to_string(&file)
        .map_err(ToolError::io(format!("read {}", file.display())))?;
    version_of("wasm-bindgen", &text).map(str::to_owned).ok_or(ToolError::Lockfile)
}

/// The version follows the name in each `[[package]]`, as cargo writes it.
fn version_of<'a>(package: &str, lockfile: &'a str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lockfile.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::version_of;

    const LOCKFILE: &str = r#"version = 4

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.80"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;

    #[test]
    fn the_version_is_that_of_the_package_of_exactly_this_name() {
        assert_eq!(version_of("wasm-bindgen", LOCKFILE), Some("0.2.130"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(version_of("trunk", LOCKFILE), None);
    }
}
