//! What a provider issues, read as providers write it ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).

use serde_json::{Map, Value};
use wire::scope::ScopeSet;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

const A_DAY: u64 = 24 * 3600;

const TEN_YEARS: u64 = 3653 * A_DAY;

/// The tokens of a provider.
#[derive(Clone, Debug)]
pub(crate) struct UpstreamTokens {
    pub(crate) access_token: Secret,
    /// Seconds that the access token lives; `None` when the provider sets no end, as GitHub does.
    pub(crate) expires_in: Option<u64>,
    /// A new one after a refresh takes the place of the one before.
    pub(crate) refresh_token: Option<Secret>,
    /// Seconds that the refresh token lives, where the provider says so.
    pub(crate) refresh_token_expires_in: Option<u64>,
    /// What was granted; `None` when that is what was asked for.
    pub(crate) scope: Option<ScopeSet>,
}

impl UpstreamTokens {
    /// When the access token is to be renewed, or given up where nothing can renew it. Of one whose end the provider does
    /// not tell, the end is ours to set: a day where there is a refresh token, and never as far as anybody here will see
    /// where there is none.
    pub(crate) fn expires_at(&self, now: Timestamp, is_renewable: bool) -> Timestamp {
        let unsaid = if is_renewable { A_DAY } else { TEN_YEARS };
        now.plus(self.expires_in.unwrap_or(unsaid))
    }

    /// `None` without an access token.
    pub(super) fn read(members: &Map<String, Value>) -> Option<Self> {
        Some(Self {
            access_token: secret(members.get("access_token"))?,
            expires_in: members.get("expires_in").and_then(seconds),
            refresh_token: secret(members.get("refresh_token")),
            refresh_token_expires_in: members.get("refresh_token_expires_in").and_then(seconds),
            scope: members.get("scope").and_then(scope),
        })
    }
}

fn secret(value: Option<&Value>) -> Option<Secret> {
    let text = value?.as_str()?;
    (!text.is_empty()).then(|| text.into())
}

/// A number, or its text: forms know nothing else, and some write it in JSON too.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// RFC 6749 §3.3 separates by spaces, GitHub and others by commas, and some send a list.
fn scope(value: &Value) -> Option<ScopeSet> {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split([' ', ',']).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    match value {
        Value::String(text) => Some(parts(text).into_iter().collect()),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Option<UpstreamTokens> {
        UpstreamTokens::read(value.as_object().unwrap())
    }

    #[test]
    fn googles_answer_is_read() {
        let tokens = read(&json!({
            "access_token": "ya29.a",
            "expires_in": 3599,
            "refresh_token": "1//r",
            "refresh_token_expires_in": 604_799,
            "scope": "openid https://www.googleapis.com/auth/calendar.events",
            "token_type": "Bearer",
        }))
        .unwrap();

        assert_eq!(tokens.access_token.expose(), "ya29.a");
        assert_eq!(tokens.expires_in, Some(3599));
        assert_eq!(tokens.refresh_token, Some("1//r".into()));
        assert_eq!(tokens.refresh_token_expires_in, Some(604_799));
        let scope = "openid https://www.googleapis.com/auth/calendar.events";
        assert_eq!(tokens.scope, Some(ScopeSet::from(scope)));
    }

    #[test]
    fn githubs_answer_has_no_end_and_commas() {
        let github =
            json!({ "access_token": "gho_a", "scope": "repo,user:email", "token_type": "bearer" });
        let tokens = read(&github).unwrap();

        assert_eq!((tokens.expires_in, &tokens.refresh_token), (None, &None));
        assert_eq!(tokens.scope, Some(ScopeSet::from("repo user:email")));
        let (now, year) = (Timestamp::from_epoch(1_000_000), 365 * A_DAY);
        assert!(tokens.expires_at(now, false) > now.plus(year));
        assert_eq!(tokens.expires_at(now, true), now.plus(A_DAY));
    }

    #[test]
    fn what_is_left_out_or_odd_is_left_out() {
        let tokens = read(&json!({
            "access_token": "a",
            "expires_in": "3600",
            "refresh_token": "",
            "refresh_token_expires_in": -1,
            "scope": ["a", 7, "b"],
        }))
        .unwrap();

        assert_eq!(tokens.expires_in, Some(3600));
        assert_eq!((tokens.refresh_token, tokens.refresh_token_expires_in), (None, None));
        assert_eq!(tokens.scope, Some(ScopeSet::from("a b")));
    }

    #[test]
    fn without_an_access_token_there_are_none() {
        for members in [json!({}), json!({ "access_token": "" }), json!({ "access_token": 7 })] {
            assert!(read(&members).is_none(), "{members}");
        }
    }
}
