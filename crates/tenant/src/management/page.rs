//! Pages of lists, counted from an offset or from a checkpoint, and what is shown of their items (management-api.md §3).

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::error::ManagementError;
use super::property::Kind;
use super::query::{Parameter, Query};
use crate::tenant::State as Tenant;

/// How many items a page has unless told, and at most.
pub(super) const USUAL: usize = 50;
const MOST: u64 = 100;

const PAGE: Parameter = Parameter::once(
    "page",
    Kind::Number(0, u32::MAX as u64),
    "Page index of the results to return. First page is 0.",
);
const PER_PAGE: Parameter =
    Parameter::once("per_page", Kind::Number(0, MOST), "Number of results per page.");
const INCLUDE_TOTALS: Parameter = Parameter::once(
    "include_totals",
    Kind::Flag,
    "Return results inside an object that contains the total result count (true) or as a direct array of results (false, default).",
);
const FROM: Parameter =
    Parameter::once("from", Kind::Text, "Optional Id from which to start selection.");
const TAKE: Parameter =
    Parameter::once("take", Kind::Number(1, MOST), "Number of results per page. Defaults to 50.");

/// The parameters of a list with both styles of pages.
pub(crate) const PARAMETERS: &[Parameter] = &[PAGE, PER_PAGE, INCLUDE_TOTALS, FROM, TAKE];

/// Those of a list that is counted from an offset alone.
pub(crate) const OFFSET: &[Parameter] = &[PAGE, PER_PAGE, INCLUDE_TOTALS];

/// Those of a list that goes from checkpoint to checkpoint alone.
pub(crate) const CHECKPOINT: &[Parameter] = &[FROM, TAKE];

/// What chooses the properties that are shown, in lists and of single objects.
pub(crate) const FIELDS: &[Parameter] = &[
    Parameter::once(
        "fields",
        Kind::Text,
        "Comma-separated list of fields to include or exclude (based on value provided for include_fields) in the result. Leave empty to retrieve all fields.",
    ),
    Parameter::once(
        "include_fields",
        Kind::Flag,
        "Whether specified fields are to be included (true) or excluded (false).",
    ),
];

/// What a list holds.
pub(crate) struct Collection {
    /// Its name in an answer.
    pub(crate) name: &'static str,
    /// The property by which its items are told apart.
    pub(crate) id: &'static str,
    /// The properties that are shown whatever `fields` says.
    always: &'static [&'static str],
}

impl Collection {
    pub(crate) const fn new(name: &'static str, id: &'static str) -> Self {
        Self { name, id, always: &[] }
    }

    pub(crate) const fn always(mut self, properties: &'static [&'static str]) -> Self {
        self.always = properties;
        self
    }
}

/// Which page of a list is asked for: `page` (from 0), `per_page` and `include_totals`; or `take` and `from`. And which
/// properties of its items: `fields` and `include_fields`.
pub(crate) struct PageQuery {
    query: Query,
    /// Where the list is.
    url: String,
}

/// A page, and where those around it are.
pub(crate) struct Listing {
    body: Value,
    link: Option<String>,
}

impl PageQuery {
    /// The page of `items` that is asked for, in whichever style. Past the end it is empty.
    pub(crate) fn answer(
        &self,
        collection: &Collection,
        items: Vec<Value>,
    ) -> Result<Listing, ManagementError> {
        if self.query.text("take").is_some() || self.query.text("from").is_some() {
            self.answer_from_checkpoint(collection, items)
        } else {
            Ok(self.answer_from_offset(collection, items))
        }
    }

