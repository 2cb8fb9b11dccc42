//! `GET` and `POST /userinfo` (discovery-and-tokens.md §5).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::bearer::{self, Challenge};
use wire::claims::{ClaimError, PersonClaims};
use wire::ids::UserId;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::access_token::AccessTokenError;
use crate::id_token;
use crate::tenant::State as Tenant;

/// Describes the subject of the token.
pub(crate) async fn answer(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
) -> Result<Json<PersonClaims>, UserinfoError> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| bearer::token_in(value.to_str().ok()?))
        .ok_or(UserinfoError::NoToken)?;
    let (user_id, scope) = subject(&tenant, &token).await?;
    let user = tenant.users.find(&user_id).await.ok_or(UserinfoError::Invalid)?;
    Ok(Json(id_token::person(&user, &scope)))
}

/// Whom an opaque token, or a JSON Web Token that is good for this endpoint too, speaks of.
async fn subject(tenant: &Tenant, token: &Secret) -> Result<(UserId, ScopeSet), UserinfoError> {
    let now = tenant.clock.now();
    if let Some(opaque) = tenant.opaque_tokens.get(token.expose(), now).await {
        return if opaque.scope.contains("openid") {
            Ok((opaque.user_id, opaque.scope))
        } else {
            Err(UserinfoError::Invalid)
        };
    }
    let claims = tenant.access_tokens.verify(token, now).map_err(|error| match error {
        AccessTokenError::Claim(ClaimError::Expired) => UserinfoError::Expired,
        _ => UserinfoError::Invalid,
    })?;
    if !claims.aud.contains(&tenant.issuer.userinfo()) {
        return Err(UserinfoError::Invalid);
    }
    Ok((claims.sub, claims.scope))
}

/// Why nothing is told.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum UserinfoError {
    #[error("no access token")]
    NoToken,
    #[error("The token has expired")]
    Expired,
    #[error("The access token is not valid for this endpoint")]
    Invalid,
}

impl IntoResponse for UserinfoError {
    fn into_response(self) -> Response {
        let challenge = Challenge::new("Users");
        let challenge = match self {
            Self::NoToken => challenge,
            Self::Expired | Self::Invalid => challenge.error("invalid_token", self.to_string()),
        };
        let challenge = [(header::WWW_AUTHENTICATE, challenge.to_string())];
        (StatusCode::UNAUTHORIZED, challenge, "Unauthorized").into_response()
    }
}
