//! `GET /events` and `POST /events`: the person's calendar, in the app's words.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use jiff::SignedDuration;
use wire::calendar::{Event, EventList, NewEvent};
use wire::parameters::Parameters;

use crate::authorized::{Authorized, ReadCalendar, WriteCalendar};
use crate::error::ApiError;
use crate::moment::Moment;
use crate::router::Api;
use crate::token_vault::Freshness;

/// A year, and the day on which it is noticed that it was a leap year.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// In characters; what Google's own calendar takes.
const LONGEST_TEXT: usize = 1024;

/// `GET /events?from&to`: the person's events in that time.
pub(crate) async fn list(
    Authorized { token: caller, .. }: Authorized<ReadCalendar>,
    freshness: Freshness,
    State(Api { token_vault, calendar, .. }): State<Api>,
    RawQuery(query): RawQuery,
) -> Result<Json<EventList>, ApiError> {
    let period = Period::from_query(query.as_deref().unwrap_or_default())?;
    let events = token_vault
        .with_provider_token(&caller, freshness, |token| calendar.list(token, &period))
        .await?;
    Ok(Json(EventList { events }))
}

/// `POST /events`: adds an event to the person's calendar.
pub(crate) async fn create(
    Authorized { token: caller, .. }: Authorized<WriteCalendar>,
    State(Api { token_vault, calendar, .. }): State<Api>,
    body: Result<Json<NewEvent>, JsonRejection>,
) -> Result<(StatusCode, Json<Event>), ApiError> {
    let Json(new) = body?;
    check(&new)?;
    let event = token_vault
        .with_provider_token(&caller, Freshness::Kept, |token| calendar.create(token, &new))
        .await?;
    Ok((StatusCode::CREATED, Json(event)))
}

/// The time in which events are wanted.
pub(crate) struct Period {
    pub(crate) from: Moment,
    pub(crate) to: Moment,
}

impl Period {
    fn from_query(query: &str) -> Result<Self, ApiError> {
        let parameters = Parameters::from_form(query.as_bytes())?;
        let moment = |name| {
            let text = parameters.get(name).ok_or(invalid(name, "is missing"))?;
            moment(name, text)
        };
        let period = Self { from: moment("from")?, to: moment("to")? };
        let length = period.to.at().duration_since(period.from.at());
        if !length.is_positive() {
            return Err(invalid("to", "must be after `from`"));
        }
        if length > LONGEST {
            return Err(invalid("to", "must be at most 366 days after `from`"));
        }
        Ok(period)
    }
}

fn check(new: &NewEvent) -> Result<(), ApiError> {
    let too_long = |text: &str| text.chars().count() > LONGEST_TEXT;
    if new.title.trim().is_empty() {
        return Err(invalid("title", "must not be blank"));
    }
    if too_long(&new.title) {
        return Err(invalid("title", "must have at most 1024 characters"));
    }
    if new.location.as_deref().is_some_and(too_long) {
        return Err(invalid("location", "must have at most 1024 characters"));
    }
    let start = moment("start", &new.start)?;
    let end = moment("end", &new.end)?;
    if end.at() <= start.at() {
        return Err(invalid("end", "must be after `start`"));
    }
    Ok(())
}

fn moment(name: &'static str, text: &str) -> Result<Moment, ApiError> {
    Moment::try_from(text).map_err(|_| {
        invalid(name, "must be a date and time with an offset, like 2026-11-23T10:00:00+01:00")
    })
}

const fn invalid(name: &'static str, rule: &'static str) -> ApiError {
    ApiError::InvalidField { name, rule }
}
