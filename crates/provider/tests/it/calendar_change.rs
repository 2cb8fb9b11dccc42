//! `POST …/events`, `PATCH` and `DELETE …/events/{eventId}`.

use serde_json::{Value, json};

use crate::harness::{EVENTS, EVENTS_PATH, READONLY, Reply, TestProvider, send};

struct World {
    provider: TestProvider,
    token: String,
}

impl World {
    async fn new() -> Self {
        let provider = TestProvider::start().await;
        let token = provider.ada(EVENTS).await;
        Self { provider, token }
    }

    async fn insert(&self, event: &Value) -> Reply {
        self.provider.with_json("POST", EVENTS_PATH, &self.token, event).await
    }

    async fn patch(&self, id: &str, changes: &Value) -> Reply {
        self.provider.with_json("PATCH", &format!("{EVENTS_PATH}/{id}"), &self.token, changes).await
    }

    async fn delete(&self, id: &str) -> Reply {
        self.provider.with_token("DELETE", &format!("{EVENTS_PATH}/{id}"), &self.token).await
    }

    /// The event as the list has it.
    async fn listed(&self, id: &str) -> Option<Value> {
        let page = self.provider.with_token("GET", EVENTS_PATH, &self.token).await.ok();
        page["items"].as_array().unwrap().iter().find(|item| item["id"] == id).cloned()
    }
}

fn call() -> Value {
    json!({
        "summary": "Call",
        "location": "By telephone",
        "start": {"dateTime": "2026-11-23T15:00:00Z"},
        "end": {"dateTime": "2026-11-23T16:00:00Z"},
    })
}

#[tokio::test]
async fn an_event_is_stored_and_answered_as_google_does() {
    let world = World::new().await;

    let reply = world.insert(&call()).await;

    let event = reply.ok();
    let id = reply.text("id");
    assert!(
        id.len() >= 5 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'v').contains(&b)),
        "{id}"
    );
    assert_eq!((&event["kind"], &event["status"]), (&json!("calendar#event"), &json!("confirmed")));
    assert_eq!((&event["summary"], &event["location"]), (&json!("Call"), &json!("By telephone")));
    assert_eq!(event["start"], json!({"dateTime": "2026-11-23T15:00:00Z", "timeZone": "UTC"}));
    assert_eq!(world.listed(&id).await, Some(event));
}

#[tokio::test]
async fn times_come_back_in_utc_with_the_zone_that_was_named() {
    let world = World::new().await;
    let mut event = call();
    event["start"] = json!({"dateTime": "2026-07-01T09:00:00", "timeZone": "Europe/London"});
    event["end"] = json!({"dateTime": "2026-07-01T11:00:00+02:00"});

    let event = world.insert(&event).await.ok();

    assert_eq!(
        event["start"],
        json!({"dateTime": "2026-07-01T08:00:00Z", "timeZone": "Europe/London"})
    );
    assert_eq!(event["end"], json!({"dateTime": "2026-07-01T09:00:00Z", "timeZone": "UTC"}));
}

#[tokio::test]
async fn an_event_may_take_whole_days() {
    let world = World::new().await;
    let days =
        json!({"summary": "Fair", "start": {"date": "2026-11-24"}, "end": {"date": "2026-11-26"}});

    let event = world.insert(&days).await.ok();

    assert_eq!(
        (&event["start"], &event["end"]),
        (&json!({"date": "2026-11-24"}), &json!({"date": "2026-11-26"}))
    );
}

#[tokio::test]
async fn the_client_may_choose_the_id_but_not_one_that_is_taken() {
    let world = World::new().await;
    let mut event = call();
    event["id"] = json!("anidofmine");
    let id = world.insert(&event).await.text("id");

    world.insert(&event).await.google_refused(409, "ALREADY_EXISTS");
    world.delete(&id).await;
    world.insert(&event).await.google_refused(409, "ALREADY_EXISTS");
}

#[tokio::test]
async fn what_is_no_event_is_refused() {
    let world = World::new().await;
    let with = |member: &str, value: Value| {
        let mut event = call();
        event[member] = value;
        event
    };
    for event in [
        json!({}),
        json!([]),
        json!({"start": "tomorrow"}),
        with("start", Value::Null),
        with("end", json!({})),
        with("end", json!({"date": "2026-11-24"})),
        with("end", json!({"dateTime": "2026-11-23T14:59:59Z"})),
        with("end", json!({"dateTime": "2026-11-23T16:00:00"})),
        with("end", json!({"dateTime": "2026-11-23T16:00:00Z", "date": "2026-11-23"})),
        with("start", json!({"dateTime": "2026-11-23T15:00:00Z", "timeZone": "Middle/Earth"})),
        with("start", json!({"dateTime": "later"})),
        with("status", json!("cancelled")),
        with("status", json!("perhaps")),
        with("id", json!("UPPER")),
        with("summary", json!(7)),
    ] {
        world.insert(&event).await.google_refused(400, "INVALID_ARGUMENT");
    }
    let not_json = world.provider.request("POST", EVENTS_PATH).bearer_auth(&world.token).body("{");
    send(not_json).await.google_refused(400, "INVALID_ARGUMENT");
}

