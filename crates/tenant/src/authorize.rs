//! `GET` and `POST /authorize`: a browser asks for a code or for tokens (authorize.md).

mod accepted_request;
mod answer;
mod binding;
mod client;
pub(crate) mod error;
mod interaction;
pub(crate) mod known_parameters;
mod policy;
mod prompt;
pub(crate) mod pushed;
pub(crate) mod response_mode;
mod response_type;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use wire::parameters::{ParameterError, Parameters};
use wire::scope::ScopeSet;
use wire::timestamp::Timestamp;

pub(crate) use self::accepted_request::AcceptedRequest;
use self::accepted_request::{LoginContext, words};
use self::error::AuthorizeError;
use self::interaction::Next;
pub(crate) use self::prompt::Prompt;
use self::prompt::Prompts;
use self::pushed::Channel;
use self::response_mode::ResponseMode;
pub(crate) use self::response_mode::redirect;
use self::response_type::ResponseType;
use crate::store::sessions::Session;
use crate::tenant::State as Tenant;
use crate::tenant::error_page::ErrorPageContext;
use crate::{login, organization, session, transaction};

/// What `acr_values` calls a login with a second factor (AZ-1/21).
const MULTI_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

/// `GET /authorize`.
pub(crate) async fn get(
    State(tenant): State<Tenant>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AuthorizeError> {
    let parameters = Parameters::from_form(query.unwrap_or_default().as_bytes());
    authorize(&tenant, parameters, &headers).await
}

/// `POST /authorize`, which OpenID Connect Core §3.1.2.1 demands beside `GET`.
pub(crate) async fn post(
    State(tenant): State<Tenant>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AuthorizeError> {
    authorize(&tenant, Parameters::from_form(&body), &headers).await
}

async fn authorize(
    tenant: &Tenant,
    parameters: Result<Parameters, ParameterError>,
    headers: &HeaderMap,
) -> Result<Response, AuthorizeError> {
    let now = tenant.clock.now();
    let page = |error| AuthorizeError::Page(Box::new(error), tenant.error_page_context());
    let parameters = parameters.map_err(|error| page(error.into()))?;
    let (parameters, channel) = pushed::resolve(tenant, parameters, now).await.map_err(page)?;
    let request = check(tenant, &parameters, channel).await?;
    // Somebody else than the client expects is nobody (AZ-1/24).
    let session = session::current(tenant, headers).await;
    let session = session.filter(|session| request.is_for(&session.user_id));
    finish(tenant, request, session.as_ref(), headers, now).await
}

/// Every check that needs no person, in the order of authorize.md §1.
pub(crate) async fn check(
    tenant: &Tenant,
    parameters: &Parameters,
    channel: Channel,
) -> Result<AcceptedRequest, AuthorizeError> {
    let lang = tenant.settings().language(parameters.get("ui_locales").unwrap_or_default());
    let page = |error| {
        let context = ErrorPageContext { lang: lang.clone(), ..*tenant.error_page_context() };
        AuthorizeError::Page(Box::new(error), Box::new(context))
    };
    let client = client::find(parameters, &tenant.clients).await.map_err(page)?;
    let return_address = client::return_address(tenant, parameters, &client).await.map_err(page)?;

    // From here on the application is told what is wrong, since the address is known to be its own.
    let accepted = async {
        pushed::check_required(tenant, &client, channel)?;
        known_parameters::check(parameters, &client)?;
        let response_type = ResponseType::read(parameters)?;
        response_type.check_allowed_for(&client)?;
        ResponseMode::check(parameters, response_type)?;
        let code_challenge = binding::code_challenge(tenant, parameters, response_type, &client)?;
        let nonce = binding::nonce(parameters, response_type)?;
        let dpop_jkt = binding::dpop_jkt(parameters)?;
        let api = policy::api(tenant, parameters).await?;
        let scope =
            policy::scope(tenant, parameters, response_type, (&client, api.as_ref())).await?;
        response_type.check_scope(&scope)?;
        let organization = organization::requested(tenant, parameters, &client).await?;
        let connection =
            policy::connection(tenant, parameters, &client, organization.as_ref()).await?;
        let prompts = Prompts::read(parameters)?;
        let max_age = prompt::max_age(parameters)?;
        let expected_user = prompt::expected_user(tenant, parameters, &client)?;
        Ok(AcceptedRequest {
            response_type,
            audience: api.map(|api| api.identifier),
            scope,
            nonce,
            code_challenge,
            dpop_jkt,
            prompts,
            max_age,
            tells_auth_time: max_age.is_some(),
            expected_user,
            wants_second_factor: words(parameters, "acr_values").any(|acr| acr == MULTI_FACTOR),
            organization,
            connection,
            connection_scope: connection_scope(parameters),
            login: LoginContext::read(parameters),
            client: client.clone(),
            return_address: return_address.clone(),
        })
    };
    accepted
        .await
        .map_err(|refusal| AuthorizeError::Redirect(refusal, Box::new(return_address.clone())))
}

/// Auth0 shows them with commas between, OAuth has blanks.
fn connection_scope(parameters: &Parameters) -> ScopeSet {
    let text = parameters.get("connection_scope").unwrap_or_default();
    text.split([' ', ',']).filter(|scope| !scope.is_empty()).collect()
}

/// Goes on with a request as far as it goes without the person: to the answer, or to a page that asks.
pub(crate) async fn finish(
    tenant: &Tenant,
    mut request: AcceptedRequest,
    session: Option<&Session>,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, AuthorizeError> {
    let answered = match interaction::next(tenant, &mut request, session, now).await {
        Ok(Next::Answer(session)) => answer::issue(tenant, &request, &session, now).await,
        Ok(Next::Login) => return login::ask(tenant, request, session, headers).await,
        Ok(Next::Ask(question)) => {
            let begun = transaction::begin(tenant, question, request, session, headers).await;
            return Ok(begun.ask(tenant, question.path()));
        }
        Err(refusal) => Err(refusal),
    };
    match answered {
        Ok(answer) => Ok(request.return_address.answer(Ok(answer))),
        Err(refusal) => Err(AuthorizeError::Redirect(refusal, Box::new(request.return_address))),
    }
}
