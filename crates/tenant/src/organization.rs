//! Logging in to an organization (authorize.md §1, AZ-1/17 and AZ-1/18), and `GET` and `POST /u/organization`: which one?

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use service::page::Page;
use wire::parameters::Parameters;

use crate::authorization::OrganizationClaims;
use crate::authorize::error::{AuthorizeError, Refusal};
use crate::authorize::{self, AcceptedRequest};
use crate::login::PageQuery;
use crate::store::clients::{Client, OrganizationRequireBehavior, OrganizationUsage};
use crate::store::organizations::{ID_PREFIX, Organization};
use crate::store::sessions::Session;
use crate::store::transactions::{Question, Transaction};
use crate::store::users::User;
use crate::tenant::State as Tenant;
use crate::{session, transaction};

/// The organization that the request names (AZ-3/22, AZ-3/23). Nobody is invited here: there is no invitation to accept.
pub(crate) async fn requested(
    tenant: &Tenant,
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<Organization>, Refusal> {
    if parameters.get("invitation").is_some() {
        return Err(Refusal::UnknownInvitation);
    }
    let Some(asked) = parameters.get("organization") else {
        let refused = usage(client) == OrganizationUsage::Require
            && behavior(client) == OrganizationRequireBehavior::Refuse;
        return if refused { Err(Refusal::OrganizationRequired) } else { Ok(None) };
    };
    let found = match usage(client) {
        OrganizationUsage::Deny => None,
        OrganizationUsage::Allow | OrganizationUsage::Require => named(tenant, asked).await,
    };
    found.map(Some).ok_or_else(|| Refusal::InvalidOrganization(asked.to_owned()))
}

/// The organization of that identifier, or of that name where the tenant lets clients use names.
pub(crate) async fn named(tenant: &Tenant, text: &str) -> Option<Organization> {
    if text.starts_with(ID_PREFIX) {
        tenant.organizations.find(text).await
    } else if tenant.settings().allow_organization_name_in_authentication_api {
        tenant.organizations.find_by_name(text).await
    } else {
        None
    }
}

/// What tokens tell about the organization; its name only where clients use names (DT-3/11, DT-4/8).
pub(crate) fn claims(tenant: &Tenant, organization: &Organization) -> OrganizationClaims {
    let tells_name = tenant.settings().allow_organization_name_in_authentication_api;
    OrganizationClaims {
        org_id: organization.id.clone(),
        org_name: tells_name.then(|| organization.name.clone()),
    }
}

/// Whether somebody is a member, as whom they have logged in by a connection of the organization.
pub(crate) async fn admits(tenant: &Tenant, organization: &Organization, user: &User) -> bool {
    let current = tenant.organizations.find(&organization.id).await;
    current.is_some_and(|current| {
        current.has_member(&user.user_id) && current.connection(&user.connection).is_some()
    })
}

/// Lets somebody in who has just logged in: a member, or one who becomes a member by the connection.
pub(crate) async fn join(
    tenant: &Tenant,
    organization: &Organization,
    user: &User,
) -> Result<(), Refusal> {
    let connection = organization.connection(&user.connection);
    if connection.is_some_and(|connection| connection.assign_membership_on_login) {
        tenant.organizations.add_member(&organization.id, &user.user_id).await;
    }
    if admits(tenant, organization, user).await {
        return Ok(());
    }
    let organization = organization.id.clone();
    Err(Refusal::NotAMember { user: user.user_id.clone(), organization })
}

/// Whether the person names the organization before they log in.
pub(crate) fn is_named_first(request: &AcceptedRequest) -> bool {
    lacks_one(request) && behavior(&request.client) == OrganizationRequireBehavior::AskBeforeLogin
}

/// What a request lacks whose person has logged in.
pub(crate) enum Missing {
    /// The person chooses: there is more than one.
    Choice,
    /// There is only this one to choose.
    Only(Organization),
}

/// Which organization it is to be, where the client requires one and the request names none.
pub(crate) async fn missing(
    tenant: &Tenant,
    request: &AcceptedRequest,
    session: &Session,
) -> Result<Option<Missing>, Refusal> {
    if !lacks_one(request) {
        return Ok(None);
    }
    let mut own = tenant.organizations.of_member(&session.user_id).await;
    match (own.pop(), own.is_empty()) {
        (None, _) => Err(Refusal::NoOrganization),
        (Some(only), true) => Ok(Some(Missing::Only(only))),
        (Some(_), false) => Ok(Some(Missing::Choice)),
    }
}

fn lacks_one(request: &AcceptedRequest) -> bool {
    request.organization.is_none() && usage(&request.client) == OrganizationUsage::Require
}

fn usage(client: &Client) -> OrganizationUsage {
    client.organization_usage.unwrap_or_default()
}

fn behavior(client: &Client) -> OrganizationRequireBehavior {
    client.organization_require_behavior.unwrap_or_default()
}

/// The page.
#[derive(Template)]
#[template(path = "organization.html")]
struct OrganizationPage<'a> {
    domain: &'a str,
    state: &'a str,
    request: &'a AcceptedRequest,
    organizations: Vec<Choice>,
    typed: String,
    error: Option<&'static str>,
}

