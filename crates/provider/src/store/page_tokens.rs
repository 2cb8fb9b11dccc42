//! Where a list of events goes on: the token says nothing to anybody, and is good only for the list that it was given
//! with.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::timestamp::Timestamp;

use crate::calendar::query::{Filter, Position};
use crate::people::PersonId;

/// Seconds for which a list may be read on.
const LIFETIME: u64 = 3600;

struct Entry {
    person: PersonId,
    filter: Filter,
    after: Position,
    expires_at: Timestamp,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct PageTokens(Arc<Mutex<HashMap<String, Entry>>>);

impl PageTokens {
    pub(crate) async fn issue(
        &self,
        person: PersonId,
        filter: Filter,
        after: Position,
        now: Timestamp,
    ) -> String {
        let token = random::token();
        let entry = Entry { person, filter, after, expires_at: now.plus(LIFETIME) };
        let mut tokens = self.0.lock().await;
        tokens.retain(|_, entry| now < entry.expires_at);
        tokens.insert(token.clone(), entry);
        token
    }

    /// Where this person's list goes on; `None` for a token of another list, or an old one.
    pub(crate) async fn find(
        &self,
        token: &str,
        person: &PersonId,
        filter: &Filter,
        now: Timestamp,
    ) -> Option<Position> {
        let tokens = self.0.lock().await;
        let entry = tokens.get(token).filter(|entry| now < entry.expires_at)?;
        (entry.person == *person && entry.filter == *filter).then_some(entry.after)
    }
}
