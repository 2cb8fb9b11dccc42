//! Clients that prove themselves by keys of their own: `client_authentication_methods` (management-api.md §4).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client_authentication::{ask, claims, world as keyed_world};
use crate::harness::{REPORTS, World, granting};
use crate::signer::Signer;

const CLIENTS: &str = "/api/v2/clients";

/// A client with one key.
fn client_with(pem: &str) -> Value {
    let credential = json!({ "credential_type": "public_key", "name": "first", "pem": pem });
    json!({
        "name": "Backend",
        "app_type": "non_interactive",
        "client_authentication_methods": { "private_key_jwt": { "credentials": [credential] } },
    })
}

/// MG-4/3, MG-4/10: whatever form the key comes in, the client is shown with its id and without a secret.
#[tokio::test]
async fn a_client_with_a_key_has_no_secret_and_no_other_method() {
    let world = World::quickstart().await;
    for pem in [KEY, KEY_OF_PKCS1, CERTIFICATE] {
        let reply = world.create(CLIENTS, client_with(pem)).await;
        let client = reply.expect(StatusCode::CREATED).json();

        let credentials =
            &client["client_authentication_methods"]["private_key_jwt"]["credentials"];
        let credential = credentials[0].as_object().unwrap();
        assert!(credential["id"].as_str().unwrap().starts_with("cred_"), "{client}");
        assert_eq!(credential.len(), 1, "an id and nothing else: {client}");
        for absent in ["client_secret", "token_endpoint_auth_method", "credentials"] {
            assert!(client.get(absent).is_none(), "{absent}");
        }
        let path = format!("{CLIENTS}/{}", client["client_id"].as_str().unwrap());
        assert_eq!(world.read(&path).await.ok(), client);
        let renamed = world.patch(&path, json!({ "name": "Still keyed" })).await.ok();
        assert_eq!(
            &renamed["client_authentication_methods"]["private_key_jwt"]["credentials"],
            credentials
        );
        let rotation = world.management("POST", &format!("{path}/rotate-secret"), None).await;
        rotation.refused_with(400, "invalid_body");
    }
}

/// MG-4/3: an empty secret is not what the secret of such a client is.
#[tokio::test]
async fn no_secret_is_good_for_a_client_with_a_key() {
    let world = World::quickstart().await;
    let reply = world.create(CLIENTS, client_with(KEY)).await;
    let client = reply.expect(StatusCode::CREATED).json();
    let audience = format!("{}api/v2/", world.tenant.issuer());
    for secret in ["", "undefined", "null"] {
        let client_id = client["client_id"].as_str().unwrap();
        let reply = world.client_credentials(client_id, secret, &audience).await;
        reply.expect(StatusCode::UNAUTHORIZED);
    }
}

