//! The tenant's login page.

use crate::browser::Browser;

pub struct Login<'a>(pub &'a Browser);

impl Login<'_> {
    /// Waits until the tenant asks who it is.
    pub async fn appears(&self) {
        self.0.heading("Log in").await;
        self.0.see("//input[@name='password']").await;
    }

    /// By the button that bears the person's name.
    pub async fn continue_as(&self, name: &str) {
        self.0.press(name).await;
    }

    /// By the form.
    pub async fn with_password(&self, username: &str, password: &str) {
        self.appears().await;
        self.0.fill_named("username", username).await;
        self.0.fill_named("password", password).await;
        self.0.press("Continue").await;
    }
}
