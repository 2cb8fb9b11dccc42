//! `GET /openapi.json`, held against what is served.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::StatusCode;
use serde_json::json;

use crate::description::{Description, Operation};
use crate::harness::{Reply, World};

impl World {
    /// What an operation answers to a token; bodies, where they are needed, are there and say nothing.
    async fn ask(&self, operation: &Operation, token: &str) -> Reply {
        let is_list = operation.body().is_some_and(|body| body["type"] == "array");
        let nothing = if is_list { json!([]) } else { json!({}) };
        self.management_with(token, &operation.method, &of_nobody(operation), Some(nothing)).await
    }
}

/// The path of something that does not exist.
fn of_nobody(operation: &Operation) -> String {
    operation.path_with(|_| "nobody".to_owned())
}

#[tokio::test]
async fn the_description_is_for_everybody_and_names_where_the_tenant_is() {
    let world = World::quickstart().await;

    let reply = world.get("/openapi.json").await;

    let document = reply.ok();
    let server = document["servers"][0]["url"].as_str().unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(format!("{server}/"), world.tenant.issuer());
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
}

/// MG-2/1: it is there, and nobody gets at it.
#[tokio::test]
async fn what_is_described_is_served_to_nobody_without_a_token() {
    let world = World::quickstart().await;
    for operation in Description::of(&world).await.operations() {
        println!("{} {}", operation.method, operation.path);
        let method = operation.method.parse().unwrap();
        let request = world.http.request(method, world.at(&of_nobody(&operation)));
        Reply::of(request.send().await.unwrap()).await.refused_with(401, "");
    }
}

/// MG-2/7, management-api.md §9.2.
#[tokio::test]
async fn any_scope_of_an_operation_will_do_and_no_other() {
    let world = World::quickstart().await;
    let operations = Description::of(&world).await.operations();
    let every: BTreeSet<String> = operations.iter().flat_map(Operation::scopes).collect();
    let mut tokens = BTreeMap::new();
    for scope in &every {
        tokens.insert(scope.clone(), world.management_token(scope).await);
    }
    for operation in &operations {
        println!("{} {}", operation.method, operation.path);
        let scopes = operation.scopes();
        let others: Vec<&str> = every.difference(&scopes).map(String::as_str).collect();
        let token = world.management_token(&others.join(" ")).await;
        let reply = world.ask(operation, &token).await;
        reply.refused_with(403, "insufficient_scope");
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        for scope in &scopes {
            assert!(message.contains(scope), "{message}");
            let reply = world.ask(operation, &tokens[scope]).await;
            assert_ne!(reply.status, StatusCode::FORBIDDEN, "{scope}: {reply:?}");
        }
    }
}

/// Who reads the description knows every scope that there is.
#[tokio::test]
async fn the_scopes_are_those_of_the_api() {
    let world = World::quickstart().await;
    let Description(document) = Description::of(&world).await;
    let scheme = &document["components"]["securitySchemes"]["oAuth2ClientCredentials"];
    let flow = &scheme["flows"]["clientCredentials"];
    let described: BTreeSet<&str> =
        flow["scopes"].as_object().unwrap().keys().map(String::as_str).collect();

    let apis = world.read("/api/v2/resource-servers").await.ok();
    let identifier = format!("{}api/v2/", world.tenant.issuer());
    let api = apis.as_array().unwrap().iter().find(|api| api["identifier"] == identifier).unwrap();
    let scopes = api["scopes"].as_array().unwrap().iter();
    let defined: BTreeSet<&str> = scopes.map(|scope| scope["value"].as_str().unwrap()).collect();

    assert_eq!(described, defined);
    assert_eq!(flow["tokenUrl"], format!("{}oauth/token", world.tenant.issuer()));
}

/// MG-2/26: Auth0's own body, whether the path is unknown or the method.
#[tokio::test]
async fn what_is_not_described_is_not_found() {
    let world = World::quickstart().await;
    let operations = Description::of(&world).await.operations();
    let described: BTreeSet<(&str, String)> = operations
        .iter()
        .map(|operation| (operation.method.as_str(), of_nobody(operation)))
        .collect();
    let mut paths: BTreeSet<String> = described.iter().map(|(_, path)| path.clone()).collect();
    let unknown = ["/api/v2", "/api/v2/", "/api/v2/rules", "/api/v2/clients/"];
    paths.extend(unknown.map(str::to_owned));
    let token = world.management_token("").await;
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if described.contains(&(method, path.clone())) {
                continue;
            }
            println!("{method} {path}");
            let reply = world.management_with(&token, method, &path, None).await;
            reply.refused_with(404, "");
            assert_eq!(reply.json()["error"], "Not Found");
        }
    }
}
