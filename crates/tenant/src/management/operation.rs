//! What the Management API serves: one table that routes requests, collects scopes and describes the API.

use std::sync::Arc;

use axum::extract::{RawPathParams, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use axum::{RequestExt, Router};

use super::audit;
use super::authorization::ManagementToken;
use super::error::ManagementError;
use super::property::{Problem, Property, check_property};
use super::query::{Parameter, Query};
use crate::tenant::State as Tenant;

/// An operation: a method at a path, and what is to be known of it.
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// Below `/api/v2`, with parameters in braces.
    pub(crate) path: &'static str,
    /// A token needs any of these.
    pub(crate) scopes: &'static [&'static str],
    /// The parameters of its path, where more is to be said of them than their names.
    pub(crate) parameters: &'static [Property],
    /// The parameters of its query; there are no others.
    pub(crate) query: Vec<&'static [Parameter]>,
    pub(crate) body: Option<Payload>,
    /// The status of success.
    pub(crate) answer: StatusCode,
    handler: MethodRouter<Tenant>,
}

/// The object that a body is, or the objects.
pub(crate) struct Payload {
    pub(crate) properties: &'static [Property],
    pub(crate) required: &'static [&'static str],
    /// Whether it is a list of such objects.
    pub(crate) is_list: bool,
}

impl Operation {
    /// An operation that takes neither query nor body and answers 200.
    pub(crate) const fn new(
        method: Method,
        path: &'static str,
        scopes: &'static [&'static str],
        handler: MethodRouter<Tenant>,
    ) -> Self {
        Self {
            method,
            path,
            scopes,
            parameters: &[],
            query: Vec::new(),
            body: None,
            answer: StatusCode::OK,
            handler,
        }
    }

    /// What the parameters of its path must look like.
    pub(crate) const fn parameters(mut self, parameters: &'static [Property]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Parameters of its query, beside those that were said before.
    pub(crate) fn query(mut self, parameters: &'static [Parameter]) -> Self {
        self.query.push(parameters);
        self
    }

    pub(crate) const fn body(
        mut self,
        properties: &'static [Property],
        required: &'static [&'static str],
    ) -> Self {
        self.body = Some(Payload { properties, required, is_list: false });
        self
    }

    /// The body is a list of such objects.
    pub(crate) const fn body_list(
        mut self,
        properties: &'static [Property],
        required: &'static [&'static str],
    ) -> Self {
        self.body = Some(Payload { properties, required, is_list: true });
        self
    }

    pub(crate) const fn answers(mut self, status: StatusCode) -> Self {
        self.answer = status;
        self
    }
}

/// The routes of the operations, each behind what the table says of it.
pub(crate) fn routes(operations: Vec<Operation>, tenant: &Tenant) -> Router<Tenant> {
    operations.into_iter().fold(Router::new(), |router, operation| {
        let Operation { path, scopes, parameters, query, .. } = operation;
        let tenant = tenant.clone();
        let guard = Guard { tenant, path, scopes, parameters, query: query.into() };
        router.route(path, operation.handler.route_layer(from_fn_with_state(guard, admit)))
    })
}

/// What a request has to pass before its handler.
#[derive(Clone)]
struct Guard {
    tenant: Tenant,
    path: &'static str,
    scopes: &'static [&'static str],
    parameters: &'static [Property],
    query: Arc<[&'static [Parameter]]>,
}

/// Lets a request through to its handler: one with a token that has one of the scopes, a path and a query that make
/// sense. Whoever may not ask is told nothing else.
async fn admit(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, ManagementError> {
    let token = ManagementToken::verify(request.headers(), &guard.tenant).await?;
    let change = audit::Change::of(&request, guard.path);
    request.extensions_mut().insert(token.clone());
    let response = pass(&guard, &token, request, next).await.into_response();
    if let Some(change) = change {
        change.log(&guard.tenant, &token, response.status());
    }
    Ok(response)
}

async fn pass(
    guard: &Guard,
    token: &ManagementToken,
    mut request: Request,
    next: Next,
) -> Result<Response, ManagementError> {
    token.require(guard.scopes)?;
    let path = request.extract_parts::<RawPathParams>().await;
    let path = path.map_err(|error| ManagementError::InvalidUri(format!("'{error}'.")))?;
    for (name, value) in &path {
        if let Some(parameter) = guard.parameters.iter().find(|known| known.name == name) {
            check_property(parameter, &value.into())
                .map_err(|problem: Problem| ManagementError::InvalidUri(problem.to_string()))?;
        }
    }
    let query = Query::parse(request.uri().query().unwrap_or_default());
    query.check(&guard.query)?;
    Ok(next.run(request).await)
}
