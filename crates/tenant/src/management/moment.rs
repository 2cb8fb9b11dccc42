//! Moments as the Management API writes them.

use wire::timestamp::Timestamp;

/// `2026-02-11T08:15:30.000Z`.
pub(crate) fn iso8601(moment: Timestamp) -> String {
    let seconds = i64::try_from(moment.seconds()).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
    format!("{moment:.3}")
}
