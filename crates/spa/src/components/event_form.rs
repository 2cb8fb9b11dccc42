//! A new event.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;

use crate::browser;
use crate::calendar_api::ApiError;
use crate::components::notice::{Notice, Tone};
use crate::draft::{Draft, Field, Mistake, Planned};

impl Field {
    /// The id of its input.
    const fn id(self) -> &'static str {
        match self {
            Self::Title => TITLE_FIELD,
            Self::Day => "event-day",
            Self::Starts => "event-starts",
            Self::Ends => "event-ends",
        }
    }

    /// The id of what is wrong with it.
    const fn error_id(self) -> &'static str {
        match self {
            Self::Title => "event-title-error",
            Self::Day => "event-day-error",
            Self::Starts => "event-starts-error",
            Self::Ends => "event-ends-error",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Day => "day",
            Self::Starts => "starts",
            Self::Ends => "ends",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Day => "Day",
            Self::Starts => "Starts",
            Self::Ends => "Ends",
        }
    }

    fn text(self, draft: &Draft) -> &String {
        match self {
            Self::Title => &draft.title,
            Self::Day => &draft.day,
            Self::Starts => &draft.starts,
            Self::Ends => &draft.ends,
        }
    }

    fn write(self, draft: &mut Draft, text: String) {
        *match self {
            Self::Title => &mut draft.title,
            Self::Day => &mut draft.day,
            Self::Starts => &mut draft.starts,
            Self::Ends => &mut draft.ends,
        } = text;
    }
}

/// The id of the title's field, to which an empty week leads.
pub const TITLE_FIELD: &str = "event-title";

/// Title, day, start and end, and **Add event**. What cannot be an event is told at the field that is wrong, and the
/// focus goes there; what cannot be saved is told above the button. Nothing that was typed is lost by either.
#[component]
pub fn EventForm(
    /// What stands in the fields.
    draft: RwSignal<Draft>,
    /// Whether the event is being saved.
    saving: RwSignal<bool>,
    /// Why the last one was not saved.
    problem: RwSignal<Option<ApiError>>,
    /// Where and as whom it is saved.
    #[prop(into)]
    person: String,
    /// Takes an event that keeps the rules.
    #[prop(into)]
    on_submit: Callback<Planned>,
) -> impl IntoView {
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if saving.get_untracked() {
            return;
        }
        match draft.with_untracked(Draft::checked) {
            Ok(planned) => {
                mistakes.set(Vec::new());
                on_submit.run(planned);
            }
            Err(found) => {
                let first = found.first().map(|mistake| mistake.field.id());
                mistakes.set(found);
                first.map(browser::focus);
            }
        }
    };
    view! {
        <form class="card stack" aria-labelledby="new" novalidate=true on:submit=submit>
            <h2 id="new">"New event"</h2>
            <Input field=Field::Title draft mistakes/>
            <MistakeAt field=Field::Title mistakes/>
            <Input field=Field::Day draft mistakes/>
            <MistakeAt field=Field::Day mistakes/>
            <div class="row"><Input field=Field::Starts draft mistakes/><Input field=Field::Ends draft mistakes/></div>
            <MistakeAt field=Field::Starts mistakes/>
            <MistakeAt field=Field::Ends mistakes/>
            {move || problem.get().map(|problem| {
                let fact = ["Not added. ", &*problem.headline(), "."].concat();
                view! { <Notice tone=Tone::Bad fact text=problem.cause()/> }.into_any()
            })}
            <button class="primary" aria-busy=move || saving.get().then_some("true")>
                {move || if saving.get() { "Adding event" } else { "Add event" }}
            </button>
            <p><small>"Saved in the provider's calendar as "{person}", with "<span class="mono">"write:calendar"</span>"."</small></p>
        </form>
    }
}

/// A field with its label.
#[component]
fn Input(
    /// Which.
    field: Field,
    /// What stands in it.
    draft: RwSignal<Draft>,
    /// What is wrong with it.
    mistakes: RwSignal<Vec<Mistake>>,
) -> impl IntoView {
    let wrong =
        move || mistakes.with(|mistakes| mistakes.iter().any(|mistake| mistake.field == field));
    let typed = move |event: Event| {
        draft.update(|draft| field.write(draft, event_target_value(&event)));
        mistakes.update(|mistakes| mistakes.retain(|mistake| mistake.field != field));
    };
    view! {
        <label>
            {field.label()}
            <input
                id=field.id()
                name=field.name()
                autocomplete="off"
                inputmode=(field != Field::Title).then_some("numeric")
                aria-required="true"
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=move || wrong().then_some(field.error_id())
                prop:value=move || draft.with(|draft| field.text(draft).clone())
                on:input=typed
            />
        </label>
    }
}

/// What is wrong with a field, where something is.
#[component]
fn MistakeAt(
    /// The field.
    field: Field,
    /// All that is wrong.
    mistakes: RwSignal<Vec<Mistake>>,
) -> impl IntoView {
    let mistake = move || {
        mistakes.with(|mistakes| mistakes.iter().find(|mistake| mistake.field == field).cloned())
    };
    view! {
        {move || mistake().map(|mistake| view! { <p class="ink bad" id=field.error_id()>{mistake.text}</p> }.into_any())}
    }
}
