//! The tenant's client at a connection's provider, and how it proves to be that.

use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use reqwest::header::AUTHORIZATION;
use wire::ids::ClientId;
use wire::secret::Secret;

use super::error::UpstreamError;
use super::strategy::Strategy;
use crate::store::connections::{Connection, ConnectionOptions};

/// A client with its strategy.
pub(super) struct Client<'a> {
    pub(super) strategy: &'static Strategy,
    pub(super) id: &'a str,
    secret: Option<&'a Secret>,
    pub(super) options: &'a ConnectionOptions,
}

impl<'a> Client<'a> {
    pub(super) fn of(connection: &'a Connection) -> Result<Self, UpstreamError> {
        let options = &connection.options;
        let strategy = Strategy::named(&connection.strategy).ok_or(UpstreamError::NotConfigured)?;
        let id = options.client_id.as_ref().map(ClientId::as_str);
        let secret = options.client_secret.as_ref();
        // A custom provider may know public clients; the others know none.
        if secret.is_none() && strategy.services.is_some() {
            return Err(UpstreamError::NotConfigured);
        }
        Ok(Self { strategy, id: id.ok_or(UpstreamError::NotConfigured)?, secret, options })
    }

    /// Whether it sends PKCE (RFC 7636): Auth0 leaves that to a custom connection's options.
    pub(super) const fn sends_pkce(&self) -> bool {
        self.strategy.services.is_some() || self.options.pkce_enabled
    }

    /// Names the client in the form, with its secret: Auth0's way. Who needs HTTP Basic says so by a custom header, and
    /// then the secret is in that alone (RFC 6749 §2.3).
    pub(super) fn authenticate(
        &self,
        mut request: RequestBuilder,
        form: &mut BTreeMap<&str, &'a str>,
    ) -> RequestBuilder {
        let headers = &self.options.custom_headers;
        form.insert("client_id", self.id);
        let by_header =
            headers.keys().any(|name| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()));
        if let Some(secret) = self.secret.filter(|_| !by_header) {
            form.insert("client_secret", secret.expose());
        }
        for (name, value) in headers {
            request = request.header(name, value.expose());
        }
        request
    }
}
