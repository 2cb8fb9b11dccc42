//! What can stand in a view.

use leptos::prelude::document;
use web_sys::Node;

use crate::live::follow;

/// A piece of a page that is not in the page yet.
pub enum AnyView {
    /// An element or a text.
    Node(Node),
    /// Several pieces, one after the other; none at all.
    List(Vec<AnyView>),
    /// A piece that is drawn again when something changes that it read.
    Live(Box<dyn FnMut() -> AnyView>),
}

impl AnyView {
    /// What `view!` adds in debug builds, for hot reload; we load the page anew instead.
    #[doc(hidden)]
    #[must_use]
    pub fn with_view_marker(self, _: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        self
    }

    /// Puts it into the page, before `next` or at the parent's end.
    pub(crate) fn mount(self, parent: &Node, next: Option<&Node>) {
        match self {
            Self::Node(node) => insert(parent, &node, next),
            Self::List(views) => views.into_iter().for_each(|view| view.mount(parent, next)),
            Self::Live(draw) => mount_live(parent, next, draw),
        }
    }
}

fn insert(parent: &Node, node: &Node, next: Option<&Node>) {
    let _ = parent.insert_before(node, next);
}

/// Two empty comments mark where it begins and ends; what stands between is replaced.
fn mount_live(parent: &Node, next: Option<&Node>, mut draw: Box<dyn FnMut() -> AnyView>) {
    let document = document();
    let (first, last): (Node, Node) =
        (document.create_comment("").into(), document.create_comment("").into());
    insert(parent, &first, next);
    insert(parent, &last, next);
    follow(Box::new(move || {
        let view = draw();
        let Some(parent) = last.parent_node() else { return };
        while let Some(old) = first.next_sibling().filter(|old| *old != last) {
            let _ = parent.remove_child(&old);
        }
        view.mount(&parent, Some(&last));
    }));
}

/// Whatever can stand in a view.
pub trait IntoView: Sized {
    /// As a piece of a page.
    fn into_any(self) -> AnyView;
}

/// Its type is forgotten either way here.
pub use IntoView as IntoAny;

impl IntoView for AnyView {
    fn into_any(self) -> AnyView {
        self
    }
}

impl IntoView for () {
    fn into_any(self) -> AnyView {
        AnyView::List(Vec::new())
    }
}

impl IntoView for &str {
    fn into_any(self) -> AnyView {
        AnyView::Node(document().create_text_node(self).into())
    }
}

impl IntoView for String {
    fn into_any(self) -> AnyView {
        self.as_str().into_any()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl IntoView for $number {
            fn into_any(self) -> AnyView {
                self.to_string().into_any()
            }
        })*
    };
}

numbers!(i32 u32 u64 usize);

impl<V: IntoView> IntoView for Option<V> {
    fn into_any(self) -> AnyView {
        self.map_or_else(|| ().into_any(), V::into_any)
    }
}

impl<V: IntoView> IntoView for Vec<V> {
    fn into_any(self) -> AnyView {
        AnyView::List(self.into_iter().map(V::into_any).collect())
    }
}

/// Drawn again when something changes that it read.
impl<F: FnMut() -> V + 'static, V: IntoView> IntoView for F {
    fn into_any(mut self) -> AnyView {
        AnyView::Live(Box::new(move || self().into_any()))
    }
}

macro_rules! tuples {
    ($($view:ident)*) => {
        impl<$($view: IntoView),*> IntoView for ($($view,)*) {
            #[expect(non_snake_case, reason = "a name is a type and its value here")]
            fn into_any(self) -> AnyView {
                let ($($view,)*) = self;
                AnyView::List(vec![$($view.into_any()),*])
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);

/// Draws each item of an iterator.
pub trait CollectView {
    /// All of them, one after the other.
    fn collect_view(self) -> Vec<AnyView>;
}

impl<I: Iterator<Item = V>, V: IntoView> CollectView for I {
    fn collect_view(self) -> Vec<AnyView> {
        self.map(V::into_any).collect()
    }
}

/// What `view!` makes of its outermost tags.
pub struct View;

impl View {
    /// As a piece of a page.
    #[expect(clippy::new_ret_no_self, reason = "the name that view! calls")]
    pub fn new(view: impl IntoView) -> AnyView {
        view.into_any()
    }
}

/// What `view!` does to each expression among the children.
pub trait IntoRender: Sized {
    /// Nothing: [`IntoView`] does.
    #[must_use]
    fn into_render(self) -> Self {
        self
    }
}

impl<V: IntoView> IntoRender for V {}
