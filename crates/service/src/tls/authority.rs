//! The local certificate authority: made once, kept in the user's data folder, named in every trust store since.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{Digest, SHA256, digest};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{Issuer, KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::crypto;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use wire::timestamp::Timestamp;
use x509_parser::parse_x509_certificate;

use super::certificates;
use super::files::{Files, Pair};

/// An authority with less time left than this is made anew, in seconds: it must outlive what it vouches for.
const RENEWED_BEFORE_EXPIRY: u64 = 2 * certificates::LEAF_LIFETIME;

/// What the certificate is served as ([RFC 8555 §9.1](https://www.rfc-editor.org/rfc/rfc8555#section-9.1)).
const PEM: &str = "application/pem-certificate-chain";

const NO_CERTIFICATE: &str = "it holds no certificate";

/// A certificate authority of this machine and user. Its key leaves neither its file nor this value.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
    path: PathBuf,
}

impl Authority {
    /// The authority in `folder`; makes folder and authority when they are not there yet, and a new authority when the
    /// old one is about to expire. Processes that start together agree on one.
    ///
    /// # Errors
    ///
    /// When the files cannot be read or written, do not belong together, or when others could have read the key. The
    /// message says what to do.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, AuthorityError> {
        let files = Files::lock(folder)?;
        let pair = match files.read()? {
            Some(pair) if lasts(&pair, &files, now)? => pair,
            found => {
                if found.is_some() {
                    tracing::warn!(
                        "the certificate authority in {} expires; a new one was made, which must be trusted anew",
                        folder.display()
                    );
                }
                let pair = certificates::authority(now).map_err(|_| AuthorityError::Crypto)?;
                files.write(&pair)?;
                pair
            }
        };
        let (certificate, key) = parse(&pair, &files)?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key)
            .map_err(|_| AuthorityError::unreadable(files.certificate(), NO_CERTIFICATE))?;
        Ok(Self { issuer, certificate, pem: pair.certificate, path: files.certificate() })
    }

    /// The file with the certificate, which clients are pointed at.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The certificate, PEM.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.pem
    }

    /// SHA-256 of its public key, as Chromium's `--ignore-certificate-errors-spki-list` has it, in base64
    /// ([RFC 7469 §2.4](https://www.rfc-editor.org/rfc/rfc7469#section-2.4)).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        STANDARD.encode(self.key_digest())
    }

    /// A name that no other authority has, for stores that tell them apart by name.
    pub(super) fn nickname(&self) -> String {
        let digest = self.key_digest();
        let digits = digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}"));
        format!("strongroom-{}", digits.collect::<String>())
    }

    fn key_digest(&self) -> Digest {
        digest(&SHA256, &self.issuer.key().subject_public_key_info())
    }

    /// `GET /ca.pem`: the certificate, for clients that cannot read the file.
    pub fn route(&self) -> Router {
        let certificate = self.pem.clone();
        Router::new().route(
            "/ca.pem",
            get(move || std::future::ready(([(CONTENT_TYPE, PEM)], certificate.clone()))),
        )
    }

    /// What a server of this machine speaks TLS with: a certificate for its loopback names, which exists in memory
    /// alone and holds for a month.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub fn vouch(&self, now: Timestamp) -> Result<Arc<ServerConfig>, AuthorityError> {
        self.vouch_for(&certificates::NAMES, now)
    }

    pub(super) fn vouch_for(
        &self,
        names: &[&str],
        now: Timestamp,
    ) -> Result<Arc<ServerConfig>, AuthorityError> {
        let (leaf, key) =
            certificates::leaf(names, &self.issuer, now).map_err(|_| AuthorityError::Crypto)?;
        let key = PrivateKeyDer::try_from(key).map_err(|_| AuthorityError::Crypto)?;
        // Ours goes along, though whoever trusts it has it: a browser that is told our key's fingerprint looks for it
        // among what the server sends.
        let chain = vec![leaf, self.certificate.clone()];
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
                .map_err(|_| AuthorityError::Crypto)?;
        // HTTP/2 is not built into our servers.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Whether the pair is an authority that will do for a while; an error when it is none at all.
fn lasts(pair: &Pair, files: &Files, now: Timestamp) -> Result<bool, AuthorityError> {
    let unreadable = |reason| AuthorityError::unreadable(files.certificate(), reason);
    let (certificate, key) = parse(pair, files)?;
    let (_, certificate) =
        parse_x509_certificate(&certificate).map_err(|_| unreadable(NO_CERTIFICATE))?;
    if certificate.public_key().raw != key.subject_public_key_info() {
        return Err(unreadable("it belongs to another private key than the one beside it"));
    }
    if !certificate.is_ca() {
        return Err(unreadable("it is no certificate of an authority"));
    }
    let end = u64::try_from(certificate.validity().not_after.timestamp()).unwrap_or(0);
    Ok(end > now.plus(RENEWED_BEFORE_EXPIRY).seconds())
}

/// What the files say. The causes are left out: they may speak of the key.
fn parse(pair: &Pair, files: &Files) -> Result<(CertificateDer<'static>, KeyPair), AuthorityError> {
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes())
        .map_err(|_| AuthorityError::unreadable(files.certificate(), NO_CERTIFICATE))?;
    let unreadable = || AuthorityError::unreadable(files.key(), "it holds no private key");
    let key = PrivatePkcs8KeyDer::from_pem_slice(pair.key.as_bytes()).map_err(|_| unreadable())?;
    let key = KeyPair::try_from(&key).map_err(|_| unreadable())?;
    Ok((certificate, key))
}

