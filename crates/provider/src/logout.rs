//! `GET /Logout?continue=…`: whoever is signed in in this browser is signed out, as at
//! [accounts.google.com/Logout](https://accounts.google.com/Logout).

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use service::page::Page;
use service::reply::NoStore;
use url::Url;
use wire::parameters::Parameters;

use crate::browser::Browser;
use crate::router::App;

/// Where it is.
pub(crate) const PATH: &str = "/Logout";

/// Shown when there is nowhere to go on to.
#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage<'a> {
    domain: &'a str,
}

/// Signs out, and goes on to `continue`, if that is an address of a registered application: this is no open redirector.
pub(crate) async fn get(
    State(app): State<App>,
    Browser(browser): Browser,
    RawQuery(query): RawQuery,
) -> Response {
    if let Some(browser) = browser {
        app.sessions.end(&browser).await;
    }
    let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes());
    let next = parameters.ok().and_then(|parameters| parameters.get("continue")?.parse().ok());
    match next {
        Some(next) if is_registered(&app, &next).await => {
            NoStore(Redirect::to(next.as_str())).into_response()
        }
        _ => Page::new(SignedOutPage { domain: app.issuer.domain() }).into_response(),
    }
}

async fn is_registered(app: &App, url: &Url) -> bool {
    let origins = app.clients.origins().await;
    matches!(url.scheme(), "http" | "https") && origins.contains(&url.origin())
}
