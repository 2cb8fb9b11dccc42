//! Public keys as text.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::PublicKeyComponents;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::pem::encode;
use wire::discovery::Jwk;

use crate::management::error::ManagementError;

/// The key in PEM, as it may have been given.
pub(super) fn pem(key: &Jwk) -> Result<String, ManagementError> {
    let number = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable());
    let components = PublicKeyComponents { n: number(&key.n)?, e: number(&key.e)? };
    let der: PublicKeyX509Der<'_> = components.as_der().map_err(|_| unreadable())?;
    Ok(encode("PUBLIC KEY", der.as_ref()))
}

fn unreadable() -> ManagementError {
    ManagementError::Unexportable("a public key cannot be read".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::management::clients::public_key;

    #[test]
    fn a_key_is_read_back_as_it_was() {
        let given = include_str!("../../../../tests/interop/keyed-app.pem");
        let key = public_key(given).unwrap();

        let read_back = public_key(&pem(&key).unwrap()).unwrap();

        assert_eq!(read_back, key);
    }
}
