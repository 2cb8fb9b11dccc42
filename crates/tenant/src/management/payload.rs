//! Bodies, held against the properties that an object can have (management-api.md §2, MG-2/16 to MG-2/20).

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::ManagementError;

/// A property of an object.
#[derive(Clone, Copy)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What Auth0's schema says of it; stands in error messages.
    pub(crate) description: &'static str,
}

/// What a property's value can be.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// Text of at least one character without `<` and `>`.
    Name,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or `null`.
    WordOrNull(&'static [&'static str]),
    /// A list of texts.
    Texts,
    Flag,
    /// A whole number between these two.
    Number(u64, u64),
    /// An object with these properties.
    Object(&'static [Property]),
    /// Such an object, or `null`.
    ObjectOrNull(&'static [Property]),
    /// A list of such objects.
    Objects(&'static [Property]),
    /// Any object: its content means nothing here.
    AnyObject,
}

/// Shorthand for the tables of properties.
pub(crate) const fn property(
    name: &'static str,
    kind: Kind,
    description: &'static str,
) -> Property {
    Property { name, kind, description }
}

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// A request body that is a JSON object.
pub(crate) struct Body(pub(crate) Object);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ManagementError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let unreadable =
            || ManagementError::InvalidBody("Invalid request payload JSON format".to_owned());
        let bytes = Bytes::from_request(request, state).await.map_err(|_| unreadable())?;
        match serde_json::from_slice(&bytes).map_err(|_| unreadable())? {
            Value::Object(object) => Ok(Self(object)),
            other => Err(problem(&mismatch("object", &other), None)),
        }
    }
}

/// Refuses properties that are unknown, missing or of the wrong kind, in that order.
pub(crate) fn check(
    object: &Object,
    properties: &[Property],
    required: &[&str],
) -> Result<(), ManagementError> {
    check_at("", "", object, properties)?;
    match required.iter().find(|name| !object.contains_key(**name)) {
        Some(name) => Err(problem(&format!("Missing required property: {name}"), None)),
        None => Ok(()),
    }
}

fn check_at(
    path: &str,
    description: &str,
    object: &Object,
    properties: &[Property],
) -> Result<(), ManagementError> {
    let find = |name: &String| properties.iter().find(|property| property.name == *name);
    let unknown: Vec<&str> =
        object.keys().filter(|name| find(name).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(additional(&unknown, (!path.is_empty()).then_some((path, description))));
    }
    for (name, value) in object {
        if let Some(property) = find(name) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            check_value(&path, property, value)?;
        }
    }
    Ok(())
}

fn check_value(path: &str, property: &Property, value: &Value) -> Result<(), ManagementError> {
    let at = Some((path, property.description));
    let wrong = |expected| Err(problem(&mismatch(expected, value), at));
    match (&property.kind, value) {
        (Kind::Name, Value::String(text)) if text.is_empty() => {
            Err(problem("String is too short (0 chars), minimum 1", at))
        }
        (Kind::Name, Value::String(text)) if text.contains(['<', '>']) => {
            Err(problem("String does not match pattern: ^[^<>]+$", at))
        }
        (Kind::Word(words) | Kind::WordOrNull(words), Value::String(text))
            if !words.contains(&text.as_str()) =>
        {
            Err(problem(&format!("No enum match for: {text}"), at))
        }
        (Kind::Texts, Value::Array(items)) => match items.iter().find(|item| !item.is_string()) {
            Some(item) => Err(problem(&mismatch("string", item), at)),
            None => Ok(()),
        },
        (Kind::Number(least, most), Value::Number(number)) => match number.as_u64() {
            Some(number) if (*least..=*most).contains(&number) => Ok(()),
            _ => Err(problem(&format!("Value {number} is not between {least} and {most}"), at)),
        },
        (Kind::Object(properties) | Kind::ObjectOrNull(properties), Value::Object(object)) => {
            check_at(path, property.description, object, properties)
        }
        (Kind::Objects(properties), Value::Array(items)) => {
            items.iter().enumerate().try_for_each(|(index, item)| match item {
                Value::Object(object) => {
                    check_at(&format!("{path}[{index}]"), property.description, object, properties)
                }
                other => Err(problem(&mismatch("object", other), at)),
            })
        }
        (Kind::Text | Kind::Name | Kind::Word(_) | Kind::WordOrNull(_), Value::String(_))
        | (Kind::WordOrNull(_) | Kind::ObjectOrNull(_), Value::Null)
        | (Kind::Flag, Value::Bool(_))
        | (Kind::AnyObject, Value::Object(_)) => Ok(()),
        (Kind::Text | Kind::Name | Kind::Word(_) | Kind::WordOrNull(_), _) => wrong("string"),
        (Kind::Flag, _) => wrong("boolean"),
        (Kind::Number(..), _) => wrong("integer"),
        (Kind::Texts | Kind::Objects(_), _) => wrong("array"),
        (Kind::Object(_) | Kind::ObjectOrNull(_) | Kind::AnyObject, _) => wrong("object"),
    }
}

