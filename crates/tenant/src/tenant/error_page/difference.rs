//! Where the address that was asked for parts from the one that is allowed.

/// An address in three parts: as both have it, as only this one has it, and as both have it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parted {
    pub(super) before: String,
    pub(super) own: String,
    pub(super) after: String,
}

impl Parted {
    /// An address that is compared with none.
    pub(super) fn whole(text: &str) -> Self {
        Self { before: text.to_owned(), own: String::new(), after: String::new() }
    }

    fn of(text: &str, before: usize, after: usize) -> Self {
        let (before, rest) = text.split_at(before);
        let (own, after) = rest.split_at(rest.len() - after);
        Self { before: before.to_owned(), own: own.to_owned(), after: after.to_owned() }
    }
}

/// Parts both between whole words: `/callbacks` differs from `/callback` in the word, not in the `s`.
pub(super) fn part(asked: &str, allowed: &str) -> (Parted, Parted) {
    let before = words(asked).zip(words(allowed)).take_while(|(a, b)| a == b);
    let before: usize = before.map(|(word, _)| word.len()).sum();
    let (asked_rest, allowed_rest) = (&asked[before..], &allowed[before..]);
    let backwards = words(asked_rest).collect::<Vec<_>>().into_iter().rev();
    let after = backwards
        .zip(words(allowed_rest).collect::<Vec<_>>().into_iter().rev())
        .take_while(|(a, b)| a == b);
    let after: usize = after.map(|(word, _)| word.len()).sum();
    (Parted::of(asked, before, after), Parted::of(allowed, before, after))
}

/// How much of the two is the same, to find the nearest.
pub(super) fn likeness(asked: &str, allowed: &str) -> usize {
    let (parted, _) = part(asked, allowed);
    parted.before.len() + parted.after.len()
}

/// A URL's words, each with the signs that stand behind it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['/', ':', '?', '#', '&', '=', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(asked: &str, allowed: &str) -> String {
        let (asked, allowed) = part(asked, allowed);
        format!("{}[{}|{}]{}", asked.before, asked.own, allowed.own, asked.after)
    }

    #[test]
    fn two_addresses_part_between_words() {
        let allowed = "http://localhost:8080/callback";
        assert_eq!(
            parted("http://localhost:8080/callbacks", allowed),
            "http://localhost:8080/[callbacks|callback]"
        );
        assert_eq!(
            parted("http://localhost:8081/callback", allowed),
            "http://localhost:[8081/|8080/]callback"
        );
        assert_eq!(
            parted("http://localhost:8080/callback/", allowed),
            "http://localhost:8080/[callback/|callback]"
        );
        assert_eq!(parted(allowed, allowed), "http://localhost:8080/callback[|]");
        assert_eq!(parted("", allowed), "[|http://localhost:8080/callback]");
        assert_eq!(parted("ä/ö", "ä/ü"), "ä/[ö|ü]");
    }

    #[test]
    fn no_word_is_counted_from_both_ends() {
        assert_eq!(parted("a/a/", "a/"), "a/[a/|]");
    }
}
