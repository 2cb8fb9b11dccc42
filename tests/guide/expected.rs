//! What a command has to print, as the page shows it: with `…` where it differs each time.

use serde_json::Value;

/// A block of output of the page.
pub enum Expected {
    /// Every member is in the output; it may have more.
    Json(Value),
    /// The whole output.
    Text(String),
}

/// Stands for any text.
const ANYTHING: char = '…';

impl Expected {
    #[track_caller]
    pub fn check(&self, output: &str, commands: &str) {
        let fits = match self {
            Self::Json(expected) => {
                let found: Result<Value, _> = serde_json::from_str(output);
                found.is_ok_and(|found| contains(&found, expected))
            }
            Self::Text(expected) => matches(output.trim(), expected.trim()),
        };
        let expected = match self {
            Self::Json(expected) => expected.to_string(),
            Self::Text(expected) => expected.clone(),
        };
        assert!(fits, "{commands}\nprinted\n{output}\nand not\n{expected}");
    }
}

/// Whether `found` has all of `expected`. Lists are as long as they are shown.
fn contains(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(name, expected)| found.get(name).is_some_and(|found| contains(found, expected))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| contains(found, expected))
        }
        (Value::String(found), Value::String(expected)) => matches(found, expected),
        _ => found == expected,
    }
}

/// Whether the text is as expected, piece by piece between what may be anything.
fn matches(text: &str, expected: &str) -> bool {
    let Some((first, others)) = expected.split_once(ANYTHING) else {
        return text == expected;
    };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = others.split(ANYTHING).collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn only_what_fits_the_page_fits() {
    assert!(matches("https://a/?code=1&state=2", "https://a/?code=…&state=2"));
    assert!(!matches("https://a/?code=1&state=3", "https://a/?code=…&state=2"));
    assert!(!matches("https://b/?code=1", "https://a/…"));
    let found = serde_json::json!({"a": [{"b": "cac_1", "c": 2}], "d": true});
    assert!(contains(&found, &serde_json::json!({"a": [{"b": "cac_…"}]})));
    assert!(!contains(&found, &serde_json::json!({"a": []})));
    assert!(!contains(&found, &serde_json::json!({"e": "…"})));
}
