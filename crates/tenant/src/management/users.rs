//! People (management-api.md §8).

use serde::Deserialize;
use service::random;
use wire::ids::{ConnectionName, UserId};
use wire::secret::Secret;

use super::error::ManagementError;
use super::moment;
use super::payload::{self, Kind, Object, Property, property};
use crate::store::password::PasswordHash;
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// What a person can be created with.
pub(crate) const PROPERTIES: &[Property] = &[
    property("connection", Kind::Name, "Name of the connection this user should be created in"),
    property("user_id", Kind::Name, "The external user's id provided by the identity provider"),
    property("email", Kind::Name, "The user's email"),
    property("email_verified", Kind::Flag, "Whether this email address is verified"),
    property("password", Kind::Text, "Initial password for this user"),
    property("name", Kind::Name, "The user's full name"),
    property("given_name", Kind::Name, "The user's given name(s)"),
    property("middle_name", Kind::Name, "The user's middle name(s)"),
    property("family_name", Kind::Name, "The user's family name(s)"),
    property("nickname", Kind::Name, "The user's nickname"),
    property(
        "phone_number",
        Kind::Name,
        "The user's phone number (following the E.164 recommendation)",
    ),
    property(
        "user_metadata",
        Kind::AnyObject,
        "User metadata to which this user has read/write access",
    ),
    property(
        "app_metadata",
        Kind::AnyObject,
        "User metadata to which this user has read-only access",
    ),
    property("picture", Kind::Text, "A URI pointing to the user's picture"),
    property("blocked", Kind::Flag, "Whether this user was blocked by an administrator"),
];

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
    payload::check(&given, PROPERTIES, &["connection", "email", "password"])?;
    let new: NewUser = payload::typed(given)?;
    if tenant.connections.find(&new.connection).await.is_none() {
        return Err(ManagementError::InvalidBody("The connection does not exist".to_owned()));
    }
    let id = new.user_id.unwrap_or_else(|| random::hexadecimal(24));
    let local_part = new.email.split('@').next().unwrap_or_default().to_owned();
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
        nickname: new.nickname.unwrap_or(local_part),
        picture: new.picture.unwrap_or_else(|| tenant.issuer.at("assets/mark.svg")),
        created_at: now.clone(),
        updated_at: now,
        blocked: new.blocked,
        password: Some(PasswordHash::of(new.password.expose())),
        has_button: false,
        email: new.email,
    };
    tenant.users.insert(user.clone()).await.map_err(|_| ManagementError::UserExists)?;
    Ok(user)
}
