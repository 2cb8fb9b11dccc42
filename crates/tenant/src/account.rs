//! `GET` and `POST /u/account`: which account it is to be (AZ-4/3).

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::{self, AcceptedRequest};
use crate::login::{self, PageQuery, Person};
use crate::store::transactions::Question;
use crate::tenant::State as Tenant;
use crate::{time_left, transaction};

/// The page.
#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    domain: &'a str,
    state: &'a str,
    request: &'a AcceptedRequest,
    name: String,
    email: String,
    session_left: String,
    people: Vec<Person>,
}

/// `GET /u/account`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(PageQuery { state }): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let (transaction, session) =
        transaction::find_in_session(&tenant, Question::Account, &state, &headers).await?;
    let request = transaction.request;
    let user = tenant.users.find(&session.user_id).await;
    let user = user.ok_or_else(|| transaction::refuse(&request, Refusal::LoginRequired))?;
    let mut people = login::people(&tenant, &request).await;
    people.retain(|person| person.user_id != user.user_id.as_str());
    let now = tenant.clock.now();
    let page = AccountPage {
        domain: tenant.issuer.domain(),
        state: &state,
        request: &request,
        name: user.name,
        email: user.email,
        session_left: time_left::in_words(session.seconds_left(now)),
        people,
    };
    Ok(transaction::page(&tenant, &request, page).await.into_response())
}

/// `POST /u/account`: on as the one who is logged in; all others log in.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    let form = transaction::form(&tenant, &body)?;
    let state = form.get("state").unwrap_or_default();
    let (_, session) =
        transaction::find_in_session(&tenant, Question::Account, state, &headers).await?;
    let request = transaction::take(&tenant, state).await?.after_login();
    authorize::finish(&tenant, request, Some(&session), &headers, tenant.clock.now()).await
}
