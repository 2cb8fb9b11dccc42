//! Keys and certificates as text ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)).

use base64::{Engine, engine::general_purpose::STANDARD};

/// What a DER value is in text; the label says what it is, e.g. `CERTIFICATE`.
///
/// ```
/// assert_eq!(service::pem::encode("X", b"der"), "-----BEGIN X-----\nZGVy\n-----END X-----\n");
/// ```
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    // 48 bytes make a line of 64 characters.
    for line in der.chunks(48) {
        text.push_str(&STANDARD.encode(line));
        text.push('\n');
    }
    text + "-----END " + label + "-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_64_characters() {
        let text = encode("CERTIFICATE", &[0; 100]);
        let lengths: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(lengths, [27, 64, 64, 8, 25]);
    }
}
