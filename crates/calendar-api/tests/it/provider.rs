//! Calls to the provider: what is asked, what is made of the answers, and what of refusals.

use serde_json::{Value, json};
use wire::calendar::{Event, ProblemCode, Span};

use crate::harness::{CREATE, LIST, Reply, World, event, google_error};

fn page(items: &[Value], next: Option<&str>) -> Reply {
    let mut page = json!({"kind": "calendar#events", "items": items});
    if let Some(next) = next {
        page["nextPageToken"] = json!(next);
    }
    Reply::Json(200, page)
}

#[tokio::test]
async fn events_are_asked_for_as_google_has_it() {
    let world = World::start().await;
    let path = "/events?from=2026-11-23T00:00:00%2B01:00&to=2026-11-30T00:00:00Z";

    world.api.get(path, &world.token()).await.events();

    let query = world.provider.last_call(LIST).query;
    assert_eq!(query.get("timeMin"), Some("2026-11-23T00:00:00+01:00"));
    assert_eq!(query.get("timeMax"), Some("2026-11-30T00:00:00Z"));
    assert_eq!(query.get("singleEvents"), Some("true"));
    assert_eq!(query.get("orderBy"), Some("startTime"));
    assert_eq!(query.get("pageToken"), None);
}

#[tokio::test]
async fn events_are_told_in_the_words_of_the_app() {
    let world = World::start().await;
    let mut full = event("1");
    full["location"] = json!("Room 3");
    full["description"] = json!("Bring the punch cards");
    let all_day = json!({"id": "2", "summary": "Fair", "start": {"date": "2026-11-25"}, "end": {"date": "2026-11-26"}});
    let mut untitled = event("3");
    untitled["summary"] = Value::Null;
    let mut cancelled = event("4");
    cancelled["status"] = json!("cancelled");
    let without_end = json!({"id": "5", "summary": "Endless", "start": {"date": "2026-11-25"}});
    world.provider.usually(LIST, page(&[full, all_day, untitled, cancelled, without_end], None));

    let events = world.api.events(&world.token()).await.events().events;

    let [full, all_day, untitled] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(
        *full,
        Event {
            id: "1".to_owned(),
            title: "Event 1".to_owned(),
            location: Some("Room 3".to_owned()),
            description: Some("Bring the punch cards".to_owned()),
            span: Span::Timed {
                start: "2026-11-24T10:00:00+01:00".to_owned(),
                end: "2026-11-24T11:00:00+01:00".to_owned(),
            },
        }
    );
    assert_eq!(
        all_day.span,
        Span::AllDay { start_date: "2026-11-25".to_owned(), end_date: "2026-11-26".to_owned() }
    );
    assert_eq!(untitled.id, "3");
    assert!(!untitled.title.is_empty());
}

#[tokio::test]
async fn all_pages_are_fetched_in_order() {
    let world = World::start().await;
    world.provider.next(LIST, page(&[event("1"), event("2")], Some("page 2")));
    world.provider.next(LIST, page(&[], Some("page 3")));
    world.provider.next(LIST, page(&[event("3")], None));

    let answer = world.api.events(&world.token()).await;

    assert_eq!(answer.titles(), ["Event 1", "Event 2", "Event 3"]);
    let tokens: Vec<_> = world
        .provider
        .calls(LIST)
        .iter()
        .map(|call| call.query.get("pageToken").map(str::to_owned))
        .collect();
    assert_eq!(tokens, [None, Some("page 2".to_owned()), Some("page 3".to_owned())]);
}

#[tokio::test]
async fn pages_without_end_come_to_an_end() {
    let world = World::start().await;
    world.provider.usually(LIST, page(&[event("1")], Some("more")));

    let answer = world.api.events(&world.token()).await;

    assert_eq!(answer.titles().len(), 10);
    assert_eq!(world.provider.count(LIST), 10);
}

#[tokio::test]
async fn a_new_event_is_sent_to_the_provider_and_answered_as_stored() {
    let world = World::start().await;
    let new = json!({
        "title": "Analytical Engine review",
        "location": "London",
        "start": "2026-11-24T10:00:00+01:00",
        "end": "2026-11-24T11:00:00+01:00",
    });

    let answer = world.api.create(&world.token(), &new).await;

    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let stored: Event = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(stored.id, "2");
    let sent: Value = serde_json::from_str(&world.provider.last_call(CREATE).body).unwrap();
    assert_eq!(
        sent,
        json!({
            "summary": "Analytical Engine review",
            "location": "London",
            "start": {"dateTime": "2026-11-24T10:00:00+01:00"},
            "end": {"dateTime": "2026-11-24T11:00:00+01:00"},
        })
    );
}

#[tokio::test]
async fn a_refusal_of_the_provider_names_its_cause() {
    for (status, name) in
        [(403, "PERMISSION_DENIED"), (404, "NOT_FOUND"), (429, "RESOURCE_EXHAUSTED")]
    {
        let world = World::start().await;
        world.provider.usually(LIST, google_error(status, name));

        let problem =
            world.api.events(&world.token()).await.refused(502, ProblemCode::ProviderRefused);

        assert_eq!(problem.upstream_error.as_deref(), Some(name));
        assert_eq!(world.provider.count(LIST), 1);
    }
}

#[tokio::test]
async fn an_answer_of_the_provider_that_cannot_be_read_is_a_refusal() {
    for broken in [
        Reply::Text(200, "<html>"),
        Reply::Text(503, "<html>"),
        Reply::Json(200, json!({"items": 3})),
    ] {
        let world = World::start().await;
        world.provider.usually(LIST, broken);

        world.api.events(&world.token()).await.refused(502, ProblemCode::ProviderRefused);
    }
}

#[tokio::test]
async fn a_provider_that_hangs_or_is_away_is_unreachable() {
    let world = World::impatient().await;
    world.provider.next(LIST, Reply::Never);
    world.api.events(&world.token()).await.refused(504, ProblemCode::ProviderUnreachable);

    world.provider.stop().await;
    world.api.events(&world.token()).await.refused(504, ProblemCode::ProviderUnreachable);
}
