//! Physical types on a lattice: which type holds all values of another one. Names are those of the usual
//! databases; a name that is not known is only equal to itself.

/// How a type stands to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Two spellings of one type.
    Same,
    /// It holds all values of the other, and more.
    Wider,
    /// The other holds all of its values, and more.
    Narrower,
    /// Neither holds all values of the other, or nobody knows.
    Changed,
}

impl Step {
    fn reverse(self) -> Step {
        match self {
            Step::Wider => Step::Narrower,
            Step::Narrower => Step::Wider,
            same => same,
        }
    }

    fn of(is_within: bool, holds: bool) -> Step {
        match (is_within, holds) {
            (true, true) => Step::Same,
            (true, false) => Step::Wider,
            (false, true) => Step::Narrower,
            (false, false) => Step::Changed,
        }
    }

    /// Joins two dimensions of one type.
    fn and(self, other: Step) -> Step {
        match (self, other) {
            (Step::Same, other) => other,
            (step, Step::Same) => step,
            (step, other) if step == other => step,
            _ => Step::Changed,
        }
    }
}

/// Says how `head` stands to `base`.
pub(super) fn step(base: &str, head: &str) -> Step {
    let (base, head) = (bare(base), bare(head));
    if base == head {
        return Step::Same;
    }
    // Names that only one system has, so that what stands beside them there is known too.
    for family in SIZES {
        let size = |name: &str| family.iter().position(|known| *known == name);
        if let (Some(was), Some(is)) = (size(&base), size(&head)) {
            return if was < is { Step::Wider } else { Step::Narrower };
        }
    }
    // `int8` has 8 bytes to some and 8 bits to others; its company tells.
    let counts_bits = [&base, &head].into_iter().any(|name| {
        let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        name.starts_with('u') || ["16", "32", "64", "128", "256"].contains(&digits)
    });
    compare(&read(&base, counts_bits), &read(&head, counts_bits))
}

/// Types of one system that hold more and more: texts of `MySQL`, numbers of `BigQuery`.
const SIZES: [&[&str]; 3] =
    [&["tinytext", "text", "mediumtext", "longtext"], &["numeric", "bignumeric"], &["decimal", "bigdecimal"]];

/// What a type holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    Integer {
        bits: u32,
        is_signed: bool,
    },
    /// Digits before and after the point; none is without limit.
    Decimal(Option<(u32, u32)>),
    Float(u32),
    Text {
        max: Option<u64>,
        is_fixed: bool,
        is_national: bool,
    },
    Bytes {
        max: Option<u64>,
        is_fixed: bool,
    },
    /// A point in time of a kind, with the digits of its seconds.
    Time {
        kind: &'static str,
        digits: Option<u32>,
    },
    Boolean,
    List(Box<Shape>),
    Nullable(Box<Shape>),
    Other(String),
}

fn compare(base: &Shape, head: &Shape) -> Step {
    match (base, head) {
        (Shape::Nullable(base), Shape::Nullable(head)) | (Shape::List(base), Shape::List(head)) => compare(base, head),
        (base, Shape::Nullable(head)) => Step::Wider.and(compare(base, head)),
        (Shape::Nullable(base), head) => Step::Narrower.and(compare(base, head)),
        (Shape::Integer { bits, is_signed }, Shape::Integer { bits: head_bits, is_signed: head_is_signed }) => {
            match (is_signed, head_is_signed) {
                (false, true) => {
                    if head_bits > bits {
                        Step::Wider
                    } else {
                        Step::Changed
                    }
                }
                (true, false) => {
                    if bits > head_bits {
                        Step::Narrower
                    } else {
                        Step::Changed
                    }
                }
                _ => Step::of(bits <= head_bits, head_bits <= bits),
            }
        }
        (Shape::Integer { bits, .. }, Shape::Decimal(digits)) => match digits {
            Some((before, _)) if *before < decimal_digits(*bits) => Step::Changed,
            _ => Step::Wider,
        },
        (Shape::Decimal(_), Shape::Integer { .. }) => compare(head, base).reverse(),
        (Shape::Decimal(base), Shape::Decimal(head)) => match (base, head) {
            (None, None) => Step::Same,
            (Some(_), None) => Step::Wider,
            (None, Some(_)) => Step::Narrower,
            (Some((before, after)), Some((head_before, head_after))) => {
                let order = |base: u32, head: u32| Step::of(base <= head, head <= base);
                order(*before, *head_before).and(order(*after, *head_after))
            }
        },
        (Shape::Float(base), Shape::Float(head)) => Step::of(base <= head, head <= base),
        (
            Shape::Text { max, is_fixed, is_national },
            Shape::Text { max: head_max, is_fixed: head_is_fixed, is_national: head_is_national },
        ) => length(*max, *head_max)
            .and(Step::of(*is_fixed || !head_is_fixed, *head_is_fixed || !is_fixed))
            .and(Step::of(*is_national <= *head_is_national, *head_is_national <= *is_national)),
        (Shape::Bytes { max, is_fixed }, Shape::Bytes { max: head_max, is_fixed: head_is_fixed }) => {
            length(*max, *head_max).and(Step::of(*is_fixed || !head_is_fixed, *head_is_fixed || !is_fixed))
        }
        (Shape::Time { kind, digits }, Shape::Time { kind: head_kind, digits: head_digits })
            if is_same_time(kind, head_kind) =>
        {
            match (digits, head_digits) {
                (Some(base), Some(head)) => Step::of(base <= head, head <= base),
                (None, None) => Step::Same,
                // How many digits it has without a number differs from one system to the next.
                _ => Step::Changed,
            }
        }
        (base, head) if base == head => Step::Same,
        _ => Step::Changed,
    }
}

