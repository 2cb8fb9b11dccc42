//! `/api/v2/clients/{id}/credentials` (MG-4/7): a client's keys, whether they are in use or not.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::Value;
use wire::ids::ClientId;

use super::credentials;
use crate::management::error::ManagementError;
use crate::management::format::Format;
use crate::management::operation::Operation;
use crate::management::payload::{self, Body, Kind, Property, property};
use crate::store::clients::Client;
use crate::store::credentials::Credential;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:client_credentials"];
const CREATE: &[&str] = &["create:client_credentials"];
const UPDATE: &[&str] = &["update:client_credentials"];
const DELETE: &[&str] = &["delete:client_credentials"];

const PATH: &[Property] = &[
    property("id", Kind::Format(Format::ClientId), "ID of the client"),
    property("credential_id", Kind::Format(Format::Id("cred_")), "ID of the credential"),
];

/// Keys that a client can have, in use or not.
const MOST: usize = 4;

/// All that changes of a key: when it ends.
const EXPIRY: &[Property] = &[property(
    "expires_at",
    Kind::OrNull(&Kind::Format(Format::DateTime)),
    "The ISO 8601 formatted date representing the expiration of the credential",
)];

pub(super) fn operations() -> Vec<Operation> {
    let all = "/clients/{id}/credentials";
    let one = "/clients/{id}/credentials/{credential_id}";
    vec![
        Operation::new(Method::GET, all, READ, routing::get(list)).parameters(PATH),
        Operation::new(Method::POST, all, CREATE, routing::post(post))
            .parameters(PATH)
            .body(credentials::PROPERTIES, &[])
            .answers(StatusCode::CREATED),
        Operation::new(Method::GET, one, READ, routing::get(get)).parameters(PATH),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch))
            .parameters(PATH)
            .body(EXPIRY, &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .parameters(PATH)
            .answers(StatusCode::NO_CONTENT),
    ]
}

async fn list(
    State(tenant): State<Tenant>,
    Path(id): Path<ClientId>,
) -> Result<Json<Vec<Value>>, ManagementError> {
    let client = tenant.clients.find(&id).await.ok_or(ManagementError::UnknownClient)?;
    client.credentials.iter().map(show).collect::<Result<_, _>>().map(Json)
}

async fn get(
    State(tenant): State<Tenant>,
    Path((id, credential_id)): Path<(ClientId, String)>,
) -> Result<Json<Value>, ManagementError> {
    let client = tenant.clients.find(&id).await.ok_or(ManagementError::UnknownClient)?;
    let own = client.credentials.iter().find(|own| own.id == credential_id);
    show(own.ok_or(ManagementError::UnknownCredential)?).map(Json)
}

/// The client has the key from now on. It proves itself by it once its `client_authentication_methods` name it.
async fn post(
    State(tenant): State<Tenant>,
    Path(id): Path<ClientId>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    let add = |client: &Client| -> Result<Client, ManagementError> {
        payload::check(&given, credentials::PROPERTIES, &[])?;
        let new = credentials::create(given, tenant.clock.now())?;
        check_has_room(client, &new)?;
        let mut changed = client.clone();
        changed.credentials.push(new);
        Ok(changed)
    };
    let changed = tenant.clients.update(&id, add).await.ok_or(ManagementError::UnknownClient)??;
    let new = changed.credentials.last().ok_or(ManagementError::UnknownCredential)?;
    Ok((StatusCode::CREATED, Json(show(new)?)))
}

async fn patch(
    State(tenant): State<Tenant>,
    Path((id, credential_id)): Path<(ClientId, String)>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    let is_meant = |own: &&mut Credential| own.id == credential_id;
    let change = |client: &Client| -> Result<Client, ManagementError> {
        payload::check(&given, EXPIRY, &[])?;
        payload::check_not_empty(&given)?;
        let mut changed = client.clone();
        let own = changed.credentials.iter_mut().find(is_meant);
        let own = own.ok_or(ManagementError::UnknownCredential)?;
        let mut object = payload::overlay(&payload::object(own)?, given);
        credentials::touch(&mut object, tenant.clock.now());
        *own = payload::typed(object)?;
        Ok(changed)
    };
    let changed = tenant.clients.update(&id, change).await;
    let mut changed = changed.ok_or(ManagementError::UnknownClient)??;
    let own = changed.credentials.iter_mut().find(is_meant);
    show(own.ok_or(ManagementError::UnknownCredential)?).map(Json)
}

/// Takes a key away, in use or not: nothing that it signed is good from now on. One that is not there is gone already.
async fn delete(
    State(tenant): State<Tenant>,
    Path((id, credential_id)): Path<(ClientId, String)>,
) -> Result<StatusCode, ManagementError> {
    let change = |client: &Client| -> Result<Client, ManagementError> {
        let mut changed = client.clone();
        changed.forget_key(&credential_id);
        Ok(changed)
    };
    tenant.clients.update(&id, change).await.transpose()?;
    Ok(StatusCode::NO_CONTENT)
}

/// A client has each key once, and not many of them (auth0/terraform-provider-auth0#1668).
fn check_has_room(client: &Client, new: &Credential) -> Result<(), ManagementError> {
    let invalid = |text: String| Err(ManagementError::InvalidBody(text));
    if client.credentials.iter().any(|own| own.key.thumbprint() == new.key.thumbprint()) {
        return invalid("credentials contains public keys that already exist in client".to_owned());
    }
    if client.credentials.len() >= MOST {
        return invalid(format!("A client can have a maximum of {MOST} credentials."));
    }
    Ok(())
}

/// The key as it is answered: what it is called and how it is used, not the key.
fn show(credential: &Credential) -> Result<Value, ManagementError> {
    let mut object = payload::object(credential)?;
    object.remove("key");
    Ok(Value::Object(object))
}
