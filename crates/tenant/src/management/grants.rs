//! `/api/v2/grants`: what people have allowed clients. Who takes a grant away takes the refresh tokens that rest on it
//! (token.md §7), and the person is asked again.

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::{Value, json};
use wire::ids::UserId;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::Kind;
use super::query::{Parameter, Query};
use crate::store::consents::{Consent, Parties};
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:grants"];
const DELETE: &[&str] = &["delete:grants"];

const COLLECTION: Collection = Collection::new("grants", "id");

const USER: Parameter = Parameter::once("user_id", Kind::Name, "user_id of the grants");

/// Whose grants are deleted.
const OF_USER: &[Parameter] = &[USER.required()];

const FILTERS: &[Parameter] = &[
    USER,
    Parameter::once("client_id", Kind::Name, "client_id of the grants to retrieve"),
    Parameter::once("audience", Kind::Name, "audience of the grants to retrieve"),
];

pub(crate) fn operations() -> Vec<Operation> {
    let (all, one) = ("/grants", "/grants/{id}");
    vec![
        Operation::new(Method::GET, all, READ, routing::get(list))
            .query(page::OFFSET)
            .query(FILTERS),
        Operation::new(Method::DELETE, all, DELETE, routing::delete(delete_of_user))
            .query(OF_USER)
            .answers(StatusCode::NO_CONTENT),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .answers(StatusCode::NO_CONTENT),
    ]
}

/// `GET /api/v2/grants`.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Listing {
    let mut grants = tenant.consents.all().await;
    grants.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
    let grants = grants.iter().map(|(parties, consent)| show(&tenant, parties, consent));
    let query = page.query();
    let is_meant = |grant: &Value| {
        [("user_id", "user_id"), ("client_id", "clientID"), ("audience", "audience")]
            .iter()
            .all(|(name, property)| query.text(name).is_none_or(|text| grant[property] == text))
    };
    let grants = grants.filter(is_meant).collect();
    page.answer_from_offset(&COLLECTION, grants)
}

/// `DELETE /api/v2/grants/{id}`; a grant that is not there is gone already.
async fn delete(State(tenant): State<Tenant>, Path(id): Path<String>) -> StatusCode {
    revoke(&tenant, |_, consent| consent.id == id).await;
    StatusCode::NO_CONTENT
}

/// `DELETE /api/v2/grants?user_id=…`.
async fn delete_of_user(
    State(tenant): State<Tenant>,
    query: Query,
) -> Result<StatusCode, ManagementError> {
    let user_id: UserId = query.required("user_id")?.into();
    revoke(&tenant, |parties, _| parties.user_id == user_id).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke(tenant: &Tenant, goes: impl Fn(&Parties, &Consent) -> bool) {
    for parties in tenant.consents.remove_where(goes).await {
        tenant.refresh_tokens.remove_of_parties(&parties).await;
    }
}

/// The grant; without an API it is for `/userinfo`.
fn show(tenant: &Tenant, parties: &Parties, consent: &Consent) -> Value {
    let Parties { user_id, client_id, audience } = parties;
    let audience = audience.as_ref().map_or_else(|| tenant.issuer.userinfo(), ToString::to_string);
    json!({
        "id": consent.id,
        "clientID": client_id,
        "user_id": user_id,
        "audience": audience,
        "scope": consent.scope.iter().collect::<Vec<_>>(),
    })
}
