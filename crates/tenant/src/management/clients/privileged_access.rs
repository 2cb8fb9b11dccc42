//! `token_vault_privileged_access`: what a privileged worker signs with, from where it calls, and what it may have
//! (TV-4/3).

use std::collections::HashSet;

use serde_json::Value;
use wire::timestamp::Timestamp;

use super::credentials;
use crate::management::error::ManagementError;
use crate::management::payload::{Kind, Object, Property, property};
use crate::store::clients::Client;
use crate::store::privileged_access::PrivilegedAccess;

/// The property.
pub(crate) const NAME: &str = "token_vault_privileged_access";

const CREDENTIALS: &str = "credentials";
const DESCRIPTION: &str = "Restricts what a privileged worker may have of Token Vault";

/// Ranges of addresses, connections, and scopes of all connections together.
const MOST_ADDRESSES: usize = 10;
const MOST_CONNECTIONS: usize = 5;
const MOST_SCOPES: usize = 20;

const IP_ALLOWLIST: Property =
    property("ip_allowlist", Kind::Texts, "IP addresses and CIDR ranges that requests come from");

const GRANTS: Property =
    property("grants", Kind::Objects(GRANT), "What can be requested of which connection");

const GRANT: &[Property] = &[
    property("connection", Kind::Name, "The name of the connection"),
    property("scopes", Kind::Texts, "The scopes of the connection that can be requested"),
];

const GIVEN: &[Property] = &[
    property(CREDENTIALS, Kind::Objects(credentials::PROPERTIES), "Fully defined credentials"),
    IP_ALLOWLIST,
    GRANTS,
];

const NAMED: &[Property] = &[
    property(
        CREDENTIALS,
        Kind::Objects(credentials::BY_ID),
        "Credentials of the client, by their ids",
    ),
    IP_ALLOWLIST,
    GRANTS,
];

/// A new client brings its keys along.
pub(super) const ON_CREATION: Property =
    property(NAME, Kind::OrNull(&Kind::Object(GIVEN)), DESCRIPTION);

/// Later they are among the client's, and named.
pub(super) const ON_CHANGE: Property =
    property(NAME, Kind::OrNull(&Kind::Object(NAMED)), DESCRIPTION);

/// Takes the keys of a new client out: they are kept beside it, and named by their ids instead.
pub(super) fn take_out(client: &mut Object, now: Timestamp) -> Result<(), ManagementError> {
    let Some(Value::Object(mut access)) = client.remove(NAME) else { return Ok(()) };
    if let Some(Value::Array(given)) = access.remove(CREDENTIALS) {
        let ids = credentials::keep(client, given, now)?;
        access.insert(CREDENTIALS.to_owned(), ids.into());
    }
    client.insert(NAME.to_owned(), access.into());
    Ok(())
}

/// Refuses what is beyond Auth0's limits, and keys that the client does not have.
pub(super) fn check(client: &Client) -> Result<(), ManagementError> {
    let Some(access) = &client.token_vault_privileged_access else { return Ok(()) };
    let PrivilegedAccess { credentials, ip_allowlist, grants } = access;
    if client.is_public() {
        return invalid("only a confidential client can have privileged access");
    }
    if client.privileged_keys().count() < credentials.len() {
        return invalid("credentials must be different ones of the client");
    }
    if ip_allowlist.len() > MOST_ADDRESSES {
        return invalid("ip_allowlist can have 10 entries at most");
    }
    if grants.len() > MOST_CONNECTIONS {
        return invalid("grants can have 5 connections at most");
    }
    let connections: HashSet<&str> = grants.iter().map(|grant| grant.connection.as_str()).collect();
    if connections.len() < grants.len() {
        return invalid("grants can have a connection once");
    }
    if grants.iter().map(|grant| grant.scopes.len()).sum::<usize>() > MOST_SCOPES {
        return invalid("grants can have 20 scopes at most, of all connections together");
    }
    Ok(())
}

fn invalid(text: &str) -> Result<(), ManagementError> {
    Err(ManagementError::InvalidBody(format!("{NAME}: {text}")))
}
