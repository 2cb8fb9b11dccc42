//! Request parameters, of which each may stand once ([RFC 6749 §3.1, §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// How many parameters one request may have: no request of ours comes near.
const AT_MOST: usize = 100;

/// The parameters of one request, from a query, a form body or a JSON object.
///
/// ```
/// use wire::parameters::{Parameters, ParameterError};
///
/// let parameters = Parameters::from_form(b"code=abc&state=x+y&empty=")?;
/// assert_eq!(parameters.get("state"), Some("x y"));
/// assert_eq!(parameters.get("empty"), None, "a parameter without a value counts as left out (§3.1)");
/// assert_eq!(Parameters::from_form(b"code=a&code=b").unwrap_err(), ParameterError::Repeated("code".to_owned()));
/// # Ok::<(), ParameterError>(())
/// ```
#[derive(Clone, Default)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`, which is also how a query is written.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Repeated`] names a parameter that stands twice (SC-1/5); [`ParameterError::TooMany`] when there are
    /// more than a hundred.
    pub fn from_form(bytes: &[u8]) -> Result<Self, ParameterError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            let name = name.into_owned();
            if parameters.contains_key(&name) {
                return Err(ParameterError::Repeated(name));
            }
            if parameters.len() == AT_MOST {
                return Err(ParameterError::TooMany);
            }
            parameters.insert(name, value.into_owned());
        }
        Ok(Self(parameters))
    }

    /// Reads a JSON object. Numbers and booleans are taken as their text; `null` counts as left out; other members,
    /// which no parameter of ours is, are ignored.
    ///
    /// # Errors
    ///
    /// [`ParameterError::NotAnObject`] when the bytes are no JSON object, [`ParameterError::Repeated`] when a member stands
    /// twice, [`ParameterError::TooMany`] when it has more than
    /// a hundred members.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ParameterError> {
        let Members(members) =
            serde_json::from_slice(bytes).map_err(|_| ParameterError::NotAnObject)?;
        if members.len() > AT_MOST {
            return Err(ParameterError::TooMany);
        }
        let mut names = BTreeSet::new();
        if let Some((name, _)) = members.iter().find(|(name, _)| !names.insert(name)) {
            return Err(ParameterError::Repeated(name.clone()));
        }
        let text = |value| match value {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Number(number) => Some(number.to_string()),
            serde_json::Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        };
        Ok(Self(
            members.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect(),
        ))
    }

    /// The parameter's value; `None` when it is missing or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a parameter that needs no value is there, and is not said to be `false`.
    #[must_use]
    pub fn has_flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value != "false")
    }

    /// The parameter's value as owned text of whatever type holds it.
    #[must_use]
    pub fn parse<T: From<String>>(&self, name: &str) -> Option<T> {
        self.get(name).map(|value| T::from(value.to_owned()))
    }

    /// The same parameters without those of these names.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// The same parameters with one of this name and value, in place of another that it had.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// All parameters that have a value, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(_, value)| !value.is_empty())
    }
}

/// All members of a JSON object, also those with the same name, of which readers disagree which one counts
/// ([RFC 8259 §4](https://www.rfc-editor.org/rfc/rfc8259#section-4)).
struct Members(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(member) = map.next_entry()? {
            self.0.push(member);
        }
        Ok(self)
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why bytes are not a request's parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A parameter stands more than once.
    #[error("Parameter {0} must not be repeated")]
    Repeated(String),
    /// The body says that it is JSON and is no JSON object.
    #[error("The body is not a JSON object")]
    NotAnObject,
    /// No request needs that many.
    #[error("There are too many parameters")]
    TooMany,
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests {
    use super::*;

    /// TK-1/2.
    #[test]
    fn a_member_that_stands_twice_is_refused() {
        let twice = br#"{"code":"a","state":"x","code":"b"}"#;
        let refused = Parameters::from_json(twice).unwrap_err();
        assert_eq!(refused, ParameterError::Repeated("code".to_owned()));
    }

    #[test]
    fn more_parameters_than_any_request_needs_are_refused() {
        let form = |count: usize| {
            (0..count).map(|number| format!("p{number}=x")).collect::<Vec<_>>().join("&")
        };
        let json = |count: usize| {
            let members = (0..count).map(|number| format!("\"p{number}\":1")).collect::<Vec<_>>();
            format!("{{{}}}", members.join(","))
        };

        assert!(Parameters::from_form(form(AT_MOST).as_bytes()).is_ok());
        assert!(Parameters::from_json(json(AT_MOST).as_bytes()).is_ok());
        for refused in [
            Parameters::from_form(form(AT_MOST + 1).as_bytes()),
            Parameters::from_json(json(AT_MOST + 1).as_bytes()),
        ] {
            assert_eq!(refused.unwrap_err(), ParameterError::TooMany);
        }
    }
}
