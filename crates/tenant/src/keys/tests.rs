use serde_json::{Value, json};
use service::jwt::{self, Accepted, Algorithm, JwtError, VerifyingKey};

use super::*;

const NOW: Timestamp = Timestamp::from_epoch(1_000_000);
const RS256: Accepted<'_> = Accepted { algorithms: &[Algorithm::RS256], types: &["JWT"] };

async fn made() -> SigningKeys {
    let keys = SigningKeys::unmade();
    keys.make("localhost:4400", NOW);
    keys.ring().await.unwrap();
    keys
}

async fn signed(keys: &SigningKeys) -> Secret {
    let claims = json!({ "sub": "auth0|ada" });
    let method = SigningMethod::Rsa(SigningAlg::Rs256);
    keys.sign(&method, TokenType::Jwt, &claims).await.unwrap()
}

fn verified(keys: &SigningKeys, token: &Secret) -> Result<Value, JwtError> {
    jwt::verify(token.expose(), &RS256, |header| {
        keys.find(header.kid.as_deref()?).map(VerifyingKey::Rsa)
    })
}

/// discovery-and-tokens.md §2.
#[tokio::test]
async fn a_published_key_verifies_what_was_signed_and_holds_nothing_private() {
    let keys = made().await;
    assert!(verified(&keys, &signed(&keys).await).is_ok());

    let published = serde_json::to_value(keys.jwks().await.unwrap()).unwrap();

    for key in published["keys"].as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(key.get(private).is_none());
        }
        assert_eq!(key["e"], "AQAB");
    }
    assert_ne!(published["keys"][0]["kid"], published["keys"][1]["kid"]);
}

#[tokio::test]
async fn a_rotation_uses_the_next_key_and_leaves_old_tokens_good_until_the_key_is_revoked() {
    let keys = made().await;
    let before = keys.jwks().await.unwrap().keys;
    let old = signed(&keys).await;

    keys.rotate("localhost:4400", NOW).await.unwrap();

    let after = keys.jwks().await.unwrap().keys;
    assert_eq!(after.len(), 3);
    assert_eq!(after[0], before[1], "the next key is the current one");
    assert_eq!(after[2], before[0], "the current key is the previous one");
    assert!(verified(&keys, &old).is_ok());
    let new = signed(&keys).await;
    assert!(verified(&keys, &new).is_ok());

    let old_kid = before[0].kid.as_deref().unwrap();
    assert!(!keys.revoke(after[0].kid.as_deref().unwrap()), "the current key stays");
    assert!(keys.revoke(old_kid));
    assert_eq!(verified(&keys, &old), Err(JwtError::UnknownKey));
    assert!(verified(&keys, &new).is_ok());
    assert!(!keys.revoke(old_kid));
}

#[tokio::test]
async fn a_key_leaves_when_its_last_token_has_expired() {
    let keys = made().await;
    keys.rotate("localhost:4400", NOW).await.unwrap();
    keys.rotate("localhost:4400", NOW.plus(LONGEST_LIFETIME - 1)).await.unwrap();
    assert_eq!(keys.jwks().await.unwrap().keys.len(), 4);

    keys.rotate("localhost:4400", NOW.plus(LONGEST_LIFETIME)).await.unwrap();

    assert_eq!(keys.jwks().await.unwrap().keys.len(), 4);
}

#[tokio::test]
async fn who_signs_before_there_are_keys_waits_for_them() {
    let keys = SigningKeys::unmade();
    let waiting = tokio::spawn({
        let keys = keys.clone();
        async move { signed(&keys).await }
    });
    assert!(keys.find("any").is_none());

    keys.make("localhost:4400", NOW);

    assert!(verified(&keys, &waiting.await.unwrap()).is_ok());
    assert_eq!(keys.signatures(), 1);
}
