//! What an attempt to connect an account is bound to (SC-10/5; connected-accounts.md §2.2, §2.3, §6 test 3).

use reqwest::StatusCode;
use serde_json::json;
use url::Url;

use crate::harness::connecting::{Attempt, SCOPES};
use crate::harness::{ADA, GRACE, World, request};
use crate::social_login::GRACE_AT_THE_PROVIDER;

/// Grace's attempt, her token, and the app's callback with the code.
async fn consented(world: &World) -> (String, Attempt, Url) {
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    let callback = attempt.to_the_app(&world.browser(), GRACE_AT_THE_PROVIDER, "accept").await;
    (token, attempt, callback)
}

async fn has_accounts(world: &World, token: &str) -> bool {
    World::count(&world.accounts(token, "").await) > 0
}

/// CA-2.2/3.
#[tokio::test]
async fn a_ticket_is_good_once() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    let browser = world.browser();

    attempt.hop(&browser).await.expect(StatusCode::FOUND);

    attempt.hop(&browser).await.shown(400, "invalid_request");
}

/// CA-2.2/3.
#[tokio::test]
async fn a_ticket_that_nobody_issued_leads_nowhere() {
    let world = World::quickstart().await;
    for query in ["", "?ticket=", "?ticket=unknown", "?ticket=a&ticket=b", "?other=1"] {
        let reply = world.browser().get(&format!("/connected-accounts/connect{query}")).await;
        reply.shown(400, "invalid_request");
    }
}

/// CA-2.2/3: five minutes, as the answer said.
#[tokio::test]
async fn a_ticket_expires() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let (early, late) =
        (world.attempt(&token, json!({})).await, world.attempt(&token, json!({})).await);

    world.tenant.clock().advance(299);
    early.hop(&world.browser()).await.expect(StatusCode::FOUND);
    world.tenant.clock().advance(1);
    late.hop(&world.browser()).await.shown(400, "invalid_request");
}

/// CA-2.2/3: nobody connects an account in the browser of somebody else, and trying costs the ticket nothing.
#[tokio::test]
async fn a_ticket_is_refused_where_somebody_else_is_logged_in() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    let adas = world.browser();
    adas.log_in(ADA, &request(&[])).await;

    attempt.hop(&adas).await.shown(400, "invalid_request");

    let callback = attempt.to_the_app(&world.browser(), GRACE_AT_THE_PROVIDER, "accept").await;
    let reply = world.complete(&token, attempt.completion(&callback, json!({}))).await;
    reply.expect(StatusCode::CREATED);
}

/// SC-10/5: an answer of the provider is taken where the question came from, once.
#[tokio::test]
async fn an_answer_for_another_browser_is_refused() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    let browser = world.browser();
    let back = attempt.to_the_tenant(&browser, GRACE_AT_THE_PROVIDER, "accept").await;

    let stranger = world.browser();
    stranger.get(back.as_str()).await.shown(400, "invalid_request");
    stranger.login_page(&request(&[])).await;
    stranger.get(back.as_str()).await.shown(400, "invalid_request");

    browser.get(back.as_str()).await.expect(StatusCode::FOUND);
    browser.get(back.as_str()).await.shown(400, "invalid_request");
}

/// SC-10/5: who logs in while the provider asks is not whose account it is to be.
#[tokio::test]
async fn an_answer_is_refused_where_somebody_else_has_logged_in_meanwhile() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    let browser = world.browser();
    let back = attempt.to_the_tenant(&browser, GRACE_AT_THE_PROVIDER, "accept").await;
    browser.log_in(ADA, &request(&[])).await;

    browser.get(back.as_str()).await.shown(400, "invalid_request");
}

/// A ticket is no login: the answer to one is none to the other.
#[tokio::test]
async fn connecting_an_account_logs_nobody_in() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    let browser = world.browser();
    attempt.to_the_app(&browser, GRACE_AT_THE_PROVIDER, "accept").await;

    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");
}

/// CA-2.2/2: a person who is blocked by the time has no account to connect.
#[tokio::test]
async fn who_is_blocked_meanwhile_is_sent_back() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;
    world.block(GRACE).await;

    attempt.hop(&world.browser()).await.sent_back("unauthorized");
}

/// An administrator takes the connection from Connected Accounts.
async fn switch_off(world: &World) {
    let connections = world.management("GET", "/api/v2/connections", None).await.ok();
    let mut connections = connections.as_array().unwrap().iter();
    let google = connections.find(|connection| connection["name"] == "google-oauth2").unwrap();
    let path = format!("/api/v2/connections/{}", google["id"].as_str().unwrap());
    let off = json!({ "connected_accounts": { "active": false } });
    world.management("PATCH", &path, Some(off)).await.ok();
}

/// CA-2.2/2.
#[tokio::test]
async fn a_connection_that_is_switched_off_meanwhile_leads_nowhere() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let (early, late) =
        (world.attempt(&token, json!({})).await, world.attempt(&token, json!({})).await);
    let browser = world.browser();
    let back = early.to_the_tenant(&browser, GRACE_AT_THE_PROVIDER, "accept").await;
    switch_off(&world).await;

    browser.get(back.as_str()).await.sent_back("invalid_request");
    late.hop(&world.browser()).await.sent_back("invalid_request");
}

