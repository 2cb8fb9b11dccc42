//! Which tokens are bound, which are not, and which are not issued (discovery-and-tokens.md §7, issue matrix).

use reqwest::StatusCode;
use serde_json::{Value, json};
use service::dpop::prover::Prover;

use crate::harness::{
    ADA, Browser, CALENDAR, Reply, World, parameter, redemption, request, unverified_claims,
};
use crate::holder::{ALLOWED, REQUIRED};

const NONE: &str = "null";
const REQUIRED_FOR_ALL: &str =
    r#"{"mechanism":"dpop","required":true,"required_for":"all_clients"}"#;
const REQUIRED_FOR_PUBLIC: &str =
    r#"{"mechanism":"dpop","required":true,"required_for":"public_clients"}"#;
const CERTIFICATES_ALLOWED: &str = r#"{"mechanism":"mtls","required":false}"#;
const CERTIFICATES_REQUIRED: &str = r#"{"mechanism":"mtls","required":true}"#;

/// What comes of a request.
#[derive(Debug, PartialEq)]
enum Issued {
    Bearer,
    Bound,
    Nothing,
}

use Issued::{Bearer, Bound, Nothing};

#[track_caller]
fn outcome(reply: &Reply, prover: &Prover) -> Issued {
    if reply.status == StatusCode::BAD_REQUEST {
        reply.refused(400, "invalid_request");
        return Nothing;
    }
    let tokens = reply.ok();
    let is_opaque = !tokens["access_token"].as_str().unwrap().contains('.');
    let cnf = if is_opaque {
        json!(null)
    } else {
        unverified_claims(&tokens["access_token"])["cnf"].clone()
    };
    match tokens["token_type"].as_str() {
        Some("DPoP") => {
            let jkt = json!({"jkt": prover.thumbprint().as_str()});
            assert!(is_opaque || cnf == jkt, "{reply:?}");
            Bound
        }
        Some("Bearer") => {
            assert_eq!(cnf, json!(null), "{reply:?}");
            Bearer
        }
        _ => panic!("{reply:?}"),
    }
}

async fn client_requires(world: &World, client: &str, required: bool) {
    let body = json!({ "require_proof_of_possession": required });
    let path = format!("/api/v2/clients/{client}");
    let client = world.management("PATCH", &path, Some(body)).await.ok();
    assert_eq!(client["require_proof_of_possession"], required);
}

/// The app redeems a code, with a proof or without; its browser is logged in.
async fn app(browser: &Browser<'_>, world: &World, audience: &str, proof: bool) -> Issued {
    let prover = Prover::generate();
    let location = browser.authorize(&request(&[("audience", audience)])).await.location();
    let code = parameter(&location, "code").unwrap();
    let form = redemption(&code, &[]);
    let reply = if proof { world.token_by(&prover, &form).await } else { world.token(&form).await };
    outcome(&reply, &prover)
}

/// A confidential client asks for a token of its own.
async fn machine(world: &World, proof: bool) -> Issued {
    let prover = Prover::generate();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "management"),
        ("client_secret", "management-secret"),
        ("audience", CALENDAR),
    ];
    let reply = if proof { world.token_by(&prover, &form).await } else { world.token(&form).await };
    outcome(&reply, &prover)
}

/// DT-7/6, DT-7/10, DT-7/11: cell by cell, for a public client.
#[tokio::test]
async fn tokens_for_an_api_are_bound_as_it_and_the_client_want() {
    let world = World::taking_proofs().await;
    let browser = world.browser();
    browser.code(ADA, &request(&[])).await;
    for (api, client, without_proof, with_proof) in [
        (NONE, false, Bearer, Bearer),
        (ALLOWED, false, Bearer, Bound),
        (REQUIRED, false, Nothing, Bound),
        (REQUIRED_FOR_ALL, false, Nothing, Bound),
        (REQUIRED_FOR_PUBLIC, false, Nothing, Bound),
        (CERTIFICATES_ALLOWED, false, Bearer, Bearer),
        (CERTIFICATES_REQUIRED, false, Nothing, Nothing),
        (NONE, true, Nothing, Nothing),
        (ALLOWED, true, Nothing, Bound),
        (REQUIRED, true, Nothing, Bound),
        (CERTIFICATES_ALLOWED, true, Nothing, Nothing),
    ] {
        println!("API {api}, client requires: {client}");
        world.calendar_api_has(api).await;
        client_requires(&world, "calendar-spa", client).await;
        assert_eq!(app(&browser, &world, CALENDAR, false).await, without_proof);
        assert_eq!(app(&browser, &world, CALENDAR, true).await, with_proof);
    }
}

