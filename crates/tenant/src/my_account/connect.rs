//! `POST /me/v1/connected-accounts/connect`: an app wants an account of its person's (CA-2.1).

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use service::random;
use url::Url;
use wire::ids::ConnectionName;
use wire::my_account::ConnectResponse;
use wire::pkce::S256;
use wire::scope::ScopeSet;

use super::authorization::{Authorized, Create};
use super::body::Body;
use super::connections;
use super::error::MyAccountError;
use super::schema::{Kind, Member, Violations, optional, required};
use crate::access::OFFLINE_ACCESS;
use crate::authorize::response_mode::{ResponseMode, ReturnAddress};
use crate::connect;
use crate::store::auth_sessions::{AuthSession, TICKET_LIFETIME};
use crate::store::connections::Connection;
use crate::tenant::State as Tenant;
use crate::trip::Wish;
use crate::upstream::strategy;

const MEMBERS: &[Member] = &[
    required("connection", Kind::Text(1, 128)),
    required("redirect_uri", Kind::Uri(2048)),
    optional("state", Kind::Text(1, 4096)),
    optional(CODE_CHALLENGE, Kind::Text(43, 128)),
    optional(CODE_CHALLENGE_METHOD, Kind::Word(&[S256])),
    optional("scopes", Kind::Texts { items: 100, length: 255 }),
    optional("authorization_params", Kind::Object(AUTHORIZATION_PARAMS)),
];

const CODE_CHALLENGE: &str = "code_challenge";
const CODE_CHALLENGE_METHOD: &str = "code_challenge_method";

/// What an app may add to the request to the provider (CA-2.1/7).
const AUTHORIZATION_PARAMS: &[Member] = &[
    optional("acr_values", Kind::Text(0, 1024)),
    optional("audience", Kind::Text(0, 512)),
    optional("resource", Kind::Text(0, 512)),
    optional("display", Kind::Text(0, 255)),
    optional("id_token_hint", Kind::Text(0, 4096)),
    optional(LOGIN_HINT, Kind::Text(0, 255)),
    optional("max_age", Kind::Number),
    optional(PROMPT, Kind::Text(0, 255)),
    optional("ui_locales", Kind::Text(0, 255)),
];

const LOGIN_HINT: &str = "login_hint";
const PROMPT: &str = "prompt";

/// A body that is as its schema has it.
#[derive(Deserialize)]
struct ConnectRequest {
    connection: ConnectionName,
    redirect_uri: String,
    state: Option<String>,
    code_challenge: Option<String>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    authorization_params: Map<String, Value>,
}

/// Answers with a ticket, which the browser is to bring.
pub(super) async fn post(
    State(tenant): State<Tenant>,
    Authorized { user_id, client, .. }: Authorized<Create>,
    Body(body): Body,
) -> Result<(StatusCode, Json<ConnectResponse>), MyAccountError> {
    let request = read(body)?;
    let Some(url) = Url::parse(&request.redirect_uri)
        .ok()
        .filter(|_| client.allows_callback(&request.redirect_uri))
    else {
        let mut violations = Violations::default();
        violations.add("redirect_uri", "is no callback URL of the client");
        return Err(violations.into_error());
    };
    let connection = connections::available(&tenant, &client.client_id, &request.connection).await;
    let connection =
        connection.ok_or_else(|| MyAccountError::Connection(request.connection.clone()))?;

    let auth_session = AuthSession {
        id: format!("as_{}", random::token()).into(),
        user_id,
        client_id: client.client_id,
        wish: wish(&connection, request.scopes, request.authorization_params),
        connection: connection.name,
        code_challenge: request.code_challenge,
        return_address: ReturnAddress {
            redirect_uri: request.redirect_uri,
            url,
            was_sent: true,
            state: request.state,
            mode: ResponseMode::Query,
            web_origin: None,
        },
    };
    let id = auth_session.id.clone();
    let ticket = tenant.auth_sessions.open(auth_session, tenant.clock.now()).await;
    let response = ConnectResponse {
        auth_session: id,
        connect_uri: tenant.issuer.at(connect::PATH.trim_start_matches('/')),
        connect_params: BTreeMap::from([(connect::TICKET.to_owned(), ticket)]),
        expires_in: TICKET_LIFETIME,
    };
    Ok((StatusCode::CREATED, Json(response)))
}

/// A challenge and its method come together (CA-2.1/4, CA-2.1/5): neither is dropped on the way.
fn read(body: Map<String, Value>) -> Result<ConnectRequest, MyAccountError> {
    let mut violations = Violations::of(&body, MEMBERS);
    let has = |name| body.contains_key(name);
    if has(CODE_CHALLENGE) && !has(CODE_CHALLENGE_METHOD) {
        violations.add(CODE_CHALLENGE_METHOD, "is required beside a code_challenge");
    }
    if has(CODE_CHALLENGE_METHOD) && !has(CODE_CHALLENGE) {
        violations.add(CODE_CHALLENGE, "is required beside a code_challenge_method");
    }
    violations.into_result()?;
    serde_json::from_value(Value::Object(body)).map_err(|_| MyAccountError::Malformed)
}

/// What is asked of the provider: the scopes of the request, else those of the connection. Whatever the app leaves out,
/// whose account it is must be learnt, and what the connection needs to go on while the person is away stays (CA-2.1/6).
fn wish(
    connection: &Connection,
    scopes: Option<Vec<String>>,
    mut parameters: Map<String, Value>,
) -> Wish {
    let own = strategy::own_scope(connection);
    let identity = strategy::identity(connection);
    let offline = own.filtered(|scope| scope == OFFLINE_ACCESS);
    let asked = scopes.map_or(own, |scopes| scopes.into_iter().collect());
    let scope: ScopeSet = identity.iter().chain(asked.iter()).chain(offline.iter()).collect();
    let mut text = |name| parameters.remove(name).map(in_query);
    Wish {
        scope,
        login_hint: text(LOGIN_HINT),
        prompt: text(PROMPT),
        offline_access: connection.wants_offline_access(),
        further: parameters.into_iter().map(|(name, value)| (name, in_query(value))).collect(),
    }
}

/// A text or a number as it stands in a query.
fn in_query(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
