//! One answer, one exchange, however often the page asks: a code works once (TK-2/8), and frameworks run effects twice.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};

use super::{CallbackStep, CallbackUrl};
use crate::client::LoggedIn;
use crate::error::AuthError;

type Outcome = Result<LoggedIn, AuthError>;
type Listener = Rc<dyn Fn(CallbackStep)>;

/// The answer that was handled last, or is being handled.
///
/// Whoever awaits it drives it on, so that it ends even when the first to ask has gone.
#[derive(Clone)]
pub(crate) struct Handled {
    answer: String,
    page: String,
    outcome: Shared<LocalBoxFuture<'static, Outcome>>,
    progress: Rc<Progress>,
}

impl Handled {
    pub(crate) fn new(
        url: CallbackUrl,
        progress: Rc<Progress>,
        outcome: impl Future<Output = Outcome> + 'static,
    ) -> Self {
        Self {
            answer: url.answer,
            page: url.page,
            outcome: outcome.boxed_local().shared(),
            progress,
        }
    }

    /// Whether this is what `url` asks for: the same answer again, or the page that it was taken from.
    pub(crate) fn serves(&self, url: &CallbackUrl) -> bool {
        self.answer == url.answer || (url.answer.is_empty() && self.page == url.page)
    }

    /// Whether it ended in a login.
    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.outcome.peek(), Some(Ok(_)))
    }

    /// The one outcome; `on_step` hears every check that passes, those before it came included.
    pub(crate) async fn outcome(self, on_step: impl Fn(CallbackStep) + 'static) -> Outcome {
        self.progress.follow(Rc::new(on_step));
        self.outcome.await
    }
}

/// The checks that have passed, and who wants to hear of them.
#[derive(Default)]
pub(crate) struct Progress {
    passed: RefCell<Vec<CallbackStep>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Progress {
    pub(crate) fn pass(&self, step: CallbackStep) {
        self.passed.borrow_mut().push(step);
        // A listener may ask again for the outcome and so come back here: nothing is borrowed while it runs.
        let listeners = self.listeners.borrow().clone();
        for listener in listeners {
            listener(step);
        }
    }

    fn follow(&self, listener: Listener) {
        let passed = self.passed.borrow().clone();
        for step in passed {
            listener(step);
        }
        self.listeners.borrow_mut().push(listener);
    }
}
