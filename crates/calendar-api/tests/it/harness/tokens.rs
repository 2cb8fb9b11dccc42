//! Access tokens, honest and forged.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use wire::timestamp::Timestamp;

/// The calendar API's identifier.
pub(crate) const AUDIENCE: &str = "https://my-api.example.com";

/// An RSA key that signs tokens.
pub(crate) struct SigningKey {
    pair: RsaKeyPair,
    kid: &'static str,
}

impl SigningKey {
    /// The key that scripted tenants publish. Made once: making one takes a while.
    pub(crate) fn of_tenant() -> &'static Self {
        static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("tenant-key"));
        &KEY
    }

    /// A key that they do not publish unless told.
    pub(crate) fn other() -> &'static Self {
        static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("other-key"));
        &KEY
    }

    fn generate(kid: &'static str) -> Self {
        Self { pair: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"), kid }
    }

    /// The public half, as it is published.
    pub(crate) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": base64url(public.modulus().big_endian_without_leading_zero()),
            "e": base64url(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The public half as bytes that a careless verifier would take for an HMAC key.
    pub(crate) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The header of an honest token.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": "RS256", "typ": "JWT", "kid": self.kid})
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_with_header(&self.header(), claims)
    }

    /// Signs whatever the header says.
    pub(crate) fn token_with_header(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{message}.{}", base64url(&signature))
    }
}

/// Header and claims, as they are signed.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        base64url(header.to_string().as_bytes()),
        base64url(claims.to_string().as_bytes())
    )
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Ada's, through the app, with every scope (DT-3).
pub(crate) fn claims(issuer: &str, now: Timestamp) -> Value {
    json!({
        "iss": issuer,
        "sub": "auth0|ada",
        "aud": [AUDIENCE, format!("{issuer}userinfo")],
        "iat": now.seconds(),
        "exp": now.plus(3600).seconds(),
        "scope": "openid profile email read:calendar write:calendar",
        "azp": "calendar-spa",
    })
}
