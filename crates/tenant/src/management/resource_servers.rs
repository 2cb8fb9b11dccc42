//! `/api/v2/resource-servers` (management-api.md §5).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde_json::{Value, json};
use service::random;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::query::{Parameter, Query};
use crate::keys::SigningAlg;
use crate::store::resource_servers::ResourceServer;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:resource_servers"];
const CREATE: &[&str] = &["create:resource_servers"];
const UPDATE: &[&str] = &["update:resource_servers"];

const DELETE: &[&str] = &["delete:resource_servers"];

const COLLECTION: Collection = Collection::new("resource_servers", "id");

/// What an API is not created without.
const REQUIRED: &[&str] = &["identifier"];

pub(crate) fn operations() -> Vec<Operation> {
    let (all, one) = ("/resource-servers", "/resource-servers/{id}");
    vec![
        Operation::new(Method::GET, all, READ, routing::get(list))
            .query(page::PARAMETERS)
            .query(page::FIELDS)
            .query(FILTERS),
        Operation::new(Method::POST, all, CREATE, routing::post(post))
            .body(PROPERTIES, REQUIRED)
            .answers(StatusCode::CREATED),
        Operation::new(Method::GET, one, READ, routing::get(get)).query(page::FIELDS),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch)).body(patchable(), &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .answers(StatusCode::NO_CONTENT),
    ]
}

/// The APIs that a list is asked for (MG-3/4).
const FILTERS: &[Parameter] = &[Parameter::repeated(
    "identifiers",
    Kind::Name,
    10,
    "An optional filter on the resource server identifier. Must be URL encoded and may be specified multiple times (max 10).",
)];

const SCOPE: &[Property] = &[
    property("value", Kind::Name, "Value of this scope").required(),
    property("description", Kind::OrNull(&Kind::Text), "User-friendly description of this scope"),
];

const CLIENT_POLICY: &[Property] = &[property(
    "policy",
    Kind::Word(&["deny_all", "require_client_grant"]),
    "Client access policy",
)
.required()];
const USER_POLICY: &[Property] = &[property(
    "policy",
    Kind::Word(&["allow_all", "deny_all", "require_client_grant"]),
    "User access policy",
)
.required()];
const SUBJECT_TYPE_AUTHORIZATION: &[Property] = &[
    property("client", Kind::Object(CLIENT_POLICY), "Access policy for clients"),
    property("user", Kind::Object(USER_POLICY), "Access policy for users"),
];

const PROOF_OF_POSSESSION: &[Property] = &[
    property(
        "mechanism",
        Kind::Word(&["dpop", "mtls"]),
        "Intended mechanism for Proof-of-Possession",
    )
    .required(),
    property(
        "required",
        Kind::Flag,
        "Whether the use of Proof-of-Possession is required for the resource server",
    )
    .required(),
    property(
        "required_for",
        Kind::Word(&["public_clients", "all_clients"]),
        "Specifies which client types require Proof-of-Possession",
    ),
];

/// `null` alone.
const NOTHING: Kind = Kind::OrNull(&Kind::Word(&[]));