/// MG-2/7: keys need a scope beside that for clients.
#[tokio::test]
async fn a_client_with_a_key_needs_the_scope_for_keys() {
    let world = World::quickstart().await;
    let token = world.management_token("create:clients").await;
    let refused = world.management_with(&token, "POST", CLIENTS, Some(client_with(KEY))).await;
    refused.refused_with(403, "insufficient_scope");
    let token = world.management_token("create:clients create:client_credentials").await;
    let reply = world.management_with(&token, "POST", CLIENTS, Some(client_with(KEY))).await;
    reply.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn keys_that_verify_nothing_are_refused() {
    let world = World::quickstart().await;
    for (pem, what) in [
        ("", "nothing"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "nonsense"),
        (SHORT_KEY, "1024 bits"),
        (ELLIPTIC_KEY, "not RSA"),
        (&private_key(), "private"),
    ] {
        println!("{what}");
        let reply = world.create(CLIENTS, client_with(pem)).await;
        reply.refused_with(400, "invalid_body");
        assert!(pem.is_empty() || !reply.body.contains(pem), "{reply:?}");
    }
    for (property, value) in [
        ("alg", "HS256"),
        ("alg", "none"),
        ("credential_type", "x509_cert"),
        ("kid", "too short"),
        ("expires_at", "tomorrow"),
    ] {
        println!("{property}");
        let mut client = client_with(KEY);
        let methods = &mut client["client_authentication_methods"];
        methods["private_key_jwt"]["credentials"][0][property] = json!(value);
        world.create(CLIENTS, client).await.refused_with(400, "invalid_body");
    }
}

/// management-api.md §4: the methods exclude each other, and a method needs a key.
#[tokio::test]
async fn a_client_has_one_way_to_prove_itself() {
    let world = World::quickstart().await;
    let mut both = client_with(KEY);
    both["token_endpoint_auth_method"] = json!("client_secret_post");
    world.create(CLIENTS, both).await.refused_with(400, "invalid_body");
    let mut none = client_with(KEY);
    none["client_authentication_methods"] = json!({ "private_key_jwt": { "credentials": [] } });
    world.create(CLIENTS, none).await.refused_with(400, "invalid_body");
    let mut empty = client_with(KEY);
    empty["client_authentication_methods"] = json!({});
    world.create(CLIENTS, empty).await.refused_with(400, "invalid_body");

    let reply = world.create(CLIENTS, client_with(KEY)).await;
    let client = reply.expect(StatusCode::CREATED).json();
    let path = format!("{CLIENTS}/{}", client["client_id"].as_str().unwrap());
    let public = world.patch(&path, json!({ "token_endpoint_auth_method": "none" })).await;
    public.refused_with(400, "invalid_body");
}

const KEYED: &str = "/api/v2/clients/keyed";
const OWN_KEYS: &str = "/api/v2/clients/keyed/credentials";

/// Whether the client proves itself by that key now.
async fn proves(world: &World, signer: &Signer) -> bool {
    let reply = ask(world, &[], &signer.sign(&claims(world, &json!({})))).await;
    if reply.status != StatusCode::OK {
        reply.refused(401, "invalid_client");
    }
    reply.status == StatusCode::OK
}

fn methods(credentials: &[&Value]) -> Value {
    let ids: Vec<Value> = credentials.iter().map(|own| json!({ "id": own["id"] })).collect();
    json!({ "client_authentication_methods": { "private_key_jwt": { "credentials": ids } } })
}

/// MG-4/7: a key is the client's first, then it counts, then it does no more.
#[tokio::test]
async fn keys_come_into_use_and_go() {
    let world = keyed_world().await;
    let (old, new) = (Signer::known(), Signer::unknown());
    let first = world.read(OWN_KEYS).await.ok()[0].clone();
    assert_eq!((&first["kid"], &first["alg"]), (&json!("key-of-keyed"), &json!("RS256")));
    let key = json!({ "credential_type": "public_key", "name": "Next", "pem": new.pem(), "alg": "RS256", "kid": "the-next-key" });

    let second = world.create(OWN_KEYS, key).await.expect(StatusCode::CREATED).json();

    assert!(second["id"].as_str().unwrap().starts_with("cred_"), "{second}");
    assert_eq!((&second["name"], &second["kid"]), (&json!("Next"), &json!("the-next-key")));
    assert!(second["created_at"].is_string() && second.get("key").is_none(), "{second}");
    assert_eq!(world.read(OWN_KEYS).await.ok(), json!([first, second]));
    let at = |key: &Value| format!("{OWN_KEYS}/{}", key["id"].as_str().unwrap());
    assert_eq!(world.read(&at(&second)).await.ok(), second);
    assert_eq!((proves(&world, old).await, proves(&world, new).await), (true, false));

    world.patch(KEYED, methods(&[&first, &second])).await.ok();
    assert_eq!((proves(&world, old).await, proves(&world, new).await), (true, true));
    let client = world.patch(KEYED, methods(&[&second])).await.ok();
    let expected = methods(&[&second]);
    assert_eq!(client["client_authentication_methods"], expected["client_authentication_methods"]);
    assert_eq!((proves(&world, old).await, proves(&world, new).await), (false, true));

    for _ in 0..2 {
        world.delete(&at(&second)).await.expect(StatusCode::NO_CONTENT);
    }
    assert_eq!((proves(&world, old).await, proves(&world, new).await), (false, false));
    world.read(&at(&second)).await.refused_with(404, "inexistent_credential");
    world.patch(KEYED, json!({ "name": "Keyless" })).await.ok();
    world.patch(KEYED, methods(&[&second])).await.refused_with(400, "invalid_body");
}

/// MG-4/7: all that changes of a key is its end.
#[tokio::test]
async fn a_key_ends_when_it_is_said() {
    let world = keyed_world().await;
    let key = world.read(OWN_KEYS).await.ok()[0].clone();
    let path = format!("{OWN_KEYS}/{}", key["id"].as_str().unwrap());
    world.tenant.clock().advance(1);

    let ended = json!({ "expires_at": "2020-01-01T00:00:00.000Z" });
    let changed = world.patch(&path, ended.clone()).await.ok();
    assert_eq!(changed["expires_at"], ended["expires_at"]);
    assert_eq!(changed["created_at"], key["created_at"]);
    assert_ne!(changed["updated_at"], key["updated_at"]);
    assert!(!proves(&world, Signer::known()).await);

    let endless = world.patch(&path, json!({ "expires_at": null })).await.ok();
    assert!(endless.get("expires_at").is_none(), "{endless}");
    assert!(proves(&world, Signer::known()).await);

    for body in [json!({}), json!({ "expires_at": "tomorrow" }), json!({ "name": "Other" })] {
        println!("{body}");
        world.patch(&path, body).await.refused_with(400, "invalid_body");
    }
    let other = format!("{OWN_KEYS}/cred_0000000000000000000000");
    world.patch(&other, ended).await.refused_with(404, "inexistent_credential");
}

/// MG-4/7: a certificate can say itself how long its key is good.
#[tokio::test]
async fn a_key_ends_with_its_certificate_if_it_is_to() {
    let world = keyed_world().await;
    let key = |parse: bool| json!({ "credential_type": "public_key", "pem": CERTIFICATE, "parse_expiry_from_cert": parse });
    let with = world.create(OWN_KEYS, key(true)).await.expect(StatusCode::CREATED).json();
    assert_eq!(with["expires_at"], "2126-11-01T00:49:46.000Z");
    world.delete(&format!("{OWN_KEYS}/{}", with["id"].as_str().unwrap())).await;
    let without = world.create(OWN_KEYS, key(false)).await.expect(StatusCode::CREATED).json();
    assert!(without.get("expires_at").is_none(), "{without}");
}

/// MG-4/7: a client has each key once, and four at most; two of them are in use.
#[tokio::test]
async fn a_client_has_few_keys() {
    let world = keyed_world().await;
    let key = |pem: &str| json!({ "credential_type": "public_key", "pem": pem });
    let same = key(Signer::known().pem());
    world.create(OWN_KEYS, same).await.refused_with(400, "invalid_body");
    let others = [KEY, Signer::unknown().pem(), &public_key()];
    for pem in others {
        world.create(OWN_KEYS, key(pem)).await.expect(StatusCode::CREATED);
    }
    let fifth = world.create(OWN_KEYS, key(&public_key())).await;
    fifth.refused_with(400, "invalid_body");
    let all = world.read(OWN_KEYS).await.ok();
    let [first, second, third, _] = &all.as_array().unwrap()[..] else { panic!("{all}") };
    let three = world.patch(KEYED, methods(&[first, second, third])).await;
    three.refused_with(400, "invalid_body");
    world.patch(KEYED, methods(&[first, second])).await.ok();

    world.patch(KEYED, methods(&[])).await.ok();
    assert!(!proves(&world, Signer::known()).await, "without a key in use");
}

/// MG-4/4: a client that proves itself by keys has no secret, and a new one if it goes back.
#[tokio::test]
async fn a_client_goes_from_a_secret_to_keys_and_back() {
    let world = World::with(|file| granting(&file, REPORTS, "read:reports")).await;
    let path = format!("{CLIENTS}/management");
    let token = world.management_token("").await;
    let change =
        async |body: Value| world.management_with(&token, "PATCH", &path, Some(body)).await;
    let key = json!({ "credential_type": "public_key", "pem": Signer::known().pem() });
    let keys = format!("{path}/credentials");
    let key = world.management_with(&token, "POST", &keys, Some(key)).await.json();

    change(methods(&[&key])).await.refused_with(400, "invalid_body");
    let mut keyed = methods(&[&key]);
    keyed["token_endpoint_auth_method"] = Value::Null;
    let client = change(keyed).await.ok();
    assert!(client.get("client_secret").is_none(), "{client}");
    let by_secret = world.client_credentials("management", "management-secret", REPORTS).await;
    by_secret.expect(StatusCode::UNAUTHORIZED);
    let by_key =
        Signer::known().sign(&claims(&world, &json!({ "iss": "management", "sub": "management" })));
    ask(&world, &[("client_id", "management"), ("audience", REPORTS)], &by_key).await.ok();

    let back = json!({ "client_authentication_methods": null, "token_endpoint_auth_method": "client_secret_post" });
    let client = change(back).await.ok();
    let secret = client["client_secret"].as_str().unwrap();
    assert_ne!(secret, "management-secret");
    world.client_credentials("management", secret, REPORTS).await.ok();
}

/// MG-4/4: whoever may change keys can choose the secret, which counts at once.
#[tokio::test]
async fn a_secret_can_be_chosen() {
    let world = World::with(|file| granting(&file, REPORTS, "read:reports")).await;
    let path = format!("{CLIENTS}/management");
    let change = json!({ "client_secret": "a secret of our own" });
    let token = world.management_token("update:clients").await;
    let refused = world.management_with(&token, "PATCH", &path, Some(change.clone())).await;
    refused.refused_with(403, "insufficient_scope");

    let token = world.management_token("update:client_keys read:client_keys").await;
    let client = world.management_with(&token, "PATCH", &path, Some(change.clone())).await.ok();

    assert_eq!(client["client_secret"], change["client_secret"]);
    let old = world.client_credentials("management", "management-secret", REPORTS).await;
    old.refused(401, "access_denied");
    world.client_credentials("management", "a secret of our own", REPORTS).await.ok();
    let keyed = keyed_world().await;
    keyed.patch(KEYED, change).await.refused_with(400, "invalid_body");
    let empty = json!({ "client_secret": "" });
    keyed.patch(&format!("{CLIENTS}/management"), empty).await.refused_with(400, "invalid_body");
}

/// MG-4/7.
#[tokio::test]
async fn keys_that_make_no_sense_are_not_added() {
    let world = keyed_world().await;
    for (key, what) in [
        (json!({}), "nothing"),
        (json!({ "credential_type": "public_key" }), "no key"),
        (json!({ "pem": KEY }), "no type"),
        (json!({ "credential_type": "public_key", "pem": SHORT_KEY }), "1024 bits"),
        (
            json!({ "credential_type": "x509_cert", "pem": CERTIFICATE }),
            "for mTLS, which is not here",
        ),
        (
            json!({ "credential_type": "public_key", "pem": KEY, "alg": "HS256" }),
            "no key's algorithm",
        ),
        (json!({ "credential_type": "public_key", "pem": KEY, "expires_at": "2026" }), "no moment"),
        (json!({ "credential_type": "public_key", "pem": KEY, "id": "cred_mine" }), "its own id"),
    ] {
        println!("{what}");
        world.create(OWN_KEYS, key).await.refused_with(400, "invalid_body");
    }
    assert_eq!(world.read(OWN_KEYS).await.ok().as_array().unwrap().len(), 1);
    let first = world.read(OWN_KEYS).await.ok()[0].clone();
    for credentials in [
        json!([{ "id": "cred_of_another_client" }]),
        json!([{ "id": first["id"] }, { "id": first["id"] }]),
        json!([{ "credential_type": "public_key", "pem": KEY }]),
    ] {
        println!("{credentials}");
        let body = json!({ "client_authentication_methods": { "private_key_jwt": { "credentials": credentials } } });
        world.patch(KEYED, body).await.refused_with(400, "invalid_body");
    }
    assert!(proves(&world, Signer::known()).await);
}

/// MG-4/7, MG-2/7, MG-2/9, MG-2/21.
#[tokio::test]
async fn keys_are_of_a_client_and_each_operation_needs_its_scope() {
    let world = keyed_world().await;
    let first = world.read(OWN_KEYS).await.ok()[0]["id"].as_str().unwrap().to_owned();
    let own = format!("{OWN_KEYS}/{first}");
    let of_another = format!("/api/v2/clients/management/credentials/{first}");
    let key = json!({ "credential_type": "public_key", "pem": KEY });
    let nobodys = "/api/v2/clients/nobody/credentials";
    world.read(nobodys).await.refused_with(404, "inexistent_client");
    world.create(nobodys, key.clone()).await.refused_with(404, "inexistent_client");
    world.read(&of_another).await.refused_with(404, "inexistent_credential");
    world.delete(&of_another).await.expect(StatusCode::NO_CONTENT);
    world.read(&own).await.ok();
    world.read(&format!("{OWN_KEYS}/con_1")).await.refused_with(400, "invalid_uri");

    let token = world.management_token("read:clients update:clients").await;
    let end = json!({ "expires_at": null });
    for (method, path, body, scope) in [
        ("GET", OWN_KEYS, None, "read:client_credentials"),
        ("GET", &own, None, "read:client_credentials"),
        ("POST", OWN_KEYS, Some(key), "create:client_credentials"),
        ("PATCH", &own, Some(end), "update:client_credentials"),
        ("PATCH", KEYED, Some(methods(&[])), "update:client_credentials"),
        ("DELETE", &own, None, "delete:client_credentials"),
    ] {
        let reply = world.management_with(&token, method, path, body).await;
        reply.refused_with(403, "insufficient_scope");
        assert!(reply.json()["message"].as_str().unwrap().contains(scope), "{reply:?}");
    }
}

/// A private key, which nobody should send anywhere.
fn private_key() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let encoded = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    format!("-----BEGIN PRIVATE KEY-----\n{encoded}\n-----END PRIVATE KEY-----\n")
}

