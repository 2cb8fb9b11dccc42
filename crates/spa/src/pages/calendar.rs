//! `/calendar`: a week of the person's events, and a form for a new one.

use leptos::prelude::*;

use crate::agenda::Day;
use crate::auth::use_auth;
use crate::browser;
use crate::calendar_api::{ApiError, CalendarApi};
use crate::clock::use_clock;
use crate::components::error_card::ErrorCard;
use crate::components::event_form::{EventForm, TITLE_FIELD};
use crate::components::event_list::{EventList, EventSkeleton};
use crate::components::icon::{Drawing, Icon};
use crate::components::no_account::NoAccount;
use crate::components::notice::{Notice, Tone};
use crate::components::week_ruler::WeekRuler;
use crate::config::Config;
use crate::date::LocalTime;
use crate::draft::{Draft, Planned};
use crate::router::use_router;
use crate::schedule::{Phase, Schedule};
use crate::week::Week;

/// Where an event is kept that could not be sent before another login.
const KEPT_DRAFT: &str = "strongroom.draft";

/// The week that the address asks for, or the present one.
///
/// The list and the form appear with the first answer. Events of the same week stay while they are fetched again, and
/// when that fails, with a notice of their age. A login that has ended begins anew at once, and comes back to this week
/// and to what was typed.
#[component]
pub fn CalendarPage(
    /// The API and the connection.
    config: Config,
) -> impl IntoView {
    browser::set_title("Your calendar");
    let auth = use_auth();
    let router = use_router();
    let clock = use_clock();
    let now = Memo::new(move |_| {
        clock.tick();
        browser::local_now()
    });
    let week = Memo::new(move |_| {
        Week::asked_for(&router.query()).unwrap_or_else(|| Week::containing(now.get().date))
    });
    let schedule = Schedule::new(CalendarApi::new(config.api_base), week.get_untracked());
    let phase = schedule.phase();
    let added = RwSignal::new(None::<Planned>);
    Effect::new(move || {
        let week = week.get();
        schedule.show(week);
        // Old news in another week.
        added.update(|added| *added = added.take().filter(|added| week.contains(added.start.date)));
    });
    Effect::new(move || {
        if phase.get() == Phase::LoginRequired {
            auth.login(router.here());
        }
    });

    let draft = RwSignal::new(match browser::take(KEPT_DRAFT) {
        Some(kept) => Draft::from_lines(&kept),
        None => Draft::suggested(week.get_untracked(), now.get_untracked()),
    });
    let saving = RwSignal::new(false);
    let not_added = RwSignal::new(None::<ApiError>);
    let add = move |planned: Planned| {
        saving.set(true);
        added.set(None);
        not_added.set(None);
        browser::spawn(async move {
            let result = schedule.add(&planned).await;
            saving.try_set(false);
            match result {
                Ok(()) => {
                    draft.try_update(|draft| draft.title.clear());
                    let its_week = Week::containing(planned.start.date);
                    added.try_set(Some(planned));
                    if week.try_get_untracked() == Some(its_week) {
                        schedule.refresh();
                    } else {
                        router.go(&its_week.path());
                    }
                }
                Err(ApiError::LoginRequired) => {
                    if let Some(draft) = draft.try_with_untracked(Draft::to_lines) {
                        browser::keep(KEPT_DRAFT, &draft);
                    }
                    auth.login(router.here());
                }
                Err(problem) => _ = not_added.try_set(Some(problem)),
            }
        });
    };

    let connection = StoredValue::new(config.connection.to_string());
    view! {
        <div class="stack">
            <div class="row apart"><h1>"Your calendar"</h1><WeekSwitch week now/></div>
            {move || schedule.stale().map(|(since, problem)| view! { <Stale schedule since problem/> }.into_any())}
            {move || added.get().map(|event| {
                let text = format!("{}: {}, {}.", event.title, event.start.date.weekday(), event.start.minute);
                view! { <Notice tone=Tone::Good fact="Event added." text/> }.into_any()
            })}
            {move || view! { <WeekRuler week=week.get() days=schedule.days() today=now.get().date/> }.into_any()}
            {move || match phase.get() {
                Phase::NotConnected(problem) => {
                    view! { <NoAccount problem connection=connection.get_value()/> }.into_any()
                }
                Phase::Failed(problem) => view! { <Failure schedule problem/> }.into_any(),
                Phase::Loading | Phase::LoginRequired => view! { <div class="split"><EventSkeleton/></div> }.into_any(),
                Phase::Events => {
                    let person = auth.name().unwrap_or_default();
                    view! {
                        <div class="split">
                            <div aria-busy=move || schedule.is_loading().then_some("true")>
                                {move || schedule.days().map(|days| events(days, connection.get_value(), now.get()))}
                            </div>
                            <EventForm draft saving problem=not_added person on_submit=add/>
                        </div>
                    }
                    .into_any()
                }
            }}
        </div>
    }
}

/// The days, or what an empty week shows instead.
fn events(days: Vec<Day>, connection: String, now: LocalTime) -> AnyView {
    if days.iter().any(|day| !day.entries.is_empty()) {
        return view! { <EventList days connection now/> }.into_any();
    }
    view! {
        <section class="card stack snug" aria-labelledby="empty">
            <h2 id="empty">"Nothing planned"</h2>
            <p class="soft">"This week has no events."</p>
            <p><button type="button" on:click=|_| browser::focus(TITLE_FIELD)>"New event"</button></p>
        </section>
    }
    .into_any()
}

/// Which week is shown, and links to the ones beside it and to the present one.
#[component]
fn WeekSwitch(
    /// The week that is shown.
    week: Memo<Week>,
    /// The present moment.
    now: Memo<LocalTime>,
) -> impl IntoView {
    view! {
        <div class="row turn">
            {move || (!week.get().contains(now.get().date)).then(|| view! {
                <a class="button quiet" href="/calendar">"This week"</a>
            }.into_any())}
            <div class="row">
                <a class="button quiet" href=move || week.get().before().path()>
                    <Icon drawing=Drawing::Before/><span class="hide">"Week before"</span>
                </a>
                <b aria-live="polite">{move || week.get().range()}</b>
                <a class="button quiet" href=move || week.get().after().path()>
                    <Icon drawing=Drawing::After/><span class="hide">"Week after"</span>
                </a>
            </div>
        </div>
    }
}

/// Since when the events are as they are, where they could not be fetched again.
#[component]
fn Stale(
    /// The week's events.
    schedule: Schedule,
    /// Since when.
    since: LocalTime,
    /// Why.
    problem: ApiError,
) -> impl IntoView {
    let fact = format!("Events as of {}.", since.minute);
    view! {
        <Notice tone=Tone::Aged fact text=problem.headline() + ".">
            <button type="button" on:click=move |_| schedule.refresh()><Icon drawing=Drawing::Reload/>"Try now"</button>
        </Notice>
    }
}

/// Why there is no list.
#[component]
fn Failure(
    /// The week's events.
    schedule: Schedule,
    /// Why.
    problem: ApiError,
) -> impl IntoView {
    view! {
        <div class="split">
            <ErrorCard headline=problem.headline() cause=problem.cause() code=problem.code() said=problem.said()>
                <button
                    class="primary"
                    type="button"
                    aria-busy=move || schedule.is_loading().then_some("true")
                    on:click=move |_| schedule.refresh()
                >
                    "Try again"
                </button>
            </ErrorCard>
        </div>
    }
}