#[tokio::test]
async fn a_patch_replaces_what_is_given_and_removes_what_is_null() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");

    let changes = json!({"summary": "Long call", "location": null, "end": {"dateTime": "2026-11-23T18:00:00Z"}});
    let event = world.patch(&id, &changes).await.ok();

    assert_eq!((&event["id"], &event["summary"]), (&json!(id), &json!("Long call")));
    assert_eq!(event["end"]["dateTime"], "2026-11-23T18:00:00Z");
    assert_eq!(event["start"]["dateTime"], "2026-11-23T15:00:00Z");
    assert!(event.get("location").is_none(), "{event}");
    assert_eq!(world.listed(&id).await, Some(event));
}

#[tokio::test]
async fn an_id_is_for_life() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");

    assert_eq!(world.patch(&id, &json!({"id": "another00"})).await.text("id"), id);
}

#[tokio::test]
async fn a_patch_that_would_break_the_event_changes_nothing() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");

    for changes in [
        json!({"start": null}),
        json!({"end": {"dateTime": "2026-11-23T14:00:00Z"}}),
        json!({"start": {"date": "2026-11-23"}}),
        json!({"status": "perhaps"}),
        json!({"summary": {"text": "x"}}),
        json!(["summary"]),
    ] {
        world.patch(&id, &changes).await.google_refused(400, "INVALID_ARGUMENT");
    }
    assert_eq!(world.listed(&id).await.unwrap()["start"]["dateTime"], "2026-11-23T15:00:00Z");
}

#[tokio::test]
async fn a_deleted_event_is_gone() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");

    let reply = world.delete(&id).await;

    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    assert_eq!(world.listed(&id).await, None);
    for reply in [world.delete(&id).await, world.patch(&id, &json!({"summary": "x"})).await] {
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (410, &json!(410)), "{reply:?}");
    }
}

#[tokio::test]
async fn a_cancelled_event_is_gone_too() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");

    assert_eq!(world.patch(&id, &json!({"status": "cancelled"})).await.text("status"), "cancelled");

    assert_eq!(world.listed(&id).await, None);
    assert_eq!(world.delete(&id).await.status, 410);
}

#[tokio::test]
async fn events_of_others_and_unknown_ones_are_not_found() {
    let world = World::new().await;
    let grace = world.provider.access_token("grace@example.com", EVENTS).await;
    let id = world.provider.with_json("POST", EVENTS_PATH, &grace, &call()).await.text("id");

    for id in [id.as_str(), "unknown", "%FF"] {
        world.delete(id).await.google_refused(404, "NOT_FOUND");
        world.patch(id, &json!({"summary": "x"})).await.google_refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn who_may_only_read_cannot_write() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");
    let reader = World { token: world.provider.ada(READONLY).await, provider: world.provider };

    for reply in [
        reader.insert(&call()).await,
        reader.patch(&id, &json!({"summary": "x"})).await,
        reader.delete(&id).await,
        reader.delete("unknown").await,
    ] {
        reply.google_refused(403, "PERMISSION_DENIED");
        reply.challenged(Some("insufficient_scope"));
        assert!(reply.header("www-authenticate").contains(EVENTS), "{reply:?}");
    }
    assert!(reader.listed(&id).await.is_some());
}

#[tokio::test]
async fn who_has_no_live_token_cannot_write() {
    let world = World::new().await;
    let id = world.insert(&call()).await.text("id");
    let path = format!("{EVENTS_PATH}/{id}");

    world.provider.later(3599);

    for (method, path) in [("POST", EVENTS_PATH), ("PATCH", &path), ("DELETE", &path)] {
        let expired = world.provider.with_json(method, path, &world.token, &call()).await;
        expired.google_refused(401, "UNAUTHENTICATED");
        expired.challenged(Some("invalid_token"));
        let missing = send(world.provider.request(method, path)).await;
        missing.google_refused(401, "UNAUTHENTICATED");
        missing.challenged(None);
    }
}
