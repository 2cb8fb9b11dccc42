//! Limits of `/oauth/*`, `/userinfo` (token.md §1), `/api/v2` (management-api.md §2) and `/me/v1` (connected-accounts.md
//! §3): a window per caller, told in the headers of every answer.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use wire::oauth_error::{ErrorCode, OAuthError};

use crate::caller::Caller;
use crate::management::error::ManagementError;
use crate::my_account::MyAccountError;
use crate::store::rate_limits::{Api, Quota};
use crate::tenant::State as Tenant;

pub(crate) const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
pub(crate) const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
pub(crate) const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Counts a request to the Authentication API (TK-1/9).
pub(crate) async fn of_authentication(
    State(tenant): State<Tenant>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    limited(&tenant, Api::Authentication, caller, request, next).await
}

/// Counts a request to the Management API (MG-2/25), whose 401 say nothing of limits.
pub(crate) async fn of_management(
    State(tenant): State<Tenant>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    let mut response = limited(&tenant, Api::Management, caller, request, next).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        for name in [LIMIT, REMAINING, RESET] {
            response.headers_mut().remove(name);
        }
    }
    response
}

/// Counts a request to the My Account API (CA-4/12).
pub(crate) async fn of_my_account(
    State(tenant): State<Tenant>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    limited(&tenant, Api::MyAccount, caller, request, next).await
}

async fn limited(
    tenant: &Tenant,
    api: Api,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    let now = tenant.clock.now();
    let quota = tenant.rate_limits.count(api, caller, now).await;
    let mut response = if quota.remaining.is_some() {
        next.run(request).await
    } else {
        let refusal = match api {
            Api::Authentication => NoStore(too_many_requests()).into_response(),
            Api::Management => ManagementError::TooManyRequests.into_response(),
            Api::MyAccount => MyAccountError::TooManyRequests.into_response(),
        };
        retry_after(refusal, now.seconds_until(quota.reset))
    };
    tell(response.headers_mut(), quota);
    response
}

fn too_many_requests() -> (StatusCode, Json<OAuthError>) {
    let code = ErrorCode::Other("too_many_requests".to_owned());
    let text = "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and \
                X-RateLimit-Reset headers.";
    (StatusCode::TOO_MANY_REQUESTS, Json(OAuthError::new(code, &text)))
}

/// Says in how many seconds to come back ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
pub(crate) fn retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn tell(headers: &mut HeaderMap, quota: Quota) {
    headers.insert(LIMIT, HeaderValue::from(quota.limit));
    headers.insert(REMAINING, HeaderValue::from(quota.remaining.unwrap_or_default()));
    headers.insert(RESET, HeaderValue::from(quota.reset.seconds()));
}
