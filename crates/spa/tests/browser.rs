//! Components in a browser: what is in the page, and what a keyboard or a screen reader finds.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

#[path = "browser/json.rs"]
mod json;
#[path = "browser/rendering.rs"]
mod rendering;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement};
use spa::agenda;
use spa::calendar_api::ApiError;
use spa::components::error_card::ErrorCard;
use spa::components::event_form::EventForm;
use spa::components::event_list::EventList;
use spa::components::week_ruler::WeekRuler;
use spa::date::{Date, LocalTime, Minute};
use spa::draft::{Draft, Planned};
use spa::week::Week;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wire::calendar::{Event as CalendarEvent, Span};

wasm_bindgen_test_configure!(run_in_browser);

/// Draws the view into a place of its own.
fn draw<V: IntoView>(view: impl FnOnce() -> V) -> Element {
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&place).unwrap();
    mount_to(&place, view);
    place.into()
}

fn find(place: &Element, selector: &str) -> Element {
    place
        .query_selector(selector)
        .unwrap()
        .unwrap_or_else(|| panic!("no {selector} in {}", place.inner_html()))
}

fn texts(place: &Element, selector: &str) -> Vec<String> {
    let found = place.query_selector_all(selector).unwrap();
    (0..found.length()).filter_map(|index| found.item(index)?.text_content()).collect()
}

/// Lets effects run that wait for their turn.
async fn settled() {
    leptos::task::tick().await;
    leptos::task::tick().await;
}

fn event(title: &str, start: &str, end: &str) -> CalendarEvent {
    CalendarEvent {
        id: title.to_owned(),
        title: title.to_owned(),
        location: Some("Room 3".to_owned()),
        description: None,
        span: Span::Timed { start: start.to_owned(), end: end.to_owned() },
    }
}

fn moment(day: &str, time: &str) -> LocalTime {
    LocalTime { date: Date::parse(day).unwrap(), minute: Minute::parse(time).unwrap() }
}

/// Of a wall in Greenwich.
fn greenwich(text: &str) -> Option<LocalTime> {
    Some(LocalTime {
        date: Date::parse(text.get(..10)?)?,
        minute: Minute::parse(text.get(11..16)?)?,
    })
}

fn november() -> (Week, Vec<agenda::Day>) {
    let week = Week::containing(Date::parse("2026-11-23").unwrap());
    let events = [
        event("Review", "2026-11-23T11:00:00Z", "2026-11-23T12:30:00Z"),
        event("Stand-up", "2026-11-23T09:30:00Z", "2026-11-23T10:00:00Z"),
        event("Lunch <b>with</b> Charles", "2026-11-26T13:00:00Z", "2026-11-26T13:45:00Z"),
    ];
    (week, agenda::days(week, &events, greenwich))
}

#[wasm_bindgen_test]
fn events_stand_under_their_days() {
    let (_, days) = november();
    let now = moment("2026-11-23", "10:30");
    let place = draw(|| view! { <EventList days connection="google-oauth2" now/> });

    assert_eq!(texts(&place, "section").len(), 7);
    let monday = find(&place, "section[aria-labelledby=d23]");
    assert_eq!(texts(&monday, "h3"), ["Stand-up", "Review"]);
    assert_eq!(texts(&monday, "li time"), ["09:30", "10:00", "11:00", "12:30"]);
    assert_eq!(find(&monday, "li:nth-child(2)").text_content().unwrap(), "Now 10:30");
    assert!(find(&monday, "h2").text_content().unwrap().contains("Today"));
    assert_eq!(find(&monday, "li:nth-child(3) .span").class_name(), "span long");
    let wednesday = find(&place, "section[aria-labelledby=d25]");
    assert_eq!(texts(&wednesday, "li"), ["Nothing planned"]);
}

#[wasm_bindgen_test]
fn what_others_wrote_is_text_and_not_markup() {
    let (_, days) = november();
    let now = moment("2026-11-23", "10:30");
    let place = draw(|| view! { <EventList days connection="google-oauth2" now/> });

    let thursday = find(&place, "section[aria-labelledby=d26]");
    assert_eq!(texts(&thursday, "h3"), ["Lunch <b>with</b> Charles"]);
    assert!(thursday.query_selector("h3 b").unwrap().is_none());
}

