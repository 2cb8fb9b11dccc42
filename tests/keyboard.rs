//! What a person does without a mouse.

use crate::browser::Browser;
use fantoccini::elements::Element;
use fantoccini::key::Key;

/// More stops than any page of ours has.
const STOPS: usize = 30;

/// The name of what has the focus: that of a field, or the words of anything else; nothing where it cannot be seen to
/// have it.
const FOCUSED: &str = "
    const { activeElement } = document;
    const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
    if (activeElement === document.body || outlineStyle === 'none' || outlineWidth === '0px') return '';
    return activeElement.name && activeElement.matches('input')
        ? activeElement.name
        : activeElement.textContent.trim();
";

impl Browser {
    /// Presses Tab until something of this name has the focus. Everything on the way must be seen to have it.
    pub async fn tab_to(&self, name: &str) {
        let mut stops = Vec::new();
        while stops.len() < STOPS {
            self.focused().await.send_keys(&Key::Tab.to_string()).await.expect("Tab is pressed");
            let focused = self.client().execute(FOCUSED, Vec::new()).await.expect("a script runs");
            let focused = focused.as_str().unwrap_or_default().to_owned();
            assert!(!focused.is_empty(), "the focus cannot be seen after {stops:?}");
            if focused == name {
                return;
            }
            stops.push(focused);
        }
        panic!("no {name:?} on the way: {stops:?}");
    }

    /// Types where the focus is.
    pub async fn type_keys(&self, text: &str) {
        self.focused().await.send_keys(text).await.expect("keys are pressed");
    }

    pub async fn press_enter(&self) {
        self.type_keys(&Key::Enter.to_string()).await;
    }

    async fn focused(&self) -> Element {
        self.client().active_element().await.expect("a page is open")
    }
}
