//! Tokens that somebody made up, at every endpoint that takes one.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicEncryptingKey, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{ADA, CALENDAR, Reply, World, redemption, request, unverified_claims};

const TV_GRANT: &str =
    "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
const TV_TOKEN: &str = "http://auth0.com/oauth/token-type/federated-connection-access-token";

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header), encoded(claims))
}

fn by_secret(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = unsigned(header, claims);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A key of the forger's own, which no tenant knows.
struct Forger(KeyPair);

impl Forger {
    fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        self.0.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn jwk(&self, kid: &str) -> Value {
        let PublicKeyComponents { n, e } =
            PublicKeyComponents::<Vec<u8>>::from(self.0.public_key());
        let [n, e] = [n, e].map(|number| URL_SAFE_NO_PAD.encode(number));
        json!({ "kty": "RSA", "kid": kid, "n": n, "e": e })
    }
}

/// The tenant's published key, in forms that a careless verifier takes for an HMAC secret.
fn public_forms(key: &Value) -> Vec<Vec<u8>> {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let components = PublicKeyComponents { n: number("n"), e: number("e") };
    let public: PublicEncryptingKey = components.try_into().unwrap();
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(&public).unwrap().as_ref().to_vec();
    let certificate = key["x5c"][0].as_str().unwrap();
    let pem = |label: &str, body: &str| {
        let lines: Vec<_> = body.as_bytes().chunks(64).map(<[u8]>::to_vec).collect();
        let body = String::from_utf8(lines.join(&b'\n')).unwrap();
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n").into_bytes()
    };
    vec![
        Vec::new(),
        key["n"].as_str().unwrap().as_bytes().to_vec(),
        number("n"),
        pem("PUBLIC KEY", &STANDARD.encode(&der)),
        pem("CERTIFICATE", certificate),
        STANDARD.decode(certificate).unwrap(),
        der,
    ]
}

/// A tenant, a good token of it for each endpoint, and who would like to have made it.
struct Scene {
    world: World,
    key: Value,
    forger: Forger,
}

impl Scene {
    async fn new() -> Self {
        let world = World::quickstart().await;
        let jwks = world.get("/.well-known/jwks.json").await.ok();
        Self { world, key: jwks["keys"][0].clone(), forger: Forger::new() }
    }

    /// The claims of a token that is good for the calendar API and `/userinfo`, and of one for the Management API.
    async fn claims(&self) -> [Value; 2] {
        let calendar = self.world.access_token(ADA, CALENDAR).await;
        let management = self.world.management_token("read:clients").await;
        // The claims are in order: signed by the tenant, both are taken.
        self.userinfo(&calendar).await.expect(StatusCode::OK);
        self.exchange(&calendar).await.expect(StatusCode::OK);
        self.clients(&management).await.expect(StatusCode::OK);
        [calendar, management].map(|token| unverified_claims(&token.into()))
    }

    async fn userinfo(&self, token: &str) -> Reply {
        let request = self.world.http.get(self.world.at("/userinfo")).bearer_auth(token);
        Reply::of(request.send().await.unwrap()).await
    }

    async fn clients(&self, token: &str) -> Reply {
        self.world.management_with(token, "GET", "/api/v2/clients", None).await
    }

    async fn exchange(&self, token: &str) -> Reply {
        let form = [
            ("grant_type", TV_GRANT),
            ("client_id", "calendar-api-client"),
            ("client_secret", "calendar-api-secret"),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("subject_token", token),
            ("requested_token_type", TV_TOKEN),
            ("connection", "google-oauth2"),
        ];
        self.world.token(&form).await
    }

    /// What `craft` makes of good claims is refused everywhere.
    async fn refused(&self, claims: &[Value; 2], craft: impl Fn(&Value) -> String) {
        let [calendar, management] = claims;
        let userinfo = self.userinfo(&craft(calendar)).await;
        userinfo.expect(StatusCode::UNAUTHORIZED);
        assert!(userinfo.header("www-authenticate").contains("invalid_token"), "{userinfo:?}");
        self.exchange(&craft(calendar)).await.refused(401, "invalid_grant");
        self.clients(&craft(management)).await.expect(StatusCode::UNAUTHORIZED);
    }

    fn kid(&self) -> &str {
        self.key["kid"].as_str().unwrap()
    }
}

/// SC-9/1.
#[tokio::test]
async fn an_unsigned_token_is_refused_everywhere() {
    let scene = Scene::new().await;
    let claims = scene.claims().await;
    for alg in ["none", "None", "NONE", ""] {
        let header = json!({ "alg": alg, "typ": "JWT", "kid": scene.kid() });
        scene.refused(&claims, |claims| unsigned(&header, claims) + ".").await;
        scene.refused(&claims, |claims| unsigned(&header, claims)).await;
    }
}

/// SC-9/1: the public key is no secret, in whatever form.
#[tokio::test]
async fn a_token_signed_by_secret_with_the_public_key_is_refused_everywhere() {
    let scene = Scene::new().await;
    let claims = scene.claims().await;
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": scene.kid() });
    for secret in public_forms(&scene.key) {
        scene.refused(&claims, |claims| by_secret(&header, claims, &secret)).await;
    }
}

/// SC-9/5: keys are looked up among the tenant's own.
#[tokio::test]
async fn a_token_of_an_unknown_or_of_somebody_elses_key_is_refused_everywhere() {
    let scene = Scene::new().await;
    let claims = scene.claims().await;
    let header = |kid: Value| json!({ "alg": "RS256", "typ": "JWT", "kid": kid });
    for kid in [json!("unknown"), json!(scene.kid()), json!(""), json!("../jwks.json"), Value::Null]
    {
        scene.refused(&claims, |claims| scene.forger.sign(&header(kid.clone()), claims)).await;
    }
}

/// SC-9/2: a key that comes along is not believed, nor an address of one.
#[tokio::test]
async fn a_token_that_brings_its_own_key_is_refused_everywhere() {
    let scene = Scene::new().await;
    let claims = scene.claims().await;
    for (member, value) in [
        ("jwk", scene.forger.jwk(scene.kid())),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/certificate.pem")),
    ] {
        for kid in [scene.kid(), "forged"] {
            let mut header = json!({ "alg": "RS256", "typ": "JWT", "kid": kid });
            header[member] = value.clone();
            scene.refused(&claims, |claims| scene.forger.sign(&header, claims)).await;
        }
    }
}

/// SC-9/3: what tells an app who logged in opens no door.
#[tokio::test]
async fn an_id_token_is_no_access_token_anywhere() {
    let scene = Scene::new().await;
    let code = scene.world.browser().code(ADA, &request(&[])).await;
    let tokens = scene.world.token(&redemption(&code, &[])).await.ok();
    let id_token = tokens["id_token"].as_str().unwrap();

    scene.userinfo(id_token).await.expect(StatusCode::UNAUTHORIZED);
    scene.exchange(id_token).await.refused(401, "invalid_grant");
    scene.clients(id_token).await.expect(StatusCode::UNAUTHORIZED);
}

/// SC-9/3, SC-7/5: each API has tokens of its own.
#[tokio::test]
async fn a_token_for_one_api_opens_no_other() {
    let scene = Scene::new().await;
    let management = scene.world.management_token("").await;
    let calendar = scene.world.access_token(ADA, CALENDAR).await;

    scene.userinfo(&management).await.expect(StatusCode::UNAUTHORIZED);
    scene.exchange(&management).await.refused(403, "access_denied");
    scene.clients(&calendar).await.expect(StatusCode::UNAUTHORIZED);
}
