//! Who somebody is at a provider, in the words of OpenID Connect
//! ([Core §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)), of GitHub, and of those who
//! follow neither.

use serde_json::{Map, Value};

/// What the tenant takes over of a provider's description.
#[derive(Debug)]
pub(crate) struct Profile {
    /// The person's id at the provider.
    pub(crate) sub: String,
    pub(crate) name: Option<String>,
    pub(crate) nickname: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) picture: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
}

impl Profile {
    /// `None` when nothing says which person this is.
    pub(super) fn read(members: &Map<String, Value>) -> Option<Self> {
        let first = |names: &[&str]| names.iter().find_map(|name| text(members.get(*name)?));
        let is_true = |name| match members.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        Some(Self {
            sub: first(&["sub", "id", "user_id"])?,
            name: first(&["name", "login"]),
            nickname: first(&["nickname", "login", "preferred_username"]),
            given_name: first(&["given_name"]),
            family_name: first(&["family_name"]),
            picture: first(&["picture", "avatar_url"]),
            email: first(&["email"]),
            email_verified: is_true("email_verified") || is_true("verified_email"),
        })
    }
}

/// Text, or a whole number as ids are at GitHub.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Option<Profile> {
        Profile::read(value.as_object().unwrap())
    }

    #[test]
    fn githubs_profile_is_read() {
        let profile = read(&json!({
            "id": 583_231,
            "login": "grace",
            "name": null,
            "avatar_url": "https://avatars.example/1",
            "email": null,
        }))
        .unwrap();

        assert_eq!(profile.sub, "583231");
        assert_eq!(
            (profile.name.as_deref(), profile.nickname.as_deref()),
            (Some("grace"), Some("grace"))
        );
        assert_eq!(profile.picture.as_deref(), Some("https://avatars.example/1"));
        assert_eq!((profile.email, profile.email_verified), (None, false));
    }

    #[test]
    fn sub_comes_before_id_and_id_before_user_id() {
        let all = json!({ "sub": "a", "id": "b", "user_id": "c", "email_verified": "true" });
        let profile = read(&all).unwrap();
        assert_eq!((profile.sub.as_str(), profile.email_verified), ("a", true));
        assert_eq!(read(&json!({ "id": "b", "user_id": "c" })).unwrap().sub, "b");
        assert_eq!(read(&json!({ "user_id": "c" })).unwrap().sub, "c");
    }

    #[test]
    fn somebody_without_an_id_is_nobody() {
        for members in [json!({}), json!({ "sub": "" }), json!({ "id": 1.5 }), json!({ "id": {} })]
        {
            assert!(read(&members).is_none(), "{members}");
        }
    }
}
