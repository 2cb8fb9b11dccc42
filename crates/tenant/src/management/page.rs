//! Pages of lists, counted from an offset or from a checkpoint (management-api.md §3).

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ManagementError;
use super::operation::Parameter;

/// How many items a page has unless told, and at most.
const USUAL: usize = 50;
const MOST: usize = 100;

/// The parameters that choose a page.
pub(crate) const PARAMETERS: &[Parameter] = &[
    Parameter::once("page", "Page index of the results to return. First page is 0."),
    Parameter::once("per_page", "Number of results per page."),
    Parameter::once("include_totals", "Return results inside an object that contains the total"),
    Parameter::once("from", "Id from which to start selection"),
    Parameter::once("take", "Number of results per page, with checkpoints"),
];

/// What a list holds: its name in an answer, and the property by which its items are told apart.
pub(crate) struct Collection {
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
}

/// `page` (from 0), `per_page` and `include_totals`; or `take` and `from`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PageQuery {
    page: Option<String>,
    per_page: Option<String>,
    include_totals: Option<String>,
    take: Option<String>,
    from: Option<String>,
}

impl PageQuery {
    /// The page of `items` that is asked for. Past the end it is empty.
    pub(crate) fn page_of(
        &self,
        collection: &Collection,
        items: Vec<Value>,
    ) -> Result<Value, ManagementError> {
        if self.take.is_some() || self.from.is_some() {
            self.after_checkpoint(collection, items)
        } else {
            self.at_offset(collection, items)
        }
    }

    /// A bare list, or with totals an object that names the collection (MG-3/1).
    fn at_offset(
        &self,
        collection: &Collection,
        items: Vec<Value>,
    ) -> Result<Value, ManagementError> {
        let page = number("page", self.page.as_deref(), 0, 0..=usize::MAX)?;
        let limit = number("per_page", self.per_page.as_deref(), USUAL, 0..=MOST)?;
        let start = page.saturating_mul(limit);
        let total = items.len();
        let items: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
        Ok(if self.include_totals.as_deref() == Some("true") {
            json!({ "start": start, "limit": limit, "total": total, collection.name: items })
        } else {
            Value::Array(items)
        })
    }

    /// An object with the items after the checkpoint, and the next checkpoint if there are more (MG-3/2).
    ///
    /// A checkpoint is the identifier of the last item of a page, and the list goes by identifier: what is created or
    /// deleted between two pages makes nobody else appear twice or not at all.
    fn after_checkpoint(
        &self,
        collection: &Collection,
        mut items: Vec<Value>,
    ) -> Result<Value, ManagementError> {
        let take = number("take", self.take.as_deref(), USUAL, 1..=MOST)?;
        let id = |item: &Value| item[collection.id].as_str().unwrap_or_default().to_owned();
        if let Some(from) = &self.from {
            let last = checkpoint(from)?;
            items.retain(|item| id(item) > last);
        }
        items.sort_by_key(id);
        let has_more = items.len() > take;
        items.truncate(take);
        let next = items.last().filter(|_| has_more).map(|item| URL_SAFE_NO_PAD.encode(id(item)));
        let mut page = json!({ collection.name: items });
        if let Some(next) = next {
            page["next"] = next.into();
        }
        Ok(page)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageQuery {
    type Rejection = ManagementError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = Query::<Self>::from_request_parts(parts, state).await;
        query
            .map(|Query(query)| query)
            .map_err(|error| ManagementError::InvalidQuery(format!("'{}'.", error.body_text())))
    }
}

fn checkpoint(text: &str) -> Result<String, ManagementError> {
    let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|id| String::from_utf8(id).ok());
    decoded.ok_or_else(|| ManagementError::InvalidQuery("'from' is no checkpoint.".to_owned()))
}

fn number(
    name: &str,
    text: Option<&str>,
    default: usize,
    range: RangeInclusive<usize>,
) -> Result<usize, ManagementError> {
    let Some(text) = text else { return Ok(default) };
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        ManagementError::InvalidQuery(format!("'{text}' is not a valid number for {name}."))
    })
}
