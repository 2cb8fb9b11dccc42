//! Searches for people (MG-3/7).

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::harness::World;
use crate::management_users::ADA_PATH;

const USERS: &str = "/api/v2/users";

/// Ada and Grace of the quickstart, and two more in a connection of their own.
async fn world() -> World {
    let world = World::quickstart().await;
    world.create("/api/v2/connections", json!({ "name": "staff", "strategy": "auth0" })).await;
    for (email, name) in [("zoe@acme.example", "Zoe Quinn"), ("bob@acme.example", "bob")] {
        let person = json!({
            "connection": "staff", "email": email, "name": name, "password": "a-password",
            "app_metadata": { "plan": { "name": "gold" }, "seats": [1, 2] },
            "user_metadata": { "city": "Paris" },
        });
        world.create(USERS, person).await;
    }
    world
}

impl World {
    async fn search(&self, parameters: &[(&str, &str)]) -> Vec<String> {
        let found = self.read(&at(parameters)).await.ok();
        let found = if found.is_array() { found } else { found["users"].clone() };
        let nickname = |user: &Value| user["nickname"].as_str().unwrap().to_owned();
        found.as_array().unwrap().iter().map(nickname).collect()
    }
}

fn at(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{USERS}?{query}")
}

/// MG-3/7, MG-8/1.
#[tokio::test]
async fn people_are_found_by_what_they_are() {
    let world = world().await;
    world.log_in("ada@example.com", "openid").await;
    for (q, expected) in [
        ("email:ada@example.com", vec!["ada"]),
        ("email:\"ADA@example.com\"", vec!["ada"]),
        ("email.domain:acme.example", vec!["zoe", "bob"]),
        ("name:ada*", vec!["ada"]),
        ("name:\"Zoe Quinn\" OR nickname:grace", vec!["grace", "zoe"]),
        ("identities.connection:staff AND NOT nickname:bob", vec!["zoe"]),
        ("(nickname:zoe OR nickname:ada) AND identities.connection:\"staff\"", vec!["zoe"]),
        ("app_metadata.plan.name:gold AND app_metadata.seats:2", vec!["zoe", "bob"]),
        ("user_metadata.city:Paris", vec!["zoe", "bob"]),
        ("user_metadata.city:paris", vec![]),
        ("_exists_:app_metadata.plan", vec!["zoe", "bob"]),
        ("NOT _exists_:last_login", vec!["grace", "zoe", "bob"]),
        ("logins_count:[1 TO *]", vec!["ada"]),
        ("logins_count:0", vec!["grace", "zoe", "bob"]),
        ("created_at:[2020-01-01 TO *]", vec!["ada", "grace", "zoe", "bob"]),
        ("created_at:[* TO 2020-01-01}", vec![]),
        ("blocked:true", vec![]),
        ("email_verified:true", vec!["ada", "grace"]),
        ("hopper", vec!["grace"]),
        ("user_id:\"auth0|65a1f0c2d3e4b5a697887a01\"", vec!["ada"]),
    ] {
        assert_eq!(world.search(&[("q", q), ("search_engine", "v3")]).await, expected, "{q}");
    }
    world.patch(ADA_PATH, json!({ "blocked": true })).await.ok();
    assert_eq!(world.search(&[("q", "blocked:true")]).await, ["ada"]);
    assert_eq!(world.search(&[("connection", "staff")]).await, ["zoe", "bob"]);
}

/// MG-3/7, MG-3/1.
#[tokio::test]
async fn what_is_found_is_sorted_and_comes_in_pages() {
    let world = world().await;
    assert_eq!(world.search(&[]).await, ["ada", "grace", "zoe", "bob"]);
    assert_eq!(world.search(&[("sort", "name:1")]).await, ["ada", "bob", "grace", "zoe"]);
    assert_eq!(world.search(&[("sort", "name:-1")]).await, ["zoe", "grace", "bob", "ada"]);
    world.log_in("grace@example.com", "openid").await;
    assert_eq!(world.search(&[("sort", "last_login:-1")]).await[0], "grace");
    let page = [("sort", "name:1"), ("page", "1"), ("per_page", "3"), ("include_totals", "true")];
    assert_eq!(world.search(&page).await, ["zoe"]);
    let totals = world.read(&at(&page)).await.ok();
    assert_eq!(
        (&totals["total"], &totals["start"], &totals["limit"]),
        (&json!(4), &json!(3), &json!(3))
    );
    let fields = world.read(&at(&[("fields", "email"), ("q", "ada")])).await.ok();
    assert_eq!(fields, json!([{ "email": "ada@example.com" }]));
}

/// MG-3/7, MG-2/22: a search that is understood in part would find the wrong people.
#[tokio::test]
async fn searches_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for (name, value) in [
        ("q", "email:"),
        ("q", "name:ada~2"),
        ("q", "name:/a.*/"),
        ("q", "(name:ada"),
        ("q", "name:*da"),
        ("q", "user_metadata.city:Par*"),
        ("q", "user_metadata.age:[1 TO 2]"),
        ("sort", "name"),
        ("sort", "name:2"),
        ("sort", "user_metadata.city:1"),
        ("search_engine", "v1"),
        ("take", "1"),
        ("per_page", "101"),
    ] {
        println!("{name}={value}");
        world.read(&at(&[(name, value)])).await.refused_with(400, "invalid_query_string");
    }
    let beyond = world.read(&at(&[("page", "10"), ("per_page", "100")])).await;
    beyond.refused_with(400, "invalid_paging");
    world.read(&at(&[("page", "9"), ("per_page", "100")])).await.ok();
}
