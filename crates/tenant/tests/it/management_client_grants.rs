//! Client grants through the Management API, and what they change at once (management-api.md §6).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, REPORTS, World, granting, redemption, request};

const GRANTS: &str = "/api/v2/client-grants";
const API: &str = "/api/v2/resource-servers/https%3A%2F%2Freports-api.example.com";

/// A grant of `read:reports` to the management client.
fn for_reports() -> Value {
    json!({ "client_id": "management", "audience": REPORTS, "scope": ["read:reports"] })
}

impl World {
    async fn grant(&self, body: Value) -> Value {
        self.create(GRANTS, body).await.expect(StatusCode::CREATED).json()
    }
}

fn at(grant: &Value) -> String {
    format!("{GRANTS}/{}", grant["id"].as_str().unwrap())
}

/// MG-6/1, MG-6/2: a grant is for the client's own tokens unless it says otherwise.
#[tokio::test]
async fn a_grant_is_created_and_read() {
    let world = World::quickstart().await;
    let grant = world.grant(for_reports()).await;

    let id = grant["id"].as_str().unwrap();
    assert_eq!((id.len(), id.starts_with("cgr_")), (20, true), "{grant}");
    assert_eq!(
        grant,
        json!({
            "id": id,
            "client_id": "management",
            "audience": REPORTS,
            "scope": ["read:reports"],
            "subject_type": "client",
        })
    );
    assert_eq!(world.read(&at(&grant)).await.ok(), grant);
    let all = world.read(GRANTS).await.ok();
    assert!(all.as_array().unwrap().contains(&grant), "{all}");
    let of_people = world.grant(json!({ "client_id": "management", "audience": REPORTS, "scope": [], "subject_type": "user" })).await;
    assert_eq!(of_people["subject_type"], "user");
}

/// MG-6/2, MG-6/3, MG-6/4: each change counts from the next token on.
#[tokio::test]
async fn a_grant_decides_over_the_next_token() {
    let world = World::quickstart().await;
    let scopes = json!({ "scopes": [{ "value": "read:reports" }, { "value": "write:reports" }] });
    world.patch(API, scopes).await.ok();
    let token = async || world.client_credentials("management", "management-secret", REPORTS).await;
    token().await.expect(StatusCode::FORBIDDEN);

    let grant = world.grant(for_reports()).await;
    assert_eq!(token().await.ok()["scope"], "read:reports");

    let patched = world.patch(&at(&grant), json!({ "scope": ["write:reports"] })).await.ok();
    assert_eq!(patched["scope"], json!(["write:reports"]));
    assert_eq!(token().await.ok()["scope"], "write:reports");

    world.patch(&at(&grant), json!({ "allow_all_scopes": true })).await.ok();
    assert_eq!(token().await.ok()["scope"], "read:reports write:reports");

    for _ in 0..2 {
        world.delete(&at(&grant)).await.expect(StatusCode::NO_CONTENT);
    }
    token().await.expect(StatusCode::FORBIDDEN);
    world.read(&at(&grant)).await.refused_with(404, "inexistent_client_grant");
}

/// MG-6/3: a scope that the API no longer has is in no token, whatever grants say.
#[tokio::test]
async fn a_scope_that_the_api_loses_is_granted_no_more() {
    let world = World::with(|file| granting(&file, REPORTS, "read:reports")).await;
    world.patch(API, json!({ "scopes": [{ "value": "other:reports" }] })).await.ok();
    let token = world.client_credentials("management", "management-secret", REPORTS).await.ok();
    assert_eq!(token["scope"].as_str().unwrap_or_default(), "");
}

