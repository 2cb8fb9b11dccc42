//! APIs through the Management API, and what they change at once (management-api.md §5).

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{
    ADA, CALENDAR, REPORTS, World, granting, redemption, request, unverified_claims,
};

const APIS: &str = "/api/v2/resource-servers";
const CALENDAR_PATH: &str = "/api/v2/resource-servers/https%3A%2F%2Fmy-api.example.com";
const REPORTS_PATH: &str = "/api/v2/resource-servers/https%3A%2F%2Freports-api.example.com";

impl World {
    /// What Ada's app gets for the calendar when it asks for these scopes.
    async fn calendar_token(&self, scope: &str) -> Value {
        let code = self.browser().code(ADA, &request(&[("scope", scope)])).await;
        self.token(&redemption(&code, &[])).await.ok()
    }
}

/// MG-5/1, MG-5/2, MG-5/3: an API is found by its id as well as by its identifier, and is there from its creation on.
#[tokio::test]
async fn an_api_is_there_once_it_is_created() {
    let world = World::quickstart().await;
    let spa = [("audience", "https://new.example.com"), ("scope", "read:new")];
    world.browser().authorize(&request(&spa)).await.sent_back("access_denied");

    let api = json!({
        "name": "New",
        "identifier": "https://new.example.com",
        "scopes": [{ "value": "read:new", "description": "Read what is new" }],
        "token_lifetime": 120,
    });
    let api = world.create(APIS, api).await.expect(StatusCode::CREATED).json();
    assert_eq!(api["scopes"][0]["description"], "Read what is new");
    assert_eq!(api["token_lifetime_for_web"], 120, "no longer than any other");

    for id in [api["id"].as_str().unwrap(), "https%3A%2F%2Fnew.example.com"] {
        assert_eq!(world.read(&format!("{APIS}/{id}")).await.ok(), api);
    }
    let all = world.read(APIS).await.ok();
    assert!(all.as_array().unwrap().contains(&api), "{all}");
    let code = world.browser().code(ADA, &request(&spa)).await;
    let token = world.token(&redemption(&code, &[])).await.ok();
    assert_eq!((&token["scope"], &token["expires_in"]), (&json!("read:new"), &json!(120)));
}

/// MG-5/4, MG-5/9, MG-5/11: what is given replaces, the list of scopes whole, and the next token is by it.
#[tokio::test]
async fn a_changed_api_changes_the_next_token() {
    let world = World::quickstart().await;
    let both = "read:calendar write:calendar";
    assert_eq!(world.calendar_token(both).await["scope"], both);

    let change = json!({ "scopes": [{ "value": "read:calendar" }], "token_lifetime": 60, "token_lifetime_for_web": 60, "token_dialect": "rfc9068_profile" });
    let api = world.patch(CALENDAR_PATH, change).await.ok();
    assert_eq!(api["scopes"], json!([{ "value": "read:calendar" }]));
    assert_eq!(
        (&api["name"], &api["allow_offline_access"]),
        (&json!("My API Resource Server"), &json!(true))
    );

    let token = world.calendar_token(both).await;
    assert_eq!((&token["scope"], &token["expires_in"]), (&json!("read:calendar"), &json!(60)));
    assert!(unverified_claims(&token["access_token"])["jti"].is_string(), "RFC 9068 §2.2");
}

/// MG-5/4: offline access that an API does not allow any more is in no new login.
#[tokio::test]
async fn an_api_takes_offline_access_away() {
    let world = World::quickstart().await;
    let scope = "openid offline_access read:calendar";
    assert!(world.calendar_token(scope).await["refresh_token"].is_string());
    world.patch(CALENDAR_PATH, json!({ "allow_offline_access": false })).await.ok();
    assert!(world.calendar_token(scope).await.get("refresh_token").is_none());
}

/// MG-5/15: who may have tokens in people's names.
#[tokio::test]
async fn an_api_says_which_apps_people_can_use_it_with() {
    let world = World::quickstart().await;
    let policy =
        |word: &str| json!({ "subject_type_authorization": { "user": { "policy": word } } });
    for word in ["deny_all", "require_client_grant"] {
        let api = world.patch(CALENDAR_PATH, policy(word)).await.ok();
        assert_eq!(api["subject_type_authorization"]["user"]["policy"], word);
        world.browser().authorize(&request(&[])).await.sent_back("invalid_request");
    }
    world.patch(CALENDAR_PATH, policy("allow_all")).await.ok();
    world.browser().code(ADA, &request(&[])).await;
    world.patch(CALENDAR_PATH, policy("allow_some")).await.refused_with(400, "invalid_body");
}

