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

    const GIVEN: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2vupJTLnJX2hBk4R8MNX\n\
vyQyzab9UKECA30RiGXadi7yiqMWOcqy7gHHKE6lgfVkvfLG56JfR82KULjtc44f\n\
+2EVB1BWZrddgFxa6ZYzGpS98EQ/TzUzk+Msz6l13FcXNSQNkaxFMBYn/U+shEoD\n\
hU1DO39eri/KbfKV/Blhds3GPM6tA1prx7lnRiixmUSpXE3MP4Swyk8CfB42/G7B\n\
xnipQ4KmZRGQHtfuwTSdNDU8t52Q92g2NBPp6c6TeJHJDO2F9aiEOr01nbI0AvGA\n\
YpVtpWvuPiX3cYKnFJUo8rRcR17tPvZTmoWSZW9dTAP7I16LFdmWyQpR8lRykYxl\n\
mQIDAQAB\n\
-----END PUBLIC KEY-----\n\
";

    #[test]
    fn a_key_is_read_back_as_it_was() {
        let key = public_key(GIVEN).unwrap();

        let read_back = public_key(&pem(&key).unwrap()).unwrap();

        assert_eq!(read_back, key);
    }
}
