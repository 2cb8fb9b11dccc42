//! The tenant as a client of providers that are not Google: a custom OAuth server, and one that behaves oddly.

use reqwest::StatusCode;
use url::Url;
use wire::pkce::CodeVerifier;

use crate::harness::{
    ADA, Browser, CALENDAR, Canned, ForeignProvider, Reply, World, parameter, redemption, request,
    unverified_claims,
};
use crate::token_vault::exchange;

const TOKENS: &str =
    r#"{"access_token":"at-1","token_type":"bearer","expires_in":60,"scope":"read"}"#;
const PROFILE: &str = r#"{"id":42,"login":"grace","name":"Grace","email":"grace@example.com"}"#;

/// The quickstart with a connection `custom` to that provider, and further options of it.
async fn world_with(provider: &ForeignProvider, options: &str) -> World {
    let url = &provider.url;
    let connection = format!(
        "\nconnections:
  - name: custom
    strategy: oauth2
    enabled_clients: [Calendar SPA]
    connected_accounts: {{ active: true }}
    options:
      client_id: us
      client_secret: hush
      authorizationURL: {url}/authorize?keep=1
      tokenURL: {url}/token
      userinfo_endpoint: {url}/me
      scope: read offline_access
{options}"
    );
    World::with(|file| file.replace("\nconnections:\n", &connection)).await
}

fn with_custom<'a>() -> Vec<(&'static str, &'a str)> {
    request(&[("connection", "custom")])
}

/// Leaves for the provider, and comes back with a code.
async fn log_in(browser: &Browser<'_>) -> (Url, Reply) {
    let asked = browser.authorize(&with_custom()).await.location();
    let state = parameter(&asked, "state").unwrap();
    let reply = browser.get(&format!("/login/callback?code=c-1&state={state}")).await;
    (asked, reply)
}

#[tokio::test]
async fn a_custom_connection_logs_in_at_its_own_endpoints() {
    let provider = ForeignProvider::answering(Canned::json(TOKENS), Canned::json(PROFILE)).await;
    let world = world_with(&provider, "      authParams: { audience: 'urn:api' }\n").await;

    let (asked, reply) = log_in(&world.browser()).await;

    assert_eq!((asked.origin(), asked.path()), (provider.at("/").origin(), "/authorize"));
    let asked = |name| parameter(&asked, name);
    assert_eq!(asked("keep").as_deref(), Some("1"));
    assert_eq!(asked("client_id").as_deref(), Some("us"));
    assert_eq!(asked("audience").as_deref(), Some("urn:api"));
    // A login outlives nothing; PKCE is for who says so, as at Auth0.
    assert_eq!(asked("scope").as_deref(), Some("read"));
    assert_eq!(asked("code_challenge"), None);
    let [token] = &provider.seen("/token")[..] else { panic!("asked for one token") };
    assert_eq!(token.parameter("grant_type"), Some("authorization_code"));
    assert_eq!(token.parameter("code"), Some("c-1"));
    assert_eq!(token.parameter("redirect_uri"), asked("redirect_uri").as_deref());
    assert_eq!(token.parameter("client_id"), Some("us"));
    assert_eq!(token.parameter("client_secret"), Some("hush"));
    assert_eq!(token.parameter("code_verifier"), None);
    assert_eq!(token.header("accept"), "application/json");
    assert_eq!(provider.seen("/me")[0].header("authorization"), "Bearer at-1");
    let code = parameter(&reply.location(), "code").unwrap();
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    let claims = unverified_claims(&tokens["id_token"]);
    assert_eq!(claims["sub"], "oauth2|custom|42");
    assert_eq!((&claims["name"], &claims["nickname"]), (&"Grace".into(), &"grace".into()));
    assert_eq!(
        (&claims["email"], &claims["email_verified"]),
        (&"grace@example.com".into(), &false.into())
    );
}

/// RFC 7636; RFC 6749 §2.3: a client authenticates in one way.
#[tokio::test]
async fn a_custom_connection_can_have_pkce_and_http_basic() {
    let provider = ForeignProvider::answering(Canned::json(TOKENS), Canned::json(PROFILE)).await;
    let options =
        "      pkce_enabled: true\n      customHeaders: { Authorization: Basic dXM6aHVzaA== }\n";
    let world = world_with(&provider, options).await;

    let (asked, reply) = log_in(&world.browser()).await;

    assert!(parameter(&reply.location(), "code").is_some());
    let token = &provider.seen("/token")[0];
    assert_eq!(token.header("authorization"), "Basic dXM6aHVzaA==");
    assert_eq!(token.parameter("client_secret"), None);
    let verifier = token.parameter("code_verifier").unwrap().to_owned();
    let challenge = CodeVerifier::try_from(verifier).unwrap().challenge();
    assert_eq!(parameter(&asked, "code_challenge").as_deref(), Some(challenge.as_str()));
    assert_eq!(provider.seen("/me")[0].header("authorization"), "Bearer at-1");
}

