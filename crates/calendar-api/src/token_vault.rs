//! The access token exchange with Token Vault, seen from the caller (contract: token-vault.md §2;
//! [RFC 8693 §2](https://www.rfc-editor.org/rfc/rfc8693#section-2)): as Custom API Client we trade a person's access
//! token for their access token at the provider.
//!
//! Provider tokens are kept in memory, one per person (there is one connection), until shortly before they expire. A
//! request with `Cache-Control: no-cache` is served from none: whoever disconnects an account is not shown it any more.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use reqwest::{Client, header};
use service::clock::Clock;
use url::form_urlencoded::byte_serialize;
use wire::ids::{ClientId, ConnectionName, UserId};
use wire::oauth_error::{ErrorCode, OAuthError};
use wire::secret::Secret;
use wire::timestamp::Timestamp;
use wire::token::{TokenRequest, TokenResponse};

use crate::access_token::VerifiedToken;
use crate::discovery::Discovery;
use crate::error::{ApiError, Refusal};
use crate::outgoing;
use crate::provider_calendar::CalendarError;

/// A token that has less than this left is not used again, so that it does not expire on its way to the provider.
const MARGIN: u64 = 60;

/// Buys provider tokens, and keeps them.
pub(crate) struct TokenVault {
    http: Client,
    discovery: Arc<Discovery>,
    client: (ClientId, Secret),
    connection: ConnectionName,
    clock: Clock,
    slots: Mutex<HashMap<UserId, Arc<Slot>>>,
}

/// One person's provider token. Who exchanges holds the lock; the others wait and share the outcome.
#[derive(Default)]
struct Slot {
    /// How many exchanges have ended.
    exchanges: AtomicU64,
    outcome: tokio::sync::Mutex<Option<Result<ProviderToken, ApiError>>>,
}

/// Whether a token that was kept will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It will.
    Kept,
    /// The vault is to be asked: `Cache-Control: no-cache` ([RFC 9111 §5.2.1.4](https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1.4)),
    /// as browsers send it with what a page fetches past its caches.
    New,
}

impl<State: Sync> FromRequestParts<State> for Freshness {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Infallible> {
        let values = parts.headers.get_all(header::CACHE_CONTROL).into_iter();
        let is_new = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"));
        Ok(if is_new { Self::New } else { Self::Kept })
    }
}

#[derive(Clone)]
struct ProviderToken {
    secret: Secret,
    expires_at: Timestamp,
}

impl ProviderToken {
    const fn is_usable(&self, now: Timestamp) -> bool {
        now.seconds_until(self.expires_at) > MARGIN
    }
}

impl TokenVault {
    pub(crate) fn new(
        http: Client,
        discovery: Arc<Discovery>,
        client: (ClientId, Secret),
        connection: ConnectionName,
        clock: Clock,
    ) -> Self {
        Self { http, discovery, client, connection, clock, slots: Mutex::default() }
    }

