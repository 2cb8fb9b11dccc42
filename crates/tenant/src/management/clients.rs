//! `/api/v2/clients` (management-api.md §4).

mod credential_routes;
mod credentials;
mod defaults;
mod filters;
mod kept;
mod privileged_access;
mod rules;
mod schema;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::Value;
use service::random;
use wire::ids::ClientId;
use wire::secret::Secret;

pub(crate) use self::credentials::{METHODS as AUTHENTICATION_METHODS, public_key};
pub(crate) use self::privileged_access::NAME as PRIVILEGED_ACCESS;
pub(crate) use self::schema::creatable;

use super::authorization::ManagementToken;
use super::error::ManagementError;
use super::format::Format;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::query::Query;
use crate::store::clients::{Client, ClientConflict};
use crate::tenant::State as Tenant;

const READ: &[&str] =
    &["read:clients", "read:client_keys", "read:client_credentials", "read:client_summary"];
const READ_KEYS: &str = "read:client_keys";
const CREATE: &[&str] = &["create:clients"];
const CREATE_CREDENTIALS: &[&str] = &["create:client_credentials"];
const UPDATE: &[&str] = &[
    "update:clients",
    "update:client_keys",
    "update:client_credentials",
    "update:client_token_vault_privileged_access",
];

/// What of them some properties need; the others need one of the first two.
const UPDATE_CREDENTIALS: &[&str] = &["update:client_credentials"];
const UPDATE_PRIVILEGED_ACCESS: &[&str] = &["update:client_token_vault_privileged_access"];
const UPDATE_OTHERS: &[&str] = &["update:clients", "update:client_keys"];
const DELETE: &[&str] = &["delete:clients"];
const ROTATE_SECRET: &[&str] = &["update:client_keys"];

/// What a client is not created without.
const REQUIRED: &[&str] = &["name"];

/// What only those see who may read keys.
const KEYS: &[&str] = &["client_secret", "signing_keys"];

const COLLECTION: Collection = Collection::new("clients", "client_id").always(&["tenant"]);

/// The client that a path names.
const ID: &[Property] = &[property("id", Kind::Format(Format::ClientId), "ID of the client")];

pub(crate) fn operations() -> Vec<Operation> {
    let one = "/clients/{id}";
    let own = vec![
        Operation::new(Method::GET, "/clients", READ, routing::get(list))
            .query(page::PARAMETERS)
            .query(page::FIELDS)
            .query(filters::PARAMETERS),
        Operation::new(Method::POST, "/clients", CREATE, routing::post(post))
            .body(schema::creatable(), REQUIRED)
            .answers(StatusCode::CREATED),
        Operation::new(Method::GET, one, READ, routing::get(get))
            .parameters(ID)
            .query(page::FIELDS),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch))
            .parameters(ID)
            .body(schema::patchable(), &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .parameters(ID)
            .answers(StatusCode::NO_CONTENT),
        Operation::new(
            Method::POST,
            "/clients/{id}/rotate-secret",
            ROTATE_SECRET,
            routing::post(rotate_secret),
        )
        .parameters(ID),
    ];
    own.into_iter().chain(credential_routes::operations()).collect()
}

/// `GET /api/v2/clients`.
async fn list(
    State(tenant): State<Tenant>,
    token: ManagementToken,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    let keys = keys_shown_to(&tenant, &token).await?;
    check_fields(page.query(), &token)?;
    let filter = filters::Filter::of(page.query())?;
    let (clients, grants) = (tenant.clients.all().await, tenant.client_grants.all().await);
    let clients = clients
        .iter()
        .filter(|client| filter.takes(client, &grants))
        .map(|client| show(&tenant, client, keys.as_deref()))
        .collect::<Result<_, _>>()?;
    page.answer(&COLLECTION, clients)
}