/// MG-6/2, MG-5/15: a grant for people's tokens is what an API that requires one asks for.
#[tokio::test]
async fn a_grant_for_people_lets_an_app_ask_for_them() {
    let world = World::quickstart().await;
    let path = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
    let policy =
        json!({ "subject_type_authorization": { "user": { "policy": "require_client_grant" } } });
    world.patch(path, policy).await.ok();
    world.browser().authorize(&request(&[])).await.sent_back("invalid_request");

    let grant = json!({ "client_id": "calendar-spa", "audience": CALENDAR, "scope": ["read:calendar"], "subject_type": "user" });
    let grant = world.grant(grant).await;
    let both = request(&[("scope", "read:calendar write:calendar")]);
    let code = world.browser().code(ADA, &both).await;
    assert_eq!(world.token(&redemption(&code, &[])).await.ok()["scope"], "read:calendar");

    world.delete(&at(&grant)).await.expect(StatusCode::NO_CONTENT);
    world.browser().authorize(&request(&[])).await.sent_back("invalid_request");
}

/// MG-6/2: what third parties have unless they have a grant of their own.
#[tokio::test]
async fn a_default_grant_is_for_every_third_party() {
    let world = World::quickstart().await;
    let client =
        json!({ "name": "Partner", "app_type": "non_interactive", "is_first_party": false });
    let partner = world.create("/api/v2/clients", client).await.json();
    let (id, secret) =
        (partner["client_id"].as_str().unwrap(), partner["client_secret"].as_str().unwrap());
    let token = async || world.client_credentials(id, secret, REPORTS).await;
    token().await.expect(StatusCode::FORBIDDEN);

    let default = json!({ "default_for": "third_party_clients", "audience": REPORTS, "scope": ["read:reports"] });
    let grant = world.grant(default.clone()).await;
    assert_eq!(
        (&grant["default_for"], grant.get("client_id")),
        (&json!("third_party_clients"), None)
    );
    assert_eq!(token().await.ok()["scope"], "read:reports");
    let first_party = world.client_credentials("management", "management-secret", REPORTS).await;
    first_party.expect(StatusCode::FORBIDDEN);
    world.create(GRANTS, default).await.expect(StatusCode::CONFLICT);

    world.grant(json!({ "client_id": id, "audience": REPORTS, "scope": [] })).await;
    assert_eq!(token().await.ok()["scope"].as_str().unwrap_or_default(), "");
}

/// MG-6/2.
#[tokio::test]
async fn grants_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    for (body, what) in [
        (json!({ "client_id": "management" }), "no audience"),
        (json!({ "audience": REPORTS }), "nobody's"),
        (
            json!({ "client_id": "management", "default_for": "third_party_clients", "audience": REPORTS }),
            "two holders",
        ),
        (json!({ "client_id": "my app", "audience": REPORTS }), "MG-2/20"),
        (
            json!({ "client_id": "management", "audience": REPORTS, "scope": "read:reports" }),
            "MG-2/16",
        ),
        (
            json!({ "client_id": "management", "audience": REPORTS, "subject_type": "robot" }),
            "MG-2/16",
        ),
        (json!({ "client_id": "management", "audience": REPORTS, "id": "cgr_1" }), "MG-2/17"),
        (json!({ "client_id": "management", "audience": REPORTS, "is_system": true }), "MG-2/17"),
        (
            json!({ "client_id": "management", "audience": REPORTS, "authorization_details_types": ["payment"] }),
            "authorization details without a person",
        ),
    ] {
        println!("{what}");
        world.create(GRANTS, body).await.refused_with(400, "invalid_body");
    }
    let nobody = json!({ "client_id": "nobody", "audience": REPORTS });
    world.create(GRANTS, nobody).await.expect(StatusCode::NOT_FOUND);
    let nothing = json!({ "client_id": "management", "audience": "https://none.example.com" });
    world.create(GRANTS, nothing).await.expect(StatusCode::NOT_FOUND);
    world.grant(for_reports()).await;
    world.create(GRANTS, for_reports()).await.expect(StatusCode::CONFLICT);
}

