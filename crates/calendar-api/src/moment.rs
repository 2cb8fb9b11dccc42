//! Moments as requests write them ([RFC 3339 §5.6](https://www.rfc-editor.org/rfc/rfc3339#section-5.6)).

use std::fmt;

use jiff::Timestamp;

/// A moment, in the words and with the offset in which it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    text: String,
    at: Timestamp,
}

impl Moment {
    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }
}

impl TryFrom<&str> for Moment {
    type Error = NotRfc3339;

    fn try_from(text: &str) -> Result<Self, NotRfc3339> {
        // jiff also reads what RFC 3339 does not have, such as a zone's name in brackets.
        let at = is_rfc3339(text).then(|| text.parse().ok()).flatten().ok_or(NotRfc3339)?;
        Ok(Self { text: text.to_owned(), at })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is not `YYYY-MM-DDThh:mm:ss`, perhaps a fraction, and `Z` or an offset, or there is no such moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotRfc3339;

fn is_rfc3339(text: &str) -> bool {
    let Some((date_time, rest)) = text.split_at_checked("YYYY-MM-DDThh:mm:ss".len()) else {
        return false;
    };
    let offset = match rest.strip_prefix('.') {
        Some(rest) => {
            let offset = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == rest.len() {
                return false;
            }
            offset
        }
        None => rest,
    };
    let is_offset = offset == "Z" || has_shape(offset, "+00:00") || has_shape(offset, "-00:00");
    has_shape(date_time, "0000-00-00T00:00:00") && is_offset
}

/// Whether `text` has a digit where `shape` has one, and else the same characters.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(own, wanted): (u8, u8)| {
        if wanted == b'0' { own.is_ascii_digit() } else { own == wanted }
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 3339 §5.8.
    #[test]
    fn moments_of_the_rfc_are_read() {
        for (text, second) in [
            ("1985-04-12T23:20:50.52Z", 482_196_050),
            ("1996-12-19T16:39:57-08:00", 851_042_397),
            ("1990-12-31T23:59:60Z", 662_687_999),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172),
        ] {
            let moment = Moment::try_from(text).unwrap();
            assert_eq!(moment.at().as_second(), second, "{text}");
            assert_eq!(moment.to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T10:00:00",
            "2026-11-23T10:00Z",
            "2026-11-23 10:00:00Z",
            "2026-11-23T10:00:00.Z",
            "2026-11-23T10:00:00+0100",
            "2026-11-23T10:00:00+01",
            "2026-11-23T10:00:00+01:00[Europe/Berlin]",
            "2026-11-31T10:00:00Z",
            "2026-11-23T25:00:00Z",
            "2026-11-23T10:00:0éZ",
            "tomorrow at ten o'clock",
        ] {
            assert_eq!(Moment::try_from(text), Err(NotRfc3339), "{text}");
        }
    }
}
