//! The person's calendar at the provider: [Google Calendar API v3](https://developers.google.com/workspace/calendar/api/v3/reference/events),
//! or whoever speaks like it, called with the token that the vault gave.

use axum::http::StatusCode;
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use url::Url;
use wire::calendar::{Event, NewEvent, Span};
use wire::google_calendar::{EVENTS_PATH, EventPage, GoogleDateTime, GoogleError, GoogleEvent};
use wire::secret::Secret;

use crate::error::{ApiError, Refusal};
use crate::events::Period;
use crate::outgoing::{self, Unreachable};

/// Events on a page.
const PAGE: &str = "250";

/// Pages that we ask for. Nobody reads 2500 events; those that begin first are given.
const MOST_PAGES: usize = 10;

/// Calls to the provider.
pub(crate) struct ProviderCalendar {
    http: Client,
    events: Url,
}

impl ProviderCalendar {
    pub(crate) fn new(http: Client, provider: &Url) -> Self {
        let mut events = provider.clone();
        events.set_path(EVENTS_PATH);
        Self { http, events }
    }

    /// The events that touch the period, by their start; recurring ones as their instances.
    pub(crate) async fn list(
        &self,
        token: Secret,
        period: &Period,
    ) -> Result<Vec<Event>, CalendarError> {
        let query = [
            ("timeMin", period.from.to_string()),
            ("timeMax", period.to.to_string()),
            ("singleEvents", "true".to_owned()),
            ("orderBy", "startTime".to_owned()),
            ("maxResults", PAGE.to_owned()),
        ];
        let mut events = Vec::new();
        let mut next_page: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let request = self
                .http
                .get(self.events.clone())
                .query(&query)
                .query(&[("pageToken", &next_page)]);
            let page: EventPage = call(request, &token).await?;
            events.extend(page.items.into_iter().filter_map(event));
            next_page = page.next_page_token;
            if next_page.is_none() {
                return Ok(events);
            }
        }
        tracing::warn!(pages = MOST_PAGES, "there are more events than are asked for");
        Ok(events)
    }

    /// Adds an event.
    pub(crate) async fn create(
        &self,
        token: Secret,
        new: &NewEvent,
    ) -> Result<Event, CalendarError> {
        let request = self.http.post(self.events.clone()).json(&GoogleEvent {
            summary: Some(new.title.clone()),
            location: new.location.clone(),
            start: Some(moment(&new.start)),
            end: Some(moment(&new.end)),
            ..GoogleEvent::default()
        });
        let created = call(request, &token).await?;
        event(created).ok_or(CalendarError::Refused(Refusal { code: None }))
    }
}

/// Why the provider did not do it.
#[derive(Debug)]
pub(crate) enum CalendarError {
    /// The token is no longer good: another may be.
    TokenRefused(Refusal),
    /// For any other reason.
    Refused(Refusal),
    /// There was no answer.
    Unreachable(Unreachable),
}

impl From<CalendarError> for ApiError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::TokenRefused(refusal) | CalendarError::Refused(refusal) => {
                Self::ProviderRefused(refusal)
            }
            CalendarError::Unreachable(cause) => Self::ProviderUnreachable(cause),
        }
    }
}

async fn call<T: DeserializeOwned>(
    request: RequestBuilder,
    token: &Secret,
) -> Result<T, CalendarError> {
    let request = request.bearer_auth(token.expose());
    let answer = outgoing::answer(request).await.map_err(CalendarError::Unreachable)?;
    if answer.status.is_success() {
        return answer.json().ok_or(CalendarError::Refused(Refusal { code: None }));
    }
    let code = answer.json().and_then(|GoogleError { error }| error.status);
    let refusal = Refusal { code };
    Err(if answer.status == StatusCode::UNAUTHORIZED {
        CalendarError::TokenRefused(refusal)
    } else {
        CalendarError::Refused(refusal)
    })
}

/// The event in the app's words; `None` for one that was cancelled, and for one that lacks id, start or end.
fn event(google: GoogleEvent) -> Option<Event> {
    if google.status.as_deref() == Some("cancelled") {
        return None;
    }
    Some(Event {
        id: google.id?,
        // Google leaves the title out where there is none, and shows these words in its place.
        title: google.summary.unwrap_or_else(|| "(No title)".to_owned()),
        location: google.location,
        description: google.description,
        span: span(google.start?, google.end?)?,
    })
}

fn span(start: GoogleDateTime, end: GoogleDateTime) -> Option<Span> {
    match (start.date_time, end.date_time) {
        (Some(start), Some(end)) => Some(Span::Timed { start, end }),
        _ => Some(Span::AllDay { start_date: start.date?, end_date: end.date? }),
    }
}

fn moment(text: &str) -> GoogleDateTime {
    GoogleDateTime { date_time: Some(text.to_owned()), ..GoogleDateTime::default() }
}
