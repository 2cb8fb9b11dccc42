//! `GET /assets/*`: the files that the servers' pages load.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::css;

/// The routes of the files that the pages load: `/assets/page.css`, `/assets/theme.js`, `/assets/mark.svg`.
///
/// Their addresses stay the same from version to version, so browsers ask each time and mostly hear "not modified".
pub fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/assets/page.css",
            get(|headers: HeaderMap| async move { PAGE_CSS.answer(&headers) }),
        )
        .route(
            "/assets/theme.js",
            get(|headers: HeaderMap| async move { THEME_JS.answer(&headers) }),
        )
        .route(
            "/assets/mark.svg",
            get(|headers: HeaderMap| async move { MARK_SVG.answer(&headers) }),
        )
}

static PAGE_CSS: LazyLock<Asset> = LazyLock::new(|| {
    let css = concat!(include_str!("../../style/all.css"), include_str!("../../style/tenant.css"));
    Asset::new("text/css; charset=utf-8", css::minified(css))
});

static THEME_JS: LazyLock<Asset> =
    LazyLock::new(|| Asset::script(include_str!("../../style/theme.js")));

static MARK_SVG: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("image/svg+xml", include_str!("../../style/mark.svg")));

/// A file that pages load, ready to be sent.
pub struct Asset {
    content_type: &'static str,
    /// The value of `ETag`: a digest of the body (RFC 9110 §8.8.3).
    tag: String,
    body: Bytes,
}

impl Asset {
    /// A script. The pages' policy allows none inside them.
    #[must_use]
    pub fn script(text: &'static str) -> Self {
        Self::new("text/javascript; charset=utf-8", text)
    }

    fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest(&SHA256, &body)));
        Self { content_type, tag, body }
    }

    /// The file, or word that the browser has it already.
    #[must_use]
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.content_type),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-cache"),
            (header::ETAG, &self.tag),
        ];
        if self.is_known_to(request) {
            (StatusCode::NOT_MODIFIED, headers).into_response()
        } else {
            (headers, self.body.clone()).into_response()
        }
    }

    /// Whether the browser already has this body (RFC 9110 §13.1.2, compared weakly).
    fn is_known_to(&self, request: &HeaderMap) -> bool {
        let values =
            request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        values
            .flat_map(|value| value.split(','))
            .any(|tag| tag.trim().trim_start_matches("W/") == self.tag)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// The design's limit for the style of one origin, with whitespace removed.
    const LIMIT: usize = 8192;

    #[test]
    fn the_style_of_the_servers_pages_is_within_its_weight() {
        assert!((1000..=LIMIT).contains(&PAGE_CSS.body.len()), "{} bytes", PAGE_CSS.body.len());
    }

    #[test]
    fn the_style_of_the_app_is_within_its_weight() {
        let css = concat!(
            include_str!("../../style/all.css"),
            include_str!("../../../spa/style/app.css")
        );
        let length = css::minified(css).len();

        assert!((1000..=LIMIT).contains(&length), "{length} bytes");
    }

    #[test]
    fn each_file_says_what_it_is() {
        for (asset, content_type) in
            [(&PAGE_CSS, "text/css"), (&THEME_JS, "text/javascript"), (&MARK_SVG, "image/svg+xml")]
        {
            let response = asset.answer(&HeaderMap::new());
            let headers = response.headers();

            assert_eq!(response.status(), StatusCode::OK);
            assert!(
                headers[header::CONTENT_TYPE]
                    .to_str()
                    .is_ok_and(|found| found.starts_with(content_type))
            );
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
        }
    }

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        let first = PAGE_CSS.answer(&HeaderMap::new());
        let known =
            HeaderMap::from_iter([(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone())]);
        let other =
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("\"older\""))]);

        assert_eq!(PAGE_CSS.answer(&known).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(PAGE_CSS.answer(&other).status(), StatusCode::OK);
    }
}
