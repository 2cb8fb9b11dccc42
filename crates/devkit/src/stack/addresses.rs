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
    /// The calendar API's.
    pub calendar_api: SocketAddr,
}

impl Addresses {
    /// Name and URL of each.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, String); 3] {
        [
            ("tenant", url(self.tenant)),
            ("calendar API", url(self.calendar_api)),
            ("provider", url(self.provider)),
        ]
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
        vec![
            claim("tenant", self.tenant, "the tenant's `--listen` (or TENANT_LISTEN)"),
            claim(
                "calendar API",
                self.calendar_api,
                "the calendar API's `--listen` (or CALENDAR_API_LISTEN)",
            ),
            claim("provider", self.provider, "the provider's `--listen` (or PROVIDER_LISTEN)"),
        ]
    }
}

fn url(address: SocketAddr) -> String {
    if address.ip().is_loopback() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

#[cfg(test)]
mod tests {
    use crate::stack::Stack;

    #[test]
    fn without_a_word_about_it_the_servers_listen_where_interface_md_says() {
        let addresses = Stack::builder().addresses().expect("the defaults make sense");

        let expected = ["http://localhost:4400", "http://localhost:4401", "http://localhost:4402"];
        assert_eq!(addresses.rows().map(|(_, url)| url), expected);
    }
}
