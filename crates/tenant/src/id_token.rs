//! ID tokens (discovery-and-tokens.md §4).

use wire::claims::{IdTokenClaims, OneOrMany, PersonClaims};
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use crate::issuer::Issuer;
use crate::store::clients::Client;
use crate::store::users::User;

/// The claims of an ID token for `client`: who logged in, in which session.
pub(crate) fn claims(
    issuer: &Issuer,
    client: &Client,
    person: PersonClaims,
    nonce: Option<String>,
    session: String,
    now: Timestamp,
) -> IdTokenClaims {
    IdTokenClaims {
        iss: issuer.to_string(),
        aud: OneOrMany::One(client.client_id.to_string()),
        iat: now,
        exp: now.plus(client.jwt_configuration.lifetime_in_seconds),
        azp: None,
        nonce,
        sid: Some(session),
        person,
    }
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
