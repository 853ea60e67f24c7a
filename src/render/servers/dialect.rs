//! How engines are asked in SQL: what stands before the name of a table, how names are quoted, and how few rows are asked
//! for. One row of the table in [`Dialect::of`] for each.

use std::borrow::Cow;
use std::sync::LazyLock;

/// How one engine is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// The fields of a server that stand before the name of a table, the outermost first. What is not here but on the
    /// server (a database often) is said when one connects.
    pub above: &'static [&'static str],
    quote: Quote,
    few: Few,
    case: Case,
}

/// What stands around a name that is no plain word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    /// `"a b"`, a quote in it twice.
    Double,
    /// The same; a backslash in it escapes.
    DoubleEscaped,
    /// `` `a b` ``: a string in double quotes is a text there.
    Backtick,
    /// The same; a backslash in it escapes.
    BacktickEscaped,
    /// `[a b]`, which holds whatever double quotes are set to mean.
    Bracket,
}

/// How one says that ten rows are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Few {
    /// `limit 10` at the end.
    Limit,
    /// `fetch first 10 rows only` at the end.
    Fetch,
    /// `top 10` behind `select`.
    Top,
    /// `first 10` behind `select`.
    First,
}

/// What an engine makes of the letters of a name without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    /// Small letters; another name is found in quotes only.
    Lower,
    /// Capital letters; another name is found in quotes only.
    Upper,
    /// They stay as they are, or do not count, with quotes or without.
    Kept,
}

impl Dialect {
    /// Returns how a type of server is asked, given in small letters; nothing for what is not asked in SQL.
    pub(super) fn of(kind: &str) -> Option<Dialect> {
        const NOTHING: &[&str] = &[];
        const CATALOG: &[&str] = &["catalog", "schema"];
        const DATABASE: &[&str] = &["database"];
        const SCHEMA: &[&str] = &["schema"];
        const BOTH: &[&str] = &["database", "schema"];
        let (above, quote, few, case) = match kind {
            "athena" | "presto" | "trino" => (CATALOG, Quote::Double, Few::Limit, Case::Kept),
            "bigquery" => (&["project", "dataset"][..], Quote::BacktickEscaped, Few::Limit, Case::Kept),
            "clickhouse" => (DATABASE, Quote::DoubleEscaped, Few::Limit, Case::Kept),
            "cloudsql" | "postgres" | "postgresql" => (SCHEMA, Quote::Double, Few::Limit, Case::Lower),
            "databricks" => (CATALOG, Quote::Backtick, Few::Limit, Case::Kept),
            "db2" | "oracle" => (SCHEMA, Quote::Double, Few::Fetch, Case::Upper),
            "denodo" => (DATABASE, Quote::Double, Few::Limit, Case::Lower),
            "dremio" | "duckdb" | "vertica" => (SCHEMA, Quote::Double, Few::Limit, Case::Kept),
            "exasol" | "hana" => (SCHEMA, Quote::Double, Few::Limit, Case::Upper),
            "glue" => (DATABASE, Quote::Double, Few::Limit, Case::Kept),
            "hive" | "mariadb" | "mysql" => (DATABASE, Quote::Backtick, Few::Limit, Case::Kept),
            "iceberg" => (&["catalog", "namespace"][..], Quote::Backtick, Few::Limit, Case::Kept),
            "impala" => (DATABASE, Quote::BacktickEscaped, Few::Limit, Case::Kept),
            "informix" => (NOTHING, Quote::Double, Few::First, Case::Kept),
            "ingres" | "vectorwise" => (NOTHING, Quote::Double, Few::First, Case::Lower),
            "redshift" => (BOTH, Quote::Double, Few::Limit, Case::Kept),
            "snowflake" => (BOTH, Quote::Double, Few::Limit, Case::Upper),
            "sqlserver" => (BOTH, Quote::Bracket, Few::Top, Case::Kept),
            // There one asks the database that one is connected to.
            "synapse" => (SCHEMA, Quote::Bracket, Few::Top, Case::Kept),
            "teradata" => (DATABASE, Quote::Double, Few::Top, Case::Kept),
            "zen" => (NOTHING, Quote::Double, Few::Top, Case::Kept),
            _ => return None,
        };
        Some(Dialect { above, quote, few, case })
    }

    /// Returns a question for a few rows of a table, of which the name and those of its columns are quoted.
    pub(super) fn query(self, columns: &str, table: &str) -> String {
        let (before, after) = match self.few {
            Few::Limit => ("", "\nlimit  10"),
            Few::Fetch => ("", "\nfetch  first 10 rows only"),
            Few::Top => ("top 10 ", ""),
            Few::First => ("first 10 ", ""),
        };
        format!("select {before}{columns}\nfrom   {table}{after};")
    }

