//! `POST /oauth/token`: authenticates the client and hands over to its grant (token.md).

mod authorization_code;
mod client_credentials;
pub(crate) mod error;
mod multi_resource;
mod refresh_token;
mod token_exchange;
pub(crate) mod token_vault;

use std::net::IpAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use service::dpop::{Proof, ProofError};
use service::reply::NoStore;
use wire::claims::{Actor, Confirmation};
use wire::dpop::Thumbprint;
use wire::parameters::Parameters;
use wire::timestamp::Timestamp;
use wire::token::TokenResponse;
use wire::token_exchange::{TOKEN_EXCHANGE_GRANT, TOKEN_VAULT_GRANT};

use self::error::{Refused, TokenError};
use crate::authorization::Authorization;
use crate::caller::{Caller, Peer};
use crate::client_request;
use crate::issue::{self, IdTokenFacts, Manner};
use crate::store::clients::Client;
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// The address of the person whom the client acts for.
const FORWARDED_FOR: &str = "auth0-forwarded-for";

/// What every grant works on: a client that is who it says, and its request.
pub(crate) struct GrantRequest<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) client: &'a Client,
    pub(crate) parameters: &'a Parameters,
    /// The proof that came with it, not yet taken: [`GrantRequest::cnf`] does that.
    pub(crate) proof: Option<Proof>,
    /// Whose requests it is counted among.
    pub(crate) caller: Caller,
    /// Where it comes from.
    pub(crate) from: Origin,
    pub(crate) now: Timestamp,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// Who sent it.
    pub(crate) peer: IpAddr,
    /// On whose behalf, as far as the client is believed (TV-2.1/12).
    pub(crate) person: IpAddr,
}

impl Origin {
    /// A client that is trusted in this tells its user's address.
    fn of(peer: IpAddr, headers: &HeaderMap, client: &Client) -> Self {
        let told = || headers.get(FORWARDED_FOR)?.to_str().ok()?.trim().parse().ok();
        let person = if client.is_token_endpoint_ip_header_trusted { told() } else { None };
        Self { peer, person: person.unwrap_or(peer) }
    }
}

impl GrantRequest<'_> {
    /// Refuses who does not hold the key that a code or a refresh token is bound to (TK-2/12, TK-3.4/8).
    pub(crate) fn check_key(&self, bound_to: Option<&Thumbprint>) -> Result<(), ProofError> {
        match (bound_to, &self.proof) {
            (None, _) => Ok(()),
            (Some(thumbprint), Some(proof)) if proof.thumbprint == *thumbprint => Ok(()),
            (Some(_), Some(_)) => Err(ProofError::OtherKey),
            (Some(_), None) => Err(ProofError::Missing),
        }
    }

    /// The key that the client proved to hold, to which its tokens are to be bound. The proof is taken by it, so a
    /// grant asks once, and only when what the client presents is good: what comes from nobody is not remembered.
    pub(crate) async fn cnf(&self) -> Result<Option<Confirmation>, TokenError> {
        let Some(proof) = &self.proof else {
            return Ok(None);
        };
        self.tenant.proofs.take(proof, self.now).await?;
        Ok(Some(Confirmation { jkt: proof.thumbprint.clone() }))
    }

    /// The tokens of a login: what the person allowed, bound to the key that the client proved to hold.
    pub(crate) async fn tokens(
        &self,
        user: &User,
        authorization: &Authorization,
        nonce: Option<String>,
        act: Option<Actor>,
    ) -> Result<TokenResponse, TokenError> {
        let Self { tenant, client, now, .. } = *self;
        let id_token = if authorization.scope.contains("openid") {
            let facts = IdTokenFacts { nonce, ..IdTokenFacts::default() };
            Some(issue::id_token(tenant, client, user, authorization, facts, now).await?)
        } else {
            None
        };
        let cnf = self.cnf().await?;
        let manner = Manner { act, cnf: cnf.clone(), ..Manner::default() };
        let access_token = issue::access_token(tenant, client, authorization, manner, now).await?;
        let refresh_token =
            issue::refresh_token(tenant, client, authorization, cnf.as_ref(), now).await;
        Ok(TokenResponse {
            access_token: access_token.token,
            refresh_token,
            id_token,
            scope: Some(access_token.scope),
            expires_in: access_token.expires_in,
            issued_token_type: None,
            token_type: access_token.token_type,
        })
    }
}

/// `POST /oauth/token`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    caller: Caller,
    peer: Peer,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let uses_basic = client_request::uses_basic(&headers);
    let now = tenant.clock.now();
    let mut response = match answer(&tenant, caller, peer, &headers, &body, now).await {
        Ok(response) => NoStore(Json(response)).into_response(),
        Err(error) => Refused { error, uses_basic }.into_response(),
    };
    tenant.proofs.offer_nonce(&headers, response.headers_mut(), now);
    response
}

async fn answer(
    tenant: &Tenant,
    caller: Caller,
    Peer(peer): Peer,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<TokenResponse, TokenError> {
    let parameters = client_request::parameters(headers, body)?;
    let grant_type = parameters.get("grant_type").ok_or(TokenError::Missing("grant_type"))?;
    let client = client_request::authenticate(tenant, caller, headers, &parameters).await?;

    let proof = tenant.proofs.of_client(&client, headers, "oauth/token", now)?;

    let request = GrantRequest {
        tenant,
        client: &client,
        parameters: &parameters,
        proof,
        caller,
        from: Origin::of(peer, headers, &client),
        now,
    };
    let allowed = || {
        let not_allowed = TokenError::GrantNotAllowed(grant_type.to_owned());
        client.allows_grant(grant_type).then_some(()).ok_or(not_allowed)
    };
    match grant_type {
        "authorization_code" => {
            allowed()?;
            authorization_code::redeem(&request).await
        }
        "refresh_token" => {
            allowed()?;
            refresh_token::renew(&request).await
        }
        "client_credentials" => {
            allowed()?;
            client_credentials::issue(&request).await
        }
        TOKEN_VAULT_GRANT => {
            allowed()?;
            token_vault::exchange(&request).await
        }
        // Not among a client's grant types: its `token_exchange` says what it may exchange.
        TOKEN_EXCHANGE_GRANT => token_exchange::exchange(&request).await,
        _ => Err(TokenError::UnsupportedGrantType(grant_type.to_owned())),
    }
}
