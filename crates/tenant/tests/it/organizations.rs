//! Logging in to an organization.

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::harness::{
    ADA, Browser, CALLBACK, GRACE, World, parameter, redemption, request, unverified_claims,
};

const ACME: &str = "org_acme";

/// Ada is of Acme, which takes passwords alone; whoever logs in to Open with a password is a member.
const ORGANIZATIONS: &str = "
organizations:
  - id: org_acme
    name: acme
    display_name: Acme Instruments
    members: [ada@example.com]
    connections:
      - name: Username-Password-Authentication
  - id: org_open
    name: open
    connections:
      - name: Username-Password-Authentication
        assign_membership_on_login: true
        is_signup_enabled: true
      - name: google-oauth2
        show_as_button: false
  - id: org_closed
    name: closed
    connections: []
";

/// A world with organizations whose app is set up so.
async fn world(client: &str, tenant: &str) -> World {
    World::with(|file| {
        let file = file
            .replace("    app_type: spa\n", &format!("    app_type: spa\n{client}"))
            .replace("tenant:\n", &format!("tenant:\n{tenant}"));
        file + ORGANIZATIONS
    })
    .await
}

async fn allowing() -> World {
    world("    organization_usage: allow\n", "").await
}

async fn requiring(behavior: &str) -> World {
    let client = "    organization_usage: require\n    organization_require_behavior: ";
    world(&format!("{client}{behavior}\n"), "").await
}

fn at(organization: &str) -> Vec<(&'static str, &str)> {
    request(&[("organization", organization)])
}

async fn tokens(world: &World, callback: &Url) -> (Value, Value) {
    let code = parameter(callback, "code").unwrap_or_else(|| panic!("no code: {callback}"));
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    (unverified_claims(&tokens["id_token"]), unverified_claims(&tokens["access_token"]))
}

async fn page(browser: &Browser<'_>, path: &str, location: &Url) -> (String, String) {
    browser.page_at(path, location).await
}

/// AZ-1/17, DT-3/11, DT-4/8.
#[tokio::test]
async fn a_member_logs_in_and_the_tokens_say_to_which_organization() {
    let world = allowing().await;
    let browser = world.browser();
    let location = browser.authorize(&at(ACME)).await.location();
    let (_, login) = page(&browser, "/u/login", &location).await;
    assert!(login.contains("to <b>Acme Instruments</b>"), "{login}");

    let (id_token, access_token) = tokens(&world, &browser.log_in(ADA, &at(ACME)).await).await;

    assert_eq!(id_token["org_id"], ACME);
    assert_eq!(access_token["org_id"], ACME);
    assert!(id_token.get("org_name").is_none() && access_token.get("org_name").is_none());
}

/// DT-3/11, DT-4/8: without an organization there is nothing to tell.
#[tokio::test]
async fn a_login_without_an_organization_tells_none() {
    let world = allowing().await;
    let (id_token, access_token) =
        tokens(&world, &world.browser().log_in(ADA, &request(&[])).await).await;
    assert!(id_token.get("org_id").is_none() && access_token.get("org_id").is_none());
}

/// AZ-1/17, DT-3/11, DT-4/8: names are taken and told where the tenant lets clients use them.
#[tokio::test]
async fn an_organization_goes_by_its_name_where_the_tenant_says_so() {
    let setting = "  allow_organization_name_in_authentication_api: true\n";
    let world = world("    organization_usage: allow\n", setting).await;

    let callback = world.browser().log_in(ADA, &at("Acme")).await;

    let (id_token, access_token) = tokens(&world, &callback).await;
    assert_eq!((&id_token["org_id"], &id_token["org_name"]), (&ACME.into(), &"acme".into()));
    assert_eq!(
        (&access_token["org_id"], &access_token["org_name"]),
        (&ACME.into(), &"acme".into())
    );
    let allowing = allowing().await;
    allowing.browser().authorize(&at("acme")).await.sent_back("invalid_request");
}

/// AZ-3/22.
#[tokio::test]
async fn an_organization_that_cannot_be_used_is_refused() {
    let world = allowing().await;
    let reply = world.browser().authorize(&at("org_nobody")).await;
    reply.expect(StatusCode::FOUND).sent_back("invalid_request");
    assert_eq!(
        parameter(&reply.location(), "error_description").as_deref(),
        Some("parameter organization is invalid: org_nobody")
    );
    for usage in ["", "    organization_usage: deny\n"] {
        let world = self::world(usage, "").await;
        world.browser().authorize(&at(ACME)).await.sent_back("invalid_request");
    }
}

