//! `/api/v2/client-grants` (management-api.md §6).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::Value;
use service::random;

use super::error::ManagementError;
use super::format::Format;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::query::{Parameter, Query};
use crate::store::client_grants::{ClientGrant, SubjectType};
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:client_grants"];
const CREATE: &[&str] = &["create:client_grants"];
const UPDATE: &[&str] = &["update:client_grants"];
const DELETE: &[&str] = &["delete:client_grants"];

const COLLECTION: Collection = Collection::new("client_grants", "id");

/// What a grant is not created without. It has a `client_id` as well, or a `default_for`.
const REQUIRED: &[&str] = &["audience"];

const ID: &[Property] =
    &[property("id", Kind::Format(Format::Id("cgr_")), "The ID of the client grant")];

const SUBJECT_TYPE: Kind = Kind::Word(&["client", "user", "anonymous_user"]);
const DEFAULT_FOR: Kind = Kind::Word(&["third_party_clients"]);

/// The grants that a list is asked for (MG-3/5).
const FILTERS: &[Parameter] = &[
    Parameter::once("audience", Kind::Text, "Optional filter on audience."),
    Parameter::once("client_id", Kind::Text, "Optional filter on client_id."),
    Parameter::once("subject_type", SUBJECT_TYPE, "Optional filter on subject_type."),
    Parameter::once(
        "allow_any_organization",
        Kind::Flag,
        "Optional filter on allow_any_organization.",
    ),
    Parameter::once("default_for", DEFAULT_FOR, "Optional filter on default_for."),
];

/// What a grant can be created with; the first [`FIXED`] of them never change.
pub(crate) const PROPERTIES: &[Property] = &[
    property("client_id", Kind::Format(Format::ClientId), "ID of the client"),
    property(
        "default_for",
        DEFAULT_FOR,
        "Applies this client grant as the default for all clients in the specified group",
    ),
    property("audience", Kind::Name, "The audience (API identifier) of this client grant"),
    property(
        "subject_type",
        SUBJECT_TYPE,
        "The type of application access the client grant allows",
    ),
    property("scope", Kind::Texts, "Scopes allowed for this client grant"),
    property(
        "organization_usage",
        Kind::OrNull(&Kind::Word(&["deny", "allow", "require"])),
        "Defines whether organizations can be used with client credentials exchanges for this grant",
    ),
    property(
        "allow_any_organization",
        Kind::OrNull(&Kind::Flag),
        "Whether any organization can be used with this grant",
    ),
    property("allow_all_scopes", Kind::Flag, "Whether all scopes of the API are allowed"),
    property(
        "authorization_details_types",
        Kind::Texts,
        "Types of authorization_details allowed for this client grant",
    ),
];

const FIXED: usize = 4;

fn patchable() -> &'static [Property] {
    PROPERTIES.get(FIXED..).unwrap_or_default()
}

pub(crate) fn operations() -> Vec<Operation> {
    let (all, one) = ("/client-grants", "/client-grants/{id}");
    vec![
        Operation::new(Method::GET, all, READ, routing::get(list))
            .query(page::PARAMETERS)
            .query(FILTERS),
        Operation::new(Method::POST, all, CREATE, routing::post(post))
            .body(PROPERTIES, REQUIRED)
            .answers(StatusCode::CREATED),
        Operation::new(Method::GET, one, READ, routing::get(get)).parameters(ID),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch))
            .parameters(ID)
            .body(patchable(), &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .parameters(ID)
            .answers(StatusCode::NO_CONTENT),
    ]
}

/// `GET /api/v2/client-grants`.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Result<Listing, ManagementError> {
    let grants = tenant.client_grants.all().await;
    let grants = grants.iter().map(show).collect::<Result<Vec<Value>, _>>()?;
    let grants = grants.into_iter().filter(|grant| is_asked_for(page.query(), grant)).collect();
    page.answer(&COLLECTION, grants)
}

