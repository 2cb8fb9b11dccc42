//! `GET /calendar/v3/calendars/primary/events`.

use serde_json::{Value, json};

use crate::harness::{EVENTS, EVENTS_PATH, READONLY, Reply, TestProvider, send};

/// A day long after the seed, on which only the test's own events are.
const DAY: &str = "2199-03-01";

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

    async fn list(&self, query: &[(&str, &str)]) -> Reply {
        list(&self.provider, &self.token, query).await
    }

    /// Titles on the far day.
    async fn titles(&self, query: &[(&str, &str)]) -> Vec<String> {
        let min = format!("{DAY}T00:00:00Z");
        let page = self.list(&[&[("timeMin", min.as_str())], query].concat()).await.ok();
        titles(&page)
    }

    async fn add(&self, title: &str, from: &str, to: &str) -> String {
        let event = json!({
            "summary": title,
            "start": {"dateTime": format!("{DAY}T{from}:00Z")},
            "end": {"dateTime": format!("{DAY}T{to}:00Z")},
        });
        self.provider.with_json("POST", EVENTS_PATH, &self.token, &event).await.text("id")
    }
}

async fn list(provider: &TestProvider, token: &str, query: &[(&str, &str)]) -> Reply {
    send(provider.request("GET", EVENTS_PATH).bearer_auth(token).query(query)).await
}

