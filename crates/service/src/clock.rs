//! The time, as all servers see it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use wire::timestamp::Timestamp;

/// The system's time plus an offset, which tests advance instead of sleeping. Clones share what they are told.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Seconds.
    offset: Arc<AtomicU64>,
    /// The system's time when the clock was stopped, if it was.
    stopped_at: Arc<OnceLock<u64>>,
}

impl Clock {
    /// A clock that shows the system's time.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The time now.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system is asked for the time"
    )]
    pub fn now(&self) -> Timestamp {
        let system = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let time = self.stopped_at.get().copied().unwrap_or_else(system);
        Timestamp::from_epoch(time).plus(self.offset.load(Ordering::Relaxed))
    }

    /// Stops the clock: from now on it goes on only by [`Self::advance`], however slow the machine is that a test runs on.
    pub fn stop(&self) {
        let now = self.now().seconds().saturating_sub(self.offset.load(Ordering::Relaxed));
        let _was_stopped_before = self.stopped_at.set(now);
    }

    /// Moves the time forward by `seconds`, for every clone of this clock.
    pub fn advance(&self, seconds: u64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_goes_on_by_being_told_to() {
        let clock = Clock::system();
        clock.advance(10);
        let clone = clock.clone();
        clock.stop();
        let stopped = clone.now();
        clock.advance(60);
        clock.stop();
        assert_eq!(clone.now(), stopped.plus(60));
    }

    #[test]
    fn clones_move_together() {
        let clock = Clock::system();
        let before = clock.now();
        clock.clone().advance(3600);
        assert!(before.seconds_until(clock.now()) >= 3600);
    }
}
