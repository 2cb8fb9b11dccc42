//! The provider's token for an account: the stored one while it lasts, then a new one (TV-5/1).

use std::sync::Arc;

use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

use super::flights::Flights;
use crate::store::connections::Connection;
use crate::store::vault::{
    Access, Begun, ConnectedAccount, NotRefreshable, Outcome, ProviderToken,
};
use crate::tenant::State as Tenant;
use crate::upstream::{Upstream, UpstreamError, UpstreamTokens};

/// Refreshes that are under way.
pub(crate) type Refreshes = Flights<Result<Access, Arc<RefreshError>>>;

/// The stored token, without any call, or a new one: for all that the account is for, or for `scope` alone.
///
/// However many ask at once, one call is made for an account and no other account waits for it. It is made in a task of
/// its own, so that a client that goes away does not take the provider's answer with it.
pub(super) async fn access(
    tenant: &Tenant,
    account: &ConnectedAccount,
    connection: &Connection,
    scope: Option<ScopeSet>,
    now: Timestamp,
) -> Result<Access, Arc<RefreshError>> {
    if scope.is_none()
        && let Some(access) = account.access(now).await
    {
        return Ok(access);
    }
    let refresh = Refresh {
        upstream: tenant.upstream.clone(),
        account: account.clone(),
        connection: connection.clone(),
        scope: scope.clone(),
        now,
    };
    let work = || async { refresh.run().await.map_err(Arc::new) };
    let outcome = tenant.refreshes.share(&account.id, scope.as_ref(), work).await;
    outcome.unwrap_or_else(|| Err(Arc::new(RefreshError::BrokenOff)))
}

struct Refresh {
    upstream: Upstream,
    account: ConnectedAccount,
    connection: Connection,
    scope: Option<ScopeSet>,
    now: Timestamp,
}

impl Refresh {
    async fn run(self) -> Result<Access, RefreshError> {
        let Self { upstream, account, connection, scope, now } = &self;
        // Who looked just before another refresh ended finds its token here.
        if scope.is_none()
            && let Some(access) = account.access(*now).await
        {
            return Ok(access);
        }
        let Begun { refresh_token, scope: own, is_uncertain } = account.begin_refresh(*now).await?;
        let answer = upstream.refresh(connection, &refresh_token, scope.as_ref()).await;
        match (answer, scope) {
            (Ok(granted), None) => Ok(self.renewed(granted, own).await),
            (Ok(granted), Some(scope)) => self.narrowed(granted, scope).await,
            (Err(error), _) => Err(self.failed(error, is_uncertain).await),
        }
    }

    async fn renewed(&self, granted: UpstreamTokens, own: ScopeSet) -> Access {
        let token = ProviderToken::of(&granted, true, self.now);
        let scope = granted.scope.clone().unwrap_or(own);
        self.account.settle_refresh(Outcome::Renewed(granted), self.now).await;
        Access { token, scope }
    }

    /// A provider that does not do what was asked for gives more than may be passed on (TV-4/7).
    async fn narrowed(
        &self,
        granted: UpstreamTokens,
        asked: &ScopeSet,
    ) -> Result<Access, RefreshError> {
        let token = ProviderToken::of(&granted, true, self.now);
        let scope = granted.scope.clone().unwrap_or_else(|| asked.clone());
        self.account.settle_refresh(Outcome::Narrowed(granted), self.now).await;
        if !asked.contains_all(&scope) {
            return Err(RefreshError::NotNarrowed);
        }
        Ok(Access { token, scope })
    }

    /// A refusal for good is kept in mind, so that nobody hammers the provider with a dead token. Where nobody knows
    /// whether the provider has replaced the token, the intent stays open.
    async fn failed(&self, error: UpstreamError, is_uncertain: bool) -> RefreshError {
        let Self { account, now, .. } = self;
        if error.ends_the_refresh_token() {
            tracing::warn!(account = account.id.as_str(), is_uncertain, "must be connected again");
            account.settle_refresh(Outcome::Refused, *now).await;
            return if is_uncertain { RefreshError::Lost } else { RefreshError::Provider(error) };
        }
        if !is_uncertain && !error.leaves_the_outcome_open() {
            account.settle_refresh(Outcome::Unused, *now).await;
        }
        RefreshError::Provider(error)
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RefreshError {
    /// The account has nothing to get one with.
    #[error("there is no refresh token")]
    NoToken,
    #[error("{0}")]
    Provider(UpstreamError),
    #[error(
        "the provider has refused the stored token before: the account must be connected again"
    )]
    Refused,
    #[error(
        "the answer to an earlier refresh was lost, and the provider takes the stored token no more: the account must be \
         connected again"
    )]
    Lost,
    #[error("the provider gives no token for less than the account is for")]
    NotNarrowed,
    #[error("the refresh broke off")]
    BrokenOff,
}

impl From<NotRefreshable> for RefreshError {
    fn from(reason: NotRefreshable) -> Self {
        match reason {
            NotRefreshable::NoToken => Self::NoToken,
            NotRefreshable::Refused => Self::Refused,
        }
    }
}
