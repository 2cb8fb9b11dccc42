//! The log at the Management API.

use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, GRACE, World, redemption, request};
use crate::management_users::ADA_PATH;
use crate::token_vault::exchange;

const LOGS: &str = "/api/v2/logs";

impl World {
    async fn entries(&self, query: &str) -> Vec<Value> {
        self.read(&format!("{LOGS}?{query}")).await.ok().as_array().unwrap().clone()
    }
}

fn types(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["type"].as_str().unwrap()).collect()
}

/// Who, what, when and from where.
#[tokio::test]
async fn an_entry_says_who_did_what_from_where() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    let tokens = world.token(&redemption(&code, &[])).await.ok();
    world.token(&exchange(tokens["access_token"].as_str().unwrap(), &[])).await.ok();

    let login = world.entries("q=type:s").await;

    assert_eq!(login.len(), 1, "{login:?}");
    let login = &login[0];
    assert_eq!(login["client_id"], "calendar-spa");
    assert_eq!(login["client_name"], "Calendar SPA");
    assert_eq!(login["user_id"], "auth0|65a1f0c2d3e4b5a697887a01");
    assert_eq!(login["user_name"], ADA);
    assert_eq!(login["connection"], "Username-Password-Authentication");
    assert!(login["connection_id"].as_str().unwrap().starts_with("con_"), "{login}");
    assert_eq!(login["strategy"], "auth0");
    assert_eq!(login["ip"], "127.0.0.1");
    assert!(world.tenant.issuer().contains(login["hostname"].as_str().unwrap()), "{login}");
    assert_eq!(login["_id"], login["log_id"]);
    assert!(login["date"].as_str().unwrap().contains(".000Z"), "{login}");

    let exchanged = world.entries("q=type:seta").await;
    assert_eq!(exchanged[0]["connection"], "google-oauth2");
    assert_eq!(exchanged[0]["client_name"], "Custom API Client");
    let one = format!("{LOGS}/{}", login["log_id"].as_str().unwrap());
    assert_eq!(&world.read(&one).await.ok(), login);
    world.read(&format!("{LOGS}/90020nobody")).await.refused_with(404, "inexistent_log");
}

/// The newest first; what is sought, and no more than a page of it.
#[tokio::test]
async fn entries_are_found_sorted_and_come_in_pages() {
    let world = World::quickstart().await;
    world.log_in(ADA, "openid").await;
    world.tenant.clock().advance(60);
    world.log_in(GRACE, "openid").await;

    let all = world.entries("q=type:(s%20OR%20seacft)").await;
    assert_eq!(types(&all), ["seacft", "s", "seacft", "s"]);
    assert!(all[0]["date"].as_str() > all[3]["date"].as_str());
    let oldest = world.entries("q=type:s&sort=date:1").await;
    assert_eq!(oldest[0]["user_name"], ADA);
    assert_eq!(world.entries("q=user_name:grace*%20AND%20type:s").await.len(), 1);
    assert_eq!(world.entries("q=_exists_:user_id%20AND%20NOT%20type:seacft").await.len(), 2);
    let page = world.read(&format!("{LOGS}?q=type:s&per_page=1&include_totals=true")).await.ok();
    assert_eq!(
        (&page["total"], &page["limit"], page["logs"].as_array().unwrap().len()),
        (&json!(2), &json!(1), 1)
    );
    let fields = world.entries("q=type:s&fields=type,user_name&per_page=1").await;
    assert_eq!(fields, [json!({ "type": "s", "user_name": GRACE })]);
    let of_ada = world.read(&format!("{ADA_PATH}/logs")).await.ok();
    assert_eq!(types(of_ada.as_array().unwrap()), ["seacft", "s"]);

    for wrong in ["q=type:", "sort=date", "per_page=101", "take=101", "colour=red"] {
        world.read(&format!("{LOGS}?{wrong}")).await.refused_with(400, "invalid_query_string");
    }
    let beyond = world.read(&format!("{LOGS}?page=100&per_page=100")).await;
    beyond.refused_with(400, "invalid_paging");
}

/// Who follows the log asks from the last entry that they have.
#[tokio::test]
async fn the_log_is_followed_from_entry_to_entry() {
    let world = World::quickstart().await;
    for person in [ADA, GRACE, ADA] {
        world.log_in(person, "openid").await;
    }
    let mut seen = Vec::new();
    let mut query = "take=2".to_owned();
    while seen.len() < 6 {
        let page = world.entries(&query).await;
        assert!(!page.is_empty() && page.len() <= 2, "{page:?}");
        query = format!("take=2&from={}", page.last().unwrap()["log_id"].as_str().unwrap());
        seen.extend(page.into_iter().filter(|entry| entry["type"] != "seccft"));
    }
    assert_eq!(types(&seen), ["s", "seacft", "s", "seacft", "s", "seacft"]);
}

/// What the Management API changes is logged, with what was asked and how it ended, and without what was said.
#[tokio::test]
async fn changes_by_the_management_api_are_logged_without_their_secrets() {
    let world = World::quickstart().await;
    let role = json!({ "name": "Editor" });
    world.create("/api/v2/roles", role.clone()).await.ok();
    world.create("/api/v2/roles", role).await.refused_with(409, "role_conflict");
    world.patch(ADA_PATH, json!({ "password": "countess-of-lovelace" })).await.ok();
    world.read(ADA_PATH).await.ok();

    let logged = world.entries("q=type:(sapi%20OR%20fapi)&sort=log_id:1").await;

    assert_eq!(types(&logged), ["sapi", "fapi", "sapi"]);
    let created = &logged[0];
    assert_eq!(created["description"], "Create a role");
    assert_eq!(created["client_id"], "management");
    assert_eq!(created["details"]["request"]["method"], "post");
    assert_eq!(created["details"]["request"]["path"], "/api/v2/roles");
    assert_eq!(created["details"]["response"]["statusCode"], 200);
    assert_eq!(logged[1]["details"]["response"]["statusCode"], 409);
    assert_eq!(logged[2]["description"], "Update a user");
    assert!(!json!(logged).to_string().contains("countess-of-lovelace"));
}

/// MG-2/7: and the log itself is not for everybody.
#[tokio::test]
async fn the_log_needs_its_scope() {
    let world = World::quickstart().await;
    let token = world.management_token("read:users").await;
    for path in [LOGS, "/api/v2/logs/1", &format!("{ADA_PATH}/logs")] {
        let reply = world.management_with(&token, "GET", path, None).await;
        reply.refused_with(403, "insufficient_scope");
    }
}

/// A refusal without a token is of nobody, and is not logged.
#[tokio::test]
async fn who_has_no_token_leaves_no_entry() {
    let world = World::quickstart().await;
    let api = world.access_token(ADA, CALENDAR).await;
    world.management_with(&api, "DELETE", ADA_PATH, None).await.refused_with(401, "");
    assert!(world.entries("q=type:(sapi%20OR%20fapi)").await.is_empty());
}
