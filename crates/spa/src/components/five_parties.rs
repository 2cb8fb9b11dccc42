//! The welcome drawing: five parties, six steps, and the line that the provider's token never crosses.

use leptos::prelude::*;

const WIDE: &str = include_str!("five_parties/wide.svg");
const TALL: &str = include_str!("five_parties/tall.svg");

/// Who talks to whom, as a drawing (lying or upright, as the screen has room) and as a list of the same six steps.
#[component]
pub fn FiveParties() -> impl IntoView {
    view! {
        <figure class="drawing" inner_html=[WIDE, TALL].concat()></figure>
        <ol class="fit">
            <li><b>"1"</b>" You log in at the tenant."</li>
            <li class="ink blue"><b>"2"</b>" This app gets an access token for the calendar API."</li>
            <li class="ink blue"><b>"3"</b>" It calls the API with that token."</li>
            <li class="ink blue"><b>"4"</b>" The API takes it to the Token Vault."</li>
            <li class="ink key"><b>"5"</b>" The vault gives back the provider's token."</li>
            <li class="ink key"><b>"6"</b>" The API reads your calendar with it."</li>
        </ol>
    }
}
