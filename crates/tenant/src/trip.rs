//! The way of a browser to a provider and back by `GET /login/callback`: to log in, or to connect an account.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use service::random;
use wire::authorize::AuthorizationResponse;
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::pkce::CodeVerifier;
use wire::scope::ScopeSet;
use wire::secret::Secret;

use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::redirect;
use crate::store::connections::Connection;
use crate::store::transactions;
use crate::store::trips::{Errand, Trip};
use crate::tenant::State as Tenant;
use crate::upstream::{Asked, Profile, UpstreamError, UpstreamTokens};
use crate::{connect, social_login, transaction};

/// Where the provider sends the browser; Auth0's path.
pub(crate) const CALLBACK: &str = "/login/callback";

/// What the provider is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) scope: ScopeSet,
    pub(crate) login_hint: Option<String>,
    pub(crate) prompt: Option<String>,
    pub(crate) offline_access: bool,
    /// Other parameters, by name.
    pub(crate) further: Vec<(String, String)>,
}

/// Sends the browser to the provider.
pub(crate) async fn leave(
    tenant: &Tenant,
    errand: Errand,
    connection: &Connection,
    wish: &Wish,
) -> Result<Response, UpstreamError> {
    let code_verifier = CodeVerifier::from_random(random::bytes());
    let code_challenge = code_verifier.challenge();
    let trip = Trip { errand, connection: connection.name.clone(), code_verifier };
    let state = tenant.trips.insert(trip, transactions::LIFETIME, tenant.clock.now()).await;
    let asked = Asked {
        redirect_uri: &callback_url(tenant),
        scope: &wish.scope,
        state: &state,
        code_challenge: &code_challenge,
        login_hint: wish.login_hint.as_deref(),
        prompt: wish.prompt.as_deref(),
        offline_access: wish.offline_access,
        further: &wish.further,
    };
    let url = tenant.upstream.authorization_url(connection, &asked)?;
    Ok(redirect(url.as_str()))
}

/// `GET /login/callback`: the provider's answer. One that another browser brings than was sent out is not taken, and
/// uses nothing up.
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
    let Trip { errand, .. } = trip.ok_or_else(|| transaction::unknown(&tenant))?;
    match errand {
        Errand::Login { transaction } => {
            let request = transaction::find(&tenant, &transaction, &headers).await?.request;
            let arrival = arrive(&tenant, &state, result).await?;
            social_login::back(&tenant, &transaction, &request, arrival, &headers).await
        }
        Errand::Connect { auth_session, browser } => {
            connect::check_browser(&tenant, &auth_session, &browser, &headers).await?;
            let arrival = arrive(&tenant, &state, result).await?;
            connect::back(&tenant, *auth_session, arrival).await
        }
    }
}

/// A browser that has come back from the provider.
pub(crate) struct Arrival {
    pub(crate) trip: Trip,
    /// The provider's code, or its refusal.
    pub(crate) result: Result<Secret, OAuthError>,
}

/// Takes the trip out: of two answers to one question, the first finds it and the second does not.
async fn arrive(
    tenant: &Tenant,
    state: &str,
    result: Result<Secret, OAuthError>,
) -> Result<Arrival, AuthorizeError> {
    let trip = tenant.trips.take(state, tenant.clock.now()).await;
    Ok(Arrival { trip: trip.ok_or_else(|| transaction::unknown(tenant))?, result })
}

impl Arrival {
    /// Redeems the code, and asks the provider who that is. A person who said no there has canceled (AZ-3/17).
    pub(crate) async fn redeem(
        self,
        tenant: &Tenant,
        connection: &Connection,
    ) -> Result<(UpstreamTokens, Profile), Refusal> {
        let code = self.result.map_err(|error| match error.error {
            ErrorCode::AccessDenied => Refusal::Canceled,
            _ => UpstreamError::Refused(error).into(),
        })?;
        let (verifier, redirect_uri) = (self.trip.code_verifier, callback_url(tenant));
        let tokens = tenant.upstream.redeem(connection, code, verifier, redirect_uri).await?;
        let profile = tenant.upstream.profile(connection, &tokens.access_token).await?;
        Ok((tokens, profile))
    }
}

fn callback_url(tenant: &Tenant) -> String {
    tenant.issuer.at(CALLBACK.trim_start_matches('/'))
}
