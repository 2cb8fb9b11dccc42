//! What operations of the Management API show.

mod people;
mod setup;

use axum::http::Method;

use self::people::{
    ACTION, CONNECTED_ACCOUNT, GRANT, LOG, MEMBER, PERMISSION, REFRESH_TOKEN, SESSION, USER,
    USER_PERMISSION,
};
use self::setup::{
    CLIENT, CLIENT_GRANT, CONNECTION, CREDENTIAL, DELETION, ENABLED_CLIENT, ORGANIZATION,
    RESOURCE_SERVER, ROLE, SETTINGS, SIGNING_KEY,
};
use crate::management::operation::Operation;
use crate::management::property::Property;

/// What the body of an answer holds.
pub(super) enum Content {
    One(&'static Shape),
    /// All there are, as a bare list.
    All(&'static Shape),
    /// A page of the list of this name, counted from an offset (MG-3/1).
    Offset(&'static Shape, &'static str),
    /// From checkpoint to checkpoint (MG-3/2).
    Checkpoint(&'static Shape, &'static str),
    /// Actions, in the style of their own.
    Actions(&'static Shape),
    /// In both styles.
    Page(&'static Shape, &'static str),
}

/// An object as it is shown.
pub(super) struct Shape {
    /// What it is called in the description of the API.
    pub(super) name: &'static str,
    /// The properties that it can be given.
    pub(super) given: fn() -> &'static [Property],
    /// Those that it has of itself, or shows in another way than it was given them.
    pub(super) own: &'static [Property],
}

impl Content {
    pub(super) const fn shape(&self) -> &'static Shape {
        match self {
            Self::One(shape)
            | Self::All(shape)
            | Self::Actions(shape)
            | Self::Offset(shape, _)
            | Self::Checkpoint(shape, _)
            | Self::Page(shape, _) => shape,
        }
    }
}

/// What a success of the operation shows; nothing where it has no body.
pub(super) fn of(operation: &Operation) -> Option<Content> {
    let reads = operation.method == Method::GET;
    Some(match operation.path {
        "/connections/{id}" if operation.method == Method::DELETE => Content::One(&DELETION),
        "/roles/{id}" if operation.method == Method::DELETE => Content::One(&NOTHING),
        _ if operation.method == Method::DELETE => return None,
        "/clients" if reads => Content::Page(&CLIENT, "clients"),
        "/clients" | "/clients/{id}" | "/clients/{id}/rotate-secret" => Content::One(&CLIENT),
        "/clients/{id}/credentials" if reads => Content::All(&CREDENTIAL),
        "/clients/{id}/credentials" | "/clients/{id}/credentials/{credential_id}" => {
            Content::One(&CREDENTIAL)
        }
        "/client-grants" if reads => Content::Page(&CLIENT_GRANT, "client_grants"),
        "/client-grants" | "/client-grants/{id}" => Content::One(&CLIENT_GRANT),
        "/clients/{id}/connections" => Content::Checkpoint(&CONNECTION, "connections"),
        "/resource-servers" if reads => Content::Page(&RESOURCE_SERVER, "resource_servers"),
        "/resource-servers" | "/resource-servers/{id}" => Content::One(&RESOURCE_SERVER),
        "/connections" if reads => Content::Page(&CONNECTION, "connections"),
        "/connections" | "/connections/{id}" => Content::One(&CONNECTION),
        "/connections/{id}/clients" if reads => Content::Checkpoint(&ENABLED_CLIENT, "clients"),
        "/roles" | "/users/{id}/roles" if reads => Content::Offset(&ROLE, "roles"),
        "/roles" | "/roles/{id}" => Content::One(&ROLE),
        "/roles/{id}/permissions" if reads => Content::Offset(&PERMISSION, "permissions"),
        "/roles/{id}/users" if reads => Content::Page(&MEMBER, "users"),
        "/users" if reads => Content::Offset(&USER, "users"),
        "/users" | "/users/{id}" => Content::One(&USER),
        "/users-by-email" => Content::All(&USER),
        "/users/{id}/permissions" if reads => Content::Offset(&USER_PERMISSION, "permissions"),
        "/users/{id}/permissions" | "/roles/{id}/permissions" | "/roles/{id}/users" => {
            Content::One(&NOTHING)
        }
        "/users/{id}/connected-accounts" => {
            Content::Checkpoint(&CONNECTED_ACCOUNT, "connected_accounts")
        }
        "/users/{id}/refresh-tokens" => Content::Checkpoint(&REFRESH_TOKEN, "tokens"),
        "/users/{id}/sessions" => Content::Checkpoint(&SESSION, "sessions"),
        "/refresh-tokens/{id}" => Content::One(&REFRESH_TOKEN),
        "/sessions/{id}" => Content::One(&SESSION),
        "/users/{id}/organizations" => Content::Offset(&ORGANIZATION, "organizations"),
        "/logs" | "/users/{id}/logs" => Content::Offset(&LOG, "logs"),
        "/logs/{id}" => Content::One(&LOG),
        "/actions/actions" => Content::Actions(&ACTION),
        "/grants" => Content::Offset(&GRANT, "grants"),
        "/tenants/settings" => Content::One(&SETTINGS),
        "/keys/signing" => Content::All(&SIGNING_KEY),
        "/keys/signing/rotate" | "/keys/signing/{kid}/revoke" => Content::One(&SIGNING_KEY),
        _ => return None,
    })
}

/// `{}`.
const NOTHING: Shape = Shape { name: "Nothing", given: || &[], own: &[] };
