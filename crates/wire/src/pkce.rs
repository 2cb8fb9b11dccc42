//! Proof Key for Code Exchange ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)), method `S256`.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The one `code_challenge_method` that is sent and accepted (AZ-1/10).
pub const S256: &str = "S256";

/// The secret a client keeps until it redeems its code
/// ([RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
///
/// ```
/// # use wire::pkce::{CodeVerifier, InvalidCodeVerifier};
/// let verifier = CodeVerifier::try_from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned())?;
/// assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// # Ok::<(), InvalidCodeVerifier>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// A verifier made of 32 random bytes, 43 characters long (the RFC's recommendation).
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The verifier as it is sent to the token endpoint.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is shown at the authorization endpoint: BASE64URL(SHA-256(verifier)) (§4.2).
    #[must_use]
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(Sha256::digest(&self.0)))
    }
}

impl TryFrom<String> for CodeVerifier {
    type Error = InvalidCodeVerifier;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let valid = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        valid.then_some(Self(text)).ok_or(InvalidCodeVerifier)
    }
}

impl From<CodeVerifier> for String {
    fn from(verifier: CodeVerifier) -> Self {
        verifier.0
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(..)")
    }
}

/// The text is not 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code verifier is 43 to 128 characters of A-Z a-z 0-9 - . _ ~")]
pub struct InvalidCodeVerifier;

/// What the authorization server keeps beside the code, to compare when the verifier comes
/// ([RFC 7636 §4.2](https://www.rfc-editor.org/rfc/rfc7636#section-4.2)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The challenge as it stands in the authorization request.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = InvalidCodeChallenge;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digest = URL_SAFE_NO_PAD.decode(&text).map_err(|_| InvalidCodeChallenge)?;
        (digest.len() == 32).then_some(Self(text)).ok_or(InvalidCodeChallenge)
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.0
    }
}

/// The text is not a SHA-256 digest in base64url without padding.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code challenge is a SHA-256 digest in base64url, 43 characters")]
pub struct InvalidCodeChallenge;

#[cfg(test)]
mod tests {
    use super::*;

    /// SC-2/1.
    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        let verifier = |text: String| CodeVerifier::try_from(text);
        assert_eq!(verifier("a".repeat(42)).unwrap_err(), InvalidCodeVerifier);
        assert_eq!(verifier("a".repeat(129)).unwrap_err(), InvalidCodeVerifier);
        assert_eq!(verifier("+".repeat(43)).unwrap_err(), InvalidCodeVerifier);
        assert!(verifier("a".repeat(43)).is_ok());
        assert!(verifier("~".repeat(128)).is_ok());
    }

    #[test]
    fn a_challenge_is_a_digest() {
        let challenge = |text: &str| CodeChallenge::try_from(text.to_owned());
        assert!(challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").is_ok());
        assert_eq!(
            challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=").unwrap_err(),
            InvalidCodeChallenge
        );
        assert_eq!(challenge("short").unwrap_err(), InvalidCodeChallenge);
    }

    #[test]
    fn debug_hides_the_verifier() {
        assert_eq!(format!("{:?}", CodeVerifier::from_random([7; 32])), "CodeVerifier(..)");
    }
}
