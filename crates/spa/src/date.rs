//! Days and wall-clock times, in whatever zone the browser is in.
//!
//! The browser converts between moments and these ([`crate::browser`]); what is done with them is plain arithmetic, so
//! that no time zone data and no date library travels with the app.

use std::fmt;

/// A day of the Gregorian calendar, as the number of days since 1970-01-01.
///
/// ```
/// use spa::date::Date;
///
/// let date = Date::parse("2026-11-23").expect("a day that exists");
/// assert_eq!(date.plus(8).to_string(), "2026-12-01");
/// assert_eq!(date.weekday(), "Monday");
/// assert_eq!(Date::parse("2026-02-29"), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Date {
    /// The day with that year (1000 to 9999), month (1 to 12) and day of the month, if there is one. Browsers take the
    /// first hundred years for those of the twentieth century.
    ///
    /// The count of days is Howard Hinnant's [`days_from_civil`](https://howardhinnant.github.io/date_algorithms.html):
    /// years begin in March there, which puts the leap day at the end.
    #[must_use]
    pub fn new(year: i32, month: i32, day: i32) -> Option<Self> {
        if !((1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
        {
            return None;
        }
        let march_year = if month <= 2 { year - 1 } else { year };
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let date = Self(era * 146_097 + day_of_era - 719_468);
        // A 31 November came out as 1 December.
        (date.year_month_day() == (year, month, day)).then_some(date)
    }

    /// Reads `2026-11-23`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let mut number = |digits: usize| {
            parts
                .next()
                .filter(|part| part.len() == digits && is_digits(part))
                .and_then(|part| part.parse().ok())
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() { None } else { Self::new(year, month, day) }
    }

    /// Year, month (1 to 12) and day of the month: `civil_from_days` of the same author.
    #[must_use]
    pub fn year_month_day(self) -> (i32, i32, i32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// The day that many days later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// How many days after `earlier` this is.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// How many days after a Monday this is.
    #[must_use]
    pub const fn days_since_monday(self) -> i32 {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7)
    }

    /// The day of the month.
    #[must_use]
    pub fn day(self) -> i32 {
        self.year_month_day().2
    }

    /// Its name in the week.
    #[must_use]
    pub fn weekday(self) -> &'static str {
        name(&WEEKDAYS, self.days_since_monday())
    }

    /// Its month's name.
    #[must_use]
    pub fn month(self) -> &'static str {
        name(&MONTHS, self.year_month_day().1 - 1)
    }
}

/// The first three letters of a weekday's or month's name.
#[must_use]
pub fn short(name: &'static str) -> &'static str {
    name.get(..3).unwrap_or(name)
}

/// `2026-11-23`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A day and a minute of it, as the clock on the wall shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// The minute of the day.
    pub minute: Minute,
}

impl LocalTime {
    /// Minutes from here until `later`, by the clock on the wall; less than nothing when that was before.
    #[must_use]
    pub const fn minutes_until(self, later: Self) -> i32 {
        later.date.days_since(self.date) * Minute::PER_DAY + later.minute.0 - self.minute.0
    }
}

/// A minute of the day.
///
/// ```
/// use spa::date::Minute;
///
/// assert_eq!(Minute::parse("9:05").expect("a time that exists").to_string(), "09:05");
/// assert_eq!(Minute::parse("24:00"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(i32);

impl Minute {
    const PER_DAY: i32 = 24 * 60;

    /// The first one of the day.
    pub const MIDNIGHT: Self = Self(0);

    /// The last one of the day.
    pub const LAST: Self = Self(Self::PER_DAY - 1);

    /// That minute of that hour, if the day has it.
    #[must_use]
    pub fn new(hour: i32, minute: i32) -> Option<Self> {
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(Self(hour * 60 + minute))
    }

    /// Reads `9:05` and `09:05`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.trim().split_once(':')?;
        let well_formed = matches!(hour.len(), 1 | 2)
            && minute.len() == 2
            && is_digits(hour)
            && is_digits(minute);
        if well_formed { Self::new(hour.parse().ok()?, minute.parse().ok()?) } else { None }
    }

    /// Hour and minute of that hour.
    #[must_use]
    pub const fn hour_minute(self) -> (i32, i32) {
        (self.0 / 60, self.0 % 60)
    }
}

/// `09:05`.
impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = self.hour_minute();
        write!(f, "{hour:02}:{minute:02}")
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn name(names: &[&'static str], index: i32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_day_is_written_as_it_was_read() {
        for text in
            ["1970-01-01", "2000-02-29", "2026-11-23", "2027-12-31", "9999-12-31", "1000-01-01"]
        {
            assert_eq!(date(text).to_string(), text);
        }
        assert_eq!(date("1970-01-01"), Date(0));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "",
            "0026-11-23",
            "2026-11-31",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "26-11-23",
            "2026-11-23-1",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_day_before_it() {
        let mut day = date("1900-01-01");
        while day < date("2300-01-01") {
            let (year, month, number) = day.year_month_day();
            assert_eq!(Date::new(year, month, number), Some(day));
            let next = day.plus(1);
            assert_eq!((next.days_since_monday() - day.days_since_monday()).rem_euclid(7), 1);
            day = next;
        }
    }

    #[test]
    fn days_and_months_have_names() {
        assert_eq!(date("2026-11-23").weekday(), "Monday");
        assert_eq!(date("1969-12-31").weekday(), "Wednesday");
        assert_eq!(date("2026-11-23").month(), "November");
        assert_eq!(short(date("2026-09-27").weekday()), "Sun");
    }

    #[test]
    fn times_of_day_are_read_leniently_and_written_strictly() {
        assert_eq!(Minute::parse(" 7:30 ").unwrap().to_string(), "07:30");
        assert_eq!(Minute::parse("23:59"), Some(Minute::LAST));
        for text in ["", "7", "7:3", "007:30", "12:60", "-1:30", "noon"] {
            assert_eq!(Minute::parse(text), None, "{text}");
        }
    }

    #[test]
    fn minutes_are_counted_across_midnight() {
        let evening =
            LocalTime { date: date("2026-11-30"), minute: Minute::parse("23:30").unwrap() };
        let morning =
            LocalTime { date: date("2026-12-01"), minute: Minute::parse("00:15").unwrap() };
        assert_eq!(evening.minutes_until(morning), 45);
        assert_eq!(morning.minutes_until(evening), -45);
        assert!(evening < morning);
    }
}
