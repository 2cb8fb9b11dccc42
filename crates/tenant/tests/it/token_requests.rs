//! What holds for every request to the token endpoint, whatever its grant.

use reqwest::header;
use serde_json::{Map, json};

use crate::harness::{
    ADA, CALENDAR, CALLBACK, REPORTS, Reply, World, redemption, request, unverified_claims,
};

const WEB: [&str; 2] = ["calendar-spa", "web-secret"];

/// The quickstart whose app can keep a secret.
async fn with_a_confidential_app() -> World {
    World::with(|file| {
        file.replace(
            "    app_type: spa\n    token_endpoint_auth_method: none\n",
            &format!("    client_secret: {}\n    app_type: regular_web\n", WEB[1]),
        )
    })
    .await
}

/// From a page of the app, so that the answer says to whom it may be shown.
async fn from_the_app(world: &World, form: &[(&str, &str)]) -> Reply {
    let request = world.post("/oauth/token").header(header::ORIGIN, "http://localhost:8080");
    Reply::of(request.form(form).send().await.unwrap()).await
}

fn client_credentials<'a>(audience: &'a str, secret: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", "management"),
        ("client_secret", secret),
        ("audience", audience),
    ]
}

/// TK-1/4, SC-1/11.
#[tokio::test]
async fn an_answer_with_tokens_is_json_that_no_cache_keeps() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;

    let reply = from_the_app(&world, &redemption(&code, &[])).await;

    reply.ok();
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("pragma"), "no-cache");
    let vary = reply.header("vary").to_lowercase();
    assert!(vary.contains("accept-encoding") && vary.contains("origin"), "{vary}");
}

/// TK-1/5, SC-1/11.
#[tokio::test]
async fn a_refusal_is_json_that_no_cache_keeps() {
    let world = World::quickstart().await;
    for form in [redemption("unknown", &[]), vec![("grant_type", "magic")], vec![]] {
        let reply = from_the_app(&world, &form).await;

        assert!(reply.status.is_client_error(), "{reply:?}");
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(
            reply.header("cache-control"),
            "private, no-store, no-cache, must-revalidate, post-check=0, pre-check=0, no-transform"
        );
        assert!(!reply.headers.contains_key("pragma"), "{reply:?}");
        assert!(reply.json()["error_description"].is_string(), "{reply:?}");
    }
}

/// TK-1/6.
#[tokio::test]
async fn members_stand_in_the_order_that_auth0_writes() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let body = world.token(&redemption(&code, &[])).await.body;

    let places = ["access_token", "id_token", "scope", "expires_in", "token_type"].map(|member| {
        body.find(&format!("\"{member}\":")).unwrap_or_else(|| panic!("{member}: {body}"))
    });
    assert!(places.is_sorted(), "{body}");
}

/// TK-1/3, SC-1/5.
#[tokio::test]
async fn what_is_unknown_is_ignored() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let more = [("foo", "bar"), ("auth0Client", "e30="), ("ext-x", "")];
    world.token(&redemption(&code, &more)).await.ok();
}

/// TK-2/7: what a code is for was settled when it was asked for.
#[tokio::test]
async fn a_redemption_widens_nothing() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[("scope", "openid read:calendar")])).await;
    let more = [("audience", REPORTS), ("scope", "openid profile write:calendar")];

    let tokens = world.token(&redemption(&code, &more)).await.ok();

    assert_eq!(tokens["scope"], "openid read:calendar");
    assert_eq!(unverified_claims(&tokens["access_token"])["aud"][0], CALENDAR);
}

/// TK-2/1, TK-2/2, TK-2/3, TK-2/4, TK-2/5: without any one of them there is nothing.
#[tokio::test]
async fn each_parameter_of_a_redemption_is_needed() {
    let world = World::quickstart().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    for (missing, status, error) in [
        ("grant_type", 400, "invalid_request"),
        ("client_id", 401, "invalid_client"),
        ("code", 400, "invalid_request"),
        ("redirect_uri", 403, "unauthorized_client"),
        ("code_verifier", 403, "invalid_grant"),
    ] {
        let callback = browser.authorize(&request(&[])).await.location();
        let code = crate::harness::parameter(&callback, "code").unwrap();
        world.token(&redemption(&code, &[(missing, "")])).await.refused(status, error);
    }

    // An address that the request did not name need not be repeated (RFC 6749 §4.1.3).
    let callback = browser.authorize(&request(&[("redirect_uri", "")])).await.location();
    assert!(callback.as_str().starts_with(CALLBACK));
    let code = crate::harness::parameter(&callback, "code").unwrap();
    world.token(&redemption(&code, &[("redirect_uri", "")])).await.ok();
}

