//! `GET` and `POST /userinfo` (discovery-and-tokens.md §5).

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::dpop::TokenNotTaken;
use wire::bearer::Challenge;
use wire::claims::{ClaimError, Confirmation};
use wire::ids::UserId;
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;
use wire::token::{PresentedToken, TokenType};

use crate::access_token::AccessTokenError;
use crate::dpop::ApiRequest;
use crate::id_token::{self, Person};
use crate::tenant::State as Tenant;

/// Describes the subject of the token.
pub(crate) async fn answer(
    State(tenant): State<Tenant>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let now = tenant.clock.now();
    let mut response = match presented(&headers) {
        Some(presented) => match describe(&tenant, &presented, (&method, &headers), now).await {
            Ok(person) => ([(header::CONTENT_TYPE, JSON)], Json(person)).into_response(),
            Err(error) => error.answer(presented.token_type),
        },
        None => unauthorized(&Challenge::new(REALM)),
    };
    response.headers_mut().extend(EVERY_ANSWER);
    tenant.proofs.offer_nonce(&headers, response.headers_mut(), now);
    response
}

fn presented(headers: &HeaderMap) -> Option<PresentedToken> {
    PresentedToken::in_header(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
}

async fn describe(
    tenant: &Tenant,
    presented: &PresentedToken,
    (method, headers): (&Method, &HeaderMap),
    now: Timestamp,
) -> Result<Person, UserinfoError> {
    let Subject { user_id, scope, cnf } = subject(tenant, &presented.token, now).await?;
    let bound_to = cnf.as_ref().map(|cnf| &cnf.jkt);
    let request = ApiRequest { method, headers, path: "userinfo", needs_nonce: false };
    tenant.proofs.take_token(presented, bound_to, &request, now).await?;
    let user = tenant.users.find(&user_id).await.ok_or(UserinfoError::Invalid)?;
    Ok(id_token::person(&user, &scope))
}

/// Whom a token speaks of, and who may send it.
struct Subject {
    user_id: UserId,
    scope: ScopeSet,
    cnf: Option<Confirmation>,
}

/// The subject of an opaque token, or of a JSON Web Token that is good for this endpoint too.
async fn subject(
    tenant: &Tenant,
    token: &Secret,
    now: Timestamp,
) -> Result<Subject, UserinfoError> {
    if let Some(opaque) = tenant.opaque_tokens.get(token.expose(), now).await {
        return if opaque.scope.contains("openid") {
            Ok(Subject { user_id: opaque.user_id, scope: opaque.scope, cnf: opaque.cnf })
        } else {
            Err(UserinfoError::Invalid)
        };
    }
    let claims = tenant.access_tokens.verify(token, now).await.map_err(|error| match error {
        AccessTokenError::Claim(ClaimError::Expired) => UserinfoError::Expired,
        _ => UserinfoError::Unverified,
    })?;
    if !claims.aud.contains(&tenant.issuer.userinfo()) {
        return Err(UserinfoError::Invalid);
    }
    Ok(Subject { user_id: claims.sub, scope: claims.scope, cnf: claims.cnf })
}

/// As Auth0 was recorded to write it.
const JSON: &str = "application/json; charset=utf-8";

/// What every answer says (discovery-and-tokens.md §5): it is about one person, and no cookie had a part in it.
const EVERY_ANSWER: [(HeaderName, HeaderValue); 3] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store, no-cache, must-revalidate, max-age=0"),
    ),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
    (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("false")),
];

/// What the challenges say is protected.
const REALM: &str = "Users";

/// Why nothing is told.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum UserinfoError {
    #[error("The token has expired")]
    Expired,
    /// In Auth0's words (DT-5/3), which name its two most frequent causes.
    #[error(
        "The access token signature could not be validated. A common cause of this is that the token is signed with \
         HS256, or is for an API alone: only a token with the userinfo endpoint among its audiences is good here"
    )]
    Unverified,
    #[error("The access token is not valid for this endpoint")]
    Invalid,
    #[error(transparent)]
    NotTaken(#[from] TokenNotTaken),
}

impl UserinfoError {
    /// The challenge is of the scheme that the token came by, and of that which a bound token must come by (DT-5/5).
    fn answer(self, token_type: TokenType) -> Response {
        let challenge = match (self, token_type) {
            (Self::NotTaken(_), _) | (_, TokenType::DPoP) => Challenge::dpop(),
            (_, TokenType::Bearer) => Challenge::new(REALM),
        };
        let code = match self {
            Self::Expired | Self::Unverified | Self::Invalid => "invalid_token",
            Self::NotTaken(error) => error.code(),
        };
        unauthorized(&challenge.error(code, self.to_string()))
    }
}

fn unauthorized(challenge: &Challenge) -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, challenge.to_string())];
    // Recorded without a Content-Type (DT-5/1).
    (StatusCode::UNAUTHORIZED, challenge, Body::from("Unauthorized")).into_response()
}
