//! Closures that are run again when something changes that they read.

use leptos::reactive::effect::RenderEffect;
use leptos::reactive::owner::on_cleanup;

/// Runs `run` now, and again when something changes that it read, as long as its owner lives.
pub(crate) fn follow(mut run: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| run());
    on_cleanup(move || drop(effect));
}