/// TK-2/6, TK-1/11: in a form or in JSON.
#[tokio::test]
async fn who_has_a_secret_proves_it() {
    let world = with_a_confidential_app().await;
    let browser = world.browser();
    let code = browser.code(ADA, &request(&[])).await;
    world.token(&redemption(&code, &[])).await.refused(401, "access_denied");
    let wrong = redemption(&code, &[("client_secret", "wrong")]);
    world.token(&wrong).await.refused(401, "access_denied");

    // Who did not prove to be the client has not used the code up.
    let right = redemption(&code, &[("client_secret", WEB[1])]);
    world.token(&right).await.ok();

    let code = browser.code(ADA, &request(&[("prompt", "login")])).await;
    let right: Map<_, _> = redemption(&code, &[("client_secret", WEB[1])])
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    Reply::of(world.post("/oauth/token").json(&right).send().await.unwrap()).await.ok();
}

/// TK-1/10: who has no secret needs none, and what it sends as one is ignored.
#[tokio::test]
async fn a_public_client_is_named_and_no_more() {
    let world = World::quickstart().await;
    let browser = world.browser();
    for secret in ["", "anything"] {
        let code = browser.code(ADA, &request(&[("prompt", "login")])).await;
        world.token(&redemption(&code, &[("client_secret", secret)])).await.ok();
    }
}

/// TK-1/15: a client that is unknown is refused like one whose secret is wrong.
#[tokio::test]
async fn a_wrong_secret_tells_nothing_about_the_client() {
    let world = World::quickstart().await;
    let wrong = world.token(&client_credentials(CALENDAR, "wrong")).await;
    let mut unknown = client_credentials(CALENDAR, "wrong");
    unknown[1].1 = "nobody";
    let unknown = world.token(&unknown).await;

    wrong.refused(401, "access_denied");
    assert_eq!((wrong.status, wrong.body), (unknown.status, unknown.body));
}

/// SC-1/12: the challenge comes where Basic was used, and Auth0's word in the body.
#[tokio::test]
async fn a_client_that_fails_by_basic_is_challenged() {
    let world = World::quickstart().await;
    let form = [("grant_type", "client_credentials"), ("audience", CALENDAR)];
    for client in ["management", "nobody"] {
        let request = world.post("/oauth/token").basic_auth(client, Some("wrong"));
        let reply = Reply::of(request.form(&form).send().await.unwrap()).await;
        reply.refused(401, "access_denied");
        assert!(reply.header("www-authenticate").starts_with("Basic "), "{reply:?}");
    }
}

/// SC-1/10: a client that speaks for itself asks again when its token has expired. DT-3/19.
#[tokio::test]
async fn a_client_gets_no_refresh_token_for_itself() {
    let world = World::quickstart().await;
    let audience = format!("{}api/v2/", world.tenant.issuer());
    let mut form = client_credentials(&audience, "management-secret").to_vec();
    form.push(("scope", "read:clients offline_access"));
    // `offline_access` is no scope of the API, and granted to nobody.
    world.token(&form).await.refused(403, "access_denied");

    form.pop();
    let tokens = world.token(&form).await.ok();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 86400);
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
}

/// TK-4/5: who can keep no secret cannot speak for itself; nor can who lacks the grant type.
#[tokio::test]
async fn only_confidential_clients_with_the_grant_type_speak_for_themselves() {
    let world = World::quickstart().await;
    for (client, secret) in [("calendar-spa", ""), ("reports-api-client", "reports-api-secret")] {
        let reply = world.client_credentials(client, secret, CALENDAR).await;
        reply.refused(403, "unauthorized_client");
        assert_eq!(
            reply.json()["error_uri"],
            "https://auth0.com/docs/clients/client-grant-types",
            "TK-1/20"
        );
    }
}

/// Other methods than `POST` are no way to a token, nor do they put one into a URL.
#[tokio::test]
async fn only_posts_are_answered() {
    let world = World::quickstart().await;
    let reply = world.get("/oauth/token?grant_type=client_credentials&client_id=management").await;
    assert_eq!(reply.status.as_u16(), 405);
}