fn is_asked_for(query: &Query, grant: &Value) -> bool {
    let is_text = |name| query.text(name).is_none_or(|text| grant[name] == text);
    let allows_any = grant["allow_any_organization"] == true;
    ["audience", "client_id", "subject_type", "default_for"].into_iter().all(is_text)
        && query.flag("allow_any_organization").is_none_or(|flag| flag == allows_any)
}

/// `GET /api/v2/client-grants/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ManagementError> {
    let grant = tenant.client_grants.find_by_id(&id).await;
    show(&grant.ok_or(ManagementError::UnknownClientGrant)?).map(Json)
}

/// `POST /api/v2/client-grants`.
async fn post(
    State(tenant): State<Tenant>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    let grant = create(&tenant, given, false).await?;
    Ok((StatusCode::CREATED, Json(show(&grant)?)))
}

/// `PATCH /api/v2/client-grants/{id}`: whose grant it is for which API never changes.
async fn patch(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    let change = |grant: &ClientGrant| -> Result<ClientGrant, ManagementError> {
        payload::check(&given, patchable(), &[])?;
        payload::check_not_empty(&given)?;
        check_is_ours(grant)?;
        let changed: ClientGrant =
            payload::typed(payload::overlay(&payload::object(grant)?, given))?;
        check(&changed)?;
        Ok(changed)
    };
    let grant = tenant.client_grants.update(&id, change).await;
    show(&grant.ok_or(ManagementError::UnknownClientGrant)??).map(Json)
}

/// `DELETE /api/v2/client-grants/{id}`; a grant that is not there is gone already.
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<StatusCode, ManagementError> {
    if let Some(grant) = tenant.client_grants.find_by_id(&id).await {
        check_is_ours(&grant)?;
        tenant.client_grants.remove(&id).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Creates a grant between a client and an API that exist, or between all third parties and an API.
pub(crate) async fn create(
    tenant: &Tenant,
    given: Object,
    is_system: bool,
) -> Result<ClientGrant, ManagementError> {
    payload::check(&given, PROPERTIES, REQUIRED)?;
    let mut object = given;
    object.retain(|_, value| !value.is_null());
    object.insert("id".to_owned(), format!("cgr_{}", random::identifier(16)).into());
    object.insert("is_system".to_owned(), is_system.into());
    let grant: ClientGrant = payload::typed(object)?;
    check(&grant)?;
    if let Some(client_id) = &grant.client_id
        && tenant.clients.find(client_id).await.is_none()
    {
        return Err(ManagementError::UnknownClientOfGrant);
    }
    if tenant.resource_servers.find(&grant.audience).await.is_none() {
        return Err(ManagementError::UnknownApiOfGrant(grant.audience));
    }
    tenant.client_grants.insert(grant.clone()).await.map_err(|_| {
        let holder = grant.client_id.as_ref().map_or("third_party_clients", |id| id.as_str());
        ManagementError::GrantExists(holder.to_owned(), grant.audience.clone())
    })?;
    Ok(grant)
}

/// A grant has one kind of holder, and what is for people's tokens stands in none for others.
fn check(grant: &ClientGrant) -> Result<(), ManagementError> {
    let invalid = |text: &str| Err(ManagementError::InvalidBody(text.to_owned()));
    if grant.client_id.is_some() == grant.default_for.is_some() {
        return invalid("A client grant has either a client_id or a default_for");
    }
    if !grant.authorization_details_types.is_empty() && grant.subject_type != SubjectType::User {
        return invalid("authorization_details_types are for client grants of subject_type user");
    }
    Ok(())
}

/// Refuses to touch what the tenant needs itself.
fn check_is_ours(grant: &ClientGrant) -> Result<(), ManagementError> {
    if grant.is_system {
        let text = "A system client grant can neither be changed nor deleted";
        return Err(ManagementError::InvalidBody(text.to_owned()));
    }
    Ok(())
}

fn show(grant: &ClientGrant) -> Result<Value, ManagementError> {
    payload::object(grant).map(Value::Object)
}
