//! Words of a query, put together.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::words::{self, Word};
use super::{Bound, NotUnderstood, Pattern, Query};

/// Parentheses and negations within one another.
const DEPTH: usize = 32;

/// The characters that a value needs after a `*` at its start.
const SUFFIX: usize = 3;

/// The field that asks whether there is another.
const EXISTS: &str = "_exists_";

/// Reads a query.
pub(crate) fn parse(text: &str) -> Result<Query, NotUnderstood> {
    let mut words = words::read(text)?.into_iter().peekable();
    let query = alternatives(&mut words, 0)?;
    match words.next() {
        None => Ok(query),
        Some(word) => Err(unexpected(&word)),
    }
}

type Words = Peekable<IntoIter<Word>>;

/// `a OR b`, or `a b`. Beside another, `NOT b` takes away from it: `a NOT b` is `a AND NOT b`.
fn alternatives(words: &mut Words, depth: usize) -> Result<Query, NotUnderstood> {
    let mut all = vec![conjunction(words, depth)?];
    loop {
        match words.peek() {
            None | Some(Word::Close) => break,
            Some(Word::Or) => {
                words.next();
                all.push(conjunction(words, depth)?);
            }
            Some(Word::Not) => {
                let without = conjunction(words, depth)?;
                all = vec![Query::All(vec![joined(all, Query::Any), without])];
            }
            Some(_) => all.push(conjunction(words, depth)?),
        }
    }
    Ok(joined(all, Query::Any))
}

fn conjunction(words: &mut Words, depth: usize) -> Result<Query, NotUnderstood> {
    let mut all = vec![negation(words, depth)?];
    while words.next_if_eq(&Word::And).is_some() {
        all.push(negation(words, depth)?);
    }
    Ok(joined(all, Query::All))
}

fn negation(words: &mut Words, depth: usize) -> Result<Query, NotUnderstood> {
    if depth > DEPTH {
        return Err(NotUnderstood::TooDeep);
    }
    if words.next_if_eq(&Word::Not).is_some() {
        return Ok(Query::Not(Box::new(negation(words, depth + 1)?)));
    }
    match words.next().ok_or(NotUnderstood::Unfinished)? {
        Word::Open => {
            let query = alternatives(words, depth + 1)?;
            words.next_if_eq(&Word::Close).map(|_| query).ok_or(NotUnderstood::Unfinished)
        }
        Word::Field(field) => of_field(&field, words),
        Word::Value(pattern) => is(None, pattern),
        word => Err(unexpected(&word)),
    }
}

/// What is asked of a field: a value, several of them in parentheses, or a range.
fn of_field(field: &str, words: &mut Words) -> Result<Query, NotUnderstood> {
    match words.next().ok_or(NotUnderstood::Unfinished)? {
        Word::Value(Pattern(parts)) if field == EXISTS => match <[String; 1]>::try_from(parts) {
            Ok([field]) => Ok(Query::Exists(field)),
            Err(_) => Err(NotUnderstood::Unexpected("*".to_owned())),
        },
        Word::Value(pattern) => is(Some(field.to_owned()), pattern),
        Word::Range { text, is_inclusive } => range(field, &text, is_inclusive),
        Word::Open => {
            let mut all = Vec::new();
            loop {
                match words.next().ok_or(NotUnderstood::Unfinished)? {
                    Word::Value(pattern) => all.push(is(Some(field.to_owned()), pattern)?),
                    word => return Err(unexpected(&word)),
                }
                if words.next_if_eq(&Word::Close).is_some() {
                    return Ok(joined(all, Query::Any));
                }
                words.next_if_eq(&Word::Or);
            }
        }
        word => Err(unexpected(&word)),
    }
}

fn is(field: Option<String>, pattern: Pattern) -> Result<Query, NotUnderstood> {
    let Pattern(parts) = &pattern;
    let literals: usize = parts.iter().map(|part| part.chars().count()).sum();
    match (parts.first(), field) {
        (Some(first), Some(field)) if first.is_empty() && literals == 0 && !pattern.is_exact() => {
            Ok(Query::Exists(field))
        }
        (Some(first), _) if first.is_empty() && !pattern.is_exact() && literals < SUFFIX => {
            Err(NotUnderstood::ShortSuffix)
        }
        (_, field) => Ok(Query::Is(field, pattern)),
    }
}

/// `min TO max`, each of which may be `*`.
fn range(field: &str, text: &str, is_inclusive: (bool, bool)) -> Result<Query, NotUnderstood> {
    let bound = |text: &str, is_inclusive| {
        let text = text.trim().trim_matches('"');
        Bound { value: (text != "*").then(|| text.to_owned()), is_inclusive }
    };
    let (least, most) = text.split_once(" TO ").ok_or(NotUnderstood::Unfinished)?;
    if least.trim().is_empty() || most.trim().is_empty() {
        return Err(NotUnderstood::Unfinished);
    }
    Ok(Query::Between(field.to_owned(), bound(least, is_inclusive.0), bound(most, is_inclusive.1)))
}

fn joined(mut all: Vec<Query>, join: impl FnOnce(Vec<Query>) -> Query) -> Query {
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            all.push(last);
            join(all)
        }
        (None, _) => join(all),
    }
}

