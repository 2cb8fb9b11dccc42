//! JSON Web Signatures in compact form ([RFC 7515 §7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)), and the
//! algorithms that the tenant signs with ([RFC 7518 §3](https://www.rfc-editor.org/rfc/rfc7518#section-3)).

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use service::jwt::Algorithm;
use wire::secret::Secret;

use super::KeyError;

/// `signing_alg` of an API (MG-5/10), and `jwt_configuration.alg` of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum SigningAlg {
    #[default]
    Rs256,
    Ps256,
    Rs512,
    /// With a secret that the tenant and the reader share.
    Hs256,
}

impl SigningAlg {
    /// The same as those name it who verify.
    pub(crate) const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Ps256 => Algorithm::PS256,
            Self::Rs512 => Algorithm::RS512,
            Self::Hs256 => Algorithm::HS256,
        }
    }

    /// How an RSA key signs so; `None` when none does.
    pub(super) fn rsa_encoding(self) -> Option<&'static dyn RsaEncoding> {
        match self {
            Self::Rs256 => Some(&RSA_PKCS1_SHA256),
            Self::Ps256 => Some(&RSA_PSS_SHA256),
            Self::Rs512 => Some(&RSA_PKCS1_SHA512),
            Self::Hs256 => None,
        }
    }
}

/// `typ`: which kind of token it is, so that none passes for another (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum TokenType {
    /// ID tokens, and access tokens of Auth0's own dialect.
    #[serde(rename = "JWT")]
    Jwt,
    /// Access tokens in the dialect of RFC 9068 (§2.1).
    #[serde(rename = "at+jwt")]
    AccessToken,
}

/// The header, with its members in the order in which Auth0 writes them.
#[derive(Serialize)]
pub(super) struct Header<'a> {
    pub(super) alg: SigningAlg,
    pub(super) typ: TokenType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<&'a str>,
}

/// Header, claims and their signature.
pub(super) fn compact(
    header: &Header<'_>,
    claims: &impl Serialize,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, KeyError>,
) -> Result<Secret, KeyError> {
    let mut token = encoded(header)?;
    token.push('.');
    token.push_str(&encoded(claims)?);
    let signature = sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token.into())
}

fn encoded(part: &impl Serialize) -> Result<String, KeyError> {
    serde_json::to_vec(part).map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| KeyError)
}

pub(super) fn hs256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec()
}
