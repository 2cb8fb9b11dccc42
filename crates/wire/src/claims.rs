//! Claims of access tokens and ID tokens ([RFC 9068 §2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2),
//! [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken), contract:
//! discovery-and-tokens.md §3, §4).

use serde::{Deserialize, Serialize};

use crate::ids::{Audience, ClientId, UserId};
use crate::scope::ScopeSet;
use crate::timestamp::Timestamp;

/// `aud`: one string or a list of them ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// A single audience.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// Whether the token is meant for `audience`, among others.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|own| own == audience)
    }

    /// The audiences.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
        .iter()
        .map(String::as_str)
    }
}

/// The claims of a JWT access token in Auth0's dialect (DT-3).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The tenant that issued it.
    pub iss: String,
    /// The person, or `{client_id}@clients` for a client itself.
    pub sub: UserId,
    /// The APIs that may accept it.
    pub aud: OneOrMany,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it stops being valid.
    pub exp: Timestamp,
    /// What it allows; left out when that is nothing.
    #[serde(default, skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: ScopeSet,
    /// The client that it was issued to.
    pub azp: ClientId,
    /// The grant, where Auth0 names it: `client-credentials`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gty: Option<String>,
}

impl AccessTokenClaims {
    /// What a resource server checks once the signature is verified
    /// ([RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4)).
    ///
    /// # Errors
    ///
    /// The first claim that is not as it must be.
    pub fn check(
        &self,
        issuer: &str,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<(), ClaimError> {
        if self.iss != issuer {
            return Err(ClaimError::Issuer);
        }
        if !self.aud.contains(audience.as_str()) {
            return Err(ClaimError::Audience);
        }
        if now >= self.exp {
            return Err(ClaimError::Expired);
        }
        Ok(())
    }
}

/// Why the claims of a token whose signature is good are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// `iss` is another tenant.
    #[error("The token was issued by another issuer")]
    Issuer,
    /// `aud` does not name this API.
    #[error("The token is for another audience")]
    Audience,
    /// `exp` has passed.
    #[error("The token has expired")]
    Expired,
}

/// The claims of an ID token (DT-4), and of `/userinfo`, which has those about the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IdTokenClaims {
    /// The tenant that issued it.
    pub iss: String,
    /// The client that it tells who logged in.
    pub aud: OneOrMany,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it stops being valid.
    pub exp: Timestamp,
    /// The client that it was issued to, named where `aud` has several values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<ClientId>,
    /// The request's nonce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The tenant's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Who logged in.
    #[serde(flatten)]
    pub person: PersonClaims,
}

/// Claims about a person, as far as scopes allow (OpenID Connect Core §5.1, §5.4; DT-4/6, DT-4/7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonClaims {
    /// The person's id at the tenant.
    pub sub: UserId,
    /// Full name (`profile`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Casual name (`profile`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of a picture (`profile`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// When the profile last changed; Auth0 writes an ISO 8601 string (`profile`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Email address (`email`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the person proved to hold that address (`email`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> AccessTokenClaims {
        AccessTokenClaims {
            iss: "https://tenant.example/".to_owned(),
            sub: "auth0|1".into(),
            aud: OneOrMany::Many(vec![
                "https://api.example".to_owned(),
                "https://tenant.example/userinfo".to_owned(),
            ]),
            iat: Timestamp::from_epoch(100),
            exp: Timestamp::from_epoch(200),
            scope: "read:calendar".into(),
            azp: "spa".into(),
            gty: None,
        }
    }

    #[test]
    fn issuer_audience_and_expiry_are_checked() {
        let check = |issuer: &str, audience: &str, now| {
            claims().check(issuer, &audience.into(), Timestamp::from_epoch(now))
        };
        assert_eq!(check("https://tenant.example/", "https://api.example", 199), Ok(()));
        assert_eq!(
            check("https://tenant.example", "https://api.example", 199),
            Err(ClaimError::Issuer)
        );
        assert_eq!(check("https://tenant.example/", "https://api", 199), Err(ClaimError::Audience));
        assert_eq!(
            check("https://tenant.example/", "https://api.example", 200),
            Err(ClaimError::Expired)
        );
    }

    #[test]
    fn aud_is_written_as_it_was_meant() {
        let json = serde_json::to_value(claims()).unwrap();
        assert!(json["aud"].is_array());
        let one: OneOrMany = serde_json::from_str(r#""spa""#).unwrap();
        assert_eq!(serde_json::to_string(&one).unwrap(), r#""spa""#);
    }
}
