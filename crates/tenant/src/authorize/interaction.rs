//! What the person has to do before there is an answer (authorize.md §4).

use wire::timestamp::Timestamp;

use super::AcceptedRequest;
use super::error::Refusal;
use super::prompt::Prompt;
use crate::store::sessions::Session;

/// The next step on the way to an answer.
pub(crate) enum Next {
    /// Log in.
    Login,
    /// Say which account it is to be.
    ChooseAccount,
    /// Allow the client what it asks for.
    Consent,
    /// Nothing: here is the person for whom the answer is made.
    Answer(Session),
}

/// Decides on the next step. With `prompt=none` there is none but the answer: all else is refused (SC-4/5, SC-4/6).
pub(super) fn next(
    request: &AcceptedRequest,
    session: Option<&Session>,
    now: Timestamp,
) -> Result<Next, Refusal> {
    let silent = request.prompts.contains(Prompt::None);
    let Some(session) = session.filter(|session| is_good_enough(request, session, now)) else {
        return if silent { Err(Refusal::LoginRequired) } else { Ok(Next::Login) };
    };
    if silent && request.wants_second_factor {
        return Err(Refusal::SecondFactorRequired);
    }
    if request.prompts.contains(Prompt::Login) {
        return Ok(Next::Login);
    }
    if request.prompts.contains(Prompt::SelectAccount) {
        return Ok(Next::ChooseAccount);
    }
    if needs_consent(request) {
        return if silent { Err(Refusal::ConsentRequired) } else { Ok(Next::Consent) };
    }
    Ok(Next::Answer(session.clone()))
}

/// Whether the session is one that this request can be answered with: recent enough (AZ-1/13).
fn is_good_enough(request: &AcceptedRequest, session: &Session, now: Timestamp) -> bool {
    let age = now.seconds().saturating_sub(session.auth_time.seconds());
    request.max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
}

/// A third party always needs the person's consent (AZ-4/9).
fn needs_consent(request: &AcceptedRequest) -> bool {
    !request.client.is_first_party || request.prompts.contains(Prompt::Consent)
}
