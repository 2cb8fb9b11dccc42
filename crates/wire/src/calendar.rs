//! What the calendar API sends to the app.

use serde::{Deserialize, Serialize};

/// `GET /events`: the person's events in the asked span, by their start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventList {
    /// The events.
    pub events: Vec<Event>,
}

/// An event of the person's calendar at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EventMembers", into = "EventMembers")]
pub struct Event {
    /// The provider's id of the event.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub location: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// When it is.
    pub span: Span,
}

/// When an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// From one moment to another: members `start` and `end`.
    Timed {
        /// Start, RFC 3339 with an offset.
        start: String,
        /// End, RFC 3339 with an offset.
        end: String,
    },
    /// Whole days: members `start_date` and `end_date`.
    AllDay {
        /// First day, `YYYY-MM-DD`.
        start_date: String,
        /// The day after the last one, `YYYY-MM-DD`.
        end_date: String,
    },
}

/// An event as it is written: the members of its span stand among its own. Spelled out, since serde's `flatten` and
/// `untagged` would carry every type of JSON into the app.
#[derive(Serialize, Deserialize)]
struct EventMembers {
    id: String,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
}

impl TryFrom<EventMembers> for Event {
    type Error = &'static str;

    fn try_from(members: EventMembers) -> Result<Self, Self::Error> {
        let EventMembers { id, title, location, description, start, end, start_date, end_date } =
            members;
        let span = match (start, end, start_date, end_date) {
            (Some(start), Some(end), ..) => Span::Timed { start, end },
            (.., Some(start_date), Some(end_date)) => Span::AllDay { start_date, end_date },
            _ => return Err("an event has start and end, or start_date and end_date"),
        };
        Ok(Self { id, title, location, description, span })
    }
}

impl From<Event> for EventMembers {
    fn from(event: Event) -> Self {
        let Event { id, title, location, description, span } = event;
        let (start, end, start_date, end_date) = match span {
            Span::Timed { start, end } => (Some(start), Some(end), None, None),
            Span::AllDay { start_date, end_date } => (None, None, Some(start_date), Some(end_date)),
        };
        Self { id, title, location, description, start, end, start_date, end_date }
    }
}

/// `POST /events`: an event to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// What it is called; not blank.
    pub title: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Start, RFC 3339 with an offset.
    pub start: String,
    /// End, RFC 3339 with an offset; after the start.
    pub end: String,
}

/// Why a request was not answered ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URI for the kind of problem; `urn:strongroom:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// This case in a sentence, for a person.
    pub detail: String,
    /// The kind of problem, for a program.
    pub code: ProblemCode,
    /// The error code with which the tenant or the provider refused, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_error: Option<String>,
}

/// Kinds of problems of the calendar API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 401: the request has no access token.
    MissingToken,
    /// 401: the access token is expired, forged, or for another API.
    InvalidToken,
    /// 403: the access token lacks the scope.
    InsufficientScope,
    /// 400: the query or body is not as it must be.
    InvalidRequest,
    /// 404: no such path.
    NotFound,
    /// 405: the path has other methods.
    MethodNotAllowed,
    /// 409: the person has not connected an account of the provider.
    AccountNotConnected,
    /// 502: the tenant refused the exchange.
    TenantRefused,
    /// 504: the tenant did not answer.
    TenantUnreachable,
    /// 502: the provider refused the call.
    ProviderRefused,
    /// 504: the provider did not answer.
    ProviderUnreachable,
    /// Any other code: what we read is tolerant.
    #[serde(untagged)]
    Other(String),
}

/// The code as it stands on the wire.
impl std::fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_by_its_members() {
        let timed: Event = serde_json::from_str(
            r#"{"id":"1","title":"Review","start":"2026-11-23T11:00:00Z","end":"2026-11-23T12:30:00Z"}"#,
        )
        .unwrap();
        let all_day: Event = serde_json::from_str(
            r#"{"id":"2","title":"Fair","start_date":"2026-11-24","end_date":"2026-11-25"}"#,
        )
        .unwrap();
        assert!(matches!(timed.span, Span::Timed { .. }));
        assert!(matches!(all_day.span, Span::AllDay { .. }));
        let json = serde_json::to_string(&all_day).unwrap();
        assert_eq!(
            json,
            r#"{"id":"2","title":"Fair","start_date":"2026-11-24","end_date":"2026-11-25"}"#
        );
        assert!(
            serde_json::from_str::<Event>(r#"{"id":"3","title":"When?","start":"2026-11-24"}"#)
                .is_err()
        );
    }
}
