//! How many requests one address may send.

use reqwest::StatusCode;

use crate::harness::{ADA, CALENDAR, Reply, World};

const HEADERS: [&str; 3] = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];

/// A tenant that stands at the beginning of a window, which is longer than any test takes.
async fn limited_to(rate_limit: u32) -> World {
    let config = tenant::Config { rate_limit, ..tenant::Config::default() };
    let world = World::configured(config).await;
    world.tenant.clock().advance(60 - world.tenant.clock().now().seconds() % 60);
    world
}

#[track_caller]
fn told(reply: &Reply) -> [u64; 3] {
    HEADERS.map(|name| reply.header(name).parse().unwrap_or_else(|_| panic!("{name}: {reply:?}")))
}

async fn client_credentials(world: &World, secret: &str) -> Reply {
    let audience = format!("{}api/v2/", world.tenant.issuer());
    world.client_credentials("management", secret, &audience).await
}

/// TK-1/9; discovery-and-tokens.md §5.
#[tokio::test]
async fn every_answer_says_what_is_left_and_until_when() {
    let world = limited_to(100).await;
    let end = world.tenant.clock().now().seconds() / 60 * 60 + 60;

    assert_eq!(told(&client_credentials(&world, "management-secret").await), [100, 99, end]);
    assert_eq!(told(&client_credentials(&world, "wrong").await), [100, 98, end]);
    assert_eq!(told(&world.get("/userinfo").await), [100, 97, end]);
    assert_eq!(world.get("/.well-known/jwks.json").await.header("x-ratelimit-limit"), "");
}

/// TK-1/9, TV-2.4/18.
#[tokio::test]
async fn one_request_too_many_is_refused_until_the_window_ends() {
    let world = limited_to(2).await;
    client_credentials(&world, "management-secret").await.ok();
    let token = world.access_token(ADA, CALENDAR).await;
    let userinfo = async || {
        Reply::of(world.http.get(world.at("/userinfo")).bearer_auth(&token).send().await.unwrap())
            .await
    };
    userinfo().await.ok();

    let refused = client_credentials(&world, "management-secret").await;
    refused.refused(429, "too_many_requests");
    assert_eq!(told(&refused)[1], 0);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{refused:?}");
    userinfo().await.expect(StatusCode::TOO_MANY_REQUESTS);

    world.tenant.clock().advance(wait);
    client_credentials(&world, "management-secret").await.ok();
}

/// MG-2/25; management-api.md §2: the headers are absent on 401.
#[tokio::test]
async fn the_management_api_has_a_limit_of_its_own() {
    let world = limited_to(3).await;
    let token = world.management_token("").await;
    let clients = async |token| world.management_with(token, "GET", "/api/v2/clients", None).await;

    assert_eq!(told(&clients(&token).await)[..2], [3, 2]);
    let unauthorized = clients("x.y.z").await;
    unauthorized.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(HEADERS.map(|name| unauthorized.header(name)), ["", "", ""]);
    assert_eq!(told(&clients(&token).await)[..2], [3, 0]);

    let refused = clients(&token).await;
    refused.refused_with(429, "too_many_requests");
    assert_eq!(told(&refused)[1], 0);
    assert_ne!(refused.header("retry-after"), "");
}

/// Browsers may read what is left (discovery-and-tokens.md §5).
#[tokio::test]
async fn pages_can_read_the_headers() {
    let world = limited_to(100).await;
    let request = world.http.get(world.at("/userinfo")).header("origin", "http://localhost:8080");
    let reply = Reply::of(request.send().await.unwrap()).await;

    let exposed = reply.header("access-control-expose-headers").to_lowercase();
    assert!(HEADERS.iter().all(|name| exposed.contains(name)), "{exposed}");
}
