//! The part of Google Calendar API v3 that we need
//! ([events](https://developers.google.com/workspace/calendar/api/v3/reference/events)): what the provider serves and
//! the calendar API asks for, in Google's own shape.

use serde::{Deserialize, Serialize};

/// Scope to see and change events.
pub const EVENTS_SCOPE: &str = "https://www.googleapis.com/auth/calendar.events";

/// Scope to see events.
pub const EVENTS_READONLY_SCOPE: &str = "https://www.googleapis.com/auth/calendar.events.readonly";

/// Path of the events of the token's own calendar.
pub const EVENTS_PATH: &str = "/calendar/v3/calendars/primary/events";

/// The answer of `events.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    /// `calendar#events`.
    pub kind: String,
    /// The events on this page.
    #[serde(default)]
    pub items: Vec<GoogleEvent>,
    /// Given where there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// An event; in a request, the members that are to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoogleEvent {
    /// `calendar#event`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The event's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `confirmed`, `tentative` or `cancelled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The title; Google leaves it out when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// First moment or day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<GoogleDateTime>,
    /// First moment or day after the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<GoogleDateTime>,
}

/// A moment or a day: one of the two members is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoogleDateTime {
    /// `YYYY-MM-DD`, for events of whole days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// RFC 3339, for other events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_time: Option<String>,
    /// IANA name of the time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// The body of a refusal: `{"error":{"code":401,"message":"..","status":"UNAUTHENTICATED"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoogleError {
    /// The one member.
    pub error: GoogleErrorBody,
}

/// What is in a [`GoogleError`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoogleErrorBody {
    /// The status of the answer.
    pub code: u16,
    /// For a developer.
    pub message: String,
    /// Google's name of the status, e.g. `PERMISSION_DENIED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}
