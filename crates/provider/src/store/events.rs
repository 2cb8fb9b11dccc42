//! The events of each person's calendar.

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;

use crate::calendar::event::{Details, Event, EventId, Status};
use crate::error::ApiError;
use crate::people::PersonId;

/// The collection.
#[derive(Clone)]
pub(crate) struct Events(Arc<Mutex<Calendars>>);

struct Calendars {
    events: HashMap<PersonId, Vec<Event>>,
    /// Counts changes, over all calendars: what came later has the higher number.
    revision: u64,
}

impl Calendars {
    fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    fn find(&mut self, person: &PersonId, id: &str) -> Result<&mut Event, ApiError> {
        let events = self.events.get_mut(person).ok_or(ApiError::NoSuchEvent)?;
        let event = events.iter_mut().find(|event| event.id.as_str() == id);
        let event = event.ok_or(ApiError::NoSuchEvent)?;
        if event.details.status == Status::Cancelled {
            return Err(ApiError::EventGone);
        }
        Ok(event)
    }

    fn insert(&mut self, person: PersonId, id: EventId, details: Details) -> Event {
        let revision = self.next_revision();
        let event = Event { id, created: revision, updated: revision, details };
        self.events.entry(person).or_default().push(event.clone());
        event
    }
}

impl Events {
    /// A store that begins with these.
    pub(crate) fn new(seed: Vec<(PersonId, Details)>) -> Self {
        let mut calendars = Calendars { events: HashMap::new(), revision: 0 };
        for (person, details) in seed {
            calendars.insert(person, new_id(), details);
        }
        Self(Arc::new(Mutex::new(calendars)))
    }

    /// The person's events, but for the cancelled ones, in the order in which they were made.
    pub(crate) async fn of(&self, person: &PersonId) -> Vec<Event> {
        let calendars = self.0.lock().await;
        let events = calendars.events.get(person).into_iter().flatten();
        events.filter(|event| event.details.status != Status::Cancelled).cloned().collect()
    }

    /// Adds an event, under the id that the client chose or one of ours.
    pub(crate) async fn insert(
        &self,
        person: PersonId,
        id: Option<EventId>,
        details: Details,
    ) -> Result<Event, ApiError> {
        let mut calendars = self.0.lock().await;
        let id = id.unwrap_or_else(new_id);
        let mut own = calendars.events.get(&person).into_iter().flatten();
        // A cancelled event keeps its id: it could still be listed by a client that kept it.
        if own.any(|event| event.id == id) {
            return Err(ApiError::IdTaken);
        }
        Ok(calendars.insert(person, id, details))
    }

    /// Changes an event, unless `change` refuses.
    pub(crate) async fn change(
        &self,
        person: &PersonId,
        id: &str,
        change: impl FnOnce(&Event) -> Result<Details, ApiError>,
    ) -> Result<Event, ApiError> {
        let mut calendars = self.0.lock().await;
        let revision = calendars.next_revision();
        let event = calendars.find(person, id)?;
        event.details = change(event)?;
        event.updated = revision;
        Ok(event.clone())
    }

    /// Cancels an event, which is how Google deletes.
    pub(crate) async fn cancel(&self, person: &PersonId, id: &str) -> Result<(), ApiError> {
        let cancelled = |event: &Event| Ok(event.details.clone().cancelled());
        self.change(person, id, cancelled).await.map(drop)
    }
}

fn new_id() -> EventId {
    EventId::from_random(random::bytes())
}