    /// Writes a name as the engine takes it: as it is where that means the same, else in quotes.
    pub(super) fn name(self, name: &str) -> Cow<'_, str> {
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_plain = begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let has = |is: fn(&u8) -> bool| name.bytes().any(|byte| is(&byte));
        let has_lower = has(u8::is_ascii_lowercase);
        // Small letters alone are how people write names whose case they leave to the engine.
        let is_left = match self.case {
            Case::Kept => true,
            Case::Lower => !has(u8::is_ascii_uppercase),
            Case::Upper => !has_lower || !has(u8::is_ascii_uppercase),
        };
        if !is_plain || !is_left {
            return Cow::Owned(self.quoted(name));
        }
        if !is_reserved(name) {
            return Cow::Borrowed(name);
        }
        // In quotes it has to be what it would be without.
        Cow::Owned(if self.case == Case::Upper { self.quoted(&name.to_ascii_uppercase()) } else { self.quoted(name) })
    }

    /// Puts a name into quotes, so that it cannot end them.
    pub(super) fn quoted(self, name: &str) -> String {
        let (open, close) = match self.quote {
            Quote::Double | Quote::DoubleEscaped => ('"', '"'),
            Quote::Backtick | Quote::BacktickEscaped => ('`', '`'),
            Quote::Bracket => ('[', ']'),
        };
        let escapes = matches!(self.quote, Quote::DoubleEscaped | Quote::BacktickEscaped);
        let mut quoted = String::with_capacity(name.len() + 2);
        quoted.push(open);
        for character in name.chars() {
            if character == close {
                quoted.push(if escapes { '\\' } else { close });
            } else if character == '\\' && escapes {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        quoted.push(close);
        quoted
    }
}

/// Says whether a plain word means something to one of the engines, so that it is no name without quotes.
fn is_reserved(word: &str) -> bool {
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| RESERVED.split_ascii_whitespace().collect());
    let lower = || word.bytes().map(|byte| byte.to_ascii_lowercase());
    WORDS.binary_search_by(|known| known.bytes().cmp(lower())).is_ok()
}

/// Words that one of the engines at least takes for its own where a column or a table may stand, sorted.
const RESERVED: &str = "
    access add all alter analyze and any array as asc authorization before between both by call case cast change
    char character check cluster collate column comment condition constraint continue create cross cube current
    current_date current_time current_timestamp current_user cursor database date day decimal declare default delete
    desc describe distinct double drop else end except exclusive exec execute exists explain external extract false
    fetch file float for foreign from full function grant group grouping groups having hour identified if ignore in
    increment index inner insert int integer intersect interval into is join key keys lateral leading left level
    like limit lines lock long match merge minus minute mode month natural new no not null number numeric of offset
    old on only option or order outer over partition percent plan position primary procedure public range rank raw
    read references release rename replace resource revoke right rollup row rows schema second select session set
    size some start table then time timestamp to trailing trigger true union unique update user using values view
    when where window with year";

#[cfg(test)]
mod tests {
    use super::*;

    fn name(kind: &str, name: &str) -> String {
        Dialect::of(kind).expect("a dialect").name(name).into_owned()
    }

    #[test]
    fn names_are_quoted_where_they_have_to_be() {
        assert!(RESERVED.split_ascii_whitespace().is_sorted());
        for (kind, written, expected) in [
            ("postgres", "order_id", "order_id"),
            ("postgres", "ORDNO", "\"ORDNO\""),
            ("postgres", "orderId", "\"orderId\""),
            ("postgres", "order", "\"order\""),
            ("snowflake", "order_id", "order_id"),
            ("snowflake", "ORDNO", "ORDNO"),
            ("snowflake", "orderId", "\"orderId\""),
            ("oracle", "date", "\"DATE\""),
            ("mysql", "orderId", "orderId"),
            ("mysql", "order number", "`order number`"),
            ("mysql", "a`b\\", "`a``b\\`"),
            ("databricks", "Order Id", "`Order Id`"),
            ("bigquery", "a`b\\", "`a\\`b\\\\`"),
            ("clickhouse", "a\"b\\", "\"a\\\"b\\\\\""),
            ("sqlserver", "Order Id", "[Order Id]"),
            ("sqlserver", "a]; drop", "[a]]; drop]"),
            ("sqlserver", "user", "[user]"),
            ("trino", "1st", "\"1st\""),
            ("trino", "größe", "\"größe\""),
            ("trino", "a\"b", "\"a\"\"b\""),
        ] {
            assert_eq!(name(kind, written), expected, "{kind} {written}");
        }
    }

    #[test]
    fn each_engine_has_its_own_way_to_ask_for_few_rows() {
        let query = |kind| Dialect::of(kind).map(|dialect| dialect.query("a, b", "t"));
        let said = |text: &str| Some(text.to_owned());
        for kind in ["postgres", "mysql", "hive", "impala", "dremio", "denodo", "snowflake", "bigquery"] {
            assert_eq!(query(kind), said("select a, b\nfrom   t\nlimit  10;"), "{kind}");
        }
        for kind in ["sqlserver", "synapse", "teradata", "zen"] {
            assert_eq!(query(kind), said("select top 10 a, b\nfrom   t;"), "{kind}");
        }
        for kind in ["oracle", "db2"] {
            assert_eq!(query(kind), said("select a, b\nfrom   t\nfetch  first 10 rows only;"), "{kind}");
        }
        for kind in ["informix", "ingres", "vectorwise"] {
            assert_eq!(query(kind), said("select first 10 a, b\nfrom   t;"), "{kind}");
        }
        for kind in ["custom", "btrieve", "kafka", "s3", ""] {
            assert_eq!(query(kind), None, "{kind}");
        }
    }
}