    /// A bare list with links, or with totals an object that names the collection (MG-3/1).
    pub(crate) fn answer_from_offset(&self, collection: &Collection, items: Vec<Value>) -> Listing {
        let page = self.query.number("page").unwrap_or_default();
        let limit = self.query.number("per_page").unwrap_or(USUAL);
        let start = page.saturating_mul(limit);
        let total = items.len();
        let items = items.into_iter().skip(start).take(limit);
        let items: Vec<Value> = items.map(|item| self.select(collection, item)).collect();
        if self.query.flag("include_totals") == Some(true) {
            let length = items.len();
            let body = json!({
                "start": start, "limit": limit, "length": length, "total": total, collection.name: items,
            });
            return Listing { body, link: None };
        }
        let last = total.saturating_sub(1).checked_div(limit).unwrap_or_default();
        let link = self.links(page, limit, last);
        Listing { body: Value::Array(items), link: Some(link) }
    }

    /// An object with the items after the checkpoint, and the next checkpoint if there are more (MG-3/2).
    ///
    /// A checkpoint is the identifier of the last item of a page, and the list goes by identifier: what is created or
    /// deleted between two pages makes nobody else appear twice or not at all.
    pub(crate) fn answer_from_checkpoint(
        &self,
        collection: &Collection,
        mut items: Vec<Value>,
    ) -> Result<Listing, ManagementError> {
        let take = self.query.number("take").unwrap_or(USUAL);
        let id = |item: &Value| item[collection.id].as_str().unwrap_or_default().to_owned();
        if let Some(from) = self.query.text("from") {
            let last = checkpoint(from)?;
            items.retain(|item| id(item) > last);
        }
        items.sort_by_key(id);
        let has_more = items.len() > take;
        items.truncate(take);
        let next = items.last().filter(|_| has_more).map(|item| URL_SAFE_NO_PAD.encode(id(item)));
        let items: Vec<Value> =
            items.into_iter().map(|item| self.select(collection, item)).collect();
        let mut body = json!({ collection.name: items });
        if let Some(next) = next {
            body["next"] = next.into();
        }
        Ok(Listing { body, link: None })
    }

    /// The first page, the next if there is one, and the last, as the `Link` header names them
    /// ([RFC 8288 §3](https://www.rfc-editor.org/rfc/rfc8288#section-3)).
    fn links(&self, page: usize, limit: usize, last: usize) -> String {
        let link = |page: usize, relation: &str| {
            let rest = self.query.without(&["page", "per_page"]);
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(rest)
                .append_pair("page", &page.to_string())
                .append_pair("per_page", &limit.to_string())
                .finish();
            format!("<{}?{query}>; rel=\"{relation}\"", self.url)
        };
        let next = (page < last).then(|| link(page + 1, "next"));
        let links = [Some(link(0, "first")), next, Some(link(last, "last"))];
        links.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn select(&self, collection: &Collection, item: Value) -> Value {
        self.query.select(collection, item)
    }

    /// For filters.
    pub(crate) const fn query(&self) -> &Query {
        &self.query
    }
}

impl Query {
    /// What is shown of an object of the collection: all of it, or what `fields` names, or all but that.
    pub(crate) fn select(&self, collection: &Collection, item: Value) -> Value {
        let (Some(fields), Value::Object(mut object)) = (self.items("fields"), item.clone()) else {
            return item;
        };
        if fields.is_empty() {
            return item;
        }
        let are_shown = self.flag("include_fields").unwrap_or(true);
        object.retain(|name, _| {
            fields.contains(&name.as_str()) == are_shown
                || collection.always.contains(&name.as_str())
        });
        Value::Object(object)
    }
}

impl FromRequestParts<Tenant> for PageQuery {
    type Rejection = ManagementError;

    async fn from_request_parts(
        parts: &mut Parts,
        tenant: &Tenant,
    ) -> Result<Self, Self::Rejection> {
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let url = tenant.issuer.at(&format!("api/v2{}", parts.uri.path()));
        Ok(Self { query, url })
    }
}

impl IntoResponse for Listing {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        if let Some(link) = self.link.and_then(|link| HeaderValue::try_from(link).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

fn checkpoint(text: &str) -> Result<String, ManagementError> {
    let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|id| String::from_utf8(id).ok());
    decoded.ok_or_else(|| ManagementError::InvalidQuery("'from' is no checkpoint.".to_owned()))
}
