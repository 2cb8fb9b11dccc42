//! The events of the week that is shown: fetched, kept while they are fetched anew, and still shown when that fails.

use leptos::prelude::*;
use wire::calendar::{Event, NewEvent, Problem};

use crate::agenda::{self, Day};
use crate::browser;
use crate::calendar_api::{ApiError, CalendarApi};
use crate::date::{LocalTime, Minute};
use crate::draft::Planned;
use crate::week::Week;

/// What can be shown of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing yet.
    Loading,
    /// Its events.
    Events,
    /// Nothing before another login.
    LoginRequired,
    /// Nothing before an account is connected.
    NotConnected(Problem),
    /// Nothing, for this reason.
    Failed(ApiError),
}

/// What is known of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    week: Week,
    /// Its events, once they are there, and since when they are as they are.
    events: Option<(Vec<Event>, LocalTime)>,
    /// Why the last attempt to fetch them brought nothing.
    problem: Option<ApiError>,
}

/// The week's events, and what can be done about them. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Schedule {
    api: CalendarApi,
    known: RwSignal<Known>,
    loading: RwSignal<bool>,
    /// Answers that were overtaken are not looked at.
    attempt: StoredValue<u32>,
}

impl Schedule {
    /// Nothing is known of the week yet.
    #[must_use]
    pub fn new(api: CalendarApi, week: Week) -> Self {
        let known = RwSignal::new(Known { week, events: None, problem: None });
        Self { api, known, loading: RwSignal::new(false), attempt: StoredValue::new(0) }
    }

    /// What can be shown.
    pub fn phase(self) -> Memo<Phase> {
        Memo::new(move |_| {
            self.known.with(|known| match (&known.problem, &known.events) {
                (Some(ApiError::LoginRequired), _) => Phase::LoginRequired,
                (Some(problem), events) => match problem.not_connected() {
                    Some(problem) => Phase::NotConnected(problem.clone()),
                    None if events.is_some() => Phase::Events,
                    None => Phase::Failed(problem.clone()),
                },
                (None, Some(_)) => Phase::Events,
                (None, None) => Phase::Loading,
            })
        })
    }

    /// The week's days with their events; `None` as long as no events are there.
    #[must_use]
    pub fn days(self) -> Option<Vec<Day>> {
        self.known.with(|known| {
            let (events, _) = known.events.as_ref()?;
            Some(agenda::days(known.week, events, browser::local))
        })
    }

    /// Since when the events are as they are, and why they could not be fetched again.
    #[must_use]
    pub fn stale(self) -> Option<(LocalTime, ApiError)> {
        self.known.with(|known| {
            let (_, since) = known.events.as_ref()?;
            Some((*since, known.problem.clone()?))
        })
    }

    /// Whether they are being fetched.
    #[must_use]
    pub fn is_loading(self) -> bool {
        self.loading.get()
    }

    /// Fetches the week's events. Those of the same week stay in sight meanwhile.
    pub fn show(self, week: Week) {
        self.attempt.update_value(|attempt| *attempt += 1);
        let attempt = self.attempt.get_value();
        if self.known.with_untracked(|known| known.week != week) {
            self.known.set(Known { week, events: None, problem: None });
        }
        self.loading.set(true);
        browser::spawn(async move {
            let result = self.fetch(week).await;
            // The page may be gone by now, and its signals with it.
            if self.attempt.try_get_value() != Some(attempt) {
                return;
            }
            let mut known = self.known.get_untracked();
            match result {
                Ok(events) => {
                    known =
                        Known { week, events: Some((events, browser::local_now())), problem: None }
                }
                Err(problem) => known.problem = Some(problem),
            }
            // The same failure again draws nothing anew: the focus stays where it is.
            if self.known.with_untracked(|before| *before != known) {
                self.known.set(known);
            }
            self.loading.set(false);
        });
    }

    /// Fetches the same week again.
    pub fn refresh(self) {
        self.show(self.known.with_untracked(|known| known.week));
    }

    /// Adds an event, which is then in sight before the week is fetched again.
    ///
    /// # Errors
    ///
    /// Why it was not added.
    pub async fn add(self, planned: &Planned) -> Result<(), ApiError> {
        let event = NewEvent {
            title: planned.title.clone(),
            location: None,
            start: browser::moment(planned.start),
            end: browser::moment(planned.end),
        };
        let event = self.api.create(&event).await?;
        self.known.try_update(|known| {
            if let Some((events, _)) = &mut known.events {
                events.push(event);
            }
        });
        Ok(())
    }

    async fn fetch(self, week: Week) -> Result<Vec<Event>, ApiError> {
        let midnight = |date| browser::moment(LocalTime { date, minute: Minute::MIDNIGHT });
        let (from, to) = (midnight(week.monday()), midnight(week.after().monday()));
        self.api.events(&from, &to).await
    }
}
