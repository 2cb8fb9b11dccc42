//! Lists of connections and of connected accounts, and what they are refused for (connected-accounts.md §2.4).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::connecting::{ACCOUNTS, CONNECTIONS, SCOPES};
use crate::harness::{ADA, GRACE, World};
use crate::social_login::{ADA_AT_THE_PROVIDER, GRACE_AT_THE_PROVIDER};

/// The quickstart with more connections to the same provider: two that can be connected, one that is switched off, and
/// one that is for nobody.
async fn with_connections() -> World {
    let connection = |name: &str, clients: &str, active: bool| {
        format!(
            "  - name: {name}\n    strategy: google-oauth2\n    enabled_clients: [{clients}]\n    \
             connected_accounts: {{active: {active}}}\n    options:\n      client_id: strongroom-tenant\n      \
             client_secret: strongroom-tenant-secret\n      scope: [openid, email]\n"
        )
    };
    let more = [
        connection("second-google", "Calendar SPA", true),
        connection("a-third-google", "Calendar SPA", true),
        connection("google-for-logins", "Calendar SPA", false),
        connection("google-for-nobody", "", true),
    ]
    .concat();
    World::with(|file| file.replace("\nconnections:\n", &format!("\nconnections:\n{more}"))).await
}

fn names<'a>(list: &'a Value, key: &str, name: &str) -> Vec<&'a str> {
    list[key].as_array().unwrap().iter().map(|item| item[name].as_str().unwrap()).collect()
}

/// CA-2.4/1.
#[tokio::test]
async fn connections_are_those_whose_accounts_the_app_can_connect() {
    let world = with_connections().await;
    let token = world.account_token(GRACE, SCOPES).await;

    let list = world.my_account(&token, "GET", CONNECTIONS, None).await.ok();

    let all = ["a-third-google", "google-oauth2", "second-google"];
    assert_eq!(names(&list, "connections", "name"), all);
    assert_eq!(
        list["connections"][0],
        json!({ "name": "a-third-google", "strategy": "google-oauth2", "scopes": ["openid", "email"] })
    );
    assert!(list.get("next").is_none());

    let first = world.my_account(&token, "GET", &format!("{CONNECTIONS}?take=2"), None).await.ok();
    assert_eq!(names(&first, "connections", "name"), all[..2]);
    let next = format!("{CONNECTIONS}?take=2&from={}", first["next"].as_str().unwrap());
    let second = world.my_account(&token, "GET", &next, None).await.ok();
    assert_eq!(names(&second, "connections", "name"), all[2..]);
    assert!(second.get("next").is_none());
}

/// CA-2.4/2, §6 test 6.
#[tokio::test]
async fn accounts_come_in_pages_the_oldest_first() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let first = world.connected(&token, GRACE_AT_THE_PROVIDER, json!({})).await;
    world.tenant.clock().advance(1);
    let second = world.connected(&token, ADA_AT_THE_PROVIDER, json!({})).await;

    let page = world.accounts(&token, "?take=1").await;
    assert_eq!(page["accounts"], json!([first]));
    let next = page["next"].as_str().unwrap();

    let page = world.accounts(&token, &format!("?take=1&from={next}")).await;
    assert_eq!(page, json!({ "accounts": [second] }));
}

/// CA-2.4/2, §6 test 6: several connections may be asked for.
#[tokio::test]
async fn accounts_can_be_narrowed_down_to_connections() {
    let world = with_connections().await;
    let token = world.account_token(GRACE, SCOPES).await;
    for connection in ["google-oauth2", "second-google", "a-third-google"] {
        world.connected(&token, GRACE_AT_THE_PROVIDER, json!({ "connection": connection })).await;
        world.tenant.clock().advance(1);
    }

    for (query, expected) in [
        ("", vec!["google-oauth2", "second-google", "a-third-google"]),
        ("?connection=second-google", vec!["second-google"]),
        (
            "?connection=second-google&connection=google-oauth2",
            vec!["google-oauth2", "second-google"],
        ),
        ("?connection=nowhere", vec![]),
    ] {
        let accounts = world.accounts(&token, query).await;
        assert_eq!(names(&accounts, "accounts", "connection"), expected, "{query}");
    }
}

/// Everybody sees and removes their own accounts alone.
#[tokio::test]
async fn accounts_of_others_are_not_there() {
    let world = World::quickstart().await;
    let (adas, graces) =
        (world.account_token(ADA, SCOPES).await, world.account_token(GRACE, SCOPES).await);
    let accounts = world.accounts(&adas, "").await;
    let id = names(&accounts, "accounts", "id")[0];
    assert_eq!(World::count(&world.accounts(&graces, "").await), 0);

    let path = format!("{ACCOUNTS}/{id}");
    world.my_account(&graces, "DELETE", &path, None).await.problem(404, "A0E-404-0002");

    assert_eq!(world.accounts(&adas, "").await, accounts);
    world.my_account(&adas, "DELETE", &path, None).await.expect(StatusCode::NO_CONTENT);
}

/// CA-2.4/1, CA-2.4/2: `take` is 1 to 20, `from` is a `next`, and there are at most twenty connections.
#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let connections = vec!["connection=a"; 21].join("&");
    for (query, fields) in [
        ("take=0", vec!["take"]),
        ("take=21", vec!["take"]),
        ("take=ten", vec!["take"]),
        ("take=1&take=2", vec!["take"]),
        ("from=%00", vec!["from"]),
        ("take=-1&from=!", vec!["take", "from"]),
        (connections.as_str(), vec!["connection"]),
    ] {
        for list in [ACCOUNTS, CONNECTIONS] {
            let reply = world.my_account(&token, "GET", &format!("{list}?{query}"), None).await;
            let problem = reply.problem(400, "A0E-400-0003");
            assert_eq!(names(&problem, "validation_errors", "field"), fields, "{query}");
            assert_eq!(problem["validation_errors"][0]["source"], "query");
        }
    }
    for query in ["take=1", "take=20", "connection=&from="] {
        let reply = world.my_account(&token, "GET", &format!("{ACCOUNTS}?{query}"), None).await;
        reply.expect(StatusCode::OK);
    }
}

/// CA-2.4/3.
#[tokio::test]
async fn what_is_no_id_is_refused_and_what_is_unknown_is_not_there() {
    let world = World::quickstart().await;
    let token = world.account_token(GRACE, SCOPES).await;
    let delete = async |id: &str| {
        world.my_account(&token, "DELETE", &format!("{ACCOUNTS}/{id}"), None).await
    };
    for malformed in ["cac_", "cac_a-b", "x", "cac_%C3%A4", "cac_%ff", "CAC_abc"] {
        let problem = delete(malformed).await.problem(400, "A0E-400-0003");
        assert_eq!(problem["validation_errors"][0]["source"], "path", "{malformed}");
    }
    delete("cac_unknown").await.problem(404, "A0E-404-0002");
}
