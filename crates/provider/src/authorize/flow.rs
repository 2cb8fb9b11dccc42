//! The way from a request for authorization to its code: sign-in, consent, answer.

use axum::response::Redirect;
use service::page::Page;
use wire::authorize::RedirectAnswer;
use wire::timestamp::Timestamp;

use super::request::AuthorizationRequest;
use crate::browser::BrowserId;
use crate::people::Person;
use crate::store::codes::{Code, Codes};
use crate::store::consents::Consents;
use crate::store::grants::{Grant, Grants};
use crate::store::transactions::{Question, Transactions};
use crate::{consent, login};

/// The stores on the way.
pub(crate) struct Flow {
    pub(crate) transactions: Transactions,
    pub(crate) consents: Consents,
    pub(crate) grants: Grants,
    pub(crate) codes: Codes,
}

impl Flow {
    /// Sends the browser to the page that asks.
    pub(crate) async fn ask(
        &self,
        browser: BrowserId,
        question: Question,
        request: AuthorizationRequest,
        now: Timestamp,
    ) -> Redirect {
        let path = match question {
            Question::SignIn => login::PATH,
            Question::Consent => consent::PATH,
        };
        let state = self.transactions.open(browser, question, request, now).await;
        Redirect::to(&format!("{path}?state={}", state.expose()))
    }

    /// On from where it is known who the person is.
    pub(crate) async fn after_sign_in(
        &self,
        browser: BrowserId,
        person: &Person,
        request: AuthorizationRequest,
        now: Timestamp,
    ) -> Redirect {
        if self.must_ask(person, &request).await {
            self.ask(browser, Question::Consent, request, now).await
        } else {
            self.issue_code(person, request, now).await
        }
    }

    /// Whether the person has yet to allow what is asked for, or is to be asked whatever they allowed before.
    pub(crate) async fn must_ask(&self, person: &Person, request: &AuthorizationRequest) -> bool {
        request.wants_consent() || !self.consents.cover(&grant(person, request)).await
    }

    /// Back to the client with what the person has allowed just now: such a code can yield a refresh token.
    pub(crate) async fn accepted(
        &self,
        person: &Person,
        request: AuthorizationRequest,
        now: Timestamp,
    ) -> Redirect {
        self.consents.remember(&grant(person, &request)).await;
        let offline = request.offline;
        self.issue(person, request, offline, now).await
    }

    /// Back to the client with what the person had allowed before.
    pub(crate) async fn issue_code(
        &self,
        person: &Person,
        request: AuthorizationRequest,
        now: Timestamp,
    ) -> Redirect {
        self.issue(person, request, false, now).await
    }

    async fn issue(
        &self,
        person: &Person,
        request: AuthorizationRequest,
        offline: bool,
        now: Timestamp,
    ) -> Redirect {
        let mut grant = grant(person, &request);
        if request.include_granted_scopes {
            grant = self.consents.joined(grant).await;
        }
        let grant = self.grants.open(grant).await;
        let AuthorizationRequest { client, redirect_uri, challenge, state, .. } = request;
        let code = Code {
            grant,
            client: client.id,
            redirect_uri: redirect_uri.as_str().to_owned(),
            challenge,
            offline,
        };
        let code = self.codes.issue(code, now).await;
        let answer = RedirectAnswer::Code { code, state };
        Redirect::to(answer.append_to(redirect_uri.url()).as_str())
    }
}

fn grant(person: &Person, request: &AuthorizationRequest) -> Grant {
    Grant {
        person: person.id.clone(),
        client: request.client.id.clone(),
        scope: request.scope.clone(),
        dialect: request.dialect,
    }
}

/// A page whose form ends at the client, which sends the browser on to wherever it pleases.
pub(crate) fn page<T: askama::Template>(template: T) -> Page<T> {
    Page::new(template).posts_anywhere()
}
