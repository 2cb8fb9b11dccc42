//! The order in which the found go: `sort` of a search.

use std::cmp::Ordering;

use serde_json::Value;

use super::error::ManagementError;

/// By which property the found go, and whether the least comes first.
pub(super) struct Order<'a> {
    field: &'a str,
    is_ascending: bool,
}

impl<'a> Order<'a> {
    /// `field:1` or `field:-1`.
    pub(super) fn read(text: &'a str) -> Result<Self, ManagementError> {
        let order = match text.rsplit_once(':') {
            Some((field, "1")) => Some((field, true)),
            Some((field, "-1")) => Some((field, false)),
            _ => None,
        };
        let order = order.filter(|(field, _)| !field.is_empty() && !field.contains("_metadata"));
        let (field, is_ascending) = order.ok_or_else(|| {
            ManagementError::InvalidQuery(format!("'{text}' is not a valid sort."))
        })?;
        Ok(Self { field, is_ascending })
    }

    /// Who has nothing there comes last.
    pub(super) fn compare(&self, a: &Value, b: &Value) -> Ordering {
        let ordering = match (&a[self.field], &b[self.field]) {
            (Value::Null, Value::Null) => return Ordering::Equal,
            (Value::Null, _) => return Ordering::Greater,
            (_, Value::Null) => return Ordering::Less,
            (Value::Number(a), Value::Number(b)) => a.as_u64().cmp(&b.as_u64()),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (a, b) => a.as_str().map(str::to_lowercase).cmp(&b.as_str().map(str::to_lowercase)),
        };
        if self.is_ascending { ordering } else { ordering.reverse() }
    }
}
