//! Seven days in a row, a tick for each event.

use leptos::prelude::*;

use crate::agenda::Day;
use crate::date::{Date, short};
use crate::week::Week;

/// The week at a glance. Each day leads to its list below; today has a red edge.
#[component]
pub fn WeekRuler(
    /// Which week.
    week: Week,
    /// Its days, once their events are there.
    days: Option<Vec<Day>>,
    /// The present day.
    today: Date,
) -> impl IntoView {
    let label = format!("Week of {} {}", week.monday().day(), week.monday().month());
    let links = week.days().map(|date| {
        let day = days.as_ref().and_then(|days| days.iter().find(|day| day.date == date));
        let count = day.map(|day| day.entries.len());
        let ticks = (0..count.unwrap_or_default()).map(|_| view! { <i></i> });
        view! {
            <li>
                <a href=["#", &anchor(date)].concat() aria-current=(today == date).then_some("date")>
                    <small>{short(date.weekday())}</small>
                    <b class="big">{date.day()}</b>
                    <span class="tally" aria-hidden="true">{ticks.collect_view()}</span>
                    <span class="hide">{count.map(in_words)}</span>
                </a>
            </li>
        }
    });
    view! { <ol class="week" aria-label=label>{links.collect_view()}</ol> }
}

/// The id of a day's heading in the list.
#[must_use]
pub fn anchor(date: Date) -> String {
    format!("d{:02}", date.day())
}

fn in_words(count: usize) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{count} events") }
}
