//! People as the Management API shows them.

use serde_json::{Map, Value, json};

use crate::store::users::User;

/// The person with what there is of them: no property is empty, and no secret among them.
pub(super) fn show(user: &User) -> Value {
    let has_email = !user.email.is_empty();
    let shown = [
        ("user_id", json!(user.user_id)),
        ("email", json!(has_email.then_some(&user.email))),
        ("email_verified", json!(has_email.then_some(user.email_verified))),
        ("name", json!(user.name)),
        ("given_name", json!(user.given_name)),
        ("middle_name", json!(user.middle_name)),
        ("family_name", json!(user.family_name)),
        ("nickname", json!(user.nickname)),
        ("phone_number", json!(user.phone_number)),
        ("picture", json!(user.picture)),
        ("identities", json!([user.identity()])),
        ("user_metadata", metadata(&user.user_metadata)),
        ("app_metadata", metadata(&user.app_metadata)),
        ("blocked", json!(user.blocked.then_some(true))),
        ("created_at", json!(user.created_at)),
        ("updated_at", json!(user.updated_at)),
        ("last_login", json!(user.last_login)),
        ("last_ip", json!(user.last_ip)),
        ("logins_count", json!((user.logins_count > 0).then_some(user.logins_count))),
    ];
    let shown = shown.into_iter().filter(|(_, value)| !value.is_null());
    shown.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

fn metadata(metadata: &Map<String, Value>) -> Value {
    if metadata.is_empty() { Value::Null } else { metadata.clone().into() }
}
