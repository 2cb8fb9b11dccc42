//! The part of Lucene's query syntax that searches know
//! ([Auth0: User Search Query Syntax](https://auth0.com/docs/manage-users/user-search/user-search-query-syntax)).
//!
//! A field and a value (`email:"ada@example.com"`), with `*` for any text (`name:ada*`); a range (`logins_count:[1 TO *}`);
//! whether there is a value (`_exists_:email`); a value alone, which the usual fields are searched for; and all that joined
//! by `AND`, `OR`, `NOT` and parentheses. What stands side by side is alternatives. Everything else is refused: a
//! search that is understood in part finds the wrong things.

mod matching;
mod parse;
mod words;

pub(crate) use self::matching::Fields;
pub(crate) use self::parse::parse;

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    /// The field has a value.
    Exists(String),
    /// A field has the value; without a field, one of the usual ones has it, or a word of theirs is it.
    Is(Option<String>, Pattern),
    /// The field's value is between these two.
    Between(String, Bound, Bound),
}

/// A text with `*` in it: what is before the first, between them and after the last. Without any, there is one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<String>);

/// The end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// `None` is no bound.
    value: Option<String>,
    is_inclusive: bool,
}

/// Why a query is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotUnderstood {
    #[error("the query ends too early")]
    Unfinished,
    #[error("the query has '{0}' where it makes no sense")]
    Unexpected(String),
    #[error("the query has more parentheses than anybody needs")]
    TooDeep,
    #[error("a wildcard at the start of a value needs three characters after it")]
    ShortSuffix,
    #[error("there are no ranges and wildcards of {0}")]
    NotOfField(String),
}

impl Query {
    /// Refuses ranges and wildcards of the fields that begin so, which are not indexed for them.
    pub(crate) fn check_exact(&self, prefix: &str) -> Result<(), NotUnderstood> {
        match self {
            Self::All(queries) | Self::Any(queries) => {
                queries.iter().try_for_each(|query| query.check_exact(prefix))
            }
            Self::Not(query) => query.check_exact(prefix),
            Self::Is(Some(field), pattern) if field.starts_with(prefix) && !pattern.is_exact() => {
                Err(NotUnderstood::NotOfField(field.clone()))
            }
            Self::Between(field, ..) if field.starts_with(prefix) => {
                Err(NotUnderstood::NotOfField(field.clone()))
            }
            Self::Is(..) | Self::Between(..) | Self::Exists(_) => Ok(()),
        }
    }
}

impl Pattern {
    fn is_exact(&self) -> bool {
        self.0.len() == 1
    }
}