fn mismatch(expected: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("Expected type {expected} but found type {found}")
}

fn problem(text: &str, at: Option<(&str, &str)>) -> ManagementError {
    ManagementError::InvalidBody(match at {
        Some((path, description)) => {
            format!("Payload validation error: '{text}' on property {path} ({description}).")
        }
        None => format!("Payload validation error: '{text}'."),
    })
}

/// Refuses every property that is not among `allowed`, though the object could have it (MG-5/18).
pub(crate) fn check_only(object: &Object, allowed: &[&str]) -> Result<(), ManagementError> {
    let others: Vec<&str> =
        object.keys().map(String::as_str).filter(|name| !allowed.contains(name)).collect();
    if others.is_empty() { Ok(()) } else { Err(additional(&others, None)) }
}

fn additional(names: &[&str], at: Option<(&str, &str)>) -> ManagementError {
    problem(&format!("Additional properties not allowed: {}", names.join(",")), at)
}

/// A PATCH changes something (MG-2/18).
pub(crate) fn check_not_empty(object: &Object) -> Result<(), ManagementError> {
    if object.is_empty() {
        Err(problem("Too few properties defined (0), minimum 1", None))
    } else {
        Ok(())
    }
}

/// The object with the given properties in place of its own: what is given replaces, whole (MG-4/24).
pub(crate) fn overlay(base: &Object, given: Object) -> Object {
    let mut object = base.clone();
    for (name, value) in given {
        if value.is_null() {
            object.remove(&name);
        } else {
            object.insert(name, value);
        }
    }
    object
}

/// The typed object of what was checked.
pub(crate) fn typed<T: DeserializeOwned>(object: Object) -> Result<T, ManagementError> {
    serde_json::from_value(Value::Object(object)).map_err(|error| {
        ManagementError::InvalidBody(format!("Payload validation error: '{error}'."))
    })
}

/// The properties of a typed object.
pub(crate) fn object(value: &impl Serialize) -> Result<Object, ManagementError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(ManagementError::InvalidBody("The object cannot be shown".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: &[Property] = &[property("value", Kind::Text, "The scope")];
    const API: &[Property] = &[
        property("name", Kind::Name, "Name of the API"),
        property("scopes", Kind::Objects(SCOPE), "Scopes of the API"),
        property("lifetime", Kind::Number(1, 10), "Seconds"),
    ];

    fn message(body: &str) -> String {
        let object: Object = serde_json::from_str(body).unwrap();
        check(&object, API, &["name"])
            .map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    /// MG-2/17.
    #[test]
    fn unknown_properties_are_named_together() {
        assert_eq!(
            message(r#"{"name":"a","b":1,"a":2}"#),
            "Payload validation error: 'Additional properties not allowed: a,b'."
        );
        assert_eq!(
            message(r#"{"name":"a","scopes":[{"value":"x"},{"values":"y"}]}"#),
            "Payload validation error: 'Additional properties not allowed: values' on property scopes[1] (Scopes of the API)."
        );
    }

    /// MG-2/19.
    #[test]
    fn a_missing_property_is_named() {
        assert_eq!(message("{}"), "Payload validation error: 'Missing required property: name'.");
    }

    /// MG-2/16.
    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_property() {
        assert!(message(r#"{"name":7}"#).ends_with("on property name (Name of the API)."));
        assert!(message(r#"{"name":"<b>"}"#).contains("pattern"));
        assert!(message(r#"{"name":"a","lifetime":11}"#).contains("lifetime"));
        assert!(message(r#"{"name":"a","lifetime":-1}"#).contains("lifetime"));
        assert_eq!(message(r#"{"name":"a","lifetime":10,"scopes":[]}"#), "fine");
    }
}
