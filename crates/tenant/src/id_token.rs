//! ID tokens (discovery-and-tokens.md §4).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use wire::ids::{ClientId, UserId};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorization::Authorization;
use crate::custom_claims;
use crate::issue::IdTokenFacts;
use crate::issuer::Issuer;
use crate::store::clients::Client;
use crate::store::users::{Identity, User};

/// All claims of an ID token.
#[derive(Serialize)]
pub(crate) struct Claims {
    #[serde(flatten)]
    person: Person,
    iss: String,
    aud: ClientId,
    iat: Timestamp,
    exp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    /// The tenant's session.
    sid: String,
    /// When the person logged in; only where that was asked for (DT-4/4).
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<Timestamp>,
    /// The organization that the person logged in to (DT-4/8).
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
    /// What the tenant adds (DT-3/15).
    #[serde(flatten)]
    pub(crate) custom: custom_claims::Claims,
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
    let organization = authorization.organization.as_ref();
    Claims {
        person: person(user, &authorization.scope),
        iss: issuer.to_string(),
        aud: client.client_id.clone(),
        iat: now,
        exp: now.plus(client.jwt_configuration.lifetime_in_seconds),
        nonce,
        sid: authorization.session_id.clone(),
        org_id: organization.map(|organization| organization.org_id.clone()),
        org_name: organization.and_then(|organization| organization.org_name.clone()),
        auth_time: authorization.tells_auth_time.then_some(authorization.auth_time),
        at_hash: access_token.as_ref().map(left_half_hash),
        c_hash: code.as_ref().map(left_half_hash),
        custom: custom_claims::Claims::new(),
    }
}

/// The left half of a SHA-256 digest: `at_hash` and `c_hash` of tokens that RS256 signs (OpenID Connect Core §3.2.2.9,
/// §3.3.2.11; DT-4/5).
fn left_half_hash(text: &Secret) -> String {
    let digest = digest(&SHA256, text.expose().as_bytes());
    let digest = digest.as_ref();
    URL_SAFE_NO_PAD.encode(digest.get(..digest.len() / 2).unwrap_or_default())
}

/// What is told about a person, in the order in which Auth0 tells it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Person {
    sub: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identities: Option<[Identity; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

/// What the granted scopes tell about a person (OpenID Connect Core §5.4; DT-4/6, DT-4/7). Most claims can be had by their
/// own names too (DT-1/8).
pub(crate) fn person(user: &User, scope: &ScopeSet) -> Person {
    let told = |claim: &str, by: &str| scope.contains(by) || scope.contains(claim);
    let profile = scope.contains("profile");
    let User { name, given_name, middle_name, family_name, nickname, picture, .. } = user;
    Person {
        sub: user.user_id.clone(),
        given_name: given_name.clone().filter(|_| told("given_name", "profile")),
        middle_name: middle_name.clone().filter(|_| profile),
        family_name: family_name.clone().filter(|_| told("family_name", "profile")),
        nickname: told("nickname", "profile").then(|| nickname.clone()),
        name: told("name", "profile").then(|| name.clone()),
        picture: told("picture", "profile").then(|| picture.clone()),
        updated_at: profile.then(|| user.updated_at.clone()),
        created_at: scope.contains("created_at").then(|| user.created_at.clone()),
        identities: scope.contains("identities").then(|| [user.identity()]),
        phone_number: user.phone_number.clone().filter(|_| scope.contains("phone")),
        email: told("email", "email").then(|| user.email.clone()),
        email_verified: told("email_verified", "email").then_some(user.email_verified),
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
