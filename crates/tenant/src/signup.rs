//! `GET` and `POST /u/signup`: an account with a password (authorize.md §1, `screen_hint`).

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::page::Page;

use crate::authorize::AcceptedRequest;
use crate::authorize::error::AuthorizeError;
use crate::log::LogKind;
use crate::login::{self, PageQuery, connections};
use crate::management::error::ManagementError;
use crate::management::payload::Object;
use crate::management::users;
use crate::store::connections::Connection;
use crate::store::password;
use crate::store::users::User;
use crate::tenant::State as Tenant;
use crate::transaction;

/// People of the tenant from which on nobody signs up any more: strangers must not fill its memory.
pub(crate) const PEOPLE_AT_MOST: usize = 10_000;

/// The page.
#[derive(Template)]
#[template(path = "signup.html")]
struct SignupPage<'a> {
    domain: &'a str,
    state: &'a str,
    request: &'a AcceptedRequest,
    connection: String,
    email: String,
    error: Option<String>,
    wrong: &'static str,
}

/// Why there is no new account; the person reads it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum Unfit {
    #[error("Write an email address such as name@example.com.")]
    Email,
    #[error("The password has 8 to 72 characters.")]
    Password,
    #[error("There is an account with this email address. Log in, or use another address.")]
    Taken,
    #[error("The tenant takes no new accounts.")]
    Full,
}

impl Unfit {
    /// The field that is to blame.
    const fn field(self) -> &'static str {
        match self {
            Self::Email | Self::Taken => "email",
            Self::Password => "password",
            Self::Full => "",
        }
    }
}

/// Where new accounts of this request go; `None` where there can be none.
pub(crate) async fn connection(tenant: &Tenant, request: &AcceptedRequest) -> Option<Connection> {
    let connections = connections::with_passwords(tenant, request).await;
    connections.into_iter().find(|connection| {
        let of_organization =
            request.organization.as_ref().and_then(|own| own.connection(&connection.name));
        !connection.options.disable_signup
            && of_organization.is_none_or(|own| own.is_signup_enabled)
    })
}

/// `GET /u/signup`; where there can be no new account, the login page.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(PageQuery { state }): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let request = transaction::find(&tenant, &state, &headers).await?.request;
    let Some(connection) = connection(&tenant, &request).await else {
        return Ok(login::instead(&tenant, &state));
    };
    let email = request.login.login_hint.clone().unwrap_or_default();
    Ok(page(&tenant, &request, &connection, &state, email, None).await.into_response())
}

/// `POST /u/signup`: creates the person, and logs them in.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    let form = transaction::form(&tenant, &body)?;
    let state = form.get("state").unwrap_or_default();
    let request = transaction::find(&tenant, state, &headers).await?.request;
    let Some(connection) = connection(&tenant, &request).await else {
        return Ok(login::instead(&tenant, state));
    };
    let email = form.get("email").unwrap_or_default().trim().to_owned();
    let password = form.get("password").unwrap_or_default();
    match create(&tenant, &connection, &email, password).await {
        Ok(user) => {
            let entry = tenant.log.entry(LogKind::Ss).client(&request.client.client_id);
            entry.user(&user.user_id).connection(connection.name.as_str()).write();
            let request = transaction::take(&tenant, state).await?;
            login::finish(&tenant, request, &user, &headers).await
        }
        Err(unfit) => {
            let entry = tenant.log.entry(LogKind::Fs).client(&request.client.client_id);
            entry.connection(connection.name.as_str()).description(unfit.to_string()).write();
            let page = page(&tenant, &request, &connection, state, email, Some(unfit)).await;
            Ok(page.status(StatusCode::BAD_REQUEST).into_response())
        }
    }
}

async fn create(
    tenant: &Tenant,
    connection: &Connection,
    email: &str,
    password: &str,
) -> Result<User, Unfit> {
    if !is_email(email) {
        return Err(Unfit::Email);
    }
    if !password::LENGTH.contains(&password.len()) {
        return Err(Unfit::Password);
    }
    if tenant.users.count().await >= PEOPLE_AT_MOST {
        return Err(Unfit::Full);
    }
    let given: Object = [
        ("connection".to_owned(), json!(connection.name)),
        ("email".to_owned(), json!(email)),
        ("password".to_owned(), json!(password)),
    ]
    .into_iter()
    .collect();
    users::create(tenant, given).await.map_err(|error| match error {
        ManagementError::UserExists => Unfit::Taken,
        _ => Unfit::Email,
    })
}

/// Whether it looks like an address: something on either side of one `@`.
fn is_email(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@<>\"".contains(c))
    };
    text.len() <= 254 && text.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host))
}

/// No password stands on it.
async fn page<'a>(
    tenant: &'a Tenant,
    request: &'a AcceptedRequest,
    connection: &Connection,
    state: &'a str,
    email: String,
    error: Option<Unfit>,
) -> Page<SignupPage<'a>> {
    let page = SignupPage {
        domain: tenant.issuer.domain(),
        state,
        request,
        connection: connection.name.to_string(),
        email,
        error: error.map(|unfit| unfit.to_string()),
        wrong: error.map_or("", Unfit::field),
    };
    transaction::page(tenant, request, page).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_has_two_sides() {
        for good in ["ada@example.com", "a+b@localhost", "ä@ö.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "ada", "@example.com", "ada@", "a@b@c", "a b@c", "<a>@b"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("{}@example.com", "a".repeat(250))));
    }
}
