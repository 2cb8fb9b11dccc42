//! What `leptos-light` does with a view, as far as components rely on it.

use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{draw, settled, texts};

#[wasm_bindgen_test]
async fn text_follows_a_signal() {
    let count = RwSignal::new(1);
    let place = draw(|| view! { <p>"Count: " {move || count.get()}</p> });
    assert_eq!(texts(&place, "p"), ["Count: 1"]);

    count.set(2);
    settled().await;
    assert_eq!(texts(&place, "p"), ["Count: 2"]);
}

#[wasm_bindgen_test]
async fn an_attribute_comes_and_goes() {
    let busy = RwSignal::new(false);
    let place =
        draw(|| view! { <button aria-busy=move || busy.get().then_some("true")>"Save"</button> });
    let button = place.first_element_child().unwrap();
    assert_eq!(button.get_attribute("aria-busy"), None);

    busy.set(true);
    settled().await;
    assert_eq!(button.get_attribute("aria-busy").as_deref(), Some("true"));
    busy.set(false);
    settled().await;
    assert_eq!(button.get_attribute("aria-busy"), None);
}

#[wasm_bindgen_test]
async fn parts_keep_their_place_among_their_neighbours() {
    let (first, second) = (RwSignal::new(false), RwSignal::new(true));
    let place = draw(|| {
        view! {
            <i>"a"</i>
            {move || first.get().then(|| view! { <i>"b"</i> <i>"c"</i> })}
            {move || second.get().then(|| view! { <i>"d"</i> })}
            <i>"e"</i>
        }
    });
    assert_eq!(texts(&place, "i"), ["a", "d", "e"]);

    first.set(true);
    settled().await;
    assert_eq!(texts(&place, "i"), ["a", "b", "c", "d", "e"]);
    second.set(false);
    settled().await;
    assert_eq!(texts(&place, "i"), ["a", "b", "c", "e"]);
}

#[wasm_bindgen_test]
async fn a_part_inside_a_part_goes_with_it() {
    let (shown, count, runs) = (RwSignal::new(true), RwSignal::new(0), StoredValue::new(0));
    let place = draw(|| {
        view! {
            {move || shown.get().then(|| view! {
                <p>{move || { runs.update_value(|runs| *runs += 1); count.get() }}</p>
            })}
        }
    });
    count.set(1);
    settled().await;
    assert_eq!((texts(&place, "p"), runs.get_value()), (vec!["1".to_owned()], 2));

    shown.set(false);
    settled().await;
    count.set(2);
    settled().await;
    assert_eq!(texts(&place, "p").len(), 0);
    assert_eq!(runs.get_value(), 2, "nobody draws what is gone");

    shown.set(true);
    settled().await;
    assert_eq!(texts(&place, "p"), ["2"]);
}

#[wasm_bindgen_test]
fn what_a_parent_provides_is_there_for_its_children() {
    #[component]
    fn Child() -> impl IntoView {
        let word = use_context::<&'static str>();
        view! { <p>{move || word.unwrap_or("nothing")}</p> }
    }

    #[component]
    fn Parent(children: Children) -> impl IntoView {
        provide_context("provided");
        children()
    }

    let place = draw(|| view! { <Parent><Child/></Parent> });
    assert_eq!(texts(&place, "p"), ["provided"]);
}
