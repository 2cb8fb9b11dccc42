//! A tenant file whose SPA lives elsewhere: tests serve the app on a free port.

use super::StackError;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Files of one process are told apart by number.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The file itself, or a copy that is removed in the end.
#[derive(Debug)]
pub(super) enum TenantFile {
    Original(PathBuf),
    Copy(PathBuf),
}

impl TenantFile {
    /// The same tenant, with another origin for its SPA.
    pub(super) fn with_origin(file: &Path, usual: &str, origin: &str) -> Result<Self, StackError> {
        if usual == origin {
            return Ok(Self::Original(file.to_owned()));
        }
        let failed = |source| StackError::TenantFile { file: file.to_owned(), source };
        let text = std::fs::read_to_string(file).map_err(failed)?.replace(usual, origin);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let copy =
            std::env::temp_dir().join(format!("strongroom-{}-{number}.yaml", std::process::id()));
        std::fs::write(&copy, text).map_err(failed)?;
        Ok(Self::Copy(copy))
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Original(path) | Self::Copy(path) => path,
        }
    }
}

impl Drop for TenantFile {
    fn drop(&mut self) {
        if let Self::Copy(path) = self {
            let _gone = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TenantFile;
    use std::fs;

    #[test]
    fn the_copy_names_the_other_origin_and_goes_away() {
        let root = crate::workspace::root();
        let file = TenantFile::with_origin(
            &root.join("tenants/quickstart.yaml"),
            "http://localhost:8080",
            "http://app",
        )
        .expect("is written");
        let path = file.path().to_owned();

        let text = fs::read_to_string(&path).expect("is there");
        drop(file);

        assert!(text.contains("http://app/callback") && !text.contains("localhost:8080"));
        assert!(!path.exists());
    }
}
