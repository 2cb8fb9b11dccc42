//! How many requests each address has sent in this minute (token.md §1, management-api.md §2).

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use wire::timestamp::Timestamp;

use crate::caller::Caller;

/// Seconds of a window. All begin together, at full minutes.
const WINDOW: u64 = 60;

/// How many callers are told apart; any more share one count, so that strangers cannot make us forget them.
const CALLERS: usize = 10_000;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Api {
    /// `/oauth/*` and `/userinfo`.
    Authentication,
    /// `/api/v2`.
    Management,
    /// `/me/v1`.
    MyAccount,
}

/// What a caller has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Requests of a window.
    pub(crate) limit: u32,
    /// How many more may come; `None` when the one just counted was one too many.
    pub(crate) remaining: Option<u32>,
    /// When the next window begins.
    pub(crate) reset: Timestamp,
}

/// The counts of one window.
#[derive(Clone)]
pub(crate) struct RateLimits {
    limit: u32,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    window: u64,
    /// By caller; `None` stands for all that came too late to be told apart.
    sent: HashMap<(Api, Option<Caller>), u32>,
}

impl RateLimits {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, counts: Arc::default() }
    }

    /// Counts a request.
    pub(crate) async fn count(&self, api: Api, caller: Caller, now: Timestamp) -> Quota {
        let mut counts = self.counts.lock().await;
        let window = now.seconds() / WINDOW;
        if counts.window != window {
            *counts = Counts { window, sent: HashMap::new() };
        }
        let known = counts.sent.contains_key(&(api, Some(caller)));
        let caller = (known || counts.sent.len() < CALLERS).then_some(caller);
        let sent = counts.sent.entry((api, caller)).or_default();
        *sent = sent.saturating_add(1);
        Quota {
            limit: self.limit,
            remaining: self.limit.checked_sub(*sent),
            reset: Timestamp::from_epoch(window.saturating_add(1).saturating_mul(WINDOW)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch(6000);

    fn caller(number: u32) -> Caller {
        IpAddr::V4(Ipv4Addr::from_bits(number)).into()
    }

    #[tokio::test]
    async fn each_caller_and_api_has_its_own_count_until_the_minute_ends() {
        let limits = RateLimits::new(2);
        let remaining =
            async |api, number, now| limits.count(api, caller(number), now).await.remaining;

        assert_eq!(remaining(Api::Authentication, 1, NOW).await, Some(1));
        assert_eq!(remaining(Api::Authentication, 1, NOW).await, Some(0));
        assert_eq!(remaining(Api::Authentication, 1, NOW.plus(59)).await, None);
        assert_eq!(remaining(Api::Management, 1, NOW).await, Some(1));
        assert_eq!(remaining(Api::Authentication, 2, NOW).await, Some(1));
        assert_eq!(remaining(Api::Authentication, 1, NOW.plus(60)).await, Some(1));
    }

    #[tokio::test]
    async fn the_quota_says_when_the_next_window_begins() {
        let quota = RateLimits::new(9).count(Api::Management, caller(1), NOW.plus(59)).await;
        assert_eq!(quota, Quota { limit: 9, remaining: Some(8), reset: NOW.plus(60) });
    }

    #[tokio::test]
    async fn callers_beyond_the_bound_share_a_count() {
        let limits = RateLimits::new(3);
        let callers = u32::try_from(CALLERS).unwrap();
        for number in 0..callers + 3 {
            let quota = limits.count(Api::Authentication, caller(number), NOW).await;
            assert!(quota.remaining.is_some(), "{number}");
        }

        let stranger = limits.count(Api::Authentication, caller(callers + 9), NOW).await;
        assert_eq!(stranger.remaining, None);
        assert_eq!(limits.count(Api::Authentication, caller(0), NOW).await.remaining, Some(1));
        assert!(limits.counts.lock().await.sent.len() <= CALLERS + 1);
    }
}
