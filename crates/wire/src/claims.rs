//! Claims of access tokens and ID tokens ([RFC 9068 §2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2),
//! [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken), contract:
//! discovery-and-tokens.md §3, §4).

use serde::{Deserialize, Serialize};

use crate::dpop::Thumbprint;
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

/// The claims of a JWT access token, in Auth0's dialect or in that of RFC 9068 (DT-3).
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
    /// The client that it was issued to, in Auth0's dialect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<ClientId>,
    /// The client that it was issued to, in the dialect of RFC 9068.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The token's own name, in the dialect of RFC 9068.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The grant, where Auth0 names it: `client-credentials`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gty: Option<String>,
    /// All permissions of the person for the API, in the dialects that tell them (DT-3/10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
    /// The organization that the person logged in to (DT-3/11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// Its name, where the tenant tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_name: Option<String>,
    /// Who acts for the person ([RFC 8693 §4.1](https://www.rfc-editor.org/rfc/rfc8693#section-4.1)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
    /// The key that the sender must prove to hold ([RFC 7800 §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

/// An actor, and for whom that one acted in turn: the outermost is the current one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The client that acts.
    pub sub: String,
    /// Who acted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Self>>,
}

/// How a token is bound to a key ([RFC 9449 §6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The thumbprint of the key.
    pub jkt: Thumbprint,
}

impl AccessTokenClaims {
    /// The client that the token was issued to, whichever claim names it. No ID token names one so: what has none is no
    /// access token (SC-9/3).
    #[must_use]
    pub fn client(&self) -> Option<&ClientId> {
        self.azp.as_ref().or(self.client_id.as_ref())
    }

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
        if self.client().is_none() {
            return Err(ClaimError::NotAnAccessToken);
        }
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
    /// It names no client, as every access token does.
    #[error("The token is no access token")]
    NotAnAccessToken,
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
            azp: Some("spa".into()),
            client_id: None,
            jti: None,
            gty: None,
            permissions: None,
            org_id: None,
            org_name: None,
            act: None,
            cnf: None,
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

    /// SC-9/3.
    #[test]
    fn what_names_no_client_is_no_access_token() {
        let id_token = AccessTokenClaims { azp: None, ..claims() };
        let check = id_token.check(
            "https://tenant.example/",
            &"https://api.example".into(),
            Timestamp::from_epoch(199),
        );
        assert_eq!(check, Err(ClaimError::NotAnAccessToken));
    }

    #[test]
    fn aud_is_written_as_it_was_meant() {
        let json = serde_json::to_value(claims()).unwrap();
        assert!(json["aud"].is_array());
        let one: OneOrMany = serde_json::from_str(r#""spa""#).unwrap();
        assert_eq!(serde_json::to_string(&one).unwrap(), r#""spa""#);
    }
}
