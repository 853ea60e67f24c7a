//! The last thirty days of a promise, one sign a day.

use jiff::civil::Date;

/// What a result says of its promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The result meets the promise.
    Kept,
    /// It does not.
    Missed,
}

/// The verdicts of thirty days, today the last of them. A day with a miss is missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The lowest bit is today.
    kept: u32,
    missed: u32,
}

impl Days {
    /// How many days there are, today included.
    pub const LEN: usize = 30;

    /// Adds a verdict of a day; one outside the thirty days changes nothing.
    pub fn add(&mut self, day: Date, today: Date, verdict: Verdict) {
        let age = i64::from(today.since(day).map_or(-1, |span| span.get_days()));
        let Some(age) = usize::try_from(age).ok().filter(|age| *age < Days::LEN) else { return };
        let bit = 1_u32 << age;
        match verdict {
            Verdict::Kept => self.kept |= bit,
            Verdict::Missed => self.missed |= bit,
        }
    }

    /// Adds what other results say of the same days.
    pub fn join(&mut self, other: Days) {
        self.kept |= other.kept;
        self.missed |= other.missed;
    }

    /// Returns the verdict of each day, oldest first; `None` is a day without a result.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Option<Verdict>> {
        (0..Days::LEN).rev().map(move |age| {
            let bit = 1_u32 << age;
            if self.missed & bit != 0 { Some(Verdict::Missed) } else { (self.kept & bit != 0).then_some(Verdict::Kept) }
        })
    }

    /// Returns the number of days on which every result met its promise.
    #[must_use]
    pub fn n_kept(self) -> usize {
        self.iter().filter(|day| *day == Some(Verdict::Kept)).count()
    }

    /// Returns the number of days with a miss.
    #[must_use]
    pub fn n_missed(self) -> usize {
        self.iter().filter(|day| *day == Some(Verdict::Missed)).count()
    }

    /// Returns the number of days without a result.
    #[must_use]
    pub fn n_without(self) -> usize {
        self.iter().filter(Option::is_none).count()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_with_a_miss_is_missed_and_days_outside_do_not_count() {
        let today = date(2026, 11, 21);
        let mut days = Days::default();
        days.add(today, today, Verdict::Kept);
        days.add(today, today, Verdict::Missed);
        days.add(date(2026, 10, 23), today, Verdict::Kept);
        days.add(date(2026, 10, 22), today, Verdict::Missed);
        days.add(date(2026, 11, 22), today, Verdict::Missed);
        assert_eq!((days.n_kept(), days.n_missed(), days.n_without()), (1, 1, 28));
        let listed: Vec<Option<Verdict>> = days.iter().collect();
        assert_eq!((listed[0], listed[1], listed[29]), (Some(Verdict::Kept), None, Some(Verdict::Missed)));
        assert_eq!(listed.len(), 30);
    }
}
