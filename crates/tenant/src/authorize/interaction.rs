//! What the person has to do before there is an answer (authorize.md §4).

use wire::timestamp::Timestamp;

use super::AcceptedRequest;
use super::error::Refusal;
use super::prompt::Prompt;
use crate::consent;
use crate::my_account::policy;
use crate::organization::{self, Missing};
use crate::store::sessions::Session;
use crate::store::transactions::Question;
use crate::tenant::State as Tenant;

/// The next step on the way to an answer.
pub(crate) enum Next {
    /// Log in.
    Login,
    /// Say something else.
    Ask(Question),
    /// Nothing: here is the person for whom the answer is made.
    Answer(Session),
}

/// Decides on the next step. With `prompt=none` there is none but the answer: all else is refused (SC-4/5, SC-4/6).
pub(super) async fn next(
    tenant: &Tenant,
    request: &mut AcceptedRequest,
    session: Option<&Session>,
    now: Timestamp,
) -> Result<Next, Refusal> {
    if !request.prompts.contains(Prompt::None) {
        return step(tenant, request, session, now).await;
    }
    match session {
        None => Err(Refusal::LoginRequired),
        Some(session) if !meets_policy(tenant, request, session, now) => {
            Err(Refusal::UnmetAuthenticationRequirements)
        }
        Some(_) => match step(tenant, request, session, now).await? {
            Next::Login => Err(Refusal::LoginRequired),
            Next::Ask(_) | Next::Answer(_) if request.wants_second_factor => {
                Err(Refusal::SecondFactorRequired)
            }
            Next::Ask(Question::Consent) => Err(Refusal::ConsentRequired),
            Next::Ask(_) => Err(Refusal::InteractionRequired),
            Next::Answer(session) => Ok(Next::Answer(session)),
        },
    }
}

/// The next step if the person can be asked: the organization where it comes first, the login, the account, the
/// organization where it comes after, the consent.
async fn step(
    tenant: &Tenant,
    request: &mut AcceptedRequest,
    session: Option<&Session>,
    now: Timestamp,
) -> Result<Next, Refusal> {
    if organization::is_named_first(request) {
        return Ok(Next::Ask(Question::Organization));
    }
    let Some(session) = session else {
        return Ok(Next::Login);
    };
    if request.prompts.contains(Prompt::Login)
        || !is_good_enough(tenant, request, session, now).await
    {
        return Ok(Next::Login);
    }
    if request.prompts.contains(Prompt::SelectAccount) {
        return Ok(Next::Ask(Question::Account));
    }
    match organization::missing(tenant, request, session).await? {
        Some(Missing::Choice) => return Ok(Next::Ask(Question::Organization)),
        Some(Missing::Only(organization)) => request.organization = Some(organization),
        None => {}
    }
    if consent::is_needed(tenant, request, session).await {
        return Ok(Next::Ask(Question::Consent));
    }
    Ok(Next::Answer(session.clone()))
}

/// Whether the API takes a login of that time (AZ-3/16).
fn meets_policy(
    tenant: &Tenant,
    request: &AcceptedRequest,
    session: &Session,
    now: Timestamp,
) -> bool {
    policy::is_met(tenant, request.audience.as_ref(), session.auth_time, now)
}

/// Whether the session is one that this request can be answered with: recent enough (AZ-1/13, AZ-3/16), begun by the connection
/// that is asked for, and of a member of the organization.
async fn is_good_enough(
    tenant: &Tenant,
    request: &AcceptedRequest,
    session: &Session,
    now: Timestamp,
) -> bool {
    let age = now.seconds().saturating_sub(session.auth_time.seconds());
    let Some(user) = tenant.users.find(&session.user_id).await else {
        return false;
    };
    meets_policy(tenant, request, session, now)
        && request.max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
        && request.connection.as_ref().is_none_or(|only| only.name == user.connection)
        && match &request.organization {
            Some(organization) => organization::admits(tenant, organization, &user).await,
            None => true,
        }
}
