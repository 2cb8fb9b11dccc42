//! The Management API, described from the table of its operations.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::answers::{self, Content, Shape};
use super::schema;
use crate::issuer::Issuer;
use crate::management::operation::Operation;
use crate::management::query::Parameter;
use crate::management::{operations, scopes};

/// How its tokens are got: the name of the description below.
pub(super) const SECURITY: &str = "oAuth2ClientCredentials";

/// Where it is served.
const BASE: &str = "/api/v2";

/// The body of a refusal (management-api.md §2).
const ERROR: &str = "ManagementError";

/// The parts of the description.
#[derive(Default)]
pub(super) struct Description {
    pub(super) paths: Map<String, Value>,
    pub(super) schemas: Map<String, Value>,
    pub(super) responses: Map<String, Value>,
}

/// Describes every operation that is served.
pub(super) fn describe() -> Description {
    let mut description = Description::default();
    description.schemas.insert(ERROR.to_owned(), error());
    for operation in operations() {
        if let Some(content) = answers::of(&operation) {
            let shape = content.shape();
            description.schemas.insert(shape.name.to_owned(), schema::of_shape(shape));
        }
        for refusal in refusals(&operation) {
            description.responses.insert(name(refusal), of_refusal(refusal));
        }
        let path = description.paths.entry(format!("{BASE}{}", operation.path));
        let path = path.or_insert_with(|| json!({}));
        path[operation.method.as_str().to_ascii_lowercase()] = of_operation(&operation);
    }
    description
}

/// How a client gets a token (management-api.md §1).
pub(super) fn security(issuer: &Issuer) -> Value {
    let scopes: Map<String, Value> =
        scopes().into_iter().map(|scope| (scope.to_owned(), scope.into())).collect();
    json!({
        "type": "oauth2",
        "description": format!("A token with the audience {}", issuer.management()),
        "flows": { "clientCredentials": { "tokenUrl": issuer.at("oauth/token"), "scopes": scopes } },
    })
}

fn of_operation(operation: &Operation) -> Value {
    let in_path = parameters_of(operation.path).map(|name| of_path_parameter(operation, name));
    let in_query = operation.query.iter().copied().flatten().map(of_parameter);
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    // Any one of the scopes will do.
    let security: Vec<Value> =
        operation.scopes.iter().map(|scope| json!({ SECURITY: [scope] })).collect();
    let mut responses = Map::new();
    responses.insert(operation.answer.as_str().to_owned(), of_success(operation));
    for status in refusals(operation) {
        let reference = format!("#/components/responses/{}", name(status));
        responses.insert(status.as_str().to_owned(), json!({ "$ref": reference }));
    }
    let mut described = json!({
        "operationId": operation_id(operation),
        "tags": [parts(operation.path).next()],
        "parameters": parameters,
        "security": security,
        "responses": responses,
    });
    if let Some(payload) = &operation.body {
        let schema = schema::of_payload(payload, &operation.method);
        let content = json!({ "application/json": { "schema": schema } });
        described["requestBody"] = json!({ "required": true, "content": content });
    }
    described
}

fn of_path_parameter(operation: &Operation, name: &str) -> Value {
    let mut described = json!({ "name": name, "in": "path", "required": true });
    match operation.parameters.iter().find(|known| known.name == name) {
        Some(known) => {
            described["schema"] = schema::of_kind(&known.kind);
            described["description"] = known.description.into();
        }
        None => described["schema"] = json!({ "type": "string", "minLength": 1 }),
    }
    described
}

fn of_parameter(parameter: &Parameter) -> Value {
    let Parameter { property, most } = parameter;
    let one = schema::of_kind(&property.kind);
    let schema = match most {
        1 => one,
        most => json!({ "type": "array", "items": one, "maxItems": most }),
    };
    json!({
        "name": property.name,
        "in": "query",
        "required": property.is_required,
        "description": property.description,
        "schema": schema,
    })
}

