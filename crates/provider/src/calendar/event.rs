//! Events as they are stored, and the rules for what may become one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use wire::google_calendar::{GoogleDateTime, GoogleEvent};

use super::time;

/// An event of somebody's calendar.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: EventId,
    /// The revision of the store in which it was made.
    pub(crate) created: u64,
    /// The revision of the store in which it was changed last.
    pub(crate) updated: u64,
    pub(crate) details: Details,
}

impl Event {
    /// As Google answers it.
    pub(crate) fn to_wire(&self) -> GoogleEvent {
        let Details { status, summary, description, location, span } = self.details.clone();
        let (start, end) = span.to_wire();
        GoogleEvent {
            kind: Some("calendar#event".to_owned()),
            id: Some(self.id.0.clone()),
            status: Some(status.as_str().to_owned()),
            summary,
            description,
            location,
            start: Some(start),
            end: Some(end),
        }
    }
}

/// Which event: 5 to 1024 characters of base32hex in lower case, as Google has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventId(String);

impl EventId {
    /// 26 characters, as Google makes them.
    pub(crate) fn from_random(bytes: [u8; 26]) -> Self {
        let digit = |byte: u8| char::from_digit(u32::from(byte % 32), 32);
        Self(bytes.into_iter().filter_map(digit).collect())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EventId {
    type Error = InvalidEvent;

    fn try_from(text: String) -> Result<Self, InvalidEvent> {
        let base32hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'v').contains(&byte);
        let valid = (5..=1024).contains(&text.len()) && text.bytes().all(base32hex);
        valid.then_some(Self(text)).ok_or(InvalidEvent::Id)
    }
}

/// Whether it takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    #[default]
    Confirmed,
    Tentative,
    /// Google's way to delete.
    Cancelled,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Tentative => "tentative",
            Self::Cancelled => "cancelled",
        }
    }

    fn read(text: Option<&str>) -> Result<Self, InvalidEvent> {
        match text {
            None | Some("confirmed") => Ok(Self::Confirmed),
            Some("tentative") => Ok(Self::Tentative),
            Some("cancelled") => Ok(Self::Cancelled),
            Some(_) => Err(InvalidEvent::Status),
        }
    }
}

/// What the client decides about an event.
#[derive(Clone, Debug)]
pub(crate) struct Details {
    pub(crate) status: Status,
    summary: Option<String>,
    description: Option<String>,
    location: Option<String>,
    span: Span,
}

impl Details {
    /// Those of a new event, which cannot begin its life as a cancelled one.
    pub(crate) fn new(event: GoogleEvent) -> Result<Self, InvalidEvent> {
        let details = Self::changed(event)?;
        if details.status == Status::Cancelled {
            return Err(InvalidEvent::Status);
        }
        Ok(details)
    }

    /// Those of an event after a change.
    pub(super) fn changed(event: GoogleEvent) -> Result<Self, InvalidEvent> {
        let GoogleEvent { status, summary, description, location, start, end, .. } = event;
        Ok(Self {
            status: Status::read(status.as_deref())?,
            // Google leaves out what is empty.
            summary: summary.filter(|text| !text.is_empty()),
            description: description.filter(|text| !text.is_empty()),
            location: location.filter(|text| !text.is_empty()),
            span: Span::read(start.unwrap_or_default(), end.unwrap_or_default())?,
        })
    }

    /// Those of a seeded event.
    pub(crate) fn planned(summary: &str, location: &str, span: Span) -> Self {
        Self {
            status: Status::Confirmed,
            summary: Some(summary.to_owned()),
            description: None,
            location: Some(location.to_owned()),
            span,
        }
    }

    /// The same, called off.
    pub(crate) fn cancelled(self) -> Self {
        Self { status: Status::Cancelled, ..self }
    }

    #[cfg(test)]
    pub(crate) fn title(&self) -> &str {
        self.summary.as_deref().unwrap_or_default()
    }

    pub(crate) const fn span(&self) -> &Span {
        &self.span
    }
}

/// When an event is: from its first moment to the first one after it.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    from: Timestamp,
    to: Timestamp,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    AllDay,
    /// With the time zones that the client named.
    Timed {
        start_zone: Option<String>,
        end_zone: Option<String>,
    },
}

impl Span {
    pub(crate) const fn timed(from: Timestamp, to: Timestamp) -> Self {
        Self { from, to, kind: Kind::Timed { start_zone: None, end_zone: None } }
    }

    /// From the first day to the one after the last; `None` at the ends of the calendar.
    pub(crate) fn all_day(first: Date, after: Date) -> Option<Self> {
        Some(Self { from: time::midnight(first)?, to: time::midnight(after)?, kind: Kind::AllDay })
    }

    pub(crate) const fn from(&self) -> Timestamp {
        self.from
    }

    pub(crate) const fn to(&self) -> Timestamp {
        self.to
    }

    fn read(start: GoogleDateTime, end: GoogleDateTime) -> Result<Self, InvalidEvent> {
        let span = match (Point::read(start, Edge::Start)?, Point::read(end, Edge::End)?) {
            (Point::Day(first), Point::Day(after)) => {
                Self::all_day(first, after).ok_or(InvalidEvent::Value(Edge::End))?
            }
            (Point::Moment(from, start_zone), Point::Moment(to, end_zone)) => {
                Self { from, to, kind: Kind::Timed { start_zone, end_zone } }
            }
            _ => return Err(InvalidEvent::Mixed),
        };
        // A day has some length, a moment may have none.
        let empty =
            span.to < span.from || (matches!(span.kind, Kind::AllDay) && span.to == span.from);
        if empty { Err(InvalidEvent::Empty) } else { Ok(span) }
    }

