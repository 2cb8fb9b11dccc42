//! A browser and a tenant for tests: no page, no network, a clock that stands still until it is told to go on.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::task::Poll;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use wire::parameters::Parameters;
use wire::timestamp::Timestamp;

use super::{HttpAnswer, Platform, PlatformError};
use crate::id_token::User;

/// Seconds that the tokens of [`Double::sign_in`] live.
const TOKEN_LIFETIME: u64 = 86_400;

/// A page in no browser. Clones show the same page, so that a test keeps one while the client has the other.
///
/// ```
/// use auth_client::platform::double::{Double, ada};
/// use auth_client::{AuthClient, Config, Login};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let page = Double::at("http://localhost:8080/");
/// let config = Config {
///     domain: "tenant.example".parse()?,
///     client_id: "spa".into(),
///     redirect_uri: "http://localhost:8080/callback".to_owned(),
/// };
/// let client = AuthClient::new(config, page.clone());
///
/// client.login_with_redirect(Login::default()).await?;
/// assert!(page.address().starts_with("https://tenant.example/authorize?"));
///
/// page.sign_in(&ada());
/// let login = client.handle_redirect_callback().await?;
/// assert_eq!(login.user.name.as_deref(), Some("Ada Lovelace"));
/// assert_eq!(page.address(), "http://localhost:8080/callback", "the code is gone");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Double(Rc<RefCell<World>>);

struct World {
    now: Timestamp,
    drawn: u64,
    address: String,
    /// The last authorization request that the page left for.
    request: Option<(String, Parameters)>,
    stored: BTreeMap<String, String>,
    answers: VecDeque<HttpAnswer>,
    broken: Vec<PlatformError>,
    events: Vec<Event>,
}

/// What a client did that the world can see, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It wrote another address over the page's own.
    AddressReplaced(String),
    /// It posted a form.
    Posted {
        /// To this address.
        url: String,
        /// With this body.
        body: String,
    },
    /// It left the page for another.
    Left(String),
}

impl Double {
    /// A page at `address`, with nothing stored, on 1 August 2026.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self(Rc::new(RefCell::new(World {
            now: Timestamp::from_epoch(1_785_542_400),
            drawn: 0,
            address: address.to_owned(),
            request: None,
            stored: BTreeMap::new(),
            answers: VecDeque::new(),
            broken: Vec::new(),
            events: Vec::new(),
        })))
    }

    /// Lets time pass.
    pub fn advance(&self, seconds: u64) {
        let mut world = self.0.borrow_mut();
        world.now = world.now.plus(seconds);
    }

    /// Breaks what `duty` names, for good.
    pub fn break_down(&self, duty: PlatformError) {
        self.0.borrow_mut().broken.push(duty);
    }

    /// What stands in the address bar.
    #[must_use]
    pub fn address(&self) -> String {
        self.0.borrow().address.clone()
    }

    /// Opens another page, as a link or the tenant would.
    pub fn visit(&self, address: &str) {
        address.clone_into(&mut self.0.borrow_mut().address);
    }

    /// The parameters of the last authorization request; none before the first.
    #[must_use]
    pub fn request(&self) -> Parameters {
        let world = self.0.borrow();
        world.request.as_ref().map(|(_, request)| request.clone()).unwrap_or_default()
    }

    /// The tenant's part when `user` logs in and everything is granted: the browser comes back with a code, and the
    /// token endpoint will redeem it.
    pub fn sign_in(&self, user: &User) {
        let claims = self.id_token_claims(user);
        self.answer(200, &self.token_response(&claims).to_string());
        self.come_back("code=a-code");
    }

    /// The browser comes back from the last authorization request with `answer` and that request's `state`.
    pub fn come_back(&self, answer: &str) {
        let request = self.request();
        let query = form_urlencoded::Serializer::new(answer.to_owned())
            .append_pair("state", request.get("state").unwrap_or_default())
            .finish();
        self.visit(&[request.get("redirect_uri").unwrap_or_default(), "?", &query].concat());
    }

    /// The claims of a good ID token for the last authorization request.
    #[must_use]
    pub fn id_token_claims(&self, user: &User) -> Value {
        let world = self.0.borrow();
        let (issuer, request) = world.request.clone().unwrap_or_default();
        json!({
            "iss": issuer,
            "aud": request.get("client_id"),
            "iat": world.now,
            "exp": world.now.plus(36_000),
            "nonce": request.get("nonce"),
            "sub": user.sub,
            "name": user.name,
            "nickname": user.nickname,
            "picture": user.picture,
            "email": user.email,
        })
    }

    /// The token endpoint's answer to the last authorization request, everything granted, with these claims in its ID
    /// token.
    #[must_use]
    pub fn token_response(&self, claims: &Value) -> Value {
        let request = self.request();
        json!({
            "access_token": format!("a-token-for-{}", request.get("audience").unwrap_or("userinfo")),
            "id_token": compact_token(&json!({"alg": "RS256", "typ": "JWT", "kid": "double"}), claims),
            "scope": request.get("scope"),
            "expires_in": TOKEN_LIFETIME,
            "token_type": "Bearer",
        })
    }

    /// Queues the answer to the next form that is posted. A form that no answer waits for finds no network.
    pub fn answer(&self, status: u16, body: &str) {
        self.0.borrow_mut().answers.push_back(HttpAnswer { status, body: body.to_owned() });
    }

    /// What the client did so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.0.borrow().events.clone()
    }

    /// How many forms the client posted so far.
    #[must_use]
    pub fn posts(&self) -> usize {
        self.events().iter().filter(|event| matches!(event, Event::Posted { .. })).count()
    }

    fn works(&self, duty: PlatformError) -> Result<(), PlatformError> {
        if self.0.borrow().broken.contains(&duty) { Err(duty) } else { Ok(()) }
    }
}

