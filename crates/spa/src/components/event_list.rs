//! The week's events, under their days.

use leptos::prelude::*;

use crate::agenda::{Day, Entry, Height, Times};
use crate::components::icon::{Drawing, Icon};
use crate::components::week_ruler::anchor;
use crate::date::LocalTime;

/// All seven days, each with its events in their order. Rows are as high as their events are long, in three steps, and a
/// red line in today's list says what time it is.
#[component]
pub fn EventList(
    /// The days.
    days: Vec<Day>,
    /// Whose key opened this calendar.
    #[prop(into)]
    connection: String,
    /// The present moment.
    now: LocalTime,
) -> impl IntoView {
    let days = days.into_iter().map(|day| {
        let is_today = now.date == day.date;
        view! {
            <section class="day split" aria-labelledby=anchor(day.date)>
                <h2 id=anchor(day.date) tabindex="-1">
                    <b>{day.date.day()}</b>" "<span>{day.date.weekday()}</span>
                    {is_today.then(|| view! { " "<span>"Today"</span> })}
                </h2>
                <ol>{rows(&day, &connection, is_today.then_some(now))}</ol>
            </section>
        }
        .into_any()
    });
    days.collect_view()
}

/// The entries of a day, with the line of the present moment where it belongs.
fn rows(day: &Day, connection: &str, now: Option<LocalTime>) -> Vec<AnyView> {
    let mut rows: Vec<AnyView> = day.entries.iter().map(|entry| row(entry, connection)).collect();
    if let Some(now) = now {
        let line =
            view! { <li class="now"><p class="dim bad">"Now "{now.minute.to_string()}</p></li> };
        rows.insert(day.position_of(now), line.into_any());
    }
    if day.entries.is_empty() {
        rows.push(view! { <li class="soft">"Nothing planned"</li> }.into_any());
    }
    rows
}

fn row(entry: &Entry, connection: &str) -> AnyView {
    let class = match entry.times.height() {
        Height::Low => "span",
        Height::Middle => "span mid",
        Height::High => "span long",
    };
    let times = match entry.times {
        Times::AllDay => "All day".into_any(),
        Times::Timed { start, end } => {
            view! { <time>{start.minute.to_string()}</time>" "<time>{end.minute.to_string()}</time> }.into_any()
        }
    };
    view! {
        <li class="event">
            <p class=class>{times}</p>
            <div><h3>{entry.title.clone()}</h3><p class="soft">{entry.note.clone()}</p></div>
            <span class="chip key"><Icon drawing=Drawing::Key/>{connection.to_owned()}</span>
        </li>
    }
    .into_any()
}

/// Hatched rows where the events will be.
#[component]
pub fn EventSkeleton() -> impl IntoView {
    view! {
        <div class="stack snug" role="status" aria-busy="true">
            <span class="hide">"Loading events"</span>
            <div class="event"><p class="hatch"></p><p class="hatch"></p></div>
            <div class="event"><p class="hatch"></p><p class="hatch"></p></div>
            <div class="event"><p class="hatch"></p><p class="hatch"></p></div>
            <div class="event"><p class="hatch"></p><p class="hatch"></p></div>
        </div>
    }
}
