//! Health, metadata, pages' files, unknown paths and methods; starting and stopping.

use std::net::{Ipv4Addr, SocketAddr};

use provider::Config;
use serde_json::json;

use crate::harness::{EVENTS_PATH, TestProvider, send};

#[tokio::test]
async fn health_is_200() {
    let provider = TestProvider::start().await;

    assert_eq!(send(provider.request("GET", "/health")).await.status, 200);
}

/// SC-3/6: each endpoint that is named is served.
#[tokio::test]
async fn metadata_describes_just_what_is_served() {
    let provider = TestProvider::start().await;
    let url = provider.provider.url().to_owned();

    let metadata = send(provider.request("GET", "/.well-known/openid-configuration")).await.ok();

    assert_eq!(metadata["issuer"], url);
    for (member, value) in metadata.as_object().unwrap() {
        if let Some(path) =
            member.ends_with("_endpoint").then(|| value.as_str().unwrap().strip_prefix(&url))
        {
            let reply = send(provider.request("GET", path.expect("an own URL"))).await;
            assert_ne!(reply.status, 404, "{member}");
        }
    }
    assert!(metadata.get("jwks_uri").is_none(), "{metadata}");
    assert_eq!(metadata["response_types_supported"], json!(["code"]));
}

#[tokio::test]
async fn an_issuer_of_ones_own_is_named_in_the_metadata() {
    let issuer = Some("https://accounts.example.com/".parse().unwrap());
    let provider = TestProvider::with(Config { issuer, ..Config::default() }).await;

    let metadata = send(provider.request("GET", "/.well-known/openid-configuration")).await.ok();

    assert_eq!(metadata["issuer"], "https://accounts.example.com");
    assert_eq!(metadata["token_endpoint"], "https://accounts.example.com/token");
    let cookie = provider.browser().authorize(&crate::harness::AuthRequest::new()).await;
    assert!(cookie.header("set-cookie").contains("Secure"), "{cookie:?}");
}

#[tokio::test]
async fn unknown_paths_are_404_and_unknown_methods_405_in_googles_body() {
    let provider = TestProvider::start().await;
    let other_calendar = EVENTS_PATH.replace("primary", "other");

    for path in ["/", "/nowhere", "/%FF", "/calendar/v3/calendars/primary", &other_calendar] {
        send(provider.request("GET", path)).await.google_refused(404, "NOT_FOUND");
    }
    let event = format!("{EVENTS_PATH}/abcde");
    for (method, path) in [
        ("GET", "/token"),
        ("GET", "/revoke"),
        ("POST", "/v1/userinfo"),
        ("PUT", EVENTS_PATH),
        ("GET", &event),
        ("DELETE", "/o/oauth2/v2/auth"),
    ] {
        let reply = send(provider.request(method, path)).await;
        assert_eq!(
            (reply.status, &reply.json()["error"]["code"]),
            (405, &json!(405)),
            "{method} {path}"
        );
        assert!(!reply.header("allow").is_empty());
    }
}

#[tokio::test]
async fn the_pages_find_their_style() {
    let provider = TestProvider::start().await;

    for path in ["/assets/page.css", "/assets/theme.js", "/assets/mark.svg"] {
        assert_eq!(send(provider.request("GET", path)).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_not_read() {
    let provider = TestProvider::start().await;
    let token = provider.ada(crate::harness::EVENTS).await;
    let large = provider.request("POST", EVENTS_PATH).bearer_auth(token).body("x".repeat(100_000));

    assert_eq!(send(large).await.status, 413);
}

#[tokio::test]
async fn an_issuer_that_is_no_address_is_named_with_its_flag() {
    for issuer in ["data:text/plain,x", "http://localhost/?a=b", "http://localhost/#a"] {
        let config = Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            issuer: Some(issuer.parse().unwrap()),
            ..Config::default()
        };

        let error = provider::start(config).await.unwrap_err();

        assert!(error.to_string().contains("--issuer"), "{error}");
    }
}

#[tokio::test]
async fn nothing_that_is_printed_holds_a_token() {
    let provider = TestProvider::start().await;
    let token = provider.ada("openid").await;

    let printed = format!(
        "{:?} {:?}",
        provider.provider,
        provider.provider.access_token("ada@example.com", "openid").await
    );

    assert!(
        !printed.contains(&token) && !printed.contains("ya29") && !printed.contains("1//"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_stopped_provider_has_finished() {
    let provider = TestProvider::start().await.provider;

    provider.stop().await;

    provider.finished().await;
}
