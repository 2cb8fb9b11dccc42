//! The keys that tokens are signed with, and their public face, `/.well-known/jwks.json` (discovery-and-tokens.md §2).

use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, PKCS_RSA_SHA256};
use serde::Serialize;
use wire::discovery::{Jwk, Jwks};
use wire::secret::Secret;

/// The key in use and the one that comes next: both are published, so that a rotation finds them known.
#[derive(Clone)]
pub(crate) struct SigningKeys {
    current: Arc<SigningKey>,
    next: Arc<SigningKey>,
}

impl SigningKeys {
    /// New keys, with certificates for `domain`.
    pub(crate) fn generate(domain: &str) -> Result<Self, KeyError> {
        Ok(Self {
            current: Arc::new(SigningKey::generate(domain)?),
            next: Arc::new(SigningKey::generate(domain)?),
        })
    }

    /// Signs claims as an RS256 JSON Web Token.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<Secret, KeyError> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid.clone_from(&self.current.public.kid);
        jsonwebtoken::encode(&header, claims, &self.current.private)
            .map(Secret::from)
            .map_err(|_| KeyError)
    }

    /// The public key with that id.
    pub(crate) fn find(&self, kid: &str) -> Option<Jwk> {
        [&self.current.public, &self.next.public]
            .into_iter()
            .find(|key| key.kid.as_deref() == Some(kid))
            .cloned()
    }

    /// What the tenant publishes.
    pub(crate) fn jwks(&self) -> Jwks {
        Jwks { keys: vec![self.current.public.clone(), self.next.public.clone()] }
    }

    /// The current key's certificate, PEM, as clients show it among their `signing_keys`.
    pub(crate) fn certificate(&self) -> String {
        let encoded = self.current.public.x5c.first().map_or("", String::as_str);
        let lines: Vec<&str> = encoded
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}

/// An RSA key of 2048 bits.
struct SigningKey {
    private: EncodingKey,
    public: Jwk,
}

impl SigningKey {
    fn generate(domain: &str) -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let pkcs8 = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| KeyError)?;
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(pkcs8.as_ref())
        );
        let private = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| KeyError)?;
        let certificate = certificate(pkcs8.as_ref(), domain)?;
        let components = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
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
        Ok(Self { private, public })
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

/// A key could not be made or used. The cause is left out: it may speak of the key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a signing key could not be made or used")]
pub(crate) struct KeyError;

#[cfg(test)]
mod tests {
    use wire::claims::OneOrMany;

    use super::*;

    #[test]
    fn a_published_key_verifies_what_was_signed_and_holds_nothing_private() {
        let keys = SigningKeys::generate("localhost:4400").unwrap();
        let token = keys.sign(&OneOrMany::One("claims".to_owned()));
        assert!(token.is_ok());

        let published = serde_json::to_value(keys.jwks()).unwrap();

        for key in published["keys"].as_array().unwrap() {
            for private in ["d", "p", "q", "dp", "dq", "qi"] {
                assert!(key.get(private).is_none());
            }
            assert_eq!(key["e"], "AQAB");
        }
        assert_ne!(published["keys"][0]["kid"], published["keys"][1]["kid"]);
    }
}
