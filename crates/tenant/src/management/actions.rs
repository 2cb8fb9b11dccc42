//! `/api/v2/actions/actions`: the tenant runs no Actions, and says so to those who look for them. auth0-deploy-cli does
//! when it looks after databases.

use axum::Json;
use axum::http::Method;
use axum::routing;
use serde_json::{Value, json};

use super::operation::Operation;
use super::page::{self, PageQuery};

const READ: &[&str] = &["read:actions"];

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(Method::GET, "/actions/actions", READ, routing::get(list))
            .query(page::OFFSET),
    ]
}

/// `GET /api/v2/actions/actions`: always with its totals, as at Auth0.
async fn list(page: PageQuery) -> Json<Value> {
    let number = |name| page.query().number(name);
    Json(json!({
        "actions": [],
        "total": 0,
        "page": number("page").unwrap_or_default(),
        "per_page": number("per_page").unwrap_or(page::USUAL),
    }))
}
