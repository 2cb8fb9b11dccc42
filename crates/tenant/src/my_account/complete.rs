//! `POST /me/v1/connected-accounts/complete`: the app brings the code, and the account is connected (CA-2.3).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use wire::ids::{ClientId, UserId};
use wire::my_account::{CompleteRequest, ConnectedAccount};
use wire::pkce::CodeVerifier;

use super::authorization::{Authorized, Create};
use super::body::Body;
use super::error::MyAccountError;
use super::schema::{Kind, Member, Violations, optional, required};
use super::{accounts, connections};
use crate::log::LogKind;
use crate::store::auth_sessions::AuthSession;
use crate::tenant::State as Tenant;

const MEMBERS: &[Member] = &[
    required("auth_session", Kind::Text(1, 64)),
    required("connect_code", Kind::Text(1, 46)),
    required("redirect_uri", Kind::Uri(2048)),
    optional(CODE_VERIFIER, Kind::Text(43, 128)),
];

const CODE_VERIFIER: &str = "code_verifier";

/// Answers with the account, and logs how that ended.
pub(super) async fn post(
    State(tenant): State<Tenant>,
    Authorized { user_id, client, .. }: Authorized<Create>,
    Body(body): Body,
) -> Result<(StatusCode, Json<ConnectedAccount>), MyAccountError> {
    let request = read(body)?;
    let result = complete(&tenant, (&user_id, &client.client_id), request).await;
    let (success, failure) =
        (LogKind::ConnectedAccountsConnectionSucceeded, LogKind::ConnectedAccountsConnectionFailed);
    let entry = tenant.log.outcome(&result, success, failure);
    let mut entry = entry.client(&client.client_id).user(&user_id);
    if let Ok(account) = &result {
        entry = entry.connection(account.connection.as_str());
    }
    entry.write();
    result.map(|account| (StatusCode::CREATED, Json(account)))
}

fn read(body: Map<String, Value>) -> Result<CompleteRequest, MyAccountError> {
    Violations::of(&body, MEMBERS).into_result()?;
    // A verifier with other characters than RFC 7636 has is no challenge's.
    let verifier = body.get(CODE_VERIFIER).and_then(Value::as_str);
    if verifier.is_some_and(|text| CodeVerifier::try_from(text.to_owned()).is_err()) {
        return Err(MyAccountError::NotCompleted);
    }
    serde_json::from_value(Value::Object(body)).map_err(|_| MyAccountError::Malformed)
}

/// The code is used up by the first request of its own person and client, be the rest of it right or wrong: of two at
/// once one has it, and nobody gets to try verifiers (RFC 6749 §10.5). What the provider issued is forgotten with it.
async fn complete(
    tenant: &Tenant,
    (user_id, client_id): (&UserId, &ClientId),
    request: CompleteRequest,
) -> Result<ConnectedAccount, MyAccountError> {
    let now = tenant.clock.now();
    let code = request.connect_code.expose();
    let consented = tenant.auth_sessions.redeem(code, user_id, client_id, now).await;
    let consented = consented.ok_or(MyAccountError::NotCompleted)?;
    check(&consented.auth_session, &request)?;
    let connection = &consented.auth_session.connection;
    if connections::available(tenant, client_id, connection).await.is_none() {
        return Err(MyAccountError::ConnectionGone(connection.clone()));
    }
    let account = tenant.vault.connect(consented.account, now).await;
    Ok(accounts::show(&account).await)
}

/// Whether the request is that of whom the code was for. A challenge wants its verifier, and a verifier wants a
/// challenge (SC-2/4, SC-2/5).
fn check(auth_session: &AuthSession, request: &CompleteRequest) -> Result<(), MyAccountError> {
    let AuthSession { id, return_address, code_challenge, .. } = auth_session;
    let verified = match (code_challenge, &request.code_verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => verifier.challenge().as_str() == challenge,
        _ => false,
    };
    let matches = service::secret::equal(id.expose(), request.auth_session.expose())
        && return_address.redirect_uri == request.redirect_uri
        && verified;
    matches.then_some(()).ok_or(MyAccountError::NotCompleted)
}
