//! The page for requests that must not go back to the application.

use askama::Template;
use axum::http::StatusCode;
use service::clock::Clock;
use service::page::Page;
use service::random;
use wire::oauth_error::ErrorCode;

use crate::issuer::Issuer;

/// What each error page shows beside its cause.
#[derive(Clone, Debug)]
pub(crate) struct ErrorPageContext {
    pub(crate) issuer: Issuer,
    pub(crate) clock: Clock,
}

/// The cause, for the person and for the developer.
pub(crate) struct ErrorPageFacts {
    pub(crate) status: StatusCode,
    pub(crate) heading: &'static str,
    pub(crate) explanation: String,
    /// Label and value, e.g. what was asked for and what is allowed.
    pub(crate) rows: Vec<(&'static str, String)>,
    pub(crate) error: ErrorCode,
    pub(crate) error_description: String,
    pub(crate) client_id: Option<String>,
}

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    domain: String,
    title: &'static str,
    heading: &'static str,
    explanation: String,
    rows: Vec<(&'static str, String)>,
    error: String,
    error_description: String,
    client_id: Option<String>,
    tracking: String,
    time: String,
}

impl ErrorPageContext {
    /// The page, with an identifier under which the cause is logged.
    pub(crate) fn page(&self, facts: ErrorPageFacts) -> Page<ErrorPage> {
        let tracking = random::identifier(20).to_lowercase();
        tracing::info!(tracking, error = %facts.error, "{}", facts.error_description);
        let seconds = self.clock.now().seconds() % 86_400;
        Page::new(ErrorPage {
            domain: self.issuer.domain().to_owned(),
            title: facts.heading,
            heading: facts.heading,
            explanation: facts.explanation,
            rows: facts.rows,
            error: facts.error.to_string(),
            error_description: facts.error_description,
            client_id: facts.client_id,
            tracking,
            time: format!("{:02}:{:02}:{:02} UTC", seconds / 3600, seconds / 60 % 60, seconds % 60),
        })
        .status(facts.status)
    }
}
