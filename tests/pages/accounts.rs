//! `/accounts` of the app.

use crate::browser::Browser;

/// Something that a person presses on the page itself, not in the dialog over it.
const ON_PAGE: &str = "//main/div//button";
const IN_DIALOG: &str = "//dialog[@open]//button";

pub struct Accounts<'a>(pub &'a Browser);

impl Accounts<'_> {
    /// By the navigation.
    pub async fn visit(&self) {
        self.0.press("Accounts").await;
        self.0.heading("Connected accounts").await;
    }

    /// Waits until an account of this provider is listed as connected.
    pub async fn shows(&self, provider: &str) {
        self.0.see(&account(provider)).await;
    }

    /// What the account of this provider allows, in plain words with technical names.
    pub async fn permissions_of(&self, provider: &str) -> Vec<String> {
        self.shows(provider).await;
        self.0.texts(&format!("{}//li", account(provider))).await
    }

    /// Waits until the page says that nothing is connected.
    pub async fn tells_that_nothing_is_connected(&self) {
        self.0.heading("Nothing connected").await;
    }

    /// Takes a permission out of what is asked for, or back in.
    pub async fn toggle(&self, permission: &str) {
        let label = format!("//label[starts-with(normalize-space(), '{permission}')]//input");
        self.0.press_at(&label).await;
    }

    /// Leaves for the provider.
    pub async fn connect(&self, provider: &str) {
        self.0.press(&format!("Connect {provider}")).await;
    }

    /// Presses Disconnect, and waits for the question.
    pub async fn ask_to_disconnect(&self, provider: &str) {
        self.0.press_at(&format!("{ON_PAGE}[normalize-space()='Disconnect']")).await;
        self.0.heading(&format!("Disconnect {provider}?")).await;
    }

    /// Answers the question.
    pub async fn confirm(&self) {
        self.0.press_at(&format!("{IN_DIALOG}[normalize-space()='Disconnect']")).await;
    }

    /// Answers it otherwise.
    pub async fn keep(&self) {
        self.0.press_at(&format!("{IN_DIALOG}[normalize-space()='Keep it']")).await;
    }

    /// Disconnects the account of this provider, and is sure about it.
    pub async fn disconnect(&self, provider: &str) {
        self.ask_to_disconnect(provider).await;
        self.confirm().await;
        self.0.read(&format!("{provider} is disconnected.")).await;
    }
}

fn account(provider: &str) -> String {
    format!("//section[.//h2[normalize-space()='{provider}']]")
}
