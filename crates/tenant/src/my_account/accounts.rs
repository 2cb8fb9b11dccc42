//! `/me/v1/connected-accounts/accounts`: what is connected, and no longer (CA-2.4/2, CA-2.4/3).

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use wire::ids::ConnectedAccountId;
use wire::my_account::{self, ConnectedAccounts, ValidationError};

use super::authorization::{Authorized, Delete, Read};
use super::error::MyAccountError;
use super::page::ListQuery;
use crate::log::LogKind;
use crate::management::moment;
use crate::store::vault::ConnectedAccount;
use crate::tenant::State as Tenant;

/// What the tenant holds of an account is good while its person is away.
const OFFLINE: &str = "offline";

/// How ids of accounts begin.
const PREFIX: &str = "cac_";

/// A page of the person's accounts, the oldest first.
pub(super) async fn list(
    State(tenant): State<Tenant>,
    Authorized { user_id, .. }: Authorized<Read>,
    query: ListQuery,
) -> Result<Json<ConnectedAccounts>, MyAccountError> {
    let wanted = |account: &ConnectedAccount| {
        query.connections.is_empty() || query.connections.contains(&account.connection)
    };
    let accounts = tenant.vault.of_user(&user_id).await.into_iter().filter(wanted);
    let sorted = accounts
        .map(|account| (format!("{:020}{}", account.created_at.seconds(), account.id), account));
    let (page, next) = query.page_of(sorted.collect());
    let mut accounts = Vec::new();
    for account in page {
        accounts.push(show(&account).await);
    }
    Ok(Json(ConnectedAccounts { accounts, next }))
}

/// Forgets an account and its tokens, which stay good at the provider (TV-5/4).
pub(super) async fn remove(
    State(tenant): State<Tenant>,
    Authorized { user_id, client, .. }: Authorized<Delete>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, MyAccountError> {
    let id = id.ok().and_then(|Path(id)| account_id(id)).ok_or_else(malformed)?;
    let removed = tenant.vault.remove(&user_id, &id).await;
    let result =
        if removed { Ok(StatusCode::NO_CONTENT) } else { Err(MyAccountError::UnknownAccount) };
    let (success, failure) =
        (LogKind::ConnectedAccountsDeleteSucceeded, LogKind::ConnectedAccountsDeleteFailed);
    let entry = tenant.log.outcome(&result, success, failure);
    entry.client(&client.client_id).user(&user_id).write();
    result
}

/// The account as the API shows it.
pub(super) async fn show(account: &ConnectedAccount) -> my_account::ConnectedAccount {
    let scope = account.tokens().await.scope.clone();
    my_account::ConnectedAccount {
        id: account.id.clone(),
        connection: account.connection.clone(),
        access_type: OFFLINE.to_owned(),
        scopes: scope.iter().map(str::to_owned).collect(),
        created_at: moment::iso8601(account.created_at),
        expires_at: None,
        org_id: None,
    }
}

/// An id as accounts have them: `cac_`, then letters and digits.
fn account_id(text: String) -> Option<ConnectedAccountId> {
    let rest = text.strip_prefix(PREFIX)?;
    let valid = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    valid.then(|| text.into())
}

fn malformed() -> MyAccountError {
    MyAccountError::Invalid(vec![ValidationError {
        detail: "must be cac_ and letters and digits".to_owned(),
        field: Some("id".to_owned()),
        pointer: None,
        source: Some("path".to_owned()),
    }])
}
