//! Moments and days as Google writes them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A moment with its offset ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339#section-5.6)).
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().filter(|_| is_plain(text))
}

/// A moment as the clocks of a time zone show it, without an offset.
pub(super) fn moment_in(text: &str, zone: &str) -> Option<Timestamp> {
    let shown: DateTime = text.parse().ok().filter(|_| is_plain(text))?;
    let zone = TimeZone::get(zone).ok()?;
    Some(shown.to_zoned_datetime(zone).ok()?.timestamp())
}

/// A day, `YYYY-MM-DD`.
pub(super) fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| is_plain(text) && text.len() == "YYYY-MM-DD".len())
}

/// Whether the name is in the IANA database.
pub(super) fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// The first moment of a day; UTC is the zone of every calendar here.
pub(super) fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// jiff reads more than RFC 3339 writes: years of six digits with a sign, zones in brackets.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && !text.contains('[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn utc(moment: Option<Timestamp>) -> String {
        moment.expect("a moment").to_string()
    }

    #[test]
    fn a_moment_has_an_offset() {
        assert_eq!(utc(moment("2026-11-23T09:30:00Z")), "2026-11-23T09:30:00Z");
        assert_eq!(utc(moment("2026-11-23T09:30:00.5+01:00")), "2026-11-23T08:30:00.5Z");
        for text in [
            "2026-11-23T09:30:00",
            "2026-11-23",
            "-000001-11-23T09:30:00Z",
            "2026-11-23T09:30:00Z[UTC]",
            "soon",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_without_an_offset_has_a_zone() {
        assert_eq!(utc(moment_in("2026-07-01T09:30:00", "Europe/London")), "2026-07-01T08:30:00Z");
        assert_eq!(utc(moment_in("2026-07-01T09:30:00", "UTC")), "2026-07-01T09:30:00Z");
        assert_eq!(moment_in("2026-07-01T09:30:00", "Middle/Earth"), None);
        assert_eq!(moment_in("soon", "UTC"), None);
    }

    #[test]
    fn a_day_is_a_day_alone() {
        assert_eq!(day("2026-11-23").map(|day| day.to_string()).as_deref(), Some("2026-11-23"));
        for text in ["2026-02-30", "20261123", "2026-11-23T00:00", "23 November"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
