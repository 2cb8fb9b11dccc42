//! HTML pages of the tenant and the provider: a template, its status, and the headers that keep it ours.
//!
//! The frame is `templates/page.html`; style, script and mark are served from `/assets/` by [`assets()`], because the
//! pages' policy allows nothing inline and nothing from elsewhere.

mod assets;
mod css;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use url::{Host, Origin, Url};

pub use self::assets::{Asset, assets};

/// What a page may load: style, script and images of its own origin, and nothing else; and no `<base>` that would lead
/// the forms elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      base-uri 'none'";

/// Who may frame a page (RFC 9700 §4.16).
#[derive(Debug)]
enum Ancestors {
    Nobody,
    /// The pages of one origin, as a CSP source.
    One(String),
}

/// A rendered template with its status and the security headers.
///
/// Nothing of it is stored by the browser, since login and consent pages carry the state of one request.
///
/// ```
/// use axum::http::StatusCode;
/// use axum::response::IntoResponse as _;
/// use service::page::Page;
///
/// #[derive(askama::Template)]
/// #[template(source = "<h1>Hello, {{ name }}</h1>", ext = "html")]
/// struct Hello<'a> {
///     name: &'a str,
/// }
///
/// let page = Page::new(Hello { name: "Ada" }).status(StatusCode::CREATED);
/// assert_eq!(page.into_response().status(), StatusCode::CREATED);
/// ```
#[derive(Debug)]
#[must_use = "a page does nothing until it is answered"]
pub struct Page<T> {
    template: T,
    status: StatusCode,
    ancestors: Ancestors,
    form_action: String,
}

impl<T: Template> Page<T> {
    /// A page of status 200 whose forms post to its own origin.
    pub fn new(template: T) -> Self {
        Self {
            template,
            status: StatusCode::OK,
            ancestors: Ancestors::Nobody,
            form_action: String::new(),
        }
    }

    /// Answers with this status instead.
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Lets pages of that origin frame this one, which no other page may: for pages that show nothing and do nothing but
    /// tell their frame something. An origin that a policy cannot name (IPv6 addresses, custom schemes) changes nothing:
    /// its scheme alone would let others in.
    pub fn framed_by(self, origin: &str) -> Self {
        match source(origin).filter(|source| !source.ends_with(':')) {
            Some(source) => Self { ancestors: Ancestors::One(source), ..self },
            None => self,
        }
    }

    /// Lets the page's forms end at these addresses too: origins, or whole URLs such as a redirect URI.
    ///
    /// Chromium holds the redirects that follow a form's post against `form-action`
    /// ([CSP §6.4.1](https://www.w3.org/TR/CSP3/#directive-form-action) leaves it open), so a login or consent page must
    /// name where it will send the browser afterwards. An address that is no URL is left out: nothing is allowed by it.
    pub fn posts_to<A: AsRef<str>>(mut self, addresses: &[A]) -> Self {
        for source in addresses.iter().filter_map(|address| source(address.as_ref())) {
            self.form_action.push(' ');
            self.form_action.push_str(&source);
        }
        self
    }

    /// Lets the page's forms end at any web address: for a page whose answer goes to a client that sends the browser on
    /// to a place which this server cannot know. `form-action` would hold that redirect too.
    pub fn posts_anywhere(self) -> Self {
        Self { form_action: " http: https:".to_owned(), ..self }
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let ancestors = match &self.ancestors {
            Ancestors::Nobody => "'none'",
            Ancestors::One(source) => source,
        };
        let policy = HeaderValue::try_from(format!(
            "{POLICY}; frame-ancestors {ancestors}; form-action 'self'{}",
            self.form_action
        ));
        match (self.template.render(), policy) {
            (Ok(body), Ok(policy)) => {
                let headers = [
                    (header::CONTENT_SECURITY_POLICY, policy),
                    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
                    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                ];
                let mut response = (self.status, headers, Html(body)).into_response();
                // What older browsers read instead of `frame-ancestors`; it knows no origin but the page's own.
                if matches!(self.ancestors, Ancestors::Nobody) {
                    let deny = HeaderValue::from_static("DENY");
                    response.headers_mut().insert(header::X_FRAME_OPTIONS, deny);
                }
                response
            }
            (Err(error), _) => cannot_show(&error),
            (_, Err(error)) => cannot_show(&error),
        }
    }
}

/// The plain answer when there is no page to give; the cause is for the log.
fn cannot_show(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "a page could not be rendered");
    (StatusCode::INTERNAL_SERVER_ERROR, "This page could not be shown.").into_response()
}

