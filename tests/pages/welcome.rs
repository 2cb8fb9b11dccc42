//! `/` of the app.

use crate::browser::Browser;

pub struct Welcome<'a>(pub &'a Browser);

impl Welcome<'_> {
    /// Leaves for the tenant.
    pub async fn log_in(&self) {
        self.0.press("Log in").await;
    }

    /// Whether somebody may log in here: the app shows nobody's session.
    pub async fn offers_login(&self) {
        self.0.see("//main//*[self::button or self::a][normalize-space()='Log in']").await;
    }
}
