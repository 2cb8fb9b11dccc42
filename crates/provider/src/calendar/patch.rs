//! The semantics of `events.patch`: members that are given replace, `null` removes, others stay
//! ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)).

use serde_json::{Map, Value};
use wire::google_calendar::GoogleEvent;

use super::event::{Details, Event};
use crate::error::ApiError;

/// The event's new details, checked as those of a new event are.
pub(super) fn merged(event: &Event, changes: Map<String, Value>) -> Result<Details, ApiError> {
    let mut stored = serde_json::to_value(event.to_wire()).map_err(|_| ApiError::NotJson)?;
    merge(&mut stored, Value::Object(changes));
    let merged: GoogleEvent = serde_json::from_value(stored).map_err(|_| ApiError::NotJson)?;
    Ok(Details::changed(merged)?)
}

/// RFC 7396 §2. `serde_json` bounds how deep a patch can be.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(mut target: Value, patch: Value, expected: &Value) {
        merge(&mut target, patch);
        assert_eq!(target, *expected);
    }

    /// RFC 7396, appendix A.
    #[test]
    fn the_examples_of_the_rfc_hold() {
        check(json!({"a": "b"}), json!({"a": "c"}), &json!({"a": "c"}));
        check(json!({"a": "b"}), json!({"b": "c"}), &json!({"a": "b", "b": "c"}));
        check(json!({"a": "b", "b": "c"}), json!({"a": null}), &json!({"b": "c"}));
        check(json!({"a": ["b"]}), json!({"a": "c"}), &json!({"a": "c"}));
        check(json!({"a": "c"}), json!({"a": ["b"]}), &json!({"a": ["b"]}));
        check(
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            &json!({"a": {"b": "d"}}),
        );
        check(json!({"a": [{"b": "c"}]}), json!({"a": [1]}), &json!({"a": [1]}));
        check(json!(["a", "b"]), json!(["c", "d"]), &json!(["c", "d"]));
        check(json!({"a": "b"}), json!(["c"]), &json!(["c"]));
        check(json!({"e": null}), json!({"a": 1}), &json!({"e": null, "a": 1}));
        check(json!([1, 2]), json!({"a": "b", "c": null}), &json!({"a": "b"}));
        check(json!({}), json!({"a": {"bb": {"ccc": null}}}), &json!({"a": {"bb": {}}}));
    }
}
