//! The tenant over TLS, beside plain HTTP (sdk-expectations.md §1).
//!
//! Whatever the tenant says of itself follows from its one issuer, whichever way the question came. Plain HTTP goes on
//! answering what needs no cookie, for programs that cannot be taught to trust the local authority: `/ca.pem` and
//! `/health` above all, and the endpoints that clients call directly. Pages are another matter: their cookies are
//! `Secure`, so that the browser is sent to the same page at the issuer.
//!
//! There is no `Strict-Transport-Security`: it would hold for every port of localhost, and take the developer's other
//! servers away from the browser (RFC 6797 §8.3).

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use service::clock::Clock;
use service::running::{Bound, Running, StartError};
use service::tls::{Authority, AuthorityError};

use crate::config::Config;
use crate::issuer::Issuer;
use crate::router::{self, Pages};
use crate::tenant::{self, NAME};

/// An address that will be answered at over TLS, and who vouches for it.
pub(crate) struct Https {
    bound: Bound,
    authority: Authority,
}

impl Https {
    /// Takes the address, and opens the authority or makes it.
    pub(crate) async fn bind(config: &Config) -> Result<Self, StartError> {
        let now = Clock::system().now();
        let wrong = |error: AuthorityError| tenant::wrong(error.to_string());
        let authority = Authority::open(&config.data_folder, now).map_err(wrong)?;
        let tls = authority.vouch(now).map_err(wrong)?;
        let bound = Bound::over_tls(NAME, config.https_listen, tls).await?;
        Ok(Self { bound, authority })
    }

    /// The tenant's URL over TLS, without a trailing slash.
    pub(crate) fn url(&self) -> &str {
        self.bound.url()
    }

    /// Serves the tenant at both addresses.
    pub(crate) fn serve(self, plain: Bound, state: &tenant::State) -> (Running, Authority) {
        let Self { bound, authority } = self;
        let pages = if state.issuer.is_https() { Pages::AtTheIssuer } else { Pages::Here };
        let router = |pages| router::router(state.clone(), pages).merge(authority.route());
        let instructions = authority.instructions(bound.url());
        let over_tls = bound.serve(router(Pages::Here));
        (plain.serve(router(pages)).with_tls(over_tls, instructions), authority)
    }
}

/// Sends a browser to the same page at the issuer. What it posted stays behind: it may be a password, which a 307 would
/// repeat (SC-7/10), and no page of ours was ever here to post from.
pub(crate) async fn to_the_issuer(
    State(issuer): State<Issuer>,
    request: Request,
    _nobody_else: Next,
) -> Response {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let location = issuer.at(path.trim_start_matches('/'));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}