/// `GET /api/v2/clients/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    token: ManagementToken,
    Path(id): Path<ClientId>,
    query: Query,
) -> Result<Json<Value>, ManagementError> {
    check_fields(&query, &token)?;
    let client = tenant.clients.find(&id).await.ok_or(ManagementError::UnknownClient)?;
    let client = show(&tenant, &client, keys_shown_to(&tenant, &token).await?.as_deref())?;
    Ok(Json(query.select(&COLLECTION, client)))
}

/// `POST /api/v2/clients`.
async fn post(
    State(tenant): State<Tenant>,
    token: ManagementToken,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    if given.contains_key(credentials::METHODS) || given.contains_key(privileged_access::NAME) {
        token.require(CREATE_CREDENTIALS)?;
    }
    let client = create(&tenant, given, Credentials::default()).await?;
    Ok((
        StatusCode::CREATED,
        Json(show(&tenant, &client, Some(&tenant.keys.certificate().await?))?),
    ))
}

/// `PATCH /api/v2/clients/{id}`.
async fn patch(
    State(tenant): State<Tenant>,
    token: ManagementToken,
    Path(id): Path<ClientId>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    for name in given.keys() {
        token.require(match name.as_str() {
            schema::CLIENT_SECRET => ROTATE_SECRET,
            credentials::METHODS => UPDATE_CREDENTIALS,
            privileged_access::NAME => UPDATE_PRIVILEGED_ACCESS,
            _ => UPDATE_OTHERS,
        })?;
    }
    let client = update(&tenant, &id, given).await?;
    show(&tenant, &client, keys_shown_to(&tenant, &token).await?.as_deref()).map(Json)
}

