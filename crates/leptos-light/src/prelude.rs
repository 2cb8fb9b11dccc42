//! What components need.

pub use leptos::prelude::*;

pub use crate::children::{Children, ChildrenFn, ToChildren};
pub use crate::mount::{mount_to, mount_to_body};
pub use crate::tachys::html::attribute::IntoAttributeValue;
pub use crate::view::{AnyView, CollectView, IntoAny, IntoRender, IntoView, View};
