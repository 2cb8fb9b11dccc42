//! The people who have an account at the provider, and their passwords: it is made for tests.

pub(crate) mod seed;

use serde::Serialize;
use service::secret;
use wire::secret::Secret;

/// Ada's email address.
pub const ADA: &str = "ada@example.com";

/// Grace's email address.
pub const GRACE: &str = "grace@example.com";

/// The address of Ada's second account.
pub const ADA_AT_HOME: &str = "ada@home.example";

/// The address of Grace's second account.
pub const GRACE_AT_HOME: &str = "grace@home.example";

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
    /// The name at GitHub's paths.
    pub(crate) login: String,
    /// The id at GitHub's paths.
    pub(crate) number: u64,
    password: Secret,
}

impl Person {
    fn new(
        id: &str,
        name: &str,
        email: &str,
        password: &str,
        (login, number): (&str, u64),
    ) -> Self {
        Self {
            id: PersonId(id.to_owned()),
            name: name.to_owned(),
            email: email.to_owned(),
            login: login.to_owned(),
            number,
            password: password.into(),
        }
    }

    pub(crate) fn has_password(&self, password: &str) -> bool {
        secret::equal(self.password.expose(), password)
    }
}

/// Everybody, in the order of the sign-in page. Ada and Grace have a second account each, in the name of their private
/// lives, so that somebody can connect two accounts.
pub(crate) fn all() -> Vec<Person> {
    vec![ada(), grace(), ada_at_home(), grace_at_home()]
}

/// Ada Lovelace.
pub(crate) fn ada() -> Person {
    let github = ("ada-lovelace", 18_151_210);
    Person::new("108442190116482530771", "Ada Lovelace", ADA, "ada-password", github)
}

/// Grace Hopper.
pub(crate) fn grace() -> Person {
    let github = ("grace-hopper", 19_061_209);
    Person::new("113906192861209455120", "Grace Hopper", GRACE, "grace-password", github)
}

/// Ada, married King.
fn ada_at_home() -> Person {
    let github = ("ada-king", 18_350_708);
    Person::new("108442190116482530772", "Ada King", ADA_AT_HOME, "ada-password", github)
}

/// Grace, born Murray.
pub(crate) fn grace_at_home() -> Person {
    let github = ("grace-murray", 19_300_615);
    Person::new("113906192861209455121", "Grace Murray", GRACE_AT_HOME, "grace-password", github)
}
