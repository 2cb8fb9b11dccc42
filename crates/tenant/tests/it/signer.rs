//! Somebody else who signs tokens: a client for itself, another issuer for its people.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;
use service::pem;

/// An RSA key that the tenant knows the public half of, or does not.
pub(crate) struct Signer {
    private: EncodingKey,
    public: String,
}

impl Signer {
    /// The one that the tests of this process share; keys take their time.
    pub(crate) fn known() -> &'static Self {
        static KNOWN: OnceLock<Signer> = OnceLock::new();
        KNOWN.get_or_init(Self::generate)
    }

    /// Another one.
    pub(crate) fn unknown() -> &'static Self {
        static UNKNOWN: OnceLock<Signer> = OnceLock::new();
        UNKNOWN.get_or_init(Self::generate)
    }

    fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
        let private = pem::encode("PRIVATE KEY", private.as_ref());
        Self {
            private: EncodingKey::from_rsa_pem(private.as_bytes()).unwrap(),
            public: pem::encode("PUBLIC KEY", public.as_ref()),
        }
    }

    /// The public half, as it is given to the tenant.
    pub(crate) fn pem(&self) -> &str {
        &self.public
    }

    /// The same on one line, as a string of a tenant file.
    pub(crate) fn pem_in_yaml(&self) -> String {
        format!("\"{}\"", self.public.replace('\n', "\\n"))
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&Header::new(Algorithm::RS256), claims)
    }

    pub(crate) fn sign_with(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.private).unwrap()
    }
}
