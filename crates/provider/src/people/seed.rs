//! What people have at the provider before the story begins: events around the current week, and Ada's grant.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span as Duration, Timestamp as Moment, ToSpan};
use wire::timestamp::Timestamp;

use self::When::{AllDay, At};
use super::{Person, PersonId, ada, grace, grace_at_home};
use crate::calendar::event::{Details, Span};

/// The refresh token that the tenant's client holds for Ada from the start: the tenant file gives it to her account.
pub(crate) const OFFLINE_REFRESH_TOKEN: &str = "1//ada-offline-grant";

/// What it is good for.
pub(crate) const OFFLINE_SCOPE: &str =
    "openid email profile https://www.googleapis.com/auth/calendar.events";

/// An event of the seed: day counted from the Monday of this week, time, title, place.
struct Planned(i8, When, &'static str, &'static str);

enum When {
    /// Hour and minute of the start, and how many minutes it takes.
    At(i8, i8, i16),
    AllDay,
}

/// Monday to Sunday of Ada's weeks; on other days nothing is planned.
const ADA: [Planned; 15] = [
    Planned(-7, At(9, 30, 30), "Stand-up, drawing office", "Room 3"),
    Planned(-5, At(14, 0, 120), "Reading: Menabrea's memoir", "Library"),
    Planned(-3, At(16, 0, 60), "Weekly review", "Room 3"),
    Planned(0, At(9, 30, 30), "Stand-up, drawing office", "Room 3"),
    Planned(0, At(11, 0, 90), "Design review: hinge and wheel", "With Grace Hopper, Works"),
    Planned(0, At(15, 0, 60), "Call with the foundry", "By telephone"),
    Planned(1, AllDay, "Inspection, Bank of Ely", "Ely"),
    Planned(1, At(18, 10, 70), "Train to London", "Platform 2"),
    Planned(3, At(13, 0, 45), "Lunch with Charles Babbage", "Dorset Street"),
    Planned(4, At(16, 0, 60), "Weekly review", "Room 3"),
    Planned(7, At(9, 30, 30), "Stand-up, drawing office", "Room 3"),
    Planned(8, At(10, 0, 150), "Trial of the second bolt", "Works"),
    Planned(10, AllDay, "Royal Institution, open day", "Albemarle Street"),
    Planned(11, At(16, 0, 60), "Weekly review", "Room 3"),
    Planned(14, At(9, 30, 30), "Stand-up, drawing office", "Room 3"),
];

/// Grace's weeks.
const GRACE: [Planned; 5] = [
    Planned(-6, At(10, 0, 60), "Compiler working group", "Room 1"),
    Planned(0, At(11, 0, 90), "Design review: hinge and wheel", "With Ada Lovelace, Works"),
    Planned(2, At(10, 0, 60), "Compiler working group", "Room 1"),
    Planned(3, AllDay, "At sea", "USS Constitution"),
    Planned(8, At(10, 0, 60), "Compiler working group", "Room 1"),
];

/// Grace's evenings, in her second account.
const GRACE_AT_HOME: [Planned; 2] = [
    Planned(1, At(18, 0, 120), "Dinner with Vincent", "Home"),
    Planned(5, AllDay, "Wolfeboro", "The lake"),
];

/// Everybody's events, placed around the week of `now`, which begins on Monday, in UTC.
pub(crate) fn events(now: Timestamp) -> Vec<(PersonId, Details)> {
    let today = date_of(now);
    let monday = today.saturating_sub(i64::from(today.weekday().since(Weekday::Monday)).days());
    let planned = |person: Person, events: &'static [Planned]| {
        events.iter().filter_map(move |event| Some((person.id.clone(), event.in_week_of(monday)?)))
    };
    planned(ada(), &ADA)
        .chain(planned(grace(), &GRACE))
        .chain(planned(grace_at_home(), &GRACE_AT_HOME))
        .collect()
}

fn date_of(now: Timestamp) -> Date {
    let seconds = i64::try_from(now.seconds()).unwrap_or(i64::MAX);
    Moment::from_second(seconds).unwrap_or(Moment::MAX).to_zoned_datetime(TimeZone::UTC).date()
}

impl Planned {
    /// `None` at the end of the calendar only.
    fn in_week_of(&self, monday: Date) -> Option<Details> {
        let &Self(day, ref when, title, place) = self;
        let day = monday.checked_add(Duration::new().days(day)).ok()?;
        let span = match *when {
            AllDay => Span::all_day(day, day.tomorrow().ok()?)?,
            At(hour, minute, minutes) => {
                let start = day.at(hour, minute, 0, 0).to_zoned_datetime(TimeZone::UTC).ok()?;
                let from = start.timestamp();
                Span::timed(from, from.checked_add(Duration::new().minutes(minutes)).ok()?)
            }
        };
        Some(Details::planned(title, place, span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-25, a Wednesday.
    const WEDNESDAY: u64 = 1_795_564_800;

    #[track_caller]
    fn of(person: &Person, now: u64, title: &str) -> Vec<String> {
        let events = events(Timestamp::from_epoch(now));
        let own =
            events.iter().filter(|(id, details)| *id == person.id && details.title() == title);
        own.map(|(_, details)| details.span().from().to_string()).collect()
    }

    #[test]
    fn events_lie_in_the_week_that_begins_on_monday() {
        assert_eq!(of(&ada(), WEDNESDAY, "Call with the foundry"), ["2026-11-23T15:00:00Z"]);
        assert_eq!(of(&ada(), WEDNESDAY, "Inspection, Bank of Ely"), ["2026-11-24T00:00:00Z"]);
        assert_eq!(of(&grace(), WEDNESDAY, "At sea"), ["2026-11-26T00:00:00Z"]);
    }

    #[test]
    fn sunday_belongs_to_the_week_before_and_monday_to_its_own() {
        let sunday_night = WEDNESDAY + 5 * 86_400 - 1;

        assert_eq!(of(&ada(), sunday_night, "Train to London"), ["2026-11-24T18:10:00Z"]);
        assert_eq!(of(&ada(), sunday_night + 1, "Train to London"), ["2026-12-01T18:10:00Z"]);
    }

    #[test]
    fn the_weeks_around_have_events_too() {
        let starts = of(&ada(), WEDNESDAY, "Weekly review");

        assert_eq!(
            starts,
            ["2026-11-20T16:00:00Z", "2026-11-27T16:00:00Z", "2026-12-04T16:00:00Z"]
        );
    }

    #[test]
    fn the_end_of_time_has_no_events_and_no_panic() {
        assert!(
            events(Timestamp::from_epoch(u64::MAX)).len()
                <= ADA.len() + GRACE.len() + GRACE_AT_HOME.len()
        );
    }
}