#[wasm_bindgen_test]
fn the_ruler_has_a_tick_for_each_event_and_says_so() {
    let (week, days) = november();
    let today = Date::parse("2026-11-24").unwrap();
    let place = draw(|| view! { <WeekRuler week days=Some(days) today/> });

    assert_eq!(
        texts(&place, ".hide"),
        ["2 events", "0 events", "0 events", "1 event", "0 events", "0 events", "0 events"]
    );
    assert_eq!(find(&place, "li:first-child .tally").child_element_count(), 2);
    assert_eq!(find(&place, "[aria-current=date]").get_attribute("href").as_deref(), Some("#d24"));
}

#[wasm_bindgen_test]
fn an_error_card_interrupts_and_names_the_failure() {
    let place = draw(|| {
        view! {
            <ErrorCard headline="The vault is shut" cause="It is night." code="closed" said=Some("Come back".to_owned())>
                <button>"Try again"</button>
            </ErrorCard>
        }
    });

    let card = find(&place, "[role=alert]");
    let name = card.get_attribute("aria-labelledby").unwrap();
    assert_eq!(find(&place, &["#", &*name].concat()).text_content().unwrap(), "The vault is shut");
    assert_eq!(texts(&card, ".chip"), ["closed"]);
    assert_eq!(texts(&card, "button"), ["Try again", "Copy details"]);
}

/// A form in the page, and what it has to say.
struct Form {
    place: Element,
    problem: RwSignal<Option<ApiError>>,
    submitted: RwSignal<Vec<Planned>>,
}

impl Form {
    fn with(draft: Draft) -> Self {
        let (draft, saving) = (RwSignal::new(draft), RwSignal::new(false));
        let (problem, submitted) = (RwSignal::new(None), RwSignal::new(Vec::new()));
        let on_submit =
            move |planned: Planned| submitted.update(|submitted| submitted.push(planned));
        let place = draw(|| view! { <EventForm draft saving problem person="Ada" on_submit/> });
        Self { place, problem, submitted }
    }

    fn field(&self, name: &str) -> HtmlInputElement {
        find(&self.place, &["[name=", name, "]"].concat()).unchecked_into()
    }

    fn write(&self, name: &str, text: &str) {
        let field = self.field(name);
        field.set_value(text);
        dispatch(&field, "input");
    }

    async fn submit(&self) {
        dispatch(&find(&self.place, "form"), "submit");
        settled().await;
    }
}

fn dispatch(element: &Element, name: &str) {
    let options = EventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    element.dispatch_event(&Event::new_with_event_init_dict(name, &options).unwrap()).unwrap();
}

fn draft(title: &str, starts: &str, ends: &str) -> Draft {
    let [title, day, starts, ends] = [title, "2026-11-23", starts, ends].map(str::to_owned);
    Draft { title, day, starts, ends }
}

#[wasm_bindgen_test]
async fn a_mistake_is_told_at_its_field_which_takes_the_focus() {
    let form = Form::with(draft("Tea", "15:30", "15:00"));
    form.submit().await;

    let ends = form.field("ends");
    assert_eq!(ends.get_attribute("aria-invalid").as_deref(), Some("true"));
    let told = ends.get_attribute("aria-describedby").unwrap();
    assert!(find(&form.place, &["#", &*told].concat()).text_content().unwrap().contains("15:30"));
    assert_eq!(document().active_element().unwrap().id(), ends.id());
    assert_eq!(form.field("starts").get_attribute("aria-invalid"), None);
    assert_eq!(form.field("title").value(), "Tea", "nothing that was typed is lost");
    assert!(form.submitted.get_untracked().is_empty());
}

#[wasm_bindgen_test]
async fn a_mended_field_is_no_mistake_any_more() {
    let form = Form::with(draft("Tea", "15:30", "15:00"));
    form.submit().await;
    form.write("ends", "16:00");
    settled().await;
    assert_eq!(form.field("ends").get_attribute("aria-invalid"), None);
    assert!(form.place.query_selector("#event-ends-error").unwrap().is_none());

    form.submit().await;
    let planned = form.submitted.get_untracked();
    assert_eq!(planned.len(), 1);
    assert_eq!(planned[0].end, moment("2026-11-23", "16:00"));
}

#[wasm_bindgen_test]
async fn what_cannot_be_saved_stays_in_the_form() {
    let form = Form::with(draft("Tea", "15:30", "16:00"));
    form.problem.set(Some(ApiError::Unreachable));
    settled().await;

    assert!(find(&form.place, "[role=alert]").text_content().unwrap().starts_with("Not added."));
    assert_eq!(form.field("title").value(), "Tea");
}
