//! What is connected, what can be, and what no longer is (CA-2.4).

use auth_client::AuthError;
use auth_client::platform::Method;
use auth_client::platform::double::Event;
use serde_json::{Value, json};

use crate::harness::{App, ISSUER, my_account};

fn account(id: &str) -> Value {
    json!({
        "id": id,
        "connection": "google-oauth2",
        "access_type": "offline",
        "scopes": ["openid"],
        "created_at": "2026-08-01T00:00:00.000Z",
    })
}

fn problem(status: u16) -> String {
    let kind = format!("https://auth0.com/api-errors/A0E-{status}-0001");
    json!({ "type": kind, "status": status, "title": "t", "detail": "d" }).to_string()
}

async fn app() -> App {
    let app = App::new();
    app.log_in_offline().await;
    app.answer_renewal(|_| {});
    app
}

fn calls(app: &App) -> Vec<(Method, String)> {
    let call = |event| match event {
        Event::Called { method, url, .. } => {
            let path = url.strip_prefix(ISSUER).expect("calls go to the tenant").to_owned();
            Some((method, path))
        }
        _ => None,
    };
    app.page.events().into_iter().filter_map(call).collect()
}

/// CA-2.4/2.
#[tokio::test]
async fn accounts_are_listed_from_all_pages() {
    let app = app().await;
    app.page.answer(
        200,
        &json!({ "accounts": [account("cac_1"), account("cac_2")], "next": "a b" }).to_string(),
    );
    app.page.answer(200, &json!({ "accounts": [account("cac_3")] }).to_string());

    let accounts = app.auth.connected_accounts().await.unwrap();
    let ids: Vec<_> = accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, ["cac_1", "cac_2", "cac_3"]);
    let path = "me/v1/connected-accounts/accounts?take=20";
    assert_eq!(
        calls(&app),
        [(Method::Get, path.to_owned()), (Method::Get, [path, "&from=a+b"].concat())]
    );
}

/// CA-2.4/1.
#[tokio::test]
async fn connections_are_listed_from_all_pages() {
    let app = app().await;
    let connection = |name: &str| json!({ "name": name, "strategy": name, "scopes": ["openid"] });
    app.page
        .answer(200, &json!({ "connections": [connection("github")], "next": "n" }).to_string());
    app.page.answer(200, &json!({ "connections": [connection("google-oauth2")] }).to_string());

    let connections = app.auth.available_connections().await.unwrap();
    let names: Vec<_> = connections.iter().map(|connection| connection.name.as_str()).collect();
    assert_eq!(names, ["github", "google-oauth2"]);
    assert_eq!(calls(&app)[1].1, "me/v1/connected-accounts/connections?take=20&from=n");
}

#[tokio::test]
async fn a_page_with_nothing_on_it_is_the_last() {
    let app = app().await;
    app.page.answer(200, r#"{"accounts":[],"next":"for-ever"}"#);
    assert_eq!(app.auth.connected_accounts().await, Ok(Vec::new()));
    app.page.answer(200, r#"{"connections":[],"next":"for-ever"}"#);
    assert_eq!(app.auth.available_connections().await, Ok(Vec::new()));
}

/// CA-2.4/3.
#[tokio::test]
async fn an_account_is_removed_by_its_id() {
    let app = app().await;
    app.page.answer(204, "");
    app.auth.disconnect_account(&"cac_1".into()).await.unwrap();
    let path = "me/v1/connected-accounts/accounts/cac_1".to_owned();
    assert_eq!(calls(&app), [(Method::Delete, path)]);
}

#[tokio::test]
async fn an_id_leads_to_no_other_path() {
    let app = app().await;
    app.page.answer(404, &problem(404));
    let removed = app.auth.disconnect_account(&"../connections?x".into()).await;
    assert!(matches!(removed, Err(AuthError::MyAccount(problem)) if problem.status == 404));
    assert_eq!(calls(&app)[0].1, "me/v1/connected-accounts/accounts/..%2Fconnections%3Fx");
}

#[tokio::test]
async fn a_refusal_is_told_with_its_problem() {
    for status in [400, 403, 404, 429] {
        let app = app().await;
        app.page.answer(status, &problem(status));
        let error = app.auth.connected_accounts().await.unwrap_err();
        assert!(matches!(error, AuthError::MyAccount(problem) if problem.status == status));
        app.page.answer(status, &problem(status));
        let error = app.auth.available_connections().await.unwrap_err();
        assert!(matches!(error, AuthError::MyAccount(problem) if problem.status == status));
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_told_by_its_status() {
    for (status, body) in [(200, "<html>"), (502, "Bad Gateway")] {
        let app = app().await;
        app.page.answer(status, body);
        let error = app.auth.connected_accounts().await.unwrap_err();
        assert_eq!(error, AuthError::UnexpectedAnswer { status });
    }
}

/// CA-4/2: the next attempt gets another.
#[tokio::test]
async fn a_token_that_is_refused_is_not_shown_again() {
    let app = app().await;
    app.page.answer(401, &problem(401));
    assert!(app.auth.connected_accounts().await.is_err());

    app.answer_renewal(|answer| answer["access_token"] = "another".into());
    app.page.answer(200, r#"{"accounts":[]}"#);
    app.auth.connected_accounts().await.unwrap();
    let last = app.page.events().pop().unwrap();
    assert!(matches!(last, Event::Called { token, .. } if token == "another"));
}

#[tokio::test]
async fn without_a_refresh_token_a_login_is_required_and_then_enough() {
    let app = App::new();
    app.log_in().await;
    assert_eq!(app.auth.connected_accounts().await, Err(AuthError::LoginRequired));
    assert_eq!(app.page.calls(), 0);

    let login = app.auth.my_account_login(Some("/accounts".to_owned()));
    assert_eq!(login.audience, Some(my_account()));
    app.auth.login_with_redirect(login).await.unwrap();
    app.page.sign_in(&auth_client::platform::double::ada());
    let logged_in = app.finish().await.unwrap();
    assert_eq!(logged_in.return_to.as_deref(), Some("/accounts"));
    assert_eq!(logged_in.connected, None);
    app.page.answer(200, r#"{"accounts":[]}"#);
    assert_eq!(app.auth.connected_accounts().await, Ok(Vec::new()));
}