/// What an API can be created with; the identifier, which comes first, is never changed (MG-5/6).
pub(crate) const PROPERTIES: &[Property] = &[
    property(
        "identifier",
        Kind::Name,
        "Unique identifier for the API used as the audience parameter",
    ),
    property("name", Kind::Name, "Friendly name for this resource server"),
    property("scopes", Kind::Objects(SCOPE), "List of permissions (scopes) that this API uses"),
    property(
        "signing_alg",
        Kind::Word(&["HS256", "RS256", "RS512", "PS256"]),
        "Algorithm used to sign JWTs",
    ),
    property(
        "signing_secret",
        Kind::Text,
        "Secret used to sign tokens when using symmetric algorithms (HS256)",
    ),
    property(
        "allow_offline_access",
        Kind::Flag,
        "Whether refresh tokens can be issued for this API",
    ),
    property(
        "token_lifetime",
        Kind::Number(1, 2_592_000),
        "Expiration value (in seconds) for access tokens",
    ),
    property(
        "token_lifetime_for_web",
        Kind::Number(1, 2_592_000),
        "Expiration value (in seconds) for access tokens of implicit and hybrid flows",
    ),
    property(
        "token_dialect",
        Kind::Word(&[
            "access_token",
            "access_token_authz",
            "rfc9068_profile",
            "rfc9068_profile_authz",
        ]),
        "Dialect of issued access tokens",
    ),
    property("enforce_policies", Kind::Flag, "Whether authorization policies are enforced"),
    property(
        "skip_consent_for_verifiable_first_party_clients",
        Kind::Flag,
        "Whether to skip user consent for first-party clients",
    ),
    property(
        "subject_type_authorization",
        Kind::Object(SUBJECT_TYPE_AUTHORIZATION),
        "Access policies by type of subject",
    ),
    property(
        "proof_of_possession",
        Kind::OrNull(&Kind::Object(PROOF_OF_POSSESSION)),
        "Proof-of-Possession configuration for access tokens",
    ),
    // What these would promise is not given here, so that an API can do without it and no more.
    property("consent_policy", NOTHING, "Custom consent policy"),
    property("authorization_details", NOTHING, "Types of authorization details"),
    property("token_encryption", NOTHING, "Encryption of access tokens"),
];

/// The few properties of a system API that can be changed (MG-5/18).
const SYSTEM_PROPERTIES: [&str; 5] = [
    "token_lifetime",
    "token_lifetime_for_web",
    "proof_of_possession",
    "skip_consent_for_verifiable_first_party_clients",
    "subject_type_authorization",
];

/// Those of one that is for people; auth0-deploy-cli sends them back as they were.
const PEOPLES_PROPERTIES: [&str; 5] = [
    "token_lifetime",
    "token_lifetime_for_web",
    "proof_of_possession",
    "skip_consent_for_verifiable_first_party_clients",
    "subject_type_authorization",
];

/// `GET /api/v2/resource-servers`.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Result<Listing, ManagementError> {
    let identifiers: Vec<&str> = page.query().texts("identifiers").collect();
    let is_asked_for = |api: &ResourceServer| {
        identifiers.is_empty() || identifiers.contains(&api.identifier.as_str())
    };
    let mut apis = Vec::new();
    for api in tenant.resource_servers.all().await.into_iter().filter(is_asked_for) {
        apis.push(show(&tenant, &api).await?);
    }
    page.answer(&COLLECTION, apis)
}

/// `GET /api/v2/resource-servers/{id}`, by id or by identifier.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ManagementError> {
    let api = tenant.resource_servers.find_by_id(&id).await;
    let api = show(&tenant, &api.ok_or(ManagementError::UnknownResourceServer)?).await?;
    Ok(Json(query.select(&COLLECTION, api)))
}

/// `POST /api/v2/resource-servers`.
async fn post(
    State(tenant): State<Tenant>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    let api = create(&tenant, given).await?;
    Ok((StatusCode::CREATED, Json(show(&tenant, &api).await?)))
}

/// `PATCH /api/v2/resource-servers/{id}`, by id or by identifier.
async fn patch(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    let change = |api: &ResourceServer| -> Result<_, ManagementError> {
        payload::check(&given, patchable(), &[])?;
        payload::check_not_empty(&given)?;
        if api.identifier == tenant.issuer.management() {
            payload::check_only(&given, &SYSTEM_PROPERTIES)?;
        } else if api.is_system {
            payload::check_only(&given, &PEOPLES_PROPERTIES)?;
        }
        let changed: ResourceServer =
            payload::typed(payload::overlay(&payload::object(api)?, given))?;
        check(&changed)?;
        Ok(with_secret(changed))
    };
    let api = tenant.resource_servers.update(&id, change).await;
    let api: ResourceServer = api.ok_or(ManagementError::UnknownResourceServer)??;
    show(&tenant, &api).await.map(Json)
}