/// The CSP source that covers an address: its origin, or only its scheme where a source cannot say the host (the
/// custom schemes of native apps, IPv6 addresses).
fn source(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let source = match url.origin() {
        origin @ Origin::Tuple(_, Host::Domain(_) | Host::Ipv4(_), _) => {
            origin.ascii_serialization()
        }
        _ => format!("{}:", url.scheme()),
    };
    // A host may hold `;`, `,` or `*`, each of which would rewrite the policy.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:/+_".contains(&byte);
    source.bytes().all(plain).then_some(source)
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests {
    use std::fmt;

    use axum::body::to_bytes;

    use super::*;

    /// The real frame with the least that a page must give.
    #[derive(Template)]
    #[template(path = "page.html")]
    pub(super) struct Frame<'a> {
        pub(super) domain: &'a str,
    }

    #[derive(Template)]
    #[template(source = "{{ value }}", ext = "txt")]
    struct Broken {
        value: Unwritable,
    }

    struct Unwritable;

    impl fmt::Display for Unwritable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }

    #[track_caller]
    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_else(|| panic!("no {name}"))
    }

    fn form_action(addresses: &[&str]) -> String {
        let response =
            Page::new(Frame { domain: "localhost:4400" }).posts_to(addresses).into_response();
        let policy = header(&response, "content-security-policy");
        policy
            .split("; ")
            .find(|part| part.starts_with("form-action"))
            .map(str::to_owned)
            .unwrap_or_default()
    }

    #[tokio::test]
    async fn a_page_has_its_status_its_frame_and_the_security_headers() {
        let response =
            Page::new(Frame { domain: "<b>" }).status(StatusCode::FORBIDDEN).into_response();

        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
        assert_eq!(
            header(&response, "content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self'"
        );
        assert_eq!(header(&response, "x-frame-options"), "DENY");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "cache-control"), "no-store");
        let body = to_bytes(response.into_body(), 100_000).await.expect("the body is in memory");
        let html = String::from_utf8_lossy(&body);
        assert!(html.starts_with("<!doctype html>"), "{html}");
        assert!(html.contains("&#60;b&#62;") && !html.contains("<b>"), "{html}");
    }

    #[tokio::test]
    async fn a_page_that_cannot_be_rendered_is_a_plain_500() {
        let response = Page::new(Broken { value: Unwritable }).into_response();

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(header(&response, "content-type"), "text/plain; charset=utf-8");
    }

    #[test]
    fn forms_may_end_at_the_origins_of_the_addresses_given() {
        let sources =
            form_action(&["http://localhost:8080/callback?a=b", "https://app.example.com"]);

        assert_eq!(sources, "form-action 'self' http://localhost:8080 https://app.example.com");
    }

    #[test]
    fn an_address_whose_host_no_source_can_say_is_covered_by_its_scheme() {
        assert_eq!(
            form_action(&["com.example.app:/callback"]),
            "form-action 'self' com.example.app:"
        );
        assert_eq!(form_action(&["http://[::1]:8080/callback"]), "form-action 'self' http:");
    }

    /// SC-7/11.
    #[test]
    fn one_origin_may_frame_a_page_where_that_is_said() {
        let framed = |origin| {
            let page = Page::new(Frame { domain: "localhost:4400" }).framed_by(origin);
            let response = page.into_response();
            let policy = header(&response, "content-security-policy").to_owned();
            (policy, response.headers().contains_key("x-frame-options"))
        };

        let (policy, denied) = framed("http://localhost:8080");
        assert!(policy.contains("frame-ancestors http://localhost:8080;"), "{policy}");
        assert!(!denied);
        let (policy, denied) = framed("https://*/");
        assert!(policy.contains("frame-ancestors 'none';") && denied, "{policy}");
        let (policy, denied) = framed("http://[::1]:8080");
        assert!(policy.contains("frame-ancestors 'none';") && denied, "{policy}");
    }

    #[test]
    fn forms_may_end_at_any_web_address() {
        let response =
            Page::new(Frame { domain: "localhost:4402" }).posts_anywhere().into_response();
        let policy = header(&response, "content-security-policy");

        assert!(policy.ends_with("form-action 'self' http: https:"), "{policy}");
    }

    #[test]
    fn an_address_cannot_rewrite_the_policy() {
        for address in ["https://a;script-src/", "https://*/", "https://a,b/", "not an address", ""]
        {
            assert_eq!(form_action(&[address]), "form-action 'self'", "{address}");
        }
    }
}
