//! Bearer tokens on requests, and the challenge that answers a bad one
//! ([RFC 6750 §2.1, §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)), or one that is bound to a key
//! ([RFC 9449 §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)).

use std::fmt;

use crate::dpop::ALGORITHM;
use crate::scope::ScopeSet;
use crate::secret::Secret;

/// The token in an `Authorization` header value; `None` for another scheme or an empty token.
///
/// ```
/// # use wire::bearer::token_in;
/// assert_eq!(token_in("Bearer mF_9.B5f-4.1JqM").unwrap().expose(), "mF_9.B5f-4.1JqM");
/// assert!(token_in("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW").is_none());
/// assert!(token_in("Bearer ").is_none());
/// ```
#[must_use]
pub fn token_in(authorization: &str) -> Option<Secret> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.into())
}

/// A `WWW-Authenticate` value. Without a token in the request there is no `error` (RFC 6750 §3.1).
///
/// ```
/// # use wire::bearer::Challenge;
/// let challenge = Challenge::new("calendar").error("invalid_token", "The token has expired");
/// assert_eq!(
///     challenge.to_string(),
///     r#"Bearer realm="calendar", error="invalid_token", error_description="The token has expired""#
/// );
/// let challenge = Challenge::dpop().error("invalid_dpop_proof", "The DPoP proof is malformed");
/// assert_eq!(
///     challenge.to_string(),
///     r#"DPoP error="invalid_dpop_proof", error_description="The DPoP proof is malformed", algs="ES256""#
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Challenge {
    /// The realm of the bearer scheme; `None` for DPoP, where a realm says nothing.
    realm: Option<&'static str>,
    error: Option<(&'static str, String)>,
    scope: Option<ScopeSet>,
}

impl Challenge {
    /// Asks for a token.
    #[must_use]
    pub const fn new(realm: &'static str) -> Self {
        Self { realm: Some(realm), error: None, scope: None }
    }

    /// Asks for a token that is bound to a key, and for a proof beside it.
    #[must_use]
    pub const fn dpop() -> Self {
        Self { realm: None, error: None, scope: None }
    }

    /// Says what is wrong with the token that came: `invalid_request`, `invalid_token` or `insufficient_scope`; or with the
    /// proof: `invalid_dpop_proof` or `use_dpop_nonce`.
    #[must_use]
    pub fn error(mut self, error: &'static str, description: impl Into<String>) -> Self {
        self.error = Some((error, description.into()));
        self
    }

    /// Names the scope that is needed.
    #[must_use]
    pub fn scope(mut self, scope: ScopeSet) -> Self {
        self.scope = Some(scope);
        self
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parameters = Vec::new();
        parameters.extend(self.realm.map(|realm| format!("realm=\"{realm}\"")));
        if let Some((error, description)) = &self.error {
            // Quotes and backslashes would end the quoted string early; control characters would end the header.
            let description: String = description
                .chars()
                .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
                .collect();
            parameters.push(format!("error=\"{error}\", error_description=\"{description}\""));
        }
        parameters.extend(self.scope.as_ref().map(|scope| format!("scope=\"{scope}\"")));
        if self.realm.is_none() {
            parameters.push(format!("algs=\"{ALGORITHM}\""));
        }
        let scheme = if self.realm.is_some() { "Bearer" } else { "DPoP" };
        write!(f, "{scheme} {}", parameters.join(", "))
    }
}
