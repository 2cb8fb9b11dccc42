//! Line drawings of 20 by 20, beside words or with a hidden label of their own.

use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// A leaf of a calendar.
    Calendar,
    /// A check mark.
    Check,
    /// Two sheets.
    Copy,
    /// A cross.
    Cross,
    /// A half moon and a half sun.
    HalfDisc,
    /// A key.
    Key,
    /// An arrow that comes back.
    Reload,
    /// To the left.
    Before,
    /// To the right.
    After,
    /// A triangle with an exclamation mark.
    Warning,
}

impl Drawing {
    const fn path(self) -> &'static str {
        match self {
            Self::Calendar => r#"<path d="M3 4.5h14v12H3zM3 8.5h14M7 2.5v4M13 2.5v4"/>"#,
            Self::Check => r#"<path d="M4 10.5l4 4 8-9"/>"#,
            Self::Copy => r#"<path d="M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7"/>"#,
            Self::Cross => r#"<path d="M5 5l10 10M15 5L5 15"/>"#,
            Self::HalfDisc => {
                r#"<circle cx="10" cy="10" r="6.5"/><path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/>"#
            }
            Self::Key => r#"<circle cx="6.5" cy="10" r="3.5"/><path d="M10 10h7.5v3M14 10v2.5"/>"#,
            Self::Reload => r#"<path d="M16.5 10A6.5 6.5 0 1 1 14 5M16.5 2.5V6.5H12.5"/>"#,
            Self::Before => r#"<path d="M12.5 4l-6 6 6 6"/>"#,
            Self::After => r#"<path d="M7.5 4l6 6-6 6"/>"#,
            Self::Warning => r#"<path d="M10 3l7.5 13.5h-15zM10 8v4M10 13.2v1.3"/>"#,
        }
    }
}

/// A drawing in the colour of the words around it. Screen readers pass over it.
#[component]
pub fn Icon(
    /// What is drawn.
    drawing: Drawing,
    /// Takes the colour of its part's tone instead.
    #[prop(optional)]
    toned: bool,
) -> impl IntoView {
    view! { <svg class=toned.then_some("ink") viewBox="0 0 20 20" aria-hidden="true" inner_html=drawing.path()></svg> }
}
