//! The people of a tenant file, for the table that `cargo dev` prints.

use serde::Deserialize;
use std::path::Path;

/// Somebody who can log in.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Person {
    /// Their name, as the login page's button has it.
    pub name: String,
    /// What they type as username.
    pub email: String,
    /// Test people have passwords that everybody may see.
    #[serde(default)]
    pub password: String,
}

#[derive(Default, Deserialize)]
struct People {
    #[serde(default)]
    users: Vec<Person>,
}

/// Reads them; none when the file cannot be read, of which the tenant's import complains in better words.
#[must_use]
pub fn read(tenant_file: &Path) -> Vec<Person> {
    parse(&std::fs::read_to_string(tenant_file).unwrap_or_default())
}

fn parse(text: &str) -> Vec<Person> {
    serde_saphyr::from_str::<People>(text).unwrap_or_default().users
}

#[cfg(test)]
mod tests {
    use super::{Person, parse};

    #[test]
    fn people_are_read_and_the_rest_of_the_file_is_left_alone() {
        let file = "
tenant: { friendly_name: Quickstart }
users:
  - name: Ada Lovelace
    email: ada@example.com
    password: ada-password
    connected_accounts: [{ connection: google-oauth2 }]
";
        let ada = Person {
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            password: "ada-password".to_owned(),
        };

        assert_eq!(parse(file), [ada]);
    }
}
