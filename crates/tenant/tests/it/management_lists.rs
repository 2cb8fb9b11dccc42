//! Lists of the Management API: pages from an offset and from a checkpoint.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::World;

const CLIENTS: &str = "/api/v2/clients";

/// MG-3/1, MG-3/3, MG-3/4, management-api.md §9.6.
#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::quickstart().await;
    let all = world.read(CLIENTS).await.ok();
    assert_eq!(all.as_array().unwrap().len(), 4);
    let page = world.read("/api/v2/clients?page=1&per_page=3&include_totals=true").await.ok();
    assert_eq!((&page["start"], &page["limit"], &page["total"]), (&json!(3), &json!(3), &json!(4)));
    assert_eq!(page["clients"].as_array().unwrap().len(), 1);
    let past = world.read("/api/v2/resource-servers?page=9").await.ok();
    assert_eq!(past, json!([]));
    world.read("/api/v2/clients?per_page=many").await.refused_with(400, "invalid_query_string");
    world.read("/api/v2/clients?per_page=101").await.refused_with(400, "invalid_query_string");
}

/// MG-3/2, MG-3/3, MG-3/4, management-api.md §9.6: whoever asks with `include_totals` beside it gets the same.
#[tokio::test]
async fn a_list_is_walked_from_checkpoint_to_checkpoint() {
    let world = World::quickstart().await;
    for (path, collection, id) in
        [(CLIENTS, "clients", "client_id"), ("/api/v2/resource-servers", "resource_servers", "id")]
    {
        let all = world.read(path).await.ok();
        let mut seen = Vec::new();
        let mut query = "take=1&include_totals=true".to_owned();
        while seen.len() <= all.as_array().unwrap().len() {
            let page = world.read(&format!("{path}?{query}")).await.ok();
            assert!(page.get("total").is_none() && page.get("start").is_none(), "{page}");
            let items = page[collection].as_array().unwrap();
            assert_eq!(items.len(), 1, "{page}");
            seen.push(items[0][id].clone());
            let Some(next) = page.get("next") else { break };
            query = format!("take=1&from={}", next.as_str().unwrap());
        }
        assert_eq!(ids(&seen), ids(&pluck(&all, id)), "each once, and nothing else: {seen:?}");
        assert_eq!(seen.len(), all.as_array().unwrap().len());
    }
    let whole = world.read("/api/v2/clients?take=100").await.ok();
    assert!(whole.get("next").is_none());
}

/// MG-3/2: a checkpoint outlives what it was made of.
#[tokio::test]
async fn what_is_deleted_between_two_pages_hides_nobody() {
    let world = World::quickstart().await;
    let page = world.read("/api/v2/clients?take=2").await.ok();
    let first = pluck(&page["clients"], "client_id");
    for client in &first {
        world.delete(&format!("{CLIENTS}/{}", client.as_str().unwrap())).await;
    }

    let next = page["next"].as_str().unwrap();
    let page = world.read(&format!("{CLIENTS}?take=2&from={next}")).await.ok();

    assert_eq!(page["clients"].as_array().unwrap().len(), 2, "{page}");
    assert!(page.get("next").is_none(), "{page}");
}

/// MG-2/22.
#[tokio::test]
async fn queries_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for query in [
        "take=0",
        "take=101",
        "take=few",
        "from=*",
        "per_page=-1",
        "page=1&page=2",
        "take=1&take=1",
    ] {
        println!("{query}");
        let reply = world.read(&format!("{CLIENTS}?{query}")).await;
        reply.refused_with(400, "invalid_query_string");
    }
}

fn pluck(items: &Value, property: &str) -> Vec<Value> {
    items.as_array().unwrap().iter().map(|item| item[property].clone()).collect()
}

fn ids(values: &[Value]) -> BTreeSet<&str> {
    values.iter().map(|value| value.as_str().unwrap()).collect()
}
