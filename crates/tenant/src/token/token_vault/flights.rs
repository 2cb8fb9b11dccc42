//! One piece of work at a time for each account, in a task of its own: who comes while it is under way waits for the same
//! outcome, and it goes on when nobody waits any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wire::ids::ConnectedAccountId;
use wire::scope::ScopeSet;

/// What is under way. Clones share it.
pub(crate) struct Flights<T>(Arc<Mutex<HashMap<ConnectedAccountId, Flight<T>>>>);

struct Flight<T> {
    /// What it is for: all that the account has, or these scopes.
    scope: Option<ScopeSet>,
    landed: watch::Receiver<Option<T>>,
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    /// The outcome of `work`, or of the same work that is under way already. What is under way for other scopes of the
    /// account is waited for first. `None` when the work broke off.
    pub(super) async fn share<W: Future<Output = T> + Send + 'static>(
        &self,
        account: &ConnectedAccountId,
        scope: Option<&ScopeSet>,
        work: impl FnOnce() -> W,
    ) -> Option<T> {
        let mut work = Some(work);
        loop {
            let (mut landed, is_the_same) = {
                let mut flights = self.lock();
                if let Some(flight) = flights.get(account) {
                    (flight.landed.clone(), flight.scope.as_ref() == scope)
                } else {
                    let work = work.take()?();
                    let (landing, landed) = watch::channel(None);
                    let flight = Flight { scope: scope.cloned(), landed: landed.clone() };
                    flights.insert(account.clone(), flight);
                    let landing = Landing {
                        flights: self.clone(),
                        account: account.clone(),
                        landing: Some(landing),
                    };
                    tokio::spawn(async move { landing.land(work.await) });
                    (landed, true)
                }
            };
            let outcome = landed.wait_for(Option::is_some).await.ok().and_then(|it| it.clone());
            if is_the_same {
                return outcome;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectedAccountId, Flight<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of a flight, whatever it is: nobody waits for one that will not land.
struct Landing<T: Clone + Send + Sync + 'static> {
    flights: Flights<T>,
    account: ConnectedAccountId,
    /// Until it has landed.
    landing: Option<watch::Sender<Option<T>>>,
}

impl<T: Clone + Send + Sync + 'static> Landing<T> {
    /// Who comes from now on begins anew; who waited has the outcome.
    fn land(mut self, outcome: T) {
        self.flights.lock().remove(&self.account);
        if let Some(landing) = self.landing.take() {
            landing.send_replace(Some(outcome));
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Drop for Landing<T> {
    fn drop(&mut self) {
        if self.landing.is_some() {
            self.flights.lock().remove(&self.account);
        }
    }
}

impl<T> Clone for Flights<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;
    use tokio::task::{JoinSet, yield_now};

    use super::*;

    /// Work that is counted and waits until the test lets it go.
    #[derive(Clone)]
    struct Work {
        begun: Arc<AtomicUsize>,
        gate: Arc<Semaphore>,
    }

    impl Work {
        fn new() -> Self {
            Self { begun: Arc::default(), gate: Arc::new(Semaphore::new(0)) }
        }

        async fn run(self) -> usize {
            let number = self.begun.fetch_add(1, Ordering::Relaxed);
            self.gate.acquire().await.unwrap().forget();
            number
        }
    }

    fn account() -> ConnectedAccountId {
        "cac_1".into()
    }

    /// In one thread, every task that can go on has gone on when this one is back.
    async fn settle() {
        for _ in 0..1000 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_hundred_who_come_at_once_share_one_outcome() {
        let (flights, work) = (Flights::default(), Work::new());
        let mut waiting = JoinSet::new();
        for _ in 0..100 {
            let (flights, work) = (flights.clone(), work.clone());
            waiting.spawn(async move { flights.share(&account(), None, || work.run()).await });
        }
        settle().await;
        work.gate.add_permits(100);

        assert_eq!(waiting.join_all().await, [Some(0); 100]);
        assert_eq!(work.begun.load(Ordering::Relaxed), 1);
        assert_eq!(flights.share(&account(), None, || work.clone().run()).await, Some(1));
        assert!(flights.lock().is_empty());
    }

    #[tokio::test]
    async fn it_goes_on_when_nobody_waits_any_more() {
        let (flights, work) = (Flights::default(), Work::new());
        let mut waiting = JoinSet::new();
        {
            let (flights, work) = (flights.clone(), work.clone());
            waiting.spawn(async move { flights.share(&account(), None, || work.run()).await });
        }
        settle().await;
        waiting.shutdown().await;

        work.gate.add_permits(1);
        let joined = flights.share(&account(), None, || work.clone().run()).await;
        assert_eq!((joined, work.begun.load(Ordering::Relaxed)), (Some(0), 1));
    }

    /// Two refreshes of one account with the same token at once would look like theft to the provider.
    #[tokio::test]
    async fn other_scopes_of_the_account_wait_and_other_accounts_do_not() {
        let (flights, work) = (Flights::default(), Work::new());
        let mut waiting = JoinSet::new();
        for scope in [None, Some(ScopeSet::from("a")), Some(ScopeSet::from("a"))] {
            let (flights, work) = (flights.clone(), work.clone());
            waiting.spawn(
                async move { flights.share(&account(), scope.as_ref(), || work.run()).await },
            );
        }
        settle().await;
        assert_eq!(work.begun.load(Ordering::Relaxed), 1);
        let other = flights.share(&"cac_2".into(), None, async || 7).await;
        assert_eq!(other, Some(7));

        work.gate.add_permits(3);
        let mut outcomes = waiting.join_all().await;
        outcomes.sort_unstable();
        assert_eq!(outcomes, [Some(0), Some(1), Some(1)]);
    }

    #[tokio::test]
    async fn work_that_breaks_off_is_told_and_leaves_the_way_free() {
        let flights: Flights<usize> = Flights::default();
        let broken = flights.share(&account(), None, async || panic!("as a test")).await;
        assert_eq!(broken, None);
        assert_eq!(flights.share(&account(), None, async || 1).await, Some(1));
    }
}
