//! Checks as bolts in their slots: drawn back, halfway, home, or stuck.

use leptos::prelude::*;

/// Where a bolt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bolt {
    /// Drawn back: this check waits for the one before it.
    Waiting,
    /// On its way.
    Running,
    /// Home, after so many milliseconds.
    Done(u32),
    /// Stuck.
    Failed,
}

impl Bolt {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Waiting => None,
            Self::Running => Some("run"),
            Self::Done(_) => Some("ok"),
            Self::Failed => Some("bad"),
        }
    }
}

/// One check: its name, what it looks at, and how it stands, in words too.
#[component]
pub fn Check(
    /// What is checked.
    name: &'static str,
    /// What that means.
    #[prop(into)]
    note: String,
    /// How it stands.
    bolt: Bolt,
) -> impl IntoView {
    let (done, state) = match bolt {
        Bolt::Waiting => (None, "waiting".to_owned()),
        Bolt::Running => (None, "running".to_owned()),
        Bolt::Done(duration) => {
            (Some(view! { <span class="hide">"done, "</span> }), format!("{duration} ms"))
        }
        Bolt::Failed => (None, "failed".to_owned()),
    };
    view! {
        <li class=bolt.class()>
            <div><b>{name}</b><p class="soft">{note}</p></div>
            <span class="mono">{done}{state}</span>
        </li>
    }
}
