//! Where the servers listen, known before they start.

use crate::ports::Claim;
use std::net::SocketAddr;

/// One address per server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The provider's.
    pub provider: SocketAddr,
    /// The tenant's.
    pub tenant: SocketAddr,
    /// The tenant's over TLS, if it answers so.
    pub tenant_https: Option<SocketAddr>,
    /// The calendar API's.
    pub calendar_api: SocketAddr,
    /// Whether somebody else starts the calendar API, or another backend in its place.
    pub own_backend: bool,
}

impl Addresses {
    /// Name and URL of each; a tenant over TLS comes twice.
    #[must_use]
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let over_tls = self.tenant_https.map(|address| ("tenant", url("https", address)));
        let plain = if over_tls.is_some() { "  plain HTTP" } else { "tenant" };
        let backend = ("calendar API", url("http", self.calendar_api));
        over_tls
            .into_iter()
            .chain([(plain, url("http", self.tenant))])
            .chain((!self.own_backend).then_some(backend))
            .chain([("provider", url("http", self.provider))])
            .collect()
    }

    /// What answers 200 when the servers can do their work.
    #[must_use]
    pub fn health_urls(&self) -> Vec<String> {
        self.rows().into_iter().map(|(_, url)| format!("{url}/health")).collect()
    }

    /// The ports that they need.
    #[must_use]
    pub fn claims(&self) -> Vec<Claim> {
        let claim = |who, address, flag| Claim { who, address, flag };
        let flag = "the tenant's `--https-listen` (or TENANT_HTTPS_LISTEN)";
        let over_tls = self.tenant_https.map(|address| claim("tenant", address, flag));
        let flag = "the calendar API's `--listen` (or CALENDAR_API_LISTEN)";
        let backend = claim("calendar API", self.calendar_api, flag);
        let flag = "the tenant's `--listen` (or TENANT_LISTEN)";
        over_tls
            .into_iter()
            .chain([claim("tenant", self.tenant, flag)])
            .chain((!self.own_backend).then_some(backend))
            .chain([claim(
                "provider",
                self.provider,
                "the provider's `--listen` (or PROVIDER_LISTEN)",
            )])
            .collect()
    }
}

/// The URL of a server there.
pub(super) fn url(scheme: &str, address: SocketAddr) -> String {
    if address.ip().is_loopback() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

#[cfg(test)]
mod tests {
    use super::Addresses;
    use crate::stack::Stack;

    #[test]
    fn without_a_word_about_it_the_servers_listen_where_interface_md_says() {
        let addresses = Stack::builder().addresses().expect("the defaults make sense");

        let expected = ["http://localhost:4400", "http://localhost:4401", "http://localhost:4402"];
        assert_eq!(urls(&addresses), expected);
    }

    #[test]
    fn the_tenants_port_for_tls_is_listed_and_claimed_when_it_is_wanted() {
        let builder = Stack::builder().https(true);
        let addresses = builder.addresses().expect("the defaults make sense");

        assert!(urls(&addresses).contains(&"https://localhost:4443".to_owned()));
        let claims = addresses.claims();
        let claim = claims.iter().find(|claim| claim.address.port() == 4443);
        assert!(claim.is_some_and(|claim| claim.flag.contains("--https-listen")), "{claims:?}");
    }

    #[test]
    fn a_backend_of_ones_own_is_neither_waited_for_nor_in_the_way() {
        let addresses =
            Stack::builder().own_backend(true).addresses().expect("the defaults make sense");

        assert_eq!(urls(&addresses), ["http://localhost:4400", "http://localhost:4402"]);
        assert!(!addresses.claims().iter().any(|claim| claim.address.port() == 4401));
    }

    fn urls(addresses: &Addresses) -> Vec<String> {
        addresses.rows().into_iter().map(|(_, url)| url).collect()
    }
}