    /// Makes a call with the caller's provider token. Where the provider no longer takes a token that we kept (it may
    /// have been revoked there), exchanges once more and repeats the call.
    pub(crate) async fn with_provider_token<T, F>(
        &self,
        caller: &VerifiedToken,
        freshness: Freshness,
        call: impl Fn(Secret) -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, CalendarError>>,
    {
        let (token, was_kept) = self.provider_token(caller, freshness).await?;
        let mut outcome = call(token.clone()).await;
        if matches!(outcome, Err(CalendarError::TokenRefused(_))) {
            self.forget(&caller.subject, &token).await;
            if was_kept {
                let (token, _) = self.provider_token(caller, Freshness::Kept).await?;
                outcome = call(token.clone()).await;
                if matches!(outcome, Err(CalendarError::TokenRefused(_))) {
                    self.forget(&caller.subject, &token).await;
                }
            }
        }
        outcome.map_err(ApiError::from)
    }

    /// The caller's provider token, and whether it is one that was kept: from an earlier request, or from another's
    /// exchange that was under way.
    async fn provider_token(
        &self,
        caller: &VerifiedToken,
        freshness: Freshness,
    ) -> Result<(Secret, bool), ApiError> {
        let slot = self.slot(&caller.subject);
        let ended_before = slot.exchanges.load(Ordering::Acquire);
        let mut outcome = slot.outcome.lock().await;
        let waited_for_another = slot.exchanges.load(Ordering::Acquire) != ended_before;
        let may_be_kept = |token: &ProviderToken| {
            freshness == Freshness::Kept && token.is_usable(self.clock.now())
        };
        match &*outcome {
            Some(Ok(token)) if waited_for_another || may_be_kept(token) => {
                return Ok((token.secret.clone(), true));
            }
            // What was refused just now would be refused again.
            Some(Err(error)) if waited_for_another => return Err(error.clone()),
            _ => {}
        }

        let exchanged = self.exchange(&caller.token).await;
        *outcome = Some(exchanged.clone());
        slot.exchanges.fetch_add(1, Ordering::Release);
        exchanged.map(|token| (token.secret, false))
    }

    /// The person's slot, made when they come for the first time.
    fn slot(&self, person: &UserId) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(person) {
            return slot.clone();
        }
        // Slots of people who stay away go, lest there be more of them for ever. A slot that is locked is in use.
        let now = self.clock.now();
        slots.retain(|_, slot| {
            slot.outcome.try_lock().map_or(true, |outcome| {
                matches!(&*outcome, Some(Ok(token)) if token.is_usable(now))
                    || Arc::strong_count(slot) > 1
            })
        });
        slots.entry(person.clone()).or_default().clone()
    }

    /// Lets go of a token that the provider refused, unless another request has replaced it already.
    async fn forget(&self, person: &UserId, refused: &Secret) {
        let slot = self.slot(person);
        let mut outcome = slot.outcome.lock().await;
        if matches!(&*outcome, Some(Ok(token)) if token.secret == *refused) {
            *outcome = None;
        }
    }

    /// `POST /oauth/token` (TV-2.1), authenticated by HTTP Basic.
    async fn exchange(&self, subject_token: &Secret) -> Result<ProviderToken, ApiError> {
        let metadata = self.discovery.metadata().await.map_err(ApiError::TenantUnreachable)?;
        let request = TokenRequest::token_vault(subject_token.clone(), self.connection.clone());
        let asked_at = self.clock.now();
        let (client_id, secret) = &self.client;
        let request = self
            .http
            .post(&metadata.token_endpoint)
            // Both halves are form-encoded first (RFC 6749 §2.3.1, SC-1/1).
            .basic_auth(form_encoded(client_id.as_str()), Some(form_encoded(secret.expose())))
            .header(header::ACCEPT, "application/json")
            .form(&request);
        let answer = outgoing::answer(request).await.map_err(ApiError::TenantUnreachable)?;

        if answer.status.is_success() {
            let token: TokenResponse =
                answer.json().ok_or(ApiError::TenantRefused(Refusal { code: None }))?;
            // `expires_in` is what is left of the provider's token, not a new lifetime (TV-2.2).
            return Ok(ProviderToken {
                secret: token.access_token,
                expires_at: asked_at.plus(token.expires_in),
            });
        }
        Err(refused(answer.json().map(|OAuthError { error, .. }| error)))
    }
}

/// What a refusal means for the person: connect an account, reconnect it, or nothing that they can mend (TV-2.4).
fn refused(code: Option<ErrorCode>) -> ApiError {
    let refusal = |code: Option<ErrorCode>| Refusal { code: code.map(|code| code.to_string()) };
    match code {
        Some(code @ ErrorCode::VaultTokenNotFound) => ApiError::AccountNotConnected(code),
        // The tenant asked the provider, and the provider said no.
        code @ Some(ErrorCode::VaultRefreshFailed) => ApiError::ProviderRefused(refusal(code)),
        code => ApiError::TenantRefused(refusal(code)),
    }
}

fn form_encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
