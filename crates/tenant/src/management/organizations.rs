//! Organizations, as tenant files have them, and `/api/v2/users/{id}/organizations`.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::routing;
use serde::Deserialize;
use serde_json::{Value, json};
use service::random;
use wire::ids::UserId;

use super::error::ManagementError;
use super::operation::Operation;
use super::page::{self, Collection, Listing, PageQuery};
use super::payload::{self, Kind, Object, Property, property};
use super::users;
use crate::store::organizations::{ID_PREFIX, Organization};
use crate::tenant::State as Tenant;

const READ: &[&str] = &["read:organizations"];

const COLLECTION: Collection = Collection::new("organizations", "id");

pub(crate) fn operations() -> Vec<Operation> {
    let path = "/users/{id}/organizations";
    vec![Operation::new(Method::GET, path, READ, routing::get(list_of_user)).query(page::OFFSET)]
}

/// `GET /api/v2/users/{id}/organizations`: those that the person is a member of.
async fn list_of_user(
    State(tenant): State<Tenant>,
    Path(id): Path<UserId>,
    page: PageQuery,
) -> Result<Listing, ManagementError> {
    users::find(&tenant, &id).await?;
    let own = tenant.organizations.of_member(&id).await;
    let show = |own: &Organization| -> Value {
        json!({ "id": own.id, "name": own.name, "display_name": own.title() })
    };
    Ok(page.answer_from_offset(&COLLECTION, own.iter().map(show).collect()))
}

const CONNECTIONS: &[Property] = &[
    property("name", Kind::Name, "The name of the connection"),
    property(
        "assign_membership_on_login",
        Kind::Flag,
        "Whether who logs in with the connection becomes a member",
    ),
    property("show_as_button", Kind::Flag, "Whether the login page offers the connection"),
    property("is_signup_enabled", Kind::Flag, "Whether people can sign up with the connection"),
];

/// What an organization can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("name", Kind::Name, "The name of the organization"),
    property("display_name", Kind::Name, "How people know the organization"),
    property("connections", Kind::Objects(CONNECTIONS), "The organization's connections"),
];

/// What a tenant file can say beside that: an identifier, and the email addresses of the members.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Extension {
    pub(crate) id: Option<String>,
    pub(crate) members: Vec<String>,
}

/// Creates an organization.
pub(crate) async fn create(
    tenant: &Tenant,
    given: Object,
    extension: Extension,
) -> Result<Organization, ManagementError> {
    payload::check(&given, PROPERTIES, &["name"])?;
    let mut object = given;
    let id = extension.id.unwrap_or_else(|| format!("{ID_PREFIX}{}", random::identifier(16)));
    object.insert("id".to_owned(), id.into());
    object.insert("members".to_owned(), members(tenant, &extension.members).await?.into());
    let organization: Organization = payload::typed(object)?;
    check(tenant, &organization).await?;
    let taken = |_| ManagementError::OrganizationExists;
    tenant.organizations.insert(organization.clone()).await.map_err(taken)?;
    Ok(organization)
}

/// The identifiers of the people with these email addresses.
async fn members(tenant: &Tenant, emails: &[String]) -> Result<Vec<String>, ManagementError> {
    let mut members = Vec::new();
    for email in emails {
        let user = tenant.users.find_by_email(email).await.ok_or_else(|| {
            ManagementError::InvalidBody(format!("There is no user with the email {email}"))
        })?;
        members.push(user.user_id.to_string());
    }
    Ok(members)
}

/// A name cannot be taken for an identifier, and every connection is there.
async fn check(tenant: &Tenant, organization: &Organization) -> Result<(), ManagementError> {
    let Organization { id, name, connections, .. } = organization;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    if name.len() > 50 || !name.bytes().all(plain) || name.starts_with(ID_PREFIX) {
        return Err(ManagementError::InvalidBody(format!(
            "The name {name} is not made of at most 50 small letters, digits, - and _, or begins with {ID_PREFIX}"
        )));
    }
    if !id.starts_with(ID_PREFIX) {
        return Err(ManagementError::InvalidBody(format!("The id {id} has no {ID_PREFIX}")));
    }
    for connection in connections {
        if tenant.connections.find(&connection.name).await.is_none() {
            return Err(ManagementError::InvalidBody(format!(
                "The connection {} does not exist",
                connection.name
            )));
        }
    }
    Ok(())
}
