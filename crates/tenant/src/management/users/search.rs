//! Who is found by `q`, and in which order.

use serde_json::Value;

use super::shown;
use crate::management::error::ManagementError;
use crate::management::lucene::{self, Fields};
use crate::management::page;
use crate::management::payload::Kind;
use crate::management::query::{Parameter, Query};
use crate::management::sort::Order;
use crate::store::users::User;
use crate::tenant::State as Tenant;

/// How many of those that are found can be looked at.
const REACH: usize = 1000;

pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::once(
        "q",
        Kind::Text,
        "Query in Lucene query string syntax. Some query types cannot be used on metadata fields.",
    ),
    Parameter::once("search_engine", Kind::Word(&["v3"]), "The version of the search engine"),
    Parameter::once(
        "sort",
        Kind::Text,
        "Field to sort by. Use field:order where order is 1 for ascending and -1 for descending",
    ),
    Parameter::once("connection", Kind::Name, "Connection filter"),
];

pub(super) const BY_EMAIL: &[Parameter] = &[EMAIL.required()];

const EMAIL: Parameter = Parameter::once("email", Kind::Name, "Email address to search for");

/// What is neither indexed for ranges and wildcards nor sorted by.
const METADATA: &str = "user_metadata.";

const FIELDS: Fields = Fields {
    usual: &["email", "name", "given_name", "family_name", "nickname", "phone_number", "user_id"],
    folded: &["email", "email.domain", "name", "given_name", "family_name", "nickname"],
};

/// Refuses a page that goes on where no search does.
pub(crate) fn check_reach(query: &Query) -> Result<(), ManagementError> {
    let number = |name, default| query.number(name).unwrap_or(default);
    let end = number("page", 0).saturating_add(1).saturating_mul(number("per_page", page::USUAL));
    if end > REACH { Err(ManagementError::TooFarBack(REACH)) } else { Ok(()) }
}

/// Those that the query leaves, as they are shown.
pub(super) async fn find(tenant: &Tenant, query: &Query) -> Result<Vec<Value>, ManagementError> {
    let asked = query.text("q").filter(|q| !q.trim().is_empty()).map(lucene::parse).transpose()?;
    if let Some(asked) = &asked {
        asked.check_exact(METADATA)?;
    }
    let order = query.text("sort").map(Order::read).transpose()?;
    let connection = query.text("connection");
    let mut found = Vec::new();
    for user in tenant.users.all().await {
        if connection.is_some_and(|connection| user.connection.as_str() != connection) {
            continue;
        }
        if let Some(asked) = &asked
            && !asked.matches(&indexed(tenant, &user).await, &FIELDS)
        {
            continue;
        }
        found.push(shown::show(&user));
    }
    if let Some(order) = order {
        found.sort_by(|a, b| order.compare(a, b));
    }
    Ok(found)
}

/// Those with the email address, whatever its case.
pub(super) async fn with_email(
    tenant: &Tenant,
    query: &Query,
) -> Result<Vec<Value>, ManagementError> {
    let email = query.required("email")?;
    let users = tenant.users.all().await;
    let found = users.iter().filter(|user| user.email.eq_ignore_ascii_case(email));
    Ok(found.map(shown::show).collect())
}

/// What a person is searched by: what is shown of them, the domain of their email address and their organizations.
async fn indexed(tenant: &Tenant, user: &User) -> serde_json::Map<String, Value> {
    let Value::Object(mut object) = shown::show(user) else {
        return serde_json::Map::new();
    };
    object.entry("blocked").or_insert_with(|| false.into());
    object.entry("logins_count").or_insert_with(|| 0.into());
    if let Some((_, domain)) = user.email.rsplit_once('@') {
        object.insert("email.domain".to_owned(), domain.into());
    }
    let organizations = tenant.organizations.of_member(&user.user_id).await;
    let organizations: Vec<String> = organizations.into_iter().map(|own| own.id).collect();
    object.insert("organization_id".to_owned(), organizations.into());
    object
}
