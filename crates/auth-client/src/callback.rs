//! The URL that the tenant sent the browser back to ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).

mod once;

use wire::authorize::AuthorizationResponse;
use wire::oauth_error::OAuthError;
use wire::parameters::Parameters;
use wire::secret::Secret;

use crate::error::AuthError;
use crate::transaction::Purpose;

pub(crate) use once::{Handled, Progress};

/// What is checked when the browser comes back, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallbackStep {
    /// The address holds an answer.
    ResponseReceived,
    /// Its `state` is of a transaction that this tab began, and its issuer, when named, is the tenant.
    StateChecked,
    /// The code was redeemed with the verifier of that login.
    CodeExchanged,
    /// The ID token is for this client and that login.
    IdTokenChecked,
}

impl CallbackStep {
    /// Every step, in order.
    pub const ALL: [Self; 4] =
        [Self::ResponseReceived, Self::StateChecked, Self::CodeExchanged, Self::IdTokenChecked];
}

/// Parameters of an answer; all other parameters of the URL are the app's own.
const ANSWER_PARAMETERS: [&str; 7] =
    ["code", "connect_code", "state", "error", "error_description", "error_uri", "iss"];

/// What the browser brought back.
#[derive(Debug)]
pub(crate) struct Callback {
    /// Of the transaction that this is the answer to.
    pub(crate) state: Option<String>,
    /// Who answers, where the tenant says so.
    pub(crate) iss: Option<String>,
    /// The answer.
    pub(crate) answer: Answer,
}

/// The answer of the tenant.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Somebody logged in.
    Code(Secret),
    /// An account may be connected (CA-2.2/1).
    ConnectCode(Secret),
    /// Neither (CA-2.2/2).
    Refused(OAuthError),
}

impl Answer {
    /// Whether this can be the answer to something that was begun for that.
    pub(crate) const fn suits(&self, purpose: &Purpose) -> bool {
        match self {
            Self::Code(_) => purpose.is_login(),
            Self::ConnectCode(_) => !purpose.is_login(),
            Self::Refused(_) => true,
        }
    }
}

/// A URL, with the tenant's words and the app's own told apart.
pub(crate) struct CallbackUrl {
    /// The parameters of the answer, as they were written.
    pub(crate) answer: String,
    /// The URL without them and without a fragment.
    pub(crate) page: String,
}

impl CallbackUrl {
    pub(crate) fn new(url: &str) -> Self {
        let without_fragment = url.split('#').next().unwrap_or_default();
        let (path, query) = without_fragment.split_once('?').unwrap_or((without_fragment, ""));
        let (answer, own): (Vec<&str>, Vec<&str>) =
            query.split('&').partition(|pair| is_of_answer(pair));
        let own = own.join("&");
        Self {
            answer: answer.join("&"),
            page: if own.is_empty() { path.to_owned() } else { [path, "?", &own].concat() },
        }
    }

    /// The answer; `None` when the URL holds neither a code nor an error.
    pub(crate) fn callback(&self) -> Result<Option<Callback>, AuthError> {
        let malformed = |_| AuthError::MalformedCallback;
        let parameters = Parameters::from_form(self.answer.as_bytes()).map_err(malformed)?;
        let login = AuthorizationResponse::from_query(&self.answer).map_err(malformed)?;
        let (state, iss) = (parameters.parse("state"), parameters.parse("iss"));
        let answer = match (login.map(|login| login.result), parameters.parse("connect_code")) {
            (Some(Ok(_)), Some(_)) => return Err(AuthError::MalformedCallback),
            (Some(Ok(code)), None) => Answer::Code(code),
            (Some(Err(refusal)), _) => Answer::Refused(refusal),
            (None, Some(code)) => Answer::ConnectCode(code),
            (None, None) => return Ok(None),
        };
        Ok(Some(Callback { state, iss, answer }))
    }
}

fn is_of_answer(pair: &str) -> bool {
    form_urlencoded::parse(pair.as_bytes())
        .any(|(name, _)| ANSWER_PARAMETERS.contains(&name.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_taken_out_and_the_rest_stays() {
        let url = CallbackUrl::new("https://app.example/callback?tab=2&code=c&state=s#day");
        assert_eq!(url.page, "https://app.example/callback?tab=2");
        assert_eq!(url.answer, "code=c&state=s");
        let url = CallbackUrl::new(
            "https://app.example/callback?error=access_denied&error_description=No&state=s",
        );
        assert_eq!(url.page, "https://app.example/callback");
    }

    #[test]
    fn a_parameter_of_the_answer_is_known_however_it_is_written() {
        for query in ["%63ode=c&state=s", "connect_code=c&state=s"] {
            let url = CallbackUrl::new(&["https://app.example/?", query].concat());
            assert_eq!(url.page, "https://app.example/", "{query}");
        }
    }

    #[test]
    fn repeated_parameters_of_the_app_do_no_harm_and_those_of_the_answer_do() {
        let callback = |url: &str| CallbackUrl::new(url).callback();
        assert!(callback("https://app.example/?tag=a&tag=b").unwrap().is_none());
        assert!(callback("https://app.example/?tag=a&tag=b&code=c&state=s").unwrap().is_some());
        for url in [
            "https://app.example/?code=a&code=b&state=s",
            "https://app.example/?connect_code=a&connect_code=b&state=s",
            "https://app.example/?code=a&connect_code=b&state=s",
        ] {
            assert_eq!(callback(url).unwrap_err(), AuthError::MalformedCallback, "{url}");
        }
    }
}
