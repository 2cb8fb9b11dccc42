//! Grants at the Management API: what people have allowed clients.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, GRACE, World, parameter, redemption, request};

const GRANTS: &str = "/api/v2/grants";
const SCOPE: &str = "openid offline_access read:calendar";

/// A world that asks for consent.
async fn world() -> World {
    World::with(|file| {
        file.replace("tenant:\n", "tenant:\n  flags: {ask_first_parties_for_consent: true}\n")
    })
    .await
}

impl World {
    /// Logs in, allows what is asked for, and returns the tokens.
    async fn consent(&self, email: &str) -> Value {
        let browser = self.browser();
        let asked = request(&[("scope", SCOPE)]);
        let location = browser.log_in(email, &asked).await;
        let (state, _) = browser.page_at("/u/consent", &location).await;
        let form = [("state", state.as_str()), ("decision", "accept")];
        let callback = browser.post("/u/consent", &form).await.location();
        let code = parameter(&callback, "code").unwrap();
        self.token(&redemption(&code, &[])).await.ok()
    }

    async fn grants(&self, query: &str) -> Vec<Value> {
        self.read(&format!("{GRANTS}?{query}")).await.ok().as_array().unwrap().clone()
    }

    async fn is_asked(&self, email: &str) -> bool {
        let location = self.browser().log_in(email, &request(&[("scope", SCOPE)])).await;
        location.path() == "/u/consent"
    }
}

#[tokio::test]
async fn a_grant_says_who_allowed_whom_what() {
    let world = world().await;
    world.consent(ADA).await;
    world.consent(GRACE).await;

    let grants = world.grants("user_id=auth0%7C65a1f0c2d3e4b5a697887a01").await;

    assert_eq!(grants.len(), 1, "{grants:?}");
    assert_eq!(grants[0]["clientID"], "calendar-spa");
    assert_eq!(grants[0]["audience"], CALENDAR);
    assert_eq!(grants[0]["scope"], json!(["openid", "offline_access", "read:calendar"]));
    assert_eq!(world.grants("").await.len(), 2);
    assert_eq!(world.grants("client_id=calendar-spa&per_page=1").await.len(), 1);
    assert_eq!(world.grants("client_id=management").await.len(), 0);
    assert_eq!(world.grants(&format!("audience={CALENDAR}")).await.len(), 2);
    let totals = world.read(&format!("{GRANTS}?include_totals=true")).await.ok();
    assert_eq!(totals["total"], 2);
}

/// token.md §7: the refresh tokens that rest on it go with it, and the person is asked again.
#[tokio::test]
async fn a_grant_that_is_taken_away_has_to_be_given_again() {
    let world = world().await;
    let tokens = world.consent(ADA).await;
    let others = world.consent(GRACE).await;
    assert!(!world.is_asked(ADA).await);
    let grant = world.grants("user_id=auth0%7C65a1f0c2d3e4b5a697887a01").await[0]["id"].clone();
    let path = format!("{GRANTS}/{}", grant.as_str().unwrap());

    for _ in 0..2 {
        world.delete(&path).await.expect(StatusCode::NO_CONTENT);
    }

    assert!(world.is_asked(ADA).await && !world.is_asked(GRACE).await);
    let refused = world.refresh(&tokens["refresh_token"], &[]).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    world.refresh(&others["refresh_token"], &[]).await.ok();
}

#[tokio::test]
async fn all_grants_of_a_person_are_taken_away_at_once() {
    let world = world().await;
    world.consent(ADA).await;
    world.consent(GRACE).await;
    world.delete(GRANTS).await.refused_with(400, "invalid_query_string");
    assert_eq!(world.grants("").await.len(), 2);

    let path = format!("{GRANTS}?user_id=auth0%7C65a1f0c2d3e4b5a697887a01");
    world.delete(&path).await.expect(StatusCode::NO_CONTENT);

    assert!(world.is_asked(ADA).await && !world.is_asked(GRACE).await);
}

/// MG-2/7.
#[tokio::test]
async fn grants_need_their_scopes() {
    let world = world().await;
    let token = world.management_token("read:users").await;
    for (method, path) in [("GET", GRANTS), ("DELETE", GRANTS), ("DELETE", "/api/v2/grants/1")] {
        let reply = world.management_with(&token, method, path, None).await;
        reply.refused_with(403, "insufficient_scope");
    }
}
