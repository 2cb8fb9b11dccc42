//! `POST /oauth/par`, and what becomes of a request that was pushed.

use reqwest::StatusCode;
use serde_json::json;
use service::dpop::prover::Prover;
use url::Url;
use wire::dpop::ProofClaims;

use crate::harness::{ADA, CALENDAR, CALLBACK, Reply, VERIFIER, World, parameter, request};

const ENABLED: &str = "tenant:\n  pushed_authorization_requests_supported: true\n";

/// The quickstart with pushed requests, and with two applications that can keep a secret.
async fn world() -> World {
    World::with(|file| with_web_apps(&file).replacen("tenant:\n", ENABLED, 1)).await
}

fn with_web_apps(file: &str) -> String {
    let app = |name: &str, id: &str| {
        format!(
            "  - name: {name}\n    client_id: {id}\n    client_secret: {id}-secret\n    app_type: regular_web\n    \
             token_endpoint_auth_method: client_secret_post\n    grant_types: [authorization_code]\n    \
             callbacks: [\"{CALLBACK}\"]\n"
        )
    };
    let apps =
        format!("\nclients:\n{}{}", app("Web App", "web-app"), app("Other App", "other-app"));
    let enabled = "    enabled_clients:\n";
    file.replacen("\nclients:\n", &apps, 1).replacen(
        enabled,
        &format!("{enabled}      - Web App\n      - Other App\n"),
        1,
    )
}

/// A request that the web application pushes, with some parameters changed or left out.
fn pushed<'a>(changes: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let own = [("client_id", "web-app"), ("client_secret", "web-app-secret")];
    request(&own.iter().chain(changes).copied().collect::<Vec<_>>())
}

