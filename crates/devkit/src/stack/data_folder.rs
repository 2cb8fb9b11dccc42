//! A data folder of one stack: tests leave the user's alone.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Folders of one process are told apart by number.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A folder that whoever needs it makes, and that is removed in the end.
#[derive(Debug)]
pub(super) struct DataFolder(PathBuf);

impl DataFolder {
    pub(super) fn new() -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("strongroom-data-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}