/// AZ-3/23.
#[tokio::test]
async fn a_client_that_requires_an_organization_gets_none_without() {
    let world = requiring("no_prompt").await;

    let reply = world.browser().authorize(&request(&[])).await;

    reply.expect(StatusCode::FOUND).sent_back("invalid_request");
    assert_eq!(
        parameter(&reply.location(), "error_description").as_deref(),
        Some("parameter organization is required for this client")
    );
    assert!(parameter(&world.browser().log_in(ADA, &at(ACME)).await, "code").is_some());
}

/// AZ-1/18: nobody is invited here.
#[tokio::test]
async fn an_invitation_is_refused() {
    let world = allowing().await;
    let invited = request(&[("organization", ACME), ("invitation", "ticket")]);
    world.browser().authorize(&invited).await.sent_back("invalid_request");
}

/// AZ-1/17: who is no member is told so after the login, and has no session of it.
#[tokio::test]
async fn who_is_no_member_is_refused() {
    let world = allowing().await;
    let browser = world.browser();

    let callback = browser.log_in(GRACE, &at(ACME)).await;

    assert!(callback.as_str().starts_with(CALLBACK));
    assert_eq!(parameter(&callback, "error").as_deref(), Some("access_denied"));
    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("login_required");
}

/// AZ-1/17: a session is good for the organizations of its person alone.
#[tokio::test]
async fn a_session_answers_for_members_alone() {
    let world = allowing().await;
    let browser = world.browser();
    browser.log_in(ADA, &request(&[])).await;
    let (id_token, _) = tokens(&world, &browser.authorize(&at(ACME)).await.location()).await;
    assert_eq!(id_token["org_id"], ACME);

    browser.log_in(GRACE, &request(&[("prompt", "login")])).await;
    assert_eq!(browser.authorize(&at(ACME)).await.location().path(), "/u/login");
    let silent = request(&[("organization", ACME), ("prompt", "none")]);
    browser.authorize(&silent).await.sent_back("login_required");
}

/// AZ-1/17: a connection can make members.
#[tokio::test]
async fn who_logs_in_by_a_connection_that_makes_members_is_one() {
    let world = allowing().await;
    let browser = world.browser();
    let (id_token, _) = tokens(&world, &browser.log_in(GRACE, &at("org_open")).await).await;
    assert_eq!(id_token["org_id"], "org_open");
    assert!(parameter(&browser.authorize(&at("org_open")).await.location(), "code").is_some());
}

/// AZ-1/17: only the connections of the organization lead in.
#[tokio::test]
async fn the_login_page_has_the_connections_of_the_organization() {
    let world = allowing().await;
    let browser = world.browser();
    for (organization, offers_signup) in [(ACME, false), ("org_open", true)] {
        let location = browser.authorize(&at(organization)).await.location();
        let (_, login) = page(&browser, "/u/login", &location).await;
        assert!(!login.contains("Continue with Google"), "{login}");
        assert_eq!(login.contains("/u/signup"), offers_signup, "{login}");
    }
    // Without a button, but to be asked for.
    let google = request(&[("organization", "org_open"), ("connection", "google-oauth2")]);
    let location = browser.authorize(&google).await.location();
    assert!(location.as_str().starts_with(world.provider.url()), "{location}");
    let google = request(&[("organization", ACME), ("connection", "google-oauth2")]);
    browser.authorize(&google).await.sent_back("invalid_request");
    browser.authorize(&at("org_closed")).await.sent_back("invalid_request");
}

/// `organization_require_behavior: pre_login_prompt`: the person names the organization, then logs in.
#[tokio::test]
async fn the_organization_can_be_asked_for_before_the_login() {
    let world = requiring("pre_login_prompt").await;
    let browser = world.browser();
    let location = browser.authorize(&request(&[])).await.location();
    let (state, asks) = page(&browser, "/u/organization", &location).await;
    assert!(asks.contains("Which organization?") && !asks.contains("Acme"), "{asks}");

    let wrong = [("state", state.as_str()), ("organization", "nobody")];
    browser.post("/u/organization", &wrong).await.expect(StatusCode::BAD_REQUEST);
    let right = [("state", state.as_str()), ("organization", "Acme")];
    let location = browser.post("/u/organization", &right).await.location();
    let (state, login) = page(&browser, "/u/login", &location).await;
    assert!(login.contains("Acme Instruments"), "{login}");
    let ada = [("state", state.as_str()), ("username", ADA), ("password", "ada-password")];
    let callback = browser.post("/u/login", &ada).await.location();

    assert_eq!(tokens(&world, &callback).await.0["org_id"], ACME);
}

