//! What the app asks of the browser besides drawing: times, titles, focus, clipboard, and a little storage.
//!
//! The only module of the app that touches `js_sys`. What a browser may refuse answers with an `Option` or not at all.

use std::pin::Pin;

use gloo_net::http::RequestBuilder;
use js_sys::wasm_bindgen::{JsCast, JsValue};
use js_sys::{Array, Object, Reflect};
use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use leptos::web_sys::{AbortSignal, HtmlElement};

use crate::date::{Date, LocalTime, Minute};

/// Milliseconds on a clock that nobody sets, for measuring how long something took.
#[must_use]
pub fn milliseconds() -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page does not live for seven weeks"
    )]
    window().performance().map_or(0, |performance| performance.now() as u32)
}

/// What the clock on the wall shows now.
#[must_use]
pub fn local_now() -> LocalTime {
    wall(&js_sys::Date::new_0())
        .unwrap_or(LocalTime { date: Date::default(), minute: Minute::LAST })
}

/// What the clock on the wall shows at an RFC 3339 moment.
#[must_use]
pub fn local(moment: &str) -> Option<LocalTime> {
    wall(&js_sys::Date::new(&JsValue::from_str(moment)))
}

/// Moments that do not exist have no wall to hang on.
fn wall(date: &js_sys::Date) -> Option<LocalTime> {
    if date.get_time().is_nan() {
        return None;
    }
    let number = |part: u32| i32::try_from(part).ok();
    let year = number(date.get_full_year())?;
    Some(LocalTime {
        date: Date::new(year, number(date.get_month())? + 1, number(date.get_date())?)?,
        minute: Minute::new(number(date.get_hours())?, number(date.get_minutes())?)?,
    })
}

/// The RFC 3339 moment, in UTC, at which the clock on the wall shows this. A time that daylight saving leaves out is
/// the one an hour later.
#[must_use]
pub fn moment(local: LocalTime) -> String {
    let (year, month, day) = local.date.year_month_day();
    let (hour, minute) = local.minute.hour_minute();
    let date = js_sys::Date::new_with_year_month_day_hr_min(
        year.unsigned_abs(),
        month - 1,
        day,
        hour,
        minute,
    );
    date.to_iso_string().into()
}

/// The browser's time zone, e.g. `Europe/London`.
#[must_use]
pub fn time_zone() -> String {
    let options =
        js_sys::Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let zone = Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|zone| zone.as_string());
    zone.unwrap_or_else(|| "unknown".to_owned())
}

/// Names the page in the browser's tab and history.
pub fn set_title(page: &str) {
    document().set_title(&[page, " · Strongroom"].concat());
}

/// Moves the focus to the element of that id, if there is one.
pub fn focus(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}

/// Moves the view to the top of the page.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Loads the page anew.
pub fn reload() {
    let _ = window().location().reload();
}

/// This page's scheme, host and port.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Where this page is, without query and fragment: those may hold what should not be shown around.
#[must_use]
pub fn origin_and_path() -> String {
    origin() + &window().location().pathname().unwrap_or_default()
}

/// An answer of a server, read to its end.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Whether the status is one of success.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..300)
    }
}

/// Sends a request and waits so many milliseconds for the whole answer; `None` when there is none: no connection, no
/// permission (CORS), or no time left.
pub fn fetch(
    request: RequestBuilder,
    body: Option<String>,
    timeout: u32,
) -> Pin<Box<dyn Future<Output = Option<Answer>>>> {
    Box::pin(async move {
        let request = request.abort_signal(Some(&AbortSignal::timeout_with_u32(timeout)));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request.build(),
        };
        let answer = request.ok()?.send().await.ok()?;
        Some(Answer { status: answer.status(), body: answer.text().await.ok()? })
    })
}

/// Runs a task to its end. Boxed: the machinery of running one is compiled once and not for each.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    spawn_local(task);
}

/// Puts text into the clipboard; `false` when the browser refuses.
pub async fn copy(text: &str) -> bool {
    // Pages on plain http have no clipboard, except on this machine; the binding does not know that.
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Keeps a text for this tab, until it is [taken](take) or the tab closes.
pub fn keep(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(key, text);
    }
}

/// The text that was [kept](keep), which is forgotten.
#[must_use]
pub fn take(key: &str) -> Option<String> {
    let storage = window().session_storage().ok()??;
    let text = storage.get_item(key).ok()?;
    let _ = storage.remove_item(key);
    text
}
