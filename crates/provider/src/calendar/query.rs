//! `events.list`: what may be asked, and the page that answers it.

use jiff::Timestamp;
use wire::parameters::Parameters;

use super::event::Event;
use super::time;

/// Google's page size where none is asked for.
const DEFAULT_PAGE_SIZE: usize = 250;

/// Google's largest page.
const LARGEST_PAGE: usize = 2500;

/// A question.
#[derive(Debug)]
pub(crate) struct ListQuery {
    pub(crate) filter: Filter,
    pub(crate) page_token: Option<String>,
    max_results: usize,
}

/// What makes one list; each of its pages must be asked for with the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Events that end after this.
    time_min: Option<Timestamp>,
    /// Events that start before this.
    time_max: Option<Timestamp>,
    order: Order,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Unspecified by Google, but stable: the order in which the events were made.
    Creation,
    StartTime,
    Updated,
}

/// Where an event stands in a list: what it is ordered by, and for equals the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(i128, u64);

impl Filter {
    fn holds(&self, event: &Event) -> bool {
        let span = event.details.span();
        self.time_min.is_none_or(|min| span.to() > min)
            && self.time_max.is_none_or(|max| span.from() < max)
    }

    fn position(&self, event: &Event) -> Position {
        let key = match self.order {
            Order::Creation => 0,
            Order::StartTime => event.details.span().from().as_nanosecond(),
            Order::Updated => i128::from(event.updated),
        };
        Position(key, event.created)
    }
}

impl TryFrom<&Parameters> for ListQuery {
    type Error = InvalidQuery;

    fn try_from(parameters: &Parameters) -> Result<Self, InvalidQuery> {
        let moment = |name: &'static str| match parameters.get(name) {
            Some(text) => time::moment(text).map(Some).ok_or(InvalidQuery::Time(name)),
            None => Ok(None),
        };
        let (time_min, time_max) = (moment("timeMin")?, moment("timeMax")?);
        if let (Some(min), Some(max)) = (time_min, time_max)
            && max <= min
        {
            return Err(InvalidQuery::EmptyRange);
        }
        let single_events = match parameters.get("singleEvents") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(InvalidQuery::SingleEvents),
        };
        let order = match parameters.get("orderBy") {
            None => Order::Creation,
            Some("updated") => Order::Updated,
            Some("startTime") if single_events => Order::StartTime,
            Some("startTime") => return Err(InvalidQuery::StartTimeOfSeries),
            Some(_) => return Err(InvalidQuery::OrderBy),
        };
        let max_results = match parameters.get("maxResults") {
            None => DEFAULT_PAGE_SIZE,
            Some(text) => {
                let size = text.parse().ok().filter(|size| (1..=LARGEST_PAGE).contains(size));
                size.ok_or(InvalidQuery::MaxResults)?
            }
        };
        let filter = Filter { time_min, time_max, order };
        Ok(Self { filter, page_token: parameters.parse("pageToken"), max_results })
    }
}

/// The events that come next in the list, and where it goes on if it does.
pub(super) fn page(
    events: Vec<Event>,
    query: &ListQuery,
    after: Option<Position>,
) -> (Vec<Event>, Option<Position>) {
    let ListQuery { filter, max_results, .. } = query;
    let next = |event: &Event| {
        filter.holds(event) && after.is_none_or(|after| filter.position(event) > after)
    };
    let mut events: Vec<Event> = events.into_iter().filter(next).collect();
    events.sort_by_key(|event| filter.position(event));
    let more = events.len() > *max_results;
    events.truncate(*max_results);
    let last = events.last().filter(|_| more).map(|event| filter.position(event));
    (events, last)
}

/// Why a question cannot be answered; the texts are Google's where we know them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidQuery {
    #[error("Invalid value for {0}: it is RFC 3339 with a time zone offset.")]
    Time(&'static str),
    #[error("The specified time range is empty.")]
    EmptyRange,
    #[error("Invalid value for singleEvents: true or false.")]
    SingleEvents,
    #[error("Invalid value for orderBy: startTime or updated.")]
    OrderBy,
    #[error(
        "The requested ordering is not available for the particular query: startTime needs singleEvents=true."
    )]
    StartTimeOfSeries,
    #[error("Invalid value for maxResults: 1 to 2500.")]
    MaxResults,
    #[error("Invalid page token value.")]
    PageToken,
}
