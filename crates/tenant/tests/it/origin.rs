//! CORS.

use reqwest::{Method, header};

use crate::harness::{Reply, World};

async fn preflight(world: &World, origin: &str) -> Reply {
    let request = reqwest::Client::new()
        .request(Method::OPTIONS, world.at("/oauth/token"))
        .header(header::ORIGIN, origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "auth0-client,content-type,dpop,authorization");
    Reply::of(request.send().await.unwrap()).await
}

/// TK-1/7.
#[tokio::test]
async fn the_apps_origin_may_call_the_token_endpoint() {
    let world = World::quickstart().await;
    let reply = preflight(&world, "http://localhost:8080").await;
    assert_eq!(reply.header("access-control-allow-origin"), "http://localhost:8080");
    for name in ["auth0-client", "content-type", "dpop", "authorization"] {
        assert!(reply.header("access-control-allow-headers").contains(name), "{name}");
    }
}

/// TK-1/8, SC-8/2.
#[tokio::test]
async fn another_origin_may_not() {
    let world = World::quickstart().await;
    for origin in ["https://evil.example", "http://localhost:8081", "null"] {
        let reply = preflight(&world, origin).await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{origin}");
        assert!(!reply.headers.contains_key("access-control-allow-credentials"), "{origin}");
    }
}
