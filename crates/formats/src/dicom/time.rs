//! Dates and times as seconds (DICOM PS3.5 section 6.2: DA, TM, DT).
//!
//! Only differences between times of one series have a meaning; time zones are left out, since
//! scanners write dates and times of one series in one zone.

/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

/// Seconds since 1970 of `YYYYMMDD` and `HHMMSS.FFFFFF`; a missing date is the day 0.
pub(crate) fn date_and_time(date: Option<&str>, time: &str) -> Option<f64> {
    let days = match date {
        Some(date) => days(&date.replace('.', ""))?,
        None => 0.0,
    };
    Some(days * DAY + seconds(&time.replace(':', ""))?)
}

/// Seconds since 1970 of `YYYYMMDDHHMMSS.FFFFFF&ZZXX`.
pub(crate) fn date_time(text: &str) -> Option<f64> {
    let end = text.find(['+', '-']).unwrap_or(text.len());
    let (date, time) = text.get(..end)?.split_at_checked(8)?;
    Some(days(date)? * DAY + seconds(time)?)
}

fn digits(text: &str, from: usize, to: usize) -> Option<f64> {
    let part = text.get(from..to)?;
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| part.parse().ok())?
}

/// Of `HH`, `HHMM`, `HHMMSS` or `HHMMSS.FFFFFF`.
fn seconds(time: &str) -> Option<f64> {
    let hours = digits(time, 0, 2)?;
    let minutes = digits(time, 2, 4).unwrap_or(0.0);
    let whole = digits(time, 4, 6).unwrap_or(0.0);
    let fraction = match time.get(6..).and_then(|rest| rest.strip_prefix('.')) {
        Some(rest) if rest.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("0.{rest}").parse().unwrap_or(0.0)
        }
        _ => 0.0,
    };
    Some(hours * 3600.0 + minutes * 60.0 + whole + fraction)
}

/// Days since 1970-01-01 in the Gregorian calendar, years beginning in March so that leap days come
/// last.
fn days(date: &str) -> Option<f64> {
    let (year, month, day) = (
        digits(date, 0, 4)?,
        digits(date, 4, 6)?,
        digits(date, 6, 8)?,
    );
    let year = if month <= 2.0 { year - 1.0 } else { year };
    let era = (year / 400.0).floor();
    let year_of_era = year - era * 400.0;
    let day_of_year = ((153.0 * ((month + 9.0) % 12.0) + 2.0) / 5.0).floor() + day - 1.0;
    let leap_days = (year_of_era / 4.0).floor() - (year_of_era / 100.0).floor();
    Some(era * 146_097.0 + year_of_era * 365.0 + leap_days + day_of_year - 719_468.0)
}

#[cfg(test)]
mod tests {
    use super::{date_and_time, date_time};

    #[test]
    fn times_are_seconds_since_1970() {
        // Python's datetime gives these.
        let check = |text: &str, expected: f64| assert_eq!(date_time(text), Some(expected));
        check("19700101000000", 0.0);
        check("20240229123456.5", 1_709_210_096.5);
        check("19991231235959+0100", 946_684_799.0);
    }

    #[test]
    fn old_forms_of_dates_and_times_are_read() {
        let (old, new) = (Some("2024.02.29"), Some("20240229"));
        assert_eq!(
            date_and_time(old, "12:34:56"),
            date_and_time(new, "123456.0")
        );
        assert_eq!(date_and_time(None, "0001"), Some(60.0));
        assert_eq!(date_and_time(None, "noon"), None);
    }
}
