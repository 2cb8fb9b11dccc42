//! What the tenant says about itself
//! ([OpenID Connect Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig),
//! contract: discovery-and-tokens.md §1).

use reqwest::Client;
use tokio::sync::OnceCell;
use url::Url;
use wire::discovery::ProviderMetadata;

use crate::outgoing::{self, Unreachable};

/// The tenant's metadata, asked for once, when it is first needed.
pub(crate) struct Discovery {
    http: Client,
    issuer: String,
    found: OnceCell<ProviderMetadata>,
}

impl Discovery {
    pub(crate) fn new(http: Client, issuer: &Url) -> Self {
        Self { http, issuer: issuer.as_str().to_owned(), found: OnceCell::new() }
    }

    /// The metadata. A failure is not kept: the next caller asks again.
    pub(crate) async fn metadata(&self) -> Result<&ProviderMetadata, Unreachable> {
        self.found.get_or_try_init(|| self.fetch()).await
    }

    async fn fetch(&self) -> Result<ProviderMetadata, Unreachable> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let metadata: ProviderMetadata = outgoing::document(self.http.get(url)).await?;
        // Another issuer's document would bring another issuer's keys (OpenID Connect Discovery §4.3, SC-3/5).
        if metadata.issuer == self.issuer {
            Ok(metadata)
        } else {
            tracing::error!(
                expected = self.issuer,
                found = metadata.issuer,
                "the tenant has another issuer"
            );
            Err(Unreachable::OtherIssuer)
        }
    }
}
