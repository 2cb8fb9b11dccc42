//! The query of a request, held against the parameters of its operation (MG-2/22).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::Value;
use url::form_urlencoded;

use super::error::ManagementError;
use super::property::{Kind, Problem, Property, check_property};

/// A parameter of a query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) property: Property,
    /// How often it may stand there.
    pub(crate) most: usize,
}

impl Parameter {
    /// A parameter that stands there once at most.
    pub(crate) const fn once(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self::repeated(name, kind, 1, description)
    }

    /// A parameter that has to be there.
    pub(crate) const fn required(mut self) -> Self {
        self.property.is_required = true;
        self
    }

    /// A parameter that may be repeated so often.
    pub(crate) const fn repeated(
        name: &'static str,
        kind: Kind,
        most: usize,
        description: &'static str,
    ) -> Self {
        Self { property: super::property::property(name, kind, description), most }
    }
}

/// What stands in a query, in its order. Handlers get one that fits the parameters of their operation: what is said to
/// be a number is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// Refuses what is unknown, too often there, or of the wrong kind.
    pub(super) fn check(&self, parameters: &[&[Parameter]]) -> Result<(), ManagementError> {
        let invalid = |problem: Problem| ManagementError::InvalidQuery(problem.to_string());
        let known = || parameters.iter().copied().flatten();
        let find = |name: &str| known().find(|known| known.property.name == name);
        let mut unknown: Vec<&str> = self.names().filter(|name| find(name).is_none()).collect();
        unknown.dedup();
        if !unknown.is_empty() {
            return Err(invalid(Problem::additional(&unknown)));
        }
        for (name, text) in &self.0 {
            let Some(Parameter { property, most }) = find(name) else { continue };
            if self.texts(name).count() > *most {
                let problem = format!("{name} stands there more than {most} times");
                return Err(invalid(Problem::new(&problem)));
            }
            check_property(property, &read(&property.kind, text)).map_err(invalid)?;
        }
        Ok(())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The pairs, but those of these names.
    pub(super) fn without(&self, names: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        pairs.filter(move |(name, _)| !names.contains(name))
    }

    /// Every value of a parameter.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, text)| text.as_str())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    /// The value of a parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, ManagementError> {
        let missing = || ManagementError::InvalidQuery(Problem::missing(name).to_string());
        self.text(name).ok_or_else(missing)
    }

    /// The items of a parameter that is a list with commas.
    pub(crate) fn items(&self, name: &str) -> Option<Vec<&str>> {
        let text = self.text(name)?;
        Some(text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect())
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name)?.parse().ok()
    }

    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }
}

/// The value that a text stands for, where the parameter is no text. What cannot be read stays text, of the wrong kind.
fn read(kind: &Kind, text: &str) -> Value {
    let value = match kind {
        Kind::Flag => text.parse::<bool>().ok().map(Value::from),
        Kind::Number(..) => text.parse::<u64>().ok().map(Value::from),
        _ => None,
    };
    value.unwrap_or_else(|| text.into())
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}
