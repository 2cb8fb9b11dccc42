//! Grant `client_credentials`, and how clients authenticate.

use reqwest::header;
use tenant::LogKind;

use crate::harness::{CALENDAR, Reply, World, unverified_claims};

fn management(world: &World) -> String {
    format!("{}api/v2/", world.tenant.issuer())
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself() {
    let world = World::quickstart().await;
    let token = world.management_token("").await;

    let claims = unverified_claims(&token.into());
    assert_eq!(claims["sub"], "management@clients");
    assert_eq!(claims["gty"], "client-credentials");
    assert_eq!(claims["aud"], management(&world));
    assert!(claims["scope"].as_str().unwrap().contains("update:clients"));
    assert_eq!(world.logged(LogKind::Seccft), 1);
}

#[tokio::test]
async fn asked_scopes_are_what_is_granted() {
    let world = World::quickstart().await;
    let token = world.management_token("read:clients").await;
    assert_eq!(unverified_claims(&token.into())["scope"], "read:clients");
}

/// TK-1/12, SC-1/1.
#[tokio::test]
async fn a_client_authenticates_by_basic() {
    let world = World::quickstart().await;
    let audience = management(&world);
    let form = [("grant_type", "client_credentials"), ("audience", &audience)];
    let request = world.post("/oauth/token").basic_auth("management", Some("management%2Dsecret"));
    assert!(
        Reply::of(request.form(&form).send().await.unwrap()).await.ok()["access_token"].is_string()
    );
}

/// TK-1/21: a challenge comes only where Basic was used.
#[tokio::test]
async fn a_wrong_secret_is_challenged_only_after_basic() {
    let world = World::quickstart().await;
    let form = [("grant_type", "client_credentials"), ("audience", CALENDAR)];

    let request = world.post("/oauth/token").basic_auth("management", Some("wrong"));
    let by_basic = Reply::of(request.form(&form).send().await.unwrap()).await;
    by_basic.refused(401, "access_denied");
    assert!(by_basic.header("www-authenticate").starts_with("Basic"));

    for secret in ["wrong", ""] {
        let form = [("client_id", "management"), ("client_secret", secret), form[0], form[1]];
        let in_body = world.token(&form).await;
        in_body.refused(401, "access_denied");
        assert!(!in_body.headers.contains_key(header::WWW_AUTHENTICATE));
    }
}

/// SC-1/2.
#[tokio::test]
async fn two_ways_to_authenticate_at_once_are_refused() {
    let world = World::quickstart().await;
    let form = [("grant_type", "client_credentials"), ("client_secret", "management-secret")];
    let request = world.post("/oauth/token").basic_auth("management", Some("management-secret"));
    Reply::of(request.form(&form).send().await.unwrap()).await.refused(400, "invalid_request");

    let form = [("grant_type", "client_credentials"), ("client_id", "calendar-spa")];
    let request = world.post("/oauth/token").basic_auth("management", Some("management-secret"));
    Reply::of(request.form(&form).send().await.unwrap()).await.refused(401, "access_denied");
}

#[tokio::test]
async fn refusals() {
    let world = World::quickstart().await;
    let audience = management(&world);
    for (audience, scope, row) in [
        ("", "", "TK-4/1"),
        ("https://nope.example.com", "", "TK-4/2"),
        (CALENDAR, "", "TK-4/3"),
        (audience.as_str(), "read:clients read:everything", "TK-4/4"),
    ] {
        println!("{row}");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "management"),
            ("client_secret", "management-secret"),
            ("audience", audience),
            ("scope", scope),
        ];
        world.token(&form).await.refused(403, "access_denied");
    }
    assert_eq!(world.logged(LogKind::Feccft), 4);
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let world = World::quickstart().await;
    for body in ["[]", "{", ""] {
        let request =
            world.post("/oauth/token").header(header::CONTENT_TYPE, "application/json").body(body);
        Reply::of(request.send().await.unwrap()).await.refused(400, "invalid_request");
    }
}

/// TK-4, SC-3/11: `resource` names the API where the tenant has the compatibility profile, and nowhere else.
#[tokio::test]
async fn the_resource_parameter_names_the_api_in_the_compatibility_profile() {
    let form = |world: &World, resource: &str| {
        let resource = if resource.is_empty() { management(world) } else { resource.to_owned() };
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", "management".to_owned()),
            ("client_secret", "management-secret".to_owned()),
            ("resource", resource),
        ]
    };
    let ask = async |world: &World, resource: &str| {
        let request = world.post("/oauth/token").form(&form(world, resource));
        Reply::of(request.send().await.unwrap()).await
    };
    let world = World::quickstart().await;
    ask(&world, "").await.refused(403, "access_denied");

    let profile = "tenant:\n  resource_parameter_profile: compatibility\n";
    let world = World::with(|file| file.replace("tenant:\n", profile)).await;
    let token = ask(&world, "").await.ok()["access_token"].clone();
    assert_eq!(unverified_claims(&token)["aud"], management(&world));
    for malformed in ["reports", "https://my-api.example.com#part"] {
        ask(&world, malformed).await.refused(400, "invalid_target");
    }
}

/// token.md §4, DT-3/11: an organization, where the client's grant is for any.
#[tokio::test]
async fn a_token_can_be_for_an_organization() {
    let world_with = async |grant: &str| {
        let grant = format!("    allow_all_scopes: true\n{grant}");
        let organization =
            "\norganizations:\n  - id: org_acme\n    name: acme\n    connections: []\n";
        World::with(|file| file.replace("    allow_all_scopes: true\n", &grant) + organization)
            .await
    };
    let ask = async |world: &World, organization: &str| {
        let audience = management(world);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "management"),
            ("client_secret", "management-secret"),
            ("audience", &audience),
            ("organization", organization),
        ];
        world.token(&form).await
    };
    let any = "    allow_any_organization: true\n    organization_usage: ";

    let world = world_with(&format!("{any}allow\n")).await;
    let token = ask(&world, "org_acme").await.ok()["access_token"].clone();
    assert_eq!(unverified_claims(&token)["org_id"], "org_acme");
    let token = ask(&world, "").await.ok()["access_token"].clone();
    assert!(unverified_claims(&token).get("org_id").is_none());
    ask(&world, "org_nowhere").await.refused(400, "invalid_request");

    let world = world_with(&format!("{any}require\n")).await;
    ask(&world, "").await.refused(400, "invalid_request");
    for grant in
        [format!("{any}deny\n"), "    organization_usage: allow\n".to_owned(), String::new()]
    {
        let world = world_with(&grant).await;
        ask(&world, "org_acme").await.refused(400, "invalid_request");
    }
}