/// `DELETE /api/v2/clients/{id}`; a client that is not there is gone already (MG-4/5).
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<ClientId>,
) -> Result<StatusCode, ManagementError> {
    remove(&tenant, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v2/clients/{id}/rotate-secret`: a new secret, and the old one is worth nothing from now on (MG-4/6).
async fn rotate_secret(
    State(tenant): State<Tenant>,
    Path(id): Path<ClientId>,
) -> Result<Json<Value>, ManagementError> {
    let rotated = |client: &Client| -> Result<Client, ManagementError> {
        rules::check_uses_secret(client)?;
        Ok(Client { client_secret: Some(new_secret()), ..client.clone() })
    };
    let client = tenant.clients.update(&id, rotated).await;
    let client = client.ok_or(ManagementError::UnknownClient)??;
    show(&tenant, &client, Some(&tenant.keys.certificate().await?)).map(Json)
}

/// Identifier and secret that a tenant file chooses; the Management API makes them up.
#[derive(Default)]
pub(crate) struct Credentials {
    pub(crate) client_id: Option<ClientId>,
    pub(crate) client_secret: Option<Secret>,
}

/// Creates a client: what is given over the defaults of its kind.
pub(crate) async fn create(
    tenant: &Tenant,
    given: Object,
    credentials: Credentials,
) -> Result<Client, ManagementError> {
    payload::check(&given, schema::creatable(), REQUIRED)?;
    let client_id = credentials.client_id.unwrap_or_else(|| random::identifier(32).into());
    let mut object = payload::overlay(&defaults::of(&given), given);
    defaults::complete_refresh_token(&mut object);
    credentials::take_out(&mut object, tenant.clock.now())?;
    privileged_access::take_out(&mut object, tenant.clock.now())?;
    object.insert("client_id".to_owned(), client_id.as_str().into());
    without_null_metadata(&mut object);
    let mut client: Client = payload::typed(object)?;
    client.client_secret = credentials.client_secret;
    let client = with_secret(client);

    rules::check(&client, &tenant.issuer)?;
    if let Some(api) = &client.resource_server_identifier
        && tenant.resource_servers.find(api).await.is_none()
    {
        return Err(ManagementError::UnknownResourceServer);
    }
    tenant.clients.insert(client.clone()).await.map_err(|conflict| match conflict {
        ClientConflict::ClientId => ManagementError::ClientExists,
        ClientConflict::LinkedApi => ManagementError::ApiHasClient,
    })?;
    Ok(client)
}

/// Changes a client. What it is linked to is not among what can be changed (MG-4/17).
async fn update(tenant: &Tenant, id: &ClientId, given: Object) -> Result<Client, ManagementError> {
    let change = |client: &Client| {
        payload::check(&given, schema::patchable(), &[])?;
        payload::check_not_empty(&given)?;
        let chooses_secret = given.contains_key(schema::CLIENT_SECRET);
        let mut changed = payload::overlay(&payload::object(client)?, given);
        defaults::complete_refresh_token(&mut changed);
        without_null_metadata(&mut changed);
        let changed: Client = payload::typed(changed)?;
        if chooses_secret {
            rules::check_uses_secret(&changed)?;
        }
        let changed = with_secret(changed);
        rules::check_change(client, &changed)?;
        rules::check(&changed, &tenant.issuer)?;
        Ok(changed)
    };
    tenant.clients.update(id, change).await.ok_or(ManagementError::UnknownClient)?
}

/// Removes a client and all that it was allowed. It goes first: what is asked for in its name from now on is refused.
async fn remove(tenant: &Tenant, id: &ClientId) {
    tenant.clients.remove(id).await;
    tenant.client_grants.remove_of_client(id).await;
    tenant.refresh_tokens.remove_of_client(id).await;
    tenant.connections.disable_for(id).await;
    tenant.consents.remove_of_client(id).await;
}

/// The client with a secret where it proves itself by one, and without where it does so by its own keys: no secret is
/// good for it then.
fn with_secret(mut client: Client) -> Client {
    let secret = client.client_secret.take();
    if !client.uses_private_key_jwt() {
        client.client_secret = Some(secret.unwrap_or_else(new_secret));
    }
    client
}

/// A key of the metadata is taken out by `null`.
fn without_null_metadata(client: &mut Object) {
    if let Some(Value::Object(metadata)) = client.get_mut("client_metadata") {
        metadata.retain(|_, value| !value.is_null());
    }
}

fn new_secret() -> Secret {
    random::identifier(64).into()
}

/// Whoever asks for keys by name and may not read them is told so (auth0/terraform-provider-auth0#774); whoever asks for
/// all there is gets the rest.
fn check_fields(query: &Query, token: &ManagementToken) -> Result<(), ManagementError> {
    let mut asked = query.items("fields").unwrap_or_default();
    asked.retain(|field| KEYS.contains(field));
    let are_shown = query.flag("include_fields").unwrap_or(true);
    if asked.is_empty() || !are_shown || token.allows(READ_KEYS) {
        return Ok(());
    }
    Err(ManagementError::UnreadableFields(asked.join(",")))
}

/// The certificate of the tenant's key, for those who may see it and the clients' secrets.
async fn keys_shown_to(
    tenant: &Tenant,
    token: &ManagementToken,
) -> Result<Option<String>, ManagementError> {
    if token.allows(READ_KEYS) { Ok(Some(tenant.keys.certificate().await?)) } else { Ok(None) }
}

/// The client as it is answered, with the tenant's name; its secret and the tenant's certificate only to those who may read keys.
fn show(
    tenant: &Tenant,
    client: &Client,
    certificate: Option<&str>,
) -> Result<Value, ManagementError> {
    let mut object = payload::object(client)?;
    object.insert("tenant".to_owned(), tenant.issuer.tenant().into());
    object.insert("global".to_owned(), false.into());
    object.remove(credentials::CREDENTIALS);
    if let Some(certificate) = certificate {
        let keys = serde_json::json!([{ "cert": certificate }]);
        object.insert("signing_keys".to_owned(), keys);
    } else {
        object.retain(|name, _| !KEYS.contains(&name.as_str()));
    }
    Ok(Value::Object(object))
}
