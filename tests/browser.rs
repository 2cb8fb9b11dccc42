//! A Chromium of one's own, driven over `WebDriver`. It is asked for what a person sees: words, not ids.

mod extension;

pub use extension::Extension;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use service::tls::Authority;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tokio::time::timeout;
use url::Url;

/// How long something may take to appear; two cores may have several browsers to serve.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one window. It ends when this is dropped.
pub struct Browser {
    client: Client,
    _driver: Driver,
}

impl Browser {
    /// It trusts what the system trusts, and this certificate authority besides, if there is one.
    pub async fn start(authority: Option<&Authority>) -> Self {
        let driver = Driver::start().await;
        let usual = devkit::tools::chromium::ARGUMENTS.map(str::to_owned).into_iter();
        let trust = authority.map(|authority| {
            format!("--ignore-certificate-errors-spki-list={}", authority.fingerprint())
        });
        let options = json!({ "args": usual.chain(trust).collect::<Vec<_>>() });
        let capabilities = Map::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await
            .expect("Chromium starts");
        client.set_window_size(1280, 900).await.expect("a window can be sized");
        Self { client, _driver: driver }
    }

    /// For what only the driver can do.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("could not open {url}: {error}"));
    }

    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page reloads");
    }

    /// Where we are.
    pub async fn url(&self) -> Url {
        self.client.current_url().await.expect("a page is open")
    }

    /// All words on the page.
    pub async fn words(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits for a heading of this name.
    pub async fn heading(&self, name: &str) {
        let is_heading = "self::h1 or self::h2 or self::h3";
        self.see(&format!("//*[{is_heading}][normalize-space()='{name}']")).await;
    }

    /// Presses the button, or follows the link, of this name.
    pub async fn press(&self, name: &str) {
        let path = format!("//*[self::button or self::a][normalize-space()='{name}']");
        self.until(&format!("a button or link {name:?} that can be pressed"), async || {
            let element = self.find(&path).await?;
            element.click().await.ok()
        })
        .await;
    }

    /// Types into the field with this label, instead of what it holds.
    pub async fn fill(&self, label: &str, text: &str) {
        self.until(&format!("a field {label:?} that can be filled"), async || {
            let field = self.field(label).await?;
            field.clear().await.ok()?;
            field.send_keys(text).await.ok()
        })
        .await;
    }

    /// Types into the field that a form sends by this name.
    pub async fn fill_named(&self, name: &str, text: &str) {
        let field = self.see(&format!("//input[@name='{name}']")).await;
        field.send_keys(text).await.expect("a field takes text");
    }

    /// A field inside its label, or named by the label's `for`.
    async fn field(&self, label: &str) -> Option<Element> {
        let labels = format!("//label[starts-with(normalize-space(), '{label}')]");
        let inside = format!("{labels}//*[self::input or self::textarea]");
        if let Some(field) = self.find(&inside).await {
            return Some(field);
        }
        self.find(&format!("//*[self::input or self::textarea][@id={labels}/@for]")).await
    }

    /// Waits until something at this `XPath` is on the screen.
    pub async fn see(&self, path: &str) -> Element {
        self.until(path, async || self.find(path).await).await
    }

    /// Waits until the page contains these words.
    pub async fn read(&self, words: &str) {
        self.until(&format!("the words {words:?}"), async || {
            self.words().await.contains(words).then_some(())
        })
        .await;
    }

    /// Everything displayed at this `XPath`, as text.
    pub async fn texts(&self, path: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::XPath(path)).await.unwrap_or_default() {
            texts.extend(element.text().await.ok().filter(|text| !text.is_empty()));
        }
        texts
    }

    /// Tries again and again, for as long as a person would wait.
    pub async fn until<T>(&self, what: &str, attempt: impl AsyncFn() -> Option<T>) -> T {
        let mut interval = tokio::time::interval(Duration::from_millis(50));
        let outcome = timeout(PATIENCE, async {
            loop {
                interval.tick().await;
                if let Some(value) = attempt().await {
                    return value;
                }
            }
        });
        let Ok(value) = outcome.await else {
            let (url, words, console) =
                (self.url().await, self.words().await, self.console().await);
            panic!("no {what} at {url}, which says:\n{words}\nand to its console:\n{console:#}")
        };
        value
    }

    /// What the page and the browser have said to the console.
    async fn console(&self) -> Value {
        let command = Extension { path: "se/log", body: json!({ "type": "browser" }) };
        self.client.issue_cmd(command).await.unwrap_or_default()
    }

    async fn find(&self, path: &str) -> Option<Element> {
        let element = self.client.find(Locator::XPath(path)).await.ok()?;
        element.is_displayed().await.ok()?.then_some(element)
    }
}

/// Closes the window first: a driver that is killed leaves its browser running.
impl Drop for Browser {
    fn drop(&mut self) {
        let client = self.client.clone();
        let closed =
            block_in_place(|| Handle::current().block_on(timeout(PATIENCE, client.close())));
        drop(closed);
    }
}

/// A `chromedriver` process.
struct Driver {
    _process: Child,
    url: String,
}

impl Driver {
    async fn start() -> Self {
        let program = devkit::tools::chromium::driver().unwrap_or_else(|error| panic!("{error}"));
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let output = process.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(output).lines();
        let port = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await.expect("its output is text") {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    return port.trim_end_matches('.').to_owned();
                }
            }
            panic!("chromedriver ended before it was ready");
        });
        let port = port.await.expect("chromedriver becomes ready");
        Self { _process: process, url: format!("http://localhost:{port}") }
    }
}
