//! Replies that no cache may keep.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// A reply that holds a token or speaks about a person: `Cache-Control: no-store`, and `Pragma: no-cache` as
/// [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1) has it (SC-1/11).
#[derive(Clone, Copy, Debug)]
pub struct NoStore<T>(pub T);

impl<T: IntoResponse> IntoResponse for NoStore<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}
