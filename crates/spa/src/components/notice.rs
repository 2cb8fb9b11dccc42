//! A line at the top of the content, for what happened meanwhile.

use leptos::prelude::*;

use crate::components::icon::{Drawing, Icon};

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Good,
    /// Something is old or missing.
    Aged,
    /// It failed.
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "notice ok",
            Self::Aged => "notice key",
            Self::Bad => "notice bad",
        }
    }

    const fn drawing(self) -> Drawing {
        match self {
            Self::Good => Drawing::Check,
            Self::Aged | Self::Bad => Drawing::Warning,
        }
    }

    /// A failure interrupts whoever listens; anything else waits for its turn.
    const fn role(self) -> &'static str {
        match self {
            Self::Good | Self::Aged => "status",
            Self::Bad => "alert",
        }
    }
}

/// A bold fact, a sentence, and at most one button.
#[component]
pub fn Notice(
    /// How it is meant.
    tone: Tone,
    /// What happened.
    #[prop(into)]
    fact: String,
    /// What that means.
    #[prop(into)]
    text: String,
    /// The button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=tone.class() role=tone.role()>
            <Icon drawing=tone.drawing() toned=true/>
            <div class="row apart">
                <p><b>{fact}</b> " " {text}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
