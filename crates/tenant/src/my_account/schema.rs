//! What the members of a body may be (connected-accounts.md §2). All that is wrong is told at once (CA-4/6).

use serde_json::{Map, Value};
use url::Url;
use wire::my_account::ValidationError;

use super::error::MyAccountError;

/// A member of an object.
pub(super) struct Member {
    name: &'static str,
    kind: Kind,
    is_required: bool,
}

/// What its value may be.
pub(super) enum Kind {
    /// Text of so many characters, from and to.
    Text(usize, usize),
    /// An absolute URI of so many characters at most.
    Uri(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number that is not negative.
    Number,
    /// One to so many different texts, each of one to so many characters.
    Texts { items: usize, length: usize },
    /// An object of these members.
    Object(&'static [Member]),
}

/// A member that must be there.
pub(super) const fn required(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, is_required: true }
}

/// A member that may be there.
pub(super) const fn optional(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, is_required: false }
}

/// What is wrong with a request.
#[derive(Default)]
pub(super) struct Violations(Vec<ValidationError>);

impl Violations {
    /// What is wrong with the object, member by member.
    pub(super) fn of(object: &Map<String, Value>, members: &[Member]) -> Self {
        let mut violations = Self::default();
        violations.check("", object, members);
        violations
    }

    /// Adds what is wrong with a member of the body.
    pub(super) fn add(&mut self, name: &str, detail: impl Into<String>) {
        self.at(&format!("/{name}"), name, detail);
    }

    /// Refuses the request if anything is.
    pub(super) fn into_result(self) -> Result<(), MyAccountError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    /// The refusal that names it.
    pub(super) fn into_error(self) -> MyAccountError {
        MyAccountError::Invalid(self.0)
    }

    fn at(&mut self, pointer: &str, name: &str, detail: impl Into<String>) {
        self.0.push(ValidationError {
            detail: detail.into(),
            field: Some(name.to_owned()),
            pointer: Some(pointer.to_owned()),
            source: Some("body".to_owned()),
        });
    }

    fn check(&mut self, path: &str, object: &Map<String, Value>, members: &[Member]) {
        for name in object.keys() {
            if !members.iter().any(|member| member.name == name) {
                self.at(&format!("{path}/{}", escaped(name)), name, "is not allowed");
            }
        }
        for member in members {
            let pointer = format!("{path}/{}", member.name);
            match object.get(member.name) {
                Some(value) => self.check_value(&pointer, member.name, &member.kind, value),
                None if member.is_required => self.at(&pointer, member.name, "is required"),
                None => {}
            }
        }
    }

    fn check_value(&mut self, pointer: &str, name: &str, kind: &Kind, value: &Value) {
        match (kind, value) {
            (Kind::Text(least, most), Value::String(text)) => {
                if let Err(detail) = check_length(text, *least, *most) {
                    self.at(pointer, name, detail);
                }
            }
            (Kind::Uri(most), Value::String(text)) => match check_length(text, 1, *most) {
                Err(detail) => self.at(pointer, name, detail),
                Ok(()) if Url::parse(text).is_err() => self.at(pointer, name, "must be a URI"),
                Ok(()) => {}
            },
            (Kind::Word(words), Value::String(text)) => {
                if !words.contains(&text.as_str()) {
                    self.at(pointer, name, format!("must be one of: {}", words.join(", ")));
                }
            }
            (Kind::Number, Value::Number(number)) if number.is_u64() => {}
            (Kind::Texts { items, length }, Value::Array(values)) => {
                self.check_texts(pointer, name, (*items, *length), values);
            }
            (Kind::Object(members), Value::Object(object)) => self.check(pointer, object, members),
            _ => self.at(pointer, name, format!("must be {}", kind.in_words())),
        }
    }

    fn check_texts(
        &mut self,
        pointer: &str,
        name: &str,
        (items, length): (usize, usize),
        values: &[Value],
    ) {
        if !(1..=items).contains(&values.len()) {
            self.at(pointer, name, format!("must have 1 to {items} items"));
        }
        for (index, value) in values.iter().take(items).enumerate() {
            let pointer = format!("{pointer}/{index}");
            self.check_value(&pointer, name, &Kind::Text(1, length), value);
            if values.iter().take(index).any(|earlier| earlier == value) {
                self.at(&pointer, name, "must not be there twice");
            }
        }
    }
}

impl Kind {
    const fn in_words(&self) -> &'static str {
        match self {
            Self::Text(..) | Self::Uri(_) | Self::Word(_) => "a string",
            Self::Number => "an integer that is not negative",
            Self::Texts { .. } => "an array of strings",
            Self::Object(_) => "an object",
        }
    }
}

fn check_length(text: &str, least: usize, most: usize) -> Result<(), String> {
    if (least..=most).contains(&text.chars().count()) {
        Ok(())
    } else {
        Err(format!("must have {least} to {most} characters"))
    }
}

/// A name as it stands in a pointer ([RFC 6901 §3](https://www.rfc-editor.org/rfc/rfc6901#section-3)).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MEMBERS: &[Member] = &[
        required("name", Kind::Text(2, 3)),
        optional("uri", Kind::Uri(20)),
        optional("word", Kind::Word(&["a", "b"])),
        optional("number", Kind::Number),
        optional("texts", Kind::Texts { items: 3, length: 2 }),
        optional("object", Kind::Object(&[optional("inner", Kind::Text(0, 1))])),
    ];

    fn pointers(value: &Value) -> Vec<String> {
        let violations = Violations::of(value.as_object().unwrap(), MEMBERS);
        violations.0.into_iter().filter_map(|error| error.pointer).collect()
    }

    #[test]
    fn a_body_may_have_what_its_schema_has() {
        assert!(pointers(&json!({ "name": "äöü" })).is_empty());
        let all = json!({
            "name": "ab", "uri": "https://a.example/", "word": "b", "number": 0, "texts": ["a", "b"],
            "object": { "inner": "" },
        });
        assert!(pointers(&all).is_empty());
    }

    /// CA-4/6.
    #[test]
    fn everything_that_is_wrong_is_named() {
        let wrong = json!({
            "a/b~c": 1, "uri": "relative", "word": "c", "number": -1, "texts": [], "object": { "other": 1 },
        });
        let named = ["/a~1b~0c", "/name", "/uri", "/word", "/number", "/texts", "/object/other"];
        assert_eq!(pointers(&wrong), named);
    }

    #[test]
    fn values_have_kinds_and_bounds() {
        for (member, values) in [
            ("name", vec![json!("a"), json!("abcd"), json!(null), json!(12), json!(["ab"])]),
            ("uri", vec![json!(""), json!("https://a.example/too/long"), json!(1)]),
            ("word", vec![json!(""), json!(null), json!("A")]),
            ("number", vec![json!(1.5), json!("1"), json!(null), json!(1e300)]),
            ("texts", vec![json!("a"), json!(["a", "b", "c", "d"]), json!({}), json!(null)]),
            ("object", vec![json!([]), json!("{}"), json!(null)]),
        ] {
            for value in values {
                let body = json!({ "name": "ab", (member): value });
                assert_eq!(pointers(&body), [format!("/{member}")], "{body}");
            }
        }
        let items = json!({ "name": "ab", "texts": ["a", "a", "abc"] });
        assert_eq!(pointers(&items), ["/texts/1", "/texts/2"]);
        assert_eq!(pointers(&json!({ "name": "ab", "texts": ["", 1] })), ["/texts/0", "/texts/1"]);
    }
}
