//! The consent page, and who is asked for consent.

use reqwest::StatusCode;
use url::Url;

use crate::harness::{
    ADA, Browser, CALENDAR, GRACE, REPORTS, World, of_a_third_party, parameter, redemption, request,
};

const READ: &str = "openid profile read:calendar";
const READ_AND_WRITE: &str = "openid profile read:calendar write:calendar";

/// A world whose app is a third party's, with a grant for the API.
async fn third_party() -> World {
    let grant = "  - client_id: Calendar SPA\n    audience: https://my-api.example.com\n    \
                 subject_type: user\n    scope: [read:calendar, write:calendar]\n";
    World::with(|file| {
        of_a_third_party(&file).replace("clientGrants:\n", &format!("clientGrants:\n{grant}"))
    })
    .await
}

/// A world that asks for consent to its own app as Auth0 does.
async fn as_auth0(change: impl FnOnce(String) -> String) -> World {
    World::with(|file| {
        change(file)
            .replace("tenant:\n", "tenant:\n  flags: {ask_first_parties_for_consent: true}\n")
    })
    .await
}

/// Logs in and returns the `state` of the consent page with what it says.
async fn asked(
    browser: &Browser<'_>,
    email: &str,
    request: &[(&'static str, &str)],
) -> (String, String) {
    let location = browser.log_in(email, request).await;
    browser.page_at("/u/consent", &location).await
}

async fn decide(browser: &Browser<'_>, state: &str, decision: &str) -> Url {
    browser.post("/u/consent", &[("state", state), ("decision", decision)]).await.location()
}

#[track_caller]
fn code(callback: &Url) -> String {
    parameter(callback, "code").unwrap_or_else(|| panic!("no code: {callback}"))
}

/// AZ-4/9: a third party is asked about at the first time, in words.
#[tokio::test]
async fn the_page_spells_out_what_a_third_party_asks_for() {
    let world = third_party().await;
    let browser = world.browser();

    let (state, page) = asked(&browser, ADA, &request(&[("scope", READ_AND_WRITE)])).await;

    for words in [
        "Allow Calendar SPA?",
        "You are Ada Lovelace.",
        "My API Resource Server",
        "Read calendar events",
        "write:calendar",
        "Your session",
        "Your name",
        "openid profile",
        "Ada Lovelace, 3 days<",
        ">Accept</button>",
        ">Deny</button>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let tokens =
        world.token(&redemption(&code(&decide(&browser, &state, "accept").await), &[])).await;
    assert_eq!(tokens.ok()["scope"], READ_AND_WRITE);
}

/// AZ-3/18.
#[tokio::test]
async fn who_denies_is_sent_back_and_asked_again_the_next_time() {
    let world = third_party().await;
    let browser = world.browser();
    let (state, _) = asked(&browser, ADA, &request(&[])).await;

    let form = [("state", state.as_str()), ("decision", "deny")];
    let reply = browser.post("/u/consent", &form).await;

    reply.expect(StatusCode::FOUND).sent_back("access_denied");
    assert_eq!(
        parameter(&reply.location(), "error_description").as_deref(),
        Some("User did not authorize the request")
    );
    let again = browser.authorize(&request(&[])).await.location();
    assert_eq!(again.path(), "/u/consent");
}

/// AZ-4/9: what was allowed is remembered for the person, the client and the API; what is new is asked for.
#[tokio::test]
async fn what_was_allowed_is_not_asked_for_again_and_what_is_new_is() {
    let world = third_party().await;
    let browser = world.browser();
    let read = request(&[("scope", READ)]);
    let (state, _) = asked(&browser, ADA, &read).await;
    code(&decide(&browser, &state, "accept").await);

    code(&browser.authorize(&read).await.location());
    code(&browser.authorize(&request(&[("scope", "openid")])).await.location());
    code(&browser.authorize(&request(&[("scope", READ), ("prompt", "none")])).await.location());
    let more = browser.authorize(&request(&[("scope", READ_AND_WRITE)])).await.location();
    assert_eq!(more.path(), "/u/consent");
    let elsewhere =
        browser.authorize(&request(&[("scope", READ), ("audience", "")])).await.location();
    assert_eq!(elsewhere.path(), "/u/consent");
    let somebody_else = world.browser().log_in(GRACE, &read).await;
    assert_eq!(somebody_else.path(), "/u/consent");
}

/// Where permissions decide, nobody is asked for what they may not do, nor has allowed it when they may.
#[tokio::test]
async fn nobody_consents_to_what_they_may_not_do_themselves() {
    let world = third_party().await;
    world.change_api(serde_json::json!({ "enforce_policies": true })).await;
    let browser = world.browser();
    let both = request(&[("scope", READ_AND_WRITE)]);

    let (state, page) = asked(&browser, ADA, &both).await;

    assert!(!page.contains("read:calendar") && !page.contains("write:calendar"), "{page}");
    code(&decide(&browser, &state, "accept").await);
    code(&browser.authorize(&both).await.location());
    world.change_api(serde_json::json!({ "enforce_policies": false })).await;
    assert_eq!(browser.authorize(&both).await.location().path(), "/u/consent");
}

/// AZ-3/13, SC-4/6.
#[tokio::test]
async fn a_silent_request_is_refused_where_consent_is_needed() {
    let world = third_party().await;
    let browser = world.browser();
    asked(&browser, ADA, &request(&[])).await;

    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("consent_required");
}

/// AZ-4/4.
#[tokio::test]
async fn prompt_consent_asks_even_for_what_is_allowed() {
    let world = World::quickstart().await;
    let browser = world.browser();
    let prompt = request(&[("prompt", "consent")]);

    let (state, _) = asked(&browser, ADA, &prompt).await;
    code(&decide(&browser, &state, "accept").await);

    let again = browser.authorize(&prompt).await.location();
    assert_eq!(again.path(), "/u/consent");
}

/// AZ-4/8.
#[tokio::test]
async fn a_first_party_has_the_consent_unless_the_tenant_file_says_otherwise() {
    let world = World::quickstart().await;
    code(&world.browser().log_in(ADA, &request(&[])).await);
}

/// AZ-4/7: a callback on one's own machine can be anybody's, so the API's setting does not spare the person.
#[tokio::test]
async fn a_first_party_on_localhost_is_asked_about_where_the_tenant_does_as_auth0() {
    let skips = "    skip_consent_for_verifiable_first_party_clients: true\n";
    let identifier = "    identifier: https://my-api.example.com\n";
    let world =
        as_auth0(|file| file.replacen(identifier, &format!("{identifier}{skips}"), 1)).await;
    let browser = world.browser();

    asked(&browser, ADA, &request(&[])).await;

    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("consent_required");
}

/// AZ-4/7.
#[tokio::test]
async fn a_first_party_whose_callback_is_its_own_is_spared_by_the_api_alone() {
    let callback = "https://app.example.com/callback";
    let world = as_auth0(|file| file.replace("http://localhost:8080/callback", callback)).await;
    let browser = world.browser();
    let to_callback = [("redirect_uri", callback)];
    // Nothing is asked where there is no API.
    let without_api = request(&[("redirect_uri", callback), ("audience", "")]);
    code(&browser.log_in(ADA, &without_api).await);

    let asked = browser.authorize(&request(&to_callback)).await.location();
    assert_eq!(asked.path(), "/u/consent");

    let api =
        format!("/api/v2/resource-servers/{}", CALENDAR.replace('/', "%2F").replace(':', "%3A"));
    let spare = serde_json::json!({ "skip_consent_for_verifiable_first_party_clients": true });
    world.management("PATCH", &api, Some(spare)).await.ok();
    code(&browser.authorize(&request(&to_callback)).await.location());
    let reports = request(&[("redirect_uri", callback), ("audience", REPORTS)]);
    assert_eq!(browser.authorize(&reports).await.location().path(), "/u/consent");
}

/// RFC 6749 §10.12: the page is of use in one browser, one session, and once.
#[tokio::test]
async fn a_consent_counts_once_and_only_from_who_was_asked() {
    let world = third_party().await;
    let browser = world.browser();
    let (state, _) = asked(&browser, ADA, &request(&[])).await;
    let accept = [("state", state.as_str()), ("decision", "accept")];

    let stranger = world.browser();
    stranger.get(&format!("/u/consent?state={state}")).await.shown(400, "invalid_request");
    stranger.post("/u/consent", &accept).await.shown(400, "invalid_request");
    for form in [[("state", state.as_str()), ("decision", "perhaps")], [("state", ""), accept[1]]] {
        browser.post("/u/consent", &form).await.shown(400, "invalid_request");
    }

    code(&browser.post("/u/consent", &accept).await.location());
    browser.post("/u/consent", &accept).await.shown(400, "invalid_request");
}

/// Nobody answers for somebody else: "Not you?" leads to a login, and the new person is asked anew.
#[tokio::test]
async fn who_is_not_the_one_logs_in_and_is_asked_anew() {
    let world = third_party().await;
    let browser = world.browser();
    let (state, page) = asked(&browser, ADA, &request(&[])).await;
    assert!(page.contains(&format!("href=\"/u/login?state={state}\"")), "{page}");

    let grace = [("state", state.as_str()), ("username", GRACE), ("password", "grace-password")];
    let location = browser.post("/u/login", &grace).await.location();

    let (_, page) = browser.page_at("/u/consent", &location).await;
    assert!(page.contains("You are Grace Hopper."), "{page}");
    let accept = [("state", state.as_str()), ("decision", "accept")];
    browser.post("/u/consent", &accept).await.shown(400, "invalid_request");
}

/// A login page's `state` is not taken for a consent that was asked for.
#[tokio::test]
async fn a_login_page_cannot_be_answered_with_a_consent() {
    let world = third_party().await;
    let browser = world.browser();
    let state = browser.login_page(&request(&[])).await;

    let accept = [("state", state.as_str()), ("decision", "accept")];

    browser.post("/u/consent", &accept).await.shown(400, "invalid_request");
}

/// SC-1/15, SC-7/11.
#[tokio::test]
async fn the_page_is_never_framed() {
    let world = third_party().await;
    let browser = world.browser();
    let location = browser.log_in(ADA, &request(&[])).await;

    let page = browser.get(location.as_str()).await;

    assert_eq!(page.header("x-frame-options"), "DENY");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"),
        "{policy}"
    );
    assert_eq!(page.header("cache-control"), "no-store");
}

/// TK-3.2/4, TK-7/9: the grant that a stolen refresh token ends is what the person allowed; so is the one that a tenant
/// has revocation end.
#[tokio::test]
async fn who_lost_a_grant_is_asked_again() {
    for flag in ["true", "false"] {
        let world = World::with(|file| {
            let flags = format!(
                "tenant:\n  flags: {{ask_first_parties_for_consent: true, revoke_refresh_token_grant: {flag}}}\n"
            );
            file.replace("tenant:\n", &flags)
        })
        .await;
        let browser = world.browser();
        let asks = request(&[("scope", "openid offline_access read:calendar")]);
        let (state, _) = asked(&browser, ADA, &asks).await;
        let code = code(&decide(&browser, &state, "accept").await);
        let token = world.token(&redemption(&code, &[])).await.ok()["refresh_token"].clone();
        assert!(parameter(&browser.authorize(&asks).await.location(), "code").is_some());

        if flag == "true" {
            let form = [("client_id", "calendar-spa"), ("token", token.as_str().unwrap())];
            world.post("/oauth/revoke").form(&form).send().await.unwrap();
        } else {
            world.refresh(&token, &[]).await.ok();
            world.refresh(&token, &[]).await.refused(403, "invalid_grant");
        }

        let silent = request(&[("scope", "openid read:calendar"), ("prompt", "none")]);
        browser.authorize(&silent).await.sent_back("consent_required");
    }
}