/// Compares two greatest lengths; none is without limit.
fn length(base: Option<u64>, head: Option<u64>) -> Step {
    let (base, head) = (base.unwrap_or(u64::MAX), head.unwrap_or(u64::MAX));
    Step::of(base <= head, head <= base)
}

/// Returns how many decimal digits an integer of so many bits needs.
fn decimal_digits(bits: u32) -> u32 {
    match bits {
        0..=8 => 3,
        9..=16 => 5,
        17..=24 => 8,
        25..=32 => 10,
        33..=64 => 19,
        65..=128 => 39,
        _ => 78,
    }
}

/// Returns a type in lower case with single blanks, none around brackets and commas.
fn bare(written: &str) -> String {
    let words = written.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut text = String::with_capacity(words.len());
    for character in words.chars() {
        if matches!(character, '(' | ')' | ',' | '<' | '>' | '[' | ']') {
            text.truncate(text.trim_end().len());
        }
        let after_sign = text.ends_with(['(', ',', '<', '[']);
        if !(character == ' ' && after_sign) {
            text.push(character);
        }
    }
    text
}

/// How deep lists are told apart; what is deeper is only equal to itself.
const MAX_DEPTH: usize = 16;

fn read(text: &str, counts_bits: bool) -> Shape {
    read_at(text, counts_bits, 0)
}

fn read_at(text: &str, counts_bits: bool, depth: usize) -> Shape {
    if depth > MAX_DEPTH {
        return Shape::Other(text.to_owned());
    }
    let read = |inner: &str| read_at(inner, counts_bits, depth + 1);
    if let Some(inner) = text.strip_suffix("[]") {
        return Shape::List(Box::new(read(inner)));
    }
    for (name, open, close) in [("array", '<', '>'), ("list", '<', '>'), ("array", '(', ')')] {
        let inner = text.strip_prefix(name).and_then(|rest| rest.strip_prefix(open)?.strip_suffix(close));
        if let Some(inner) = inner {
            return Shape::List(Box::new(read(inner)));
        }
    }
    if let Some(inner) = text.strip_prefix("lowcardinality(").and_then(|rest| rest.strip_suffix(')')) {
        return read(inner);
    }
    if let Some(inner) = text.strip_prefix("nullable(").and_then(|rest| rest.strip_suffix(')')) {
        return Shape::Nullable(Box::new(read(inner)));
    }
    let (name, arguments, rest) = split(text);
    let known = match arguments.as_slice() {
        [] => without_arguments(name, rest, counts_bits),
        arguments => with_arguments(name, arguments, rest),
    };
    known.unwrap_or_else(|| Shape::Other(text.to_owned()))
}

/// Splits `timestamp(3) with time zone` into name, arguments and what follows.
fn split(text: &str) -> (&str, Vec<&str>, &str) {
    let Some((name, rest)) = text.split_once('(') else { return (text, Vec::new(), "") };
    match rest.split_once(')') {
        Some((arguments, rest)) => (name, arguments.split(',').collect(), rest.trim_start()),
        None => (text, Vec::new(), ""),
    }
}