/// An organization to choose.
struct Choice {
    name: String,
    display_name: String,
}

/// `GET /u/organization`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    Query(PageQuery { state }): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let (transaction, session) = find(&tenant, &state, &headers).await?;
    let choices = choices(&tenant, &transaction.request, session.as_ref()).await;
    let page = page(&tenant, &transaction.request, &state, &choices, String::new(), None).await;
    Ok(page.into_response())
}

/// `POST /u/organization`: on with the organization of that name.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    let form = transaction::form(&tenant, &body)?;
    let state = form.get("state").unwrap_or_default();
    let (transaction, session) = find(&tenant, state, &headers).await?;
    let name = form.get("organization").unwrap_or_default();
    let choices = choices(&tenant, &transaction.request, session.as_ref()).await;
    let chosen = match choices.as_slice() {
        [] => tenant.organizations.find_by_name(name.trim()).await,
        choices => choices.iter().find(|choice| choice.name == name).cloned(),
    };
    let Some(organization) = chosen else {
        let wrong = Some("There is no organization of this name.");
        let typed = name.to_owned();
        let page = page(&tenant, &transaction.request, state, &choices, typed, wrong).await;
        return Ok(page.status(StatusCode::BAD_REQUEST).into_response());
    };
    let request = transaction::take(&tenant, state).await?;
    let request = AcceptedRequest { organization: Some(organization), ..request };
    authorize::finish(&tenant, request, session.as_ref(), &headers, tenant.clock.now()).await
}

/// The transaction, which asks for an organization, and the session in which it does where there is one.
async fn find(
    tenant: &Tenant,
    state: &str,
    headers: &HeaderMap,
) -> Result<(Transaction, Option<Session>), AuthorizeError> {
    let transaction = transaction::find(tenant, state, headers).await?;
    let session = session::current(tenant, headers).await;
    // Who names the organization first need not be who was logged in before.
    let session_id = session.as_ref().map(|session| session.id.as_str());
    let is_theirs =
        is_named_first(&transaction.request) || transaction.session_id.as_deref() == session_id;
    if transaction.question == Question::Organization && is_theirs {
        Ok((transaction, session))
    } else {
        Err(transaction::unknown(tenant))
    }
}

/// What the person can choose from; nothing before they have logged in: then they know the name.
async fn choices(
    tenant: &Tenant,
    request: &AcceptedRequest,
    session: Option<&Session>,
) -> Vec<Organization> {
    match session {
        Some(session)
            if behavior(&request.client) == OrganizationRequireBehavior::AskAfterLogin =>
        {
            tenant.organizations.of_member(&session.user_id).await
        }
        _ => Vec::new(),
    }
}

async fn page<'a>(
    tenant: &'a Tenant,
    request: &'a AcceptedRequest,
    state: &'a str,
    choices: &[Organization],
    typed: String,
    error: Option<&'static str>,
) -> Page<OrganizationPage<'a>> {
    let choice = |organization: &Organization| Choice {
        name: organization.name.clone(),
        display_name: organization.title().to_owned(),
    };
    let page = OrganizationPage {
        domain: tenant.issuer.domain(),
        state,
        request,
        organizations: choices.iter().map(choice).collect(),
        typed,
        error,
    };
    transaction::page(tenant, request, page).await
}
