//! `/authorize`: what is asked, and every refusal.

use reqwest::StatusCode;

use crate::harness::{ADA, CALENDAR, CALLBACK, World, of_a_third_party, parameter, request};

#[tokio::test]
async fn a_stranger_is_asked_to_log_in() {
    let world = World::quickstart().await;
    let browser = world.browser();

    let login = browser.authorize(&request(&[])).await.location();
    let page = browser.get(login.as_str()).await;

    page.expect(StatusCode::OK);
    for words in ["Log in", "Calendar SPA", "Ada Lovelace", "Grace Hopper", CALLBACK, CALENDAR] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
}

/// AZ-4/1.
#[tokio::test]
async fn who_is_logged_in_gets_a_code_without_a_page() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    let callback = browser.authorize(&request(&[("state", "another")])).await.location();

    assert!(parameter(&callback, "code").is_some());
    assert_eq!(parameter(&callback, "state").as_deref(), Some("another"));
}

/// AZ-4/2.
#[tokio::test]
async fn prompt_login_asks_even_who_is_logged_in() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;

    browser.login_page(&request(&[("prompt", "login")])).await;
}

/// OpenID Connect Core §3.1.2.1.
#[tokio::test]
async fn the_request_can_be_posted() {
    let world = World::quickstart().await;
    let reply = world.browser().post("/authorize", &request(&[])).await;
    assert_eq!(reply.location().path(), "/u/login");
}

/// AZ-3/1.
#[tokio::test]
async fn a_missing_client_is_shown() {
    let world = World::quickstart().await;
    world.browser().authorize(&request(&[("client_id", "")])).await.shown(400, "invalid_request");
}

/// AZ-3/2.
#[tokio::test]
async fn an_unknown_client_is_shown() {
    let world = World::quickstart().await;
    let reply = world.browser().authorize(&request(&[("client_id", "nobody<script>")])).await;
    reply.shown(400, "invalid_request");
    assert!(!reply.body.contains("<script>alert") && !reply.body.contains("nobody<script>"));
}

/// AZ-3/3, SC-1/4: the browser is never sent to an address that is not the client's own.
#[tokio::test]
async fn an_address_that_is_not_registered_is_shown_and_never_gone_to() {
    let world = World::quickstart().await;
    for uri in [
        "https://evil.example/callback",
        "http://localhost:8080/callback/",
        "http://localhost:8080/callback?x=1",
        "http://localhost:8081/callback",
        "javascript:alert(1)",
    ] {
        let reply = world.browser().authorize(&request(&[("redirect_uri", uri)])).await;
        reply.shown(403, "unauthorized_client");
    }
}

/// AZ-3/4.
#[tokio::test]
async fn a_client_without_callbacks_has_nowhere_to_return_to() {
    let world = World::with(|file| {
        file.replace("    callbacks:\n      - http://localhost:8080/callback\n", "")
    })
    .await;
    world.browser().authorize(&request(&[("redirect_uri", "")])).await.shown(400, "server_error");
}

/// AZ-1/3.
#[tokio::test]
async fn without_an_address_the_first_callback_is_used() {
    let world = World::quickstart().await;
    let callback = world.browser().log_in(ADA, &request(&[("redirect_uri", "")])).await;
    assert!(callback.as_str().starts_with(CALLBACK));
}

/// SC-1/5.
#[tokio::test]
async fn a_repeated_parameter_is_shown() {
    let world = World::quickstart().await;
    let mut twice = request(&[]);
    twice.push(("redirect_uri", "https://evil.example/"));
    world.browser().authorize(&twice).await.shown(400, "invalid_request");
}

#[tokio::test]
async fn other_refusals_are_sent_back_with_the_state() {
    let world = World::quickstart().await;
    for (changes, error, row) in [
        (vec![("response_type", "")], "invalid_request", "AZ-3/5"),
        (vec![("response_type", "nonsense")], "unsupported_response_type", "AZ-3/6"),
        (vec![("code_challenge", "")], "invalid_request", "SC-2/6, method alone"),
        (
            vec![("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
            "SC-2/6, public client without PKCE",
        ),
        (vec![("code_challenge_method", "")], "invalid_request", "AZ-3/8, no method"),
        (vec![("code_challenge_method", "plain")], "invalid_request", "AZ-3/8, plain"),
        (vec![("code_challenge_method", "S512")], "invalid_request", "SC-2/3"),
        (vec![("code_challenge", "too-short")], "invalid_request", "AZ-1/9"),
        (vec![("audience", "https://nope.example.com")], "access_denied", "AZ-3/9"),
        (vec![("prompt", "none")], "login_required", "AZ-3/11"),
        (vec![("prompt", "none login")], "invalid_request", "AZ-3/15"),
        (vec![("scope", "online_access offline_access")], "invalid_request", "AZ-3/21"),
    ] {
        println!("{row}");
        world.browser().authorize(&request(&changes)).await.sent_back(error);
    }
}

/// AZ-3/7.
#[tokio::test]
async fn a_client_without_the_grant_type_is_refused() {
    let world = World::with(|file| file.replace("      - authorization_code\n", "")).await;
    world.browser().authorize(&request(&[])).await.sent_back("unauthorized_client");
}

/// AZ-3/10: people get no tokens for the Management API.
#[tokio::test]
async fn an_api_that_denies_people_is_refused() {
    let world = World::quickstart().await;
    let management = format!("{}api/v2/", world.tenant.issuer());
    let reply = world.browser().authorize(&request(&[("audience", &management)])).await;
    reply.sent_back("invalid_request");
}

/// AZ-3/10.
#[tokio::test]
async fn an_api_that_requires_a_grant_gives_its_scopes_alone() {
    let policy = "    subject_type_authorization: {user: {policy: require_client_grant}, client: {policy: deny_all}}\n";
    let identifier = "    identifier: https://my-api.example.com\n";
    let restricted =
        move |file: String| file.replacen(identifier, &format!("{identifier}{policy}"), 1);
    let world = World::with(restricted).await;
    world.browser().authorize(&request(&[])).await.sent_back("invalid_request");

    let grant = "  - client_id: Calendar SPA\n    audience: https://my-api.example.com\n    subject_type: user\n    scope: [read:calendar]\n";
    let world = World::with(|file| {
        restricted(file).replace("clientGrants:\n", &format!("clientGrants:\n{grant}"))
    })
    .await;
    let both = request(&[("scope", "read:calendar write:calendar")]);
    let code = world.browser().code(ADA, &both).await;
    let tokens = world.token(&crate::harness::redemption(&code, &[])).await.ok();
    assert_eq!(tokens["scope"], "read:calendar");
}

/// AZ-3/25.
#[tokio::test]
async fn a_client_without_a_connection_is_refused() {
    let world = World::with(|file| {
        file.replace("    enabled_clients:\n      - Calendar SPA\n", "    enabled_clients: []\n")
    })
    .await;
    world.browser().authorize(&request(&[])).await.sent_back("invalid_request");
}

/// AZ-3/10: a third party needs a grant, even of an API that is open to all others.
#[tokio::test]
async fn a_third_party_without_a_grant_is_refused() {
    let world = World::with(|file| of_a_third_party(&file)).await;
    world.browser().authorize(&request(&[])).await.sent_back("unauthorized_client");
}

/// token-vault.md §6: the Custom API Client takes no part in `/authorize`.
#[tokio::test]
async fn a_custom_api_client_cannot_log_anyone_in() {
    let world = World::quickstart().await;
    let reply = world.browser().authorize(&request(&[("client_id", "calendar-api-client")])).await;
    reply.shown(403, "unauthorized_client");
}
