//! `/api/v2/users/{id}/connected-accounts`: what of other providers a person has connected (MG-8/5;
//! connected-accounts.md §2.4).

use axum::extract::{Path, State};
use axum::http::Method;
use axum::routing;
use serde_json::{Value, json};
use wire::ids::UserId;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::{moment, users};
use crate::store::vault::ConnectedAccount;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:users"];

const COLLECTION: Collection = Collection::new("connected_accounts", "id");

pub(crate) fn operations() -> Vec<Operation> {
    let path = "/users/{id}/connected-accounts";
    vec![Operation::new(Method::GET, path, READ, routing::get(list)).query(page::CHECKPOINT)]
}

/// `GET /api/v2/users/{id}/connected-accounts`.
async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    users::find(&tenant, &id).await?;
    let mut shown = Vec::new();
    for account in tenant.vault.of_user(&id).await {
        shown.push(show(&tenant, &account).await);
    }
    page.answer_from_checkpoint(&COLLECTION, shown)
}

/// The account, without its tokens.
async fn show(tenant: &Tenant, account: &ConnectedAccount) -> Value {
    let connection = tenant.connections.find(&account.connection).await;
    let tokens = account.tokens().await;
    let mut shown = json!({
        "id": account.id,
        "connection": account.connection,
        "connection_id": connection.as_ref().map(|connection| &connection.id),
        "strategy": connection.as_ref().map(|connection| &connection.strategy),
        "access_type": "offline",
        "scopes": tokens.scope.iter().collect::<Vec<_>>(),
        "created_at": moment::iso8601(account.created_at),
    });
    // Not among Auth0's properties: the provider takes the stored token no more, and only the person can mend that.
    if account.needs_reconnect().await {
        shown["needs_reconnect"] = true.into();
    }
    shown
}