/// Any other key.
fn public_key() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).unwrap();
    service::pem::encode("PUBLIC KEY", der.as_ref())
}

/// A key of 2048 bits, as OpenSSL writes it.
const KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2WnSZOCozUwlcuyAToSU
zYlDUbx2tWhdkfSXiLxpZeB4PeI4iyi0n45ZTtdDGJeN46n4vjJYWI5XryjuvYwG
QTCOWAhf0mFTc0XYGHG16jwL4MT9cAgyr/cWyR58wO823UgobhVAdIVL3ymPIh44
/wyVzEBzg1PT2p0s+P4Jz4cGxZukH23mjZ1TBwXK8nBMY4G9pGksAAiS7eLnKCVX
AyIdzc2vLx2ABWldQ4OP2AvzEMkKclerRhENJ4FCe1GaS0KFr1SQ45A4oVEUH9P5
JJ+2i2aYsBsjUPHziPO4BXVi9AX6BrDeySzSEUFfbHEq11+Eb/fJ3PVyeeORxn7g
ZQIDAQAB
-----END PUBLIC KEY-----
";

/// The same key in the older form.
const KEY_OF_PKCS1: &str = "\
-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEA2WnSZOCozUwlcuyAToSUzYlDUbx2tWhdkfSXiLxpZeB4PeI4iyi0
n45ZTtdDGJeN46n4vjJYWI5XryjuvYwGQTCOWAhf0mFTc0XYGHG16jwL4MT9cAgy
r/cWyR58wO823UgobhVAdIVL3ymPIh44/wyVzEBzg1PT2p0s+P4Jz4cGxZukH23m
jZ1TBwXK8nBMY4G9pGksAAiS7eLnKCVXAyIdzc2vLx2ABWldQ4OP2AvzEMkKcler
RhENJ4FCe1GaS0KFr1SQ45A4oVEUH9P5JJ+2i2aYsBsjUPHziPO4BXVi9AX6BrDe
ySzSEUFfbHEq11+Eb/fJ3PVyeeORxn7gZQIDAQAB
-----END RSA PUBLIC KEY-----
";

