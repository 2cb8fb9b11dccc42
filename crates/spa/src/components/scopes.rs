//! Permissions, in plain words with their technical names.

use leptos::ev::Event;
use leptos::prelude::*;
use wire::scope::ScopeSet;

use crate::components::icon::{Drawing, Icon};
use crate::provider;

/// What is allowed.
#[component]
pub fn Scopes(
    /// The permissions.
    scopes: Vec<String>,
) -> impl IntoView {
    let scopes = scopes.into_iter().map(|scope| {
        view! { <li><Icon drawing=Drawing::Check/><span>{labelled(scope)}</span></li> }
    });
    view! { <ul class="grants">{scopes.collect_view()}</ul> }
}

/// What to ask for: a checkbox for each permission; those that an account cannot be kept without are fixed.
#[component]
pub fn ScopeChoice(
    /// The permissions to choose from.
    scopes: Vec<String>,
    /// Those that are chosen.
    chosen: RwSignal<ScopeSet>,
) -> impl IntoView {
    let choices = scopes.into_iter().map(|scope| {
        let fixed = provider::is_required(&scope);
        let its_words = labelled(scope.clone());
        let toggle = move |_: Event| chosen.update(|chosen| *chosen = toggled(chosen, &scope));
        view! {
            <label class="check">
                <input type="checkbox" checked=true disabled=fixed on:input=toggle/>
                <span>{its_words}</span>
            </label>
        }
    });
    view! {
        <div role="group" aria-label="Permissions to ask for">{choices.collect_view()}</div>
    }
}

/// The words and, beneath, the technical name; that alone where we have no words.
fn labelled(scope: String) -> AnyView {
    match provider::words(&scope) {
        Some(words) => view! { {words}<br/><small class="mono">{scope}</small> }.into_any(),
        None => view! { <span class="mono">{scope}</span> }.into_any(),
    }
}

fn toggled(chosen: &ScopeSet, scope: &str) -> ScopeSet {
    if chosen.contains(scope) {
        chosen.filtered(|other| other != scope)
    } else {
        chosen.iter().chain([scope]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_taken_out_and_put_back() {
        let without = toggled(&"openid calendar".into(), "calendar");
        assert_eq!(without, "openid".into());
        assert_eq!(toggled(&without, "calendar"), "openid calendar".into());
    }
}
