//! A week's events, each on its day and in its order.

use wire::calendar::{Event, Span};

use crate::date::{Date, LocalTime, Minute};
use crate::week::Week;

/// A day and what is planned on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which day.
    pub date: Date,
    /// Whole days first, then by their start.
    pub entries: Vec<Entry>,
}

/// An event as it stands in a day's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The provider's id of the event.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it is, or else what more is known about it.
    pub note: Option<String>,
    /// When it is.
    pub times: Times,
}

/// When an entry is. The order is the one of a day's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Times {
    /// The whole day.
    AllDay,
    /// From one time to another, which may be on a later day.
    Timed {
        /// Start.
        start: LocalTime,
        /// End.
        end: LocalTime,
    },
}

/// How high an entry stands: three steps, by its duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Height {
    /// Under an hour, or a whole day.
    Low,
    /// From an hour.
    Middle,
    /// From an hour and a half.
    High,
}

impl Times {
    /// The step that fits.
    #[must_use]
    pub const fn height(self) -> Height {
        match self {
            Self::AllDay => Height::Low,
            Self::Timed { start, end } => match start.minutes_until(end) {
                ..60 => Height::Low,
                60..90 => Height::Middle,
                90.. => Height::High,
            },
        }
    }
}

impl Day {
    /// Before which entry the line of the present moment goes: the first one that is still to begin.
    #[must_use]
    pub fn position_of(&self, now: LocalTime) -> usize {
        let begun = |entry: &Entry| match entry.times {
            Times::AllDay => true,
            Times::Timed { start, .. } => start <= now,
        };
        self.entries.iter().take_while(|entry| begun(entry)).count()
    }
}

/// The seven days of the week, each with its events. `local` tells what the clock on the wall shows at an RFC 3339
/// moment; an event whose times it cannot tell is left out.
#[must_use]
pub fn days(week: Week, events: &[Event], local: impl Fn(&str) -> Option<LocalTime>) -> Vec<Day> {
    let mut days: Vec<Day> = week.days().map(|date| Day { date, entries: Vec::new() }).collect();
    for event in events {
        let Some((first, last, times)) = placed(&event.span, week, &local) else { continue };
        for day in days.iter_mut().filter(|day| first <= day.date && day.date <= last) {
            let entry = Entry {
                id: event.id.clone(),
                title: event.title.clone(),
                note: event.location.clone().or_else(|| event.description.clone()),
                times,
            };
            // A few entries in the provider's order, which is nearly ours: no need for a sort.
            let position = day.entries.iter().take_while(|before| before.times <= times).count();
            day.entries.insert(position, entry);
        }
    }
    days
}

