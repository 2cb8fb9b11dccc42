//! The app's `config.json`, pointed at the servers that run.

use crate::stack::Stack;
use crate::workspace;
use std::path::PathBuf;

/// Where the file in the repository expects the tenant and the calendar API.
const USUAL: [&str; 2] = ["http://localhost:4400", "http://localhost:4401"];

/// A copy with the addresses of these servers, for Trunk to put in the place of the original; none when the original
/// says the same, or speaks of other servers altogether.
///
/// # Errors
///
/// When the file cannot be read, or its copy not be written.
pub fn pointed_at(stack: &Stack) -> std::io::Result<Option<PathBuf>> {
    let text = std::fs::read_to_string(workspace::root().join("config.json"))?;
    let own = rewritten(&text, [stack.tenant_url(), stack.calendar_api_url()]);
    if own == text {
        return Ok(None);
    }
    // Beside this program: in the target folder, wherever that is.
    let copy = std::env::current_exe()?.with_file_name("strongroom-config.json");
    std::fs::write(&copy, own)?;
    Ok(Some(copy))
}

fn rewritten(text: &str, own: [&str; 2]) -> String {
    let replace = |text: String, (usual, own): (&str, &str)| {
        text.replace(&format!("\"{usual}\""), &format!("\"{own}\""))
    };
    USUAL.into_iter().zip(own).fold(text.to_owned(), replace)
}

#[cfg(test)]
mod tests {
    use super::{USUAL, rewritten};

    const FILE: &str = include_str!("../../../config.json");

    #[test]
    fn the_app_is_pointed_at_other_addresses_and_the_rest_stays() {
        let own = rewritten(FILE, ["https://localhost:4443", "http://localhost:4501"]);

        assert!(own.contains(r#""domain": "https://localhost:4443""#), "{own}");
        assert!(own.contains(r#""api_base": "http://localhost:4501""#), "{own}");
        assert_eq!(own.lines().count(), FILE.lines().count());
        assert!(own.contains("calendar-spa"), "{own}");
    }

    #[test]
    fn the_file_of_the_repository_is_right_for_the_usual_addresses() {
        assert_eq!(rewritten(FILE, USUAL), FILE);
        for usual in USUAL {
            assert!(FILE.contains(&format!("\"{usual}\"")), "{usual}");
        }
    }
}