/// AZ-3/14, SC-4/6: what is to be asked cannot be asked silently.
#[tokio::test]
async fn a_silent_request_is_refused_where_the_organization_is_to_be_asked_for() {
    let world = requiring("pre_login_prompt").await;
    let browser = world.browser();
    browser.log_in(ADA, &at(ACME)).await;

    browser.authorize(&request(&[("prompt", "none")])).await.sent_back("interaction_required");
    let named = request(&[("organization", ACME), ("prompt", "none")]);
    assert!(parameter(&browser.authorize(&named).await.location(), "code").is_some());
}

/// `organization_require_behavior: post_login_prompt`: one organization needs no question, several do, none is refused.
#[tokio::test]
async fn the_organization_can_be_asked_for_after_the_login() {
    let world = requiring("post_login_prompt").await;
    let ada = world.browser();
    let (id_token, _) = tokens(&world, &ada.log_in(ADA, &request(&[])).await).await;
    assert_eq!(id_token["org_id"], ACME);
    let refused = world.browser().log_in(GRACE, &request(&[])).await;
    assert_eq!(parameter(&refused, "error").as_deref(), Some("access_denied"));

    ada.log_in(ADA, &request(&[("organization", "org_open"), ("prompt", "login")])).await;
    let location = ada.authorize(&request(&[])).await.location();
    let (state, asks) = page(&ada, "/u/organization", &location).await;
    assert!(
        asks.contains(">Acme Instruments</button>") && asks.contains(">open</button>"),
        "{asks}"
    );
    ada.authorize(&request(&[("prompt", "none")])).await.sent_back("interaction_required");
    let closed = [("state", state.as_str()), ("organization", "closed")];
    ada.post("/u/organization", &closed).await.expect(StatusCode::BAD_REQUEST);
    let open = [("state", state.as_str()), ("organization", "open")];
    let stranger = world.browser();
    stranger.post("/u/organization", &open).await.shown(400, "invalid_request");
    let callback = ada.post("/u/organization", &open).await.location();
    assert_eq!(tokens(&world, &callback).await.0["org_id"], "org_open");
}

/// Who may sign up where, and who is a member then.
#[tokio::test]
async fn who_signs_up_for_an_organization_that_takes_new_people_is_a_member() {
    let world = allowing().await;
    let browser = world.browser();
    let signup = request(&[("organization", "org_open"), ("screen_hint", "signup")]);
    let location = browser.authorize(&signup).await.location();
    let (state, _) = page(&browser, "/u/signup", &location).await;

    let form = [("state", state.as_str()), ("email", "e@example.com"), ("password", "e-password")];
    let callback = browser.post("/u/signup", &form).await.location();

    assert_eq!(tokens(&world, &callback).await.0["org_id"], "org_open");
    let elsewhere = request(&[("organization", ACME), ("screen_hint", "signup")]);
    let location = world.browser().authorize(&elsewhere).await.location();
    assert_eq!(location.path(), "/u/login");
}

/// A tenant file with organizations that make no sense.
#[tokio::test]
async fn an_organization_that_makes_no_sense_is_not_imported() {
    for organization in [
        "{name: Acme}",
        "{name: org_acme}",
        "{name: a, id: acme}",
        "{name: a, members: [nobody@example.com]}",
        "{name: a, connections: [{name: nobody}]}",
        "{display_name: A}",
        "{name: a}\n  - {name: a}",
        "{name: a, id: org_1}\n  - {name: b, id: org_1}",
    ] {
        let file = format!("organizations:\n  - {organization}\n");
        let config = tenant::Config {
            listen: ([127, 0, 0, 1], 0).into(),
            import: crate::harness::tenant_file(&file),
            ..tenant::Config::default()
        };
        let message = tenant::start(config).await.err().unwrap().to_string();
        assert!(message.contains("organizations["), "{organization}: {message}");
    }
}
