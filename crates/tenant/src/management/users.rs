//! `/api/v2/users` (management-api.md §8).

mod changes;
mod rules;
mod schema;
pub(super) mod search;
mod shown;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::routing;
use serde::Deserialize;
use serde_json::Value;
use service::random;
use wire::ids::{ConnectionName, UserId};
use wire::secret::Secret;

pub(crate) use self::schema::PROPERTIES;

use super::error::ManagementError;
use super::moment;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Body, Object};
use super::query::Query;
use crate::store::connections::DATABASE;
use crate::store::password::PasswordHash;
use crate::store::users::User;
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:users"];
const CREATE: &[&str] = &["create:users"];
const UPDATE: &[&str] = &["update:users"];
const DELETE: &[&str] = &["delete:users"];

/// A scope that shows the provider tokens of identities at Auth0. It can be had and shows nothing: what a login yields at
/// a provider is forgotten here, and what the vault keeps leaves it by the exchange alone.
pub(crate) const SCOPES: &[&str] = &["read:user_idp_tokens"];

/// What a person is not created without.
const REQUIRED: &[&str] = &["connection", "email", "password"];

const COLLECTION: Collection = Collection::new("users", "user_id");

pub(crate) fn operations() -> Vec<Operation> {
    let (all, one) = ("/users", "/users/{id}");
    vec![
        Operation::new(Method::GET, all, READ, routing::get(list))
            .query(page::OFFSET)
            .query(page::FIELDS)
            .query(search::PARAMETERS),
        Operation::new(Method::POST, all, CREATE, routing::post(post))
            .body(PROPERTIES, REQUIRED)
            .answers(StatusCode::CREATED),
        Operation::new(Method::GET, one, READ, routing::get(get)).query(page::FIELDS),
        Operation::new(Method::PATCH, one, UPDATE, routing::patch(patch))
            .body(schema::PATCHABLE, &[]),
        Operation::new(Method::DELETE, one, DELETE, routing::delete(delete))
            .answers(StatusCode::NO_CONTENT),
        Operation::new(Method::GET, "/users-by-email", READ, routing::get(by_email))
            .query(page::FIELDS)
            .query(search::BY_EMAIL),
    ]
}

/// `GET /api/v2/users`: those that `q` and `connection` leave, in the order of `sort`.
async fn list(State(tenant): State<Tenant>, page: PageQuery) -> Result<Listing, ManagementError> {
    search::check_reach(page.query())?;
    let found = search::find(&tenant, page.query()).await?;
    Ok(page.answer_from_offset(&COLLECTION, found))
}

/// `GET /api/v2/users-by-email`: the same address may come from several connections.
async fn by_email(
    State(tenant): State<Tenant>,
    query: Query,
) -> Result<Json<Value>, ManagementError> {
    let found = search::with_email(&tenant, &query).await?;
    Ok(Json(found.into_iter().map(|user| query.select(&COLLECTION, user)).collect()))
}

/// `GET /api/v2/users/{id}`.
async fn get(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    query: Query,
) -> Result<Json<Value>, ManagementError> {
    let user = find(&tenant, &id).await?;
    Ok(Json(query.select(&COLLECTION, shown::show(&user))))
}

/// `POST /api/v2/users`.
async fn post(
    State(tenant): State<Tenant>,
    Body(given): Body,
) -> Result<(StatusCode, Json<Value>), ManagementError> {
    let user = create(&tenant, given).await?;
    Ok((StatusCode::CREATED, Json(shown::show(&user))))
}

/// `PATCH /api/v2/users/{id}`.
async fn patch(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    Body(given): Body,
) -> Result<Json<Value>, ManagementError> {
    let user = changes::update(&tenant, &id, given).await?;
    Ok(Json(shown::show(&user)))
}

/// `DELETE /api/v2/users/{id}`; who is not there is gone already (MG-8/4).
async fn delete(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ManagementError> {
    remove(&tenant, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The person, or the refusal that there is none.
pub(super) async fn find(tenant: &Tenant, id: &UserId) -> Result<User, ManagementError> {
    tenant.users.find(id).await.ok_or(ManagementError::UnknownUser)
}

/// The properties, read.
#[derive(Deserialize)]
struct NewUser {
    connection: ConnectionName,
    user_id: Option<String>,
    email: String,
    #[serde(default)]
    email_verified: bool,
    password: Secret,
    name: Option<String>,
    given_name: Option<String>,
    middle_name: Option<String>,
    family_name: Option<String>,
    phone_number: Option<String>,
    #[serde(default)]
    user_metadata: Object,
    #[serde(default)]
    app_metadata: Object,
    nickname: Option<String>,
    picture: Option<String>,
    #[serde(default)]
    blocked: bool,
}

/// Creates a person with a password; names that are not given follow from the email address, as at Auth0.
pub(crate) async fn create(tenant: &Tenant, given: Object) -> Result<User, ManagementError> {
    payload::check(&given, PROPERTIES, REQUIRED)?;
    let new: NewUser = payload::typed(given)?;
    let connection = tenant.connections.find(&new.connection).await;
    let connection = connection
        .ok_or_else(|| ManagementError::InvalidBody("The connection does not exist".to_owned()))?;
    if connection.strategy != DATABASE {
        let message = "People of a connection to a provider come from there, by a login";
        return Err(ManagementError::InvalidBody(message.to_owned()));
    }
    rules::check_password(&new.password)?;
    let id = new.user_id.unwrap_or_else(|| random::hexadecimal(24));
    let now = moment::iso8601(tenant.clock.now());
    let user = User {
        user_id: UserId::from(format!("auth0|{id}")),
        connection: new.connection,
        email_verified: new.email_verified,
        name: new.name.unwrap_or_else(|| new.email.clone()),
        given_name: new.given_name,
        middle_name: new.middle_name,
        family_name: new.family_name,
        phone_number: new.phone_number,
        user_metadata: new.user_metadata,
        app_metadata: new.app_metadata,
        nickname: new.nickname.unwrap_or_else(|| rules::local_part(&new.email)),
        picture: new.picture.unwrap_or_else(|| rules::default_picture(tenant)),
        created_at: now.clone(),
        updated_at: now,
        blocked: new.blocked,
        logins_count: 0,
        last_login: None,
        last_ip: None,
        password: Some(PasswordHash::of(new.password.expose())),
        has_button: false,
        email: new.email,
    };
    tenant.users.insert(user.clone()).await.map_err(|_| ManagementError::UserExists)?;
    Ok(user)
}

/// Removes a person and all that they have. They go first: what is asked for in their name from now on is refused.
pub(crate) async fn remove(tenant: &Tenant, id: &UserId) {
    tenant.users.remove(id).await;
    tenant.sessions.end_of_user(id).await;
    tenant.refresh_tokens.remove_of_user(id).await;
    tenant.vault.remove_of_user(id).await;
    tenant.permissions.remove_of_user(id).await;
    tenant.roles.remove_of_user(id).await;
    tenant.consents.remove_of_user(id).await;
    tenant.organizations.remove_member(id).await;
}
