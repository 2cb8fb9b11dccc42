//! JSON Schemas of the tables that bodies and queries are held against.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::answers::Shape;
use crate::management::format::Format;
use crate::management::operation::Payload;
use crate::management::property::{Kind, Property};

/// The schema of a body, closed as it is checked.
pub(super) fn of_payload(payload: &Payload, method: &Method) -> Value {
    let mut object = of_object(payload.properties);
    if !payload.required.is_empty() {
        object["required"] = payload.required.into();
    }
    if payload.is_list {
        return json!({ "type": "array", "items": object });
    }
    if method == Method::PATCH {
        // A change changes something (MG-2/18).
        object["minProperties"] = 1.into();
    }
    object
}

/// The schema of an object that is shown. Which properties it has depends on what the token may see.
pub(super) fn of_shape(shape: &Shape) -> Value {
    let is_own = |name| shape.own.iter().any(|property| property.name == name);
    let given = (shape.given)().iter().filter(|property| !is_own(property.name));
    closed(given.chain(shape.own))
}

fn of_object(properties: &[Property]) -> Value {
    let mut schema = closed(properties.iter());
    let required = properties.iter().filter(|property| property.is_required);
    let required: Vec<&str> = required.map(|property| property.name).collect();
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

/// An object with these properties and no others.
fn closed<'a>(properties: impl Iterator<Item = &'a Property>) -> Value {
    let described = |property: &Property| {
        let mut schema = of_kind(&property.kind);
        schema["description"] = property.description.into();
        (property.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = properties.map(described).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The schema of a property's value.
pub(super) fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::TextOf(least, most) => {
            json!({ "type": "string", "minLength": least, "maxLength": most })
        }
        Kind::Name => json!({ "type": "string", "minLength": 1, "pattern": "^[^<>]+$" }),
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Format(format) => of_format(*format),
        Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::TextOrTexts => {
            json!({ "type": ["string", "array"], "items": { "type": "string" } })
        }
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Object(properties) => of_object(properties),
        Kind::Objects(properties) => json!({ "type": "array", "items": of_object(properties) }),
        Kind::List { of, least, most, is_unique } => json!({
            "type": "array",
            "items": of_kind(of),
            "minItems": least,
            "maxItems": most,
            "uniqueItems": is_unique,
        }),
        Kind::TextMap { most, longest } => json!({
            "type": "object",
            "additionalProperties": { "type": ["string", "null"], "maxLength": longest },
            "maxProperties": most,
        }),
        Kind::OrNull(kind) => or_null(of_kind(kind)),
        Kind::AnyObject => json!({ "type": "object" }),
    }
}

/// A format by the name that JSON Schema has for it, where it has one.
fn of_format(format: Format) -> Value {
    match format {
        Format::Email => json!({ "type": "string", "format": "email" }),
        Format::ClientId => json!({ "type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$" }),
        Format::Id(prefix) => {
            json!({ "type": "string", "pattern": format!("^{prefix}[0-9A-Za-z_-]+$") })
        }
        Format::UrlOrEmpty | Format::SecureUrlOrEmpty => {
            json!({ "type": "string", "format": format.name() })
        }
        Format::DateTime => json!({ "type": "string", "format": "date-time" }),
    }
}

/// The schema, and `null` beside it.
fn or_null(mut schema: Value) -> Value {
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema["type"] = json!([schema["type"], "null"]);
    schema
}
