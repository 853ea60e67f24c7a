//! Versions of contracts: semantic where they are written so, comparable always.

use std::cmp::Ordering;

/// A version as it compares: a leading `v` does not count, missing parts are zero, and a text that
/// is no number compares as text after all numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    pre: semver::Prerelease,
    text: String,
    is_number: bool,
}

impl Version {
    /// Reads a version; every text is one.
    #[must_use]
    pub fn parse(text: &str) -> Version {
        let bare = bare(text);
        let plain = bare.split('+').next().unwrap_or("");
        let (core, pre) = match plain.split_once('-') {
            Some((core, pre)) => (core, semver::Prerelease::new(pre).ok()),
            None => (plain, Some(semver::Prerelease::EMPTY)),
        };
        let mut numbers = [0; 3];
        let parts: Vec<&str> = core.split('.').collect();
        // `2024-01` is a date and no prerelease of 2024: it compares as the text it is.
        let mut is_number = parts.len() <= 3 && pre.is_some();
        for (place, part) in numbers.iter_mut().zip(&parts) {
            match part.parse() {
                Ok(number) if part.bytes().all(|byte| byte.is_ascii_digit()) => *place = number,
                _ => is_number = false,
            }
        }
        if !is_number {
            numbers = [0; 3];
        }
        Version { numbers, pre: pre.unwrap_or_default(), text: bare.to_owned(), is_number }
    }

    /// Returns the major: what an input port binds. `None` for a text that is no number.
    #[must_use]
    pub fn major(&self) -> Option<u64> {
        self.is_number.then_some(self.numbers[0])
    }

    /// Returns major, minor and patch; `None` for a text that is no number.
    #[must_use]
    pub fn numbers(&self) -> Option<[u64; 3]> {
        self.is_number.then_some(self.numbers)
    }

    /// Returns the version without a leading `v`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let key = |version: &Version| (!version.is_number, version.numbers);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.pre.cmp(&other.pre))
            .then_with(|| if self.is_number { Ordering::Equal } else { self.text.cmp(&other.text) })
            .then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Returns a version as it is named and compared: without blanks around it and a leading `v`.
#[must_use]
pub fn bare(version: &str) -> &str {
    let version = version.trim();
    version.strip_prefix('v').unwrap_or(version)
}

/// Says whether two versions name the same one: equal without a leading `v`, or equal as numbers.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (Version::parse(a), Version::parse(b));
    a.text == b.text || (a.is_number && b.is_number && a.numbers == b.numbers && a.pre == b.pre)
}

/// Returns the major of a version text: `2` for `v2.1.0`; the whole text where it is no number.
#[must_use]
pub fn major(version: &str) -> String {
    let version = Version::parse(version);
    version.major().map_or_else(|| version.text.clone(), |major| major.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_follows_numbers_then_text() {
        let mut versions: Vec<Version> =
            ["latest", "10.0.0", "v2.1.0", "2.0.0-rc.1", "2.0.0", "1", "2.10.0", "2.9"].map(Version::parse).into();
        versions.sort();
        let order: Vec<&str> = versions.iter().map(Version::text).collect();
        assert_eq!(order, ["1", "2.0.0-rc.1", "2.0.0", "2.1.0", "2.9", "2.10.0", "10.0.0", "latest"]);
        assert!(!same("2024-01", "2024-02") && !same("1.0.0-beta_1", "1.0.0"));
        assert!(same("v1.0.0", "1.0") && !same("1.0.0", "1.0.1") && same("draft", "draft"));
        assert_eq!((major("v2.1.0"), major("draft")), ("2".to_owned(), "draft".to_owned()));
    }
}