fn of_success(operation: &Operation) -> Value {
    let mut response = json!({ "description": operation.answer.canonical_reason() });
    if let Some(content) = answers::of(operation) {
        response["content"] = json!({ "application/json": { "schema": of_content(&content) } });
    }
    response
}

fn of_content(content: &Content) -> Value {
    let items = |shape: &Shape| json!({ "type": "array", "items": reference(shape.name) });
    let from_offset = |shape, collection: &str| {
        let count = json!({ "type": "integer", "minimum": 0 });
        json!({
            "type": "object",
            "description": "With include_totals",
            "properties": {
                "start": count, "limit": count, "length": count, "total": count,
                collection: items(shape),
            },
            "required": ["start", "limit", "length", "total", collection],
            "additionalProperties": false,
        })
    };
    let from_checkpoint = |shape, collection: &str| {
        json!({
            "type": "object",
            "description": "With take or from",
            "properties": { "next": { "type": "string" }, collection: items(shape) },
            "required": [collection],
            "additionalProperties": false,
        })
    };
    match content {
        Content::One(shape) => reference(shape.name),
        Content::All(shape) => items(shape),
        Content::Offset(shape, name) => {
            json!({ "oneOf": [items(shape), from_offset(shape, name)] })
        }
        Content::Actions(shape) => {
            let count = json!({ "type": "integer", "minimum": 0 });
            json!({
                "type": "object",
                "properties": {
                    "actions": items(shape), "total": count, "page": count, "per_page": count,
                },
                "required": ["actions", "total", "page", "per_page"],
                "additionalProperties": false,
            })
        }
        Content::Checkpoint(shape, name) => from_checkpoint(shape, name),
        Content::Page(shape, name) => json!({
            "oneOf": [items(shape), from_offset(shape, name), from_checkpoint(shape, name)],
        }),
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// The statuses that an operation can refuse with (management-api.md §2).
fn refusals(operation: &Operation) -> impl Iterator<Item = StatusCode> + use<> {
    let is_change = operation.method != Method::GET;
    let names_something = operation.path.contains('{') || operation.body.is_some();
    [
        (StatusCode::BAD_REQUEST, true),
        (StatusCode::UNAUTHORIZED, true),
        (StatusCode::FORBIDDEN, true),
        (StatusCode::NOT_FOUND, names_something),
        (StatusCode::CONFLICT, is_change),
        (StatusCode::TOO_MANY_REQUESTS, true),
    ]
    .into_iter()
    .filter_map(|(status, is_possible)| is_possible.then_some(status))
}

fn of_refusal(status: StatusCode) -> Value {
    json!({
        "description": status.canonical_reason(),
        "content": { "application/json": { "schema": reference(ERROR) } },
    })
}

/// `BadRequest`.
fn name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().replace(' ', "")
}

fn error() -> Value {
    json!({
        "type": "object",
        "properties": {
            "statusCode": { "type": "integer", "description": "The status of the answer" },
            "error": { "type": "string", "description": "The status in words" },
            "message": { "type": "string", "description": "The cause" },
            "errorCode": { "type": "string", "description": "The name of the cause" },
            "attributes": {
                "type": "object",
                "properties": { "error": { "type": "string" } },
                "required": ["error"],
                "additionalProperties": false,
            },
        },
        "required": ["statusCode", "error", "message"],
        "additionalProperties": false,
    })
}

/// `get_clients_by_id`.
fn operation_id(operation: &Operation) -> String {
    let words = parts(operation.path).map(|part| match parameter_of(part) {
        Some(name) => format!("by_{name}"),
        None => part.replace('-', "_"),
    });
    let method = operation.method.as_str().to_ascii_lowercase();
    [method].into_iter().chain(words).collect::<Vec<_>>().join("_")
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// The names of the parameters in a path.
fn parameters_of(path: &str) -> impl Iterator<Item = &str> {
    parts(path).filter_map(parameter_of)
}

fn parameter_of(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}
