//! The one clock.

use jiff::Timestamp;

/// Microseconds since 1970-01-01 UTC.
pub(crate) fn now_us() -> i64 {
    Timestamp::now().as_microsecond()
}

/// RFC 3339 in UTC.
pub(crate) fn rfc3339(microseconds: i64) -> String {
    Timestamp::from_microsecond(microseconds)
        .map(|time| time.to_string())
        .unwrap_or_default()
}
