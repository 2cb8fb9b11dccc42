//! `/callback` of the app, when a login did not finish.

use crate::browser::Browser;

pub struct Refused<'a>(pub &'a Browser);

impl Refused<'_> {
    /// Waits for the page that says why, by its code.
    pub async fn because(&self, code: &str) {
        self.0.heading("Login did not finish").await;
        self.0.read(code).await;
    }
}
