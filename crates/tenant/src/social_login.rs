//! A login at a provider (authorize.md §1, `connection`): out to its authorization endpoint, and back by
//! `GET /login/callback`. What the provider issues is used to learn who the person is and then forgotten: a login never
//! fills the vault (AZ-1/16).

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Map;
use service::random;
use wire::authorize::AuthorizationResponse;
use wire::oauth_error::ErrorCode;
use wire::pkce::CodeVerifier;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::{AcceptedRequest, Prompt, redirect};
use crate::log::LogKind;
use crate::login::{self, connections};
use crate::management::moment;
use crate::store::connections::Connection;
use crate::store::transactions;
use crate::store::trips::Trip;
use crate::store::users::User;
use crate::tenant::State as Tenant;
use crate::transaction;
use crate::upstream::{Asked, Profile, UpstreamError};

/// Who somebody is: what every login asks for.
const IDENTITY: &str = "openid email profile";

/// Where the provider sends the browser; Auth0's path.
const CALLBACK: &str = "login/callback";

/// Sends the browser to the provider.
pub(crate) async fn leave(
    tenant: &Tenant,
    state: &str,
    request: &AcceptedRequest,
    connection: &Connection,
) -> Result<Response, Refusal> {
    let code_verifier = CodeVerifier::from_random(random::bytes());
    let code_challenge = code_verifier.challenge();
    let trip =
        Trip { transaction: state.to_owned(), connection: connection.name.clone(), code_verifier };
    let now = tenant.clock.now();
    let upstream_state = tenant.trips.insert(trip, transactions::LIFETIME, now).await;
    let own = connection.options.scope.iter().map(String::as_str);
    let extra = request.connection_scope.iter();
    let scope: ScopeSet = IDENTITY.split(' ').chain(own).chain(extra).collect();
    let asked = Asked {
        redirect_uri: &tenant.issuer.at(CALLBACK),
        scope: &scope,
        state: &upstream_state,
        code_challenge: &code_challenge,
        login_hint: request.login.login_hint.as_deref(),
        prompt: request.prompts.contains(Prompt::Login).then_some("login"),
        offline_access: false,
        further: &[],
    };
    let url = tenant.upstream.authorization_url(connection, &asked)?;
    Ok(redirect(url.as_str()))
}

/// `GET /login/callback`: the provider's answer.
pub(crate) async fn callback(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let answer = AuthorizationResponse::from_query(&query.unwrap_or_default());
    let Ok(Some(AuthorizationResponse { state: Some(state), result, .. })) = answer else {
        return Err(transaction::unknown(&tenant));
    };
    let trip = tenant.trips.get(&state, tenant.clock.now()).await;
    let trip = trip.ok_or_else(|| transaction::unknown(&tenant))?;
    // An answer in another browser than the question is not taken, and uses nothing up.
    let request = transaction::find(&tenant, &trip.transaction, &headers).await?.request;
    if tenant.trips.take(&state, tenant.clock.now()).await.is_none() {
        return Err(transaction::unknown(&tenant));
    }

    let identified = match result {
        Ok(code) => identify(&tenant, &request, trip.clone(), code).await,
        Err(error) if error.error == ErrorCode::AccessDenied => Err(Refusal::Canceled),
        Err(error) => Err(UpstreamError::Refused(error).into()),
    };
    let request = transaction::take(&tenant, &trip.transaction).await?;
    match identified {
        Ok(user) => login::finish(&tenant, request, &user, &headers).await,
        Err(refusal) => {
            let entry = tenant.log.entry(LogKind::F).client(&request.client.client_id);
            entry.connection(trip.connection.as_str()).description(refusal.to_string()).write();
            Err(transaction::refuse(&request, refusal))
        }
    }
}

/// Redeems the code, asks the provider who that is, and finds or creates the person here.
async fn identify(
    tenant: &Tenant,
    request: &AcceptedRequest,
    trip: Trip,
    code: Secret,
) -> Result<User, Refusal> {
    let connection = connections::social(tenant, request, &trip.connection).await;
    let connection = connection.ok_or(Refusal::ConnectionDisabled)?;
    let redirect_uri = tenant.issuer.at(CALLBACK);
    let tokens =
        tenant.upstream.redeem(&connection, code, trip.code_verifier, redirect_uri).await?;
    let profile = tenant.upstream.profile(&connection, &tokens.access_token).await?;
    let user = user(tenant, &connection, profile);
    Ok(tenant.users.sign_in(user).await)
}

/// The person as the provider describes them now.
fn user(tenant: &Tenant, connection: &Connection, profile: Profile) -> User {
    let email = profile.email.unwrap_or_default();
    let local_part = email.split('@').next().unwrap_or_default().to_owned();
    let now = moment::iso8601(tenant.clock.now());
    let name = profile.name.or_else(|| (!email.is_empty()).then(|| email.clone()));
    User {
        user_id: format!("{}|{}", connection.strategy, profile.sub).into(),
        connection: connection.name.clone(),
        email_verified: profile.email_verified && !email.is_empty(),
        name: name.unwrap_or_else(|| profile.sub.clone()),
        nickname: if local_part.is_empty() { profile.sub } else { local_part },
        picture: profile.picture.unwrap_or_else(|| tenant.issuer.at("assets/mark.svg")),
        given_name: profile.given_name,
        middle_name: None,
        family_name: profile.family_name,
        phone_number: None,
        created_at: now.clone(),
        updated_at: now,
        user_metadata: Map::new(),
        app_metadata: Map::new(),
        blocked: false,
        logins_count: 0,
        last_login: None,
        last_ip: None,
        password: None,
        has_button: false,
        email,
    }
}
