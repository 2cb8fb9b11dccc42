//! Connected Accounts from the wish to the provider's token (connected-accounts.md §2.1 to §2.3, §6).

use reqwest::StatusCode;
use serde_json::{Value, json};
use tenant::LogKind;

use crate::harness::connecting::{ACCOUNTS, SCOPES};
use crate::harness::{CALENDAR, GRACE, Reply, World, parameter, request};
use crate::social_login::{ADA_AT_THE_PROVIDER, GRACE_AT_THE_PROVIDER};
use crate::token_vault::exchange;

const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
const READONLY: &str = "https://www.googleapis.com/auth/calendar.events.readonly";

/// The backend asks for the provider's token of Grace's account.
async fn exchanged(world: &World) -> Reply {
    let subject = world.access_token(GRACE, CALENDAR).await;
    world.token(&exchange(&subject, &[])).await
}

fn scopes(value: &Value) -> Vec<&str> {
    let mut scopes: Vec<_> = value.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    scopes.sort_unstable();
    scopes
}

/// CA-2.1/1, CA-2.2/1, CA-2.3/1 to CA-2.3/4, §6 test 1: from the app to the provider, back, and on to its token.
#[tokio::test]
async fn an_account_is_connected_and_its_token_can_be_had() {
    let world = World::quickstart().await;
    exchanged(&world).await.refused(401, "federated_connection_refresh_token_not_found");
    let token = world.account_token(GRACE, SCOPES).await;

    let answer = world.connect(&token, json!({})).await.expect(StatusCode::CREATED).json();
    assert!((1..=64).contains(&answer["auth_session"].as_str().unwrap().len()));
    let uri = format!("{}connected-accounts/connect", world.tenant.issuer());
    assert_eq!(answer["connect_uri"], uri);
    assert_eq!(answer["expires_in"], 300);
    assert_eq!(answer.as_object().unwrap().len(), 4);

    let attempt = world.attempt(&token, json!({})).await;
    let callback = attempt.to_the_app(&world.browser(), GRACE_AT_THE_PROVIDER, "accept").await;
    let code = parameter(&callback, "connect_code").unwrap();
    assert!((1..=46).contains(&code.len()));
    assert_eq!(callback.query_pairs().count(), 2, "{callback}");
    assert_eq!(World::count(&world.accounts(&token, "").await), 0, "before it is completed");

    let completion = attempt.completion(&callback, json!({}));
    let reply = world.complete(&token, completion).await;
    let account = reply.expect(StatusCode::CREATED).json();
    let id = account["id"].as_str().unwrap().strip_prefix("cac_").unwrap();
    assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(account["connection"], "google-oauth2");
    assert_eq!(account["access_type"], "offline");
    assert_eq!(scopes(&account["scopes"]), ["email", EVENTS, "openid", "profile"]);
    let created_at = account["created_at"].as_str().unwrap();
    assert!(created_at.contains(".000Z") && created_at.len() == 24, "{created_at}");
    assert_eq!(world.accounts(&token, "").await, json!({ "accounts": [account] }));
    assert_eq!(world.logged(LogKind::ConnectedAccountsConnectionSucceeded), 1);

    let exchanged = exchanged(&world).await.ok();
    assert_eq!(world.calendar_answers(&exchanged["access_token"]).await, StatusCode::OK);
}

/// token-vault.md §5: what was stored is good for more than the provider's first token.
#[tokio::test]
async fn the_account_outlives_the_providers_first_token() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    world.connected(&token, GRACE_AT_THE_PROVIDER, json!({})).await;
    let first = exchanged(&world).await.ok();
    assert_eq!(world.provider.refreshes(), 0, "the first token comes with the account");

    world.tenant.clock().advance(3600);
    world.provider.clock().advance(3600);
    let second = exchanged(&world).await.ok();

    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(world.calendar_answers(&second["access_token"]).await, StatusCode::OK);
}

/// CA-2.2/2, §6 test 2.
#[tokio::test]
async fn who_says_no_at_the_provider_has_no_account() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({})).await;

    let callback = attempt.to_the_app(&world.browser(), GRACE_AT_THE_PROVIDER, "deny").await;

    assert_eq!(parameter(&callback, "error").as_deref(), Some("access_denied"));
    assert!(parameter(&callback, "error_description").is_some());
    assert_eq!(parameter(&callback, "connect_code"), None);
    assert_eq!(World::count(&world.accounts(&token, "").await), 0);
    assert_eq!(world.logged(LogKind::ConnectedAccountsConnectionFailed), 1);
}

