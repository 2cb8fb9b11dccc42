//! ID tokens (discovery-and-tokens.md §4).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use wire::claims::{IdTokenClaims, OneOrMany, PersonClaims};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorization::Authorization;
use crate::issue::IdTokenFacts;
use crate::issuer::Issuer;
use crate::store::clients::Client;
use crate::store::users::User;

/// All claims of an ID token.
#[derive(Serialize)]
pub(crate) struct Claims {
    #[serde(flatten)]
    standard: IdTokenClaims,
    /// When the person logged in; only where that was asked for (DT-4/4).
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
}

/// The claims of an ID token for `client`: who logged in, in which session.
pub(crate) fn claims(
    issuer: &Issuer,
    client: &Client,
    user: &User,
    authorization: &Authorization,
    facts: IdTokenFacts,
    now: Timestamp,
) -> Claims {
    let IdTokenFacts { nonce, access_token, code } = facts;
    Claims {
        standard: IdTokenClaims {
            iss: issuer.to_string(),
            aud: OneOrMany::One(client.client_id.to_string()),
            iat: now,
            exp: now.plus(client.jwt_configuration.lifetime_in_seconds),
            azp: None,
            nonce,
            sid: Some(authorization.session_id.clone()),
            person: person(user, &authorization.scope),
        },
        auth_time: authorization.tells_auth_time.then_some(authorization.auth_time),
        at_hash: access_token.as_ref().map(left_half_hash),
        c_hash: code.as_ref().map(left_half_hash),
    }
}

/// The left half of a SHA-256 digest: `at_hash` and `c_hash` of tokens that RS256 signs (OpenID Connect Core §3.2.2.9,
/// §3.3.2.11; DT-4/5).
fn left_half_hash(text: &Secret) -> String {
    let digest = digest(&SHA256, text.expose().as_bytes());
    let digest = digest.as_ref();
    URL_SAFE_NO_PAD.encode(digest.get(..digest.len() / 2).unwrap_or_default())
}

/// What the granted scopes tell about a person (OpenID Connect Core §5.4; DT-4/6, DT-4/7).
pub(crate) fn person(user: &User, scope: &ScopeSet) -> PersonClaims {
    let profile = scope.contains("profile");
    let email = scope.contains("email");
    PersonClaims {
        sub: user.user_id.clone(),
        name: profile.then(|| user.name.clone()),
        nickname: profile.then(|| user.nickname.clone()),
        picture: profile.then(|| user.picture.clone()),
        updated_at: profile.then(|| user.updated_at.clone()),
        email: email.then(|| user.email.clone()),
        email_verified: email.then_some(user.email_verified),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of OpenID Connect Core, appendix A.3 (DT-4/5, SC-4/7).
    #[test]
    fn the_hash_of_an_access_token_is_that_of_the_specification() {
        let token = Secret::from("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(left_half_hash(&token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
