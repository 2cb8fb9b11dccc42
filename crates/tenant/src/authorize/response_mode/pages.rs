//! Answers that travel in a page: `form_post` (OAuth 2.0 Form Post Response Mode) and `web_message` (authorize.md §2).

use std::sync::LazyLock;

use askama::Template;
use axum::Router;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use service::page::{Asset, Page};
use wire::secret::Secret;

use super::Answer;

static FORM_POST_JS: LazyLock<Asset> =
    LazyLock::new(|| Asset::script(include_str!("../../../scripts/form_post.js")));

static WEB_MESSAGE_JS: LazyLock<Asset> =
    LazyLock::new(|| Asset::script(include_str!("../../../scripts/web_message.js")));

/// The routes of the scripts that the two pages load: their policy allows none inside them.
pub(crate) fn scripts<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/assets/form_post.js",
            get(|headers: HeaderMap| async move { FORM_POST_JS.answer(&headers) }),
        )
        .route(
            "/assets/web_message.js",
            get(|headers: HeaderMap| async move { WEB_MESSAGE_JS.answer(&headers) }),
        )
}

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPostPage<'a> {
    redirect_uri: &'a str,
    parameters: Vec<(&'static str, Secret)>,
}

#[derive(Template)]
#[template(path = "web_message.html")]
struct WebMessagePage<'a> {
    /// The message, and who may have it.
    message: Option<(String, &'a str)>,
}

/// A form that posts the answer to the application (AZ-2/3), wherever that sends the browser on to.
pub(super) fn form_post(redirect_uri: &str, answer: Answer) -> Response {
    let page = FormPostPage { redirect_uri, parameters: answer.0 };
    Page::new(page).posts_anywhere().into_response()
}

/// A page that posts the answer to pages of `target`; the only page that may be framed, and by those alone (SC-7/11,
/// SC-7/12). Without a target it posts nothing, and does not even hold the answer (AZ-2/4).
pub(super) fn web_message(target: Option<&str>, answer: &Answer) -> Response {
    let Some(target) = target else {
        return Page::new(WebMessagePage { message: None }).into_response();
    };
    let response: Map<String, Value> =
        answer.0.iter().map(|(name, value)| ((*name).to_owned(), value.expose().into())).collect();
    let message = json!({ "type": "authorization_response", "response": response });
    Page::new(WebMessagePage { message: Some((message.to_string(), target)) })
        .framed_by(target)
        .into_response()
}