    fn to_wire(&self) -> (GoogleDateTime, GoogleDateTime) {
        let day = |moment: Timestamp| GoogleDateTime {
            date: Some(moment.to_zoned_datetime(TimeZone::UTC).date().to_string()),
            ..GoogleDateTime::default()
        };
        let moment = |moment: Timestamp, zone: &Option<String>| GoogleDateTime {
            date_time: Some(moment.to_string()),
            time_zone: Some(zone.clone().unwrap_or_else(|| "UTC".to_owned())),
            ..GoogleDateTime::default()
        };
        match &self.kind {
            Kind::AllDay => (day(self.from), day(self.to)),
            Kind::Timed { start_zone, end_zone } => {
                (moment(self.from, start_zone), moment(self.to, end_zone))
            }
        }
    }
}

/// Which end of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

impl std::fmt::Display for Edge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::End => "end",
        })
    }
}

enum Point {
    Day(Date),
    Moment(Timestamp, Option<String>),
}

impl Point {
    fn read(point: GoogleDateTime, edge: Edge) -> Result<Self, InvalidEvent> {
        let GoogleDateTime { date, date_time, time_zone } = point;
        if time_zone.as_deref().is_some_and(|zone| !time::is_zone(zone)) {
            return Err(InvalidEvent::Zone(edge));
        }
        match (date, date_time) {
            (None, None) => Err(InvalidEvent::Missing(edge)),
            (Some(_), Some(_)) => Err(InvalidEvent::Both(edge)),
            (Some(date), None) => time::day(&date).map(Self::Day).ok_or(InvalidEvent::Value(edge)),
            (None, Some(text)) => {
                let in_zone = || time::moment_in(&text, time_zone.as_deref()?);
                let moment =
                    time::moment(&text).or_else(in_zone).ok_or(InvalidEvent::Value(edge))?;
                Ok(Self::Moment(moment, time_zone))
            }
        }
    }
}

/// Why a body is no event; the texts are Google's where we know them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEvent {
    #[error("Missing {0} time.")]
    Missing(Edge),
    #[error("The {0} has both date and dateTime.")]
    Both(Edge),
    #[error(
        "Invalid {0} time: a date is YYYY-MM-DD, a dateTime is RFC 3339 with an offset or a timeZone beside it."
    )]
    Value(Edge),
    #[error("Invalid time zone definition for {0} time.")]
    Zone(Edge),
    #[error("Start and end times must either both be date or both be dateTime.")]
    Mixed,
    #[error("The specified time range is empty.")]
    Empty,
    #[error("Invalid status.")]
    Status,
    #[error("Invalid resource id value.")]
    Id,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn read(event: Value) -> Result<Details, InvalidEvent> {
        Details::new(serde_json::from_value(event).expect("the shape of an event"))
    }

    #[track_caller]
    fn refused(start: &Value, end: &Value) -> InvalidEvent {
        read(json!({"start": start, "end": end})).expect_err("not an event")
    }

    fn at(time: &str) -> Value {
        json!({"dateTime": format!("2026-11-23T{time}Z")})
    }

    #[test]
    fn an_event_needs_both_ends_and_of_one_kind() {
        let day = json!({"date": "2026-11-23"});
        let both = json!({"date": "2026-11-23", "dateTime": "2026-11-23T09:00:00Z"});

        assert_eq!(refused(&Value::Null, &at("10:00:00")), InvalidEvent::Missing(Edge::Start));
        assert_eq!(refused(&at("10:00:00"), &json!({})), InvalidEvent::Missing(Edge::End));
        assert_eq!(refused(&day, &at("10:00:00")), InvalidEvent::Mixed);
        assert_eq!(refused(&at("10:00:00"), &both), InvalidEvent::Both(Edge::End));
    }

    #[test]
    fn an_event_does_not_end_before_it_starts() {
        assert_eq!(refused(&at("10:00:00"), &at("09:59:59")), InvalidEvent::Empty);
        assert_eq!(
            refused(&json!({"date": "2026-11-23"}), &json!({"date": "2026-11-23"})),
            InvalidEvent::Empty
        );
        assert!(read(json!({"start": at("10:00:00"), "end": at("10:00:00")})).is_ok());
    }

    #[test]
    fn a_time_without_an_offset_needs_a_known_zone() {
        let bare = json!({"dateTime": "2026-11-23T09:00:00"});
        let elsewhere = json!({"dateTime": "2026-11-23T09:00:00", "timeZone": "Middle/Earth"});

        assert_eq!(refused(&bare, &at("10:00:00")), InvalidEvent::Value(Edge::Start));
        assert_eq!(refused(&at("08:00:00"), &elsewhere), InvalidEvent::Zone(Edge::End));
    }

    #[test]
    fn a_new_event_takes_place() {
        let with = |status: &str| {
            read(json!({"start": at("10:00:00"), "end": at("11:00:00"), "status": status}))
        };

        assert!(with("tentative").is_ok());
        assert_eq!(with("cancelled").expect_err("born dead"), InvalidEvent::Status);
        assert_eq!(with("perhaps").expect_err("no status"), InvalidEvent::Status);
    }

    #[test]
    fn an_id_is_base32hex() {
        assert!(EventId::try_from("abcv0129".to_owned()).is_ok());
        assert!(EventId::try_from(EventId::from_random([255; 26]).0).is_ok());
        for id in ["abcd", "ABCDE", "abcdw", "abc-de"] {
            assert_eq!(EventId::try_from(id.to_owned()), Err(InvalidEvent::Id), "{id}");
        }
    }
}
