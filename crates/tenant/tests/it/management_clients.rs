//! Clients through the Management API, and what they change at once (management-api.md §4).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, REPORTS, World, parameter, redemption, request};

const CLIENTS: &str = "/api/v2/clients";
const SPA: &str = "/api/v2/clients/calendar-spa";

/// MG-4/1, MG-4/2, MG-2/7: any of four scopes is enough to read.
#[tokio::test]
async fn clients_are_read_with_any_of_four_scopes() {
    let world = World::quickstart().await;
    for scope in
        ["read:clients", "read:client_keys", "read:client_credentials", "read:client_summary"]
    {
        let token = world.management_token(scope).await;
        let all = world.management_with(&token, "GET", CLIENTS, None).await.ok();
        let one = world.management_with(&token, "GET", SPA, None).await.ok();
        assert!(all.as_array().unwrap().contains(&one), "{scope}: {all}");
        let has_keys = one.get("client_secret").is_some() || one.get("signing_keys").is_some();
        assert_eq!(has_keys, scope == "read:client_keys");
    }
    let token = world.management_token("create:clients update:clients delete:clients").await;
    for path in [CLIENTS, SPA] {
        let reply = world.management_with(&token, "GET", path, None).await;
        reply.refused_with(403, "insufficient_scope");
    }
}

/// MG-2/7: keys that are asked for by name are refused to whoever may not read them.
#[tokio::test]
async fn keys_are_not_asked_for_in_vain() {
    let world = World::quickstart().await;
    let token = world.management_token("read:clients").await;
    for path in [CLIENTS, SPA] {
        for fields in ["client_secret", "name,signing_keys"] {
            let path = format!("{path}?fields={fields}");
            let refused = world.management_with(&token, "GET", &path, None).await;
            refused.refused_with(403, "insufficient_scope");
            world.read(&path).await.ok();
            let without = format!("{path}&include_fields=false");
            world.management_with(&token, "GET", &without, None).await.ok();
        }
    }
}

/// management-api.md §3, §4: what a live client has beside its settings.
#[tokio::test]
async fn a_client_is_shown_with_its_tenant() {
    let world = World::quickstart().await;
    let client = world.read(SPA).await.ok();
    assert_eq!((&client["global"], &client["client_id"]), (&json!(false), &json!("calendar-spa")));
    assert!(!client["tenant"].as_str().unwrap().is_empty(), "{client}");
    for body in [json!({ "tenant": "other" }), json!({ "global": true })] {
        world.patch(SPA, body).await.refused_with(400, "invalid_body");
    }
}

/// MG-4/4: where an app gets its answers is as the last change says.
#[tokio::test]
async fn changed_callbacks_count_at_once() {
    let world = World::quickstart().await;
    let second = "http://localhost:9001/callback";
    let browser = world.browser();
    browser.code(ADA, &request(&[])).await;
    let moved = request(&[("redirect_uri", second)]);
    browser.authorize(&moved).await.shown(403, "unauthorized_client");

    world.patch(SPA, json!({ "callbacks": [second] })).await.ok();

    browser.authorize(&request(&[])).await.shown(403, "unauthorized_client");
    let back = browser.authorize(&moved).await.location();
    assert!(back.as_str().starts_with(second), "{back}");
    assert!(parameter(&back, "code").is_some(), "{back}");
}

/// MG-4/4: another method of proof counts at once; `null` leaves it open.
#[tokio::test]
async fn a_changed_method_decides_over_the_next_token() {
    let world = World::with(|file| crate::harness::granting(&file, REPORTS, "read:reports")).await;
    let path = format!("{CLIENTS}/management");
    let token = world.management_token("").await;
    let change = async |body| world.management_with(&token, "PATCH", &path, Some(body)).await.ok();
    let ask = async || world.client_credentials("management", "management-secret", REPORTS).await;
    ask().await.ok();

    let without = json!({ "grant_types": [] });
    assert_eq!(change(without).await["grant_types"], json!([]));
    ask().await.refused(403, "unauthorized_client");

    change(json!({ "grant_types": ["client_credentials"] })).await;
    let open = change(json!({ "token_endpoint_auth_method": null })).await;
    assert!(open.get("token_endpoint_auth_method").is_none(), "{open}");
    ask().await.ok();
}

