//! Bodies, held against the properties that an object can have (management-api.md §2, MG-2/16 to MG-2/20).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::ManagementError;
use super::property::{self, Problem, check_object, mismatch};
pub(crate) use super::property::{Kind, Property, property};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// A request body that is a JSON object.
pub(crate) struct Body(pub(crate) Object);

/// A request body that is a JSON array of objects.
pub(crate) struct BodyList(pub(crate) Vec<Object>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ManagementError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        read(request, state).await.and_then(object_of).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for BodyList {
    type Rejection = ManagementError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match read(request, state).await? {
            Value::Array(items) => {
                items.into_iter().map(object_of).collect::<Result<_, _>>().map(Self)
            }
            other => Err(invalid(Problem::new(&mismatch("array", &other)))),
        }
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Value, ManagementError> {
    let unreadable =
        || ManagementError::InvalidBody("Invalid request payload JSON format".to_owned());
    let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ManagementError::PayloadTooLarge
        } else {
            unreadable()
        }
    })?;
    serde_json::from_slice(&bytes).map_err(|_| unreadable())
}

fn object_of(value: Value) -> Result<Object, ManagementError> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(invalid(Problem::new(&mismatch("object", &other)))),
    }
}

/// Refuses properties that are unknown, missing or of the wrong kind, in that order.
pub(crate) fn check(
    object: &Object,
    properties: &[Property],
    required: &[&str],
) -> Result<(), ManagementError> {
    check_object(object, properties).map_err(invalid)?;
    match required.iter().find(|name| !object.contains_key(**name)) {
        Some(name) => Err(invalid(Problem::missing(name))),
        None => Ok(()),
    }
}

/// Refuses what is unknown or of the wrong kind in a part of an object, whose properties depend on the rest of it.
pub(crate) fn check_part(
    part: &Property,
    object: &Object,
    properties: &[Property],
) -> Result<(), ManagementError> {
    property::check_part(part, object, properties).map_err(invalid)
}

/// The same for each of several objects, of which there are one to `most`.
pub(crate) fn check_list(
    objects: &[Object],
    properties: &[Property],
    required: &[&str],
    most: usize,
) -> Result<(), ManagementError> {
    let count = objects.len();
    if !(1..=most).contains(&count) {
        let problem = format!("Array has {count} items, not between 1 and {most}");
        return Err(invalid(Problem::new(&problem)));
    }
    objects.iter().try_for_each(|object| check(object, properties, required))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what errors are mapped by")]
fn invalid(problem: Problem) -> ManagementError {
    ManagementError::InvalidBody(format!("Payload validation error: {problem}"))
}

/// Refuses every property that is not among `allowed`, though the object could have it (MG-5/18).
pub(crate) fn check_only(object: &Object, allowed: &[&str]) -> Result<(), ManagementError> {
    let others: Vec<&str> =
        object.keys().map(String::as_str).filter(|name| !allowed.contains(name)).collect();
    if others.is_empty() { Ok(()) } else { Err(invalid(Problem::additional(&others))) }
}

/// A PATCH changes something (MG-2/18).
pub(crate) fn check_not_empty(object: &Object) -> Result<(), ManagementError> {
    if object.is_empty() {
        Err(invalid(Problem::new("Too few properties defined (0), minimum 1")))
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

    const API: &[Property] = &[property("name", Kind::Name, "Name of the API")];

    fn message(body: &str) -> String {
        let object: Object = serde_json::from_str(body).unwrap();
        check(&object, API, &["name"])
            .map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    /// MG-2/16, MG-2/17, MG-2/19.
    #[test]
    fn what_is_wrong_with_a_body_is_said_in_auth0s_words() {
        for (body, problem) in [
            ("{}", "'Missing required property: name'."),
            (r#"{"names":"a"}"#, "'Additional properties not allowed: names'."),
            (
                r#"{"name":7}"#,
                "'Expected type string but found type number' on property name (Name of the API).",
            ),
        ] {
            assert_eq!(message(body), format!("Payload validation error: {problem}"));
        }
        assert_eq!(message(r#"{"name":"a"}"#), "fine");
    }
}