/// Somebody to sign in.
#[must_use]
pub fn ada() -> User {
    User {
        sub: "auth0|ada".into(),
        name: Some("Ada Lovelace".to_owned()),
        nickname: Some("ada".to_owned()),
        picture: None,
        email: Some("ada@example.com".to_owned()),
    }
}

/// A JSON Web Token in its compact form. Its signature is of nobody: the client does not verify it.
#[must_use]
pub fn compact_token(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    [part(header), part(claims), URL_SAFE_NO_PAD.encode("no signature")].join(".")
}

impl Platform for Double {
    fn now(&self) -> Timestamp {
        self.0.borrow().now
    }

    /// Another value each time, the same ones in each test.
    fn random(&self) -> Result<[u8; 32], PlatformError> {
        self.works(PlatformError::Randomness)?;
        let mut world = self.0.borrow_mut();
        world.drawn += 1;
        let mut bytes = [0xA5; 32];
        bytes[..8].copy_from_slice(&world.drawn.to_be_bytes());
        Ok(bytes)
    }

    fn store(&self, key: &str, value: &str) -> Result<(), PlatformError> {
        self.works(PlatformError::Storage)?;
        self.0.borrow_mut().stored.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn stored(&self, key: &str) -> Result<Option<String>, PlatformError> {
        self.works(PlatformError::Storage)?;
        Ok(self.0.borrow().stored.get(key).cloned())
    }

    fn stored_keys(&self) -> Result<Vec<String>, PlatformError> {
        self.works(PlatformError::Storage)?;
        Ok(self.0.borrow().stored.keys().cloned().collect())
    }

    fn forget(&self, key: &str) -> Result<(), PlatformError> {
        self.works(PlatformError::Storage)?;
        self.0.borrow_mut().stored.remove(key);
        Ok(())
    }

    async fn post_form(&self, url: &str, body: String) -> Result<HttpAnswer, PlatformError> {
        self.0.borrow_mut().events.push(Event::Posted { url: url.to_owned(), body });
        // An answer takes a while: others get their turn first, as in a browser.
        let mut waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut waited, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        self.works(PlatformError::Network)?;
        self.0.borrow_mut().answers.pop_front().ok_or(PlatformError::Network)
    }

    fn url(&self) -> Result<String, PlatformError> {
        self.works(PlatformError::Navigation)?;
        Ok(self.address())
    }

    fn replace_url(&self, url: &str) -> Result<(), PlatformError> {
        self.works(PlatformError::Navigation)?;
        self.visit(url);
        self.0.borrow_mut().events.push(Event::AddressReplaced(url.to_owned()));
        Ok(())
    }

    fn leave_for(&self, url: &str) -> Result<(), PlatformError> {
        self.works(PlatformError::Navigation)?;
        if let Some((tenant, query)) = url.split_once("authorize?") {
            let request = Parameters::from_form(query.as_bytes()).unwrap_or_default();
            self.0.borrow_mut().request = Some((tenant.to_owned(), request));
        }
        self.visit(url);
        self.0.borrow_mut().events.push(Event::Left(url.to_owned()));
        Ok(())
    }
}