/// MG-4/24: an object replaces the one before it; what it leaves out is as it is by default.
#[tokio::test]
async fn objects_are_replaced_whole() {
    let world = World::quickstart().await;
    let before = world.read(SPA).await.ok();
    assert_eq!(before["refresh_token"]["rotation_type"], "rotating");
    assert!(before["refresh_token"]["policies"].is_array());

    let change =
        json!({ "refresh_token": { "expiration_type": "expiring", "token_lifetime": 600 } });
    let after = world.patch(SPA, change).await.ok();
    let settings = &after["refresh_token"];
    assert_eq!(settings["rotation_type"], "non-rotating");
    assert_eq!(
        (&settings["token_lifetime"], &settings["idle_token_lifetime"]),
        (&json!(600), &json!(600))
    );
    assert!(settings.get("policies").is_none(), "{settings}");
    assert_eq!(after["callbacks"], before["callbacks"]);

    let none = world.patch(SPA, json!({ "refresh_token": null })).await.ok();
    assert_eq!(none["refresh_token"]["token_lifetime"], 2_592_000);
}

/// MG-3/3.
#[tokio::test]
async fn clients_are_listed_by_what_they_are() {
    let world = World::quickstart().await;
    let partner = json!({ "name": "Partner", "app_type": "regular_web", "is_first_party": false });
    world.create(CLIENTS, partner).await.expect(StatusCode::CREATED);
    let grant = json!({ "client_id": "management", "audience": CALENDAR, "organization_usage": "allow", "allow_any_organization": true });
    world.create("/api/v2/client-grants", grant).await.expect(StatusCode::CREATED);
    let q = "q=client_grant.allow_any_organization:true";
    for (query, names) in [
        ("app_type=spa", &["Calendar SPA"][..]),
        ("app_type=spa,%20regular_web", &["Calendar SPA", "Partner"]),
        ("app_type=box", &[]),
        ("is_first_party=false", &["Partner"]),
        ("is_first_party=true&app_type=non_interactive", &["Management"]),
        ("is_global=true", &[]),
        ("is_global=false&app_type=spa", &["Calendar SPA"]),
        ("external_client_id=https://app.example.com/client", &[]),
    ] {
        let all = world.read(&format!("{CLIENTS}?{query}&fields=name")).await.ok();
        let listed: Vec<&Value> = all.as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(listed, names, "{query}");
    }
    let page = world.read(&format!("{CLIENTS}?{q}&take=5")).await.ok();
    assert_eq!(page["clients"].as_array().unwrap().len(), 1, "{page}");
    assert_eq!(page["clients"][0]["name"], "Management");
    for query in [q, &format!("{q}&take=1&app_type=spa"), "q=name:x&take=1", "is_first_party=1"] {
        let reply = world.read(&format!("{CLIENTS}?{query}")).await;
        reply.refused_with(400, "invalid_query_string");
    }
}

/// README.md, "what is faithful": what Auth0 has and what means nothing here comes back as it went in.
#[tokio::test]
async fn what_changes_nothing_here_is_kept() {
    let world = World::quickstart().await;
    let kept = json!({
        "client_metadata": { "team": "calendar" },
        "initiate_login_uri": "https://app.example.com/login",
        "sso_disabled": true,
        "cross_origin_authentication": true,
        "client_aliases": ["urn:app"],
        "addons": { "samlp": { "audience": "urn:app" } },
        "mobile": { "ios": { "team_id": "T" } },
        "native_social_login": { "apple": { "enabled": false } },
        "oidc_logout": { "backchannel_logout_urls": ["https://app.example.com/logout"] },
        "default_organization": { "organization_id": "org_0000000000000001", "flows": ["client_credentials"] },
        "organization_discovery_methods": ["email"],
        "skip_non_verifiable_callback_uri_confirmation_prompt": true,
    });
    let mut given = kept.clone();
    given["name"] = json!("From elsewhere");
    let client = world.create(CLIENTS, given).await.expect(StatusCode::CREATED).json();
    let path = format!("{CLIENTS}/{}", client["client_id"].as_str().unwrap());
    let read = world.read(&path).await.ok();
    for (name, value) in kept.as_object().unwrap() {
        assert_eq!(&read[name], value, "{name}");
    }
    let change = json!({ "client_metadata": { "team": null, "stage": "test" }, "default_organization": null });
    let changed = world.patch(&path, change).await.ok();
    assert_eq!(changed["client_metadata"], json!({ "stage": "test" }));
    assert!(changed.get("default_organization").is_none(), "{changed}");
}

