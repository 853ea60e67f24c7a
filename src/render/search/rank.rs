//! What a match is worth. All numbers are whole hundredths of a point, so that the browser, which adds them
//! up again, comes to the same order.

use super::entry::Lifecycle;

/// Where in an entry a word stands. The bits are those of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    /// Its description.
    Text = 1,
    /// A column, for schema objects.
    Column = 2,
    /// A name of a column: its words are those of a [`Field::Column`], and its word is the whole of it.
    WholeColumn = 18,
    /// Its tags, its domain, its owner, what it is part of, and synonyms of the terms it means.
    Group = 4,
    /// Another name of its own: a synonym, a physical or a business name.
    Alias = 8,
    /// Its id or name.
    Name = 32,
    /// Another name that counts as a whole only: an old one, or that of a table with its database.
    WholeAlias = 8 | 1 << 6 | 1 << 9,
}

/// The word for columns.
pub(super) const COLUMN: &str = "column";

/// Fields from the strongest to the weakest, with the word for people and hundredths of a point.
const FIELDS: [(Field, &str, u32); 5] = [
    (Field::Name, "name", 800),
    (Field::Alias, "other name", 600),
    (Field::Group, "tags, domain, owner or meaning", 400),
    (Field::Column, COLUMN, 300),
    (Field::Text, "description", 100),
];

/// The query is the id, the name or the slug, letter by letter. Such entries come first, also those that are retired.
pub(super) const EXACT_NAME: u32 = 1000;
/// The query is another name, letter by letter: they come behind what is called so now.
pub(super) const EXACT_ALIAS: u32 = 900;
/// A word of the query is the whole id or name, or together with the others is.
pub(super) const WHOLE: u32 = 1200;
/// What a word has on top when the compound that it was typed in, such as `amount_eur`, is the whole name of a column.
/// With it a word counts more than a word of any other name, and less than a whole one. Words typed apart, such as
/// `order email`, have it for two.
pub(super) const WHOLE_COLUMN: u32 = 700;
/// Every word of a query of several was found.
pub(super) const ALL_WORDS: u32 = 200;
/// One level of [`level`].
pub(super) const LEVEL: u32 = 40;
/// The highest level.
pub(super) const LEVELS: u32 = 15;

/// How a word of the query meets a word of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quality {
    /// With two letters wrong.
    Far,
    /// With one letter wrong.
    Near,
    /// As its beginning.
    Prefix,
    /// In the plural where it is in the singular, or the reverse.
    Number,
    /// As it is.
    Exact,
}

impl Quality {
    /// Returns the share of the points that counts, in percent.
    pub(super) fn percent(self) -> u32 {
        match self {
            Quality::Exact => 100,
            Quality::Number => 90,
            Quality::Prefix => 70,
            Quality::Near => 45,
            Quality::Far => 25,
        }
    }

    /// Returns the words for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Quality::Exact => "as it is",
            Quality::Number => "in singular or plural",
            Quality::Prefix => "as a beginning",
            Quality::Near => "one letter apart",
            Quality::Far => "two letters apart",
        }
    }
}

/// Returns the strongest field of a mask, its word, and its points.
pub(super) fn strongest(mask: u16) -> (Field, &'static str, u32) {
    FIELDS.into_iter().find(|(field, ..)| mask & *field as u16 != 0).unwrap_or(FIELDS[4])
}

/// What is known of an entry before anyone searches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// Who uses it: consumers, products of a domain, places of a term.
    pub n_users: usize,
    /// How many of the facts that make it complete are stated, and of how many.
    pub stated: (usize, usize),
    /// Passed and all checks of the scorecard; `None` until there are some.
    pub checks: Option<(usize, usize)>,
}

/// Returns how strong an entry is by itself, from 0 to [`LEVELS`]: its lifecycle times 0.4 checks, 0.4 use and
/// 0.2 completeness; what is not known leaves its share to the others.
pub(super) fn level(standing: Standing) -> u8 {
    // In 1,024ths: whole numbers round the same way on every machine.
    const ONE: u64 = 1_024;
    let share = |(part, whole): (usize, usize)| part.min(whole) as u64 * ONE / whole.max(1) as u64;
    let mut sum = 4 * usage(standing.n_users) + 2 * share(standing.stated);
    let mut weights = 6;
    if let Some(checks) = standing.checks {
        sum += 4 * share(checks);
        weights += 4;
    }
    let scaled = sum * u64::from(LEVELS) * standing.lifecycle.tenths() / 10;
    u8::try_from((scaled + weights * ONE / 2) / (weights * ONE)).unwrap_or(u8::MAX)
}

/// The binary logarithm of a number of users as a share of that of 64, in 1,024ths: each doubling counts the same.
fn usage(n_users: usize) -> u64 {
    let n = (n_users as u64 + 1).min(64);
    let whole = u64::from(n.ilog2());
    let rest = (n - (1 << whole)) * 1_024 / (1 << whole);
    (whole * 1_024 + rest) / 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(lifecycle: Lifecycle, n_users: usize) -> u8 {
        level(Standing { lifecycle, n_users, stated: (3, 6), checks: None })
    }

    #[test]
    fn use_and_life_order_entries() {
        assert_eq!(standing(Lifecycle::Retired, 500), 0);
        let order = [
            standing(Lifecycle::Deprecated, 40),
            standing(Lifecycle::Draft, 40),
            standing(Lifecycle::Proposed, 40),
            standing(Lifecycle::Active, 3),
            standing(Lifecycle::Active, 40),
        ];
        assert!(order.is_sorted() && order[0] < order[4], "{order:?}");
        let full =
            Standing { lifecycle: Lifecycle::Active, n_users: 1_000_000, stated: (6, 6), checks: Some((16, 16)) };
        assert_eq!(level(full), 15);
        assert!(level(Standing { checks: Some((0, 16)), ..full }) < level(Standing { checks: None, ..full }));
    }

    #[test]
    fn the_strongest_field_counts() {
        assert_eq!(strongest(Field::Text as u16 | Field::Alias as u16).0, Field::Alias);
        assert_eq!(strongest(Field::Text as u16 | Field::Column as u16 | 3 << 6).2, 300);
    }
}
