//! Lists of the Management API: pages from an offset and from a checkpoint.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{CALENDAR, REPORTS, World};

const CLIENTS: &str = "/api/v2/clients";

/// MG-3/1, MG-3/3, MG-3/4, management-api.md §9.6.
#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::quickstart().await;
    let all = world.read(CLIENTS).await.ok();
    assert_eq!(all.as_array().unwrap().len(), 4);
    let page = world.read("/api/v2/clients?page=1&per_page=3&include_totals=true").await.ok();
    assert_eq!((&page["start"], &page["limit"], &page["total"]), (&json!(3), &json!(3), &json!(4)));
    assert_eq!((page["clients"].as_array().unwrap().len(), &page["length"]), (1, &json!(1)));
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

/// management-api.md §3: a bare list says where its first, next and last pages are, with the rest of the query.
#[tokio::test]
async fn a_plain_list_links_its_pages() {
    let world = World::quickstart().await;
    let base = format!("{}api/v2/clients", world.tenant.issuer());
    let links = |pages: &[(&str, u8)], rest: &str, per_page: u8| -> String {
        let link = |(relation, page): &(&str, u8)| {
            format!("<{base}?{rest}page={page}&per_page={per_page}>; rel=\"{relation}\"")
        };
        pages.iter().map(link).collect::<Vec<_>>().join(", ")
    };
    for (query, expected) in [
        ("", links(&[("first", 0), ("last", 0)], "", 50)),
        ("?per_page=3", links(&[("first", 0), ("next", 1), ("last", 1)], "", 3)),
        ("?per_page=1&page=2", links(&[("first", 0), ("next", 3), ("last", 3)], "", 1)),
        ("?per_page=3&page=1", links(&[("first", 0), ("last", 1)], "", 3)),
        ("?per_page=2&page=9", links(&[("first", 0), ("last", 1)], "", 2)),
        (
            "?page=0&fields=name,app_type&include_fields=true",
            links(&[("first", 0), ("last", 0)], "fields=name%2Capp_type&include_fields=true&", 50),
        ),
    ] {
        let reply = world.read(&format!("{CLIENTS}{query}")).await;
        reply.ok();
        assert_eq!(reply.header("link"), expected, "{query}");
    }
    for query in ["include_totals=true", "take=1"] {
        let reply = world.read(&format!("{CLIENTS}?{query}")).await;
        reply.ok();
        assert_eq!(reply.header("link"), "", "{query}");
    }
}

/// management-api.md §3: `fields` names what is shown, or what is not; some properties are shown in any case.
#[tokio::test]
async fn fields_choose_what_is_shown() {
    let world = World::quickstart().await;
    let names =
        |object: &Value| -> Vec<String> { object.as_object().unwrap().keys().cloned().collect() };
    let one = format!("{CLIENTS}/calendar-spa");
    let only_two = ["name", "tenant"];
    for query in ["fields=name", "fields=name,%20nonsense&include_fields=true"] {
        let all = world.read(&format!("{CLIENTS}?{query}")).await.ok();
        assert_eq!(all.as_array().unwrap().len(), 4);
        assert!(all.as_array().unwrap().iter().all(|client| names(client) == only_two), "{all}");
        assert_eq!(names(&world.read(&format!("{one}?{query}")).await.ok()), only_two);
        let page = world.read(&format!("{CLIENTS}?{query}&take=3")).await.ok();
        assert_eq!(names(&page["clients"][0]), only_two);
        assert!(page["next"].is_string(), "what is not shown still tells where to go on: {page}");
    }
    let whole = world.read(&one).await.ok();
    let without = world.read(&format!("{one}?fields=name,tenant&include_fields=false")).await.ok();
    let hidden: Vec<String> =
        names(&whole).into_iter().filter(|name| !names(&without).contains(name)).collect();
    assert_eq!(hidden, ["name"]);
    assert_eq!(world.read(&format!("{one}?fields=")).await.ok(), whole);
    let api = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com?fields=identifier";
    assert_eq!(names(&world.read(api).await.ok()), ["identifier"]);
}

/// MG-3/4.
#[tokio::test]
async fn apis_are_listed_by_identifier() {
    let world = World::quickstart().await;
    let list = async |query: &str| {
        let path = format!("/api/v2/resource-servers?{query}");
        pluck(&world.read(&path).await.ok(), "identifier")
    };
    assert_eq!(list(&format!("identifiers={REPORTS}")).await, [REPORTS]);
    let both = format!("identifiers={REPORTS}&identifiers={CALENDAR}&identifiers=none");
    assert_eq!(list(&both).await, [CALENDAR, REPORTS]);
    assert!(list("identifiers=none").await.is_empty());
    let eleven = ["identifiers=a"; 11].join("&");
    let reply = world.read(&format!("/api/v2/resource-servers?{eleven}")).await;
    reply.refused_with(400, "invalid_query_string");
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
        "include_totals=maybe",
        "include_fields=2",
        "nonsense=1",
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
