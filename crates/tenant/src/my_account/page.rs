//! Lists in pages, by `take` and `from` (CA-2.4).

use std::ops::RangeInclusive;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::form_urlencoded;
use wire::ids::ConnectionName;
use wire::my_account::ValidationError;

use super::error::MyAccountError;

/// How many items a page has unless the request says otherwise.
const USUAL: usize = 10;

/// How many it may have.
const TAKE: RangeInclusive<usize> = 1..=20;

/// How many connections a list may be narrowed down to.
const CONNECTIONS: usize = 20;

/// What the query of a list says. Parameters that mean nothing here are ignored.
pub(super) struct ListQuery {
    take: usize,
    /// The key of the last item of the page before.
    after: Option<String>,
    /// The connections that are asked for; none means all.
    pub(super) connections: Vec<ConnectionName>,
}

impl ListQuery {
    /// The page of the items, each with the key that it is sorted by, and the `from` of the next one. What was removed
    /// or added since the page before moves nothing.
    pub(super) fn page_of<T>(&self, mut items: Vec<(String, T)>) -> (Vec<T>, Option<String>) {
        if let Some(after) = &self.after {
            items.retain(|(key, _)| key > after);
        }
        items.sort_by(|(one, _), (other, _)| one.cmp(other));
        let has_more = items.len() > self.take;
        items.truncate(self.take);
        let next = items.last().filter(|_| has_more).map(|(key, _)| URL_SAFE_NO_PAD.encode(key));
        (items.into_iter().map(|(_, item)| item).collect(), next)
    }

    fn read(query: &str) -> Result<Self, Vec<ValidationError>> {
        let mut errors = Vec::new();
        let (mut takes, mut froms, mut connections) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "take" => takes.push(value.into_owned()),
                "from" => froms.push(value.into_owned()),
                "connection" => connections.push(ConnectionName::from(value)),
                _ => {}
            }
        }
        let take = match takes.as_slice() {
            [] => Some(USUAL),
            [text] => text.parse().ok().filter(|take| TAKE.contains(take)),
            _ => None,
        };
        if take.is_none() {
            errors.push(invalid("take", "must be one integer from 1 to 20"));
        }
        let after = match froms.as_slice() {
            [] => Some(None),
            [text] => key(text).map(Some),
            _ => None,
        };
        if after.is_none() {
            errors.push(invalid("from", "must be the next of an earlier page"));
        }
        if connections.len() > CONNECTIONS {
            errors.push(invalid("connection", "must not be there more than 20 times"));
        }
        match (take, after) {
            (Some(take), Some(after)) if errors.is_empty() => Ok(Self { take, after, connections }),
            _ => Err(errors),
        }
    }
}

/// The key that a `from` stands for.
fn key(from: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(from).ok()?).ok()
}

fn invalid(name: &str, detail: &str) -> ValidationError {
    ValidationError {
        detail: detail.to_owned(),
        field: Some(name.to_owned()),
        pointer: None,
        source: Some("query".to_owned()),
    }
}

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = MyAccountError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Self::read(parts.uri.query().unwrap_or_default()).map_err(MyAccountError::Invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(keys: &[&'static str]) -> Vec<(String, &'static str)> {
        keys.iter().map(|key| ((*key).to_owned(), *key)).collect()
    }

    /// CA-2.4/2: what comes and goes between two pages is neither skipped nor told twice.
    #[test]
    fn pages_go_on_where_the_last_one_ended() {
        let first = ListQuery::read("take=2").unwrap();
        let (page, next) = first.page_of(items(&["c", "a", "d", "b"]));
        assert_eq!(page, ["a", "b"]);

        let second = ListQuery::read(&format!("take=2&from={}", next.unwrap())).unwrap();
        assert_eq!(second.page_of(items(&["a", "aa", "c", "d"])), (vec!["c", "d"], None));
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let fields = |query: &str| {
            let errors = ListQuery::read(query).err().unwrap_or_default();
            errors.into_iter().filter_map(|error| error.field).collect::<Vec<_>>()
        };
        for take in ["0", "21", "-1", "x", "", "1&take=1", "99999999999999999999999"] {
            assert_eq!(fields(&format!("take={take}")), ["take"], "{take}");
        }
        let connections = vec!["connection=a"; 21].join("&");
        assert_eq!(fields(&format!("from=!&{connections}&take=x")), ["take", "from", "connection"]);
        assert!(fields(&format!("other=1&{}", vec!["connection=a"; 20].join("&"))).is_empty());
    }
}