fn with_arguments(name: &str, arguments: &[&str], rest: &str) -> Option<Shape> {
    let number = |position: usize| arguments.get(position).and_then(|text| text.trim().parse::<u32>().ok());
    let first = number(0).map(u64::from);
    match name {
        "decimal" | "numeric" | "number" | "dec" | "bignumeric" if rest.is_empty() => {
            let (precision, scale) = (number(0)?, if arguments.len() > 1 { number(1)? } else { 0 });
            Some(Shape::Decimal(Some((precision.checked_sub(scale)?, scale))))
        }
        // The number is how wide it is shown, not how much it holds.
        "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" => without_arguments(name, rest, false),
        "float" if rest.is_empty() => number(0).map(|bits| Shape::Float(if bits <= 24 { 32 } else { 64 })),
        _ if arguments == ["max"] => without_arguments(name, rest, false),
        "varbinary" | "binary varying" | "bytes" if rest.is_empty() => {
            Some(Shape::Bytes { max: Some(first?), is_fixed: false })
        }
        "binary" | "fixed" if rest.is_empty() => Some(Shape::Bytes { max: Some(first?), is_fixed: true }),
        _ => {
            if let Some((is_fixed, is_national)) = text_kind(name).filter(|_| rest.is_empty()) {
                // Oracle writes `varchar2(20 char)`.
                let digits: String = arguments[0].chars().take_while(char::is_ascii_digit).collect();
                return Some(Shape::Text { max: Some(digits.parse().ok()?), is_fixed, is_national });
            }
            let kind = time_kind(&[name, rest].join(" "))?;
            Some(Shape::Time { kind, digits: Some(number(0)?) })
        }
    }
}

fn without_arguments(name: &str, rest: &str, counts_bits: bool) -> Option<Shape> {
    let whole = if rest.is_empty() { name.to_owned() } else { format!("{name} {rest}") };
    let (word, is_signed) = match whole.strip_suffix(" unsigned") {
        Some(word) => (word, false),
        None => (whole.as_str(), true),
    };
    if let Some((bits, is_signed)) = integer(word, is_signed, counts_bits) {
        return Some(Shape::Integer { bits, is_signed });
    }
    Some(match word {
        "decimal" | "numeric" | "number" | "dec" | "bignumeric" => Shape::Decimal(None),
        "real" | "float4" | "float32" | "f32" | "binary_float" => Shape::Float(32),
        // 4 bytes here, 8 bytes there: at least the one, at most the other.
        "float" => Shape::Float(48),
        "double" | "double precision" | "float8" | "float64" | "f64" | "binary_double" => Shape::Float(64),
        "bool" | "boolean" => Shape::Boolean,
        "tinytext" => Shape::Text { max: Some(255), is_fixed: false, is_national: false },
        "text" | "string" | "clob" | "mediumtext" | "longtext" | "utf8" => {
            Shape::Text { max: None, is_fixed: false, is_national: false }
        }
        "ntext" | "nclob" => Shape::Text { max: None, is_fixed: false, is_national: true },
        "binary" | "varbinary" | "bytes" | "bytea" | "blob" | "raw" => Shape::Bytes { max: None, is_fixed: false },
        word => match text_kind(word) {
            // One character, where none is said.
            Some((true, is_national)) => Shape::Text { max: Some(1), is_fixed: true, is_national },
            Some((false, is_national)) => Shape::Text { max: None, is_fixed: false, is_national },
            None => Shape::Time { kind: time_kind(word)?, digits: None },
        },
    })
}

fn integer(word: &str, is_signed: bool, counts_bits: bool) -> Option<(u32, bool)> {
    let bits = match word {
        "tinyint" | "byteint" | "i8" => 8,
        "smallint" | "int2" | "short" | "i16" | "int16" => 16,
        "mediumint" => 24,
        "int" | "integer" | "int4" | "i32" | "int32" => 32,
        "bigint" | "long" | "i64" | "int64" => 64,
        "int8" => {
            if counts_bits {
                8
            } else {
                64
            }
        }
        "hugeint" | "i128" | "int128" => 128,
        "int256" => 256,
        _ => {
            let digits = word.strip_prefix("uint").or_else(|| word.strip_prefix('u'))?;
            let bits = digits.parse().ok().filter(|bits| [8, 16, 32, 64, 128, 256].contains(bits))?;
            return Some((bits, false));
        }
    };
    Some((bits, is_signed))
}

/// Says whether a text type has a fixed length, and whether it holds every script.
fn text_kind(name: &str) -> Option<(bool, bool)> {
    match name {
        "varchar" | "varchar2" | "character varying" | "char varying" | "string" => Some((false, false)),
        "nvarchar" | "nvarchar2" | "national character varying" | "nchar varying" => Some((false, true)),
        "char" | "character" | "bpchar" | "fixedstring" => Some((true, false)),
        "nchar" | "national character" => Some((true, true)),
        _ => None,
    }
}

/// What a clock shows, said so that nobody takes it for a point in time.
const CLOCK: &str = "time of a clock";

/// Says whether two kinds of time may be one: a bare `timestamp` and a `datetime` are two where there are both.
fn is_same_time(one: &str, two: &str) -> bool {
    let is_clock = |other: &str| matches!(other, "timestamp" | "datetime");
    one == two || (one == CLOCK && is_clock(two)) || (two == CLOCK && is_clock(one))
}

