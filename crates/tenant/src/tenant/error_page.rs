//! The page for requests that must not go back to the application.

mod difference;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use service::clock::Clock;
use service::page::Page;
use service::random;
use url::Url;
use wire::oauth_error::ErrorCode;

use self::difference::Parted;
use crate::authorize::redirect;
use crate::issuer::Issuer;

/// What each error page shows beside its cause.
#[derive(Clone, Debug)]
pub(crate) struct ErrorPageContext {
    pub(crate) issuer: Issuer,
    pub(crate) clock: Clock,
    /// The tenant's own page, which is shown instead of ours.
    pub(crate) url: Option<Url>,
    /// The language that the person would have.
    pub(crate) lang: String,
}

/// The label of the address that was asked for, in [`ErrorPageFacts::rows`].
pub(crate) const ASKED_FOR: &str = "Asked for";

/// The label of an address that may be asked for.
pub(crate) const ALLOWED: &str = "Allowed";

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
struct ErrorPage {
    domain: String,
    title: &'static str,
    heading: &'static str,
    explanation: String,
    rows: Vec<Row>,
    error: String,
    error_description: String,
    client_id: Option<String>,
    tracking: String,
    time: String,
}

struct Row {
    label: &'static str,
    value: Parted,
    /// Colour class of what is marked.
    tone: &'static str,
}

impl ErrorPageContext {
    /// The page, with an identifier under which the cause is logged; or the way to the tenant's own page, which gets
    /// the same as parameters.
    pub(crate) fn page(&self, facts: ErrorPageFacts) -> Response {
        let tracking = random::identifier(20).to_lowercase();
        tracing::info!(tracking, error = %facts.error, "{}", facts.error_description);
        if let Some(url) = &self.url {
            return redirect(self.elsewhere(url.clone(), &facts, &tracking).as_str());
        }
        let seconds = self.clock.now().seconds() % 86_400;
        Page::new(ErrorPage {
            domain: self.issuer.domain().to_owned(),
            title: facts.heading,
            heading: facts.heading,
            explanation: facts.explanation,
            rows: rows(&facts.rows),
            error: facts.error.to_string(),
            error_description: facts.error_description,
            client_id: facts.client_id,
            tracking,
            time: format!("{:02}:{:02}:{:02} UTC", seconds / 3600, seconds / 60 % 60, seconds % 60),
        })
        .status(facts.status)
        .into_response()
    }

    fn elsewhere(&self, mut url: Url, facts: &ErrorPageFacts, tracking: &str) -> Url {
        let mut query = url.query_pairs_mut();
        if let Some(client_id) = &facts.client_id {
            query.append_pair("client_id", client_id);
        }
        query
            .append_pair("lang", &self.lang)
            .append_pair("error", &facts.error.to_string())
            .append_pair("error_description", &facts.error_description)
            .append_pair("tracking", tracking);
        drop(query);
        url
    }
}

/// Marks where the address that was asked for differs from the nearest one that is allowed.
fn rows(facts: &[(&'static str, String)]) -> Vec<Row> {
    let asked = facts.iter().find(|(label, _)| *label == ASKED_FOR).map(|(_, url)| url);
    let allowed = facts.iter().filter(|(label, _)| *label == ALLOWED).map(|(_, url)| url);
    let nearest = asked.and_then(|asked| {
        let nearest = allowed.max_by_key(|allowed| difference::likeness(asked, allowed))?;
        Some((nearest, difference::part(asked, nearest)))
    });
    let row = |(label, value): &(&'static str, String)| {
        let (value, tone) = match &nearest {
            Some((_, (parted, _))) if *label == ASKED_FOR => (parted.clone(), "bad"),
            Some((nearest, (_, parted))) if *nearest == value => (parted.clone(), "ok"),
            _ => (Parted::whole(value), ""),
        };
        Row { label, value, tone }
    };
    facts.iter().map(row).collect()
}
