//! `GET /callback`: a login that landed on the API goes on to the app (contract: token-vault.md §6, TV-6/5).
//!
//! The code in the query is worth nothing here: the verifier that redeems it never leaves the browser.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::error::ApiError;

/// Where the app takes the answers of its logins. It is configured, and nothing in a request changes it: this is no
/// open redirector.
#[derive(Clone)]
pub(crate) struct AppCallback(Arc<Url>);

impl AppCallback {
    pub(crate) fn new(url: Url) -> Self {
        Self(Arc::new(url))
    }

    /// The callback with the query as it came.
    fn with_query(&self, query: Option<&str>) -> String {
        match query {
            Some(query) if self.0.query().is_some() => format!("{}&{query}", self.0),
            Some(query) => format!("{}?{query}", self.0),
            None => self.0.to_string(),
        }
    }
}

/// `GET /callback`. The query holds a code, so it is written to no log.
pub(crate) async fn get(
    State(app): State<AppCallback>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(app.with_query(query.as_deref()));
    let location = location.map_err(|_| ApiError::InvalidField {
        name: "query",
        rule: "has characters that an address cannot have",
    })?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}
