//! `/oidc/logout`.

use reqwest::StatusCode;
use serde_json::Value;
use tenant::LogKind;
use url::Url;

use crate::harness::{
    ADA, Browser, CALENDAR, GRACE, Reply, World, parameter, redemption, request, unverified_claims,
};

const APP: &str = "http://localhost:8080";

/// The quickstart with a second address to return to, and addresses of the tenant's own.
async fn world() -> World {
    World::with(|file| {
        file.replace("  allowed_logout_urls: []", "  allowed_logout_urls: [https://tenant.example.com/out]")
            .replace(
                "    allowed_logout_urls:\n",
                "    allowed_logout_urls:\n      - http://localhost:8080\n      - http://localhost:8080/bye?a=b\n",
            )
    })
    .await
}

/// Someone logs in, and their ID token.
async fn log_in(world: &World, browser: &Browser<'_>, email: &str) -> String {
    let code = browser.code(email, &request(&[("prompt", "login")])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    tokens["id_token"].as_str().unwrap().to_owned()
}

fn sid(id_token: &str) -> String {
    unverified_claims(&Value::from(id_token))["sid"].as_str().unwrap().to_owned()
}

async fn log_out(browser: &Browser<'_>, parameters: &[(&str, &str)]) -> Reply {
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    browser.get(&format!("/oidc/logout?{query}")).await
}

async fn is_logged_in(browser: &Browser<'_>) -> bool {
    let silent = browser.authorize(&request(&[("prompt", "none")])).await.location();
    parameter(&silent, "code").is_some()
}

/// The ticket in the question whether to log out.
#[track_caller]
fn ticket(page: &Reply) -> String {
    page.expect(StatusCode::OK);
    assert!(page.body.contains("Log out?"), "{page:?}");
    assert_eq!(page.header("x-frame-options"), "DENY");
    let (_, rest) = page.body.split_once("name=\"ticket\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// DT-6/5, DT-6/8, DT-6/9, SC-4/14: by GET and by POST.
#[tokio::test]
async fn the_apps_own_token_ends_the_session_and_the_state_comes_back() {
    let world = world().await;
    let browser = world.browser();
    for posted in [false, true] {
        let hint = log_in(&world, &browser, ADA).await;
        let parameters = [
            ("id_token_hint", hint.as_str()),
            ("client_id", "calendar-spa"),
            ("post_logout_redirect_uri", "http://localhost:8080/bye?a=b"),
            ("state", "x y&z"),
        ];
        let reply = if posted {
            browser.post("/oidc/logout", &parameters).await
        } else {
            log_out(&browser, &parameters).await
        };

        assert_eq!(reply.status, StatusCode::FOUND);
        let location = reply.location();
        assert!(location.as_str().starts_with("http://localhost:8080/bye?a=b&"), "{location}");
        assert_eq!(parameter(&location, "state").as_deref(), Some("x y&z"));
        assert!(reply.header("set-cookie").starts_with("auth0=; Max-Age=0"));
        assert!(!is_logged_in(&browser).await);
    }
    assert_eq!(world.logged(LogKind::Slo), 2);
}

/// DT-6/5: people log out after their token has expired.
#[tokio::test]
async fn a_token_that_has_expired_will_do() {
    let world = world().await;
    let browser = world.browser();
    let hint = log_in(&world, &browser, ADA).await;
    world.tenant.clock().advance(36_001);

    let reply = log_out(&browser, &[("id_token_hint", &hint)]).await;

    assert_eq!(reply.location().as_str(), format!("{APP}/"), "DT-6/8: the client's first address");
    assert!(!is_logged_in(&browser).await);
}

/// DT-6/6.
#[tokio::test]
async fn the_session_can_be_named_instead() {
    let world = world().await;
    let browser = world.browser();
    let session = sid(&log_in(&world, &browser, ADA).await);
    let parameters = [("logout_hint", session.as_str()), ("client_id", "calendar-spa")];

    let reply = log_out(&browser, &parameters).await;

    assert_eq!(reply.header("location"), APP);
    assert!(!is_logged_in(&browser).await);
}

/// DT-6/6, SC-4/14: no hint, or one of another session: the person is asked.
#[tokio::test]
async fn who_does_not_name_the_session_needs_the_persons_yes() {
    let world = world().await;
    let browser = world.browser();
    let of_grace = log_in(&world, &world.browser(), GRACE).await;
    log_in(&world, &browser, ADA).await;
    for parameters in [
        vec![("client_id", "calendar-spa")],
        vec![("id_token_hint", of_grace.as_str())],
        vec![("logout_hint", "unknown"), ("client_id", "calendar-spa")],
    ] {
        ticket(&log_out(&browser, &parameters).await);
        assert!(is_logged_in(&browser).await, "{parameters:?}");
    }

    let ticket = ticket(&log_out(&browser, &[("client_id", "calendar-spa"), ("state", "s")]).await);
    let reply = browser.post("/u/logout", &[("ticket", &ticket)]).await;
    assert_eq!(reply.location().as_str(), format!("{APP}/?state=s"));
    assert!(!is_logged_in(&browser).await);
}

/// SC-1/14: a ticket is of one session, for ten minutes, and good once.
#[tokio::test]
async fn nobody_else_says_yes_for_a_person() {
    let world = world().await;
    let (ada, grace) = (world.browser(), world.browser());
    log_in(&world, &ada, ADA).await;
    log_in(&world, &grace, GRACE).await;
    let mine = ticket(&log_out(&ada, &[]).await);

    for form in [vec![("ticket", mine.as_str())], vec![("ticket", "unknown")], vec![]] {
        grace.post("/u/logout", &form).await.shown(400, "invalid_request");
    }
    assert!(is_logged_in(&grace).await);
    // It is Ada's still, to say no by, and then to nobody.
    let no = [("ticket", mine.as_str()), ("decision", "deny")];
    ada.post("/u/logout", &no).await.expect(StatusCode::OK);
    assert!(is_logged_in(&ada).await);
    ada.post("/u/logout", &[("ticket", &mine)]).await.shown(400, "invalid_request");

    let late = ticket(&log_out(&ada, &[]).await);
    world.tenant.clock().advance(600);
    ada.post("/u/logout", &[("ticket", &late)]).await.shown(400, "invalid_request");
    assert!(is_logged_in(&ada).await);
}

/// DT-6/7: without hints and client the tenant's own list counts.
#[tokio::test]
async fn without_a_client_the_tenants_addresses_count() {
    let world = world().await;
    let browser = world.browser();
    let listed = [("post_logout_redirect_uri", "https://tenant.example.com/out")];
    assert_eq!(log_out(&browser, &listed).await.header("location"), listed[0].1);

    log_out(&browser, &[("post_logout_redirect_uri", APP)]).await.shown(400, "invalid_request");
    // Without an address there is nowhere to go.
    log_out(&browser, &[]).await.expect(StatusCode::OK);
}

/// DT-6/5, DT-6/6, DT-6/8, SC-7/2: what is refused ends nothing and goes nowhere.
#[tokio::test]
async fn what_does_not_fit_is_shown() {
    let world = world().await;
    let browser = world.browser();
    let hint = log_in(&world, &browser, ADA).await;
    let (message, signature) = hint.rsplit_once('.').unwrap();
    let forged = format!("{message}.{}", signature.chars().rev().collect::<String>());
    let (hint, forged) = (("id_token_hint", hint.as_str()), ("id_token_hint", forged.as_str()));
    let access_token = world.access_token(ADA, CALENDAR).await;
    for parameters in [
        vec![hint, ("post_logout_redirect_uri", "https://evil.example/")],
        vec![hint, ("post_logout_redirect_uri", "http://localhost:8080/bye")],
        vec![hint, ("post_logout_redirect_uri", "http://localhost:8080/bye?a=b&c=d")],
        vec![hint, ("post_logout_redirect_uri", "https://tenant.example.com/out")],
        vec![hint, ("client_id", "management")],
        vec![hint, ("logout_hint", "another")],
        vec![("id_token_hint", "x.y.z")],
        vec![("id_token_hint", access_token.as_str())],
        vec![forged],
        vec![("client_id", "nobody")],
        vec![hint, ("state", "a"), ("state", "b")],
    ] {
        let reply = log_out(&browser, &parameters).await;
        reply.shown(400, "invalid_request");
        assert!(is_logged_in(&browser).await, "{parameters:?}");
    }
}

/// A tenant may spare people the question (`sessions.oidc_logout_prompt_enabled`).
#[tokio::test]
async fn a_tenant_may_leave_the_question_out() {
    let world = World::with(|file| {
        file.replace("tenant:\n", "tenant:\n  sessions: { oidc_logout_prompt_enabled: false }\n")
    })
    .await;
    let browser = world.browser();
    log_in(&world, &browser, ADA).await;

    let reply = log_out(&browser, &[("client_id", "calendar-spa")]).await;

    assert_eq!(reply.header("location"), APP);
    assert!(!is_logged_in(&browser).await);
}

/// DT-6/4, DT-6/10: what SDKs send along changes nothing.
#[tokio::test]
async fn what_sdks_send_along_is_taken() {
    let world = world().await;
    let browser = world.browser();
    for more in [("ui_locales", "de en"), ("auth0Client", "e30="), ("federated", "false")] {
        let hint = log_in(&world, &browser, ADA).await;
        let reply = log_out(&browser, &[("id_token_hint", &hint), more]).await;
        assert_eq!(reply.header("location"), APP);
        let location = Url::parse(reply.header("location")).unwrap();
        assert_eq!(location.query(), None);

        log_in(&world, &browser, ADA).await;
        let name = more.0;
        let query =
            format!("client_id=calendar-spa&{name}=x&returnTo=http%3A%2F%2Flocalhost%3A8080");
        let reply = browser.get(&format!("/v2/logout?{query}")).await;
        assert_eq!(reply.header("location"), APP);
    }
}

/// SC-1/14: a browser that sends no session, as with another site's form, keeps the cookie that it has.
#[tokio::test]
async fn a_request_without_the_session_takes_no_cookie() {
    let world = world().await;
    let browser = world.browser();
    let hint = log_in(&world, &browser, ADA).await;

    let reply = log_out(&world.browser(), &[("id_token_hint", &hint)]).await;

    assert_eq!(reply.header("location"), APP);
    assert!(!reply.headers.contains_key("set-cookie"), "{reply:?}");
    assert!(is_logged_in(&browser).await);
}

/// discovery-and-tokens.md §2, §6: any key of ours will do, the one before the current among them.
#[tokio::test]
async fn a_token_of_the_previous_key_will_do() {
    let world = world().await;
    let browser = world.browser();
    let hint = log_in(&world, &browser, ADA).await;
    world.tenant.rotate_signing_keys().await.unwrap();

    log_out(&browser, &[("id_token_hint", &hint)]).await.location();

    assert!(!is_logged_in(&browser).await);
}
