//! `/calendar` of the app.

use crate::browser::Browser;

const TITLES: &str = "//main//section//li//h3";

pub struct Calendar<'a>(pub &'a Browser);

impl Calendar<'_> {
    /// The titles of the events, as soon as there are any.
    pub async fn events(&self) -> Vec<String> {
        self.0.heading("Your calendar").await;
        self.0.see(TITLES).await;
        self.0.texts(TITLES).await
    }

    /// Waits until an event of this title is listed.
    pub async fn shows(&self, title: &str) {
        self.0.see(&format!("{TITLES}[normalize-space()='{title}']")).await;
    }

    /// Fills in the form for a new event and sends it.
    pub async fn create(&self, title: &str) {
        self.0.fill("Title", title).await;
        self.0.press("Add event").await;
    }

    /// Waits until the page says that there is no account to take events from.
    pub async fn tells_that_no_account_is_connected(&self) {
        self.0.heading("No account connected").await;
    }

    pub async fn log_out(&self) {
        self.0.press("Log out").await;
    }
}
