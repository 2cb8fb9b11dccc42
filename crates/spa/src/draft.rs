//! A new event as it is typed, and the rules that it must meet before it is sent.

use crate::date::{Date, LocalTime, Minute};
use crate::week::Week;

/// What stands in the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What it is to be called.
    pub title: String,
    /// The day, `2026-11-23`.
    pub day: String,
    /// The start, `15:30`.
    pub starts: String,
    /// The end, `16:30`.
    pub ends: String,
}

/// A draft that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What it is called.
    pub title: String,
    /// When it starts.
    pub start: LocalTime,
    /// When it ends: on the same day.
    pub end: LocalTime,
}

/// The fields, in their order on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// The day.
    Day,
    /// The start.
    Starts,
    /// The end.
    Ends,
}

/// What is wrong with one field, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub field: Field,
    /// What is wrong and what to write.
    pub text: String,
}

impl Draft {
    /// Nothing but a sensible time: today from the next full hour where the week has today, else the week's Monday.
    #[must_use]
    pub fn suggested(week: Week, now: LocalTime) -> Self {
        let next_hour = now.minute.hour_minute().0 + 1;
        let (day, hour) =
            if week.contains(now.date) { (now.date, next_hour) } else { (week.monday(), 9) };
        let starts = Minute::new(hour.min(23), 0).unwrap_or(Minute::LAST);
        let ends = Minute::new(hour + 1, 0).unwrap_or(Minute::LAST);
        Self {
            title: String::new(),
            day: day.to_string(),
            starts: starts.to_string(),
            ends: ends.to_string(),
        }
    }

    /// The fields as one text, a line for each: none can hold a line break.
    #[must_use]
    pub fn to_lines(&self) -> String {
        [&*self.title, &*self.day, &*self.starts, &*self.ends].join("\n")
    }

    /// What [`to_lines`](Self::to_lines) wrote.
    #[must_use]
    pub fn from_lines(text: &str) -> Self {
        let mut lines = text.split('\n').map(str::to_owned);
        let mut line = || lines.next().unwrap_or_default();
        Self { title: line(), day: line(), starts: line(), ends: line() }
    }

    /// The event, if it can be one.
    ///
    /// # Errors
    ///
    /// Every mistake, at most one for a field, in the fields' order.
    pub fn checked(&self) -> Result<Planned, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut mistake =
            |field, text: &str| mistakes.push(Mistake { field, text: text.to_owned() });

        let title = self.title.trim();
        if title.is_empty() {
            mistake(Field::Title, "It has no title. Write what the event is called.");
        }
        let date = Date::parse(&self.day);
        if date.is_none() {
            mistake(Field::Day, "Not a day of the calendar. Write it like 2026-11-23.");
        }
        let start = Minute::parse(&self.starts);
        if start.is_none() {
            mistake(Field::Starts, "Not a time of day. Write it like 15:30.");
        }
        let end = Minute::parse(&self.ends);
        match (start, end) {
            (_, None) => mistake(Field::Ends, "Not a time of day. Write it like 16:30."),
            (Some(start), Some(end)) if end < start => {
                mistake(
                    Field::Ends,
                    &format!("Ends before it starts. Choose a time after {start}."),
                );
            }
            (Some(start), Some(end)) if end == start => {
                mistake(Field::Ends, &format!("Ends when it starts. Choose a time after {start}."));
            }
            _ => {}
        }

        match (date, start, end) {
            (Some(date), Some(start), Some(end)) if mistakes.is_empty() => Ok(Planned {
                title: title.to_owned(),
                start: LocalTime { date, minute: start },
                end: LocalTime { date, minute: end },
            }),
            _ => Err(mistakes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(title: &str, day: &str, starts: &str, ends: &str) -> Draft {
        Draft {
            title: title.to_owned(),
            day: day.to_owned(),
            starts: starts.to_owned(),
            ends: ends.to_owned(),
        }
    }

    fn fields(draft: &Draft) -> Vec<Field> {
        draft.checked().err().into_iter().flatten().map(|mistake| mistake.field).collect()
    }

    fn moment(day: &str, time: &str) -> LocalTime {
        LocalTime { date: Date::parse(day).unwrap(), minute: Minute::parse(time).unwrap() }
    }

    #[test]
    fn a_complete_draft_is_an_event() {
        let planned = draft(" Review ", "2026-11-23", "9:30", "11:00").checked().unwrap();
        assert_eq!(planned.title, "Review");
        assert_eq!(planned.start, moment("2026-11-23", "09:30"));
        assert_eq!(planned.end, moment("2026-11-23", "11:00"));
    }

    #[test]
    fn every_field_tells_its_own_mistake() {
        assert_eq!(
            fields(&draft(" ", "tomorrow", "noon", "")),
            [Field::Title, Field::Day, Field::Starts, Field::Ends]
        );
    }

    #[test]
    fn an_event_ends_after_it_starts() {
        assert_eq!(fields(&draft("Review", "2026-11-23", "15:30", "15:00")), [Field::Ends]);
        assert_eq!(fields(&draft("Review", "2026-11-23", "15:30", "15:30")), [Field::Ends]);
    }

    #[test]
    fn a_time_is_suggested_that_lies_ahead() {
        let week = Week::containing(Date::parse("2026-11-23").unwrap());
        let suggested = Draft::suggested(week, moment("2026-11-24", "14:02"));
        assert_eq!(
            (&*suggested.day, &*suggested.starts, &*suggested.ends),
            ("2026-11-24", "15:00", "16:00")
        );
        let other_week = Draft::suggested(week.after(), moment("2026-11-24", "14:02"));
        assert_eq!((&*other_week.day, &*other_week.starts), ("2026-11-30", "09:00"));
    }

    #[test]
    fn a_draft_survives_being_kept() {
        let draft = draft("Tea", "2026-11-23", "", "17:00");
        assert_eq!(Draft::from_lines(&draft.to_lines()), draft);
        assert_eq!(Draft::from_lines(""), Draft::default());
    }

    #[test]
    fn late_in_the_evening_the_day_still_has_room() {
        let week = Week::containing(Date::parse("2026-11-23").unwrap());
        for now in ["22:10", "23:10"] {
            let suggested = Draft {
                title: "Star".to_owned(),
                ..Draft::suggested(week, moment("2026-11-24", now))
            };
            assert_eq!((&*suggested.starts, &*suggested.ends), ("23:00", "23:59"), "{now}");
            assert!(suggested.checked().is_ok(), "{now}");
        }
    }
}