#[tokio::test]
async fn a_form_is_an_answer_too() {
    let form = Canned::new(
        200,
        "application/x-www-form-urlencoded; charset=utf-8",
        "access_token=gho_1&scope=repo%2Cuser%3Aemail&token_type=bearer",
    );
    let provider = ForeignProvider::answering(form, Canned::json(PROFILE)).await;
    let world = world_with(&provider, "").await;

    let (_, reply) = log_in(&world.browser()).await;

    assert!(parameter(&reply.location(), "code").is_some(), "{reply:?}");
    assert_eq!(provider.seen("/me")[0].header("authorization"), "Bearer gho_1");
}

/// Whatever a provider answers, the person is sent back with an error, and is not logged in.
#[tokio::test]
async fn an_answer_that_gives_no_token_logs_nobody_in() {
    let huge = format!("{{\"access_token\":\"{}\"}}", "a".repeat(1024 * 1024));
    for token in [
        Canned::json("<html>"),
        Canned::json("[]"),
        Canned::json("{}"),
        Canned::json(r#"{"access_token":7}"#),
        Canned::json(&"[".repeat(100_000)),
        Canned::json(&huge),
        // GitHub refuses with status 200.
        Canned::json(r#"{"error":"bad_verification_code","error_description":"expired"}"#),
        Canned::new(400, "application/json", r#"{"error":"invalid_grant"}"#),
        Canned::new(401, "application/json", r#"{"error":{"code":401}}"#),
        Canned::new(429, "application/json", r#"{"error":"rate_limited"}"#),
        Canned::new(500, "application/json", TOKENS),
        Canned::new(503, "text/html", "busy"),
        Canned::redirect("/elsewhere"),
    ] {
        let provider = ForeignProvider::answering(token, Canned::json(PROFILE)).await;
        let world = world_with(&provider, "").await;
        let browser = world.browser();

        let (_, reply) = log_in(&browser).await;

        reply.sent_back("server_error");
        assert!(provider.seen("/me").is_empty(), "nobody to ask for");
        assert!(provider.seen("/elsewhere").is_empty(), "a redirect would carry the secret away");
        browser.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");
    }
}

#[tokio::test]
async fn somebody_whom_the_provider_does_not_describe_is_not_logged_in() {
    for profile in [
        Canned::json("{}"),
        Canned::json(r#"{"id":null,"email":"ada@example.com"}"#),
        Canned::json("no json"),
        Canned::new(403, "application/json", PROFILE),
        Canned::redirect("/elsewhere"),
    ] {
        let provider = ForeignProvider::answering(Canned::json(TOKENS), profile).await;
        let world = world_with(&provider, "").await;

        let (_, reply) = log_in(&world.browser()).await;

        reply.sent_back("server_error");
        assert!(provider.seen("/elsewhere").is_empty(), "a redirect would carry the token away");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_logs_nobody_in() {
    let provider = ForeignProvider::answering(Canned::json(TOKENS), Canned::json(PROFILE)).await;
    let world = world_with(&provider, "").await;
    drop(provider);

    let (_, reply) = log_in(&world.browser()).await;

    reply.sent_back("server_error");
}

/// A connected account of Ada's at the custom provider.
fn connected(file: &str) -> String {
    file.replacen(
        "    connected_accounts:\n      - connection: google-oauth2\n",
        "    connected_accounts:\n      - connection: custom\n        user_id: '42'\n        scopes: [read]\n        \
         refresh_token: rt-1\n      - connection: google-oauth2\n",
        1,
    )
}

/// TV-5/1, TV-2.2: the custom provider's refresh; a token without an end has some time left all the same.
#[tokio::test]
async fn the_vault_refreshes_at_a_custom_provider() {
    let endless = Canned::json(r#"{"access_token":"at-2","refresh_token":"rt-2"}"#);
    let provider = ForeignProvider::answering(endless, Canned::json(PROFILE)).await;
    let world = world_with_file(&provider, connected).await;
    let subject = world.access_token(ADA, CALENDAR).await;

    let token = world.token(&exchange(&subject, &[("connection", "custom")])).await.ok();

    assert_eq!(token["access_token"], "at-2");
    assert_eq!(token["scope"], "read");
    assert!(token["expires_in"].as_u64().unwrap() > 0, "{token}");
    let asked = &provider.seen("/token")[0];
    assert_eq!(asked.parameter("grant_type"), Some("refresh_token"));
    assert_eq!(asked.parameter("refresh_token"), Some("rt-1"));
    assert_eq!(asked.parameter("client_secret"), Some("hush"));
    assert_eq!(asked.parameter("scope"), None);
}

/// TV-2.4/15.
#[tokio::test]
async fn a_refresh_that_a_custom_provider_refuses_is_told() {
    let refusal = Canned::new(400, "application/json", r#"{"error":"invalid_grant"}"#);
    let provider = ForeignProvider::answering(refusal, Canned::json(PROFILE)).await;
    let world = world_with_file(&provider, connected).await;
    let subject = world.access_token(ADA, CALENDAR).await;

    let reply = world.token(&exchange(&subject, &[("connection", "custom")])).await;

    reply.refused(401, "federated_connection_refresh_token_flow_failed");
}

async fn world_with_file(provider: &ForeignProvider, change: impl FnOnce(&str) -> String) -> World {
    let url = &provider.url;
    let connection = format!(
        "\nconnections:\n  - name: custom\n    strategy: oauth2\n    connected_accounts: {{ active: true }}\n    \
         options: {{ client_id: us, client_secret: hush, tokenURL: '{url}/token' }}\n"
    );
    World::with(|file| change(&file.replace("\nconnections:\n", &connection))).await
}

/// management-api.md §7: for connected accounts alone, a connection is on no login page.
#[tokio::test]
async fn a_connection_that_is_not_for_logins_still_has_its_accounts() {
    let world = World::with(|file| {
        file.replace(
            "    strategy: google-oauth2\n",
            "    strategy: google-oauth2\n    authentication:\n      active: false\n",
        )
    })
    .await;
    let browser = world.browser();

    let location = browser.authorize(&request(&[])).await.location();
    let (state, page) = browser.page_at("/u/login", &location).await;
    assert!(!page.contains("Continue with Google"), "{page}");
    let form = [("state", state.as_str()), ("connection", "google-oauth2")];
    browser.post("/u/login", &form).await.sent_back("invalid_request");
    let named = request(&[("connection", "google-oauth2")]);
    browser.authorize(&named).await.sent_back("invalid_request");

    let subject = world.access_token(ADA, CALENDAR).await;
    world.token(&exchange(&subject, &[])).await.expect(StatusCode::OK);
}

/// Options of a real tenant's export that mean nothing here do not stop it; scripts are kept, not run.
#[tokio::test]
async fn options_that_are_not_known_are_left_out_of_a_file() {
    let provider = ForeignProvider::answering(Canned::json(TOKENS), Canned::json(PROFILE)).await;
    let options =
        "      brute_force_protection: true\n      scripts: { fetchUserProfile: 'throw 1' }\n";
    let world = world_with(&provider, options).await;

    let (_, reply) = log_in(&world.browser()).await;

    assert!(parameter(&reply.location(), "code").is_some(), "{reply:?}");
}

#[tokio::test]
async fn options_that_cannot_be_used_are_refused() {
    for (option, named) in [
        ("tokenURL: http://provider.example/token", "endpoint"),
        ("tokenURL: https://user:password@provider.example/token", "endpoint"),
        ("tokenURL: file:///etc/passwd", "endpoint"),
        ("authorizationURL: 7", "options.authorizationURL"),
        ("scope: { a: b }", "options.scope"),
        ("customHeaders: { 'no header': a }", "customHeaders"),
        ("customHeaders: { Good: [a] }", "customHeaders"),
        ("authParams: { a: { b: c } }", "authParams"),
    ] {
        let connection = format!(
            "\nconnections:\n  - name: custom\n    strategy: oauth2\n    options:\n      {option}\n"
        );
        let message = World::refused(|file| file.replace("\nconnections:\n", &connection)).await;
        assert!(message.contains(named), "{option}: {message}");
    }
    let strategies = [
        ("google-oauth2", "scope: openid"),
        ("github", "scope: repo"),
        ("google-oauth2", "email: 1"),
    ];
    for (strategy, option) in strategies {
        let connection = format!(
            "\nconnections:\n  - name: other\n    strategy: {strategy}\n    options: {{ {option} }}\n"
        );
        let message = World::refused(|file| file.replace("\nconnections:\n", &connection)).await;
        assert!(message.contains("options."), "{option}: {message}");
    }
}
