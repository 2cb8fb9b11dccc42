//! `GET /v1/userinfo` ([OIDC Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::reply::NoStore;

use crate::authorized::{Authorized, KnowPerson};
use crate::error::ApiError;
use crate::people::PersonId;
use crate::router::App;
use crate::scope::{EMAIL, PROFILE};

/// Who the token speaks for; claims by scope (OIDC Core §5.4, SC-4/10).
#[derive(Serialize)]
pub(crate) struct UserInfo {
    sub: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

/// `GET /v1/userinfo`.
pub(crate) async fn get(
    State(App { people, .. }): State<App>,
    token: Authorized<KnowPerson>,
) -> Result<NoStore<Json<UserInfo>>, ApiError> {
    let person = people.find(&token.person).await.ok_or(ApiError::InvalidToken)?;
    let email = token.scope.contains(EMAIL);
    Ok(NoStore(Json(UserInfo {
        sub: person.id,
        name: token.scope.contains(PROFILE).then_some(person.name),
        email: email.then_some(person.email),
        email_verified: email.then_some(true),
    })))
}
