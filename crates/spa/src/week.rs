//! Weeks, which begin on Monday (ISO 8601).

use crate::date::{Date, short};

/// A week, known by its Monday.
///
/// ```
/// use spa::{date::Date, week::Week};
///
/// let week = Week::containing(Date::parse("2026-11-26").expect("a day that exists"));
/// assert_eq!(week.range(), "23 to 29 Nov 2026");
/// assert_eq!(week.path(), "/calendar?week=2026-11-23");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    monday: Date,
}

impl Week {
    /// The week that a day is in.
    #[must_use]
    pub const fn containing(day: Date) -> Self {
        Self { monday: day.plus(-day.days_since_monday()) }
    }

    /// The week that the address asks for, or `None` where it asks for none that exists.
    #[must_use]
    pub fn asked_for(query: &str) -> Option<Self> {
        let mut parameters = query.trim_start_matches('?').split('&');
        let day = parameters.find_map(|parameter| parameter.strip_prefix("week="))?;
        Date::parse(day).map(Self::containing)
    }

    /// The address of this week's calendar.
    #[must_use]
    pub fn path(self) -> String {
        ["/calendar?week=", &self.monday.to_string()].concat()
    }

    /// Its first day.
    #[must_use]
    pub const fn monday(self) -> Date {
        self.monday
    }

    /// Its seven days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        (0..7).map(move |days| self.monday.plus(days))
    }

    /// Whether the day is one of its seven.
    #[must_use]
    pub const fn contains(self, day: Date) -> bool {
        matches!(day.days_since(self.monday), 0..7)
    }

    /// The week before it.
    #[must_use]
    pub const fn before(self) -> Self {
        Self { monday: self.monday.plus(-7) }
    }

    /// The week after it.
    #[must_use]
    pub const fn after(self) -> Self {
        Self { monday: self.monday.plus(7) }
    }

    /// From when to when it is: `23 to 29 Nov 2026`, `30 Nov to 6 Dec 2026`.
    #[must_use]
    pub fn range(self) -> String {
        let sunday = self.monday.plus(6);
        let (first_year, first_month, first_day) = self.monday.year_month_day();
        let (last_year, last_month, last_day) = sunday.year_month_day();
        let from = if first_year != last_year {
            format!("{first_day} {} {first_year}", short(self.monday.month()))
        } else if first_month != last_month {
            format!("{first_day} {}", short(self.monday.month()))
        } else {
            first_day.to_string()
        };
        format!("{from} to {last_day} {} {last_year}", short(sunday.month()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(text: &str) -> Week {
        Week::containing(Date::parse(text).unwrap())
    }

    #[test]
    fn all_seven_days_are_in_the_same_week() {
        let november = week("2026-11-23");
        assert!(
            november.days().all(|day| Week::containing(day) == november && november.contains(day))
        );
        assert_eq!(november.days().count(), 7);
        assert!(!november.contains(november.before().monday()));
        assert!(!november.contains(november.after().monday()));
    }

    #[test]
    fn the_range_names_month_and_year_once_where_once_is_enough() {
        assert_eq!(week("2026-11-29").range(), "23 to 29 Nov 2026");
        assert_eq!(week("2026-12-01").range(), "30 Nov to 6 Dec 2026");
        assert_eq!(week("2026-12-31").range(), "28 Dec 2026 to 3 Jan 2027");
    }

    #[test]
    fn the_address_keeps_the_week() {
        let november = week("2026-11-25");
        assert_eq!(
            Week::asked_for(november.path().trim_start_matches("/calendar")),
            Some(november)
        );
        assert_eq!(Week::asked_for("?other=1&week=2026-11-29"), Some(november));
    }

    #[test]
    fn an_address_may_ask_for_no_week_or_for_nonsense() {
        for query in ["", "?", "?week=", "?week=2026-11-31", "?week=now", "?weeks=2026-11-23"] {
            assert_eq!(Week::asked_for(query), None, "{query}");
        }
    }
}
