//! An app that connects accounts of its people's (connected-accounts.md §2).

use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::{Browser, CALLBACK, CHALLENGE, Reply, VERIFIER, World, parameter};
use crate::social_login::at_the_provider;

/// What a token for Connected Accounts may allow.
pub(crate) const SCOPES: &str =
    "create:me:connected_accounts read:me:connected_accounts delete:me:connected_accounts";

pub(crate) const CONNECT: &str = "/me/v1/connected-accounts/connect";
pub(crate) const COMPLETE: &str = "/me/v1/connected-accounts/complete";
pub(crate) const ACCOUNTS: &str = "/me/v1/connected-accounts/accounts";
pub(crate) const CONNECTIONS: &str = "/me/v1/connected-accounts/connections";

/// The object with some members changed, added or (when null) left out.
fn changed(mut object: Value, changes: Value) -> Value {
    if let (Value::Object(members), Value::Object(changes)) = (&mut object, changes) {
        for (name, value) in changes {
            members.remove(&name);
            if !value.is_null() {
                members.insert(name, value);
            }
        }
    }
    object
}

/// The app's wish.
pub(crate) fn wish(changes: Value) -> Value {
    let wish = json!({
        "connection": "google-oauth2",
        "redirect_uri": CALLBACK,
        "state": "af0ifjsldkj",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    });
    changed(wish, changes)
}

/// An attempt as its app knows it.
pub(crate) struct Attempt {
    pub(crate) auth_session: String,
    pub(crate) ticket: String,
}

impl Attempt {
    /// What completes it, with the code of the callback.
    pub(crate) fn completion(&self, callback: &Url, changes: Value) -> Value {
        let completion = json!({
            "auth_session": self.auth_session,
            "connect_code": parameter(callback, "connect_code").unwrap(),
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        });
        changed(completion, changes)
    }

    /// Sends a browser to the provider.
    pub(crate) async fn hop(&self, browser: &Browser<'_>) -> Reply {
        browser.get(&format!("/connected-accounts/connect?ticket={}", self.ticket)).await
    }

    /// Goes to the provider and back to the tenant, where the person has yet to arrive.
    pub(crate) async fn to_the_tenant(
        &self,
        browser: &Browser<'_>,
        person: &str,
        decision: &str,
    ) -> Url {
        let provider = self.hop(browser).await.location();
        let back = at_the_provider(browser, &provider, person, decision).await;
        assert_eq!(back.path(), "/login/callback", "{back}");
        back
    }

    /// Goes to the provider and all the way back to the app.
    pub(crate) async fn to_the_app(
        &self,
        browser: &Browser<'_>,
        person: &str,
        decision: &str,
    ) -> Url {
        let back = self.to_the_tenant(browser, person, decision).await;
        let callback = browser.get(back.as_str()).await.expect(StatusCode::FOUND).location();
        assert!(callback.as_str().starts_with(&format!("{CALLBACK}?")), "{callback}");
        assert_eq!(parameter(&callback, "state").as_deref(), Some("af0ifjsldkj"));
        callback
    }
}

impl World {
    /// Identifier of the My Account API.
    pub(crate) fn my_account_audience(&self) -> String {
        format!("{}me/", self.tenant.issuer())
    }

    /// A token for it, as if that person had logged in with the app.
    pub(crate) async fn account_token(&self, email: &str, scope: &str) -> String {
        let audience = self.my_account_audience();
        let token = self.tenant.access_token(email, "calendar-spa", &audience, scope).await;
        token.unwrap().expose().to_owned()
    }

    pub(crate) async fn my_account(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Reply {
        self.management_with(token, method, path, body).await
    }

    /// `POST …/connect`.
    pub(crate) async fn connect(&self, token: &str, changes: Value) -> Reply {
        self.my_account(token, "POST", CONNECT, Some(wish(changes))).await
    }

    /// The same, to go on with.
    pub(crate) async fn attempt(&self, token: &str, changes: Value) -> Attempt {
        let reply = self.connect(token, changes).await;
        let answer = reply.expect(StatusCode::CREATED).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Attempt {
            auth_session: text(&answer["auth_session"]),
            ticket: text(&answer["connect_params"]["ticket"]),
        }
    }

    /// `POST …/complete`.
    pub(crate) async fn complete(&self, token: &str, completion: Value) -> Reply {
        self.my_account(token, "POST", COMPLETE, Some(completion)).await
    }

    /// Connects an account from the wish to the end.
    pub(crate) async fn connected(&self, token: &str, person: &str, changes: Value) -> Value {
        let attempt = self.attempt(token, changes).await;
        let callback = attempt.to_the_app(&self.browser(), person, "accept").await;
        let reply = self.complete(token, attempt.completion(&callback, json!({}))).await;
        reply.expect(StatusCode::CREATED).json()
    }

    /// The person's accounts.
    pub(crate) async fn accounts(&self, token: &str, query: &str) -> Value {
        self.my_account(token, "GET", &format!("{ACCOUNTS}{query}"), None).await.ok()
    }

    /// How many there are.
    #[track_caller]
    pub(crate) fn count(accounts: &Value) -> usize {
        accounts["accounts"].as_array().unwrap().len()
    }
}

impl Reply {
    /// A refusal of the My Account API.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        self.expect(StatusCode::from_u16(status).unwrap());
        let problem = self.json();
        assert_eq!(problem["status"], status, "{self:?}");
        assert!(problem["type"].as_str().unwrap().ends_with(code), "{self:?}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{self:?}");
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        problem
    }
}