/// CA-2.2/2: a code that the provider does not take.
#[tokio::test]
async fn what_fails_at_the_provider_is_told_to_the_app() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let browser = world.browser();
    let provider = world.attempt(&token, json!({})).await.hop(&browser).await.location();
    let state = parameter(&provider, "state").unwrap();

    let reply = browser.get(&format!("/login/callback?code=made-up&state={state}")).await;

    reply.sent_back("server_error");
}

/// CA-2.1/3, CA-2.1/6, CA-2.1/7: what the provider is asked for. RFC 9700 §2.1.1: with PKCE.
#[tokio::test]
async fn the_provider_is_asked_for_what_the_connection_or_the_app_wants() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let asked = async |changes| {
        let attempt = world.attempt(&token, changes).await;
        attempt.hop(&world.browser()).await.expect(StatusCode::FOUND).location()
    };

    let url = asked(json!({ "state": null })).await;
    assert!(url.as_str().starts_with(world.provider.url()), "{url}");
    let scope = parameter(&url, "scope").unwrap();
    assert_eq!(scope, format!("openid email profile {EVENTS}"));
    assert_eq!(parameter(&url, "access_type").as_deref(), Some("offline"));
    assert_eq!(parameter(&url, "code_challenge").unwrap().len(), 43);
    assert_eq!(parameter(&url, "state").unwrap().len(), 43);
    let callback = format!("{}login/callback", world.tenant.issuer());
    assert_eq!(parameter(&url, "redirect_uri"), Some(callback));

    let url = asked(json!({
        "scopes": [READONLY],
        "authorization_params": {
            "login_hint": GRACE, "prompt": "select_account", "max_age": 60, "ui_locales": "de",
            "acr_values": "1", "audience": "a", "resource": "r", "display": "page", "id_token_hint": "h",
        },
    }))
    .await;
    assert_eq!(parameter(&url, "scope").unwrap(), format!("openid email profile {READONLY}"));
    assert_eq!(parameter(&url, "login_hint").as_deref(), Some(GRACE));
    assert!(parameter(&url, "prompt").unwrap().contains("select_account"));
    for (name, value) in [
        ("max_age", "60"),
        ("ui_locales", "de"),
        ("acr_values", "1"),
        ("audience", "a"),
        ("resource", "r"),
        ("display", "page"),
        ("id_token_hint", "h"),
    ] {
        assert_eq!(parameter(&url, name).as_deref(), Some(value), "{name}");
    }
}

/// CA-2.1/6: the app may ask for other scopes, but not do without what lets the tenant go on; each provider is asked for
/// that in its own way.
#[tokio::test]
async fn offline_access_stays_where_the_connection_has_it() {
    let world = World::with(|file| {
        let custom = "\nconnections:\n  - name: custom\n    strategy: oauth2\n    \
                      enabled_clients: [Calendar SPA]\n    connected_accounts: {active: true}\n    options:\n      \
                      client_id: us\n      client_secret: hush\n      \
                      authorizationURL: http://localhost:1/authorize\n      tokenURL: http://localhost:1/token\n      \
                      userinfo_endpoint: http://localhost:1/me\n      scope: read offline_access\n";
        file.replace("\nconnections:\n", custom)
    })
    .await;
    let token = world.account_token(GRACE, SCOPES).await;
    let asked = async |connection: &str| {
        let changes = json!({ "connection": connection, "scopes": [READONLY] });
        let attempt = world.attempt(&token, changes).await;
        attempt.hop(&world.browser()).await.location()
    };

    let google = asked("google-oauth2").await;
    assert_eq!(parameter(&google, "scope").unwrap(), format!("openid email profile {READONLY}"));
    assert_eq!(parameter(&google, "access_type").as_deref(), Some("offline"));
    let custom = asked("custom").await;
    assert_eq!(parameter(&custom, "scope").unwrap(), format!("{READONLY} offline_access"));
}

/// The person sees at the provider what the app asks for, and gets no more.
#[tokio::test]
async fn the_consent_page_shows_the_scopes_and_the_account_has_them() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let attempt = world.attempt(&token, json!({ "scopes": [READONLY] })).await;
    let browser = world.browser();
    let provider = attempt.hop(&browser).await.location();
    let sign_in = provider.join(browser.get(provider.as_str()).await.header("location")).unwrap();
    let state = parameter(&sign_in, "state").unwrap();
    let form = [("state", state.as_str()), ("user", GRACE_AT_THE_PROVIDER)];
    let consent = browser.post(provider.join("/signin").unwrap().as_str(), &form).await;
    let consent = provider.join(consent.header("location")).unwrap();

    let page = browser.get(consent.as_str()).await;
    assert!(page.body.contains(READONLY) && page.body.contains("openid"), "{page:?}");
    assert!(!page.body.contains(&format!("{EVENTS}<")), "{page:?}");

    let state = parameter(&consent, "state").unwrap();
    let form = [("state", state.as_str()), ("decision", "accept")];
    let back = browser.post(provider.join("/consent").unwrap().as_str(), &form).await;
    let callback = browser.get(back.header("location")).await.location();
    let account = world.complete(&token, attempt.completion(&callback, json!({}))).await;
    let account = account.expect(StatusCode::CREATED).json();
    assert_eq!(scopes(&account["scopes"]), ["email", READONLY, "openid", "profile"]);
}