/// On which days an event stands, and with which times. A whole-day event stands on each of its days; any other on the
/// day it starts, or on the week's first when it started before.
fn placed(
    span: &Span,
    week: Week,
    local: impl Fn(&str) -> Option<LocalTime>,
) -> Option<(Date, Date, Times)> {
    match span {
        Span::Timed { start, end } => {
            let (start, end) = (local(start)?, local(end)?);
            // What ends at midnight does not reach into the new day.
            let over = end.date == week.monday() && end.minute == Minute::MIDNIGHT && start < end;
            let day = if end.date < week.monday() || over {
                start.date
            } else {
                start.date.max(week.monday())
            };
            Some((day, day, Times::Timed { start, end }))
        }
        Span::AllDay { start_date, end_date } => {
            let first = Date::parse(start_date)?;
            // The end is the day after the last one; a careless calendar repeats the start.
            let last = Date::parse(end_date)?.plus(-1).max(first);
            Some((first, last, Times::AllDay))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For a wall that stands in Greenwich.
    fn utc(text: &str) -> Option<LocalTime> {
        let (date, time) = text.trim_end_matches('Z').split_once('T')?;
        Some(LocalTime { date: Date::parse(date)?, minute: Minute::parse(time.get(..5)?)? })
    }

    fn event(title: &str, span: Span) -> Event {
        Event {
            id: title.to_owned(),
            title: title.to_owned(),
            location: None,
            description: None,
            span,
        }
    }

    fn timed(title: &str, start: &str, end: &str) -> Event {
        event(title, Span::Timed { start: start.to_owned(), end: end.to_owned() })
    }

    fn all_day(title: &str, start: &str, end: &str) -> Event {
        event(title, Span::AllDay { start_date: start.to_owned(), end_date: end.to_owned() })
    }

    fn titles(events: &[Event]) -> Vec<Vec<String>> {
        let week = Week::containing(Date::parse("2026-11-23").unwrap());
        let days = days(week, events, utc);
        days.into_iter()
            .map(|day| day.entries.into_iter().map(|entry| entry.title).collect())
            .collect()
    }

    fn minutes(count: i32) -> Times {
        let start = utc("2026-11-23T09:00:00Z").unwrap();
        let end = LocalTime { minute: Minute::new(9 + count / 60, count % 60).unwrap(), ..start };
        Times::Timed { start, end }
    }

    #[test]
    fn events_stand_on_their_day_in_their_order() {
        let found = titles(&[
            timed("late", "2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z"),
            timed("early", "2026-11-23T09:30:00Z", "2026-11-23T10:00:00Z"),
            all_day("whole", "2026-11-23", "2026-11-24"),
            timed("tuesday", "2026-11-24T18:10:00Z", "2026-11-24T19:20:00Z"),
        ]);
        assert_eq!(found[0], ["whole", "early", "late"]);
        assert_eq!(found[1], ["tuesday"]);
        assert!(found[2..].iter().all(Vec::is_empty));
    }

    #[test]
    fn a_journey_of_days_stands_on_each_of_them() {
        let found = titles(&[all_day("fair", "2026-11-21", "2026-11-25")]);
        assert_eq!(found[0], ["fair"]);
        assert_eq!(found[1], ["fair"]);
        assert!(found[2].is_empty());
    }

    #[test]
    fn a_night_stands_where_it_begins_or_where_the_week_begins() {
        let found = titles(&[
            timed("ball", "2026-11-25T22:00:00Z", "2026-11-26T02:00:00Z"),
            timed("sunday night", "2026-11-22T23:00:00Z", "2026-11-23T01:00:00Z"),
            timed("over by midnight", "2026-11-22T23:00:00Z", "2026-11-23T00:00:00Z"),
        ]);
        assert_eq!(found[0], ["sunday night"]);
        assert_eq!(found[2], ["ball"]);
        assert!(found[3].is_empty());
    }

    #[test]
    fn an_event_without_readable_times_is_left_out() {
        let found = titles(&[
            timed("odd", "tomorrow", "later"),
            all_day("odder", "2026-11-31", "2026-12-01"),
        ]);
        assert!(found.iter().all(Vec::is_empty));
    }

    #[test]
    fn rows_grow_with_the_duration_in_three_steps() {
        assert_eq!(minutes(30).height(), Height::Low);
        assert_eq!(minutes(59).height(), Height::Low);
        assert_eq!(minutes(60).height(), Height::Middle);
        assert_eq!(minutes(89).height(), Height::Middle);
        assert_eq!(minutes(90).height(), Height::High);
        assert_eq!(Times::AllDay.height(), Height::Low);
    }

    #[test]
    fn the_present_moment_stands_before_what_is_still_to_begin() {
        let week = Week::containing(Date::parse("2026-11-23").unwrap());
        let events = [
            all_day("whole", "2026-11-23", "2026-11-24"),
            timed("review", "2026-11-23T11:00:00Z", "2026-11-23T12:30:00Z"),
            timed("call", "2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z"),
        ];
        let today = &days(week, &events, utc)[0];
        assert_eq!(today.position_of(utc("2026-11-23T08:00:00Z").unwrap()), 1);
        assert_eq!(today.position_of(utc("2026-11-23T11:00:00Z").unwrap()), 2);
        assert_eq!(today.position_of(utc("2026-11-23T23:00:00Z").unwrap()), 3);
    }
}
