//! Values of a JSON Schema: such as it allows, and each of them broken in every way that it forbids.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

use crate::description::Description;

/// Texts that mean something at this tenant, by the property that they stand in.
#[derive(Clone, Default)]
pub(crate) struct Words(BTreeMap<String, Vec<String>>);

impl Words {
    /// Notes every text of an answer.
    pub(crate) fn learn(&mut self, property: &str, value: &Value) {
        match value {
            Value::String(text) => {
                let known = self.0.entry(property.to_owned()).or_default();
                if !known.contains(text) {
                    known.push(text.clone());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(property, item)),
            Value::Object(object) => object.iter().for_each(|(name, item)| self.learn(name, item)),
            _ => {}
        }
    }

    /// What stands in one property means the same in the other.
    pub(crate) fn also(&mut self, property: &str, other: &str) {
        let words = self.0.get(other).cloned().unwrap_or_default();
        self.0.entry(property.to_owned()).or_default().extend(words);
    }
}

/// Which properties an object has of those that it may have.
#[derive(Clone, Copy)]
pub(crate) enum Extent {
    /// Some.
    Any,
    /// All, and every list an item.
    Whole,
}

/// Makes values.
pub(crate) struct Values<'a> {
    pub(crate) description: &'a Description,
    pub(crate) words: Arc<Words>,
    pub(crate) extent: Extent,
}

impl Values<'_> {
    /// Values that the schema allows, in a property of that name.
    pub(crate) fn of(&self, property: &str, schema: &Value) -> BoxedStrategy<Value> {
        let schema = self.description.resolve(schema);
        if let Some(words) = schema["enum"].as_array() {
            return select(words.clone()).boxed();
        }
        match type_of(schema) {
            "object" => self.objects(schema),
            "array" => self.lists(property, schema),
            "string" => self.texts(property, schema),
            "integer" => integers(schema),
            "boolean" => any::<bool>().prop_map(Value::from).boxed(),
            other => panic!("no values of {other}: {schema}"),
        }
    }

    fn objects(&self, schema: &Value) -> BoxedStrategy<Value> {
        let required = |name: &str| names(&schema["required"]).any(|required| required == name);
        let Some(properties) = schema["properties"].as_object() else {
            return select(vec![json!({}), json!({ "plan": "gold" })]).boxed();
        };
        let property = |(name, schema): (&String, &Value)| {
            let value = self.of(name, schema);
            let value = match self.extent {
                Extent::Any if !required(name) => {
                    prop_oneof![3 => Just(None), 1 => value.prop_map(Some)].boxed()
                }
                _ => value.prop_map(Some).boxed(),
            };
            let name = name.clone();
            value.prop_map(move |value| (name.clone(), value)).boxed()
        };
        let properties: Vec<_> = properties.iter().map(property).collect();
        let is_change = schema["minProperties"] == 1;
        properties
            .prop_map(|properties| {
                let given = properties.into_iter().filter_map(|(name, value)| Some((name, value?)));
                Value::Object(given.collect())
            })
            .prop_filter("a change changes something", move |object| {
                !is_change || object.as_object().is_some_and(|object| !object.is_empty())
            })
            .boxed()
    }

    fn lists(&self, property: &str, schema: &Value) -> BoxedStrategy<Value> {
        let least = match self.extent {
            Extent::Any => schema["minItems"].as_u64().unwrap_or(0),
            Extent::Whole => 1,
        };
        let least = usize::try_from(least).unwrap();
        let most = schema["maxItems"].as_u64().unwrap_or(3).min(3);
        let most = usize::try_from(most).unwrap();
        let is_unique = schema["uniqueItems"] == true;
        vec(self.of(property, &schema["items"]), least..=most.max(least))
            .prop_filter("items are unique", move |items| {
                !is_unique || items.iter().enumerate().all(|(at, item)| !items[..at].contains(item))
            })
            .prop_map(Value::from)
            .boxed()
    }

    fn texts(&self, property: &str, schema: &Value) -> BoxedStrategy<Value> {
        let pattern = match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (Some("email"), _) => "[a-z]{12}@example\\.com",
            (Some("date-time"), _) => "20[3-9][0-9]-0[1-9]-1[0-9]T1[0-9]:[0-5][0-9]:00Z",
            (Some(format), _) if format.contains("uri") => "https://[a-z]{12}\\.example\\.com/",
            (_, Some("^[^<>]+$")) => "[a-zA-Z0-9 _:/.-]{1,30}|[^<>]{1,20}",
            (_, Some(pattern)) => pattern.trim_start_matches('^').trim_end_matches('$'),
            (_, None) if schema.get("minLength").is_some() => "[!-~]{1,30}",
            (_, None) => "[ -~]{0,30}|.{0,20}",
        };
        let any = string_regex(pattern).unwrap();
        let texts = match self.words.0.get(property) {
            Some(words) => prop_oneof![3 => select(words.clone()), 1 => any].boxed(),
            None => any.boxed(),
        };
        texts.prop_map(Value::from).boxed()
    }
}

