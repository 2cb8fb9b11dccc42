//! The URL that the tenant sent the browser back to ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).

mod once;

use wire::authorize::AuthorizationResponse;

use crate::error::AuthError;

pub(crate) use once::{Handled, Progress};

/// What is checked when the browser comes back, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallbackStep {
    /// The address holds an answer.
    ResponseReceived,
    /// Its `state` is of a login that this tab began, and its issuer, when named, is the tenant.
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
const ANSWER_PARAMETERS: [&str; 6] =
    ["code", "state", "error", "error_description", "error_uri", "iss"];

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
    pub(crate) fn response(&self) -> Result<Option<AuthorizationResponse>, AuthError> {
        AuthorizationResponse::from_query(&self.answer).map_err(|_| AuthError::MalformedCallback)
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
        let url = CallbackUrl::new("https://app.example/?%63ode=c&state=s");
        assert_eq!(url.page, "https://app.example/");
    }

    #[test]
    fn repeated_parameters_of_the_app_do_no_harm_and_those_of_the_answer_do() {
        let response = |url: &str| CallbackUrl::new(url).response();
        assert!(response("https://app.example/?tag=a&tag=b").unwrap().is_none());
        assert!(response("https://app.example/?tag=a&tag=b&code=c&state=s").unwrap().is_some());
        assert_eq!(
            response("https://app.example/?code=a&code=b&state=s").unwrap_err(),
            AuthError::MalformedCallback
        );
    }
}
