//! One RSA key with its public face: a JSON Web Key with a certificate (discovery-and-tokens.md §2).

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, PKCS_RSA_SHA256};
use wire::discovery::Jwk;

use super::KeyError;

/// An RSA key of 2048 bits.
pub(super) struct SigningKey {
    private: KeyPair,
    pub(super) public: Jwk,
    certificate: Vec<u8>,
}

impl SigningKey {
    /// A new key, with a certificate for `domain`. This takes a moment, and belongs on a thread that may block.
    pub(super) fn generate(domain: &str) -> Result<Self, KeyError> {
        let private = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let pkcs8 = AsDer::<Pkcs8V1Der<'_>>::as_der(&private).map_err(|_| KeyError)?;
        let certificate = certificate(pkcs8.as_ref(), domain)?;
        let components = PublicKeyComponents::<Vec<u8>>::from(private.public_key());
        let mut public = Jwk {
            kty: "RSA".to_owned(),
            usage: Some("sig".to_owned()),
            alg: Some("RS256".to_owned()),
            kid: None,
            x5t: Some(URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate))),
            x5c: vec![STANDARD.encode(&certificate)],
            n: URL_SAFE_NO_PAD.encode(components.n),
            e: URL_SAFE_NO_PAD.encode(components.e),
        };
        public.kid = Some(public.thumbprint());
        Ok(Self { private, public, certificate })
    }

    /// The key's lasting name: its thumbprint.
    pub(super) fn kid(&self) -> &str {
        self.public.kid.as_deref().unwrap_or_default()
    }

    pub(super) fn sign(
        &self,
        encoding: &'static dyn RsaEncoding,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.private.public_modulus_len()];
        self.private
            .sign(encoding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| KeyError)?;
        Ok(signature)
    }

    /// The certificate, PEM.
    pub(super) fn pem(&self) -> String {
        let encoded = STANDARD.encode(&self.certificate);
        let lines: Vec<&str> = encoded
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// SHA-1 of the certificate, as people compare it: `CC:FB:DD:…`.
    pub(super) fn fingerprint(&self) -> String {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &self.certificate);
        let bytes: Vec<String> = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    }
}

/// A self-signed certificate of the key, DER.
fn certificate(pkcs8: &[u8], domain: &str) -> Result<Vec<u8>, KeyError> {
    let host = domain.split(':').next().unwrap_or(domain).to_owned();
    let pair = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.into(), &PKCS_RSA_SHA256)
        .map_err(|_| KeyError)?;
    let certificate = CertificateParams::new([host])
        .and_then(|parameters| parameters.self_signed(&pair))
        .map_err(|_| KeyError)?;
    Ok(certificate.der().to_vec())
}