/// CA-2.1/4: an app without PKCE completes without a verifier.
#[tokio::test]
async fn without_a_challenge_there_is_no_verifier() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let without = json!({ "code_challenge": null, "code_challenge_method": null });
    for (verifier, status) in [(json!(null), 201), (json!(crate::harness::VERIFIER), 400)] {
        let attempt = world.attempt(&token, without.clone()).await;
        let callback = attempt.to_the_app(&world.browser(), GRACE_AT_THE_PROVIDER, "accept").await;
        let completion = attempt.completion(&callback, json!({ "code_verifier": verifier }));
        assert_eq!(world.complete(&token, completion).await.status.as_u16(), status);
    }
}

/// CA-2.2: a person who is logged in at the tenant connects an account of their own.
#[tokio::test]
async fn a_session_of_the_same_person_is_in_nobodys_way() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let browser = world.browser();
    browser.log_in(GRACE, &request(&[])).await;
    let attempt = world.attempt(&token, json!({})).await;

    let callback = attempt.to_the_app(&browser, GRACE_AT_THE_PROVIDER, "accept").await;

    let reply = world.complete(&token, attempt.completion(&callback, json!({}))).await;
    reply.expect(StatusCode::CREATED);
}

/// TV-5/6: the same account again is still one account, with what was granted last.
#[tokio::test]
async fn connecting_again_replaces_the_tokens() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let narrow = json!({ "scopes": [READONLY] });
    world.connected(&token, GRACE_AT_THE_PROVIDER, narrow).await;

    let wide = world.connected(&token, GRACE_AT_THE_PROVIDER, json!({})).await;

    assert_eq!(world.accounts(&token, "").await, json!({ "accounts": [wide] }));
    let providers = exchanged(&world).await.ok();
    assert!(providers["scope"].as_str().unwrap().contains(EVENTS), "{providers}");

    // The provider issued a refresh token this time too.
    world.tenant.clock().advance(3600);
    world.provider.clock().advance(3600);
    exchanged(&world).await.ok();
}

/// token-vault.md §5: a person may have several accounts at one provider.
#[tokio::test]
async fn another_account_of_the_provider_is_another_account() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let first = world.connected(&token, GRACE_AT_THE_PROVIDER, json!({})).await;
    let second = world.connected(&token, ADA_AT_THE_PROVIDER, json!({})).await;

    assert_ne!(first["id"], second["id"]);
    assert_eq!(World::count(&world.accounts(&token, "").await), 2);
    let subject = world.access_token(GRACE, CALENDAR).await;
    for hint in [GRACE_AT_THE_PROVIDER, ADA_AT_THE_PROVIDER] {
        world.token(&exchange(&subject, &[("login_hint", hint)])).await.ok();
    }
}

/// CA-2.4/3, TV-5/4, SC-10/7, §6 test 7: what is removed is gone here, and untouched there.
#[tokio::test]
async fn a_removed_account_has_no_token_though_the_provider_knows_it() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let account = world.connected(&token, GRACE_AT_THE_PROVIDER, json!({})).await;
    let providers = exchanged(&world).await.ok()["access_token"].clone();

    let path = format!("{ACCOUNTS}/{}", account["id"].as_str().unwrap());
    let reply = world.my_account(&token, "DELETE", &path, None).await;

    reply.expect(StatusCode::NO_CONTENT);
    assert_eq!(reply.body, "");
    exchanged(&world).await.refused(401, "federated_connection_refresh_token_not_found");
    assert_eq!(world.calendar_answers(&providers).await, StatusCode::OK);
    assert_eq!(World::count(&world.accounts(&token, "").await), 0);
    world.my_account(&token, "DELETE", &path, None).await.problem(404, "A0E-404-0002");
    assert_eq!(world.logged(LogKind::ConnectedAccountsDeleteSucceeded), 1);
    assert_eq!(world.logged(LogKind::ConnectedAccountsDeleteFailed), 1);
}
