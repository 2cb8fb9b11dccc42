//! What an account may be asked for.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, HtmlInputElement};
use spa::components::scopes::{ScopeChoice, Scopes};
use wasm_bindgen_test::wasm_bindgen_test;
use wire::scope::ScopeSet;

use super::{draw, find, texts};

const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";

fn scopes() -> Vec<String> {
    ["openid", EVENTS, "tasks"].map(str::to_owned).to_vec()
}

fn checkbox(place: &Element, index: u32) -> HtmlInputElement {
    let boxes = place.query_selector_all("input[type=checkbox]").unwrap();
    boxes.item(index).unwrap().unchecked_into()
}

#[wasm_bindgen_test]
fn permissions_are_told_in_plain_words_with_their_names() {
    let place = draw(|| view! { <Scopes scopes=scopes()/> });
    let told = texts(&place, "li");
    assert_eq!(told[1], ["See and change events", EVENTS].concat());
    assert_eq!(told[2], "tasks", "one that we have no words for");
}

#[wasm_bindgen_test]
fn a_permission_is_chosen_by_its_box_and_a_required_one_is_fixed() {
    let chosen = RwSignal::new(scopes().into_iter().collect::<ScopeSet>());
    let place = draw(|| view! { <ScopeChoice scopes=scopes() chosen/> });
    assert!((0..3).all(|index| checkbox(&place, index).checked()));
    assert!(checkbox(&place, 0).disabled() && !checkbox(&place, 1).disabled());

    checkbox(&place, 1).click();
    assert_eq!(chosen.get_untracked(), "openid tasks".into());
    // The words belong to the box, too.
    find(&place, "label:nth-child(2)").unchecked_into::<HtmlElement>().click();
    assert_eq!(chosen.get_untracked(), scopes().into_iter().collect());
}
