//! A query, cut into words.

use super::{NotUnderstood, Pattern};

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A word with a colon after it.
    Field(String),
    /// A word, whose `*` stand for any text, or a phrase in quotation marks, whose `*` do not.
    Value(Pattern),
    /// What stands between the brackets of a range; whether each of them is a square one.
    Range {
        text: String,
        is_inclusive: (bool, bool),
    },
}

/// Characters that end a word, or mean something that is not understood here.
const SPECIAL: &str = "()[]{}\":^~/";

pub(super) fn read(text: &str) -> Result<Vec<Word>, NotUnderstood> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        rest = match first {
            _ if first.is_whitespace() => after,
            '(' => push(&mut words, Word::Open, after),
            ')' => push(&mut words, Word::Close, after),
            '!' | '-' => push(&mut words, Word::Not, after),
            '"' => {
                let (phrase, after) = phrase(after)?;
                push(&mut words, Word::Value(Pattern(vec![phrase])), after)
            }
            '[' | '{' => {
                let end = after.find([']', '}']).ok_or(NotUnderstood::Unfinished)?;
                let (text, closing) = after.split_at(end);
                let is_inclusive = (first == '[', closing.starts_with(']'));
                let word = Word::Range { text: text.to_owned(), is_inclusive };
                push(&mut words, word, &closing[1..])
            }
            _ if SPECIAL.contains(first) || "+?".contains(first) => {
                return Err(NotUnderstood::Unexpected(first.to_string()));
            }
            _ => {
                let (word, after) = plain(rest)?;
                push(&mut words, word, after)
            }
        };
    }
    Ok(words)
}

fn push<'a>(words: &mut Vec<Word>, word: Word, rest: &'a str) -> &'a str {
    words.push(word);
    rest
}

/// What stands before the quotation mark, and after it.
fn phrase(text: &str) -> Result<(String, &str), NotUnderstood> {
    let mut phrase = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Ok((phrase, &text[index + 1..])),
            '\\' => phrase.push(chars.next().ok_or(NotUnderstood::Unfinished)?.1),
            _ => phrase.push(c),
        }
    }
    Err(NotUnderstood::Unfinished)
}

/// A word without quotation marks, and what stands after it. A backslash takes away what the next character means.
fn plain(text: &str) -> Result<(Word, &str), NotUnderstood> {
    let mut parts = vec![String::new()];
    let mut has_escape = false;
    let mut end = text.len();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        let escaped = (c == '\\').then(|| chars.next().ok_or(NotUnderstood::Unfinished));
        has_escape |= escaped.is_some();
        match (escaped.transpose()?, c) {
            (Some((_, escaped)), _) => append(&mut parts, escaped),
            (None, '*') => parts.push(String::new()),
            (None, '?') => return Err(NotUnderstood::Unexpected("?".to_owned())),
            (None, _) if c.is_whitespace() || SPECIAL.contains(c) => {
                end = index;
                break;
            }
            (None, _) => append(&mut parts, c),
        }
    }
    let rest = &text[end..];
    if let Some(after) = rest.strip_prefix(':') {
        return match <[String; 1]>::try_from(parts) {
            Ok([field]) => Ok((Word::Field(field), after)),
            Err(_) => Err(NotUnderstood::Unexpected("*".to_owned())),
        };
    }
    let word = match (parts.as_slice(), has_escape) {
        ([word], false) if word == "AND" || word == "&&" => Word::And,
        ([word], false) if word == "OR" || word == "||" => Word::Or,
        ([word], false) if word == "NOT" => Word::Not,
        _ => Word::Value(Pattern(parts)),
    };
    Ok((word, rest))
}

fn append(parts: &mut [String], c: char) {
    if let Some(last) = parts.last_mut() {
        last.push(c);
    }
}