/// MG-5/16: whether clients may have tokens of their own.
#[tokio::test]
async fn an_api_says_whether_clients_can_use_it_by_themselves() {
    let world = World::with(|file| granting(&file, REPORTS, "read:reports")).await;
    let token = async || world.client_credentials("management", "management-secret", REPORTS).await;
    token().await.ok();
    let policy =
        |word: &str| json!({ "subject_type_authorization": { "client": { "policy": word } } });

    world.patch(REPORTS_PATH, policy("deny_all")).await.ok();
    token().await.expect(StatusCode::FORBIDDEN);

    world.patch(REPORTS_PATH, policy("require_client_grant")).await.ok();
    token().await.ok();
    world.patch(REPORTS_PATH, policy("allow_all")).await.refused_with(400, "invalid_body");
}

/// Terraform and exports say of an API what it does without; none can have what is not served here.
#[tokio::test]
async fn what_an_api_does_without_may_be_said() {
    let world = World::quickstart().await;
    let without =
        json!({ "consent_policy": null, "authorization_details": null, "token_encryption": null });
    let api = world.patch(CALENDAR_PATH, without.clone()).await.ok();
    for name in without.as_object().unwrap().keys() {
        assert!(api.get(name).is_none(), "{name}");
        let with = json!({ name: "transactional-authorization-with-mfa" });
        world.patch(CALENDAR_PATH, with).await.refused_with(400, "invalid_body");
    }
}

/// MG-5/7, MG-5/8, and what is incomplete (MG-2/19).
#[tokio::test]
async fn apis_are_named_and_described_as_they_must_be() {
    let world = World::quickstart().await;
    let taken = world.create(APIS, json!({ "identifier": CALENDAR })).await;
    taken.refused_with(409, "resource_server_conflict");
    for (body, row) in [
        (json!({ "identifier": "i", "name": "<b>" }), "MG-5/8"),
        (json!({ "identifier": "i", "name": "" }), "MG-5/8"),
        (json!({ "identifier": "" }), "MG-5/6"),
        (json!({ "identifier": "i", "scopes": [{ "description": "x" }] }), "MG-5/9"),
        (json!({ "identifier": "i", "token_lifetime": 0 }), "MG-5/11"),
        (json!({ "identifier": "i", "proof_of_possession": { "mechanism": "dpop" } }), "MG-5/17"),
        (json!({ "identifier": "i", "subject_type_authorization": { "user": {} } }), "MG-5/15"),
    ] {
        println!("{row}");
        world.create(APIS, body).await.refused_with(400, "invalid_body");
    }
    for body in
        [json!({}), json!({ "name": "<b>" }), json!({ "id": "x" }), json!({ "is_system": true })]
    {
        println!("{body}");
        world.patch(CALENDAR_PATH, body).await.refused_with(400, "invalid_body");
    }
}

/// MG-5/18: the Management API is an API too; its tokens can live shorter, and that is all.
#[tokio::test]
async fn a_system_api_changes_in_its_lifetimes_alone() {
    let world = World::quickstart().await;
    let identifier = format!("{}api/v2/", world.tenant.issuer());
    let path: String = url::form_urlencoded::byte_serialize(identifier.as_bytes()).collect();
    let path = format!("{APIS}/{path}");
    for body in [
        json!({ "name": "Mine" }),
        json!({ "scopes": [] }),
        json!({ "token_lifetime": 60, "signing_alg": "HS256" }),
        json!({ "identifier": "https://mine.example.com" }),
    ] {
        println!("{body}");
        world.patch(&path, body).await.refused_with(400, "invalid_body");
    }
    let lifetimes = json!({ "token_lifetime": 7200, "token_lifetime_for_web": 60 });
    assert_eq!(world.patch(&path, lifetimes).await.ok()["is_system"], true);
    let token = world.client_credentials("management", "management-secret", &identifier).await.ok();
    assert_eq!(token["expires_in"], 7200);
}

/// MG-5/18: the My Account API takes back what a list showed of it, as auth0-deploy-cli sends it, and no name.
#[tokio::test]
async fn the_my_account_api_changes_in_a_few_ways() {
    let world = World::quickstart().await;
    let all = world.read(APIS).await.ok();
    let identifier = format!("{}me/", world.tenant.issuer());
    let api = all.as_array().unwrap().iter().find(|api| api["identifier"] == identifier).unwrap();
    let path = format!("{APIS}/{}", api["id"].as_str().unwrap());
    let mut same = json!({ "token_lifetime": 600, "token_lifetime_for_web": 600 });
    for name in ["skip_consent_for_verifiable_first_party_clients", "subject_type_authorization"] {
        same[name] = api[name].clone();
    }

    let changed = world.patch(&path, same.clone()).await.ok();

    for (name, value) in same.as_object().unwrap() {
        assert_eq!(&changed[name], value, "{name}");
    }
    for body in
        [json!({ "name": "Mine" }), json!({ "scopes": [] }), json!({ "signing_alg": "HS256" })]
    {
        println!("{body}");
        world.patch(&path, body).await.refused_with(400, "invalid_body");
    }
}
