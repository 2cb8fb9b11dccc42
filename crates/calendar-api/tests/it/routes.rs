//! What holds for every path: other origins, other methods, other paths; and what the API refuses to start with.

use calendar_api::Config;
use reqwest::Method;
use service::running::StartError;
use wire::calendar::ProblemCode;

use crate::harness::{Answer, WEEK, World};

const APP: &str = "http://localhost:8080";

#[tokio::test]
async fn the_app_may_call_from_its_origin_and_read_the_challenge() {
    let world = World::start().await;
    let request = world.api.request(Method::GET, WEEK).header("origin", APP);

    let answer = Answer::to(request.bearer_auth(world.token())).await;

    answer.events();
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    assert_eq!(answer.header("access-control-expose-headers"), Some("www-authenticate,dpop-nonce"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert!(
        answer.header("vary").is_some_and(|vary| vary.contains("origin")),
        "{:?}",
        answer.header("vary")
    );
}

#[tokio::test]
async fn the_app_can_read_refusals_too() {
    let world = World::start().await;

    let answer = Answer::to(world.api.request(Method::GET, WEEK).header("origin", APP)).await;

    answer.refused(401, ProblemCode::MissingToken);
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
}

#[tokio::test]
async fn the_app_may_ask_first() {
    let world = World::start().await;
    let request = world.api.request(Method::OPTIONS, "/events").header("origin", APP);
    let request = request
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,dpop");

    let answer = Answer::to(request).await;

    assert!(answer.status.is_success());
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
    let methods = answer.header("access-control-allow-methods").unwrap();
    assert!(methods.contains("GET") && methods.contains("POST"), "{methods}");
    let headers = answer.header("access-control-allow-headers").unwrap();
    for header in ["authorization", "content-type", "dpop"] {
        assert!(headers.contains(header), "{headers}");
    }
}

/// SC-8/2.
#[tokio::test]
async fn a_foreign_origin_is_allowed_nothing() {
    let world = World::start().await;
    for origin in ["http://localhost:8081", "https://evil.example", "null"] {
        for method in [Method::GET, Method::OPTIONS] {
            let request = world.api.request(method, WEEK).header("origin", origin);
            let request =
                request.header("access-control-request-method", "GET").bearer_auth(world.token());

            let answer = Answer::to(request).await;

            assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        }
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_problems_too() {
    let world = World::start().await;
    let ask = |method, path| Answer::to(world.api.request(method, path));

    ask(Method::GET, "/").await.refused(404, ProblemCode::NotFound);
    ask(Method::GET, "/events/1").await.refused(404, ProblemCode::NotFound);
    let answer = ask(Method::DELETE, "/events").await;
    answer.refused(405, ProblemCode::MethodNotAllowed);
    let allowed = answer.header("allow").unwrap_or_default();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[tokio::test]
async fn a_configuration_that_makes_no_sense_is_refused() {
    let listen = ([127, 0, 0, 1], 0).into();
    let origin = Config { listen, allowed_origins: vec!["*".to_owned()], ..Config::default() };
    let issuer = Config { listen, issuer: "data:,".parse().unwrap(), ..Config::default() };
    let provider =
        Config { listen, provider: "mailto:a@example.com".parse().unwrap(), ..Config::default() };
    let public_url =
        Config { listen, public_url: "https://a.example/?b".parse().ok(), ..Config::default() };
    let app_callback = Config {
        listen,
        app_callback: "javascript:alert(1)".parse().unwrap(),
        ..Config::default()
    };
    let fragment = Config {
        listen,
        app_callback: "https://a.example/callback#b".parse().unwrap(),
        ..Config::default()
    };
    let no_file = Config { listen, ca_file: Some("no/such/file.pem".into()), ..Config::default() };
    let no_certificate = Config {
        listen,
        ca_file: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into()),
        ..Config::default()
    };

    for (config, flag) in [
        (origin, "--allowed-origin"),
        (issuer, "--issuer"),
        (provider, "--provider"),
        (public_url, "--public-url"),
        (app_callback, "--app-callback"),
        (fragment, "--app-callback"),
        (no_file, "--ca-file"),
        (no_certificate, "--ca-file"),
    ] {
        match calendar_api::start(config).await {
            Err(StartError::Configuration { message, .. }) => {
                assert!(message.contains(flag), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
}
