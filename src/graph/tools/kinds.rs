//! Kinds of tests, and what they ask in the words of ODCS.

/// What a kind of test asks, in the words of ODCS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// A metric of the library, or a service level.
    Metric(&'static str),
    /// Something of the schema.
    Schema,
    /// A metric of a part of the rows, or with an allowance of its own: only a failure says something, and only of what
    /// the schema states without any allowance.
    Part(&'static str),
    /// That a value stands elsewhere: of the schema, where it states a foreign key.
    Reference,
    /// Something else.
    Unknown,
}

/// Kinds of tests by the tools that have them.
const KINDS: [(&str, Asks); 54] = [
    ("not_null", Asks::Metric("nullValues")),
    ("not_null_proportion", Asks::Part("nullValues")),
    ("not_null_where", Asks::Part("nullValues")),
    ("null_values", Asks::Metric("nullValues")),
    ("null_check", Asks::Metric("nullValues")),
    ("nullcheck", Asks::Metric("nullValues")),
    ("nullcount", Asks::Metric("nullValues")),
    ("nullvalues", Asks::Metric("nullValues")),
    ("required", Asks::Metric("nullValues")),
    ("primary_key_required", Asks::Metric("nullValues")),
    ("expect_column_values_to_not_be_null", Asks::Metric("nullValues")),
    ("missing_values", Asks::Metric("missingValues")),
    ("missingvalues", Asks::Metric("missingValues")),
    ("missingcount", Asks::Metric("missingValues")),
    ("unique", Asks::Metric("duplicateValues")),
    ("unique_where", Asks::Part("duplicateValues")),
    ("unique_combination_of_columns", Asks::Metric("duplicateValues")),
    ("duplicate_values", Asks::Metric("duplicateValues")),
    ("duplicatevalues", Asks::Metric("duplicateValues")),
    ("duplicatecount", Asks::Metric("duplicateValues")),
    ("uniquecheck", Asks::Metric("duplicateValues")),
    ("primary_key_unique", Asks::Metric("duplicateValues")),
    ("expect_column_values_to_be_unique", Asks::Metric("duplicateValues")),
    ("expect_compound_columns_to_be_unique", Asks::Metric("duplicateValues")),
    ("accepted_values", Asks::Metric("invalidValues")),
    ("accepted_range", Asks::Metric("invalidValues")),
    ("invalid_values", Asks::Metric("invalidValues")),
    ("invalidvalues", Asks::Metric("invalidValues")),
    ("invalidcount", Asks::Metric("invalidValues")),
    ("validvalues", Asks::Metric("invalidValues")),
    ("expect_column_values_to_be_in_set", Asks::Metric("invalidValues")),
    ("expect_column_values_to_be_between", Asks::Metric("invalidValues")),
    ("expect_column_values_to_match_regex", Asks::Metric("invalidValues")),
    ("row_count", Asks::Metric("rowCount")),
    ("rowcount", Asks::Metric("rowCount")),
    ("freshness", Asks::Metric("freshness")),
    ("servicelevel_freshness", Asks::Metric("freshness")),
    ("servicelevel_retention", Asks::Metric("retention")),
    // Their limits are their own, and stand in no result: they neither keep nor miss what a contract promises.
    ("not_accepted_values", Asks::Unknown),
    ("not_empty_string", Asks::Unknown),
    ("expect_column_values_to_not_be_in_set", Asks::Unknown),
    ("expect_column_value_lengths_to_be_between", Asks::Unknown),
    ("expect_table_row_count_to_be_between", Asks::Unknown),
    ("expect_table_row_count_to_equal", Asks::Unknown),
    ("recency", Asks::Unknown),
    ("expect_row_values_to_have_recent_data", Asks::Unknown),
    ("is_present", Asks::Schema),
    ("type", Asks::Schema),
    ("physical_type", Asks::Schema),
    ("nested_type", Asks::Schema),
    ("nested_physical_type", Asks::Schema),
    ("expect_column_to_exist", Asks::Schema),
    ("expect_column_values_to_be_of_type", Asks::Schema),
    ("relationships", Asks::Reference),
];

/// Kinds that ask of several columns whether they are a key together.
const OF_SEVERAL: [&str; 2] = ["unique_combination_of_columns", "expect_compound_columns_to_be_unique"];

/// Packages and places that stand before a kind.
const BEFORE: [&str; 4] = ["dbt_utils_", "dbt_expectations_", "field_", "model_"];

/// Returns what a kind of test asks.
pub(super) fn asks(kind: &str) -> Asks {
    known_kind(kind).unwrap_or(Asks::Unknown)
}

/// Returns the metric of ODCS that a word for a metric or a kind of test stands for.
pub(in crate::graph) fn metric_of(word: &str) -> Option<&'static str> {
    match known_kind(word)? {
        Asks::Metric(metric) => Some(metric),
        Asks::Part(_) | Asks::Schema | Asks::Reference | Asks::Unknown => None,
    }
}

