//! The Management API, asked by its own description: whatever that allows is answered as it says, and whatever it forbids
//! is refused.

mod values;

use std::sync::Arc;

use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::form_urlencoded;

use self::values::{Extent, Values, Words, broken};
use crate::description::{Description, Operation, Parameter};
use crate::harness::{ADA, Reply, World};
use crate::signer::Signer;

/// How often an operation is asked what it allows.
const CASES: usize = 24;

/// The id of nothing.
const NOBODY: &str = "nobody";

/// Ada, as a path has her.
const ADA_ID: &str = "auth0%7C65a1f0c2d3e4b5a697887a01";

/// The client that asks. What it is and may do is left alone, for it has more to ask.
const OWN: &str = "management";

impl World {
    /// Makes one of each thing that the quickstart has none of.
    async fn settle(&self) {
        self.log_in(ADA, "openid offline_access read:calendar").await;
        let key = json!({ "credential_type": "public_key", "name": "Key", "pem": Signer::unknown().pem() });
        let keyed = json!({
            "name": "Keyed",
            "app_type": "non_interactive",
            "client_authentication_methods": { "private_key_jwt": { "credentials": [key] } },
        });
        self.management("POST", "/api/v2/clients", Some(keyed)).await.expect(StatusCode::CREATED);
        let role = json!({ "name": "Planner", "description": "Plans" });
        self.management("POST", "/api/v2/roles", Some(role)).await.expect(StatusCode::OK);
    }
}

/// A tenant with its description, and what was learned of it.
struct Explorer {
    world: World,
    /// Of the asking client, with every scope.
    token: String,
    description: Description,
    words: Arc<Words>,
    runner: TestRunner,
}

impl Explorer {
    async fn new() -> Self {
        let world = World::quickstart().await;
        world.settle().await;
        let description = Description::of(&world).await;
        let mut words = Words::default();
        for operation in description.operations().iter().filter(|operation| is_list(operation)) {
            words.learn("", &world.read(&operation.path).await.ok());
        }
        words.learn("pem", &json!(Signer::unknown().pem()));
        words.also("audience", "identifier");
        words.also("resource_server_identifier", "identifier");
        words.also("permission_name", "value");
        words.also("scope", "value");
        words.also("enabled_clients", "client_id");
        words.also("permissions", "id");
        let runner = TestRunner::deterministic();
        let token = world.management_token("").await;
        Self { world, token, description, words: Arc::new(words), runner }
    }

    /// The operations, those last that take something away.
    fn operations(&self) -> Vec<Operation> {
        let mut operations = self.description.operations();
        // What belongs to something goes before it.
        let depth = |operation: &Operation| usize::MAX - operation.path.split('/').count();
        operations.sort_by_key(
            |operation| {
                if operation.method == "DELETE" { depth(operation) } else { 0 }
            },
        );
        operations
    }

    /// Gets another token: the key that signed the last one may have been revoked.
    async fn renew_token(&mut self) {
        self.token = self.world.management_token("").await;
    }

    fn values(&self, extent: Extent) -> Values<'_> {
        Values { description: &self.description, words: self.words.clone(), extent }
    }

    fn choose<T>(&mut self, strategy: &impl Strategy<Value = T>) -> T
    where
        T: std::fmt::Debug,
    {
        strategy.new_tree(&mut self.runner).unwrap().current()
    }

    /// A body that the operation allows, if it takes one.
    fn body(&mut self, operation: &Operation, extent: Extent) -> Option<Value> {
        let strategy = self.values(extent).of("", operation.body()?);
        Some(self.choose(&strategy))
    }

    /// A path that the operation allows: of things that are there, as far as lists of them are served.
    async fn path(&mut self, operation: &Operation) -> String {
        let mut path = self.any_path(operation).await;
        // Not everything has what others have: some clients have keys.
        for _ in 0..20 {
            if !path.contains(NOBODY) {
                break;
            }
            path = self.any_path(operation).await;
        }
        path
    }

    async fn any_path(&mut self, operation: &Operation) -> String {
        let mut path = String::new();
        for part in operation.path.split('/').skip(1) {
            let part = if part.starts_with('{') {
                let there = self.ids(&path).await;
                let at = self.choose(&(0..there.len().max(1)));
                let id = there.get(at).map_or(NOBODY, String::as_str);
                form_urlencoded::byte_serialize(id.as_bytes())
                    .collect::<String>()
                    .replace('+', "%20")
            } else {
                part.to_owned()
            };
            path = format!("{path}/{part}");
        }
        path
    }

    /// What is listed at a path, by id; the asking client and its grants apart.
    async fn ids(&self, path: &str) -> Vec<String> {
        let list =
            async |path: &str| self.world.management_with(&self.token, "GET", path, None).await;
        let mut reply = list(path).await;
        if reply.status == StatusCode::NOT_FOUND {
            // Some things are listed by their person alone.
            let name = path.rsplit('/').next().unwrap_or_default();
            reply = list(&format!("/api/v2/users/{ADA_ID}/{name}")).await;
        }
        let list = reply.json();
        let list = match &list {
            Value::Object(page) => page.values().find_map(Value::as_array),
            list => list.as_array(),
        };
        let is_other = |item: &&Value| item["client_id"] != OWN || item.get("log_id").is_some();
        let id = |item: &Value| {
            let mut names = ["log_id", "id", "user_id", "client_id", "kid"].iter();
            names.find_map(|id| item[id].as_str()).map(str::to_owned)
        };
        list.into_iter().flatten().filter(is_other).filter_map(id).collect()
    }

    /// Some of the parameters that the operation allows.
    fn query(&mut self, operation: &Operation) -> Vec<(String, String)> {
        let mut query = Vec::new();
        for Parameter { name, schema, is_required } in operation.query() {
            if is_required || self.choose(&(0..3)) == 0 {
                let strategy = self.values(Extent::Any).of(&name, &schema);
                match self.choose(&strategy) {
                    Value::Array(items) => {
                        query.extend(items.iter().map(|item| (name.clone(), text(item))));
                    }
                    value => query.push((name, text(&value))),
                }
            }
        }
        query
    }

    /// The parameters that the operation cannot do without.
    fn required(&mut self, operation: &Operation) -> Vec<(String, String)> {
        let required = operation.query().into_iter().filter(|parameter| parameter.is_required);
        let mut query = Vec::new();
        for Parameter { name, schema, .. } in required {
            let strategy = self.values(Extent::Whole).of(&name, &schema);
            query.push((name, text(&self.choose(&strategy))));
        }
        query
    }

    async fn ask(
        &self,
        operation: &Operation,
        path: &str,
        query: &[(String, String)],
        body: Option<Value>,
    ) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        println!("{} {path} {}", operation.method, body.clone().unwrap_or_default());
        self.world.management_with(&self.token, &operation.method, &path, body).await
    }

    /// The answer is one of those that are described.
    #[track_caller]
    fn check(&self, operation: &Operation, reply: &Reply) {
        let schema = self.description.answer(operation, reply.status.as_u16());
        let schema = schema.unwrap_or_else(|| panic!("not described: {reply:?}"));
        assert_eq!(reply.header("content-type"), "application/json; charset=utf-8", "{reply:?}");
        if schema.is_null() {
            assert_eq!(reply.body, "", "{reply:?}");
        } else {
            let validator = jsonschema::validator_for(&schema).unwrap();
            let body = reply.json();
            let errors: Vec<String> = validator
                .iter_errors(&body)
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{errors:#?}\n{reply:?}");
        }
    }
}

