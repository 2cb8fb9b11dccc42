//! A client of a tenant that both do what a test says.
#![expect(clippy::unwrap_used, reason = "a test whose world cannot be arranged has failed")]

use auth_client::platform::double::{Double, Event, ada};
use auth_client::{
    AuthClient, AuthError, CallbackOutcome, Config, ConnectAccount, LoggedIn, Login,
};
use serde_json::{Value, json};
use wire::ids::Audience;
use wire::parameters::Parameters;

/// The app's own origin.
pub const APP: &str = "http://localhost:8080";
/// The tenant's name in tokens.
pub const ISSUER: &str = "https://tenant.example/";
/// The app at the tenant.
pub const CLIENT_ID: &str = "calendar-spa";

/// A client, and the page that it is in.
pub struct App {
    pub page: Double,
    pub auth: AuthClient<Double>,
}

impl App {
    pub fn new() -> Self {
        Self::on(&Double::at(APP))
    }

    /// A client that has just started in `page`: as after a reload.
    pub fn on(page: &Double) -> Self {
        let config = Config {
            domain: ISSUER.parse().unwrap(),
            client_id: CLIENT_ID.into(),
            redirect_uri: [APP, "/callback"].concat(),
        };
        Self { page: page.clone(), auth: AuthClient::new(config, page.clone()) }
    }

    /// The person presses **Log in**; the page is at the tenant now.
    pub async fn begin(&self) {
        self.auth.login_with_redirect(calendar_login()).await.unwrap();
    }

    /// The whole login, by Ada.
    pub async fn log_in(&self) -> LoggedIn {
        self.begin().await;
        self.page.sign_in(&ada());
        self.finish().await.unwrap()
    }

    /// A login that brings a refresh token.
    pub async fn log_in_offline(&self) -> LoggedIn {
        self.auth.login_with_redirect(offline_login()).await.unwrap();
        self.page.sign_in(&ada());
        self.finish().await.unwrap()
    }

    /// The page that the tenant sent the browser back to signs somebody in.
    pub async fn finish(&self) -> Result<LoggedIn, AuthError> {
        self.auth.handle_redirect_callback().await.map(logged_in)
    }

    /// The page that the browser came back to leaves again.
    pub async fn leaves_again(&self) {
        let outcome = self.auth.handle_redirect_callback().await.unwrap();
        assert_eq!(outcome, CallbackOutcome::Leaving);
    }

    /// The token endpoint's answer to the next renewal.
    pub fn answer_renewal(&self, change: impl FnOnce(&mut Value)) {
        let mut answer = json!({
            "access_token": "a-renewed-token",
            "refresh_token": "the-next-refresh-token",
            "expires_in": 600,
            "token_type": "Bearer",
        });
        change(&mut answer);
        self.page.answer(200, &answer.to_string());
    }

    /// What the last form said.
    pub fn last_form(&self) -> Parameters {
        let events = self.page.events();
        let body = events.iter().rev().find_map(|event| match event {
            Event::Posted { body, .. } => Some(body),
            _ => None,
        });
        Parameters::from_form(body.expect("a form was posted").as_bytes()).unwrap()
    }

    /// A login whose ID token has changed claims.
    pub async fn log_in_with_claims(
        &self,
        change: impl FnOnce(&mut Value),
    ) -> Result<LoggedIn, AuthError> {
        self.begin().await;
        let mut claims = self.page.id_token_claims(&ada());
        change(&mut claims);
        self.finish_with(self.page.token_response(&claims)).await
    }

    /// A login whose token response has changed members.
    pub async fn log_in_with_response(
        &self,
        change: impl FnOnce(&mut Value),
    ) -> Result<LoggedIn, AuthError> {
        self.begin().await;
        let claims = self.page.id_token_claims(&ada());
        let mut response = self.page.token_response(&claims);
        change(&mut response);
        self.finish_with(response).await
    }

    async fn finish_with(&self, response: Value) -> Result<LoggedIn, AuthError> {
        self.page.answer(200, &response.to_string());
        self.page.come_back("code=a-code");
        self.finish().await
    }
}

/// Fails when the page is left again.
pub fn logged_in(outcome: CallbackOutcome) -> LoggedIn {
    match outcome {
        CallbackOutcome::LoggedIn(logged_in) => *logged_in,
        CallbackOutcome::Leaving => panic!("the page is left again"),
    }
}

/// The calendar API.
pub fn calendar() -> Audience {
    "https://my-api.example.com".into()
}

/// What the calendar app asks for.
pub fn calendar_login() -> Login {
    Login {
        audience: Some(calendar()),
        scope: "profile email read:calendar write:calendar".into(),
        return_to: Some("/calendar".to_owned()),
    }
}

/// The same, to be renewed without the person.
pub fn offline_login() -> Login {
    Login { scope: "offline_access read:calendar write:calendar".into(), ..calendar_login() }
}

/// The tenant's My Account API.
pub fn my_account() -> Audience {
    [ISSUER, "me/"].concat().into()
}

/// An account that somebody wants to connect.
pub fn google() -> ConnectAccount {
    ConnectAccount {
        connection: "google-oauth2".into(),
        scopes: "openid calendar.events".into(),
        return_to: Some("/calendar".to_owned()),
    }
}
