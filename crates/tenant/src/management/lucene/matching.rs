//! Whether an object is what a query asks for.

use serde_json::{Map, Value};

use super::{Bound, Pattern, Query};

/// What is to be known of the fields of objects that are searched.
pub(crate) struct Fields {
    /// Those that a value without a field is searched in.
    pub(crate) usual: &'static [&'static str],
    /// Those in which upper and lower case are the same.
    pub(crate) folded: &'static [&'static str],
}

impl Query {
    pub(crate) fn matches(&self, object: &Map<String, Value>, fields: &Fields) -> bool {
        match self {
            Self::All(queries) => queries.iter().all(|query| query.matches(object, fields)),
            Self::Any(queries) => queries.iter().any(|query| query.matches(object, fields)),
            Self::Not(query) => !query.matches(object, fields),
            Self::Exists(field) => !values(object, field).is_empty(),
            Self::Is(Some(field), pattern) => {
                let is_folded = fields.folded.contains(&field.as_str());
                let values = values(object, field);
                values.iter().any(|value| pattern.matches(&text(value), is_folded))
            }
            Self::Is(None, pattern) => {
                let values = fields.usual.iter().flat_map(|field| values(object, field));
                values.map(text).any(|text| {
                    let mut words = text.split(|c: char| !c.is_alphanumeric());
                    pattern.matches(&text, true) || words.any(|word| pattern.matches(word, true))
                })
            }
            Self::Between(field, least, most) => values(object, field)
                .iter()
                .any(|value| least.is_at_most(value) && most.is_at_least(value)),
        }
    }
}

/// The scalars at the end of a path with dots; lists on the way are no part of it. A property's own name may have dots.
fn values<'a>(object: &'a Map<String, Value>, path: &str) -> Vec<&'a Value> {
    if let Some(value) = object.get(path) {
        return scalars(value);
    }
    let dots = path.match_indices('.').map(|(index, _)| path.split_at(index));
    dots.filter_map(|(name, rest)| Some((object.get(name)?, &rest[1..])))
        .flat_map(|(value, rest)| inside(value, rest))
        .collect()
}

fn inside<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    match value {
        Value::Object(object) => values(object, path),
        Value::Array(items) => items.iter().flat_map(|item| inside(item, path)).collect(),
        _ => Vec::new(),
    }
}

/// Empty lists, objects and `null` are not indexed; of an object its paths are.
fn scalars(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(scalars).collect(),
        Value::Object(object) => object.values().flat_map(scalars).collect(),
        scalar => vec![scalar],
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Pattern {
    fn matches(&self, text: &str, is_folded: bool) -> bool {
        if !is_folded {
            return matches(&self.0, text);
        }
        let parts: Vec<String> = self.0.iter().map(|part| part.to_lowercase()).collect();
        matches(&parts, &text.to_lowercase())
    }
}

fn matches(parts: &[String], text: &str) -> bool {
    let [first, between @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in between {
        let Some((_, after)) = rest.split_once(part.as_str()) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

impl Bound {
    fn is_at_most(&self, value: &Value) -> bool {
        self.value.as_ref().is_none_or(|bound| match compare(value, bound) {
            // All of a day that is left out is left out.
            Some(Order::Within | Order::Equal) => self.is_inclusive,
            Some(Order::Greater) => true,
            Some(Order::Less) | None => false,
        })
    }

    fn is_at_least(&self, value: &Value) -> bool {
        self.value.as_ref().is_none_or(|bound| match compare(value, bound) {
            Some(Order::Within | Order::Equal) => self.is_inclusive,
            Some(Order::Less) => true,
            Some(Order::Greater) | None => false,
        })
    }
}

/// How a value is to a bound.
enum Order {
    Less,
    Equal,
    /// A moment of the day, or of the year, that the bound is.
    Within,
    Greater,
}

/// Numbers by their size, texts letter by letter, which for moments of ISO 8601 is by their age.
fn compare(value: &Value, bound: &str) -> Option<Order> {
    let ordering = match value {
        Value::Number(number) => number.as_f64()?.partial_cmp(&bound.parse::<f64>().ok()?)?,
        Value::String(text) if text != bound && text.starts_with(bound) => {
            return Some(Order::Within);
        }
        Value::String(text) => text.as_str().cmp(bound),
        _ => return None,
    };
    Some(match ordering {
        std::cmp::Ordering::Less => Order::Less,
        std::cmp::Ordering::Equal => Order::Equal,
        std::cmp::Ordering::Greater => Order::Greater,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse;
    use super::*;

    const FIELDS: Fields = Fields { usual: &["email", "name"], folded: &["email", "name"] };

    fn ada() -> Value {
        json!({
            "email": "ada@example.com", "email.domain": "example.com", "name": "Ada Lovelace",
            "identities": [{ "connection": "db", "isSocial": false }],
            "app_metadata": { "plan": { "name": "Gold" }, "seats": 12, "tags": ["a", "b"], "none": [] },
            "addresses": [{ "city": "Paris" }, { "city": "Rome" }],
            "created_at": "2026-02-11T08:00:00.000Z", "blocked": true,
        })
    }

    fn finds(query: &str) -> bool {
        let Value::Object(ada) = ada() else { return false };
        parse(query).unwrap().matches(&ada, &FIELDS)
    }

    #[test]
    fn values_are_found_by_their_paths() {
        for query in [
            "email:ADA@example.com",
            "email.domain:example.com",
            "identities.connection:db",
            "identities.isSocial:false",
            "app_metadata.plan.name:Gold",
            "app_metadata.tags:b",
            "addresses.city:Paris AND addresses.city:Rome",
            "blocked:true",
            "_exists_:app_metadata.seats",
            "_exists_:app_metadata",
            "lovelace",
            "ada",
            "love*",
            r#""ada lovelace""#,
            "name:*lace",
            "name:a*love*ce",
            "email:(nobody OR ada@example.com)",
        ] {
            assert!(finds(query), "{query}");
        }
        for query in [
            "app_metadata.plan.name:gold",
            "name:ada",
            "_exists_:app_metadata.none",
            "_exists_:phone",
            "Gold",
            "name:ada*ada*",
            "blocked:false",
            "NOT blocked:true",
            "identities:nothing",
            "name:*",
        ] {
            assert_eq!(finds(query), query == "name:*", "{query}");
        }
    }

    #[test]
    fn ranges_are_of_numbers_and_of_moments() {
        for (query, expected) in [
            ("app_metadata.seats:[12 TO 12]", true),
            ("app_metadata.seats:{12 TO *]", false),
            ("app_metadata.seats:[2 TO 100}", true),
            ("created_at:[2026-02-11 TO *]", true),
            ("created_at:{2026-02-11 TO *]", false),
            ("created_at:[* TO 2026-02-11]", true),
            ("created_at:[* TO 2026-02-11}", false),
            ("created_at:[2026-02-11T07:00:00Z TO 2026-02-11T09:00:00Z]", true),
            ("created_at:[2025 TO 2025]", false),
            ("blocked:[a TO z]", false),
        ] {
            assert_eq!(finds(query), expected, "{query}");
        }
    }
}
