//! `GET` and `POST /o/oauth2/v2/auth`, the authorization endpoint
//! ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1),
//! [Google](https://developers.google.com/identity/protocols/oauth2/web-server#httprest_1)).

pub(crate) mod error;
pub(crate) mod flow;
pub(crate) mod github;
pub(crate) mod request;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use service::reply::NoStore;
use url::form_urlencoded;

use self::error::Refusal;
use self::request::{AuthorizationRequest, Interaction};
use crate::browser::{Browser, BrowserId};
use crate::people::Person;
use crate::router::App;
use crate::store::transactions::Question;

/// Google's path.
pub(crate) const PATH: &str = "/o/oauth2/v2/auth";

/// `GET /o/oauth2/v2/auth`: to the sign-in page, the consent page, or straight back to the client.
pub(crate) async fn get(
    State(app): State<App>,
    Browser(browser): Browser,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match AuthorizationRequest::read(&query, &app.clients).await {
        Ok(request) => ask_or_answer(&app, browser, request).await,
        Err(error) => error.answer(&app.issuer),
    }
}

/// `POST /o/oauth2/v2/auth`: the same request as a form (OIDC Core §3.1.2.1). Another site's post comes without our
/// cookie, so the browser is told to ask again by `GET`, which it does with it.
pub(crate) async fn post(body: Bytes) -> Redirect {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form_urlencoded::parse(&body));
    Redirect::to(&format!("{PATH}?{}", query.finish()))
}

/// What the browser's sessions and earlier consents leave to be asked.
pub(crate) async fn ask_or_answer(
    app: &App,
    browser: Option<BrowserId>,
    request: AuthorizationRequest,
) -> Response {
    let now = app.clock.now();
    let flow = app.flow();
    let signed_in = match &browser {
        Some(browser) => signed_in(app, browser, &request).await,
        None => None,
    };
    match (browser, signed_in, request.interaction) {
        (_, Some(person), Interaction::Forbidden) => {
            let redirect = if flow.must_ask(&person, &request).await {
                request.refused(Refusal::ConsentRequired)
            } else {
                flow.issue_code(&person, request, now).await
            };
            NoStore(redirect).into_response()
        }
        (_, None, Interaction::Forbidden) => {
            NoStore(request.refused(Refusal::LoginRequired)).into_response()
        }
        (Some(browser), Some(person), Interaction::Allowed { sign_in: false, .. }) => {
            NoStore(flow.after_sign_in(browser, &person, request, now).await).into_response()
        }
        (browser, ..) => {
            let browser = browser.unwrap_or_else(BrowserId::new);
            let page = flow.ask(browser.clone(), Question::SignIn, request, now).await;
            browser.remember_in(NoStore(page), &app.issuer)
        }
    }
}

/// The person who is signed in, if it is clear that the client means them: the one whom it names, or the only one. Where
/// nobody can be asked, the one who signed in last.
async fn signed_in(
    app: &App,
    browser: &BrowserId,
    request: &AuthorizationRequest,
) -> Option<Person> {
    let ids = app.sessions.people(browser, app.clock.now()).await;
    let must_guess = request.interaction == Interaction::Forbidden;
    if request.login_hint.is_none() && ids.len() > 1 && !must_guess {
        return None;
    }
    for id in ids.iter().rev() {
        if let Some(person) = app.people.find(id).await.filter(|person| request.may_mean(person)) {
            app.sessions.choose(browser, id).await;
            return Some(person);
        }
    }
    None
}