/// MG-6/3: whose grant it is, for which API and for whose tokens, never changes.
#[tokio::test]
async fn changes_of_grants_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    let grant = world.grant(for_reports()).await;
    for body in [
        json!({}),
        json!({ "client_id": "management" }),
        json!({ "audience": REPORTS }),
        json!({ "subject_type": "user" }),
        json!({ "default_for": "third_party_clients" }),
        json!({ "scope": [1] }),
        json!({ "authorization_details_types": ["payment"] }),
    ] {
        println!("{body}");
        world.patch(&at(&grant), body).await.refused_with(400, "invalid_body");
    }
    let unknown = format!("{GRANTS}/cgr_0000000000000000");
    world
        .patch(&unknown, json!({ "scope": [] }))
        .await
        .refused_with(404, "inexistent_client_grant");
    for method in ["GET", "DELETE"] {
        let reply = world.management(method, &format!("{GRANTS}/con_1"), None).await;
        reply.refused_with(400, "invalid_uri");
    }
    assert_eq!(world.read(&at(&grant)).await.ok(), grant);
}

/// MG-6/3, MG-6/4: what the tenant needs itself stays as it is.
#[tokio::test]
async fn a_system_grant_stays_as_it_is() {
    let world = World::with(|file| {
        granting(&file, REPORTS, "read:reports").replace(
            "    scope: [read:reports]\n",
            "    scope: [read:reports]\n    is_system: true\n",
        )
    })
    .await;
    let all = world.read(&format!("{GRANTS}?audience={REPORTS}")).await.ok();
    let grant = &all[0];
    assert_eq!(grant["is_system"], true);

    world.patch(&at(grant), json!({ "scope": [] })).await.refused_with(400, "invalid_body");
    world.delete(&at(grant)).await.refused_with(400, "invalid_body");

    assert_eq!(world.read(&at(grant)).await.ok(), *grant);
}

/// MG-3/5.
#[tokio::test]
async fn grants_are_listed_by_what_they_are() {
    let world = World::quickstart().await;
    world.grant(for_reports()).await;
    world
        .grant(json!({ "client_id": "calendar-spa", "audience": REPORTS, "subject_type": "user" }))
        .await;
    world.grant(json!({ "default_for": "third_party_clients", "audience": CALENDAR })).await;
    world.grant(json!({ "client_id": "management", "audience": CALENDAR, "organization_usage": "allow", "allow_any_organization": true })).await;
    for (query, count) in [
        (format!("audience={REPORTS}"), 2),
        ("client_id=management".to_owned(), 3),
        (format!("client_id=management&audience={REPORTS}"), 1),
        ("subject_type=user".to_owned(), 2),
        ("subject_type=client".to_owned(), 4),
        ("default_for=third_party_clients".to_owned(), 1),
        ("allow_any_organization=true".to_owned(), 1),
        ("client_id=nobody".to_owned(), 0),
    ] {
        let all = world.read(&format!("{GRANTS}?{query}")).await.ok();
        assert_eq!(all.as_array().unwrap().len(), count, "{query}: {all}");
    }
    let first =
        world.read(&format!("{GRANTS}?take=3&client_id=management&audience={REPORTS}")).await.ok();
    assert_eq!(first["client_grants"].as_array().unwrap().len(), 1);
    let page = world.read(&format!("{GRANTS}?per_page=2&include_totals=true")).await.ok();
    assert_eq!((&page["total"], page["client_grants"].as_array().unwrap().len()), (&json!(6), 2));
    for query in ["subject_type=robot", "default_for=all", "allow_any_organization=1", "fields=id"]
    {
        let reply = world.read(&format!("{GRANTS}?{query}")).await;
        reply.refused_with(400, "invalid_query_string");
    }
}

/// MG-6/1 to MG-6/4, MG-2/7.
#[tokio::test]
async fn each_operation_on_grants_needs_its_scope() {
    let world = World::quickstart().await;
    let grant = world.grant(for_reports()).await;
    let token = world.management_token("read:clients").await;
    for (method, path, scope) in [
        ("GET", GRANTS, "read:client_grants"),
        ("GET", &at(&grant), "read:client_grants"),
        ("POST", GRANTS, "create:client_grants"),
        ("PATCH", &at(&grant), "update:client_grants"),
        ("DELETE", &at(&grant), "delete:client_grants"),
    ] {
        let reply = world.management_with(&token, method, path, None).await;
        reply.refused_with(403, "insufficient_scope");
        assert!(reply.json()["message"].as_str().unwrap().contains(scope), "{reply:?}");
    }
}
