//! The people who have an account at the provider, and their passwords: it is made for tests.

pub(crate) mod seed;

use serde::Serialize;
use service::secret;
use wire::secret::Secret;

/// Ada's email address.
pub const ADA: &str = "ada@example.com";

/// Grace's email address.
pub const GRACE: &str = "grace@example.com";

/// A person here: what `sub` says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct PersonId(String);

impl PersonId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) email: String,
    password: Secret,
}

impl Person {
    fn new(id: &str, name: &str, email: &str, password: &str) -> Self {
        Self {
            id: PersonId(id.to_owned()),
            name: name.to_owned(),
            email: email.to_owned(),
            password: password.into(),
        }
    }

    pub(crate) fn has_password(&self, password: &str) -> bool {
        secret::equal(self.password.expose(), password)
    }
}

/// Everybody, in the order of the sign-in page.
pub(crate) fn all() -> Vec<Person> {
    vec![ada(), grace()]
}

/// Ada Lovelace.
pub(crate) fn ada() -> Person {
    Person::new("108442190116482530771", "Ada Lovelace", ADA, "ada-password")
}

/// Grace Hopper.
pub(crate) fn grace() -> Person {
    Person::new("113906192861209455120", "Grace Hopper", GRACE, "grace-password")
}
