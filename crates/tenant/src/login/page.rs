//! The login page.

use askama::Template;
use service::page::Page;

use super::connections;
use crate::authorize::AcceptedRequest;
use crate::store::connections::Connection;
use crate::tenant::State as Tenant;
use crate::upstream::strategy::Strategy;
use crate::{signup, transaction};

#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage<'a> {
    domain: &'a str,
    state: &'a str,
    request: &'a AcceptedRequest,
    action: &'static str,
    by_password: bool,
    people: Vec<Person>,
    username: String,
    error: Option<&'static str>,
    providers: Vec<Provider>,
    can_sign_up: bool,
}

/// A button that logs a person in.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) user_id: String,
    pub(crate) note: &'static str,
}

/// A button that leads to a provider.
struct Provider {
    connection: String,
    name: String,
}

impl From<Connection> for Provider {
    fn from(connection: Connection) -> Self {
        let known = Strategy::named(&connection.strategy).and_then(|strategy| strategy.title);
        let name = connection.display_name.or(known.map(str::to_owned));
        let connection = connection.name.to_string();
        Self { name: name.unwrap_or_else(|| connection.clone()), connection }
    }
}

/// The page, as it was or with what was wrong with the last attempt. No password stands on it.
pub(super) async fn login_page<'a>(
    tenant: &'a Tenant,
    request: &'a AcceptedRequest,
    state: &'a str,
    username: String,
    error: Option<&'static str>,
) -> Page<LoginPage<'a>> {
    let by_password = !connections::with_passwords(tenant, request).await.is_empty();
    let providers = connections::with_buttons(tenant, request).await;
    let page = LoginPage {
        domain: tenant.issuer.domain(),
        state,
        request,
        action: "/u/login",
        by_password,
        people: people(tenant, request).await,
        username,
        error,
        providers: providers.into_iter().map(Provider::from).collect(),
        can_sign_up: signup::connection(tenant, request).await.is_some(),
    };
    transaction::page(tenant, request, page).await
}

/// The people who have a button, each with what there is to know before one presses it.
pub(crate) async fn people(tenant: &Tenant, request: &AcceptedRequest) -> Vec<Person> {
    let connections = connections::with_passwords(tenant, request).await;
    let mut people = Vec::new();
    for user in tenant.users.with_buttons().await {
        if connections.iter().any(|connection| connection.name == user.connection) {
            let note = match &request.organization {
                Some(organization) if organization.has_member(&user.user_id) => "member",
                Some(_) => "not a member",
                None if tenant.vault.has_account(&user.user_id).await => "connected",
                None => "not connected",
            };
            people.push(Person { name: user.name, user_id: user.user_id.to_string(), note });
        }
    }
    people
}
