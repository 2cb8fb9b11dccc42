//! What stands between the tags of a component.

use std::sync::Arc;

use crate::view::{AnyView, IntoView};

/// Drawn once.
pub type Children = Box<dyn FnOnce() -> AnyView>;

/// Drawn as often as the component likes.
pub type ChildrenFn = Arc<dyn Fn() -> AnyView>;

/// From the closure that `view!` makes of it.
pub trait ToChildren<F> {
    /// The children.
    fn to_children(draw: F) -> Self;
}

impl<F: FnOnce() -> V + 'static, V: IntoView> ToChildren<F> for Children {
    fn to_children(draw: F) -> Self {
        Box::new(move || draw().into_any())
    }
}

impl<F: Fn() -> V + 'static, V: IntoView> ToChildren<F> for ChildrenFn {
    fn to_children(draw: F) -> Self {
        Arc::new(move || draw().into_any())
    }
}
