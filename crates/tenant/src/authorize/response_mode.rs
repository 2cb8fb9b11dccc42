//! How an answer travels to the application (AZ-1/11, authorize.md §2).

pub(crate) mod pages;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::reply::NoStore;
use url::Url;
use url::form_urlencoded::Serializer;
use wire::oauth_error::OAuthError;
use wire::parameters::Parameters;
use wire::secret::Secret;

use super::error::Refusal;
use super::response_type::ResponseType;

/// The way of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    /// A page with a form that posts itself.
    FormPost,
    /// A page that posts a message to the page which framed or opened it.
    WebMessage,
}

impl ResponseMode {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            "web_message" => Some(Self::WebMessage),
            _ => None,
        }
    }

    /// The way that an answer takes, be it a refusal of this very parameter: the one that is asked for if it may be
    /// taken, else the usual one.
    pub(super) fn effective(parameters: &Parameters) -> Self {
        let response_type = parameters.get("response_type").and_then(ResponseType::parse);
        let usual = response_type.map_or(Self::Query, ResponseType::default_mode);
        match parameters.get("response_mode").and_then(Self::parse) {
            None | Some(Self::Query) => usual,
            Some(asked) => asked,
        }
    }

    /// Refuses a way that is none, or that would put tokens into a query.
    pub(super) fn check(
        parameters: &Parameters,
        response_type: ResponseType,
    ) -> Result<(), Refusal> {
        let Some(text) = parameters.get("response_mode") else {
            return Ok(());
        };
        match Self::parse(text) {
            None => Err(Refusal::UnsupportedResponseMode(text.to_owned())),
            Some(Self::Query) if response_type.gives_tokens() => Err(Refusal::TokensInQuery),
            Some(_) => Ok(()),
        }
    }
}

/// Where an answer is sent, once the client and the address are found to belong together.
#[derive(Clone, Debug)]
pub(crate) struct ReturnAddress {
    pub(crate) redirect_uri: String,
    pub(crate) url: Url,
    pub(crate) was_sent: bool,
    pub(crate) state: Option<String>,
    pub(crate) mode: ResponseMode,
    /// The origin of the address, if a message may be posted to it: one of the client's web origins.
    pub(crate) web_origin: Option<String>,
}

/// The parameters of an answer, in their order; some are secrets.
#[derive(Default)]
pub(crate) struct Answer(pub(super) Vec<(&'static str, Secret)>);

impl Answer {
    /// Adds a parameter, where there is one.
    pub(crate) fn push(&mut self, name: &'static str, value: Option<impl Into<Secret>>) {
        self.0.extend(value.map(|value| (name, value.into())));
    }

    /// As in a query. Blanks are `%20`, as Auth0 has them (AZ-3/25): some apps read a fragment without a form parser.
    fn encoded(&self) -> String {
        let mut form = Serializer::new(String::new());
        form.extend_pairs(self.0.iter().map(|(name, value)| (name, value.expose())));
        form.finish().replace('+', "%20")
    }
}

impl From<OAuthError> for Answer {
    fn from(error: OAuthError) -> Self {
        let mut answer = Self::default();
        answer.push("error", Some(error.error.to_string()));
        answer.push("error_description", error.error_description);
        answer
    }
}

impl ReturnAddress {
    /// Sends an answer, or why there is none, with the `state` of the request (SC-1/8).
    pub(crate) fn answer(&self, result: Result<Answer, OAuthError>) -> Response {
        let mut answer = result.unwrap_or_else(Answer::from);
        answer.push("state", self.state.clone());
        match self.mode {
            ResponseMode::Query => {
                let query = self.url.query().filter(|query| !query.is_empty());
                let encoded = answer.encoded();
                let query = query.map_or(encoded.clone(), |query| format!("{query}&{encoded}"));
                let mut url = self.url.clone();
                url.set_query(Some(&query));
                redirect(url.as_str())
            }
            ResponseMode::Fragment => {
                let mut url = self.url.clone();
                url.set_fragment(Some(&answer.encoded()));
                redirect(url.as_str())
            }
            ResponseMode::FormPost => pages::form_post(&self.redirect_uri, answer),
            ResponseMode::WebMessage => pages::web_message(self.web_origin.as_deref(), &answer),
        }
    }
}

/// A redirect that no cache keeps: 302 after a form post too, whose method becomes `GET`. Never 307, which would repeat
/// the password (SC-7/10).
pub(crate) fn redirect(location: &str) -> Response {
    NoStore((StatusCode::FOUND, [(header::LOCATION, location.to_owned())])).into_response()
}