/// `DELETE /api/v2/resource-servers/{id}`, by id or by identifier; an API that is not there is gone already (MG-5/5).
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<String>,
) -> Result<StatusCode, ManagementError> {
    if let Some(api) = tenant.resource_servers.find_by_id(&id).await {
        remove(&tenant, &api).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Removes an API and the grants for it, unless the tenant needs it itself (MG-5/18) or a client is linked to it
/// (MG-5/19).
async fn remove(tenant: &Tenant, api: &ResourceServer) -> Result<(), ManagementError> {
    if api.is_system {
        let text = "A system resource server cannot be deleted";
        return Err(ManagementError::InvalidBody(text.to_owned()));
    }
    if tenant.clients.linked_to(&api.identifier).await.is_some() {
        return Err(ManagementError::ApiIsLinked);
    }
    tenant.resource_servers.remove(&api.identifier).await;
    tenant.consents.remove_of_api(&api.identifier).await;
    tenant.permissions.remove_of_api(&api.identifier).await;
    tenant.roles.remove_of_api(&api.identifier).await;
    tenant.client_grants.remove_for_api(&api.identifier).await;
    Ok(())
}

/// Creates an API: what is given over the defaults that Auth0 was recorded with.
pub(crate) async fn create(
    tenant: &Tenant,
    given: Object,
) -> Result<ResourceServer, ManagementError> {
    payload::check(&given, PROPERTIES, &["identifier"])?;
    create_checked(tenant, given, false).await
}

/// Creates an API of the tenant itself, which nobody can change much.
pub(crate) async fn create_system(
    tenant: &Tenant,
    given: Object,
) -> Result<ResourceServer, ManagementError> {
    create_checked(tenant, given, true).await
}

async fn create_checked(
    tenant: &Tenant,
    given: Object,
    is_system: bool,
) -> Result<ResourceServer, ManagementError> {
    let mut defaults = Object::new();
    defaults.insert("id".to_owned(), random::hexadecimal(24).into());
    defaults.insert("allow_offline_access".to_owned(), false.into());
    defaults.insert("skip_consent_for_verifiable_first_party_clients".to_owned(), is_system.into());
    defaults.insert("subject_type_authorization".to_owned(), json!({}));
    defaults.insert("token_lifetime".to_owned(), 86_400.into());
    let lifetime = given.get("token_lifetime").and_then(Value::as_u64);
    let for_web = lifetime.map_or(7200, |lifetime| lifetime.min(7200));
    defaults.insert("token_lifetime_for_web".to_owned(), for_web.into());
    defaults.insert("signing_alg".to_owned(), "RS256".into());
    defaults.insert("is_system".to_owned(), is_system.into());

    let api: ResourceServer = payload::typed(payload::overlay(&defaults, given))?;
    check(&api)?;
    let api = with_secret(api);
    let exists = |_| ManagementError::ResourceServerExists;
    tenant.resource_servers.insert(api.clone()).await.map_err(exists)?;
    Ok(api)
}

/// The API with a secret where its tokens are signed with one, and without elsewhere.
fn with_secret(mut api: ResourceServer) -> ResourceServer {
    let secret = api.signing_secret.take();
    if api.signing_alg == SigningAlg::Hs256 {
        api.signing_secret = Some(secret.unwrap_or_else(|| random::token().into()));
    }
    api
}

/// Characters of a secret that tokens are signed with.
const SHORTEST_SECRET: usize = 16;

/// MG-5/12.
fn check(api: &ResourceServer) -> Result<(), ManagementError> {
    if api.token_lifetime_for_web > api.token_lifetime {
        let text = "token_lifetime_for_web must not be greater than token_lifetime";
        return Err(ManagementError::InvalidBody(text.to_owned()));
    }
    if api.signing_secret.as_ref().is_some_and(|own| own.expose().len() < SHORTEST_SECRET) {
        let text = "signing_secret must have at least 16 characters";
        return Err(ManagementError::InvalidBody(text.to_owned()));
    }
    Ok(())
}

fn patchable() -> &'static [Property] {
    PROPERTIES.get(1..).unwrap_or_default()
}

/// The API as it is answered; once a Custom API Client is linked, it is named (management-api.md §5).
async fn show(tenant: &Tenant, api: &ResourceServer) -> Result<Value, ManagementError> {
    let mut object = payload::object(api)?;
    if let Some(client) = tenant.clients.linked_to(&api.identifier).await {
        object.insert("client_id".to_owned(), client.client_id.as_str().into());
    }
    Ok(Value::Object(object))
}
