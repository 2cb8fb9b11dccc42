//! A client of a tenant that both do what a test says.
#![expect(clippy::unwrap_used, reason = "a test whose world cannot be arranged has failed")]

use auth_client::platform::double::{Double, ada};
use auth_client::{AuthClient, AuthError, Config, LoggedIn, Login};
use serde_json::Value;
use wire::ids::Audience;

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
        self.auth.handle_redirect_callback().await.unwrap()
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
        self.auth.handle_redirect_callback().await
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
