//! `/calendar/v3/calendars/primary/events`
//! ([events](https://developers.google.com/workspace/calendar/api/v3/reference/events)): list, insert, patch, delete.

pub(crate) mod event;
mod patch;
pub(crate) mod query;
mod time;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use service::reply::NoStore;
use wire::google_calendar::{EventPage, GoogleEvent};
use wire::parameters::Parameters;

use self::event::{Details, Event, EventId};
use self::query::{InvalidQuery, ListQuery, page};
use crate::authorized::{Authorized, ReadEvents, WriteEvents};
use crate::error::ApiError;
use crate::router::App;

/// `GET …/events`: a page of the person's events.
pub(crate) async fn list(
    State(App { events, page_tokens, clock, .. }): State<App>,
    Authorized { person, .. }: Authorized<ReadEvents>,
    RawQuery(query): RawQuery,
) -> Result<NoStore<Json<EventPage>>, ApiError> {
    let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes())?;
    let query = ListQuery::try_from(&parameters)?;
    let now = clock.now();
    let after = match &query.page_token {
        Some(token) => {
            let position = page_tokens.find(token, &person, &query.filter, now).await;
            Some(position.ok_or(InvalidQuery::PageToken)?)
        }
        None => None,
    };

    let (items, last) = page(events.of(&person).await, &query, after);

    let next_page_token = match last {
        Some(last) => Some(page_tokens.issue(person, query.filter, last, now).await),
        None => None,
    };
    let items = items.iter().map(Event::to_wire).collect();
    Ok(NoStore(Json(EventPage { kind: "calendar#events".to_owned(), items, next_page_token })))
}

/// `POST …/events`: adds an event, and answers with it as it was stored.
pub(crate) async fn insert(
    State(App { events, .. }): State<App>,
    Authorized { person, .. }: Authorized<WriteEvents>,
    body: Bytes,
) -> Result<NoStore<Json<GoogleEvent>>, ApiError> {
    let new: GoogleEvent = serde_json::from_slice(&body).map_err(|_| ApiError::NotJson)?;
    let id = new.id.clone().map(EventId::try_from).transpose()?;
    let event = events.insert(person, id, Details::new(new)?).await?;
    Ok(NoStore(Json(event.to_wire())))
}

/// `PATCH …/events/{eventId}`: changes the members that are given.
pub(crate) async fn patch(
    State(App { events, .. }): State<App>,
    Authorized { person, .. }: Authorized<WriteEvents>,
    id: Result<Path<String>, PathRejection>,
    body: Bytes,
) -> Result<NoStore<Json<GoogleEvent>>, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NoSuchEvent)?;
    let changes = serde_json::from_slice(&body).map_err(|_| ApiError::NotJson)?;
    let event = events.change(&person, &id, |event| patch::merged(event, changes)).await?;
    Ok(NoStore(Json(event.to_wire())))
}

/// `DELETE …/events/{eventId}`: cancels the event.
pub(crate) async fn delete(
    State(App { events, .. }): State<App>,
    Authorized { person, .. }: Authorized<WriteEvents>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NoSuchEvent)?;
    events.cancel(&person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