fn time_kind(words: &str) -> Option<&'static str> {
    match words.trim() {
        "date" => Some("date"),
        "time" | "time without time zone" => Some("time"),
        "timetz" | "time with time zone" => Some("time with zone"),
        // A point in time to some, and what a clock shows to others.
        "timestamp" => Some("timestamp"),
        "timestamp_ntz" | "timestampntz" | "timestamp without time zone" => Some(CLOCK),
        "datetime" | "datetime2" | "datetime64" => Some("datetime"),
        "timestamptz" | "timestamp_tz" | "datetimeoffset" | "timestamp with time zone" => Some("timestamp with zone"),
        "timestamp_ltz" | "timestampltz" | "timestamp with local time zone" => Some("timestamp of the place"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_steps(expected: Step, pairs: &[(&str, &str)]) {
        for (base, head) in pairs {
            assert_eq!(step(base, head), expected, "{base} to {head}");
            assert_eq!(step(head, base), expected.reverse(), "{head} to {base}");
        }
    }

    #[test]
    fn types_are_told_apart_only_so_deep() {
        let deep = |inner: &str, n: usize| inner.to_owned() + &"[]".repeat(n);
        assert_eq!(step(&deep("int", 10), &deep("bigint", 10)), Step::Wider);
        for n in [1_000, 1_000_000] {
            assert_eq!(step(&deep("int", n), &deep("bigint", n)), Step::Changed);
            assert_eq!(step(&deep("int", n), &deep("int", n)), Step::Same);
            let nested = |name: &str, inner: &str| name.repeat(n) + inner + &")".repeat(n);
            assert_eq!(step(&nested("nullable(", "int"), &nested("nullable(", "bigint")), Step::Changed);
            assert_eq!(step(&"array<".repeat(n), &"list<".repeat(n)), Step::Changed);
        }
    }

    #[test]
    fn wider_types_hold_more() {
        assert_steps(
            Step::Wider,
            &[
                ("int", "bigint"),
                ("SMALLINT", "integer"),
                ("int8", "int16"),
                ("int4", "int8"),
                ("uint8", "int16"),
                ("i32", "i64"),
                ("varchar(10)", "VARCHAR (20)"),
                ("varchar(10)", "text"),
                ("varchar2(20 char)", "varchar2(30 char)"),
                ("char(3)", "varchar(3)"),
                ("varchar(3)", "nvarchar(3)"),
                ("nvarchar(20)", "nvarchar(max)"),
                ("decimal(10,2)", "decimal(12, 2)"),
                ("decimal(10,2)", "numeric(12,4)"),
                ("decimal(18,2)", "numeric"),
                ("int", "decimal(18,2)"),
                ("bigint", "numeric(19)"),
                ("real", "double precision"),
                ("float", "float8"),
                ("timestamp(3)", "timestamp(6)"),
                ("timestamp(3) with time zone", "timestamp (6) with time zone"),
                ("array<int>", "array<bigint>"),
                ("integer[]", "bigint[]"),
                ("Int32", "Nullable(Int64)"),
                ("binary(16)", "varbinary(16)"),
                ("TEXT", "longtext"),
                ("NUMERIC", "BIGNUMERIC"),
            ],
        );
    }

    #[test]
    fn spellings_of_one_type_are_the_same() {
        assert_steps(
            Step::Same,
            &[
                ("int", "INTEGER"),
                ("int4", "integer"),
                ("int(11)", "int"),
                ("character varying( 20 )", "varchar(20)"),
                ("decimal(18,2)", "NUMERIC(18, 2)"),
                ("decimal(18)", "number(18,0)"),
                ("timestamptz", "timestamp with time zone"),
                ("LowCardinality(String)", "string"),
                ("bool", "boolean"),
                ("DATETIME", "TIMESTAMP_NTZ"),
                ("timestamp", "timestamp without time zone"),
                ("my_type(1)", "MY_TYPE( 1 )"),
                ("ARRAY<INT>", "int[]"),
            ],
        );
    }

    #[test]
    fn what_does_not_hold_the_other_is_changed() {
        assert_steps(
            Step::Changed,
            &[
                ("int", "varchar(20)"),
                ("int", "uint64"),
                ("int", "double"),
                ("bigint", "decimal(18,2)"),
                // More digits after the point, fewer before it.
                ("decimal(18,2)", "decimal(18,4)"),
                ("date", "timestamp"),
                ("DATETIME", "TIMESTAMP"),
                ("timestamp", "timestamptz"),
                ("timestamp", "timestamp(3)"),
                ("varchar(20)", "char(20)x"),
                ("varchar(20)", "nchar(10)"),
                ("char(10)", "varchar(5)"),
                ("geography", "geometry"),
                ("struct<a int>", "struct<a bigint>"),
                ("array<int>", "int"),
                ("decimal(2,5)", "decimal(2,6)"),
                ("varchar(", "varchar(20)"),
                ("", "int"),
            ],
        );
    }
}
