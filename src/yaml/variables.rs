//! What stands for something else in the texts of a contract: `${NAME}` and `${NAME:-default}` in any of them (ODCS
//! v3.2.0, RFC-0050), and `{model}` in an address. Whoever reads the file fills them in, so that no form can be asked of
//! what has them before that; all around them keeps its form.

use serde_json::{Value, json};

/// The formats that our schemas ask for.
const FORMATS: [&str; 3] = ["date", "date-time", "uri"];

/// More of them than this in one text are not filled in.
const MOST: usize = 64;

/// Returns the formats as contracts have them, each with what says whether a text has it.
pub(super) fn formats() -> impl Iterator<Item = (&'static str, impl Fn(&str) -> bool + Send + Sync)> {
    FORMATS.into_iter().map(|format| {
        let plain = jsonschema::options()
            .offline()
            .should_validate_formats(true)
            .build(&json!({"format": format}))
            .expect("a format alone is a schema");
        let has = move |text: &str| plain.is_valid(&Value::from(text));
        let is_uri = format == "uri";
        (format, move |text: &str| {
            has(text)
                || match filled(text, is_uri) {
                    Filled::As(text) => has(&text),
                    Filled::Anyhow => true,
                    Filled::Not => false,
                }
        })
    })
}

/// What a text becomes.
#[derive(Debug, PartialEq, Eq)]
enum Filled {
    As(String),
    /// Whatever one likes: nothing is known of a part of it.
    Anyhow,
    /// Nothing stands for anything in it.
    Not,
}

/// Fills in what stands for something else. In an address a word without a default becomes one that fits there.
fn filled(text: &str, is_uri: bool) -> Filled {
    let mut text = text.to_owned();
    let mut n = 0;
    // The last one has none in its default.
    while let Some(start) = text.rfind("${") {
        let Some(length) = text[start..].find('}').filter(|_| n < MOST) else { return Filled::Not };
        let inside = &text[start + 2..start + length];
        let (name, default) = inside.split_once(":-").map_or((inside, None), |(name, default)| (name, Some(default)));
        let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if !begins || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Filled::Not;
        }
        let value = match default {
            Some(default) => default.to_owned(),
            None if !is_uri => {
                let around = [&text[..start], &text[start + length + 1..]];
                let is_of_day = |c: char| c.is_ascii_digit() || "-:.+TZtz ".contains(c);
                let is_known = around.iter().all(|part| part.contains("${") || part.chars().all(is_of_day));
                return if is_known { Filled::Anyhow } else { Filled::Not };
            }
            // What an address begins with has its scheme.
            None if start == 0 => "x:".to_owned(),
            None => "1".to_owned(),
        };
        text.replace_range(start..=start + length, &value);
        n += 1;
    }
    while let Some(start) = text.find('{').filter(|_| is_uri && n < MOST) {
        let Some(length) = text[start..].find('}') else { break };
        let inside = &text[start + 1..start + length];
        if inside.is_empty() || inside.contains(|inner: char| inner.is_whitespace() || inner == '{') {
            break;
        }
        text.replace_range(start..=start + length, "1");
        n += 1;
    }
    if n == 0 { Filled::Not } else { Filled::As(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(format: &str, text: &str) -> bool {
        let (_, has) = formats().find(|(name, _)| *name == format).expect("a format");
        has(text)
    }

    #[test]
    fn what_stands_for_something_else_has_any_form() {
        for text in [
            "s3://bucket/orders/*.json",
            "${BUCKET_URL}",
            "${BUCKET_URL}/orders/*.json",
            "${BUCKET_URL:-s3://orders}/*.json",
            "s3://${BUCKET}/orders/{model}/*.json",
            "sftp://${HOST}:${PORT:-22}/{model}",
            "${A:-${B:-https://x.example}}/v1",
            "az://c/{model}.parquet",
            "s3://b/{2025,2026}/{model}/*",
        ] {
            assert!(is("uri", text), "{text}");
        }
        for text in ["htp:/x y", "s3://b/{a b}", "s3://b/{model", "${1}", "${A:-b c}", "{model}/x", "s3://b/{}", "${A"]
        {
            assert!(!is("uri", text), "{text}");
        }
        assert!(
            is("date-time", "${TS}") && is("date-time", "${TS:-2026-01-01T00:00:00Z}") && is("date", "2026-${M}-01")
        );
        assert!(!is("date-time", "garbage ${TS} more") && is("date", "${Y}-${M}-01"));
        assert!(!is("date-time", "${TS:-yesterday}") && !is("date", "{model}") && !is("date", "tomorrow"));
        assert!(!is("uri", &"${A".repeat(100_000)) && !is("uri", &"${A:-".repeat(100_000)));
        assert!(!is("uri", &"{a}".repeat(100_000)) && !is("uri", &format!("s3://{}", "${A}".repeat(1000))));
    }
}
