//! The time, as all servers see it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use wire::timestamp::Timestamp;

/// The system's time plus an offset, which tests advance instead of sleeping. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Seconds.
    offset: Arc<AtomicU64>,
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
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_epoch(since_epoch.as_secs()).plus(self.offset.load(Ordering::Relaxed))
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
    fn clones_move_together() {
        let clock = Clock::system();
        let before = clock.now();
        clock.clone().advance(3600);
        assert!(before.seconds_until(clock.now()) >= 3600);
    }
}