fn unexpected(word: &Word) -> NotUnderstood {
    NotUnderstood::Unexpected(match word {
        Word::Open => "(".to_owned(),
        Word::Close => ")".to_owned(),
        Word::And => "AND".to_owned(),
        Word::Or => "OR".to_owned(),
        Word::Not => "NOT".to_owned(),
        Word::Field(field) => format!("{field}:"),
        Word::Value(Pattern(parts)) => parts.join("*"),
        Word::Range { text, .. } => text.clone(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(field: &str, text: &str) -> Query {
        Query::Is(Some(field.to_owned()), Pattern(text.split('*').map(str::to_owned).collect()))
    }

    fn not(query: Query) -> Query {
        Query::Not(Box::new(query))
    }

    #[test]
    fn fields_have_values_phrases_wildcards_and_ranges() {
        assert_eq!(parse("email:ada@example.com"), Ok(value("email", "ada@example.com")));
        assert_eq!(parse(r#"name:"Ada \"L\" *""#).unwrap(), {
            Query::Is(Some("name".to_owned()), Pattern(vec!["Ada \"L\" *".to_owned()]))
        });
        assert_eq!(parse(r"user_id:auth0|1 OR a:b\:\*"), {
            let escaped = Query::Is(Some("a".to_owned()), Pattern(vec!["b:*".to_owned()]));
            Ok(Query::Any(vec![value("user_id", "auth0|1"), escaped]))
        });
        assert_eq!(parse("name:a*e*"), Ok(value("name", "a*e*")));
        assert_eq!(parse("name:*"), Ok(Query::Exists("name".to_owned())));
        assert_eq!(
            parse("_exists_:app_metadata.plan"),
            Ok(Query::Exists("app_metadata.plan".to_owned()))
        );
        let bound = |text: Option<&str>, is_inclusive| Bound {
            value: text.map(str::to_owned),
            is_inclusive,
        };
        assert_eq!(
            parse("logins_count:{100 TO *]"),
            Ok(Query::Between(
                "logins_count".to_owned(),
                bound(Some("100"), false),
                bound(None, true)
            ))
        );
    }

    #[test]
    fn and_binds_more_than_or_and_what_stands_side_by_side_is_alternatives() {
        let (a, b, c) = (value("a", "1"), value("b", "2"), value("c", "3"));
        let all =
            |queries: &[&Query]| Query::All(queries.iter().map(|&query| query.clone()).collect());
        let any =
            |queries: &[&Query]| Query::Any(queries.iter().map(|&query| query.clone()).collect());
        assert_eq!(parse("a:1 OR b:2 AND c:3"), Ok(any(&[&a, &all(&[&b, &c])])));
        assert_eq!(parse("(a:1 OR b:2) AND c:3"), Ok(all(&[&any(&[&a, &b]), &c])));
        assert_eq!(parse("a:1 b:2"), Ok(any(&[&a, &b])));
        assert_eq!(parse("a:1 AND NOT b:2"), Ok(all(&[&a, &not(b.clone())])));
        assert_eq!(parse("a:1 -b:2"), Ok(all(&[&a, &not(b.clone())])));
        assert_eq!(parse("a:1 && !b:2 || c:3"), Ok(any(&[&all(&[&a, &not(b)]), &c])));
        assert_eq!(parse("a:(1 OR 2)"), Ok(any(&[&a, &value("a", "2")])));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for wrong in [
            "",
            " ",
            "a:",
            "a:b:c",
            "(a:1",
            "a:1)",
            "()",
            "a:\"b",
            "AND",
            "a:1 AND",
            "OR a:1",
            "NOT",
            "a:[1 TO 2",
            "a:[1 2]",
            "a:[ TO 2]",
            "[1 TO 2]",
            "a:/b/",
            "a:b~2",
            "a:b^2",
            "+a:1",
            "a:b?c",
            "a:()",
            "a:(b AND c)",
            "a*:b",
            "name:*sa",
            "*sa",
            "*",
            "a\\",
            "_exists_:a*",
            "a:AND",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}: {:?}", parse(wrong));
        }
        assert_eq!(parse(&format!("{}a:1", "NOT ".repeat(10_000))), Err(NotUnderstood::TooDeep));
        assert_eq!(parse(&"(".repeat(10_000)), Err(NotUnderstood::TooDeep));
    }

    proptest! {
        /// Whatever strangers send is understood or refused, and takes no time to speak of.
        #[test]
        fn any_text_is_read_or_refused(
            text in any::<String>(),
            likely in r#"((a|b\.c|_exists_):?|"|\\|\*|\[|\{| TO |\]|\}|\(|\)| AND | OR |NOT |-|!|\|\|| |1|ada){0,12}"#,
        ) {
            for text in [text, likely] {
                if let Ok(query) = parse(&text) {
                    prop_assert_ne!(query, Query::Any(Vec::new()));
                }
            }
        }

        /// A value that is written with its special characters escaped, or as a phrase, is read as it was.
        #[test]
        fn any_value_can_be_asked_for(text in r#"[a-zA-Z0-9@|.*:"\\()\[\]{} ~^/?!&+-]{1,20}"#) {
            let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
            let phrase = text.replace('\\', "\\\\").replace('"', "\\\"");
            let expected = Query::Is(Some("name".to_owned()), Pattern(vec![text]));
            prop_assert_eq!(parse(&format!("name:{escaped}")), Ok(expected.clone()));
            prop_assert_eq!(parse(&format!("name:\"{phrase}\"")), Ok(expected));
        }
    }
}
