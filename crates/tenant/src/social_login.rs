//! A login at a provider (authorize.md §1, `connection`). What the provider issues is used to learn who the person is and then forgotten: a login never
//! fills the vault (AZ-1/16).

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Map;

use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::{AcceptedRequest, Prompt};
use crate::log::LogKind;
use crate::login::{self, connections};
use crate::management::moment;
use crate::store::connections::Connection;
use crate::store::trips::Errand;
use crate::store::users::User;
use crate::tenant::State as Tenant;
use crate::transaction;
use crate::trip::{self, Arrival, Wish};
use crate::upstream::{Profile, strategy};

/// Sends the browser to the provider.
pub(crate) async fn leave(
    tenant: &Tenant,
    state: &str,
    request: &AcceptedRequest,
    connection: &Connection,
) -> Result<Response, Refusal> {
    let own = strategy::login_scope(connection);
    let wish = Wish {
        scope: own.iter().chain(request.connection_scope.iter()).collect(),
        login_hint: request.login.login_hint.clone(),
        prompt: request.prompts.contains(Prompt::Login).then(|| "login".to_owned()),
        offline_access: false,
        further: Vec::new(),
    };
    let errand = Errand::Login { transaction: state.to_owned() };
    Ok(trip::leave(tenant, errand, connection, &wish).await?)
}

/// Back from the provider: goes on with the request that waits under `state`.
pub(crate) async fn back(
    tenant: &Tenant,
    state: &str,
    request: &AcceptedRequest,
    arrival: Arrival,
    headers: &HeaderMap,
) -> Result<Response, AuthorizeError> {
    let connection = arrival.trip.connection.clone();
    let identified = identify(tenant, request, arrival).await;
    let request = transaction::take(tenant, state).await?;
    match identified {
        Ok(user) => login::finish(tenant, request, &user, headers).await,
        Err(refusal) => {
            let entry = tenant.log.entry(LogKind::F).client(&request.client.client_id);
            entry.connection(connection.as_str()).description(refusal.to_string()).write();
            Err(transaction::refuse(&request, refusal))
        }
    }
}

/// Finds or creates the person here that the provider says it is.
async fn identify(
    tenant: &Tenant,
    request: &AcceptedRequest,
    arrival: Arrival,
) -> Result<User, Refusal> {
    let connection = connections::social(tenant, request, &arrival.trip.connection).await;
    let connection = connection.ok_or(Refusal::ConnectionDisabled)?;
    let (_, profile) = arrival.redeem(tenant, &connection).await?;
    let user = user(tenant, &connection, profile);
    Ok(tenant.users.sign_in(user).await)
}

/// The person as the provider describes them now.
fn user(tenant: &Tenant, connection: &Connection, profile: Profile) -> User {
    let email = profile.email.unwrap_or_default();
    let local_part = email.split('@').next().unwrap_or_default().to_owned();
    let by_address = if local_part.is_empty() { profile.sub.clone() } else { local_part };
    let now = moment::iso8601(tenant.clock.now());
    let name = profile.name.or_else(|| (!email.is_empty()).then(|| email.clone()));
    User {
        user_id: connection.user_id(&profile.sub),
        connection: connection.name.clone(),
        email_verified: profile.email_verified && !email.is_empty(),
        name: name.unwrap_or_else(|| profile.sub.clone()),
        nickname: profile.nickname.unwrap_or(by_address),
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