fn titles(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["summary"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn ada_has_the_events_of_the_design_and_grace_her_own() {
    let world = World::new().await;
    let grace = world.provider.access_token("grace@example.com", READONLY).await;

    let ada = world.list(&[]).await.ok();
    let grace = list(&world.provider, &grace, &[]).await.ok();

    assert_eq!(ada["kind"], "calendar#events");
    for title in [
        "Stand-up, drawing office",
        "Design review: hinge and wheel",
        "Call with the foundry",
        "Inspection, Bank of Ely",
        "Train to London",
        "Lunch with Charles Babbage",
        "Weekly review",
    ] {
        assert!(titles(&ada).iter().any(|found| found == title), "no {title}: {ada}");
    }
    assert!(titles(&grace).iter().any(|title| title == "Compiler working group"));
    assert!(!titles(&grace).iter().any(|title| title == "Call with the foundry"));
}

#[tokio::test]
async fn events_are_in_googles_shape() {
    let world = World::new().await;
    let page = world.list(&[("singleEvents", "true"), ("orderBy", "startTime")]).await.ok();
    let items = page["items"].as_array().unwrap();
    let find = |title: &str| items.iter().find(|item| item["summary"] == title).unwrap();

    let timed = find("Train to London");
    assert_eq!((&timed["kind"], &timed["status"]), (&json!("calendar#event"), &json!("confirmed")));
    assert!(timed["start"]["dateTime"].as_str().unwrap().ends_with("T18:10:00Z"), "{timed}");
    assert_eq!(timed["location"], "Platform 2");
    let all_day = find("Inspection, Bank of Ely");
    assert_eq!(all_day["start"]["date"].as_str().unwrap().len(), 10);
    assert!(all_day["start"].get("dateTime").is_none(), "{all_day}");
}

/// Both bounds are exclusive: what ends at timeMin or starts at timeMax is out.
#[tokio::test]
async fn the_range_bounds_ends_below_and_starts_above() {
    let world = World::new().await;
    world.add("before", "08:00", "09:00").await;
    world.add("into", "08:30", "09:30").await;
    world.add("inside", "10:00", "11:00").await;
    world.add("out of", "11:30", "12:30").await;
    world.add("after", "12:00", "13:00").await;
    let (min, max) = (format!("{DAY}T10:00:00+01:00"), format!("{DAY}T12:00:00Z"));

    let page = world.list(&[("timeMin", &min), ("timeMax", &max)]).await.ok();

    assert_eq!(titles(&page), ["into", "inside", "out of"]);
}

#[tokio::test]
async fn order_is_by_start_by_change_or_by_creation() {
    let world = World::new().await;
    let late = world.add("late", "15:00", "16:00").await;
    world.add("early", "09:00", "10:00").await;
    world.add("early too", "09:00", "09:30").await;
    let changes = json!({"location": "Room 1"});
    world
        .provider
        .with_json("PATCH", &format!("{EVENTS_PATH}/{late}"), &world.token, &changes)
        .await
        .ok();

    let by_start = [("singleEvents", "true"), ("orderBy", "startTime")];
    assert_eq!(world.titles(&by_start).await, ["early", "early too", "late"]);
    assert_eq!(world.titles(&[("orderBy", "updated")]).await, ["early", "early too", "late"]);
    assert_eq!(world.titles(&[]).await, ["late", "early", "early too"]);
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_even_when_events_are_added() {
    let world = World::new().await;
    for hour in 10..15 {
        world.add(&format!("at {hour}"), &format!("{hour}:00"), &format!("{hour}:30")).await;
    }
    let min = format!("{DAY}T00:00:00Z");
    let query = [
        ("timeMin", min.as_str()),
        ("singleEvents", "true"),
        ("orderBy", "startTime"),
        ("maxResults", "2"),
    ];
    let next =
        async |token: &str| world.list(&[&query[..], &[("pageToken", token)]].concat()).await;

    let first = world.list(&query).await;
    assert_eq!(titles(&first.ok()), ["at 10", "at 11"]);
    world.add("early bird", "08:00", "08:30").await;
    let second = next(&first.text("nextPageToken")).await;
    assert_eq!(titles(&second.ok()), ["at 12", "at 13"]);
    let third = next(&second.text("nextPageToken")).await;
    assert_eq!(titles(&third.ok()), ["at 14"]);
    assert!(third.ok().get("nextPageToken").is_none());
    // A token is not used up.
    assert_eq!(titles(&next(&first.text("nextPageToken")).await.ok()), ["at 12", "at 13"]);
}

#[tokio::test]
async fn a_page_token_of_another_list_is_refused() {
    let world = World::new().await;
    let token = world.list(&[("maxResults", "1")]).await.text("nextPageToken");
    let page = ("pageToken", token.as_str());
    let grace = world.provider.access_token("grace@example.com", EVENTS).await;

    list(&world.provider, &grace, &[page]).await.google_refused(400, "INVALID_ARGUMENT");
    world.list(&[page, ("orderBy", "updated")]).await.google_refused(400, "INVALID_ARGUMENT");
    world
        .list(&[page, ("timeMin", "2026-01-01T00:00:00Z")])
        .await
        .google_refused(400, "INVALID_ARGUMENT");
    world.list(&[("pageToken", "invented")]).await.google_refused(400, "INVALID_ARGUMENT");
    world.list(&[page]).await.ok();
    world.provider.later(3500);
    world.list(&[page]).await.ok();
}

#[tokio::test]
async fn an_old_page_token_is_refused() {
    let world = World::new().await;
    let token = world.list(&[("maxResults", "1")]).await.text("nextPageToken");

    world.provider.later(3600);

    let fresh = world.provider.ada(EVENTS).await;
    list(&world.provider, &fresh, &[("pageToken", &token)])
        .await
        .google_refused(400, "INVALID_ARGUMENT");
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let world = World::new().await;
    let at = |hour: &str| format!("{DAY}T{hour}:00:00Z");
    let (nine, ten) = (at("09"), at("10"));
    let questions: [&[(&str, &str)]; 13] = [
        &[("timeMin", "2026-11-23")],
        &[("timeMin", "2026-11-23T09:00:00")],
        &[("timeMax", "soon")],
        &[("timeMin", &ten), ("timeMax", &nine)],
        &[("timeMin", &ten), ("timeMax", &ten)],
        &[("orderBy", "startTime")],
        &[("orderBy", "startTime"), ("singleEvents", "false")],
        &[("orderBy", "title")],
        &[("singleEvents", "yes")],
        &[("maxResults", "0")],
        &[("maxResults", "2501")],
        &[("maxResults", "-1")],
        &[("timeMin", &nine), ("timeMin", &nine)],
    ];
    for question in questions {
        let reply = world.list(question).await;
        assert_eq!(reply.status, 400, "{question:?}");
        reply.google_refused(400, "INVALID_ARGUMENT");
    }
    world.list(&[("maxResults", "2500")]).await.ok();
}

#[tokio::test]
async fn reading_takes_a_live_token_with_one_of_the_scopes() {
    let provider = TestProvider::start().await;
    let read = async |scope: &str| {
        let token = provider.ada(scope).await;
        list(&provider, &token, &[]).await
    };

    read(READONLY).await.ok();
    read(EVENTS).await.ok();
    let reply = read("openid email").await;
    reply.google_refused(403, "PERMISSION_DENIED");
    reply.challenged(Some("insufficient_scope"));

    let missing = send(provider.request("GET", EVENTS_PATH)).await;
    missing.google_refused(401, "UNAUTHENTICATED");
    missing.challenged(None);
    let invented = list(&provider, "ya29.invented", &[]).await;
    invented.google_refused(401, "UNAUTHENTICATED");
    invented.challenged(Some("invalid_token"));
    let token = provider.ada(EVENTS).await;
    provider.later(3599);
    list(&provider, &token, &[]).await.google_refused(401, "UNAUTHENTICATED");
}
