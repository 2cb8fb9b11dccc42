//! Requests for authorization that wait for a person's answer.
//!
//! Each form carries the id of its transaction. It is good for one answer, for ten minutes, and only in the browser
//! that it was made for, so no other site can post an answer (RFC 6749 §10.12).

use std::collections::HashMap;
use std::sync::Arc;

use service::random;
use tokio::sync::Mutex;
use wire::secret::Secret;
use wire::timestamp::Timestamp;

use crate::authorize::request::AuthorizationRequest;
use crate::browser::BrowserId;

/// Seconds that a page may stay open.
const LIFETIME: u64 = 600;

/// What the person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Who are you?
    SignIn,
    /// May the client do this?
    Consent,
}

struct Transaction {
    browser: BrowserId,
    question: Question,
    request: AuthorizationRequest,
    expires_at: Timestamp,
}

/// The collection.
#[derive(Clone, Default)]
pub(crate) struct Transactions(Arc<Mutex<HashMap<Secret, Transaction>>>);

impl Transactions {
    /// Keeps the request until it is answered.
    pub(crate) async fn open(
        &self,
        browser: BrowserId,
        question: Question,
        request: AuthorizationRequest,
        now: Timestamp,
    ) -> Secret {
        let id = Secret::from(random::token());
        let transaction =
            Transaction { browser, question, request, expires_at: now.plus(LIFETIME) };
        let mut transactions = self.0.lock().await;
        transactions.retain(|_, transaction| now < transaction.expires_at);
        transactions.insert(id.clone(), transaction);
        id
    }

    /// The request and its question, for showing the page.
    pub(crate) async fn find(
        &self,
        id: &Secret,
        browser: &BrowserId,
        now: Timestamp,
    ) -> Option<(Question, AuthorizationRequest)> {
        let transactions = self.0.lock().await;
        let transaction = transactions.get(id)?;
        let valid = transaction.browser == *browser && now < transaction.expires_at;
        valid.then(|| (transaction.question, transaction.request.clone()))
    }

    /// The request, for answering it: nobody will find it again.
    pub(crate) async fn take(
        &self,
        id: &Secret,
        browser: &BrowserId,
        now: Timestamp,
    ) -> Option<(Question, AuthorizationRequest)> {
        let mut transactions = self.0.lock().await;
        if transactions.get(id)?.browser != *browser {
            // Somebody else's attempt leaves it where it is.
            return None;
        }
        let transaction = transactions.remove(id)?;
        (now < transaction.expires_at).then_some((transaction.question, transaction.request))
    }
}
