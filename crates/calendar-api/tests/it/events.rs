//! What requests to `/events` must hold; each refusal names the field.

use reqwest::Method;
use serde_json::{Value, json};
use wire::calendar::ProblemCode;

use crate::harness::{Answer, World};

#[track_caller]
fn names(answer: &Answer, field: &str) {
    let problem = answer.refused(400, ProblemCode::InvalidRequest);
    assert!(problem.detail.contains(&format!("`{field}`")), "{}", problem.detail);
}

#[tokio::test]
async fn the_time_asked_for_must_be_given_in_rfc_3339_and_in_order() {
    let world = World::start().await;
    for (query, field) in [
        ("", "from"),
        ("?to=2026-11-30T00:00:00Z", "from"),
        ("?from=&to=2026-11-30T00:00:00Z", "from"),
        ("?from=2026-11-23T00:00:00Z", "to"),
        ("?from=2026-11-23&to=2026-11-30T00:00:00Z", "from"),
        // A `+` that is not escaped is a space.
        ("?from=2026-11-23T00:00:00+01:00&to=2026-11-30T00:00:00Z", "from"),
        ("?from=2026-11-23T00:00:00Z&to=next+week", "to"),
        ("?from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:00Z", "to"),
        ("?from=2026-11-23T00:00:00Z&to=2026-11-23T00:30:00%2B01:00", "to"),
        ("?from=2026-11-23T00:00:00Z&to=2027-11-24T00:00:01Z", "to"),
    ] {
        names(&world.api.get(&format!("/events{query}"), &world.token()).await, field);
    }
    world.nothing_was_exchanged();
}

#[tokio::test]
async fn a_year_may_be_asked_for_and_other_parameters_are_ignored() {
    let world = World::start().await;
    let path = "/events?from=2026-11-23T00:00:00Z&to=2027-11-24T00:00:00Z&color=blue";

    world.api.get(path, &world.token()).await.events();
}

/// SC-1/5.
#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let world = World::start().await;
    let path =
        "/events?from=2026-11-23T00:00:00Z&from=2026-11-24T00:00:00Z&to=2026-11-30T00:00:00Z";

    let problem =
        world.api.get(path, &world.token()).await.refused(400, ProblemCode::InvalidRequest);

    assert!(problem.detail.contains("from"), "{}", problem.detail);
}

fn tea() -> Value {
    json!({"title": "Tea", "start": "2026-11-24T15:00:00Z", "end": "2026-11-24T16:00:00Z"})
}

#[tokio::test]
async fn a_new_event_must_have_a_title_and_an_order_of_times() {
    let world = World::start().await;
    for (field, value) in [
        ("title", json!("")),
        ("title", json!(" \u{2003}\n")),
        ("title", json!("t".repeat(1025))),
        ("location", json!("l".repeat(1025))),
        ("start", json!("2026-11-24")),
        ("end", json!("16:00")),
        ("end", json!("2026-11-24T15:00:00Z")),
        ("end", json!("2026-11-24T15:30:00+01:00")),
        ("title", Value::Null),
        ("color", json!("blue")),
    ] {
        let mut event = tea();
        event[field] = value.clone();

        let answer = world.api.create(&world.token(), &event).await;

        let problem = answer.refused(400, ProblemCode::InvalidRequest);
        assert!(problem.detail.contains(field), "{field} {value}: {}", problem.detail);
    }
    world.nothing_was_exchanged();
}

#[tokio::test]
async fn a_title_is_measured_in_characters() {
    let world = World::start().await;
    let mut event = tea();
    event["title"] = json!("ü".repeat(1024));

    assert_eq!(world.api.create(&world.token(), &event).await.status, 201);
}

#[tokio::test]
async fn a_body_must_be_json_and_short() {
    let world = World::start().await;
    let post = || world.api.request(Method::POST, "/events").bearer_auth(world.token());
    let long = json!({"title": "t".repeat(100_000)});

    for (request, status) in [
        (post().header("content-type", "application/json").body("{"), 400),
        (post().header("content-type", "application/json").body("[]"), 400),
        (post().header("content-type", "application/json"), 400),
        (post().header("content-type", "text/plain").body(tea().to_string()), 415),
        (post().json(&long), 413),
    ] {
        Answer::to(request).await.refused(status, ProblemCode::InvalidRequest);
    }
    world.nothing_was_exchanged();
}

/// Who may not do it is not told how to.
#[tokio::test]
async fn the_token_is_looked_at_before_the_request() {
    let world = World::start().await;

    Answer::to(world.api.request(Method::GET, "/events"))
        .await
        .refused(401, ProblemCode::MissingToken);
    Answer::to(world.api.request(Method::POST, "/events").body("?"))
        .await
        .refused(401, ProblemCode::MissingToken);
}
