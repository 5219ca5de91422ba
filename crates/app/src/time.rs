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

/// Date and time as DICOM writes them (PS3.5 6.2, DA and TM), UTC.
pub(crate) fn dicom_date_time(at_us: i64) -> (String, String) {
    let at = jiff::Timestamp::from_microsecond(at_us).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    (
        at.strftime("%Y%m%d").to_string(),
        at.strftime("%H%M%S").to_string(),
    )
}
