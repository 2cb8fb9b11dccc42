//! The three servers together, started in this process: for `cargo dev`, and for tests that need the whole journey.

mod addresses;
mod data_folder;
mod tenant_file;

pub use addresses::Addresses;

use clap::{Args, Parser};
use data_folder::DataFolder;
use service::running::{Running, StartError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tenant::Tenant;
use tenant_file::TenantFile;

/// The SPA of the tenant files.
const SPA_ORIGIN: &str = "http://localhost:8080";

/// A loopback port that is free.
const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// What keeps the servers from running.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An environment variable has a value that its server does not understand.
    #[error("{0}")]
    Configuration(#[from] clap::Error),
    /// The tenant file cannot be read.
    #[error("could not read the tenant file {}: {source}", file.display())]
    TenantFile {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A server ended without having been told to.
    #[error("the {0} ended by itself; everything else was stopped with it")]
    Ended(&'static str),
}

/// Where and with what the servers start.
#[derive(Clone, Debug)]
pub struct Builder {
    spa_origin: String,
    tenant_file: PathBuf,
    free_ports: bool,
    https: bool,
    own_backend: bool,
    calendar_api_client: Option<(String, String)>,
}

impl Builder {
    /// Where the app is served, if not at `http://localhost:8080`: its callbacks and origins in the tenant file become
    /// these.
    #[must_use]
    pub fn spa_origin(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.spa_origin);
        self
    }

    /// The tenant file to import, if not the quickstart.
    #[must_use]
    pub fn tenant_file(mut self, file: &Path) -> Self {
        file.clone_into(&mut self.tenant_file);
        self
    }

    /// With the tenant over TLS too, where its issuer is then. On free ports its certificate authority is made for this
    /// stack alone; otherwise it is the user's.
    #[must_use]
    pub fn https(mut self, https: bool) -> Self {
        self.https = https;
        self
    }

    /// On ports that are free, instead of the usual ones.
    #[must_use]
    pub fn free_ports(mut self) -> Self {
        self.free_ports = true;
        self
    }

    /// Without the calendar API, which somebody else starts at its address.
    #[must_use]
    pub fn own_backend(mut self, own_backend: bool) -> Self {
        self.own_backend = own_backend;
        self
    }

    /// The Custom API Client that the calendar API acts as, if not the quickstart's.
    #[must_use]
    pub fn calendar_api_client(mut self, id: &str, secret: &str) -> Self {
        self.calendar_api_client = Some((id.to_owned(), secret.to_owned()));
        self
    }

    /// Where the servers will listen, as the environment and their defaults say.
    ///
    /// # Errors
    ///
    /// When the environment makes no sense.
    pub fn addresses(&self) -> Result<Addresses, StackError> {
        let tenant = self.tenant("", &self.tenant_file, None)?;
        Ok(Addresses {
            provider: self.provider()?.listen,
            tenant: tenant.listen,
            tenant_https: tenant.https.then_some(tenant.https_listen),
            calendar_api: self.calendar_api(None, "", None)?.listen,
            own_backend: self.own_backend,
        })
    }

    /// Starts the provider, the tenant that trusts it, and the calendar API that trusts the tenant.
    ///
    /// # Errors
    ///
    /// When one of them does not start.
    pub async fn start(self) -> Result<Stack, StackError> {
        let provider = provider::start(self.provider()?).await?;
        let file = TenantFile::with_origin(&self.tenant_file, SPA_ORIGIN, &self.spa_origin)?;
        let data_folder = self.free_ports.then(DataFolder::new);
        let folder = data_folder.as_ref().map(DataFolder::path);
        let tenant = tenant::start(self.tenant(provider.url(), file.path(), folder)?).await?;
        // Where the tenant takes the provider's answers: it may listen elsewhere than the provider expects.
        if let Ok(callback) = format!("{}login/callback", tenant.issuer()).parse() {
            provider.allow_redirect_uri(callback).await;
        }
        let calendar_api = self.calendar_api(Some(&tenant), provider.url(), None)?;
        let calendar_api = if self.own_backend {
            CalendarApi::Elsewhere(addresses::url("http", calendar_api.listen))
        } else {
            CalendarApi::Here(calendar_api::start(calendar_api).await?)
        };
        Ok(Stack { builder: self, provider, tenant, calendar_api, _data_folder: data_folder })
    }

    fn provider(&self) -> Result<provider::Config, StackError> {
        self.config("provider", &[], None)
    }

    fn tenant(
        &self,
        provider: &str,
        file: &Path,
        data_folder: Option<&Path>,
    ) -> Result<tenant::Config, StackError> {
        let file = file.to_string_lossy();
        let flags = [("--provider", provider), ("--import", &file)];
        let mut config: tenant::Config = self.config("tenant", &flags, None)?;
        config.https |= self.https;
        if self.free_ports {
            config.https_listen = ANY_PORT.into();
        }
        if let Some(folder) = data_folder {
            folder.clone_into(&mut config.data_folder);
        }
        Ok(config)
    }

    fn calendar_api(
        &self,
        tenant: Option<&Tenant>,
        provider: &str,
        listen: Option<SocketAddr>,
    ) -> Result<calendar_api::Config, StackError> {
        let app_callback = format!("{}/callback", self.spa_origin);
        let mut flags = vec![
            ("--app-callback", app_callback.as_str()),
            ("--issuer", tenant.map_or("", Tenant::issuer)),
            ("--provider", provider),
            ("--allowed-origin", &self.spa_origin),
        ];
        if let Some((id, secret)) = &self.calendar_api_client {
            flags.extend([("--client-id", id.as_str()), ("--client-secret", secret)]);
        }
        let mut config: calendar_api::Config = self.config("calendar-api", &flags, listen)?;
        if let Some(file) = tenant.and_then(Tenant::ca_file) {
            config.ca_file = Some(file.to_owned());
        }
        Ok(config)
    }

    /// A server's configuration by its own flags, variables and defaults: what holds for its binary holds here.
    /// What is not known yet, an empty value, stays at its default.
    fn config<C: Args>(
        &self,
        server: &str,
        flags: &[(&str, &str)],
        listen: Option<SocketAddr>,
    ) -> Result<C, StackError> {
        let free = self.free_ports.then_some(ANY_PORT.into());
        let listen = listen.or(free).map(|address| address.to_string());
        let listen = listen.as_deref().map(|address| ("--listen", address));
        let given = flags.iter().copied().filter(|(_, value)| !value.is_empty()).chain(listen);
        let words = given.flat_map(|(flag, value)| [flag, value]);
        Ok(CommandLine::try_parse_from(std::iter::once(server).chain(words))?.config)
    }
}

#[derive(Parser)]
struct CommandLine<C: Args> {
    #[command(flatten)]
    config: C,
}

/// The servers; they stop when this is dropped.
pub struct Stack {
    builder: Builder,
    provider: provider::Provider,
    tenant: Tenant,
    calendar_api: CalendarApi,
    /// Goes last: the tenant's authority lies there.
    _data_folder: Option<DataFolder>,
}

/// The calendar API, or where somebody else's backend is to be.
enum CalendarApi {
    Here(Running),
    Elsewhere(String),
}

impl CalendarApi {
    /// Waits until it ends; nothing is known of somebody else's.
    async fn finished(&self) {
        match self {
            Self::Here(running) => running.finished().await,
            Self::Elsewhere(_) => std::future::pending().await,
        }
    }

    async fn stop(&self) {
        if let Self::Here(running) = self {
            running.stop().await;
        }
    }
}

impl Stack {
    /// The quickstart on the usual ports, unless told otherwise.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            spa_origin: SPA_ORIGIN.to_owned(),
            tenant_file: crate::workspace::root().join("tenants/quickstart.yaml"),
            free_ports: false,
            https: false,
            own_backend: false,
            calendar_api_client: None,
        }
    }

    /// The provider, to ask it what it holds.
    #[must_use]
    pub const fn provider(&self) -> &provider::Provider {
        &self.provider
    }

    /// The tenant, to ask it what happened.
    #[must_use]
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The tenant's URL, without a slash at its end: over TLS, if it answers so.
    #[must_use]
    pub fn tenant_url(&self) -> &str {
        self.tenant.url()
    }

    /// The calendar API's URL, likewise.
    #[must_use]
    pub fn calendar_api_url(&self) -> &str {
        match &self.calendar_api {
            CalendarApi::Here(running) => running.url(),
            CalendarApi::Elsewhere(url) => url,
        }
    }

    /// Starts the calendar API anew at the same address, acting as another Custom API Client.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn restart_calendar_api(
        &mut self,
        client_id: &str,
        client_secret: &str,
    ) -> Result<(), StackError> {
        let mut listen = None;
        if let CalendarApi::Here(running) = &self.calendar_api {
            running.stop().await;
            listen = Some(running.address());
        }
        let builder = self.builder.clone().calendar_api_client(client_id, client_secret);
        let config = builder.calendar_api(Some(&self.tenant), self.provider.url(), listen)?;
        self.calendar_api = CalendarApi::Here(calendar_api::start(config).await?);
        Ok(())
    }

    /// Waits until one of the servers ends, and says which.
    pub async fn ended(&self) -> StackError {
        tokio::select! {
            () = self.provider.finished() => StackError::Ended("provider"),
            () = self.tenant.finished() => StackError::Ended("tenant"),
            () = self.calendar_api.finished() => StackError::Ended("calendar API"),
        }
    }

    /// Stops them all, letting requests in flight finish.
    pub async fn stop(self) {
        tokio::join!(self.calendar_api.stop(), self.tenant.stop(), self.provider.stop());
    }
}

#[cfg(test)]
mod tests {
    use super::Stack;
    use service::http::{CALL_TIMEOUT, client_trusting};
    use std::path::Path;

    #[tokio::test]
    async fn a_stack_over_tls_has_ports_and_an_authority_of_its_own() {
        let stack = Stack::builder().free_ports().https(true).start().await.expect("starts");
        let authority = stack.tenant().ca_file().map(Path::to_owned).expect("is over TLS");
        let http = client_trusting(Some(&authority), CALL_TIMEOUT).expect("a certificate");

        let url = format!("{}/.well-known/openid-configuration", stack.tenant_url());
        let metadata = http.get(url).send().await.expect("an answer").text().await.expect("text");

        let issuer = format!(r#""issuer":"{}/""#, stack.tenant_url());
        assert!(stack.tenant_url().starts_with("https://localhost:"));
        assert!(metadata.contains(&issuer), "{metadata}");
        assert!(authority.starts_with(std::env::temp_dir()));
        stack.stop().await;
        assert!(!authority.exists(), "nothing is left behind");
    }
}