fn integers(schema: &Value) -> BoxedStrategy<Value> {
    let least = schema["minimum"].as_u64().unwrap_or(0);
    let most = schema["maximum"].as_u64().unwrap_or(u64::from(u32::MAX));
    prop_oneof![Just(least), Just(most), least..=most].prop_map(Value::from).boxed()
}

/// The type that is not `null`.
fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => {
            types.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_default()
        }
        name => name.as_str().unwrap_or_default(),
    }
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The value, broken in one place at a time: every way to break every place.
pub(crate) fn broken(description: &Description, schema: &Value, value: &Value) -> Vec<Value> {
    let schema = description.resolve(schema);
    let mut all = of_other_types(schema);
    if schema.get("enum").is_some() {
        all.push(json!("no such word"));
    }
    match value {
        Value::Object(object) => all.extend(broken_objects(description, schema, object)),
        Value::Array(items) => {
            if let Some(first) = items.first() {
                let items_broken = broken(description, &schema["items"], first);
                all.extend(items_broken.into_iter().map(|item| json!([item])));
            }
        }
        Value::String(_) => {
            if schema["minLength"].as_u64().is_some_and(|least| least > 0) {
                all.push(json!(""));
            }
            if schema.get("pattern").is_some() || schema.get("format").is_some() {
                all.push(json!("<!>"));
            }
        }
        Value::Number(_) => {
            all.push(json!(0.5));
            all.push(json!(-1));
            all.extend(schema["maximum"].as_u64().map(|most| json!(most + 1)));
            let least = schema["minimum"].as_u64().filter(|least| *least > 0);
            all.extend(least.map(|least| json!(least - 1)));
        }
        _ => {}
    }
    all
}

fn broken_objects(
    description: &Description,
    schema: &Value,
    object: &Map<String, Value>,
) -> Vec<Value> {
    let mut all = Vec::new();
    let with = |name: &str, value: Option<Value>| {
        let mut object = object.clone();
        match value {
            Some(value) => object.insert(name.to_owned(), value),
            None => object.remove(name),
        };
        Value::Object(object)
    };
    if schema["additionalProperties"] == false {
        all.push(with("unheard_of", Some(json!(true))));
    }
    if schema["minProperties"] == 1 {
        all.push(json!({}));
    }
    all.extend(names(&schema["required"]).map(|name| with(name, None)));
    for (name, value) in object {
        let schema = &schema["properties"][name];
        if !schema.is_null() {
            let broken = broken(description, schema, value).into_iter();
            all.extend(broken.map(|value| with(name, Some(value))));
        }
    }
    all
}

/// A value of each type that the schema does not have.
fn of_other_types(schema: &Value) -> Vec<Value> {
    let of_each = [
        ("null", json!(null)),
        ("boolean", json!(true)),
        ("integer", json!(7)),
        ("string", json!("text")),
        ("array", json!([])),
        ("object", json!({})),
    ];
    let has = |name: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|own| own == name),
        own => own == name,
    };
    of_each.into_iter().filter(|(name, _)| !has(name)).map(|(_, value)| value).collect()
}
