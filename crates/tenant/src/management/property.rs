//! Properties of objects and parameters of requests: what a value can be, and what is wrong with one that is not
//! (management-api.md §2, MG-2/16 to MG-2/20). The words are those of Auth0's schema validator.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use super::format::Format;

/// A property of an object, or a parameter of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What Auth0's schema says of it; stands in error messages.
    pub(crate) description: &'static str,
    /// Whether an object that stands in another is incomplete without it.
    pub(crate) is_required: bool,
}

/// What a property's value can be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// Text of so many characters.
    TextOf(usize, usize),
    /// Text of at least one character without `<` and `>`.
    Name,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Text of a format.
    Format(Format),
    /// A list of texts.
    Texts,
    /// A text, or a list of texts.
    TextOrTexts,
    Flag,
    /// A whole number between these two.
    Number(u64, u64),
    /// An object with these properties.
    Object(&'static [Property]),
    /// A list of such objects.
    Objects(&'static [Property]),
    /// A list of so many values, each one like the first.
    List {
        of: &'static Kind,
        least: usize,
        most: usize,
        is_unique: bool,
    },
    /// An object of so many texts of so many characters, by names of our caller's.
    TextMap {
        most: usize,
        longest: usize,
    },
    /// `null`, or such a value.
    OrNull(&'static Kind),
    /// Any object: its content means nothing here.
    AnyObject,
}

/// Shorthand for the tables of properties.
pub(crate) const fn property(
    name: &'static str,
    kind: Kind,
    description: &'static str,
) -> Property {
    Property { name, kind, description, is_required: false }
}

impl Property {
    pub(crate) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }
}

/// What is wrong with a value, in Auth0's words.
#[derive(Debug)]
pub(crate) struct Problem(String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    description: &'a str,
}

impl Problem {
    /// A problem of the whole.
    pub(super) fn new(text: &str) -> Self {
        Self(format!("'{text}'."))
    }

    fn at(text: &str, place: Place<'_>) -> Self {
        let Place { path, description } = place;
        if path.is_empty() {
            return Self::new(text);
        }
        Self(format!("'{text}' on property {path} ({description})."))
    }

    pub(super) fn missing(name: &str) -> Self {
        Self::new(&missing(name))
    }

    pub(super) fn additional(names: &[&str]) -> Self {
        Self::new(&additional(names))
    }
}

fn missing(name: &str) -> String {
    format!("Missing required property: {name}")
}

fn additional(names: &[&str]) -> String {
    format!("Additional properties not allowed: {}", names.join(","))
}

/// Refuses an object with properties that are unknown or of the wrong kind, in that order.
pub(super) fn check_object(
    object: &Map<String, Value>,
    properties: &[Property],
) -> Result<(), Problem> {
    check_at(Place { path: "", description: "" }, object, properties)
}

/// Refuses a value that is not of the property's kind.
pub(super) fn check_property(property: &Property, value: &Value) -> Result<(), Problem> {
    let Property { name, kind, description, .. } = property;
    check_value(Place { path: name, description }, kind, value)
}

/// Refuses the same in a part of an object that has properties of its own.
pub(super) fn check_part(
    part: &Property,
    object: &Map<String, Value>,
    properties: &[Property],
) -> Result<(), Problem> {
    check_at(Place { path: part.name, description: part.description }, object, properties)
}

fn check_at(
    place: Place<'_>,
    object: &Map<String, Value>,
    properties: &[Property],
) -> Result<(), Problem> {
    let find = |name: &String| properties.iter().find(|property| property.name == *name);
    let unknown: Vec<&str> =
        object.keys().filter(|name| find(name).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(Problem::at(&additional(&unknown), place));
    }
    for (name, value) in object {
        if let Some(Property { kind, description, .. }) = find(name) {
            let path = match place.path {
                "" => name.clone(),
                parent => format!("{parent}.{name}"),
            };
            check_value(Place { path: &path, description }, kind, value)?;
        }
    }
    let absent = |property: &&Property| property.is_required && !object.contains_key(property.name);
    match properties.iter().find(absent) {
        Some(property) => Err(Problem::at(&missing(property.name), place)),
        None => Ok(()),
    }
}

fn check_value(place: Place<'_>, kind: &Kind, value: &Value) -> Result<(), Problem> {
    let wrong = |expected| Err(Problem::at(&mismatch(expected, value), place));
    match (kind, value) {
        (Kind::OrNull(_), Value::Null)
        | (Kind::Flag, Value::Bool(_))
        | (Kind::AnyObject, Value::Object(_))
        | (Kind::TextOrTexts, Value::String(_)) => Ok(()),
        (Kind::OrNull(kind), value) => check_value(place, kind, value),
        (
            Kind::Text | Kind::TextOf(..) | Kind::Name | Kind::Word(_) | Kind::Format(_),
            Value::String(text),
        ) => check_text(kind, text).map_err(|problem| Problem::at(&problem, place)),
        (Kind::Number(least, most), Value::Number(number)) => {
            let problem = match number.as_u64() {
                Some(number) if number > *most => {
                    format!("Value {number} is greater than maximum {most}")
                }
                Some(number) if number >= *least => return Ok(()),
                None if number.as_i64().is_none() => mismatch("integer", value),
                _ => format!("Value {number} is less than minimum {least}"),
            };
            Err(Problem::at(&problem, place))
        }
        (Kind::Object(properties), Value::Object(object)) => check_at(place, object, properties),
        (Kind::TextMap { most, longest }, Value::Object(object)) => {
            check_text_map(place, object, *most, *longest)
        }
        (Kind::Texts | Kind::TextOrTexts, Value::Array(items)) => {
            check_items(place, &Kind::Text, items)
        }
        (Kind::Objects(properties), Value::Array(items)) => {
            check_items(place, &Kind::Object(properties), items)
        }
        (Kind::List { of, least, most, is_unique }, Value::Array(items)) => {
            check_length("Array", items.len(), "", *least, *most)
                .and_then(|()| if *is_unique { check_unique(items) } else { Ok(()) })
                .map_err(|problem| Problem::at(&problem, place))?;
            check_items(place, of, items)
        }
        (kind, _) => wrong(kind.json_type()),
    }
}

fn check_items(place: Place<'_>, kind: &Kind, items: &[Value]) -> Result<(), Problem> {
    items.iter().enumerate().try_for_each(|(index, item)| {
        let path = format!("{}[{index}]", place.path);
        check_value(Place { path: &path, ..place }, kind, item)
    })
}

fn check_unique(items: &[Value]) -> Result<(), String> {
    let mut seen = HashSet::new();
    match items.iter().position(|item| !seen.insert(item)) {
        Some(second) => {
            let first = items.iter().position(|item| Some(item) == items.get(second));
            let first = first.unwrap_or_default();
            Err(format!("Array items are not unique (indices {first} and {second})"))
        }
        None => Ok(()),
    }
}

fn check_text_map(
    place: Place<'_>,
    object: &Map<String, Value>,
    most: usize,
    longest: usize,
) -> Result<(), Problem> {
    if object.len() > most {
        let text = format!("Too many properties defined ({}), maximum {most}", object.len());
        return Err(Problem::at(&text, place));
    }
    object.iter().try_for_each(|(name, value)| {
        let path = format!("{}.{name}", place.path);
        check_value(Place { path: &path, ..place }, &Kind::OrNull(&Kind::Text), value)?;
        let length = value.as_str().unwrap_or_default().chars().count();
        check_length("String", length, " chars", 0, longest)
            .map_err(|problem| Problem::at(&problem, Place { path: &path, ..place }))
    })
}

fn check_text(kind: &Kind, text: &str) -> Result<(), String> {
    match kind {
        Kind::TextOf(least, most) => {
            check_length("String", text.chars().count(), " chars", *least, *most)
        }
        Kind::Name if text.is_empty() => check_length("String", 0, " chars", 1, usize::MAX),
        Kind::Name if text.contains(['<', '>']) => {
            Err("String does not match pattern: ^[^<>]+$".to_owned())
        }
        Kind::Word(words) if !words.contains(&text) => Err(format!("No enum match for: {text}")),
        Kind::Format(format) if !format.matches(text) => {
            Err(format!("Object didn't pass validation for format {}: {text}", format.name()))
        }
        _ => Ok(()),
    }
}

fn check_length(
    what: &str,
    length: usize,
    unit: &str,
    least: usize,
    most: usize,
) -> Result<(), String> {
    if length < least {
        Err(format!("{what} is too short ({length}{unit}), minimum {least}"))
    } else if length > most {
        Err(format!("{what} is too long ({length}{unit}), maximum {most}"))
    } else {
        Ok(())
    }
}

impl Kind {
    /// What JSON calls such a value.
    pub(crate) const fn json_type(&self) -> &'static str {
        match self {
            Self::Text | Self::TextOf(..) | Self::Name | Self::Word(_) | Self::Format(_) => {
                "string"
            }
            Self::Flag => "boolean",
            Self::Number(..) => "integer",
            Self::Texts | Self::TextOrTexts | Self::Objects(_) | Self::List { .. } => "array",
            Self::Object(_) | Self::AnyObject | Self::TextMap { .. } => "object",
            Self::OrNull(kind) => kind.json_type(),
        }
    }
}

