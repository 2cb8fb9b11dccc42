//! The text of a refresh token: opaque to clients, `v1.` and 52 bytes in base64url.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::digest::sha256;
use service::random;
use wire::secret::Secret;

const PREFIX: &str = "v1.";

/// How a store names what it must not be able to say.
pub(super) type Digest = [u8; 32];

/// The name of a family, hashed: what is stored leads to no token.
pub(super) type Handle = Digest;

/// A token, taken apart.
pub(super) struct Token {
    /// The same in every token of a family.
    family: [u8; 16],
    counter: u32,
    secret: [u8; 32],
}

impl Token {
    /// A token of a new family.
    pub(super) fn first() -> Self {
        Self { family: random::bytes(), counter: 1, secret: random::bytes() }
    }

    /// Another token of the same family.
    pub(super) fn next(other: &Self, counter: u32) -> Self {
        Self { family: other.family, counter, secret: random::bytes() }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (family, rest) = bytes.split_first_chunk()?;
        let (counter, secret) = rest.split_first_chunk()?;
        let secret = secret.try_into().ok()?;
        Some(Self { family: *family, counter: u32::from_be_bytes(*counter), secret })
    }

    pub(super) fn write(&self) -> Secret {
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.bytes()));
        text.into()
    }

    pub(super) fn handle(&self) -> Handle {
        sha256(&self.family)
    }

    pub(super) fn digest(&self) -> Digest {
        sha256(&self.bytes())
    }

    /// Which token of its family it says to be.
    pub(super) const fn counter(&self) -> u32 {
        self.counter
    }

    fn bytes(&self) -> Vec<u8> {
        [&self.family[..], &self.counter.to_be_bytes(), &self.secret].concat()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever strangers send: what is read at all is written the same again, so that one token has one text.
        #[test]
        fn any_text_is_read_or_refused(text in "(v1\\.)?[A-Za-z0-9_=-]{0,80}", exact in "v1\\.[A-Za-z0-9_-]{70}") {
            for text in [text, exact] {
                if let Some(token) = Token::read(&text) {
                    let written = token.write();
                    prop_assert_eq!(written.expose(), text);
                }
            }
        }
    }

    /// SC-9/4: 384 random bits, of which 256 are this token's alone.
    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is() {
        let token = Token::first();
        let text = token.write();
        assert_eq!(text.expose().len(), "v1.".len() + 70);
        let read = Token::read(text.expose()).unwrap();
        assert_eq!((read.handle(), read.digest()), (token.handle(), token.digest()));

        for wrong in ["", "v1.", "v1.AAAA", &text.expose()[3..], &format!("{}A", text.expose())] {
            assert!(Token::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn tokens_of_a_family_share_its_name_and_nothing_else() {
        let first = Token::first();
        let second = Token::next(&first, 2);
        assert_eq!(first.handle(), second.handle());
        assert_ne!(first.digest(), second.digest());
        assert_ne!(Token::first().handle(), first.handle());
    }
}
