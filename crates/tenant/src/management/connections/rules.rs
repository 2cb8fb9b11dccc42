//! What a connection must be beyond the kinds of its properties.

use crate::management::error::ManagementError;
use crate::store::connections::Connection;

/// Characters of a name.
const NAME: usize = 128;

pub(super) fn check(connection: &Connection) -> Result<(), ManagementError> {
    let name = connection.name.as_str();
    if name.len() <= NAME && is_name(name) {
        return Ok(());
    }
    let message = "Payload validation error: 'String does not match pattern: \
                   ^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$' on property name (The name of the connection).";
    Err(ManagementError::InvalidBody(message.to_owned()))
}

/// Letters and digits, with single hyphens between.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_words_with_hyphens_between() {
        for good in ["a", "google-oauth2", "Username-Password-Authentication", "1-2-3"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "-", "a-", "-a", "a--b", "a b", "a_b", "ä"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