/// Why there is no certificate authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file or folder does not do what it should.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error(
        "{} cannot be used: {reason}; remove its folder, and a new certificate authority is made, to be trusted anew",
        path.display()
    )]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Other users of this machine may do with the file or folder what its owner alone should.
    #[error(
        "{} is open to other users (mode {mode:o}), so its certificates prove nothing; if nobody has used that, run \
         `chmod go= '{}'`, or else remove the folder, and a new certificate authority is made, to be trusted anew",
        path.display(), path.display()
    )]
    Exposed {
        /// Which file or folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A key or a certificate could not be made. The cause is left out: it may speak of the key.
    #[error("a key or a certificate could not be made")]
    Crypto,
}

impl AuthorityError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    fn unreadable(path: PathBuf, reason: &'static str) -> Self {
        Self::Unreadable { path, reason }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::clock::Clock;
    use crate::pem;

    use super::super::files::tests::Folder;
    use super::*;

    const YEAR: u64 = 365 * 24 * 3600;

    fn message(opened: Result<Authority, AuthorityError>) -> String {
        opened.err().map_or_else(|| "it was opened".to_owned(), |error| error.to_string())
    }

    #[test]
    fn the_second_start_finds_the_authority_of_the_first() {
        let folder = Folder::new();
        let now = Clock::system().now();

        let first = Authority::open(folder.path(), now).unwrap();
        let second = Authority::open(folder.path(), now.plus(YEAR)).unwrap();

        assert_eq!(first.certificate(), second.certificate());
        assert_eq!(fs::read_to_string(first.path()).unwrap(), first.certificate());
    }

    #[test]
    fn processes_that_start_together_agree_on_one() {
        let folder = Folder::new();
        let now = Clock::system().now();
        let certificates: Vec<String> = std::thread::scope(|scope| {
            let open = || Authority::open(folder.path(), now).unwrap().certificate().to_owned();
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });

        assert!(certificates.iter().all(|certificate| *certificate == certificates[0]));
    }

    #[test]
    fn an_authority_about_to_expire_is_made_anew() {
        let folder = Folder::new();
        let now = Clock::system().now();
        let first = Authority::open(folder.path(), now).unwrap();

        let later = Authority::open(folder.path(), now.plus(10 * YEAR)).unwrap();

        assert_ne!(first.certificate(), later.certificate());
        assert_eq!(fs::read_to_string(later.path()).unwrap(), later.certificate());
    }

    #[test]
    fn a_file_that_is_damaged_or_of_another_pair_is_named() {
        let now = Clock::system().now();
        for (name, content) in [
            ("ca.pem", "not a certificate".to_owned()),
            ("ca-key.pem", "not a key".to_owned()),
            ("ca.pem", certificates::authority(now).unwrap().certificate),
            ("ca-key.pem", certificates::authority(now).unwrap().key),
        ] {
            let folder = Folder::new();
            Authority::open(folder.path(), now).unwrap();
            fs::write(folder.path().join(name), content).unwrap();

            let message = message(Authority::open(folder.path(), now));

            assert!(message.contains("cannot be used"), "{message}");
            assert!(message.contains(&*folder.path().to_string_lossy()), "{message}");
        }
    }

    #[test]
    fn a_certificate_that_is_no_authoritys_is_refused() {
        let folder = Folder::new();
        let now = Clock::system().now();
        let authority = Authority::open(folder.path(), now).unwrap();
        let leaf = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        let leaf = leaf.self_signed(authority.issuer.key()).unwrap();
        fs::write(authority.path(), pem::encode("CERTIFICATE", leaf.der())).unwrap();

        let message = message(Authority::open(folder.path(), now));

        assert!(message.contains("no certificate of an authority"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let now = Clock::system().now();
        for (name, mode) in [("ca-key.pem", 0o640), ("", 0o770)] {
            let folder = Folder::new();
            Authority::open(folder.path(), now).unwrap();
            let path = folder.path().join(name);
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

            let message = message(Authority::open(folder.path(), now));

            assert!(message.contains("open to other users"), "{message}");
            assert!(message.contains("chmod"), "{message}");
        }
    }
}
