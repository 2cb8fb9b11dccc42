//! The scopes that the provider knows, and what they mean to a person.

use wire::google_calendar::{EVENTS_READONLY_SCOPE, EVENTS_SCOPE};
use wire::scope::ScopeSet;

/// To know who the person is ([OIDC Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
pub(crate) const OPENID: &str = "openid";

/// To know the person's email address (OIDC Core §5.4).
pub(crate) const EMAIL: &str = "email";

/// To know the person's name (OIDC Core §5.4).
pub(crate) const PROFILE: &str = "profile";

/// Every scope of Google's that is known here.
pub(crate) const ALL: [&str; 5] = [OPENID, EMAIL, PROFILE, EVENTS_SCOPE, EVENTS_READONLY_SCOPE];

/// Every scope of GitHub's that is known here.
pub(crate) const GITHUB: [&str; 7] =
    ["read:user", "user:email", "user", "repo", "public_repo", "read:org", "gist"];

/// Whether a token with this scope says which email address its person has.
pub(crate) fn shows_email(scope: &ScopeSet) -> bool {
    scope.contains("user:email") || scope.contains("user")
}

/// The scope in plain words, which continue "It may then"; `None` for one that is not ours.
pub(crate) fn in_plain_words(scope: &str) -> Option<&'static str> {
    match scope {
        OPENID => Some("Recognise you when you come back"),
        EMAIL => Some("See your email address"),
        PROFILE => Some("See your name"),
        EVENTS_SCOPE => Some("See, add, change and delete events of your calendar"),
        EVENTS_READONLY_SCOPE => Some("See the events of your calendar"),
        "read:user" => Some("See your profile"),
        "user:email" => Some("See your email addresses"),
        "user" => Some("See and change your profile and your email addresses"),
        "repo" => Some("See and change all your repositories"),
        "public_repo" => Some("See and change your public repositories"),
        "read:org" => Some("See your organizations and teams"),
        "gist" => Some("See and write your gists"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_words() {
        assert!(ALL.into_iter().chain(GITHUB).all(|scope| in_plain_words(scope).is_some()));
        assert_eq!(in_plain_words("https://www.googleapis.com/auth/drive"), None);
    }
}
