//! The present moment, as a signal, for what says how long ago or how long still.

use std::time::Duration;

use auth_client::{Browser, Platform};
use leptos::prelude::*;
use wire::timestamp::Timestamp;

/// The present moment; moves four times a minute.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<Timestamp>,
}

impl Clock {
    /// Starts a clock that runs as long as the app, for [`use_clock`].
    pub fn start() {
        let now = RwSignal::new(Browser.now());
        set_interval(move || now.set(Browser.now()), Duration::from_secs(15));
        provide_context(Self { now });
    }

    /// Whole seconds from now until `moment`; 0 when it has passed.
    #[must_use]
    pub fn seconds_until(self, moment: Timestamp) -> u64 {
        self.now.get().seconds_until(moment)
    }

    /// Makes whoever calls it look again when time has moved.
    pub fn tick(self) {
        self.now.track();
    }
}

/// The app's clock.
///
/// # Panics
///
/// Outside of [`crate::app::App`]: that is a mistake in the code.
#[must_use]
pub fn use_clock() -> Clock {
    expect_context()
}

/// A span of time in words, with the two largest units that it has.
///
/// ```
/// use spa::clock::span;
///
/// assert_eq!(span(7 * 3600 + 52 * 60 + 9), "7 h 52 min");
/// assert_eq!(span(24 * 3600), "24 h");
/// assert_eq!(span(48 * 60), "48 min");
/// assert_eq!(span(41), "under a minute");
/// ```
#[must_use]
pub fn span(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => "under a minute".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
