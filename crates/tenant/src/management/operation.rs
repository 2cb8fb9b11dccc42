//! What the Management API serves: one table that routes requests, collects scopes and describes the API.

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::routing::MethodRouter;

use super::payload::Property;
use crate::tenant::State as Tenant;

/// An operation: a method at a path, and what is to be known of it.
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// Below `/api/v2`, with parameters in braces.
    pub(crate) path: &'static str,
    /// A token needs any of these.
    pub(crate) scopes: &'static [&'static str],
    /// The parameters of its query.
    pub(crate) query: &'static [Parameter],
    pub(crate) body: Option<Payload>,
    /// The status of success.
    pub(crate) answer: StatusCode,
    handler: MethodRouter<Tenant>,
}

/// A parameter of a query.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Whether it may stand there several times.
    pub(crate) is_repeatable: bool,
}

impl Parameter {
    /// A parameter that stands there once at most.
    pub(crate) const fn once(name: &'static str, description: &'static str) -> Self {
        Self { name, description, is_repeatable: false }
    }
}

/// The object that a body is.
pub(crate) struct Payload {
    pub(crate) properties: &'static [Property],
    pub(crate) required: &'static [&'static str],
}

impl Operation {
    /// An operation that takes neither query nor body and answers 200.
    pub(crate) const fn new(
        method: Method,
        path: &'static str,
        scopes: &'static [&'static str],
        handler: MethodRouter<Tenant>,
    ) -> Self {
        Self { method, path, scopes, query: &[], body: None, answer: StatusCode::OK, handler }
    }

    pub(crate) const fn query(mut self, parameters: &'static [Parameter]) -> Self {
        self.query = parameters;
        self
    }

    pub(crate) const fn body(
        mut self,
        properties: &'static [Property],
        required: &'static [&'static str],
    ) -> Self {
        self.body = Some(Payload { properties, required });
        self
    }

    pub(crate) const fn answers(mut self, status: StatusCode) -> Self {
        self.answer = status;
        self
    }
}

/// The routes of the operations.
pub(crate) fn routes(operations: Vec<Operation>) -> Router<Tenant> {
    operations
        .into_iter()
        .fold(Router::new(), |router, operation| router.route(operation.path, operation.handler))
}
