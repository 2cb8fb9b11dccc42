//! The calendar API, called with a token.

use auth_client::AuthError;
use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::*;
use leptos::web_sys::RequestCredentials;
use serde::de::DeserializeOwned;
use wire::calendar::{Event, EventList, NewEvent, Problem, ProblemCode};
use wire::secret::Secret;

use crate::auth::{Auth, use_auth};
use crate::browser::{self, Answer};

/// How long an answer may take, in milliseconds: the API itself waits for the tenant and then for the provider.
const TIMEOUT: u32 = 25_000;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// There is no token, or the API takes it no longer: another login helps.
    LoginRequired,
    /// No token can be had, and another login would not help.
    Token(AuthError),
    /// The API answered with a problem.
    Refused(Box<Problem>),
    /// No answer: no connection, no permission (CORS), or no time left.
    Unreachable,
    /// An answer that is not of this API; its status.
    Unreadable(u16),
}

impl ApiError {
    /// Whether the person has no account connected, which is a state of affairs rather than a failure.
    #[must_use]
    pub const fn not_connected(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) if matches!(problem.code, ProblemCode::AccountNotConnected) => {
                Some(problem)
            }
            _ => None,
        }
    }

    /// What failed, in a few words.
    #[must_use]
    pub fn headline(&self) -> String {
        match self {
            Self::LoginRequired => "Your login has ended".to_owned(),
            Self::Token(error) => error.to_string(),
            Self::Refused(problem) => problem.title.clone(),
            Self::Unreachable => "The calendar API does not answer".to_owned(),
            Self::Unreadable(_) => "That was not the calendar API".to_owned(),
        }
    }

    /// The likely cause, and what to do.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::LoginRequired => "Log in again.".to_owned(),
            Self::Token(error) => error.next_step().to_owned(),
            Self::Refused(problem) => problem.detail.clone(),
            Self::Unreachable => {
                "It is not running, or it does not allow this page's origin. Start it, then try again.".to_owned()
            }
            Self::Unreadable(_) => "Check api_base in config.json: something else answers there.".to_owned(),
        }
    }

    /// The code with which the tenant or the provider refused, where one did.
    #[must_use]
    pub fn said(&self) -> Option<String> {
        match self {
            Self::Refused(problem) => problem.upstream_error.clone(),
            _ => None,
        }
    }

    /// A name for it, for a chip.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::LoginRequired => "login_required".to_owned(),
            Self::Token(error) => error.code().to_owned(),
            Self::Refused(problem) => problem.code.to_string(),
            Self::Unreachable => "no_answer".to_owned(),
            Self::Unreadable(status) => ["status ", &status.to_string()].concat(),
        }
    }
}

/// The API at the address of the configuration, called as whoever is signed in. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct CalendarApi {
    base: StoredValue<String>,
    auth: Auth,
}

impl CalendarApi {
    /// The API at `base`.
    #[must_use]
    pub fn new(base: String) -> Self {
        Self { base: StoredValue::new(base), auth: use_auth() }
    }

    /// `GET /events`: what is planned between two RFC 3339 moments.
    ///
    /// # Errors
    ///
    /// Why there is nothing to show.
    pub async fn events(self, from: &str, to: &str) -> Result<Vec<Event>, ApiError> {
        let query = ["?from=", from, "&to=", to].concat();
        let list: EventList = read(&self.call(Method::GET, &query, None, "read:calendar").await?)?;
        Ok(list.events)
    }

    /// `POST /events`: adds an event to the person's calendar.
    ///
    /// # Errors
    ///
    /// Why it was not added, or why it cannot be known whether it was.
    pub async fn create(self, event: &NewEvent) -> Result<Event, ApiError> {
        let body = serde_json::to_string(event).map_err(|_| ApiError::Unreachable)?;
        read(&self.call(Method::POST, "", Some(body), "write:calendar").await?)
    }

    /// One call, answered with success or else explained.
    async fn call(
        self,
        method: Method,
        query: &str,
        body: Option<String>,
        scope: &str,
    ) -> Result<Answer, ApiError> {
        let token = self.auth.token(scope).await.map_err(|error| match error {
            AuthError::LoginRequired => ApiError::LoginRequired,
            error => ApiError::Token(error),
        })?;
        let bearer = Secret::from(["Bearer ", token.token.expose()].concat());
        let request = RequestBuilder::new(&[&*self.base.get_value(), "/events", query].concat())
            .method(method)
            .header("authorization", bearer.expose())
            .credentials(RequestCredentials::Omit);
        let answer = browser::fetch(request, body, TIMEOUT).await.ok_or(ApiError::Unreachable)?;
        if answer.is_success() {
            return Ok(answer);
        }
        // Expired on the way, or its key is gone. Once only: a token that is refused right after a login will be refused
        // after the next one too, and the person would go in circles.
        if answer.status == 401 && !self.auth.is_fresh() {
            return Err(ApiError::LoginRequired);
        }
        Err(ApiError::Refused(Box::new(read(&answer)?)))
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiError> {
    wire::json::from_str(&answer.body).map_err(|_| ApiError::Unreadable(answer.status))
}
