//! The people who have an account here.

use std::sync::Arc;

use tokio::sync::RwLock;

use crate::people::{Person, PersonId};

/// The collection.
#[derive(Clone)]
pub(crate) struct People(Arc<RwLock<Vec<Person>>>);

impl People {
    pub(crate) fn new(people: Vec<Person>) -> Self {
        Self(Arc::new(RwLock::new(people)))
    }

    pub(crate) async fn all(&self) -> Vec<Person> {
        self.0.read().await.clone()
    }

    pub(crate) async fn find(&self, id: &PersonId) -> Option<Person> {
        self.0.read().await.iter().find(|person| person.id == *id).cloned()
    }

    /// Addresses are the same whatever the case of their letters.
    pub(crate) async fn find_by_email(&self, email: &str) -> Option<Person> {
        let people = self.0.read().await;
        people.iter().find(|person| person.email.eq_ignore_ascii_case(email)).cloned()
    }
}