/// CA-4/10.
#[tokio::test]
async fn a_connection_that_is_switched_off_before_the_end_is_a_conflict() {
    let world = World::quickstart().await;
    let (token, attempt, callback) = consented(&world).await;
    switch_off(&world).await;

    let reply = world.complete(&token, attempt.completion(&callback, json!({}))).await;

    reply.problem(409, "A0E-409-0001");
    assert!(!has_accounts(&world, &token).await);
}

/// CA-2.3/2, CA-4/9, §6 test 3.
#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::quickstart().await;
    let (token, attempt, callback) = consented(&world).await;
    let completion = attempt.completion(&callback, json!({}));
    world.complete(&token, completion.clone()).await.expect(StatusCode::CREATED);

    world.complete(&token, completion).await.problem(400, "A0E-400-0001");

    assert_eq!(World::count(&world.accounts(&token, "").await), 1);
}

/// CA-2.3/2.
#[tokio::test]
async fn of_two_completions_at_once_one_wins() {
    let world = World::quickstart().await;
    let (token, attempt, callback) = consented(&world).await;
    let completion = || attempt.completion(&callback, json!({}));

    let (one, two, three) = tokio::join!(
        world.complete(&token, completion()),
        world.complete(&token, completion()),
        world.complete(&token, completion()),
    );

    let mut statuses = [one, two, three].map(|reply| reply.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400, 400]);
    assert_eq!(World::count(&world.accounts(&token, "").await), 1);
}

/// CA-2.3/2: a minute.
#[tokio::test]
async fn a_code_expires() {
    let world = World::quickstart().await;
    for (seconds, status) in [(59, 201), (60, 400)] {
        let (token, attempt, callback) = consented(&world).await;
        world.tenant.clock().advance(seconds);
        let reply = world.complete(&token, attempt.completion(&callback, json!({}))).await;
        assert_eq!(reply.status.as_u16(), status, "{reply:?}");
    }
}

/// CA-4/9, §6 test 3; RFC 6749 §10.5: what is wrong uses the code up and stores nothing, so that nobody gets to guess.
#[tokio::test]
async fn a_completion_that_does_not_fit_uses_the_code_up() {
    let world = World::quickstart().await;
    for changes in [
        json!({ "code_verifier": "x".repeat(43) }),
        json!({ "code_verifier": null }),
        json!({ "redirect_uri": "http://localhost:8080/other" }),
        json!({ "auth_session": "as_another" }),
    ] {
        let (token, attempt, callback) = consented(&world).await;
        let wrong = attempt.completion(&callback, changes.clone());
        world.complete(&token, wrong).await.problem(400, "A0E-400-0001");
        assert!(!has_accounts(&world, &token).await, "{changes}");

        let right = attempt.completion(&callback, json!({}));
        world.complete(&token, right).await.problem(400, "A0E-400-0001");
        assert!(!has_accounts(&world, &token).await, "{changes}");
    }
}

/// RFC 7636 §4.1: what is no verifier fits nothing, and was sent by nobody who has one.
#[tokio::test]
async fn a_verifier_of_other_characters_is_refused() {
    let world = World::quickstart().await;
    let (token, attempt, callback) = consented(&world).await;
    let strange = json!({ "code_verifier": "ä".repeat(43) });
    world
        .complete(&token, attempt.completion(&callback, strange))
        .await
        .problem(400, "A0E-400-0001");
    assert!(!has_accounts(&world, &token).await);
}

/// CA-2.3/1, SC-10/5, §6 test 3: neither another person nor another client completes it, nor do they spoil it.
#[tokio::test]
async fn a_code_is_for_its_person_and_client_alone() {
    let world = World::with(|file| {
        let another = "\nclients:\n  - name: Another app\n    client_id: another-spa\n    app_type: spa\n    \
                       token_endpoint_auth_method: none\n    grant_types: [authorization_code]\n    \
                       callbacks: [\"http://localhost:8080/callback\"]\n";
        file.replace("\nclients:\n", another)
    })
    .await;
    let (token, attempt, callback) = consented(&world).await;
    let adas = world.account_token(ADA, SCOPES).await;
    let audience = world.my_account_audience();
    let others = world.tenant.access_token(GRACE, "another-spa", &audience, SCOPES).await.unwrap();
    let before = World::count(&world.accounts(&adas, "").await);
    let completion = || attempt.completion(&callback, json!({}));

    world.complete(&adas, completion()).await.problem(400, "A0E-400-0001");
    world.complete(others.expose(), completion()).await.problem(400, "A0E-400-0001");

    assert_eq!(World::count(&world.accounts(&adas, "").await), before);
    assert!(!has_accounts(&world, &token).await);
    world.complete(&token, completion()).await.expect(StatusCode::CREATED);
}

/// SC-10/5: the code of one attempt does not complete another.
#[tokio::test]
async fn a_code_is_of_its_own_attempt() {
    let world = World::quickstart().await;
    let (token, attempt, _) = consented(&world).await;
    let (_, _, callback) = consented(&world).await;

    let mixed = attempt.completion(&callback, json!({}));

    world.complete(&token, mixed).await.problem(400, "A0E-400-0001");
    assert!(!has_accounts(&world, &token).await);
}