async fn push(world: &World, form: &[(&'static str, &str)]) -> Reply {
    Reply::of(world.post("/oauth/par").form(form).send().await.unwrap()).await
}

/// Pushes a request and returns its address.
async fn request_uri(world: &World, changes: &[(&'static str, &str)]) -> String {
    let reply = push(world, &pushed(changes)).await;
    let answer = reply.expect(StatusCode::CREATED).json();
    answer["request_uri"].as_str().unwrap().to_owned()
}

fn front(request_uri: &str) -> Vec<(&'static str, &str)> {
    vec![("client_id", "web-app"), ("request_uri", request_uri)]
}

/// AZ-6/4, SC-5/2.
#[tokio::test]
async fn a_pushed_request_gets_an_address_that_nobody_guesses() {
    let world = world().await;
    let reply = push(&world, &pushed(&[])).await;

    let answer = reply.expect(StatusCode::CREATED).json();
    assert_eq!(answer["expires_in"], 30);
    let request_uri = answer["request_uri"].as_str().unwrap();
    let key = request_uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert!(key.len() >= 43, "{key}");
    assert_eq!(answer.as_object().unwrap().len(), 2);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_ne!(request_uri, self::request_uri(&world, &[]).await);
}

/// AZ-1/23, AZ-6/6, SC-5/2: what was pushed is what counts, once.
#[tokio::test]
async fn the_browser_brings_the_address_and_gets_the_code_once() {
    let world = world().await;
    let browser = world.browser();
    let request_uri = request_uri(&world, &[]).await;

    let url = browser.log_in(ADA, &front(&request_uri)).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("af0ifjsldkj"));
    let code = parameter(&url, "code").unwrap();
    let tokens = world
        .token(&[
            ("grant_type", "authorization_code"),
            ("client_id", "web-app"),
            ("client_secret", "web-app-secret"),
            ("code", &code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", CALLBACK),
        ])
        .await
        .ok();
    assert_eq!(tokens["scope"], "openid profile email read:calendar");

    browser.authorize(&front(&request_uri)).await.shown(400, "invalid_request_uri");
}

/// AZ-3/27, SC-5/2.
#[tokio::test]
async fn an_address_that_is_not_good_is_shown() {
    let world = world().await;
    let browser = world.browser();
    let request_uri = request_uri(&world, &[]).await;

    let of_another = [("client_id", "other-app"), ("request_uri", request_uri.as_str())];
    browser.authorize(&of_another).await.shown(400, "invalid_request_uri");
    for unknown in [
        "urn:ietf:params:oauth:request_uri:unknown",
        "https://web-app.example/request.jwt",
        "urn:ietf:params:oauth:request_uri:",
    ] {
        browser.authorize(&front(unknown)).await.shown(400, "invalid_request_uri");
    }
    let of_nobody = [("request_uri", request_uri.as_str())];
    browser.authorize(&of_nobody).await.shown(400, "invalid_request");
    world.tenant.clock().advance(30);
    browser.authorize(&front(&request_uri)).await.shown(400, "invalid_request_uri");
}

/// SC-5/4.
#[tokio::test]
async fn what_the_browser_says_beside_the_address_counts_for_nothing() {
    let world = world().await;
    let request_uri = request_uri(&world, &[("scope", "openid")]).await;
    let mut tampered = front(&request_uri);
    tampered.extend([
        ("scope", "openid read:calendar write:calendar"),
        ("redirect_uri", "https://evil.example/"),
        ("state", "forged"),
        ("response_mode", "fragment"),
    ]);

    let url = world.browser().log_in(ADA, &tampered).await;

    assert!(url.as_str().starts_with(&format!("{CALLBACK}?code=")), "{url}");
    assert_eq!(parameter(&url, "state").as_deref(), Some("af0ifjsldkj"));
}

/// AZ-6/5.
#[tokio::test]
async fn a_client_may_have_more_time() {
    let id = "    client_id: web-app\n";
    let world = World::with(|file| {
        with_web_apps(&file).replacen("tenant:\n", ENABLED, 1).replacen(
            id,
            &format!("{id}    par_request_expiry: 90\n"),
            1,
        )
    })
    .await;
    let reply = push(&world, &pushed(&[])).await;

    let answer = reply.expect(StatusCode::CREATED).json();
    assert_eq!(answer["expires_in"], 90);
    world.tenant.clock().advance(60);
    let request_uri = answer["request_uri"].as_str().unwrap();
    world.browser().login_page(&front(request_uri)).await;
}

/// AZ-6/8, AZ-6/10, SC-5/1.
#[tokio::test]
async fn a_client_proves_who_it_is_and_has_something_to_prove() {
    let world = world().await;
    push(&world, &pushed(&[("client_secret", "wrong")])).await.refused(401, "access_denied");
    push(&world, &pushed(&[("client_secret", "")])).await.refused(401, "access_denied");
    push(&world, &pushed(&[("client_id", "nobody")])).await.refused(401, "access_denied");
    push(&world, &request(&[])).await.refused(403, "unauthorized_client");

    let by_basic = world.post("/oauth/par").basic_auth("web-app", Some("web-app-secret"));
    let form = pushed(&[("client_id", ""), ("client_secret", "")]);
    Reply::of(by_basic.form(&form).send().await.unwrap()).await.expect(StatusCode::CREATED);
}

/// AZ-6/3, AZ-6/9, SC-5/1: every mistake shows at once, where the client can read it.
#[tokio::test]
async fn what_the_browser_would_be_refused_is_refused_at_once() {
    let world = world().await;
    for (changes, error) in [
        (vec![("redirect_uri", "https://evil.example/")], "invalid_request"),
        (vec![("request_uri", "urn:ietf:params:oauth:request_uri:x")], "invalid_request"),
        (vec![("response_type", "")], "invalid_request"),
        (vec![("response_type", "nonsense")], "unsupported_response_type"),
        (vec![("response_type", "token")], "unauthorized_client"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("audience", "https://nope.example.com")], "access_denied"),
    ] {
        push(&world, &pushed(&changes)).await.refused(400, error);
    }
    let names: Vec<String> = (0..11).map(|number| format!("ext-{number}")).collect();
    let extensions = |count| names.iter().take(count).map(|name| (name.as_str(), "x"));
    let send = |form: Vec<(&str, &str)>| world.post("/oauth/par").form(&form).send();
    let own = pushed(&[]);
    let reply = send(own.iter().copied().chain(extensions(11)).collect()).await.unwrap();
    Reply::of(reply).await.refused(400, "invalid_request");
    let reply = send(own.iter().copied().chain(extensions(10)).collect()).await.unwrap();
    Reply::of(reply).await.expect(StatusCode::CREATED);
}

/// AZ-6/1, AZ-6/11, SC-5/3.
#[tokio::test]
async fn only_a_form_of_ten_kilobytes_is_taken_and_only_by_post() {
    let world = world().await;
    let json = world
        .post("/oauth/par")
        .json(&json!({"client_id": "web-app", "client_secret": "web-app-secret"}));
    Reply::of(json.send().await.unwrap()).await.refused(400, "invalid_request");

    let long = "x".repeat(10 * 1024);
    push(&world, &pushed(&[("state", &long)])).await.expect(StatusCode::PAYLOAD_TOO_LARGE);

    world.get("/oauth/par").await.expect(StatusCode::METHOD_NOT_ALLOWED);
    let put = world.http.put(world.at("/oauth/par")).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::METHOD_NOT_ALLOWED);
}

/// AZ-6/7.
#[tokio::test]
async fn where_it_is_not_enabled_nothing_is_pushed() {
    const ENDPOINT: &str = "pushed_authorization_request_endpoint";
    const METADATA: &str = "/.well-known/openid-configuration";
    let without = World::with(|file| with_web_apps(&file)).await;
    push(&without, &pushed(&[])).await.expect(StatusCode::NOT_FOUND);
    assert!(without.get(METADATA).await.ok()[ENDPOINT].is_null());

    let world = world().await;
    let endpoint = format!("{}oauth/par", world.tenant.issuer());
    assert_eq!(world.get(METADATA).await.ok()[ENDPOINT], endpoint);
}

/// AZ-3/26: for one client, or for all.
#[tokio::test]
async fn where_it_is_required_the_browser_cannot_bring_the_request_itself() {
    let id = "    client_id: web-app\n";
    let of_client = format!("{id}    require_pushed_authorization_requests: true\n");
    let of_tenant = format!("{ENABLED}  require_pushed_authorization_requests: true\n");
    for (from, to) in [(id, of_client.as_str()), (ENABLED, of_tenant.as_str())] {
        let world = World::with(|file| {
            with_web_apps(&file).replacen("tenant:\n", ENABLED, 1).replacen(from, to, 1)
        })
        .await;
        let own = request(&[("client_id", "web-app")]);
        world.browser().authorize(&own).await.sent_back("invalid_request");
        let request_uri = request_uri(&world, &[]).await;
        world.browser().login_page(&front(&request_uri)).await;
    }
}

/// SC-6/6: a proof that comes with the request binds the code as `dpop_jkt` does, and must not contradict it.
#[tokio::test]
async fn a_proof_that_is_pushed_along_binds_the_code() {
    let world = world().await;
    let prover = Prover::generate();
    let with_proof = |changes: &[(&'static str, &str)]| {
        let proof = prover.proof(&world.claims("POST", "oauth/par"));
        world.post("/oauth/par").header("dpop", proof).form(&pushed(changes)).send()
    };
    let other = Prover::generate();
    let contradicting = with_proof(&[("dpop_jkt", other.thumbprint().as_str())]).await.unwrap();
    Reply::of(contradicting).await.refused(400, "invalid_dpop_proof");

    let reply = Reply::of(with_proof(&[("audience", CALENDAR)]).await.unwrap()).await;
    let request_uri = reply.expect(StatusCode::CREATED).json()["request_uri"].to_string();
    let request_uri = request_uri.trim_matches('"');
    let url: Url = world.browser().log_in(ADA, &front(request_uri)).await;
    let code = parameter(&url, "code").unwrap();
    let redeem = |proof: Option<String>| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "web-app"),
            ("client_secret", "web-app-secret"),
            ("code", &code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", CALLBACK),
        ];
        let mut request = world.post("/oauth/token").form(&form);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        request.send()
    };
    let claims: ProofClaims = world.claims("POST", "oauth/token");
    let wrong = Reply::of(redeem(Some(other.proof(&claims))).await.unwrap()).await;
    wrong.refused(400, "invalid_dpop_proof");
}
