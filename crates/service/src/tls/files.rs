//! The authority's two files: `ca.pem` for everybody, `ca-key.pem` for its owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::AuthorityError;

/// A certificate and its private key, PEM.
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// The files of a folder, with a lock that keeps other processes out as long as this exists.
pub(super) struct Files {
    folder: PathBuf,
    _lock: File,
}

impl Files {
    /// Makes the folder when it is not there yet, and waits for other processes that look at it.
    pub(super) fn lock(folder: &Path) -> Result<Self, AuthorityError> {
        private_folder().create(folder).map_err(AuthorityError::io("create the folder", folder))?;
        private(folder, OTHERS_CAN_WRITE)?;
        let path = folder.join("ca.lock");
        let lock = file(OWNER_ALONE)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(AuthorityError::io("open", &path))?;
        lock.lock().map_err(AuthorityError::io("lock", &path))?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    pub(super) fn key(&self) -> PathBuf {
        self.folder.join("ca-key.pem")
    }

    /// The pair; `None` when one of them is missing, as after a start that was broken off.
    pub(super) fn read(&self) -> Result<Option<Pair>, AuthorityError> {
        let (Some(certificate), Some(key)) = (read(&self.certificate())?, read(&self.key())?)
        else {
            return Ok(None);
        };
        private(&self.key(), OTHERS_CAN_READ_OR_WRITE)?;
        Ok(Some(Pair { certificate, key }))
    }

    /// Puts a new pair in the place of the old one. The certificate comes last: where there is one, its key is there.
    pub(super) fn write(&self, pair: &Pair) -> Result<(), AuthorityError> {
        let old = self.certificate();
        match fs::remove_file(&old) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(AuthorityError::io("remove", &old)(error));
            }
            _ => {}
        }
        write(&self.key(), &pair.key, OWNER_ALONE)?;
        write(&self.certificate(), &pair.certificate, EVERYBODY_READS)
    }
}

fn read(path: &Path) -> Result<Option<String>, AuthorityError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(AuthorityError::io("read", path)(error)),
    }
}

/// The file has these permissions from its first moment on, and appears whole or not at all.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), AuthorityError> {
    let new = path.with_extension("new");
    // Of a start that was broken off.
    let _gone = fs::remove_file(&new);
    let mut opened =
        file(mode).create_new(true).open(&new).map_err(AuthorityError::io("create", &new))?;
    opened
        .write_all(text.as_bytes())
        .and_then(|()| opened.sync_all())
        .and_then(|()| fs::rename(&new, path))
        .map_err(AuthorityError::io("write", path))
}

const OWNER_ALONE: u32 = 0o600;

/// A copy keeps them, and is of use in the system's store only so.
const EVERYBODY_READS: u32 = 0o644;

const OTHERS_CAN_WRITE: u32 = 0o022;
const OTHERS_CAN_READ_OR_WRITE: u32 = 0o077;

/// Makes sure that a file or folder is not open to others in one of these ways.
#[cfg(unix)]
fn private(path: &Path, others: u32) -> Result<(), AuthorityError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(AuthorityError::io("read", path))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & others == 0 {
        Ok(())
    } else {
        Err(AuthorityError::Exposed { path: path.to_owned(), mode })
    }
}

/// Elsewhere the user's own folders are theirs alone.
#[cfg(not(unix))]
fn private(_: &Path, _: u32) -> Result<(), AuthorityError> {
    Ok(())
}

#[cfg(unix)]
fn private_folder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    builder
}

/// To be created with these permissions, and written.
#[cfg(unix)]
fn file(mode: u32) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).mode(mode);
    options
}

#[cfg(not(unix))]
fn file(_: u32) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    options
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A folder of one test, not yet there, removed in the end.
    pub(in super::super) struct Folder(PathBuf);

    impl Folder {
        pub(in super::super) fn new() -> Self {
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("strongroom-tls-{}-{number}", std::process::id());
            Self(std::env::temp_dir().join(name).join("data"))
        }

        pub(in super::super) fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _gone = self.0.parent().map(fs::remove_dir_all);
        }
    }

    fn pair() -> Pair {
        Pair { certificate: "certificate".to_owned(), key: "key".to_owned() }
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_key_are_for_their_owner_alone_and_the_certificate_for_everybody() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        let files = Files::lock(folder.path()).unwrap();
        files.write(&pair()).unwrap();

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&files.key()), 0o600);
        assert_eq!(mode(&files.certificate()) & 0o444, 0o444);
    }

    #[test]
    fn a_start_that_was_broken_off_leaves_nothing_in_the_way() {
        let folder = Folder::new();
        let files = Files::lock(folder.path()).unwrap();
        for leftover in ["ca-key.new", "ca-key.pem"] {
            fs::write(folder.path().join(leftover), "half").unwrap();
        }

        assert!(files.read().unwrap().is_none());
        files.write(&pair()).unwrap();

        let found = files.read().unwrap().unwrap();
        assert_eq!((found.certificate, found.key), (pair().certificate, pair().key));
    }
}
