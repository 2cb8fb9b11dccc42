//! The keys of a client, as they are given: `client_authentication_methods.private_key_jwt` (management-api.md §4).

use aws_lc_rs::rsa::PublicKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::{Value, json};
use service::random;
use wire::discovery::Jwk;
use wire::timestamp::Timestamp;
use x509_parser::pem::parse_x509_pem;

use crate::management::error::ManagementError;
use crate::management::format::Format;
use crate::management::moment;
use crate::management::payload::{self, Kind, Object, Property, property};
use crate::store::credentials::Credential;

/// The property that names the methods; its keys become [`CREDENTIALS`] of the client.
pub(crate) const METHODS: &str = "client_authentication_methods";

/// Where a client's keys are kept. No answer shows them.
pub(super) const CREDENTIALS: &str = "credentials";

/// What a key can be given with.
pub(super) const PROPERTIES: &[Property] = &[
    property("credential_type", Kind::Word(&["public_key"]), "Credential type").required(),
    property("name", Kind::Name, "Friendly name for a credential"),
    property("pem", Kind::Text, "PEM-formatted public key (SPKI and PKCS1) or X509 certificate")
        .required(),
    property(
        "alg",
        Kind::Word(&["RS256", "RS384", "PS256"]),
        "Algorithm which will be used with the credential",
    ),
    property(
        "expires_at",
        Kind::OrNull(&Kind::Format(Format::DateTime)),
        "The ISO 8601 formatted date representing the expiration of the credential",
    ),
    property(
        "parse_expiry_from_cert",
        Kind::Flag,
        "Parse expiry from x509 certificate. If true, attempts to parse the expiry date from the provided PEM",
    ),
    property("kid", Kind::Text, "Key identifier of the credential"),
];

/// How a key that the client has already is given.
pub(super) const BY_ID: &[Property] =
    &[property("id", Kind::Format(Format::Id("cred_")), "Credential ID").required()];

/// The methods of a new client, with their keys.
pub(super) const ON_CREATION: Property = property(
    METHODS,
    Kind::Object(&[private_key_jwt(&[keys(1, &Kind::Object(PROPERTIES))])]),
    DESCRIPTION,
);

/// The methods of a client that has keys. It may be left without any for a while, when one replaces another.
pub(super) const ON_CHANGE: Property = property(
    METHODS,
    Kind::OrNull(&Kind::Object(&[private_key_jwt(&[keys(0, &Kind::Object(BY_ID))])])),
    DESCRIPTION,
);

const DESCRIPTION: &str = "Defines client authentication methods";

const fn private_key_jwt(properties: &'static [Property]) -> Property {
    let description = "Defines `private_key_jwt` client authentication method";
    property("private_key_jwt", Kind::Object(properties), description).required()
}

const fn keys(least: usize, of: &'static Kind) -> Property {
    let keys = Kind::List { of, least, most: MOST, is_unique: true };
    property("credentials", keys, "Fully defined credentials").required()
}

/// Keys by which a client proves itself, so that one can replace another.
const MOST: usize = 2;

/// Bits of a key, as bytes of its modulus: 2048 to 4096 (Auth0's configure-private-key-jwt).
const MODULUS: std::ops::RangeInclusive<usize> = 256..=512;

/// A key as it is given.
#[derive(Deserialize)]
struct Given {
    credential_type: String,
    name: Option<String>,
    pem: String,
    alg: Option<String>,
    expires_at: Option<String>,
    #[serde(default)]
    parse_expiry_from_cert: bool,
    kid: Option<String>,
}

/// The methods of a new client, as they are given.
#[derive(Deserialize)]
struct Methods {
    private_key_jwt: PrivateKeyJwt,
}

#[derive(Deserialize)]
struct PrivateKeyJwt {
    credentials: Vec<Value>,
}

/// Takes the keys out of the methods of a new client: they are kept beside it, and named by their ids instead.
pub(super) fn take_out(client: &mut Object, now: Timestamp) -> Result<(), ManagementError> {
    let Some(Value::Object(methods)) = client.remove(METHODS) else { return Ok(()) };
    let Methods { private_key_jwt } = payload::typed(methods)?;
    let ids = keep(client, private_key_jwt.credentials, now)?;
    client.insert(METHODS.to_owned(), json!({ "private_key_jwt": { "credentials": ids } }));
    Ok(())
}

/// Keeps keys that are given beside the client, and says by which ids to name them.
pub(super) fn keep(
    client: &mut Object,
    given: Vec<Value>,
    now: Timestamp,
) -> Result<Vec<Value>, ManagementError> {
    let mut ids = Vec::new();
    for given in given {
        let Value::Object(given) = given else { continue };
        let credential = create(given, now)?;
        ids.push(json!({ "id": credential.id }));
        let kept = client.entry(CREDENTIALS).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(kept) = kept {
            kept.push(payload::object(&credential)?.into());
        }
    }
    Ok(ids)
}

/// A key that can verify a signature, with its id and its dates.
pub(super) fn create(given: Object, now: Timestamp) -> Result<Credential, ManagementError> {
    let given: Given = payload::typed(given)?;
    if given.kid.as_deref().is_some_and(|kid| !is_key_id(kid)) {
        return invalid("kid does not match [0-9a-zA-Z-_]{10,64}");
    }
    let key = public_key(&given.pem)?;
    let of_certificate = if given.parse_expiry_from_cert { expiry(&given.pem) } else { None };
    let now = moment::iso8601(now);
    Ok(Credential {
        id: format!("cred_{}", random::identifier(22)),
        name: given.name,
        kid: given.kid.unwrap_or_else(|| key.thumbprint()),
        alg: given.alg.unwrap_or_else(|| "RS256".to_owned()),
        credential_type: given.credential_type,
        created_at: now.clone(),
        updated_at: now,
        expires_at: given.expires_at.or(of_certificate),
        key,
    })
}

/// When the certificate ends that a key comes in.
fn expiry(pem: &str) -> Option<String> {
    let (_, pem) = parse_x509_pem(pem.as_bytes()).ok()?;
    let end = pem.parse_x509().ok()?.validity().not_after.timestamp();
    Some(moment::iso8601(Timestamp::from_epoch(u64::try_from(end).ok()?)))
}

/// Notes that a key was changed.
pub(super) fn touch(credential: &mut Object, now: Timestamp) {
    credential.insert("updated_at".to_owned(), moment::iso8601(now).into());
}

fn is_key_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (10..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// The RSA key of a PEM text that holds it alone or in a certificate. A private key is refused: it has no business here.
pub(crate) fn public_key(pem: &str) -> Result<Jwk, ManagementError> {
    let read = DecodingKey::from_rsa_pem(pem.as_bytes())
        .ok()
        .and_then(|key| PublicKey::from_der(key.try_get_as_bytes().ok()?).ok());
    let Some(key) = read.filter(|key| MODULUS.contains(&key.modulus_len())) else {
        return invalid(
            "pem is not a public RSA key of 2048 to 4096 bits, nor a certificate of one",
        );
    };
    Ok(Jwk {
        kty: "RSA".to_owned(),
        usage: Some("sig".to_owned()),
        alg: None,
        kid: None,
        x5t: None,
        x5c: Vec::new(),
        n: URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero()),
        e: URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero()),
    })
}

fn invalid<T>(text: &str) -> Result<T, ManagementError> {
    Err(ManagementError::InvalidBody(text.to_owned()))
}