/// MG-2/16, MG-2/20: what is kept is checked all the same; what promises a protection that is not given is refused.
#[tokio::test]
async fn properties_that_make_no_sense_are_refused() {
    let world = World::quickstart().await;
    let eleven: serde_json::Map<String, Value> =
        (0..11).map(|number| (number.to_string(), json!("x"))).collect();
    for body in [
        json!({ "description": "x".repeat(141) }),
        json!({ "logo_uri": "logo.png" }),
        json!({ "initiate_login_uri": "http://app.example.com/login" }),
        json!({ "client_metadata": eleven }),
        json!({ "client_metadata": { "a": "x".repeat(256) } }),
        json!({ "client_metadata": { "a": 1 } }),
        json!({ "organization_discovery_methods": ["email", "email"] }),
        json!({ "organization_discovery_methods": [] }),
        json!({ "default_organization": { "flows": ["client_credentials"] } }),
        json!({ "token_exchange": { "allow_any_profile_of_type": ["magic"] } }),
        json!({ "par_request_expiry": 9 }),
        json!({ "callbacks": "http://localhost:8080" }),
        json!({ "signed_request_object": { "required": true } }),
        json!({ "compliance_level": "fapi1_adv_pkj_par" }),
    ] {
        println!("{body}");
        world.patch(SPA, body).await.refused_with(400, "invalid_body");
    }
    let reply = world.patch(SPA, json!({ "logo_uri": "logo.png" })).await;
    let message = reply.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("Object didn't pass validation for format"), "{message}");
}

/// MG-4/15, MG-4/16, MG-4/17: who speaks for an API is said once, for one client.
#[tokio::test]
async fn the_link_to_an_api_goes_with_its_client() {
    let world = World::quickstart().await;
    let linked = json!({ "name": "Next", "app_type": "resource_server", "resource_server_identifier": CALENDAR });
    world.create(CLIENTS, linked.clone()).await.refused_with(409, "client_conflict");
    world.delete(&format!("{CLIENTS}/calendar-api-client")).await.expect(StatusCode::NO_CONTENT);

    let next = world.create(CLIENTS, linked).await.expect(StatusCode::CREATED).json();

    let api = world.read("/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com").await.ok();
    assert_eq!(api["client_id"], next["client_id"]);
}

/// MG-4/4: which scope a change needs goes by what it changes.
#[tokio::test]
async fn a_scope_for_keys_changes_nothing_else() {
    let world = World::quickstart().await;
    for (scope, changes_name) in [
        ("update:clients", true),
        ("update:client_keys", true),
        ("update:client_credentials", false),
        ("update:client_token_vault_privileged_access", false),
    ] {
        let token = world.management_token(scope).await;
        let body = json!({ "name": "Renamed" });
        let reply = world.management_with(&token, "PATCH", SPA, Some(body)).await;
        if changes_name {
            reply.ok();
        } else {
            reply.refused_with(403, "insufficient_scope");
        }
    }
}

/// MG-2/24: no two clients have one identifier, and a login under way is the old client's.
#[tokio::test]
async fn a_login_ends_as_the_client_is_then() {
    let world = World::quickstart().await;
    let code = world.browser().code(ADA, &request(&[])).await;
    world.patch(SPA, json!({ "grant_types": ["refresh_token"] })).await.ok();
    world.token(&redemption(&code, &[])).await.refused(403, "unauthorized_client");
}

/// MG-4/4: whoever exports a client sends it back as it was shown, without what the tenant alone says; nothing changes.
#[tokio::test]
async fn a_client_is_taken_back_as_it_is_shown() {
    let world = World::quickstart().await;
    let all = world.read(CLIENTS).await.ok();
    for client in all.as_array().unwrap() {
        let mut body = client.as_object().unwrap().clone();
        let path = format!("{CLIENTS}/{}", client["client_id"].as_str().unwrap());
        for name in ["client_id", "tenant", "global", "signing_keys", "resource_server_identifier"]
        {
            body.remove(name);
        }
        assert_eq!(world.patch(&path, Value::Object(body)).await.ok(), *client);
    }
}
