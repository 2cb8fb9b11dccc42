//! What a PATCH changes of a person (MG-8/3).

use serde_json::Value;
use wire::ids::{ConnectionName, UserId};
use wire::secret::Secret;

use super::{rules, schema};
use crate::management::error::ManagementError;
use crate::management::moment;
use crate::management::payload::{self, Object};
use crate::store::connections::DATABASE;
use crate::store::password::PasswordHash;
use crate::store::users::{User, UserExists};
use crate::tenant::State as Tenant;

/// By what people log in: one of these is changed at a time.
const CREDENTIALS: &[&str] = &["email", "password"];

/// What a provider says of its people at each login, so that nobody else can.
const OF_THE_PROVIDER: &[&str] = &[
    "email",
    "password",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "phone_number",
];

/// Changes a person. Metadata are merged, property by property; everything else is replaced.
pub(super) async fn update(
    tenant: &Tenant,
    id: &UserId,
    given: Object,
) -> Result<User, ManagementError> {
    payload::check(&given, schema::PATCHABLE, &[])?;
    payload::check_not_empty(&given)?;
    let (first, second) = (CREDENTIALS[0], CREDENTIALS[1]);
    if given.contains_key(first) && given.contains_key(second) {
        let message = format!("Cannot update {first} and {second} simultaneously");
        return Err(ManagementError::InvalidBody(message));
    }
    let password = given.get("password").and_then(Value::as_str).map(Secret::from);
    if let Some(password) = &password {
        rules::check_password(password)?;
    }
    let password = password.map(|password| PasswordHash::of(password.expose()));
    let now = moment::iso8601(tenant.clock.now());
    let change = |user: &User| {
        check_applies_to(user, &given)?;
        let mut changed = User { updated_at: now, ..user.clone() };
        if password.is_some() {
            changed.password = password;
        }
        apply(tenant, &mut changed, given);
        Ok(changed)
    };
    tenant.users.update(id, change).await.ok_or(ManagementError::UnknownUser)?
}

impl From<UserExists> for ManagementError {
    fn from(UserExists: UserExists) -> Self {
        Self::EmailTaken
    }
}

/// Refuses what is not to be said of people of their connection.
fn check_applies_to(user: &User, given: &Object) -> Result<(), ManagementError> {
    let connection = given.get("connection").and_then(Value::as_str);
    if let Some(connection) = connection.map(ConnectionName::from)
        && connection != user.connection
    {
        let message = format!("The user has no identity of the connection {connection}");
        return Err(ManagementError::InvalidBody(message));
    }
    if user.strategy() == DATABASE {
        return Ok(());
    }
    let of_the_provider = |name: &&String| OF_THE_PROVIDER.contains(&name.as_str());
    let fixed: Vec<String> = given.keys().filter(of_the_provider).cloned().collect();
    if fixed.is_empty() {
        return Ok(());
    }
    Err(ManagementError::FixedByProvider { fixed, connection: user.connection.clone() })
}

fn apply(tenant: &Tenant, user: &mut User, given: Object) {
    let had = user.email.clone();
    let is_verified = given.get("email_verified").and_then(Value::as_bool);
    for (name, value) in given {
        let text = || value.as_str().map(str::to_owned);
        match name.as_str() {
            "email" => user.email = text().unwrap_or_default(),
            "name" => user.name = text().unwrap_or_else(|| user.email.clone()),
            "given_name" => user.given_name = text(),
            "middle_name" => user.middle_name = text(),
            "family_name" => user.family_name = text(),
            "nickname" => user.nickname = text().unwrap_or_else(|| rules::local_part(&user.email)),
            "phone_number" => user.phone_number = text(),
            "picture" => user.picture = text().unwrap_or_else(|| rules::default_picture(tenant)),
            "blocked" => user.blocked = value.as_bool().unwrap_or_default(),
            "user_metadata" => merge(&mut user.user_metadata, value),
            "app_metadata" => merge(&mut user.app_metadata, value),
            // The connection and the client are those of the request, the password is hashed, and no mail is sent.
            _ => {}
        }
    }
    // Nobody has shown yet that a new address is theirs.
    let is_new = !had.eq_ignore_ascii_case(&user.email);
    user.email_verified = is_verified.unwrap_or(user.email_verified && !is_new);
}

/// Puts properties in place, takes those away that are `null`; an empty object takes all away.
fn merge(metadata: &mut Object, given: Value) {
    let Value::Object(given) = given else { return };
    if given.is_empty() {
        metadata.clear();
    }
    *metadata = payload::overlay(metadata, given);
}