/// What is wrong with a value of another type.
pub(super) fn mismatch(expected: &str, found: &Value) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SCOPE: &[Property] = &[property("value", Kind::Text, "The scope").required()];
    const API: &[Property] = &[
        property("name", Kind::Name, "Name of the API"),
        property("scopes", Kind::Objects(SCOPE), "Scopes of the API"),
        property("lifetime", Kind::Number(1, 10), "Seconds"),
        property("owner", Kind::OrNull(&Kind::Format(Format::Email)), "Whose it is"),
        property(
            "words",
            Kind::List { of: &Kind::Word(&["a", "b", "c"]), least: 1, most: 2, is_unique: true },
            "Words",
        ),
        property("labels", Kind::TextMap { most: 1, longest: 3 }, "Labels"),
    ];

    fn message(body: Value) -> String {
        let Value::Object(object) = body else { return String::new() };
        check_object(&object, API)
            .map_or_else(|problem| problem.to_string(), |()| "fine".to_owned())
    }

    /// MG-2/17.
    #[test]
    fn unknown_properties_are_named_together() {
        assert_eq!(
            message(json!({ "name": "a", "b": 1, "a": 2 })),
            "'Additional properties not allowed: a,b'."
        );
        assert_eq!(
            message(json!({ "scopes": [{ "value": "x" }, { "values": "y" }] })),
            "'Additional properties not allowed: values' on property scopes[1] (Scopes of the API)."
        );
    }

    /// MG-2/16.
    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_property() {
        assert_eq!(
            message(json!({ "name": 7 })),
            "'Expected type string but found type number' on property name (Name of the API)."
        );
        for (body, problem) in [
            (json!({ "name": "" }), "String is too short (0 chars), minimum 1"),
            (json!({ "name": "<b>" }), "String does not match pattern: ^[^<>]+$"),
            (json!({ "lifetime": 11 }), "Value 11 is greater than maximum 10"),
            (json!({ "lifetime": 0 }), "Value 0 is less than minimum 1"),
            (json!({ "lifetime": -1 }), "Value -1 is less than minimum 1"),
            (json!({ "lifetime": 1.5 }), "Expected type integer but found type number"),
            (json!({ "owner": 1 }), "Expected type string but found type number"),
            (json!({ "words": [] }), "Array is too short (0), minimum 1"),
            (json!({ "words": ["a", "b", "c"] }), "Array is too long (3), maximum 2"),
            (json!({ "words": ["a", "a"] }), "Array items are not unique (indices 0 and 1)"),
            (json!({ "words": ["d"] }), "No enum match for: d"),
            (
                json!({ "labels": { "a": "b", "c": "d" } }),
                "Too many properties defined (2), maximum 1",
            ),
            (json!({ "labels": { "a": "long" } }), "String is too long (4 chars), maximum 3"),
            (json!({ "labels": { "a": 1 } }), "Expected type string but found type number"),
            (json!({ "scopes": [{}] }), "Missing required property: value"),
        ] {
            let message = message(body);
            assert!(message.starts_with(&format!("'{problem}' on property ")), "{message}");
        }
    }

    /// MG-2/20.
    #[test]
    fn a_value_of_the_wrong_format_is_named_with_it() {
        assert_eq!(
            message(json!({ "owner": "ada" })),
            "'Object didn't pass validation for format email: ada' on property owner (Whose it is)."
        );
    }

    #[test]
    fn what_fits_is_fine() {
        for body in [
            json!({}),
            json!({ "name": "a", "lifetime": 10, "scopes": [], "owner": null, "words": ["a", "b"] }),
            json!({ "owner": "ada@example.com", "labels": { "a": "b" } }),
        ] {
            assert_eq!(message(body), "fine");
        }
    }
}
