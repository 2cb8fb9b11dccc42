//! `GET /tenant.yaml`: what the tenant holds, as the tenant file that it could have been imported from. And
//! `tenant --export`, which asks a running tenant for it.
//!
//! The properties are those that an import knows: both go by the tables of the Management API.

mod command;
mod keys;
mod objects;
mod people;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::command::{Export, ExportError};
use self::objects::Objects;
use crate::issuer::Issuer;
use crate::management::authorization::ManagementToken;
use crate::management::error::ManagementError;
use crate::tenant::State as Tenant;

/// What stands for the issuer in a tenant file.
pub(crate) const ISSUER: &str = "##ISSUER##";

/// Whoever wants all of it can read all of it.
const SCOPES: &[&[&str]] = &[
    &["read:tenant_settings"],
    &["read:resource_servers"],
    &["read:clients"],
    &["read:client_grants"],
    &["read:connections"],
    &["read:roles"],
    &["read:users"],
];

/// The same for the secrets: of clients, and of people at providers.
const SCOPES_OF_SECRETS: &[&[&str]] = &[&["read:client_keys"], &["read:user_idp_tokens"]];

/// Whether secrets are in a file: those of clients, of connections and of APIs, hashes of passwords, and with them the
/// refresh tokens of connected accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrets {
    Told,
    LeftOut,
}

/// What is asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    with_secrets: bool,
}

/// `GET /tenant.yaml`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(Wish { with_secrets }): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, ManagementError> {
    let token = ManagementToken::verify(&headers, &tenant).await?;
    let secrets = if with_secrets { Secrets::Told } else { Secrets::LeftOut };
    let of_secrets = if with_secrets { SCOPES_OF_SECRETS } else { &[] };
    for scope in SCOPES.iter().chain(of_secrets) {
        token.require(scope)?;
    }
    let file = file(&tenant, secrets).await?;
    let headers = [(header::CONTENT_TYPE, "application/yaml"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, file).into_response())
}

/// The file, section by section in the order of an import.
async fn file(tenant: &Tenant, secrets: Secrets) -> Result<String, ManagementError> {
    let objects = Objects { tenant, secrets };
    let (databases, connections) = objects.connections().await?;
    let sections = [
        ("tenant", objects.settings()?),
        ("resourceServers", objects.resource_servers().await?),
        ("clients", objects.clients().await?),
        ("clientGrants", objects.client_grants().await?),
        ("databases", databases),
        ("connections", connections),
        ("roles", objects.roles().await?),
        ("users", objects.people().await?),
        ("organizations", objects.organizations().await?),
        ("tokenExchangeProfiles", objects.token_exchange_profiles().await?),
    ];
    let mut file = head(secrets);
    for (name, mut section) in sections {
        if section.as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        put_issuer_aside(&mut section, &tenant.issuer);
        let section: Map<String, Value> = [(name.to_owned(), section)].into_iter().collect();
        let yaml = serde_saphyr::to_string(&section)
            .map_err(|error| ManagementError::Unexportable(error.to_string()))?;
        file.push('\n');
        file.push_str(&yaml);
    }
    Ok(file)
}

/// What the file says of itself.
fn head(secrets: Secrets) -> String {
    let secrets = match secrets {
        Secrets::Told => "It holds secrets: keep it as such.",
        Secrets::LeftOut => {
            "Secrets are left out: clients and APIs get new ones, connections have none, nobody has a password or a\n\
             # connected account. `--with-secrets` writes them."
        }
    };
    format!(
        "# What a Strongroom tenant held, in the format of auth0-deploy-cli; `tenant --import FILE` starts from it.\n\
         # {secrets}\n\
         # Not in here: sessions, tokens, logs, signing keys, and people who come by a provider.\n"
    )
}

/// Puts [`ISSUER`] in place of the issuer, in every text.
fn put_issuer_aside(value: &mut Value, issuer: &Issuer) {
    match value {
        Value::String(text) => *text = text.replace(issuer.as_str(), ISSUER),
        Value::Array(items) => items.iter_mut().for_each(|item| put_issuer_aside(item, issuer)),
        Value::Object(object) => {
            object.values_mut().for_each(|item| put_issuer_aside(item, issuer));
        }
        _ => {}
    }
}
