//! Pages of lists, counted from an offset (MG-3/1).

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ManagementError;

/// `page` (from 0), `per_page` (50 unless told, at most 100) and `include_totals`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PageQuery {
    page: Option<String>,
    per_page: Option<String>,
    include_totals: Option<String>,
}

impl PageQuery {
    /// The page of `items`: a bare list, or with totals an object that names the collection. Past the end it is empty.
    pub(crate) fn page_of(
        &self,
        collection: &str,
        items: Vec<Value>,
    ) -> Result<Value, ManagementError> {
        let page = number("page", self.page.as_deref(), 0, usize::MAX)?;
        let limit = number("per_page", self.per_page.as_deref(), 50, 100)?;
        let start = page.saturating_mul(limit);
        let total = items.len();
        let items: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
        Ok(if self.include_totals.as_deref() == Some("true") {
            json!({ "start": start, "limit": limit, "total": total, collection: items })
        } else {
            Value::Array(items)
        })
    }
}

fn number(
    name: &str,
    text: Option<&str>,
    default: usize,
    most: usize,
) -> Result<usize, ManagementError> {
    let Some(text) = text else { return Ok(default) };
    text.parse().ok().filter(|number| *number <= most).ok_or_else(|| {
        ManagementError::InvalidQuery(format!("'{text}' is not a valid number for {name}."))
    })
}
