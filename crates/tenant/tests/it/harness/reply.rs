//! What a server answered, and what a test can say of it.

use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use super::{CALLBACK, parameter};

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) async fn of(response: Response) -> Self {
        let status = response.status();
        let headers = response.headers().clone();
        Self { status, headers, body: response.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(json!(null))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        self.expect(StatusCode::OK).json()
    }

    /// A refusal of the token endpoint.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str) {
        self.expect(StatusCode::from_u16(status).unwrap());
        assert_eq!(self.json()["error"], error, "{self:?}");
        assert!(self.header("content-type").starts_with("application/json"), "{self:?}");
        assert!(self.header("cache-control").contains("no-store"), "{self:?}");
    }

    /// A refusal of the Management API.
    #[track_caller]
    pub(crate) fn refused_with(&self, status: u16, error_code: &str) {
        self.expect(StatusCode::from_u16(status).unwrap());
        assert_eq!(self.json()["statusCode"], status, "{self:?}");
        assert_eq!(self.json()["errorCode"].as_str().unwrap_or_default(), error_code, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
    }

    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert!(self.status.is_redirection(), "{self:?}");
        Url::parse(self.header("location")).unwrap()
    }

    /// A refusal that is sent to the app's callback.
    #[track_caller]
    pub(crate) fn sent_back(&self, error: &str) {
        let location = self.expect(StatusCode::FOUND).location();
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        assert!(location.as_str().starts_with(&format!("{CALLBACK}?")), "{self:?}");
        assert_eq!(parameter(&location, "error").as_deref(), Some(error), "{self:?}");
        assert_eq!(parameter(&location, "state").as_deref(), Some("af0ifjsldkj"), "{self:?}");
        assert_eq!(parameter(&location, "code"), None, "{self:?}");
    }

    /// A refusal that is shown, and sent nowhere.
    #[track_caller]
    pub(crate) fn shown(&self, status: u16, error: &str) {
        self.expect(StatusCode::from_u16(status).unwrap());
        assert!(!self.headers.contains_key("location"), "{self:?}");
        assert!(self.header("content-type").starts_with("text/html"), "{self:?}");
        assert!(self.body.contains(error), "{self:?}");
        assert_eq!(self.header("x-frame-options"), "DENY");
    }
}