/// DT-7/6, DT-7/10, DT-7/11: the same for a confidential one.
#[tokio::test]
async fn what_is_required_of_public_clients_is_not_required_of_others() {
    let world = World::taking_proofs().await;
    for (api, without_proof, with_proof) in [
        (NONE, Bearer, Bearer),
        (ALLOWED, Bearer, Bound),
        (REQUIRED, Nothing, Bound),
        (REQUIRED_FOR_ALL, Nothing, Bound),
        (REQUIRED_FOR_PUBLIC, Bearer, Bound),
    ] {
        println!("API {api}");
        world.calendar_api_has(api).await;
        assert_eq!(machine(&world, false).await, without_proof);
        assert_eq!(machine(&world, true).await, with_proof);
    }
}

/// DT-7/6, DT-7/11: without an API nobody but the client can insist.
#[tokio::test]
async fn tokens_for_userinfo_alone_are_bound_when_there_is_a_proof() {
    let world = World::taking_proofs().await;
    let browser = world.browser();
    browser.code(ADA, &request(&[])).await;
    for (client, without_proof, with_proof) in [(false, Bearer, Bound), (true, Nothing, Bound)] {
        client_requires(&world, "calendar-spa", client).await;
        assert_eq!(app(&browser, &world, "", false).await, without_proof);
        assert_eq!(app(&browser, &world, "", true).await, with_proof);
    }
}

/// MG-5/17: what is set is shown, `null` takes it away, and what makes no sense is refused.
#[tokio::test]
async fn an_api_says_how_its_tokens_are_bound() {
    let world = World::quickstart().await;
    let path = "/api/v2/resource-servers/https:%2F%2Fmy-api.example.com";
    let set = async |value: Value| {
        let body = json!({ "proof_of_possession": value });
        world.management("PATCH", path, Some(body)).await
    };

    assert!(world.management("GET", path, None).await.ok().get("proof_of_possession").is_none());
    set(json!({"mechanism": "dpop", "required": true, "required_for": "public_clients"}))
        .await
        .ok();
    let shown = world.management("GET", path, None).await.ok();
    assert_eq!(shown["proof_of_possession"]["required_for"], "public_clients");
    set(json!(null)).await.ok();
    assert!(world.management("GET", path, None).await.ok().get("proof_of_possession").is_none());
    for nonsense in [
        json!({"mechanism": "trust", "required": true}),
        json!({"mechanism": "dpop"}),
        json!({"required": true}),
        json!({"mechanism": "dpop", "required": "yes"}),
        json!({"mechanism": "dpop", "required": true, "required_for": "nobody"}),
        json!({"mechanism": "dpop", "required": true, "since": "today"}),
        json!("dpop"),
    ] {
        set(nonsense).await.refused_with(400, "invalid_body");
    }
}

/// DT-7/10, DT-7/11: a tenant file says it in the same words.
#[tokio::test]
async fn a_tenant_file_says_how_tokens_are_bound() {
    let world = World::with(|file| {
        file.replace(
            "    allow_offline_access: true\n",
            "    allow_offline_access: true\n    proof_of_possession: {mechanism: dpop, required: false}\n",
        )
        .replace(
            "    app_type: spa\n",
            "    app_type: spa\n    require_proof_of_possession: true\n",
        )
    })
    .await;
    let browser = world.browser();
    browser.code(ADA, &request(&[])).await;

    assert_eq!(app(&browser, &world, CALENDAR, false).await, Nothing);
    assert_eq!(app(&browser, &world, CALENDAR, true).await, Bound);
}

/// DT-7/10: the authorization endpoint takes no proofs, so what must be bound is not to be had from there.
#[tokio::test]
async fn tokens_that_must_be_bound_do_not_come_from_authorize() {
    let grant = "      - authorization_code\n";
    let with_implicit = format!("{grant}      - implicit\n");
    let world = World::with(|file| file.replacen(grant, &with_implicit, 1)).await;
    let browser = world.browser();
    browser.code(ADA, &request(&[])).await;
    let answer = async || {
        let asked = request(&[("response_type", "token")]);
        let location = browser.authorize(&asked).await.location();
        location.fragment().unwrap_or_default().to_owned()
    };

    world.calendar_api_has(ALLOWED).await;
    assert!(answer().await.contains("token_type=Bearer"));
    world.calendar_api_has(REQUIRED).await;
    let refused = answer().await;
    assert!(refused.contains("error=invalid_request"), "{refused}");
    assert!(!refused.contains("access_token"), "{refused}");
}