/// The same key in a certificate.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIDBzCCAe+gAwIBAgIUcZcUfudNzPMxo5+kRPenCUVDsO8wDQYJKoZIhvcNAQEL
BQAwEjEQMA4GA1UEAwwHYmFja2VuZDAgFw0yNjExMjUwMDQ5NDZaGA8yMTI2MTEw
MTAwNDk0NlowEjEQMA4GA1UEAwwHYmFja2VuZDCCASIwDQYJKoZIhvcNAQEBBQAD
ggEPADCCAQoCggEBANlp0mTgqM1MJXLsgE6ElM2JQ1G8drVoXZH0l4i8aWXgeD3i
OIsotJ+OWU7XQxiXjeOp+L4yWFiOV68o7r2MBkEwjlgIX9JhU3NF2Bhxteo8C+DE
/XAIMq/3FskefMDvNt1IKG4VQHSFS98pjyIeOP8MlcxAc4NT09qdLPj+Cc+HBsWb
pB9t5o2dUwcFyvJwTGOBvaRpLAAIku3i5yglVwMiHc3Nry8dgAVpXUODj9gL8xDJ
CnJXq0YRDSeBQntRmktCha9UkOOQOKFRFB/T+SSftotmmLAbI1Dx84jzuAV1YvQF
+gaw3sks0hFBX2xxKtdfhG/3ydz1cnnjkcZ+4GUCAwEAAaNTMFEwHQYDVR0OBBYE
FMAq7zCpx2kn1S4btq1rXvv8L2KSMB8GA1UdIwQYMBaAFMAq7zCpx2kn1S4btq1r
Xvv8L2KSMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAMcMNEAK
9bQz872H5zPvV5n4+oxkFKoUyX3lyFB90KZsLmrOWhKNVQEfUi7G1yhJpYtljjKv
xMybM7OCQd5gpos+XFtuHsL+t026qas+M1wbyIMJcsH5ZE73eitCUAmme9URYlgg
Cl9Iiy8Nf198xyV/pPEkUjgpe9Vd9Rr8HAyCHmuuO9tLv8nWwICnw35Crw4XIBn1
ONKPuzwRWZKw40BVMd/E6eUYmkEsvFlg4JJjFsrWRjtfaalArtFwEIsBxT6Tksxh
8SB83AuSCdonth3RzQEEnjpk03ni4/5Me+piMdxE5oRJLF9PzhuUp5Fmacf5CCtK
h/RWU/o/HLyRKa8=
-----END CERTIFICATE-----
";

/// A key of 1024 bits.
const SHORT_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCYlAE1qZyppsizjkPmkMnwUbQU
H/Yq3l5yGBQQOJjJETrpWdiiJtGC71buifgGQBBTHeBh5iXKCdsSTFeSWcTOvQPY
X/0VP37wEfCr922cKfzWzu5XjQWUcrJZJ8WSvxaGsNAo9YjMlJWyRAIJCdBQuhhx
xHFu1FcUcTbWg23IFwIDAQAB
-----END PUBLIC KEY-----
";

/// A key on a curve.
const ELLIPTIC_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERWu4ZUHPHqjSOJP9PotqrGobqaZm
HiJ+N7EH4AKqvgxTTLtkDOFPpJO/+fzIFmxdWWxRH9sU0RuiooGPSu/F4g==
-----END PUBLIC KEY-----
";
