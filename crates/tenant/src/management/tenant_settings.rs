//! `/api/v2/tenants/settings`: the settings of the tenant itself.

use axum::Json;
use axum::extract::State;
use axum::http::Method;
use axum::routing;
use serde_json::Value;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection};
use super::payload::{self, Body, Kind, Object, Property, property};
use super::query::Query;
use crate::tenant::{Settings, State as Tenant};

const READ: &[&str] = &["read:tenant_settings"];
const UPDATE: &[&str] = &["update:tenant_settings"];

/// There is one object; it has the selection of fields in common with lists.
const COLLECTION: Collection = Collection::new("settings", "");

const PATH: &str = "/tenants/settings";

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::GET, PATH, READ, routing::get(get)).query(page::FIELDS),
        Operation::new(Method::PATCH, PATH, UPDATE, routing::patch(patch)).body(PROPERTIES, &[]),
    ]
}

const ERROR_PAGE: &[Property] =
    &[property("url", Kind::Text, "URL to redirect to when an error occurs")];

/// The property that is merged: whoever switches one of the flags leaves the others alone.
const FLAGS_PROPERTY: &str = "flags";

const FLAGS: &[Property] = &[
    property(
        "revoke_refresh_token_grant",
        Kind::Flag,
        "Delete underlying grant when a Refresh Token is revoked via the Authentication API",
    ),
    property(
        "ask_first_parties_for_consent",
        Kind::Flag,
        "Whether first-party clients need the person's consent as at Auth0",
    ),
];

const OIDC_LOGOUT: &[Property] = &[property(
    "rp_logout_end_session_endpoint_discovery",
    Kind::Flag,
    "Enable the end_session_endpoint URL in the .well-known discovery configuration",
)];

const SESSIONS: &[Property] =
    &[property("oidc_logout_prompt_enabled", Kind::Flag, "Whether to prompt before OIDC logout")];

const MY_ACCOUNT: &[Property] = &[property(
    "require_2fa",
    Kind::Flag,
    "Whether tokens for the My Account API take a login of late; its policy of that name",
)];

/// What can be set.
pub(crate) const PROPERTIES: &[Property] = &[
    property("default_audience", Kind::Text, "Default audience for API authorization"),
    property("allowed_logout_urls", Kind::Texts, "URLs that logouts without a client return to"),
    property("error_page", Kind::Object(ERROR_PAGE), "Error page customization"),
    property("enabled_locales", Kind::Texts, "Supported locales for the user interface"),
    property(
        FLAGS_PROPERTY,
        Kind::Object(FLAGS),
        "Flags used to change the behavior of this tenant",
    ),
    property(
        "oidc_logout",
        Kind::Object(OIDC_LOGOUT),
        "Settings related to OIDC RP-initiated Logout",
    ),
    property("sessions", Kind::Object(SESSIONS), "Sessions related settings for tenant"),
    property("my_account", Kind::Object(MY_ACCOUNT), "Settings related to the My Account API"),
    property(
        "pushed_authorization_requests_supported",
        Kind::Flag,
        "Enables the use of Pushed Authorization Requests",
    ),
    property(
        "require_pushed_authorization_requests",
        Kind::Flag,
        "Whether every authorization request must be pushed",
    ),
    property(
        "resource_parameter_profile",
        Kind::Word(&["audience", "compatibility"]),
        "Profile that determines how the identity of the protected resource can be specified",
    ),
    property(
        "allow_organization_name_in_authentication_api",
        Kind::Flag,
        "Whether to accept an organization name instead of an ID on auth endpoints",
    ),
    property(
        "allow_public_clients_without_pkce",
        Kind::Flag,
        "Whether public clients of the first party may log people in without a challenge",
    ),
    property("custom_claims", Kind::AnyObject, "Claims that are added to the tokens of people"),
];

/// `GET /api/v2/tenants/settings`.
async fn get(State(tenant): State<Tenant>, query: Query) -> Result<Json<Value>, ManagementError> {
    Ok(Json(query.select(&COLLECTION, show(&tenant.settings())?)))
}

/// `PATCH /api/v2/tenants/settings`.
async fn patch(
    State(tenant): State<Tenant>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    payload::check_not_empty(&given)?;
    let settings = tenant.change_settings(|settings| changed(settings, given))?;
    show(&settings).map(Json)
}

/// The settings with what is given in place of what there was; flags go one by one.
pub(crate) fn changed(settings: &Settings, mut given: Object) -> Result<Settings, ManagementError> {
    payload::check(&given, PROPERTIES, &[])?;
    // As at Auth0, no audience is an empty one.
    if given.get("default_audience").is_some_and(|audience| audience == "") {
        given.insert("default_audience".to_owned(), Value::Null);
    }
    let own = payload::object(settings)?;
    if let (Some(Value::Object(own)), Some(Value::Object(flags))) =
        (own.get(FLAGS_PROPERTY), given.get_mut(FLAGS_PROPERTY))
    {
        *flags = payload::overlay(own, std::mem::take(flags));
    }
    payload::typed(payload::overlay(&own, given))
}

fn show(settings: &Settings) -> Result<Value, ManagementError> {
    payload::object(settings).map(Value::Object)
}