/// A list of things that nothing belongs to.
fn is_list(operation: &Operation) -> bool {
    let needs_nothing = operation.query().iter().all(|parameter| !parameter.is_required);
    operation.method == "GET" && !operation.path.contains('{') && needs_nothing
}

/// A value as it stands in a query.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test]
async fn what_the_description_allows_is_answered_as_it_says() {
    let mut explorer = Explorer::new().await;
    let mut never_done = Vec::new();
    for operation in explorer.operations() {
        explorer.renew_token().await;
        let mut done = 0;
        for _ in 0..CASES {
            let path = explorer.path(&operation).await;
            let query = explorer.query(&operation);
            let body = explorer.body(&operation, Extent::Any);
            let reply = explorer.ask(&operation, &path, &query, body).await;
            explorer.check(&operation, &reply);
            done += usize::from(reply.status.is_success());
        }
        println!("{} {}: {done} of {CASES}", operation.method, operation.path);
        if done == 0 {
            never_done.push(format!("{} {}", operation.method, operation.path));
        }
    }
    assert!(never_done.is_empty(), "refused every time: {never_done:?}");
}

/// MG-2/16 to MG-2/20.
#[tokio::test]
async fn a_body_that_the_description_forbids_is_refused() {
    let mut explorer = Explorer::new().await;
    for operation in explorer.operations() {
        let Some(whole) = explorer.body(&operation, Extent::Whole) else { continue };
        let path = explorer.path(&operation).await;
        let schema = operation.body().unwrap().clone();
        for body in broken(&explorer.description, &schema, &whole) {
            let reply = explorer.ask(&operation, &path, &[], Some(body)).await;
            explorer.check(&operation, &reply);
            reply.refused_with(400, "invalid_body");
        }
    }
}

/// MG-2/22.
#[tokio::test]
async fn a_query_that_the_description_forbids_is_refused() {
    let mut explorer = Explorer::new().await;
    for operation in explorer.operations() {
        let required = explorer.required(&operation);
        for Parameter { name, schema, .. } in operation.query() {
            let strategy = explorer.values(Extent::Whole).of(&name, &schema);
            let value = explorer.choose(&strategy);
            let path = explorer.path(&operation).await;
            for value in broken(&explorer.description, &schema, &value) {
                // A query holds texts: what is broken is what no text of the parameter's says.
                let one = if schema["type"] == "array" { &schema["items"] } else { &schema };
                let is_text = one["type"] == "string" && one.get("enum").is_none();
                if is_text || value.is_array() || value.is_object() {
                    continue;
                }
                let mut query = required.clone();
                query.retain(|(other, _)| *other != name);
                query.push((name.clone(), text(&value)));
                let reply = explorer.ask(&operation, &path, &query, None).await;
                explorer.check(&operation, &reply);
                reply.refused_with(400, "invalid_query_string");
            }
        }
    }
}

/// Nothing is served beside what the description knows: each of its operations answers somebody who asks for nothing.
#[tokio::test]
async fn every_list_is_there() {
    let explorer = Explorer::new().await;
    for operation in explorer.description.operations().iter().filter(|one| is_list(one)) {
        let reply = explorer.ask(operation, &operation.path, &[], None).await;
        reply.expect(StatusCode::OK);
        explorer.check(operation, &reply);
    }
}
