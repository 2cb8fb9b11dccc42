//! Providers and their permissions, in plain words.

use wire::my_account::AvailableConnection;

/// What a person calls the accounts of a connection: by the kind of provider, where we know it.
///
/// ```
/// use spa::provider::name;
///
/// assert_eq!(name("google-oauth2", &[]), "Google Calendar");
/// assert_eq!(name("our-own", &[]), "our-own");
/// ```
#[must_use]
pub fn name<'a>(connection: &'a str, known: &[AvailableConnection]) -> &'a str {
    let strategy = known.iter().find(|known| known.name.as_str() == connection);
    match strategy.map_or(connection, |known| known.strategy.as_str()) {
        "google-oauth2" => "Google Calendar",
        "github" => "GitHub",
        _ => connection,
    }
}

/// What a permission allows; `None` for one that we do not know, which its technical name tells.
#[must_use]
pub fn words(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "Know which account it is",
        "email" => "See your email address",
        "profile" => "See your name and picture",
        "offline_access" => "Stay connected while you are away",
        "https://www.googleapis.com/auth/calendar.events" => "See and change events",
        "https://www.googleapis.com/auth/calendar.events.readonly" => "See events only",
        "read:user" => "See your profile",
        "user:email" => "See your email addresses",
        "repo" => "See and change your repositories",
        _ => return None,
    })
}

/// Whether the tenant asks for it in any case: to know whose account it is, and to use it later.
#[must_use]
pub fn is_required(scope: &str) -> bool {
    matches!(scope, "openid" | "email" | "profile" | "offline_access")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_of_another_name_is_called_by_its_provider() {
        let known = |strategy: &str| {
            [AvailableConnection {
                name: "work".into(),
                strategy: strategy.to_owned(),
                scopes: Vec::new(),
            }]
        };
        assert_eq!(name("work", &known("google-oauth2")), "Google Calendar");
        assert_eq!(name("work", &known("github")), "GitHub");
        assert_eq!(name("work", &known("oauth2")), "work");
        assert_eq!(name("github", &known("oauth2")), "GitHub");
    }

    #[test]
    fn an_unknown_permission_has_no_words() {
        assert_eq!(words("openid"), Some("Know which account it is"));
        assert_eq!(words("calendar"), None);
    }
}
