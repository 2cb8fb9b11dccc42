//! How large the app is for a browser: scripts, styles and wasm, each compressed as a good server would.

use super::VerifyError;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// 130 KB, all of it.
const BUDGET: usize = 130 * 1024;

/// Prints the size of each file and of all, and holds it against the budget.
pub(super) fn check(folder: &Path) -> Result<(), VerifyError> {
    let failed = |source| VerifyError::Measure { folder: folder.to_owned(), source };
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(failed)?;
    files.sort();
    let mut total = 0;
    for file in files {
        let content = fs::read(&file).map_err(failed)?;
        let size = compressed(&content).map_err(failed)?;
        let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        println!("{name:<44} {size:>8} bytes with brotli 11 ({} without)", content.len());
        total += size;
    }
    println!("{:<44} {total:>8} bytes of {BUDGET}", "js + css + wasm");
    if total > BUDGET { Err(VerifyError::TooLarge { size: total, budget: BUDGET }) } else { Ok(()) }
}

/// What a browser fetches to run the app, wherever it lies.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let counts = ["js", "css", "wasm"]
            .iter()
            .any(|kind| path.extension().is_some_and(|end| end == *kind));
        if path.is_dir() {
            collect(&path, files)?;
        } else if counts {
            files.push(path);
        }
    }
    Ok(())
}

fn compressed(content: &[u8]) -> std::io::Result<usize> {
    let (quality, window) = (11, 24);
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, quality, window);
    writer.write_all(content)?;
    Ok(writer.into_inner().len())
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_those_after_compression() {
        let size = super::compressed(&[b'a'; 10_000]).expect("compresses");

        assert!((1..100).contains(&size), "{size}");
    }
}