/// Says whether a kind of test asks of several columns together.
pub(super) fn is_of_several(kind: &str) -> bool {
    let lower = kind.to_lowercase();
    OF_SEVERAL.iter().any(|known| lower.ends_with(known))
}

/// Returns what a kind of test asks, where the kind is known.
pub(super) fn known_kind(kind: &str) -> Option<Asks> {
    let lower = kind.to_lowercase();
    let (bare, is_source) = bare(&lower);
    // Between the kind and the table of a source stands the name of the source.
    let is_it = |known: &&(&str, Asks)| {
        bare.strip_prefix(known.0).is_some_and(|rest| rest.is_empty() || (is_source && rest.starts_with('_')))
    };
    KINDS.iter().filter(is_it).max_by_key(|known| known.0.len()).map(|known| known.1)
}

/// Returns what the source of a test can be called, where the kind is that of a test of a source: between it and the
/// table stands the name of the source, and kinds begin as other kinds do.
pub(super) fn sources_of(kind: &str) -> Option<Vec<String>> {
    let lower = kind.to_lowercase();
    let (bare, is_source) = bare(&lower);
    let source = |known: &(&str, Asks)| bare.strip_prefix(known.0)?.strip_prefix('_').map(str::to_owned);
    is_source.then(|| KINDS.iter().filter_map(source).collect())
}

/// Takes away what stands before a kind: its package, and that it is of a source.
fn bare(lower: &str) -> (&str, bool) {
    let (mut bare, mut is_source) = (lower, false);
    loop {
        if let Some(rest) = BEFORE.iter().find_map(|before| bare.strip_prefix(before)) {
            bare = rest;
        } else if let Some(rest) = bare.strip_prefix("source_").filter(|_| !is_source) {
            (bare, is_source) = (rest, true);
        } else {
            return (bare, is_source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_tests_are_known_with_and_without_their_package() {
        assert_eq!(asks("not_null"), Asks::Metric("nullValues"));
        assert_eq!(asks("source_not_null_shop"), Asks::Metric("nullValues"));
        assert_eq!(asks("dbt_utils_unique_combination_of_columns"), Asks::Metric("duplicateValues"));
        assert_eq!(asks("dbt_expectations_expect_column_values_to_be_between"), Asks::Metric("invalidValues"));
        assert_eq!(asks("field_null_values"), Asks::Metric("nullValues"));
        assert_eq!(asks("field_physical_type"), Asks::Schema);
        assert_eq!(asks("servicelevel_freshness"), Asks::Metric("freshness"));
        assert_eq!(asks("dbt_utils_source_unique_combination_of_columns_raw"), Asks::Metric("duplicateValues"));
        assert_eq!(asks("dbt_utils_not_null_proportion"), Asks::Part("nullValues"));
        assert_eq!(known_kind("dbt_utils_recency"), Some(Asks::Unknown), "how recent, only the test knows");
        assert_eq!(sources_of("source_not_null_raw_landing"), Some(vec!["raw_landing".to_owned()]));
        assert_eq!((sources_of("not_null"), sources_of("source_not_null")), (None, Some(Vec::new())));
        assert_eq!(asks("uniqueness"), Asks::Unknown);
        assert_eq!(asks("not_null_stg"), Asks::Unknown, "it may be the begin of another model's name");
        assert_eq!(asks("nullValues"), Asks::Metric("nullValues"));
        assert_eq!((metric_of("duplicateCount"), metric_of("type")), (Some("duplicateValues"), None));
        assert!(is_of_several("dbt_utils_unique_combination_of_columns") && !is_of_several("unique"));
    }
}
