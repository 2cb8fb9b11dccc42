//! The provider's own pages: who one is there, and what the tenant may do.

use crate::browser::Browser;

pub struct Provider<'a>(pub &'a Browser);

impl Provider<'_> {
    /// Waits until the provider asks who it is.
    pub async fn appears(&self) {
        self.0.heading("Sign in").await;
    }

    /// By the button that bears the person's name.
    pub async fn sign_in_as(&self, name: &str) {
        self.appears().await;
        self.0.press(name).await;
    }

    pub async fn accept(&self) {
        self.0.press("Accept").await;
    }

    pub async fn deny(&self) {
        self.0.press("Deny").await;
    }

    /// What is asked for, by technical name.
    pub async fn asks_for(&self) -> Vec<String> {
        self.0.see("//button[normalize-space()='Accept']").await;
        self.0.texts("//main//li//small").await
    }
}
