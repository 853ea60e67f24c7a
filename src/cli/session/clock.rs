//! The clock: the day that a run takes for today, and how long a run takes.

#![expect(clippy::disallowed_methods, reason = "this is where the clock is read")]

use anyhow::Context;
use jiff::civil::Date;

use crate::cli::Global;

/// Returns how long the program has run, as far as somebody has asked before.
pub(crate) fn stopwatch() -> std::time::Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// Measures how long a command takes, for the line that says so.
pub(crate) struct Clock(std::time::Instant);

impl Clock {
    /// Starts it.
    pub(crate) fn start() -> Clock {
        Clock(std::time::Instant::now())
    }

    /// Says how long it has run: "0.14 s".
    pub(crate) fn elapsed(&self) -> String {
        format!("{:.2} s", self.0.elapsed().as_secs_f64())
    }
}

/// Returns the day of a time in seconds since 1970, UTC.
pub(super) fn day_of(seconds: i64) -> Option<Date> {
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Returns the day: `--today`, else `SOURCE_DATE_EPOCH`, else today in UTC.
pub(crate) fn today(global: &Global) -> anyhow::Result<Date> {
    if let Some(day) = given_day(global)? {
        return Ok(day);
    }
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day_of(i64::try_from(seconds).unwrap_or(0)).context("the clock shows no day of the calendar")
}

/// Returns the day that the run was given: `--today`, else `SOURCE_DATE_EPOCH`.
pub(super) fn given_day(global: &Global) -> anyhow::Result<Option<Date>> {
    if let Some(today) = global.today {
        return Ok(Some(today));
    }
    if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) {
        let seconds = epoch.to_str().and_then(|text| text.trim().parse().ok());
        let day = seconds.and_then(day_of);
        return Ok(Some(day.context("`SOURCE_DATE_EPOCH` must be a number of seconds since 1970")?));
    }
    Ok(None)
}
